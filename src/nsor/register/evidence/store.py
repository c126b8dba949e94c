"""Adding a document to an offender's record, serving it to the entitled, and removing it.

Rules that hold here:

- A document is told by its content, copied and scanned before anything of it is kept. Its files
  are durable before its row; the row and the entry of the trail are one transaction.
- Original and copy are sealed under the offender's key. Only the copy is ever served.
- Serving is entered in the trail before it happens, and how it ended after it.
- Removal deletes the files and leaves the row: kind, size and SHA-256 prove what there was. A row
  whose key is destroyed needs no files.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register.errors import Refusal
from nsor.register.evidence import disk, scanner
from nsor.register.evidence.cleaning import Cleaned, examine
from nsor.register.evidence.files import MediaType
from nsor.register.evidence.models import Evidence, EvidenceKind
from nsor.register.jurisdiction import district_of, reason_told, require_reason_outside
from nsor.register.locks import short_write
from nsor.register.models import FormDocument, Offender
from nsor.register.officers import actor, require_reason, require_role
from nsor.register.text import shows, tidy
from nsor.screening.texts import screen
from nsor.secrecy import subjects
from nsor.secrecy.box import SealBroken, seal, unseal
from nsor.secrecy.subjects import SubjectKey

NAME: Final = 200
SAFE_AGE: Final = timedelta(days=1)
"""An upload that is under way is never as old."""
_AT_ONCE: Final = 500
_T = TypeVar("_T")


class Document(NamedTuple):
    """What an officer is shown."""

    media_type: MediaType
    octets: bytes


def add_evidence(
    offender_id: int,
    key: SubjectKey,
    octets: bytes,
    declared_name: str,
    officer: Officer,
    kind: str,
) -> Evidence:
    """Keep a document of an offender, whose key is ``key``; call it outside of a transaction.

    Raises ``Refusal``: ``role_not_allowed``, ``bad_value``, ``evidence_name``, ``evidence_type``,
    ``evidence_too_large``, ``evidence_broken``, ``evidence_unsafe``, ``evidence_infected``,
    ``evidence_unscanned``, ``not_registered``, ``busy``; and ``OSError`` where the store can't be
    written.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    name, (media_type, copied) = examined(octets, declared_name, kind)
    original_name, copy_name = disk.new_name(), disk.new_name()
    evidence = Evidence(
        offender_id=offender_id,
        kind=kind,
        media_type=media_type.value,
        size=len(octets),
        sha256=hashlib.sha256(octets).hexdigest(),
        name_in_store=original_name,
        copy_in_store=copy_name,
        key_id=key.id,
        declared_name=seal(key.key, name.encode(), _about(original_name, "declared-name")),
        added_by=officer,
        added_at=timezone.now(),
    )
    try:
        disk.write(original_name, seal(key.key, octets, _about(original_name, "original")))
        disk.write(copy_name, seal(key.key, copied, _about(copy_name, "copy")))
    except BaseException:
        disk.remove([original_name, copy_name])
        raise
    try:
        _keep(evidence, key)
    except Refusal:
        # After any other error the row may be there all the same: the sweep will know.
        disk.remove([original_name, copy_name])
        raise
    return evidence


def examined(octets: bytes, declared_name: str, kind: str) -> tuple[str, Cleaned]:
    """Return a document's name as it is kept, what it is, and its copy; nothing is kept yet.

    Raises ``Refusal`` as ``add_evidence`` does for a document that isn't taken.
    """
    if kind not in EvidenceKind.values:
        raise Refusal("bad_value", f"A document is one of: {', '.join(EvidenceKind.values)}.")
    name = _declared(declared_name)
    cleaned = examine(octets)
    _require_clean(octets)
    return name, cleaned


def serve(evidence: Evidence, officer: Officer, reason: str = "") -> Document:
    """Return the copy of a document for an officer; call it outside of a transaction.

    Officers of supervision and audit say why, and all do outside their jurisdiction. Raises
    ``Refusal``: ``role_not_allowed``, ``reason_required``, ``may_name_victim``,
    ``evidence_gone``.
    """
    require_role(officer, *Role)
    if officer.role in (Role.SUPERVISION, Role.AUDIT):
        require_reason(reason)
    district = district_of(evidence.offender_id)
    reason = require_reason_outside(officer, district, reason)
    key = subjects.key(evidence.key_id)
    entry = trail.intent(
        Act.EVIDENCE_SERVED,
        actor=actor(officer),
        subject=f"offender:{evidence.offender_id}",
        details={"evidence": evidence.pk, **reason_told(officer, district, reason)},
        key=None if key is None else SubjectKey(evidence.key_id, key),
    )
    try:
        document = _open(evidence, key)
    except BaseException:
        trail.outcome(entry, actor=actor(officer), done=False)
        raise
    trail.outcome(entry, actor=actor(officer), done=True)
    return document


