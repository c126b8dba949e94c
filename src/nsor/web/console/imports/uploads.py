"""A file between its upload and its entry: sealed, for one officer, a day at most.

Rules that hold here: the file, its name and its preview are sealed under a key of their own and lie
in the store of documents under random names. When the file is entered or dropped, files and key go.
One whose process died is swept with the store's other orphans, as no row of the register names it.
"""

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any, Final, NamedTuple

from django.http import Http404
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.register import spreadsheet
from nsor.register.errors import Refusal
from nsor.register.evidence import disk, scanner
from nsor.register.findings import Finding
from nsor.register.locks import short_write
from nsor.register.rehearsing import JudgedRow
from nsor.register.text import tidy
from nsor.secrecy import subjects
from nsor.secrecy.box import seal, unseal
from nsor.web.models import ID, Upload, UploadState

KEPT: Final = timedelta(hours=24)
MOST: Final = 5
"""Files of one officer at once."""
ROWS_OF_A_PAGE: Final = 20
FAULTY, GOOD = "faulty", "good"
_NAME: Final = 200
_CHANGES: Final = (
    "state",
    "name_in_store",
    "preview_in_store",
    "sealed_name",
    "pages",
    "counts",
    "batch",
)
_OPEN: Final = (UploadState.CHECKING, UploadState.CHECKED, UploadState.ENTERING)


