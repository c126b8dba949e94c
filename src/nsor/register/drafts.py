"""What becomes of a form of an entry: its documents, the draft that is entered, its submission.

Rules that hold here:

- An officer enters what is in their own form, and submits or discards their own draft.
- A document goes to the person when the entry is submitted, and no earlier: of what is discarded
  nothing stays with anybody.
- Who may be the same person is kept with the form until the officer has said so of each. That the
  register knows somebody is told by a check alone, and each time it is, the trail has it. Who it is
  takes a reason outside of the officer's jurisdiction (``duplicates.show``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register import acting, documents, entering, entry_forms
from nsor.register.entering import MaybeKnown, NewConviction
from nsor.register.entry_forms import (
    KEPT_DAYS,
    DocumentView,
    Listed,
    OpenForm,
    begin,
    decide,
    find,
    listed,
    save,
)
from nsor.register.errors import Refusal
from nsor.register.evidence import disk, store
from nsor.register.jurisdiction import ReasonOf, is_outside, no_reason
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    Conviction,
    EntryForm,
    FormDocument,
    Offender,
    Standing,
)
from nsor.register.officers import actor
from nsor.register.search import duplicates
from nsor.register.search.duplicates import Candidate
from nsor.register.search.query import Row
from nsor.secrecy import subjects
from nsor.secrecy.box import SealBroken, seal, unseal

__all__ = [
    "KEPT_DAYS",
    "MOST_DOCUMENTS",
    "DocumentView",
    "Entered",
    "Listed",
    "OpenForm",
    "Shown",
    "add_document",
    "begin",
    "candidates",
    "decide",
    "discard",
    "enter",
    "entered",
    "find",
    "listed",
    "remove_document",
    "save",
    "shown",
    "submit",
    "waiting_drafts",
]

MOST_DOCUMENTS: Final = 10


@dataclass(frozen=True, slots=True, repr=False)
class Entered:
    """A draft of the register as the officer who entered it sees it."""

    batch: int
    form: int | None
    number: str
    kind: str
    known: bool
    """Whether the person was in the register before."""
    conviction: Conviction
    case: documents.Case
    warnings: tuple[str, ...]
    documents: tuple[DocumentView, ...]


class Shown(NamedTuple):
    """Somebody who may be the same person, and what an officer sees of them.

    ``row`` is None for whoever lives outside the jurisdiction and isn't opened with a reason.
    ``likeness`` is from 0 to 1.
    """

    offender: int
    likeness: float
    row: Row | None


def waiting_drafts(officer: Officer) -> list[Batch]:
    """Return an officer's drafts whose form is gone, the newest first."""
    return list(
        entry_forms.drafts_of(officer).filter(form=None).order_by("-pk")[: entry_forms.MOST_FORMS]
    )


def candidates(number: int, officer: Officer, reason_of: ReasonOf = no_reason) -> list[Shown]:
    """Return who a form's person may be, undecided as yet; it is in the trail before.

    Raises ``Refusal``: ``unknown_form``, ``role_not_allowed``, ``busy``.
    """
    form = find(number, officer)
    if form is None:
        raise entry_forms.unknown()
    return shown(form.undecided, officer, reason_of)


def shown(
    found: Iterable[Candidate], officer: Officer, reason_of: ReasonOf = no_reason
) -> list[Shown]:
    """Return what an officer sees of people, merged ones as one; it is in the trail before.

    ``reason_of`` tells why those are opened who live outside the officer's jurisdiction. Raises
    ``Refusal``: ``role_not_allowed``, ``busy``.
    """
    likeness = {one.offender: one.likeness for one in found}
    rows = Offender.objects.select_related("merged_into").filter(pk__in=likeness)
    roots = {row.pk: acting.root(row) for row in rows}
    asked = {root.pk: Candidate(root.pk, likeness[row]) for row, root in roots.items()}
    if not asked:
        return []
    seen = {row.offender: row for row in duplicates.show(list(asked.values()), officer, reason_of)}
    return [
        Shown(row, likeness[row], seen.get(root.pk))
        for row, root in roots.items()
        if root.pk in seen or _is_kept_back(root, officer, reason_of)
    ]


def _is_kept_back(root: Offender, officer: Officer, reason_of: ReasonOf) -> bool:
    """Tell whether somebody isn't shown for want of a reason, and not as being gone."""
    if root.standing == Standing.REMOVED or not is_outside(officer, root.district):
        return False
    return not reason_of(root.pk)


def enter(number: int, officer: Officer, new: NewConviction) -> Batch:
    """Enter what a form says as a draft of the register, or change the draft that it made.

    A draft of another number is discarded. Raises as ``entering.enter_conviction`` and
    ``entering.change_draft`` do, and ``Refusal``: ``unknown_form``, ``form_entered``.
    """
    row, key = entry_forms.own(number, officer)
    if entry_forms.draft_of(row) is not None:
        assert row.batch is not None
        try:
            return entering.change_draft(row.batch, new, officer)
        except Refusal as refusal:
            if refusal.code != "number_differs":
                raise
        entering.discard_draft(row.batch, officer)
    typed = entry_forms.opened(row, key)
    same = Offender.objects.filter(pk=typed.same).first() if typed.same else None
    try:
        return entering.enter_conviction(
            new, officer, same_as=same, others=frozenset(typed.others), form=row.pk
        )
    except MaybeKnown as maybe:
        _keep_candidates(number, officer, maybe.candidates)
        raise


