"""A person's versions as logs of what was told, and what to tell next.

Rules that hold here:

- A version counts once its act is approved; the order of telling is the order of decisions.
- A standing is told since a day and without an end. Whatever changes one part of it (a death, a
  term) leaves what was said of the others on each day as it was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import NamedTuple

from nsor.register import documents
from nsor.register.intervals import Piece, Span, Told, amendment, unsaid
from nsor.register.models import (
    Batch,
    BatchState,
    Ground,
    Offender,
    Profile,
    Registration,
    Standing,
)
from nsor.register.people import Person
from nsor.secrecy.subjects import SubjectKey


class Stand(NamedTuple):
    """How a person stands on a day: the columns of ``Registration``."""

    standing: str
    ground: str
    tier: int | None
    term_ends: date | None
    review_on: date | None
    deceased_on: date | None


def stands(offenders: Iterable[int]) -> dict[int, list[Told[Stand]]]:
    """Return all that was told of the standing of each of these people, so far as it counts."""
    found: defaultdict[int, list[Told[Stand]]] = defaultdict(list)
    rows = Registration.objects.filter(
        offender__in=list(offenders), recorded_by__state=BatchState.APPROVED
    )
    for row in rows.select_related("recorded_by").order_by("recorded_by__decision", "pk"):
        stand = Stand(*(getattr(row, name) for name in Stand._fields))
        found[row.offender_id].append(Told(_told_at(row), _span_of(row), stand))
    return found


def profiles(offender: int, key: bytes) -> list[Told[documents.Profile]]:
    """Return all that was told of who a person is, so far as it counts.

    Raises ``nsor.secrecy.box.SealBroken``.
    """
    rows = Profile.objects.filter(offender=offender, recorded_by__state=BatchState.APPROVED)
    return [
        Told(_told_at(row), _span_of(row), documents.open_profile(key, row.pk, bytes(row.sealed)))
        for row in rows.select_related("recorded_by").order_by("recorded_by__decision", "pk")
    ]


def profile_row(
    offender: Offender,
    key: SubjectKey,
    batch: Batch,
    row: int,
    days: Span,
    profile: documents.Profile,
) -> Profile:
    """Return the row that says who a person is in a span of days."""
    return Profile(
        pk=row,
        offender=offender,
        valid_from=days.valid_from,
        valid_to=days.valid_to,
        recorded_by=batch,
        sealed=documents.seal_profile(key.key, row, profile),
    )


def stand_of(person: Person) -> Stand:
    """Return how a person stands now."""
    offender, term = person.offender, person.term
    return Stand(
        standing=offender.standing,
        ground=offender.ground,
        tier=term.tier,
        term_ends=term.ends,
        review_on=term.review_on,
        deceased_on=offender.deceased_on,
    )


def first_stand(person: Person, log: Iterable[Told[Stand]], batch: Batch) -> list[Registration]:
    """Return the versions of an approval that is a person's first.

    Registered since their conviction; what was said of them while it waited stays said.
    """
    stand = stand_of(person)._replace(
        standing=Standing.ACTIVE, ground=Ground.NONE, deceased_on=None
    )
    return [
        version(person.offender, batch, days, stand)
        for days in unsaid(log, Span(person.profile_from))
    ]


def changed_stand(
    person: Person,
    log: Iterable[Told[Stand]],
    batch: Batch,
    changes: Iterable[tuple[Span, dict[str, object]]],
) -> list[Registration]:
    """Return the versions that change parts of how a person stood, each in a span of days.

    The spans don't overlap. Of whom nothing was said yet, how they stand now is said in each.
    """
    known = list(log)
    if not known:
        return [version(person.offender, batch, span, stand_of(person)) for span, _ in changes]
    return [
        version(person.offender, batch, days, stand)
        for span, values in changes
        for days, stand in amended(known, span, values)
    ]


def amended(
    log: Iterable[Told[Stand]], span: Span, values: dict[str, object]
) -> list[Piece[Stand]]:
    """Return what to tell of a standing so that parts of it are other ones in a span of days."""
    return amendment(log, span, _with(values))


def version(offender: Offender, batch: Batch, days: Span, stand: Stand) -> Registration:
    """Return the row that says how a person stands in a span of days."""
    return Registration(
        offender=offender,
        valid_from=days.valid_from,
        valid_to=days.valid_to,
        recorded_by=batch,
        **stand._asdict(),
    )


def _with(values: dict[str, object]) -> Callable[[Stand], Stand]:
    return lambda stand: stand._replace(**values)  # type: ignore[arg-type]


def _told_at(row: Profile | Registration) -> datetime:
    at = row.recorded_by.decided_at
    assert at is not None, "an approved act has its moment"
    return at


def _span_of(row: Profile | Registration) -> Span:
    return Span(row.valid_from, row.valid_to)
