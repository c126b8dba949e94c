"""Approving a batch: what makes it count, and what publishes it.

Rules that hold here:

- An import is prepared first: its publications are written in chunks, each in a short transaction,
  invisible. Then one short transaction approves the batch and gives the sequences.
- Who was changed by another act since the preparation began is looked at again inside that last
  transaction: their publication says what is true then. Approvals of other imports need no second
  look: they only ever add convictions, and what is prepared here says "listed" of people who are.
- A preparation that died is cleared by the next one, or by the rejection of its batch.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.register.errors import Refusal
from nsor.register.locks import breathe, claim, short_write
from nsor.register.models import (
    LIVE_STATES,
    UNSEEN_STATES,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    FeedHead,
    Offender,
    Particulars,
    Publication,
    Release,
    ReleaseKind,
)
from nsor.register.officers import require_role
from nsor.register.people import CHUNK, PARTICULARS, Person, one_person, people, people_of
from nsor.register.publishing import lock_head, publication_of, publish_act, release_prepared


class Approval(NamedTuple):
    """How many people the public is told of by the batch, and the feed's last sequence then."""

    batch: int
    published: int
    sequence: int


def approve_batch(
    number: int, officer: Officer, *, progress: Callable[[int], None] = lambda entries: None
) -> Approval:
    """Approve a batch and publish it, as an officer other than the one who entered it.

    ``progress`` is told how many people are prepared. Raises ``Refusal``: ``role_not_allowed``,
    ``unknown_batch``, ``not_submitted``, ``own_entry``, ``in_progress``, ``outdated``, ``busy``.
    """
    require_role(officer, Role.APPROVAL)
    batch = decidable(number, officer)
    if batch.kind == BatchKind.APPEAL:
        return _approve_appeal(batch, officer)
    with claim(number) as held:
        if not held:
            raise Refusal("in_progress", "Another officer is approving this batch at this moment.")
        return _approve_import(batch, officer, progress)


def decidable(number: int, officer: Officer) -> Batch:
    """Return a batch that the officer may decide. Raises ``Refusal`` as ``approve_batch`` does."""
    batch = Batch.objects.exclude(state__in=UNSEEN_STATES).filter(pk=number).first()
    if batch is None:
        raise Refusal("unknown_batch", "There is no batch of this number.")
    if batch.state != BatchState.SUBMITTED:
        raise Refusal("not_submitted", f"The batch was {batch.state} already.")
    if batch.entered_by_id == officer.pk:
        raise Refusal("own_entry", "Another officer than the one who entered it must decide this.")
    return batch


def clear_prepared(batch: Batch) -> None:
    """Delete the publications that a preparation left which died."""
    for release in Release.objects.filter(batch=batch, last_sequence=None):
        rows = Publication.objects.filter(release=release)
        while keys := list(rows.values_list("pk", flat=True)[:CHUNK]):
            with short_write():
                Publication.objects.filter(pk__in=keys).delete()
            breathe()
        with short_write():
            release.delete()


def forget_unapproved(batch: Batch) -> None:
    """Delete the offenders that a preparation made for a batch that was never approved."""
    for chunk in people_of(batch):
        made = [person.cnic for person in chunk if person.offender and person.takes_particulars]
        live = Conviction.objects.filter(batch__state__in=LIVE_STATES, cnic__in=made)
        with short_write():
            Offender.objects.filter(cnic__in=made, withdrawn=False).exclude(
                cnic__in=live.values("cnic")
            ).delete()
        breathe()


def _approve_import(batch: Batch, officer: Officer, progress: Callable[[int], None]) -> Approval:
    clear_prepared(batch)
    since = FeedHead.objects.get().last_sequence
    with short_write():
        release = Release.objects.create(kind=ReleaseKind.BATCH, batch=batch, officer=officer)
    prepared = people_seen = 0
    for chunk in people_of(batch):
        prepared += _prepare(chunk, release, prepared)
        people_seen += len(chunk)
        progress(people_seen)
        breathe()
    return _flip(batch, officer, release, prepared, since)


def _prepare(chunk: list[Person], release: Release, before: int) -> int:
    new = [person for person in chunk if person.offender is None]
    taking = [
        person
        for person in chunk
        if person.offender
        and person.takes_particulars
        and _particulars(person.offender) != _particulars(person.particulars)
    ]
    publications = [
        publication_of(person, release, ordinal)
        for ordinal, person in enumerate((one for one in chunk if one.public), before + 1)
    ]
    with short_write():
        Offender.objects.bulk_create(
            [Offender(cnic=person.cnic, **_particulars(person.particulars)) for person in new],
            ignore_conflicts=True,
        )
        for person in taking:
            Offender.objects.filter(cnic=person.cnic).update(**_particulars(person.particulars))
        Publication.objects.bulk_create(publications)
    return len(publications)


def _particulars(of: Particulars) -> dict[str, Any]:
    return {name: getattr(of, name) for name in PARTICULARS}


def _flip(batch: Batch, officer: Officer, release: Release, prepared: int, since: int) -> Approval:
    """Approve and release in one short transaction."""
    with short_write():
        head = lock_head()
        decidable(batch.pk, officer)
        published = count = prepared
        for person in _changed_since(since, batch):
            row = Publication.objects.filter(release=release, cnic=int(person.cnic)).first()
            if row is None and not person.public:
                continue
            if row is None:
                count += 1
                publication_of(person, release, count).save()
                published += 1
                continue
            fresh = publication_of(person, release, row.ordinal)
            fresh.pk = row.pk
            fresh.save(force_update=True)
            published -= not person.public
        batch.state = BatchState.APPROVED
        batch.decided_by = officer
        batch.decided_at = timezone.now()
        batch.save()
        if count:
            release_prepared(head, release, count)
        else:
            release.delete()
    return Approval(batch.pk, published, head.last_sequence)


def _changed_since(sequence: int, batch: Batch) -> list[Person]:
    changed = Publication.objects.filter(
        release__kind=ReleaseKind.ACT, release__last_sequence__gt=sequence
    ).values_list("cnic", flat=True)
    numbers = Conviction.objects.filter(
        batch=batch, cnic__in=[f"{number:013}" for number in changed]
    ).values_list("cnic", flat=True)
    return people(sorted(set(numbers)), batch)


def _approve_appeal(batch: Batch, officer: Officer) -> Approval:
    with short_write():
        head = lock_head()
        decidable(batch.pk, officer)
        record = batch.appeal
        live = Conviction.objects.filter(batch__state__in=LIVE_STATES)
        conviction = live.filter(pk=record.conviction_id).first()
        if conviction is None or conviction.appeal_state != record.from_state:
            raise Refusal(
                "outdated",
                "The appeal state has changed since this was entered: reject the batch, and have"
                " what is true now entered.",
            )
        conviction.appeal_state = record.to_state
        conviction.save(update_fields=["appeal_state"])
        record.effective_at = batch.decided_at = timezone.now()
        record.save()
        batch.state = BatchState.APPROVED
        batch.decided_by = officer
        batch.save()
        person = one_person(conviction.cnic)
        sequence = publish_act(head, person, officer, batch)
    return Approval(batch.pk, int(person.public), sequence)
