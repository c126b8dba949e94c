"""The fixed tables: their rows and columns, and the counts in them that are shown.

Rules that hold here: which tables there are doesn't depend on who asks; a count that is hidden is
None; people and convictions in a district are hidden together, so that nobody works one out from
the other. No two tables have more in common than their grand totals.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nsor import places
from nsor.register.models import Standing, VictimCategory
from nsor.register.statistics.counting import Counts
from nsor.register.statistics.masking import Cell, hidden, hidden_overlapping

YEARS: Final = 15
"""How many years have a row of their own; those before them share one."""
TOTAL: Final = "total"
UNKNOWN: Final = "unknown"
EARLIER: Final = "earlier"
TIERS: Final = ("1", "2", "3", "none")
_STANDINGS: Final = (Standing.ACTIVE.value, Standing.SUSPENDED.value, Standing.EXPIRED.value)
_OUT: Final = "out"
"""The sum that holds nothing: where single counts come from, and the grand total goes to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is of, how deep it lies (0 for the total), and its counts; None is hidden."""

    key: str
    level: int
    cells: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``withheld`` where there is too little in it for anything to be shown."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    withheld: bool = False


def published(counts: Counts, year: int) -> list[Table]:
    """Return the tables that are shown, in their order; ``year`` is the present one."""
    return [_places(counts), _years(counts, year), _sections(counts), _standing(counts)]


def to_json(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Return tables as values of JSON."""
    return [
        {
            "name": table.name,
            "columns": list(table.columns),
            "rows": [[row.key, row.level, *row.cells] for row in table.rows],
            "withheld": table.withheld,
        }
        for table in tables
    ]


def from_json(stored: Iterable[Mapping[str, Any]]) -> list[Table]:
    """Return the tables that were stored."""
    return [
        Table(
            name=one["name"],
            columns=tuple(one["columns"]),
            rows=tuple(Row(key, level, tuple(cells)) for key, level, *cells in one["rows"]),
            withheld=one["withheld"],
        )
        for one in stored
    ]


def _places(counts: Counts) -> Table:
    columns = ("people", "convictions")
    measures = (_by_place(counts.people_in), _by_place(counts.convictions_in))
    masked = hidden(place_cells(counts.people_in))
    if masked is None:
        return Table("places", columns, withheld=True)

    def row(key: str, level: int) -> Row:
        return Row(key, level, tuple(None if key in masked else one[key] for one in measures))

    rows = [row(TOTAL, 0)]
    for province in places.PROVINCES:
        rows.append(row(province.slug, 1))
        rows.extend(row(one.slug, 2) for one in province.districts)
    return Table("places", columns, (*rows, row(UNKNOWN, 1)))


def place_cells(people_in: Mapping[int, int]) -> dict[str, Cell]:
    """Return the counts by place: districts sum to provinces, and these to the whole."""
    value = _by_place(people_in)
    cells = {TOTAL: Cell("whole", _OUT, value[TOTAL], shown=True)}
    cells[UNKNOWN] = Cell(_OUT, "whole", value[UNKNOWN])
    for province in places.PROVINCES:
        cells[province.slug] = Cell(province.slug, "whole", value[province.slug])
        for one in province.districts:
            cells[one.slug] = Cell(_OUT, province.slug, value[one.slug])
    return cells


def _by_place(counted: Mapping[int, int]) -> dict[str, int]:
    known = {one.slug: counted.get(one.code, 0) for one in places.DISTRICTS}
    sums = {
        province.slug: sum(known[one.slug] for one in province.districts)
        for province in places.PROVINCES
    }
    total = sum(counted.values())
    return {**known, **sums, UNKNOWN: total - sum(known.values()), TOTAL: total}


def _years(counts: Counts, year: int) -> Table:
    years = [EARLIER, *(str(one) for one in range(year - YEARS + 1, year + 1))]

    def place(one: int) -> str:
        return EARLIER if one <= year - YEARS else str(min(one, year))

    values: dict[tuple[str, str], int] = {}
    for (category, one), value in counts.victims.items():
        at = (place(one), category)
        values[at] = values.get(at, 0) + value
    return _crossed("years", years, VictimCategory.values, values)


def _standing(counts: Counts) -> Table:
    values = {(one, tier or "none"): value for (one, tier), value in counts.standing.items()}
    return _crossed("standing", _STANDINGS, TIERS, values)


def _crossed(
    name: str, rows: Iterable[str], columns: Iterable[str], values: Mapping[tuple[str, str], int]
) -> Table:
    """Return a table of two criteria, with the totals of its rows and columns."""
    down, across = [*rows, TOTAL], [*columns, TOTAL]
    cells = crossed_cells(down[:-1], across[:-1], values)
    masked = hidden(cells)
    if masked is None:
        return Table(name, tuple(across), withheld=True)
    return Table(
        name,
        tuple(across),
        tuple(
            Row(
                row,
                0 if row == TOTAL else 1,
                tuple(
                    None if (row, column) in masked else cells[(row, column)].value
                    for column in across
                ),
            )
            for row in down
        ),
    )


def crossed_cells(
    rows: Iterable[str], columns: Iterable[str], values: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], Cell]:
    """Return the counts of a table of two criteria: each is in a row's sum and in a column's."""
    down, across = list(rows), list(columns)

    def value(row: str, column: str) -> int:
        return values.get((row, column), 0)

    cells = {
        (row, column): Cell(f"column {column}", f"row {row}", value(row, column))
        for row in down
        for column in across
    }
    for row in down:
        whole = sum(value(row, column) for column in across)
        cells[(row, TOTAL)] = Cell(f"row {row}", "rows", whole)
    for column in across:
        whole = sum(value(row, column) for row in down)
        cells[(TOTAL, column)] = Cell("columns", f"column {column}", whole)
    total = sum(value(row, column) for row in down for column in across)
    cells[(TOTAL, TOTAL)] = Cell("rows", "columns", total, shown=True)
    return cells


def _sections(counts: Counts) -> Table:
    columns = ("convictions",)
    masked = hidden_overlapping(counts.sections, counts.convictions)
    if masked is None:
        return Table("sections", columns, withheld=True)
    ordered = sorted(counts.sections, key=_with_numbers_in_order)
    rows = [Row(TOTAL, 0, (counts.convictions,))]
    rows += [Row(one, 1, (None if one in masked else counts.sections[one],)) for one in ordered]
    return Table("sections", columns, tuple(rows))


def _with_numbers_in_order(section: str) -> str:
    return re.sub("[0-9]+", lambda found: found[0].zfill(6), section)
