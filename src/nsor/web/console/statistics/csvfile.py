"""A table as a CSV file that a spreadsheet opens: headers in the language of the page.

Rules that hold here: UTF-8 with a byte order mark, without which spreadsheets take Urdu for
something else; no cell starts a formula.
"""

import csv
import io
from typing import Final

from nsor.register.statistics import Table
from nsor.web.console.statistics import labels

_STARTS_A_FORMULA: Final = tuple("=+-@\t\r\n")


def written(table: Table) -> bytes:
    """Return a table as a file."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = [labels.column_name(table, column) for column in table.columns]
    writer.writerow(map(_cell, [str(labels.TABLES[table.name].rows), *names]))
    for row in table.rows:
        counts = [labels.hidden() if one is None else str(one) for one in row.cells]
        writer.writerow(map(_cell, [labels.row_name(table, row.key), *counts]))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
