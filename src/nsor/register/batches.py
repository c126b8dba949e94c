"""What waits for approval, what it would tell the public, and saying no to it."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting
from nsor.register.acting import Deed
from nsor.register.approving import clear_prepared, decidable
from nsor.register.documents import Profile
from nsor.register.errors import Refusal
from nsor.register.locks import claim, lock_numbers, short_write
from nsor.register.models import (
    UNSEEN_STATES,
    Batch,
    BatchKind,
    BatchState,
    FeedHead,
    Ground,
    Release,
    Standing,
)
from nsor.register.numbering import forget_number
from nsor.register.officers import actor, require_reason, require_role
from nsor.register.people import Person, people, people_of
from nsor.register.publishing import lock_head
from nsor.register.standing import record_standing


class PreviewRow(NamedTuple):
    """A number of a batch as the public would be told of its holder after approval.

    ``reasons`` says why they would not be public (codes of ``nsor.law.disclosing``); empty where
    they would. ``warnings`` are
    the codes of the import, and ``withdrawn``: approval leaves a withdrawal standing.
    """

    cnic: str
    profile: Profile
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
    """Yield each number of a batch's people, with what its approval would make of them."""
    for chunk in _people(batch):
        for person in chunk:
            yield from _preview_rows(person)


def _people(batch: Batch) -> Iterator[list[Person]]:
    if batch.kind == BatchKind.IMPORT:
        yield from people_of(batch)
        return
    assert batch.offender is not None, "an act on one person names the person"
    whole = acting.lock(batch.offender).pk
    owners = batch.appeals.values_list("conviction__offender", flat=True)
    touched = [whole, *([batch.other_id] if batch.other_id else []), *owners]
    yield people(touched, batch)


def reject_batch(number: int, officer: Officer, reason: str) -> Batch:
    """Reject a batch, as an officer other than the one who entered it.

    Raises ``Refusal`` as ``deciding.approve_batch`` does, and ``reason_required``.
    """
    require_role(officer, Role.APPROVAL)
    reason = require_reason(reason)
    with claim(number) as held:
        batch = decidable(number, officer)
        if not held:
            raise Refusal("in_progress", "Another officer is approving this batch at this moment.")
        with short_write():
            lock_numbers()
            head = lock_head()
            batch = decidable(number, officer)
            batch.state = BatchState.REJECTED
            batch.decided_by = officer
            batch.decided_at = timezone.now()
            key = acting.key_of(batch.offender) if batch.offender else None
            batch.sealed_decision = acting.seal_reason(batch, reason, key, "decision")
            batch.save()
            if batch.kind == BatchKind.CORRECTION:
                forget_number(batch)
            _settle_after_rejection(head, batch, officer, reason)
            trail.record(
                Act.BATCH_REJECTED,
                actor=actor(officer),
                subject=f"batch:{batch.pk}",
                details={"reason": reason},
                key=key,
            )
        if Release.objects.filter(batch=batch, last_sequence=None).exists():
            clear_prepared(batch)
    return batch


def _settle_after_rejection(head: FeedHead, batch: Batch, officer: Officer, reason: str) -> None:
    """Have those speak again who were silent only while the rejected act waited."""
    if batch.offender is None:
        return
    offender = acting.lock(batch.offender)
    if batch.kind == BatchKind.REMOVAL and offender.ground == Ground.REMOVAL:
        with acting.at_once(BatchKind.RESTORE, offender, officer, reason) as deed:
            offender.standing, offender.ground = Standing.ACTIVE, Ground.NONE
            record_standing(offender, deed.batch)
            acting.publish(deed, [offender.pk], officer)
            details: dict[str, Json] = {"batch": deed.batch.pk, "rejected": batch.pk}
            acting.enter_in_trail(Act.RESTORED, officer, offender, details)
    elif batch.voids:
        acting.publish(Deed(head, batch), [offender.pk], officer)


def _preview_rows(person: Person) -> Iterator[PreviewRow]:
    withdrawn = ("withdrawn",) if "withdrawn" in person.silences else ()
    for number in person.numbers:
        yield PreviewRow(
            cnic=number.digits,
            profile=person.profile,
            public=person.public,
            reasons=person.silences,
            warnings=(*person.warnings, *withdrawn),
        )
