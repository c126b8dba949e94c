"""The preview of a file as a table: each row with its cells, each cell with what is wrong there.

Rules that hold here: pure; what is wrong is told in words beside the cell, and tied to it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from nsor.register.findings import Finding
from nsor.register.rehearsing import JudgedRow
from nsor.web.console.imports.columns import Column, column
from nsor.web.console.imports.words import sentence
from nsor.web.models import Upload


@dataclass(frozen=True)
class Cell:
    """A cell; ``id`` is that of the element that tells what is wrong or odd."""

    column: Column
    text: str
    id: str
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TableRow:
    """A row; ``errors`` are of the row as a whole."""

    line: int
    cells: list[Cell]
    errors: list[str]
    is_faulty: bool


def columns_of(upload: Upload) -> list[Column]:
    """Return the columns that a file has, in its order."""
    return [column(name) for name in upload.counts.get("header", [])]


def table(rows: list[JudgedRow], columns: list[Column]) -> list[TableRow]:
    """Return rows as they are shown under these columns."""
    return [_row(row, columns) for row in rows]


def whole_faults(upload: Upload) -> list[Finding]:
    """Return what is wrong with a file as a whole."""
    faults: list[list[Any]] = upload.counts.get("faults", [])
    return [Finding(*one) for one in faults]


def _row(row: JudgedRow, columns: list[Column]) -> TableRow:
    errors, warnings = _by_column(row.errors), _by_column(row.warnings)
    cells = [*row.cells[: len(columns)], *[""] * (len(columns) - len(row.cells))]
    return TableRow(
        row.line,
        [
            Cell(one, text, f"f{row.line}-{place}", errors[one.name], warnings[one.name])
            for place, (one, text) in enumerate(zip(columns, cells, strict=True))
        ],
        [*errors[""], *warnings[""]],
        bool(row.errors),
    )


def _by_column(findings: tuple[Finding, ...]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in findings:
        found[one.field].append(sentence(one))
    return found