def entered(batch: int, officer: Officer) -> Entered | None:
    """Return a draft that an officer entered, None where this is none of theirs."""
    draft = entry_forms.drafts_of(officer).filter(pk=batch).first()
    conviction = (
        Conviction.objects.select_related("offender", "number").filter(batch=draft).first()
        if draft
        else None
    )
    if draft is None or conviction is None:
        return None
    key = acting.key_of(conviction.offender).key
    form = entry_forms.forms_of(officer).filter(batch=draft).first()
    form_key = subjects.key(form.key_id) if form else None
    return Entered(
        batch=draft.pk,
        form=form.pk if form and form_key else None,
        number=documents.open_number(key, conviction.number_id, bytes(conviction.number.sealed)),
        kind=conviction.number.kind,
        known=conviction.number.recorded_by_id != draft.pk,
        conviction=conviction,
        case=documents.open_case(key, conviction.pk, bytes(conviction.sealed)),
        warnings=tuple(code for code in conviction.warnings.split(";") if code),
        documents=entry_forms.documents_of(form, form_key) if form and form_key else (),
    )


def submit(batch: int, officer: Officer) -> Batch:
    """Hand a draft's documents over to the person, submit it, and forget its form.

    Raises as ``entering.submit`` and ``store.add_evidence`` do.
    """
    draft = entry_forms.drafts_of(officer).filter(pk=batch).select_related("offender").first()
    if draft is None:
        raise Refusal("not_a_draft", "This is no draft of yours any more.")
    form = entry_forms.forms_of(officer).filter(batch=draft).first()
    if form is not None:
        _hand_over(form, draft, officer)
    draft = entering.submit(draft, officer)
    if form is not None:
        entry_forms.forget(form, actor(officer))
    return draft


def discard(number: int, officer: Officer) -> None:
    """Forget a form, and discard the draft that was entered from it.

    Raises ``Refusal``: ``unknown_form``, ``busy``, ``journal_unavailable``.
    """
    row = entry_forms.forms_of(officer).filter(pk=number).first()
    if row is None:
        raise entry_forms.unknown()
    if entry_forms.draft_of(row) is not None:
        assert row.batch is not None
        entering.discard_draft(row.batch, officer)
    entry_forms.forget(row, actor(officer))


def add_document(number: int, officer: Officer, octets: bytes, name: str, kind: str) -> None:
    """Add a document to a form; call it outside of a transaction.

    Raises ``Refusal``: ``unknown_form``, ``too_many_documents``, ``busy``, and for a document that
    isn't taken as ``store.add_evidence`` does; ``OSError`` where the store can't be written.
    """
    row, key = entry_forms.own(number, officer)
    declared, _ = store.examined(octets, name, kind)
    made = FormDocument(form=row, kind=kind, size=len(octets), added_at=timezone.now())
    made.name_in_store = disk.new_name()
    made.declared_name = seal(key, declared.encode(), entry_forms.about(row, made, "name"))
    disk.write(made.name_in_store, seal(key, octets, entry_forms.about(row, made, "document")))
    try:
        with short_write():
            entry_forms.locked(number, officer)
            if FormDocument.objects.filter(form=row).count() >= MOST_DOCUMENTS:
                raise Refusal(
                    "too_many_documents",
                    f"A form takes {MOST_DOCUMENTS} documents: put several pages into one file.",
                )
            made.save()
    except Refusal:
        disk.remove([made.name_in_store])
        raise


def remove_document(number: int, officer: Officer, document: int) -> None:
    """Take a document off a form. Raises ``Refusal``: ``unknown_form``, ``busy``."""
    with short_write():
        row, _ = entry_forms.locked(number, officer)
        found = FormDocument.objects.filter(form=row, pk=document)
        names = list(found.values_list("name_in_store", flat=True))
        found.delete()
    disk.remove(names)


def _keep_candidates(number: int, officer: Officer, found: list[Candidate]) -> None:
    """Keep who may be the same person; that the register may know them is told by this alone."""
    with short_write():
        trail.record(
            Act.DUPLICATES_SHOWN,
            actor=actor(officer),
            subject=f"form:{number}",
            details={"told_of": [one.offender for one in found]},
        )
        row, key = entry_forms.locked(number, officer)
        kept = tuple((one.offender, one.likeness) for one in found)
        typed = msgspec.structs.replace(entry_forms.opened(row, key), candidates=kept)
        entry_forms.write(row, key, typed, row.writer)


def _hand_over(form: EntryForm, draft: Batch, officer: Officer) -> None:
    """Give a form's documents to the person; the first is the draft's own."""
    assert draft.offender is not None, "a draft names its person"
    key = subjects.key(form.key_id)
    if key is None:
        return
    owner = acting.key_of(draft.offender)
    for one in form.documents.order_by("pk"):
        evidence = store.add_evidence(
            draft.offender.pk, owner, *_file(form, one, key), officer, one.kind
        )
        with short_write():
            Batch.objects.filter(pk=draft.pk, evidence=None).update(evidence=evidence)
            FormDocument.objects.filter(pk=one.pk).delete()
        disk.remove([one.name_in_store])


def _file(form: EntryForm, one: FormDocument, key: bytes) -> tuple[bytes, str]:
    """Return what a document holds, and its name."""
    try:
        octets = unseal(key, disk.read(one.name_in_store), entry_forms.about(form, one, "document"))
    except (OSError, SealBroken):
        raise Refusal(
            "evidence_gone",
            "A document's file is missing or was changed: take it off.",
        ) from None
    return octets, unseal(
        key, bytes(one.declared_name), entry_forms.about(form, one, "name")
    ).decode()