def keep(octets: bytes, name: str, officer: Officer) -> Upload:
    """Keep a file for its officer, sealed.

    Raises ``Refusal``: as ``spreadsheet.inspect`` does, ``upload_infected``, ``upload_unscanned``,
    ``too_many_uploads``, ``busy``; and ``OSError`` where the store can't be written.
    """
    kind = spreadsheet.inspect(octets)
    _require_clean(octets)
    if Upload.objects.filter(officer=officer, state__in=_OPEN).count() >= MOST:
        raise Refusal(
            "too_many_uploads", f"You have {MOST} files open: enter or drop one of them first."
        )
    key = subjects.new_keys(1)[0]
    place = disk.new_name()
    upload = Upload(
        id=secrets.token_hex(ID // 2),
        officer=officer,
        state=UploadState.CHECKING,
        kind=kind.value,
        size=len(octets),
        key_id=key.id,
        name_in_store=place,
        sealed_name=seal(key.key, _last_part(name).encode(), _about(place, "name")),
        uploaded_at=timezone.now(),
    )
    disk.write(place, seal(key.key, octets, _about(place, "file")))
    try:
        with short_write():
            upload.save(force_insert=True)
    except Refusal:
        disk.remove([place])
        raise
    return upload


def of(officer: Officer, upload_id: str) -> Upload:
    """Return a file of an officer, dropped where its day is over. Raises ``Http404``."""
    upload = Upload.objects.filter(pk=upload_id, officer=officer).first()
    if upload is None:
        raise Http404("no such file")
    if upload.state in _OPEN and upload.uploaded_at < timezone.now() - KEPT:
        upload.state = UploadState.DROPPED
    return upload


def recent(officer: Officer) -> list[Upload]:
    """Return the files of an officer that are open still or were entered lately, newest first."""
    since = timezone.now() - KEPT
    own = Upload.objects.filter(officer=officer, uploaded_at__gte=since)
    return list(own.exclude(state=UploadState.DROPPED).order_by("-uploaded_at")[:20])


def key_of(upload: Upload) -> bytes:
    """Return the key of a file. Raises ``Refusal``: ``upload_gone``."""
    key = subjects.key(upload.key_id)
    if key is None or not upload.name_in_store:
        raise Refusal("upload_gone", "The file was dropped: choose it again.")
    return key


def octets_of(upload: Upload) -> bytes:
    """Return what the file holds. Raises ``Refusal``: ``upload_gone``."""
    key = key_of(upload)
    try:
        sealed = disk.read(upload.name_in_store)
    except OSError:
        raise Refusal("upload_gone", "The file was dropped: choose it again.") from None
    return unseal(key, sealed, _about(upload.name_in_store, "file"))


def names_of(uploads: list[Upload]) -> dict[str, str]:
    """Return the names that the senders gave the files; those that were dropped have none."""
    keys = subjects.keys(one.key_id for one in uploads if one.name_in_store)
    return {
        one.pk: unseal(
            keys[one.key_id], bytes(one.sealed_name), _about(one.name_in_store, "name")
        ).decode()
        for one in uploads
        if one.name_in_store and one.key_id in keys
    }


def save(upload: Upload) -> None:
    """Write what changed of a file's row; which job is at it, is written by who starts one."""
    with short_write():
        upload.save(update_fields=_CHANGES)


def drop(upload: Upload, state: UploadState = UploadState.DROPPED) -> None:
    """Destroy what is kept of a file."""
    names = [name for name in (upload.name_in_store, upload.preview_in_store) if name]
    upload.state, upload.name_in_store, upload.preview_in_store = state, "", ""
    upload.pages, upload.sealed_name = {}, b""
    save(upload)
    disk.remove(names)
    subjects.destroy([upload.key_id])


def drop_old() -> None:
    """Drop the files whose day is over."""
    before = timezone.now() - KEPT
    for upload in Upload.objects.filter(state__in=_OPEN, uploaded_at__lt=before)[:100]:
        drop(upload)


class Pages:
    """The preview in the making: rows come in their order, and go out as sealed pages."""

    def __init__(self, key: bytes, place: str) -> None:
        """Seal with ``key`` the pages of the file that lies at ``place``."""
        self._key, self._place = key, place
        self._out = BytesIO()
        self._waiting: dict[str, list[Any]] = {FAULTY: [], GOOD: []}
        self.pages: dict[str, list[tuple[int, int]]] = {FAULTY: [], GOOD: []}

    def take(self, row: JudgedRow) -> None:
        """Add a row."""
        view = FAULTY if row.errors or row.warnings else GOOD
        self._waiting[view].append(
            (
                row.line,
                row.cells,
                [one[1:] for one in row.errors],
                [one[1:] for one in row.warnings],
            )
        )
        if len(self._waiting[view]) == ROWS_OF_A_PAGE:
            self._end_page(view)

    def whole(self) -> bytes:
        """End the last pages and return all of them."""
        for view, rows in self._waiting.items():
            if rows:
                self._end_page(view)
        return self._out.getvalue()

    def _end_page(self, view: str) -> None:
        rows, self._waiting[view] = self._waiting[view], []
        about = _about_page(self._place, view, len(self.pages[view]))
        sealed = seal(self._key, json.dumps(rows).encode(), about)
        self.pages[view].append((self._out.tell(), len(sealed)))
        self._out.write(sealed)


class PageOfRows(NamedTuple):
    """A page of a preview; ``number`` counts from 1, ``pages`` says how many there are."""

    rows: list[JudgedRow]
    number: int
    pages: int


def page(upload: Upload, view: str, number: int) -> PageOfRows:
    """Return a page of a preview, the last one where there are fewer. Raises ``Refusal``."""
    places: list[tuple[int, int]] = upload.pages.get(view, [])
    number = max(1, min(number, len(places)))
    if not places:
        return PageOfRows([], 1, 0)
    return PageOfRows(_read(upload, key_of(upload), view, number - 1), number, len(places))


def all_rows(upload: Upload, view: str) -> Iterator[JudgedRow]:
    """Yield the rows of a view of a preview, by line. Raises ``Refusal``: ``upload_gone``."""
    key = key_of(upload)
    for number in range(len(upload.pages.get(view, []))):
        yield from _read(upload, key, view, number)


def _read(upload: Upload, key: bytes, view: str, number: int) -> list[JudgedRow]:
    offset, length = upload.pages[view][number]
    try:
        with disk.path(upload.preview_in_store).open("rb") as file:
            file.seek(offset)
            sealed = file.read(length)
    except (OSError, ValueError):
        raise Refusal("upload_gone", "The file was dropped: choose it again.") from None
    opened = unseal(key, sealed, _about_page(upload.name_in_store, view, number))
    return [
        JudgedRow(
            line,
            tuple(cells),
            tuple(Finding(line, *one) for one in errors),
            tuple(Finding(line, *one) for one in warnings),
        )
        for line, cells, errors, warnings in json.loads(opened)
    ]


def _require_clean(octets: bytes) -> None:
    try:
        verdict = scanner.configured().scan(octets)
    except scanner.ScannerError:
        raise Refusal(
            "upload_unscanned",
            "The virus scanner can't be asked, so nothing was kept: try again, or tell operations.",
        ) from None
    if not verdict.clean:
        raise Refusal(
            "upload_infected",
            "The virus scanner found something in the file: tell whoever sent it, and operations.",
        )


def _last_part(name: str) -> str:
    """Return a file's name as it is shown: without the folders that some browsers send."""
    return tidy(name.replace("\\", "/").rpartition("/")[2])[:_NAME]


def _about(place: str, part: str) -> str:
    return f"upload/{place}/{part}"


def _about_page(place: str, view: str, number: int) -> str:
    return f"upload/{place}/{view}/{number}"
