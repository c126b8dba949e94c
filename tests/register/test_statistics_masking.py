"""No count that is hidden can be worked out from all that is shown.

The attacker here knows nothing of how counts are hidden: it has the tables as they are shown, the
rules that a reader knows (totals are sums, a hidden count is at least 1, a person has at least one
conviction), and looks for numbers that fit all of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nsor import places
from nsor.register.statistics import Table, tables
from nsor.register.statistics.counting import Counts
from nsor.register.statistics.masking import SPREAD, THRESHOLD, hidden_overlapping
from nsor.register.statistics.tables import EARLIER, TOTAL, UNKNOWN, YEARS

THIS_YEAR = 2026
SOME = [318, 324, 325, 404, 407, 601]
"""Districts of three provinces, one of which has that one alone."""
ODD = 999
"""A code that no district has any more."""
few = st.integers(0, 12)
categories = st.sampled_from(["child", "woman", "both"])

Sum = dict[str, int]
"""Numbers by which counts are multiplied; what comes of it is 0. The key "" is a number itself."""


class Attacker:
    """Finds out between which values counts lie, by trying."""

    def __init__(
        self, sums: Iterable[Sum], known: Mapping[str, int], least: Mapping[str, int]
    ) -> None:
        self._sums = [plain for one in sums if len(plain := self._with(one, known)) > 1]
        self._least = least
        self._most = max([*known.values(), 1]) * 2

    @staticmethod
    def _with(one: Sum, known: Mapping[str, int]) -> Sum:
        plain = {name: by for name, by in one.items() if name not in known and name}
        plain[""] = one.get("", 0) + sum(
            by * known[name] for name, by in one.items() if name in known
        )
        return plain

    def reaches(self, name: str, low: int, high: int) -> bool:
        """Tell whether numbers fit all sums, of which one lies within these."""
        names = {other for one in self._sums for other in one if other}
        spans = {other: (self._least.get(other, 1), self._most) for other in names}
        own = spans.get(name, (self._least.get(name, 1), self._most))
        spans[name] = (max(low, own[0]), min(high, own[1]))
        return self._fits(spans)

    def _fits(self, spans: dict[str, tuple[int, int]]) -> bool:
        if not self._narrow(spans):
            return False
        name = min(
            (one for one, (low, high) in spans.items() if low < high),
            key=lambda one: spans[one][1] - spans[one][0],
            default=None,
        )
        if name is None:
            return True
        low, high = spans[name]
        middle = (low + high) // 2
        halves = ((low, middle), (middle + 1, high))
        return any(self._fits({**spans, name: half}) for half in halves)

    def _narrow(self, spans: dict[str, tuple[int, int]]) -> bool:
        """Narrow what each may be by what the others may be; tell whether anything is left."""
        changed = True
        while changed:
            changed = False
            for one in self._sums:
                parts = {
                    name: sorted((by * spans[name][0], by * spans[name][1]))
                    for name, by in one.items()
                    if name
                }
                low = one[""] + sum(part[0] for part in parts.values())
                high = one[""] + sum(part[1] for part in parts.values())
                if low > 0 or high < 0:
                    return False
                for name, part in parts.items():
                    by = one[name]
                    ends = sorted((-(low - part[0]) / by, -(high - part[1]) / by))
                    new = (
                        max(spans[name][0], -int(-ends[0] // 1)),
                        min(spans[name][1], int(ends[1] // 1)),
                    )
                    if new[0] > new[1]:
                        return False
                    if new != spans[name]:
                        spans[name], changed = new, True
        return True

    def knows(self, name: str, value: int) -> bool:
        """Tell whether a small count is known to within less than what has to stay open."""
        lowest = next(low for low in range(1, value + 1) if self.reaches(name, low, low))
        return not self.reaches(name, lowest + SPREAD, self._most)


def of_places(table: Table, column: int, prefix: str = "") -> tuple[list[Sum], dict[str, int]]:
    """Return the sums of a table of places, and the counts in it that are shown."""
    sums = [
        {f"{prefix}{province.slug}": -1, **{f"{prefix}{one.slug}": 1 for one in province.districts}}
        for province in places.PROVINCES
    ]
    parts = [*(province.slug for province in places.PROVINCES), UNKNOWN]
    sums.append({f"{prefix}{TOTAL}": -1, **{f"{prefix}{part}": 1 for part in parts}})
    shown = {f"{prefix}{row.key}": row.cells[column] for row in table.rows}
    return sums, {name: value for name, value in shown.items() if value is not None}


def of_crossed(table: Table) -> tuple[list[Sum], dict[str, int]]:
    """Return the sums of a table of two criteria, and the counts in it that are shown."""
    down = [row.key for row in table.rows]
    sums: list[Sum] = [
        {f"{row}/{column}": -1 if column == TOTAL else 1 for column in table.columns}
        for row in down
    ]
    sums += [
        {f"{row}/{column}": -1 if row == TOTAL else 1 for row in down} for column in table.columns
    ]
    shown = {
        f"{row.key}/{column}": cell
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }
    return sums, {name: value for name, value in shown.items() if value is not None}


def _published(counts: Counts) -> dict[str, Table]:
    stored = tables.to_json(tables.published(counts, THIS_YEAR))
    return {table.name: table for table in tables.from_json(stored)}


def _small(table: Table) -> list[int]:
    return [
        cell
        for row in table.rows
        for cell in row.cells
        if cell is not None and 0 < cell < THRESHOLD
    ]


@st.composite
def peopled(draw: st.DrawFn) -> Counts:
    """Some people in some districts, each with a conviction or more."""
    people = {code: draw(few) for code in [*SOME, 0, ODD]}
    more = {code: draw(st.integers(0, 3)) if count else 0 for code, count in people.items()}
    return Counts(
        people_in=Counter(people),
        convictions_in=Counter({code: people[code] + more[code] for code in people}),
    )


@settings(max_examples=150, deadline=None)
@given(peopled())
def test_nobody_works_out_how_few_live_in_a_district(counts: Counts) -> None:
    table = _published(counts)["places"]

    assert not _small(table)
    if table.withheld:
        assert not table.rows
        return
    sums, shown = of_places(table, 0)
    more, also = of_places(table, 1, "convictions ")
    masked = [row.key for row in table.rows if row.cells[0] is None]
    beyond = {f"beyond {key}": 0 for key in masked}
    each = [  # as many convictions as people, and perhaps some more
        {f"convictions {key}": -1, key: 1, f"beyond {key}": 1} for key in masked
    ]
    attacker = Attacker([*sums, *more, *each], {**shown, **also}, beyond)
    true = tables._by_place(counts.people_in)
    for row in table.rows:
        if row.cells[0] is None and true[row.key] < THRESHOLD:
            assert row.cells[1] is None
            assert not attacker.knows(row.key, true[row.key]), row


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["child", "woman", "both"]), st.integers(2023, 2026), few))
)
def test_nobody_works_out_how_few_convictions_there_were_in_a_year(
    found: list[tuple[str, int, int]],
) -> None:
    counts = Counts()
    for category, year, count in found:
        counts.victims[(category, year)] += count

    table = _published(counts)["years"]

    assert not _small(table)
    if table.withheld:
        return
    sums, shown = of_crossed(table)
    attacker = Attacker(sums, shown, {})
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            value = _count_of(counts, row.key, column)
            if cell is None and value < THRESHOLD:
                assert not attacker.knows(f"{row.key}/{column}", value), (row, column)
            assert cell is None or cell == value


def _count_of(counts: Counts, row: str, column: str) -> int:
    return sum(
        count
        for (category, year), count in counts.victims.items()
        if row in (TOTAL, str(year)) and column in (TOTAL, category)
    )


@given(st.dictionaries(st.sampled_from(["PPC 376", "PPC 377", "PPC 292A", "PECA 21"]), few), few)
def test_nobody_works_out_how_few_were_convicted_under_a_section(
    sections: dict[str, int], twice: int
) -> None:
    # given convictions, some of which are under two sections: the parts sum to more than the total
    total = max([sum(sections.values()) - twice, *sections.values()]) if sections else 0

    masked = hidden_overlapping(sections, total)

    if masked is None:
        return
    small = {name for name, count in sections.items() if 0 < count < THRESHOLD}
    assert small <= masked
    assert all(sections[name] for name in masked)
    known_small = masked == small
    shown = sum(count for name, count in sections.items() if name not in masked)
    most = THRESHOLD - 1 if known_small else total
    if small:
        others = most * (len(masked) - 1)
        assert max(1, total - shown - others) < min(most, total)


def test_what_is_hidden_with_a_small_count_is_as_little_as_can_be() -> None:
    # given two in Multan, six in Lahore and a hundred in Hyderabad
    table = _published(_people({318: 6, 323: 2, 332: 90, 404: 100}))["places"]
    cells = {row.key: row.cells[0] for row in table.rows}
    # then Lahore hides Multan, and nothing else has to be hidden
    assert cells["punjab/multan"] is cells["punjab/lahore"] is None
    assert (cells["punjab/rawalpindi"], cells["punjab"], cells[TOTAL]) == (90, 98, 198)
    assert cells["balochistan/quetta"] == 0


def test_a_province_of_few_is_hidden_beside_another() -> None:
    table = _published(_people({601: 3, 318: 50, 404: 20}))["places"]
    cells = {row.key: row.cells[0] for row in table.rows}
    assert cells["islamabad"] is cells["islamabad/islamabad"] is None
    assert cells["sindh"] is cells["sindh/hyderabad"] is None
    assert (cells["punjab"], cells["punjab/lahore"]) == (50, 50)


@pytest.mark.parametrize("people", [{318: 1}, {318: 4}, {318: 2, 404: 2}, {318: 3, 0: 2}])
def test_of_too_few_nothing_is_shown(people: dict[int, int]) -> None:
    assert _published(_people(people))["places"].withheld


def test_of_nobody_everything_is_shown() -> None:
    for table in _published(Counts()).values():
        assert not table.withheld
        assert {cell for row in table.rows for cell in row.cells} <= {0}


def test_people_of_a_district_that_is_no_more_are_counted() -> None:
    table = _published(_people({ODD: 7, 0: 8}))["places"]
    cells = {row.key: row.cells for row in table.rows}
    assert cells[UNKNOWN] == cells[TOTAL] == (15, 15)


def test_years_long_past_share_a_row() -> None:
    counts = Counts()
    counts.victims[("woman", 1990)] = 30
    counts.victims[("woman", THIS_YEAR - YEARS)] = 12
    counts.victims[("woman", THIS_YEAR)] = 9
    rows = {row.key: row.cells for row in _published(counts)["years"].rows}
    assert len(rows) == YEARS + 2
    assert (rows[EARLIER], rows[str(THIS_YEAR)]) == ((0, 42, 0, 42), (0, 9, 0, 9))


def test_sections_come_in_the_order_of_the_law() -> None:
    counts = _people({318: 30})
    counts.sections.update({"PPC 377": 9, "PPC 376": 8, "PECA 21": 7, "PPC 1000": 6})
    rows = _published(counts)["sections"].rows
    assert [row.key for row in rows] == [TOTAL, "PECA 21", "PPC 376", "PPC 377", "PPC 1000"]


def _people(people: dict[int, int]) -> Counts:
    return Counts(people_in=Counter(people), convictions_in=Counter(people))