def declared_name(evidence: Evidence) -> str:
    """Return the name that the document's sender gave it. Raises ``Refusal``: ``evidence_gone``."""
    key = subjects.key(evidence.key_id)
    if key is None:
        raise _gone()
    about = _about(evidence.name_in_store, "declared-name")
    return unseal(key, bytes(evidence.declared_name), about).decode()


def destroy_files(offender: Offender) -> int:
    """Delete the files of an offender who is expunged, and return how many there were.

    What is deleted doesn't come back with a transaction: call it after the commit. Safe to repeat.
    """
    names = Evidence.objects.filter(offender=offender).values_list("name_in_store", "copy_in_store")
    return disk.remove(name for pair in names for name in pair)


def sweep_orphans(older_than: timedelta = SAFE_AGE) -> int:
    """Delete files that no row names, left by a process that died, and return how many.

    ``older_than`` spares uploads under way.
    """
    swept = 0
    found = disk.older_than(time.time() - older_than.total_seconds())
    for some in _some(found):
        named = _named([name for name, _ in some if name])
        for name, place in some:
            if name not in named:
                place.unlink(missing_ok=True)
                swept += 1
    return swept


def check() -> Iterator[int]:
    """Yield the numbers of the documents of which a file is missing that ought to be there."""
    rows = Evidence.objects.order_by("pk").values_list(
        "pk", "key_id", "name_in_store", "copy_in_store"
    )
    for some in _some(rows.iterator()):
        missing = [
            (number, key_id)
            for number, key_id, *names in some
            if not all(map(disk.is_there, names))
        ]
        living = subjects.keys(key_id for _, key_id in missing)
        yield from (number for number, key_id in missing if key_id in living)


def _declared(name: str) -> str:
    """Return the name as it is kept: one line, without the folders that some browsers send."""
    last = tidy(name.replace("\\", "/").rpartition("/")[2])
    if not last or len(last) > NAME or not shows(last):
        raise Refusal(
            "evidence_name",
            f"The name of a file has 1 to {NAME} characters, all of which are seen: rename it.",
        )
    alarms = screen("declared_name", last)
    if alarms:
        raise Refusal("evidence_name", f"This is about the name of the file. {alarms[0].message}")
    return last


def _require_clean(octets: bytes) -> None:
    try:
        verdict = scanner.configured().scan(octets)
    except scanner.ScannerError:
        raise Refusal(
            "evidence_unscanned",
            "The virus scanner can't be asked, so nothing was kept: try again, or tell operations.",
        ) from None
    if not verdict.clean:
        raise Refusal(
            "evidence_infected",
            "The virus scanner found something in the file: tell whoever sent it, and operations.",
        )


def _keep(evidence: Evidence, key: SubjectKey) -> None:
    with short_write():
        offender = (
            Offender.objects.select_for_update().filter(pk=evidence.offender_id).only("key_id")
        )
        held = [one.key_id for one in offender]
        if held != [key.id] or subjects.key(key.id) is None:
            raise Refusal("not_registered", "The register holds no such offender: look again.")
        evidence.save()
        trail.record(
            Act.EVIDENCE_ADDED,
            actor=actor(evidence.added_by),
            subject=f"offender:{evidence.offender_id}",
            details={
                "evidence": evidence.pk,
                "kind": evidence.kind,
                "media_type": evidence.media_type,
                "size": evidence.size,
                "sha256": evidence.sha256,
            },
            key=key,
        )


def _open(evidence: Evidence, key: bytes | None) -> Document:
    if key is None:
        raise _gone()
    name = evidence.copy_in_store
    try:
        octets = unseal(key, disk.read(name), _about(name, "copy"))
    except (OSError, SealBroken):
        raise Refusal(
            "evidence_gone", "The document's file is missing or was changed: tell operations."
        ) from None
    return Document(MediaType(evidence.media_type), octets)


def _some(things: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(things)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _gone() -> Refusal:
    return Refusal("evidence_gone", "The document was destroyed with all else of this person.")


def _about(name: str, part: str) -> str:
    return f"evidence/{name}/{part}"


def _named(names: list[str]) -> set[str]:
    originals = Evidence.objects.filter(name_in_store__in=names)
    of_forms = FormDocument.objects.filter(name_in_store__in=names)
    copies = Evidence.objects.filter(copy_in_store__in=names)
    return {
        *of_forms.values_list("name_in_store", flat=True),
        *originals.values_list("name_in_store", flat=True),
        *copies.values_list("copy_in_store", flat=True),
    }
