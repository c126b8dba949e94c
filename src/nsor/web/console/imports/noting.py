"""Files that this room hands out: the officer's own with its errors noted, and empty ones.

Rules that hold here: no cell starts a formula; nothing of a person is written to a disk in clear;
handing a person's data out is entered in the trail before and after.
"""

import csv
import heapq
import io
from collections.abc import Iterable, Iterator
from typing import Final

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext, pgettext

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register.findings import Finding
from nsor.register.officers import actor
from nsor.register.rehearsing import JudgedRow
from nsor.web.console.imports import uploads
from nsor.web.console.imports.columns import all_columns
from nsor.web.console.imports.reading import NOTES, harmless
from nsor.web.console.imports.words import sentence
from nsor.web.models import Upload

MOST_IN_WORKBOOK: Final = 20_000
"""Rows of a workbook; of a larger file the rows with errors or warnings alone, and so many."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def noted(upload: Upload, kind: str, officer: Officer) -> bytes:
    """Return the officer's file with its errors noted, as ``csv`` or ``xlsx``.

    Raises ``Refusal``: ``upload_gone``.
    """
    uploads.key_of(upload)
    entry = trail.intent(
        Act.EXPORTED,
        actor=actor(officer),
        details={"what": "uploaded file with errors noted", "kind": kind, "upload": upload.pk},
    )
    done = False
    try:
        octets = _as_csv(upload) if kind == "csv" else _as_workbook(upload)
        done = True
    finally:
        trail.outcome(entry, actor=actor(officer), done=done)
    return octets


def empty(kind: str) -> bytes:
    """Return a file with the columns alone; a workbook explains them in both languages too."""
    names = [one.name for one in all_columns()]
    if kind == "csv":
        return _csv([names])
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        head, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("import")
        for place, one in enumerate(all_columns()):
            sheet.set_column(place, place, 22, text)
            sheet.write_string(0, place, one.name, head)
        sheet.freeze_panes(1, 0)
        _explain(book, head)
    return out.getvalue()


def _explain(book: xlsxwriter.Workbook, head: object) -> None:
    for language, title in (("ur", "وضاحت"), ("en", "Explanation")):
        sheet = book.add_worksheet(title)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        if language == "ur":
            sheet.right_to_left()
        with translation.override(language):
            titles = (gettext("Column"), gettext("What it is"), gettext("What is written in it"))
            for place, words in enumerate((*titles, gettext("Must be filled in"))):
                sheet.write_string(0, place, words, head)
                sheet.set_column(place, place, 30 if place < 3 else 18, wrapped)
            for row, one in enumerate(all_columns(), 1):
                answer = pgettext("an answer", "yes") if one.required else ""
                for place, words in enumerate((one.name, str(one.label), str(one.hint), answer)):
                    sheet.write_string(row, place, words, wrapped)


def _as_csv(upload: Upload) -> bytes:
    header = upload.counts["header"]
    rows = _rows(upload, [uploads.FAULTY, uploads.GOOD])
    return _csv(
        [
            [*header, NOTES],
            *([*map(harmless, _filled(row, header)), harmless(_notes(row))] for row in rows),
        ]
    )


def _csv(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _as_workbook(upload: Upload) -> bytes:
    header = upload.counts["header"]
    is_small = upload.counts["rows"] <= MOST_IN_WORKBOOK
    views = [uploads.FAULTY, uploads.GOOD] if is_small else [uploads.FAULTY]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        head, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        wrong = book.add_format(
            {"num_format": "@", "bg_color": "#F8D7DA", "border": 1, "border_color": "#A4262C"}
        )
        sheet = book.add_worksheet("import")
        for place, name in enumerate([*header, NOTES]):
            sheet.set_column(place, place, 22 if name != NOTES else 80, text)
            sheet.write_string(0, place, name, head)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(_rows(upload, views), 1):
            if at > MOST_IN_WORKBOOK:
                break
            faulty = {one.field for one in row.errors}
            for place, (name, cell) in enumerate(zip(header, _filled(row, header), strict=True)):
                if cell or name in faulty:
                    sheet.write_string(at, place, cell, wrong if name in faulty else text)
            if row.errors or row.warnings:
                sheet.write_string(at, len(header), _notes(row), wrong if row.errors else text)
    return out.getvalue()


def _rows(upload: Upload, views: list[str]) -> Iterator[JudgedRow]:
    """Yield the rows of views by line."""
    streams = [uploads.all_rows(upload, view) for view in views]
    return heapq.merge(*streams, key=lambda row: row.line)


def _filled(row: JudgedRow, header: list[str]) -> list[str]:
    """Return as many cells as there are columns."""
    return [*row.cells[: len(header)], *[""] * (len(header) - len(row.cells))]


def _notes(row: JudgedRow) -> str:
    return " ".join(map(_note, (*row.errors, *row.warnings)))


def _note(finding: Finding) -> str:
    return f"{finding.field}: {sentence(finding)}" if finding.field else sentence(finding)
