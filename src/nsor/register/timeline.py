"""What was said of a person, in both times: of which days, and since when it was known.

Rules that hold here: clear columns alone are read, so nothing is opened; what counts is what
approved acts recorded. Shown beside a record that was read, never by itself.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from nsor.register.models import AppealRecord, BatchState, Conviction, Profile, Registration


class Topic(StrEnum):
    """What something was said about."""

    PERSON = "person"
    STANDING = "standing"
    CONVICTION = "conviction"
    APPEAL = "appeal"


class Saying(NamedTuple):
    """One thing that was said; ``until`` is the first day of which it wasn't, None for none."""

    known_at: datetime
    batch: int
    topic: Topic
    since: date
    until: date | None
    value: str
    """The standing, the appeal state, or the sections; empty where the person is described."""
    ground: str = ""
    conviction: int | None = None


def timeline(rows: Iterable[int]) -> list[Saying]:
    """Return all that was said of these rows of offenders, in the order of learning."""
    members = list(rows)
    found = [*_people(members), *_standings(members), *_convictions(members), *_appeals(members)]
    return sorted(found, key=lambda one: (one.known_at, one.batch, one.since))


def _people(members: list[int]) -> Iterable[Saying]:
    versions = Profile.objects.filter(
        offender__in=members, recorded_by__state=BatchState.APPROVED
    ).values_list("recorded_by__decided_at", "recorded_by", "valid_from", "valid_to")
    for known_at, batch, since, until in versions:
        yield Saying(_moment(known_at), batch, Topic.PERSON, since, until, "")


def _standings(members: list[int]) -> Iterable[Saying]:
    versions = Registration.objects.filter(
        offender__in=members, recorded_by__state=BatchState.APPROVED
    ).values_list(
        "recorded_by__decided_at",
        "recorded_by",
        "valid_from",
        "valid_to",
        "standing",
        "ground",
        "deceased_on",
    )
    for known_at, batch, since, until, standing, ground, died in versions:
        value = "deceased" if died is not None and died <= since else standing
        yield Saying(_moment(known_at), batch, Topic.STANDING, since, until, value, ground)


def _convictions(members: list[int]) -> Iterable[Saying]:
    entered = Conviction.objects.filter(
        offender__in=members, batch__state=BatchState.APPROVED
    ).values_list("batch__decided_at", "batch", "convicted_on", "sections", "pk")
    for known_at, batch, since, sections, row in entered:
        yield Saying(
            _moment(known_at), batch, Topic.CONVICTION, since, None, sections, conviction=row
        )


def _appeals(members: list[int]) -> Iterable[Saying]:
    records = AppealRecord.objects.filter(
        conviction__offender__in=members, batch__state=BatchState.APPROVED
    ).values_list("batch__decided_at", "batch", "effective_on", "to_state", "conviction")
    for known_at, batch, since, state, row in records:
        yield Saying(_moment(known_at), batch, Topic.APPEAL, since, None, state, conviction=row)


def _moment(known_at: datetime | None) -> datetime:
    assert known_at is not None, "an approved act has its moment"
    return known_at
