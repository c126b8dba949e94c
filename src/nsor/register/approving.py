"""Approving a file: what makes it count, and what publishes it.

Rules that hold here:

- An import is prepared first: its profiles and publications are written in chunks, each in a short
  transaction, invisible. Then one short transaction approves the batch and gives the sequences.
- Who was changed by another act since the preparation began is looked at again inside that last
  transaction: their publication says what is true then. Approvals of other imports need no second
  look: they only ever add convictions, and what is prepared here says "listed" of people who are.
- Where other law counts by then than when the preparation began, it is made anew: whoever judges
  people again because of that change doesn't see them before they are approved.
- A preparation that died is cleared by the next one, or by the rejection of its batch.
- Whoever's term had ended is active again where it runs on by what is approved.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register import districts, terms, versions
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.intervals import Span, Told, said
from nsor.register.locks import breathe, claim, short_write
from nsor.register.models import (
    UNSEEN_STATES,
    Batch,
    BatchState,
    Conviction,
    FeedHead,
    Ground,
    IdentityNumber,
    Offender,
    Profile,
    Publication,
    Registration,
    Release,
    ReleaseKind,
    Standing,
)
from nsor.register.officers import actor
from nsor.register.people import CHUNK, Person, people, people_of
from nsor.register.publishing import lock_head, publication_of, publications_of, release_prepared
from nsor.register.search import indexing
from nsor.register.versions import Stand
from nsor.secrecy import ids

_HINT = (
    f"UPDATE {Offender._meta.db_table}"  # noqa: S608 - the table's name alone
    " SET tier = %s, term_ends = %s, review_on = %s, district = %s WHERE id = %s"
)


class Approval(NamedTuple):
    """How many people the public is told of by the batch, and the feed's last sequence then."""

    batch: int
    published: int
    sequence: int


def approve_import(number: int, officer: Officer, progress: Callable[[int], None]) -> Approval:
    """Approve a file and publish its people. Raises ``Refusal`` as ``deciding.approve_batch``."""
    with claim(number) as held:
        if not held:
            raise Refusal("in_progress", "Another officer is approving this batch at this moment.")
        return _approve_import(decidable(number, officer), officer, progress)


def decidable(number: int, officer: Officer) -> Batch:
    """Return a batch that the officer may decide.

    Raises ``Refusal``: ``unknown_batch``, ``not_submitted``, ``own_entry``.
    """
    batch = submitted(number)
    if batch.entered_by_id == officer.pk:
        raise Refusal("own_entry", "Another officer than the one who entered it must decide this.")
    return batch


def submitted(number: int) -> Batch:
    """Return a batch that waits, whoever entered it.

    Raises ``Refusal``: ``unknown_batch``, ``not_submitted``.
    """
    hidden = (*UNSEEN_STATES, BatchState.DRAFT)
    batch = Batch.objects.exclude(state__in=hidden).filter(pk=number).first()
    if batch is None:
        raise Refusal("unknown_batch", "There is no batch of this number.")
    if batch.state != BatchState.SUBMITTED:
        raise Refusal("not_submitted", f"The batch was {batch.state} already.")
    return batch


def decide(head: FeedHead, batch: Batch, officer: Officer | None) -> None:
    """Have a batch take effect now, in the order of decisions. The head must be locked."""
    # Two machines' clocks differ: an act that is later in the order is never earlier in time.
    last = Batch.objects.filter(decision=head.last_decision).values_list("decided_at", flat=True)
    now = timezone.now()
    head.last_decision += 1
    batch.decision = head.last_decision
    batch.state = BatchState.APPROVED
    batch.decided_by = officer
    batch.decided_at = max(now, last.first() or now)
    batch.save()
    head.save()


