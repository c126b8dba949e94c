"""Narrowing: from what is asked to a bounded number of people, by tokens and clear columns alone.

Rules that hold here:

- Nothing is opened. What is found is a superset: ``seen`` and the opened profiles decide.
- What fewest people have is read first, by an index; the rest is looked up for each of those, or
  read too where that is sooner. The order is fixed here and not left to the planner, which can't
  know how many people have a token (``OFFSET 0`` keeps PostgreSQL from turning it round).
- Never more than ``most`` + 1 rows are returned: who gets that many knows that it is too many.
- A person whom others are merged into is found by the tokens of all, but clear columns are each
  row's own: such people pass the filters here and are looked at again by ``seen``.
"""

# ruff: noqa: S608  (the statements are put together from texts of this module; values are parameters)

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from nsor.register.lifecycle import State
from nsor.register.models import BatchState, Offender, Standing

Tokens = Sequence[int]

_COUNTED = 20_000
"""How far is counted what people have, to tell which is held by fewest."""
_MANY = 150_000
"""As how many those are taken who were not counted to the end."""
_LOOK_UP, _LOOK_UP_TOKEN = 30, 4
"""How many rows of an index are read in the time of one look-up of a conviction, and of a token.

The second is answered by an index alone.
"""
_ONCE = "LIMIT 1 OFFSET 0"
_DISTINCT_SECTIONS = """
    WITH RECURSIVE found (sections) AS (
        SELECT min(sections) FROM register_conviction WHERE current
        UNION ALL
        SELECT (
            SELECT min(sections) FROM register_conviction
            WHERE current AND sections > found.sections
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
    def of_convictions(self) -> bool:
        """Tell whether anything is asked of a conviction."""
        return any(
            one is not None for one in (self.sections, self.convicted_from, self.convicted_to)
        )

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
        return self.of_convictions or self.status is not None


_NONE = Filters()


class Condition(NamedTuple):
    """One thing that is asked: a source of those who have it, and a test of one person.

    ``source`` gives a column ``offender_id``; ``test`` refers to ``found.offender_id``.
    ``broad`` is what most people have: it is read first only where nothing else is asked.
    """

    source: str
    source_values: list[Any]
    test: str
    test_values: list[Any]
    broad: bool = False
    of_tokens: bool = False


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


class Narrowing:
    """The narrowing of one search, step by step; what was counted once is known from then on."""

    def __init__(self, filters: Filters = _NONE) -> None:
        """Narrow by clear columns, and with each step by tokens too."""
        self._filters = filters
        self._clear = _of_clear_columns(filters)
        self._merged: list[Condition] = []
        if filters.any and Offender.objects.exclude(merged_into=None).exists():
            self._merged = [_MERGED]
        self._counted: dict[str, int] = {}

    def step(self, groups: Sequence[Tokens], most: int) -> set[int]:
        """Return at most ``most`` + 1 rows of offenders who have a token of each group.

        Their clear columns are such as the filters ask for.
        """
        if self._filters.sections is not None and not self._filters.sections:
            return set()
        tokens = [_having(group) for group in groups]
        found = self._holding([*tokens, *self._clear], most)
        if self._merged and len(found) <= most:
            found |= self._holding([*tokens, *self._merged], most)
        return found

    def _holding(self, conditions: list[Condition], most: int) -> set[int]:
        """Return at most ``most`` + 1 rows of offenders of whom all of this holds."""
        ordered = self._fewest_first(conditions)
        if not ordered:
            return set()
        first, *others = ordered
        tests, values = ["1 = 1"], list(first.source_values)
        for one in others:
            if self._is_read_sooner(first, one):
                tests.append(f"found.offender_id IN ({one.source} {_fence()})")
                values += one.source_values
            else:
                tests.append(one.test)
                values += one.test_values
        sql = f"SELECT found.offender_id FROM ({first.source}) AS found"
        sql += f" WHERE {' AND '.join(tests)} LIMIT %s"
        limit = most + 1
        while True:
            rows = _rows(sql, [*values, limit])
            found = set(rows)
            if len(found) > most or len(rows) < limit:
                return set(list(found)[: most + 1])
            limit *= 4  # some came twice

    def _fewest_first(self, conditions: list[Condition]) -> list[Condition]:
        """Return the conditions, what fewest people have first; none where one is nobody's."""
        if len(conditions) < 2:
            return conditions
        counted = [(self._count(one), place) for place, one in enumerate(conditions)]
        if not all(held for held, _ in counted):
            return []
        return [conditions[place] for _, place in sorted(counted)]

    def _is_read_sooner(self, first: Condition, other: Condition) -> bool:
        """Tell whether all who have something are read sooner than it is looked up for each."""
        if other.broad:
            return False
        held = self._count(other)
        if other.of_tokens:
            return held < _COUNTED and held <= _LOOK_UP_TOKEN * self._count(first)
        return (held if held < _COUNTED else _MANY) <= _LOOK_UP * self._count(first)

    def _count(self, one: Condition) -> int:
        if one.broad:
            return _COUNTED + 1
        known = self._counted.get(key := f"{one.source}{one.source_values}")
        if known is None:
            sql = (
                f"SELECT count(*) FROM (SELECT 1 FROM ({one.source}) AS found LIMIT %s) AS counted"
            )
            known = self._counted[key] = _rows(sql, [*one.source_values, _COUNTED])[0]
        return known


