"""What waits for approval, what it would tell the public, and saying no to it."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.register.approving import approve_batch, clear_prepared, decidable, forget_unapproved
from nsor.register.errors import Refusal
from nsor.register.locks import claim, short_write
from nsor.register.models import (
    UNSEEN_STATES,
    Batch,
    BatchKind,
    BatchState,
    Particulars,
    Release,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import Person, one_person, people_of
from nsor.register.publishing import lock_head

__all__ = ["PreviewRow", "approve_batch", "preview", "reject_batch", "visible_batch", "waiting"]


class PreviewRow(NamedTuple):
    """A person of a batch as the public would be told of them after approval.

    ``reasons`` says why they would not be public: ``juvenile``, ``stayed``, ``quashed``,
    ``withdrawn``, ``not_registrable``, ``not_approved``; empty where they would. ``warnings`` are
    the codes of the import, and ``withdrawn``: approval leaves a withdrawal standing.
    """

    cnic: str
    particulars: Particulars
    public: bool
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def waiting() -> list[Batch]:
    """Return the batches that wait for approval, the oldest first."""
    return list(
        Batch.objects.filter(state=BatchState.SUBMITTED)
        .select_related("entered_by")
        .order_by("submission")
    )


def visible_batch(number: int) -> Batch:
    """Return a batch that was submitted, whatever became of it. Raises ``Refusal``."""
    visible = Batch.objects.exclude(state__in=UNSEEN_STATES).select_related("entered_by")
    batch = visible.filter(pk=number).first()
    if batch is None:
        raise Refusal("unknown_batch", "There is no batch of this number.")
    return batch


def preview(batch: Batch) -> Iterator[PreviewRow]:
    """Yield each person of a batch once, by CNIC, with what its approval would make of them."""
    if batch.kind == BatchKind.APPEAL:
        record = batch.appeal
        yield _preview_row(one_person(record.conviction.cnic, record))
        return
    for chunk in people_of(batch):
        yield from map(_preview_row, chunk)


def reject_batch(number: int, officer: Officer, reason: str) -> Batch:
    """Reject a batch, as an officer other than the one who entered it.

    Raises ``Refusal`` as ``approve_batch`` does, and ``reason_required``.
    """
    require_role(officer, Role.APPROVAL)
    reason = require_reason(reason)
    with claim(number) as held:
        batch = decidable(number, officer)
        if not held:
            raise Refusal("in_progress", "Another officer is approving this batch at this moment.")
        with short_write():
            lock_head()
            batch = decidable(number, officer)
            batch.state = BatchState.REJECTED
            batch.decided_by = officer
            batch.decided_at = timezone.now()
            batch.reason = reason
            batch.save()
        if Release.objects.filter(batch=batch, last_sequence=None).exists():
            forget_unapproved(batch)
            clear_prepared(batch)
    return batch


def _preview_row(person: Person) -> PreviewRow:
    withdrawn = ("withdrawn",) if "withdrawn" in person.silences else ()
    return PreviewRow(
        cnic=person.cnic,
        particulars=person.particulars,
        public=person.public,
        reasons=person.silences,
        warnings=(*person.warnings, *withdrawn),
    )