def clear_prepared(batch: Batch) -> None:
    """Delete what a preparation left which died."""
    for release in Release.objects.filter(batch=batch, last_sequence=None):
        _delete_in_chunks(Publication, release=release)
        with short_write():
            release.delete()
    _delete_in_chunks(Profile, recorded_by=batch)
    _delete_in_chunks(Registration, recorded_by=batch)


def _delete_in_chunks(
    model: type[Publication] | type[Profile] | type[Registration], **which: object
) -> None:
    while keys := list(model.objects.filter(**which).values_list("pk", flat=True)[:CHUNK]):
        with short_write():
            model.objects.filter(pk__in=keys).delete()
        breathe()


def _approve_import(batch: Batch, officer: Officer, progress: Callable[[int], None]) -> Approval:
    while True:
        law = terms.moment()
        approval = _prepare_and_flip(batch, officer, progress, law)
        if approval is not None:
            return approval


def _prepare_and_flip(
    batch: Batch, officer: Officer, progress: Callable[[int], None], law: tuple[int, date]
) -> Approval | None:
    clear_prepared(batch)
    since = FeedHead.objects.get().last_sequence
    with short_write():
        release = Release.objects.create(kind=ReleaseKind.BATCH, batch=batch, officer=officer)
    written = published = people_seen = 0
    anew: list[int] = []
    for chunk in people_of(batch):
        public = [person for person in chunk if person.public]
        written += _prepare(chunk, public, batch, release, written)
        published += len(public)
        anew += (person.offender.pk for person in chunk if person.begins_anew)
        people_seen += len(chunk)
        progress(people_seen)
        breathe()
        index_anew(chunk, batch)
    prepared = _Prepared(release, written, published, since, law, anew)
    return _flip(batch, officer, prepared)


class _Prepared(NamedTuple):
    """What a preparation wrote, since which sequence, and by which law."""

    release: Release
    written: int
    published: int
    since: int
    law: tuple[int, date]
    anew: list[int]
    """Who begins anew."""


def _prepare(
    chunk: list[Person], public: list[Person], batch: Batch, release: Release, before: int
) -> int:
    publications: list[Publication] = []
    for person in public:
        publications += publications_of(person, release, before + len(publications) + 1)
    with short_write():
        record_people(chunk, batch)
        Publication.objects.bulk_create(publications)
    return len(publications)


def record_people(chunk: list[Person], batch: Batch) -> None:
    """Write who people are and how they stand, as versions that count once ``batch`` does.

    Beside each person it puts the term, and the district, by which they are found.
    """
    taking = [person for person in chunk if person.takes_profile]
    rows = ids.allocate(Profile, len(taking))
    Profile.objects.bulk_create(
        versions.profile_row(
            person.offender, person.key, batch, row, Span(person.profile_from), person.profile
        )
        for person, row in zip(taking, rows, strict=True)
    )
    logs = versions.stands(person.offender.pk for person in chunk)
    Registration.objects.bulk_create(
        row for person in chunk for row in _registrations(person, logs[person.offender.pk], batch)
    )
    for person in chunk:
        hint_at_term(person)
    with connection.cursor() as cursor:  # ten times faster than bulk_update
        cursor.executemany(
            _HINT,
            [
                (*term_of(person.offender), districts.of_person(person), person.offender.pk)
                for person in chunk
            ],
        )


def _registrations(person: Person, log: list[Told[Stand]], batch: Batch) -> Iterator[Registration]:
    if person.takes_profile:
        yield from versions.first_stand(person, log, batch)
    stand = versions.stand_of(person)
    if log and said(log, today(), log[-1].at) != stand:
        yield versions.version(person.offender, batch, Span(today()), stand)


def index_anew(chunk: list[Person], batch: Batch) -> None:
    """Have those found by their names who were made for another act than their first approved one.

    What that one called them may have been rejected.
    """
    taking = [person.offender.pk for person in chunk if person.takes_profile]
    made = IdentityNumber.objects.filter(offender__in=taking, recorded_by=batch)
    others = sorted(set(taking) - set(made.values_list("offender", flat=True)))
    if others:
        with short_write():
            lock_head()
            indexing.reindex(others)