def roots(rows: set[int]) -> set[int]:
    """Return the people to whom these rows belong, those left out who were removed."""
    found = Offender.objects.filter(pk__in=rows).exclude(standing=Standing.REMOVED)
    return {merged_into or row for row, merged_into in found.values_list("pk", "merged_into")}


def _rows(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _fence() -> str:
    """Return what keeps PostgreSQL from choosing another way to read a source."""
    return "OFFSET 0" if connection.vendor == "postgresql" else ""


def _having(tokens: Tokens) -> Condition:
    marks = _marks(tokens)
    test = (
        f"EXISTS (SELECT 1 FROM register_searchtoken s WHERE s.token IN ({marks})"
        f" AND s.offender_id = found.offender_id {_ONCE})"
    )
    if connection.vendor != "postgresql":
        source = f"SELECT offender_id FROM register_searchtoken WHERE token IN ({marks})"
        return Condition(source, list(tokens), test, list(tokens), of_tokens=True)
    # One look into the index for each token, however many there are.
    source = (
        "SELECT held.offender_id FROM unnest(%s::bigint[]) AS asked (token) CROSS JOIN LATERAL"
        " (SELECT s.offender_id FROM register_searchtoken s WHERE s.token = asked.token OFFSET 0)"
        " AS held"
    )
    return Condition(source, [list(tokens)], test, list(tokens), of_tokens=True)


def _of_clear_columns(filters: Filters) -> list[Condition]:
    found = [_convicted(filters)] if filters.of_convictions else []
    if filters.status is not None:
        waits = _WAITING.get(filters.status)
        found.append(_waiting(waits) if waits else _standing(filters.status))
    return found


def _convicted(filters: Filters) -> Condition:
    parts: list[str] = ["c.current"]
    values: list[Any] = []
    if filters.sections is not None:
        parts.append(f"c.sections IN ({_marks(filters.sections)})")
        values += sorted(filters.sections)
    for comparison, day in ((">=", filters.convicted_from), ("<=", filters.convicted_to)):
        if day is not None:
            parts.append(f"c.convicted_on {comparison} %s")
            values.append(day)
    asked = " AND ".join(parts)
    return Condition(
        f"SELECT c.offender_id FROM register_conviction c WHERE {asked}",
        values,
        f"EXISTS (SELECT 1 FROM register_conviction c WHERE {asked}"
        f" AND c.offender_id = found.offender_id {_ONCE})",
        values,
        broad=filters.sections is None,
    )


def _standing(status: State) -> Condition:
    standing = _STANDINGS.get(status, Standing.ACTIVE)
    return Condition(
        "SELECT o.id AS offender_id FROM register_offender o WHERE o.standing = %s",
        [standing.value],
        "EXISTS (SELECT 1 FROM register_offender o WHERE o.standing = %s"
        f" AND o.id = found.offender_id {_ONCE})",
        [standing.value],
        broad=standing == Standing.ACTIVE,
    )


def _waiting(state: BatchState) -> Condition:
    convictions = (
        "FROM register_batch b JOIN register_conviction c ON c.batch_id = b.id WHERE b.state = %s"
    )
    edits = "FROM register_batch e WHERE e.state = %s AND e.voids"
    return Condition(
        f"SELECT c.offender_id {convictions} UNION ALL SELECT e.offender_id {edits}"
        " AND e.offender_id IS NOT NULL",
        [state.value, state.value],
        f"(EXISTS (SELECT 1 {convictions} AND c.offender_id = found.offender_id {_ONCE})"
        f" OR EXISTS (SELECT 1 {edits} AND e.offender_id = found.offender_id {_ONCE}))",
        [state.value, state.value],
    )


_MERGED = Condition(
    "SELECT m.merged_into_id AS offender_id FROM register_offender m"
    " WHERE m.merged_into_id IS NOT NULL",
    [],
    "EXISTS (SELECT 1 FROM register_offender m"
    f" WHERE m.merged_into_id = found.offender_id {_ONCE})",
    [],
)


def _marks(values: Sequence[object] | frozenset[str]) -> str:
    return ", ".join(["%s"] * len(values))
