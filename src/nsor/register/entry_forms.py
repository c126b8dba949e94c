"""Forms of entries: what an officer has typed so far.

Rules that hold here:

- A form is read, changed and discarded by its own officer; to everybody else there is none.
- What is typed, and every document, lies sealed under the form's own key. A form is forgotten by
  destroying that key, which the journal notes first, so that no backup brings it back.
- Typing is no act: the trail has that a form was begun and that it was forgotten.
- Two open pages can't undo each other's saving unseen: who saves says which revision they began
  from, and which page they are.

What becomes of a form is in ``drafts``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db.models import Q, QuerySet
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register import acting, documents, journal, lifecycle
from nsor.register.errors import Refusal
from nsor.register.evidence import disk
from nsor.register.locks import short_write
from nsor.register.models import Batch, BatchKind, BatchState, EntryForm, FormDocument
from nsor.register.officers import actor
from nsor.register.search.duplicates import Candidate
from nsor.secrecy import ids, subjects
from nsor.secrecy.box import seal, unseal

__all__ = [
    "DocumentView",
    "Listed",
    "OpenForm",
    "begin",
    "decide",
    "due",
    "find",
    "forget",
    "listed",
    "save",
]

KEPT_DAYS: Final = 30
MOST_FORMS: Final = 50
"""Of one officer, at a time."""
MOST_OCTETS: Final = 64 << 10
"""Of what is typed, as JSON."""
WHO: Final = (
    "number_kind",
    "number",
    *documents.NAMES,
    "relation",
    "sex",
    "date_of_birth",
    "birth_year",
)
"""The fields by which somebody is known: another value, and nobody is decided on any more."""
_OVER: Final = (BatchState.SUBMITTED, BatchState.APPROVED, BatchState.REJECTED)
"""Where a draft stands whose form is done with."""


class Typed(documents.Document, frozen=True):
    """What a form holds; ``candidates`` are who may be the same person, with their likeness."""

    values: dict[str, str] = msgspec.field(default_factory=dict)
    candidates: tuple[tuple[int, float], ...] = ()
    same: int | None = None
    others: tuple[int, ...] = ()


_json = msgspec.json.Encoder()
_typed = msgspec.json.Decoder(Typed)


@dataclass(frozen=True, slots=True, repr=False)
class DocumentView:
    """A document of a form."""

    number: int
    kind: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, repr=False)
class OpenForm:
    """A form as its officer sees it; ``batch`` is the draft that was entered from it."""

    number: int
    revision: int
    saved_at: datetime
    values: Mapping[str, str]
    undecided: tuple[Candidate, ...]
    batch: int | None
    documents: tuple[DocumentView, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """A form in the list of its officer's."""

    number: int
    name_ur: str
    name_en: str
    saved_at: datetime
    batch: int | None


def begin(
    officer: Officer, values: Mapping[str, str] | None = None, batch: Batch | None = None
) -> int:
    """Begin a form, empty or of a draft of the officer's own; return its number.

    Raises ``Refusal``: ``role_not_allowed``, ``too_many_forms``, ``not_a_draft``,
    ``form_entered``, ``busy``.
    """
    acting.allowed(lifecycle.ENTER, officer)
    if EntryForm.objects.filter(officer=officer).count() >= MOST_FORMS:
        raise Refusal(
            "too_many_forms",
            f"You have {MOST_FORMS} unfinished forms: submit or discard one of them first.",
        )
    if batch is not None and batch.pk not in drafts_of(officer).values_list("pk", flat=True):
        raise Refusal("not_a_draft", "This is no draft of yours any more.")
    key = subjects.new_keys(1)[0]
    now = timezone.now()
    with short_write():
        if batch is not None:
            _require_no_form(batch)
        row = EntryForm(pk=ids.allocate(EntryForm, 1)[0], officer=officer, key_id=key.id)
        row.begun_at = row.updated_at = now
        row.batch = batch
        row.sealed = _sealed(row, key.key, Typed(dict(values or {})))
        row.save(force_insert=True)
        trail.record(Act.ENTRY_BEGUN, actor=actor(officer), subject=f"form:{row.pk}")
    return row.pk


def _require_no_form(batch: Batch) -> None:
    """Refuse where a draft has its form still; one that a backup brought without its key goes."""
    for row in EntryForm.objects.filter(batch=batch):
        if subjects.key(row.key_id) is not None:
            raise Refusal(
                "form_entered", "This form was entered in another window: look at that one."
            )
        row.delete()


def listed(officer: Officer) -> list[Listed]:
    """Return an officer's forms, the last saved first."""
    rows = list(forms_of(officer).order_by("-updated_at", "-pk")[:MOST_FORMS])
    keys = subjects.keys(row.key_id for row in rows)
    found = []
    for row in rows:
        if row.key_id in keys:
            values = opened(row, keys[row.key_id]).values
            names = (values.get("name_ur", ""), values.get("name_en", ""))
            found.append(Listed(row.pk, *names, row.updated_at, draft_of(row)))
    return found


def find(number: int, officer: Officer) -> OpenForm | None:
    """Return a form of an officer, None where they have none of this number."""
    row = forms_of(officer).filter(pk=number).first()
    key = subjects.key(row.key_id) if row else None
    if row is None or key is None:
        return None
    return _open(row, key, opened(row, key))