def begin_anew(offenders: Iterable[int]) -> None:
    """Store that people whose term had ended are active again, by the act that is approved."""
    rows = iter(offenders)
    while some := list(islice(rows, CHUNK)):
        expired = Offender.objects.filter(pk__in=some, standing=Standing.EXPIRED, ground="")
        expired.update(standing=Standing.ACTIVE, ground=Ground.NONE)


def term_of(offender: Offender) -> tuple[int | None, date | None, date | None]:
    """Return the term as it is stored beside a person."""
    return offender.tier, offender.term_ends, offender.review_on


def hint_at_term(person: Person) -> None:
    """Put the days beside a person on which the scheduled work has to look at them.

    Never later than what stands there: what changes them may yet be rejected.
    """
    offender, term = person.offender, person.term
    first = person.takes_profile
    offender.tier = term.tier
    offender.term_ends = term.ends if first else _sooner(offender.term_ends, term.ends)
    offender.review_on = term.review_on if first else _sooner(offender.review_on, term.review_on)


def _sooner(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)


def _flip(batch: Batch, officer: Officer, prepared: _Prepared) -> Approval | None:
    """Approve and release in one short transaction; None where the law has changed meanwhile."""
    with short_write():
        head = lock_head()
        decidable(batch.pk, officer)
        if terms.moment() != prepared.law:
            return None
        release, count, published = prepared.release, prepared.written, prepared.published
        touched = _changed_since(prepared.since, batch)
        changed = people(touched, batch)
        published -= _silence_the_removed(touched, changed, release)
        record_people(changed, batch)
        again = {one.offender.pk for one in changed}
        begin_anew(one for one in prepared.anew if one not in again)
        begin_anew(one.offender.pk for one in changed if one.begins_anew)
        for person in changed:
            rows = {
                row.number_id: row
                for row in Publication.objects.filter(
                    release=release, number__offender__in=person.members
                )
            }
            if not rows and not person.public:
                continue
            published += person.public - bool(rows)
            for number in person.answerable:
                old = rows.get(number.row)
                count += old is None
                fresh = publication_of(person, number, release, old.ordinal if old else count)
                fresh.pk = old.pk if old else None
                fresh.save(force_update=old is not None)
        decide(head, batch, officer)
        trail.record(
            Act.BATCH_APPROVED,
            actor=actor(officer),
            subject=f"batch:{batch.pk}",
            details={"published": published, "sequence": head.last_sequence + count},
        )
        if count:
            release_prepared(head, release, count)
        else:
            release.delete()
    return Approval(batch.pk, published, head.last_sequence)


def _changed_since(sequence: int, batch: Batch) -> list[int]:
    """Return those of a batch who were changed since; the versions prepared of them are gone."""
    acts = Publication.objects.filter(
        release__kind=ReleaseKind.ACT, release__last_sequence__gt=sequence
    ).values("number__offender")
    offenders = Conviction.objects.filter(batch=batch, offender__in=acts)
    changed = sorted(set(offenders.values_list("offender", flat=True)))
    roots = Offender.objects.filter(merged__in=changed).values_list("pk", flat=True)
    for model in (Profile, Registration):
        model.objects.filter(recorded_by=batch, offender__in=[*changed, *roots]).delete()
    return changed


def _silence_the_removed(touched: list[int], found: list[Person], release: Release) -> int:
    """Have nothing be told of those who were removed since; return of how many it would have been.

    Their key opens what was prepared until it is destroyed.
    """
    removed = set(touched) - {member for person in found for member in person.members}
    prepared = Publication.objects.filter(
        release=release, number__offender__in=removed, listed=True
    )
    people_told_of = set(prepared.values_list("number__offender", flat=True))
    prepared.update(listed=False)
    return len(people_told_of)
