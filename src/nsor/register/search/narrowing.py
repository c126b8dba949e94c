"""Narrowing: from what is asked to a bounded number of people, by tokens and clear columns alone.

Rules that hold here:

- Nothing is opened. What is found is a superset: ``seen`` and the opened profiles decide.
- The group of tokens that fewest people have comes first, and the others are looked up for those.
- Never more than ``most`` + 1 people are asked for: who gets that many knows that it is too many.
- A person whom others are merged into is found by the tokens of all, but clear columns are each
  row's own: such people pass the filters here and are looked at again by ``seen``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from nsor.register.lifecycle import State
from nsor.register.models import (
    Batch,
    BatchState,
    Conviction,
    Offender,
    SearchToken,
    Standing,
)

Tokens = Sequence[int]

_COUNTED = 5_000
"""How far a group of tokens is counted to tell which is held by fewest."""
_DISTINCT_SECTIONS = """
    WITH RECURSIVE found (sections) AS (
        SELECT min(sections) FROM register_conviction
        UNION ALL
        SELECT (
            SELECT min(sections) FROM register_conviction WHERE sections > found.sections
        ) FROM found WHERE found.sections IS NOT NULL
    )
    SELECT sections FROM found WHERE sections IS NOT NULL
"""
_STANDINGS = {State.SUSPENDED: Standing.SUSPENDED, State.EXPIRED: Standing.EXPIRED}
_WAITING = {State.SUBMITTED: BatchState.SUBMITTED, State.DRAFT: BatchState.DRAFT}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of clear columns; None where nothing is."""

    sections: frozenset[str] | None = None
    """The values of the column that name the section that is asked for."""
    convicted_from: date | None = None
    convicted_to: date | None = None
    status: State | None = None

    @property
    def of_convictions(self) -> dict[str, object]:
        """The conditions on one conviction, as the query's arguments."""
        asked: dict[str, object] = {}
        if self.sections is not None:
            asked["sections__in"] = sorted(self.sections)
        if self.convicted_from is not None:
            asked["convicted_on__gte"] = self.convicted_from
        if self.convicted_to is not None:
            asked["convicted_on__lte"] = self.convicted_to
        return asked

    def takes(self, sections: str, convicted_on: date) -> bool:
        """Tell whether one conviction is such as is asked for."""
        return (
            (self.sections is None or sections in self.sections)
            and (self.convicted_from is None or self.convicted_from <= convicted_on)
            and (self.convicted_to is None or convicted_on <= self.convicted_to)
        )

    @property
    def any(self) -> bool:
        """Tell whether anything is asked."""
        return bool(self.of_convictions) or self.status is not None


def columns_naming(section: str) -> frozenset[str]:
    """Return the values of the column of sections that name one, by itself or with another.

    Asks the index for each value that occurs, of which there are some hundreds, and for no row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT_SECTIONS)
        values = [str(row[0]) for row in cursor.fetchall()]
    return frozenset(value for value in values if names_section(value, section))


def names_section(column: str, section: str) -> bool:
    """Tell whether a conviction's sections name this one, by itself or with another."""
    wanted = section.casefold()
    return any(
        wanted in (part, *part.split(" with ")) for part in column.casefold().split(";") if part
    )


def narrow(groups: Sequence[Tokens], filters: Filters, most: int) -> set[int]:
    """Return at most ``most`` + 1 people, as rows that are merged into nobody."""
    if filters.sections is not None and not filters.sections:
        return set()
    ordered = _fewest_first(groups)
    if ordered is None:
        return set()
    everybody = Offender.objects.filter(merged_into=None).exclude(standing=Standing.REMOVED)
    asked = _of_clear_columns(_holding(everybody, ordered), filters, alone=not ordered)
    found = set(asked.values_list("pk", flat=True)[: most + 1])
    if filters.any and len(found) <= most:
        merged = Offender.objects.exclude(merged_into=None).values("merged_into")
        whole = _holding(everybody.filter(pk__in=merged), ordered)
        found.update(whole.values_list("pk", flat=True)[: most + 1])
    return found


def _fewest_first(groups: Sequence[Tokens]) -> list[Tokens] | None:
    """Return the groups in the order of how few have them; None where one is nobody's."""
    if len(groups) < 2:
        return list(groups)
    counted = []
    for place, group in enumerate(groups):
        held = SearchToken.objects.filter(token__in=group).values("pk")[:_COUNTED].count()
        if not held:
            return None
        counted.append((held, place))
    return [groups[place] for _, place in sorted(counted)]


def _holding(people: QuerySet[Offender], groups: Sequence[Tokens]) -> QuerySet[Offender]:
    for place, group in enumerate(groups):
        having = SearchToken.objects.filter(token__in=group)
        if place == 0:
            people = people.filter(pk__in=having.values("offender"))
        else:
            people = people.filter(Exists(having.filter(offender=OuterRef("pk"))))
    return people


def _of_clear_columns(
    people: QuerySet[Offender], filters: Filters, *, alone: bool
) -> QuerySet[Offender]:
    convictions = Conviction.objects.filter(current=True, **filters.of_convictions)
    if filters.of_convictions and alone:
        people = people.filter(pk__in=convictions.values("offender"))
    elif filters.of_convictions:
        people = people.filter(Exists(convictions.filter(offender=OuterRef("pk"))))
    if filters.status is None:
        return people
    people = people.filter(standing=_STANDINGS.get(filters.status, Standing.ACTIVE))
    if filters.status in _WAITING:
        state = _WAITING[filters.status]
        waiting = Conviction.objects.filter(batch__in=Batch.objects.filter(state=state))
        edited = Batch.objects.filter(state=state, voids=True).values("offender")
        people = people.filter(pk__in=waiting.values("offender").union(edited))
    return people