def save(
    number: int,
    officer: Officer,
    values: Mapping[str, str],
    *,
    writer: str,
    seen: int,
    leaves: bool = False,
) -> OpenForm:
    """Keep what is typed. ``writer`` names the open page, ``seen`` the revision it began from.

    ``leaves``: the page is left with this, so that a saving of it that comes late undoes nothing.
    Raises ``Refusal``: ``unknown_form``, ``form_changed`` where another page saved meanwhile,
    ``form_too_long``, ``busy``.
    """
    with short_write():
        row, key = locked(number, officer)
        typed = opened(row, key)
        is_news = typed.values != dict(values)
        if is_news and row.revision != seen and (row.writer != writer or not writer):
            raise Refusal(
                "form_changed",
                "This form was saved in another window meanwhile: what you see here isn't saved.",
            )
        if any(typed.values.get(name, "") != values.get(name, "") for name in WHO):
            typed = Typed(dict(values))
        typed = msgspec.structs.replace(typed, values=dict(values))
        if is_news or leaves:
            write(row, key, typed, "" if leaves else writer)
    return _open(row, key, typed)


def decide(
    number: int, officer: Officer, *, same: int | None = None, others: Iterable[int] = ()
) -> None:
    """Keep who of the candidates is the same person, and who are others.

    Raises ``Refusal``: ``unknown_form``, ``busy``.
    """
    with short_write():
        row, key = locked(number, officer)
        typed = opened(row, key)
        asked = {candidate for candidate, _ in typed.candidates}
        chosen = asked.intersection(others) | set(typed.others)
        typed = msgspec.structs.replace(
            typed,
            same=same if same in asked else typed.same,
            others=tuple(sorted(chosen - {same})),
        )
        write(row, key, typed, row.writer)


def forget(row: EntryForm, who: str) -> None:
    """Forget a form for good; safe to repeat. ``who`` is as the trail names who acts.

    Raises ``Refusal``: ``busy``, ``journal_unavailable``.
    """
    with short_write():
        there = EntryForm.objects.select_for_update().filter(pk=row.pk).first()
        if there is None:
            return
        names = list(there.documents.values_list("name_in_store", flat=True))
        there.delete()
        trail.record(Act.ENTRY_FORGOTTEN, actor=who, subject=f"form:{row.pk}")
        trail.record(Act.SUBJECT_KEY_DESTROYED, actor=who, subject=f"key:{row.key_id}")
    # What fails from here on, the sweeps of keys and of files do.
    journal.note_destroyed([row.key_id])
    subjects.destroy([row.key_id])
    disk.remove(names)


def due(days: int = KEPT_DAYS) -> list[EntryForm]:
    """Return the forms that nobody saved for as many days, or whose entry was submitted."""
    old = Q(updated_at__lt=timezone.now() - timedelta(days=days))
    over = Q(batch__state__in=_OVER)
    return list(EntryForm.objects.filter(old | over).order_by("pk"))


def forms_of(officer: Officer) -> QuerySet[EntryForm]:
    """Return the forms of an officer that aren't done with."""
    return (
        EntryForm.objects.filter(officer=officer)
        .exclude(batch__state__in=_OVER)
        .select_related("batch")
    )


def drafts_of(officer: Officer) -> QuerySet[Batch]:
    return Batch.objects.filter(kind=BatchKind.ENTRY, state=BatchState.DRAFT, entered_by=officer)


def draft_of(row: EntryForm) -> int | None:
    """Return the draft that was entered from a form, None where there is none any more."""
    if row.batch is None or row.batch.state != BatchState.DRAFT:
        return None
    return row.batch.pk


def own(number: int, officer: Officer) -> tuple[EntryForm, bytes]:
    row = forms_of(officer).filter(pk=number).first()
    key = subjects.key(row.key_id) if row else None
    if row is None or key is None:
        raise unknown()
    return row, key


def locked(number: int, officer: Officer) -> tuple[EntryForm, bytes]:
    """Return a form that nobody changes until the transaction ends, and its key."""
    if EntryForm.objects.select_for_update().filter(pk=number, officer=officer).first() is None:
        raise unknown()
    return own(number, officer)


def write(row: EntryForm, key: bytes, typed: Typed, writer: str) -> None:
    row.sealed = _sealed(row, key, typed)
    row.revision += 1
    row.writer = writer
    row.updated_at = timezone.now()
    row.save(update_fields=["sealed", "revision", "writer", "updated_at"])


def opened(row: EntryForm, key: bytes) -> Typed:
    return _typed.decode(unseal(key, bytes(row.sealed), f"entry-form/{row.pk}"))


def documents_of(row: EntryForm, key: bytes) -> tuple[DocumentView, ...]:
    return tuple(
        DocumentView(
            one.pk,
            one.kind,
            unseal(key, bytes(one.declared_name), about(row, one, "name")).decode(),
            one.size,
        )
        for one in row.documents.order_by("pk")
    )


def about(row: EntryForm, document: FormDocument, part: str) -> str:
    return f"entry-form/{row.pk}/{document.name_in_store}/{part}"


def unknown() -> Refusal:
    return Refusal(
        "unknown_form",
        f"You have no such form: it was submitted or discarded, or nobody saved it for {KEPT_DAYS}"
        " days.",
    )


def _open(row: EntryForm, key: bytes, typed: Typed) -> OpenForm:
    decided = {*typed.others, typed.same}
    return OpenForm(
        number=row.pk,
        revision=row.revision,
        saved_at=row.updated_at,
        values=typed.values,
        undecided=tuple(Candidate(*one) for one in typed.candidates if one[0] not in decided),
        batch=draft_of(row),
        documents=documents_of(row, key),
    )


def _sealed(row: EntryForm, key: bytes, typed: Typed) -> bytes:
    content = _json.encode(typed)
    if len(content) > MOST_OCTETS:
        raise Refusal("form_too_long", "The form holds more text than any entry takes: shorten it.")
    return seal(key, content, f"entry-form/{row.pk}")
