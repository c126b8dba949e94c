"""What falls due: reviews of registrations and ends of terms, a page at a time.

Rules that hold here: nothing personal is told, so nothing is entered in the trail. The days beside
a person (``Offender.review_on``, ``term_ends``) say where to look, never too late; each who is told
of is judged anew. A page is read by its key through an index, however many people there are.
"""

import heapq
from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from nsor.register.models import Offender, Standing
from nsor.register.people import Person, people
from nsor.register.reviews import is_due


class What(StrEnum):
    """What falls due."""

    REVIEW = "review"
    TERM_END = "term_end"


class Place(NamedTuple):
    """Where in the order of a list something stands: its day, the row, and what it is."""

    on: date
    row: int
    what: What


class Due(NamedTuple):
    """Something that falls due: of whom, when, and how the person stands."""

    offender: int
    what: What
    on: date
    tier: int
    standing: str
    district: int | None
    can_be_recorded: bool
    """Whether it is a review that may be recorded as done already."""


class Page(NamedTuple):
    """A part of what falls due, by day; ``after`` is where the next part begins, None at the end.

    It may tell of fewer than was asked for, also of nothing, though more follows: where a day
    beside a person came too soon.
    """

    found: tuple[Due, ...]
    after: Place | None


_FIELDS: Final = {What.REVIEW: "review_on", What.TERM_END: "term_ends"}


def falling_due(
    until: date,
    *,
    kinds: Collection[What] = tuple(What),
    districts: Collection[int] | None = None,
    after: Place | None = None,
    most: int = 50,
) -> Page:
    """Return what falls due up to a day, what is late first; ``districts`` None for everywhere."""
    ordered = heapq.merge(*(_hints(what, until, districts, after, most + 1) for what in kinds))
    hints = list(islice(ordered, most + 1))
    page, more = hints[:most], hints[most:]
    return Page(tuple(_judged(page, until)), page[-1] if more else None)


def _hints(
    what: What,
    until: date,
    districts: Collection[int] | None,
    after: Place | None,
    most: int,
) -> list[Place]:
    """Return the places of one kind, in their order.

    What is left of a day and the days after it are two questions: each is read from the index of
    the days as it stands, which a question with an "or" is not.
    """
    field = _FIELDS[what]
    rows = _registered().filter(**{f"{field}__lte": until})
    if districts is not None:
        rows = rows.filter(district__in=districts)
    found: list[tuple[int, date]] = []
    if after is not None:
        later = "pk__gte" if what > after.what else "pk__gt"
        of_day = rows.filter(**{field: after.on, later: after.row})
        found += of_day.order_by("pk").values_list("pk", field)[:most]
        rows = rows.filter(**{f"{field}__gt": after.on})
    if len(found) < most:
        found += rows.order_by(field, "pk").values_list("pk", field)[: most - len(found)]
    return [Place(on, row, what) for row, on in found]


def _registered() -> QuerySet[Offender]:
    """Return the rows of all who are registered, those merged into somebody who is included."""
    return Offender.objects.annotate(
        stands=Coalesce("merged_into__standing", F("standing"))
    ).filter(stands__in=(Standing.ACTIVE, Standing.SUSPENDED))


def _judged(page: list[Place], until: date) -> Iterator[Due]:
    """Yield what really falls due, each person's once, at its day."""
    found = {row: person for person in people({one.row for one in page}) for row in person.members}
    told: set[tuple[int, What]] = set()
    for one in page:
        person = found.get(one.row)
        if person is None or (person.offender.pk, one.what) in told:
            continue
        on = _day(person, one.what)
        if on is not None and on <= until and person.convictions:
            told.add((person.offender.pk, one.what))
            yield Due(
                offender=person.offender.pk,
                what=one.what,
                on=on,
                tier=person.term.tier,
                standing=person.offender.standing,
                district=person.offender.district,
                can_be_recorded=one.what is What.REVIEW and is_due(person),
            )


def _day(person: Person, what: What) -> date | None:
    return person.term.review_on if what is What.REVIEW else person.term.ends
