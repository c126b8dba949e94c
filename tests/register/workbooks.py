"""Workbooks (XLSX) as the tests give them."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter


def a_workbook(rows: Iterable[Iterable[Any]], *, sheets: int = 1) -> bytes:
    """Return a workbook whose first sheet has these rows; text stays text."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options | {"default_date_format": "dd/mm/yyyy"}) as book:
        for number in range(sheets):
            sheet = book.add_worksheet()
            for at, row in enumerate(rows if number == 0 else [["another sheet"]]):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, place, value)
                    elif value is not None:
                        sheet.write(at, place, value)
    return out.getvalue()
