"""The records of a workbook (XLSX, ECMA-376): its first sheet, as ``csvfile`` would give them.

Rules that hold here:

- A file is told by its content and never by its name.
- The workbook is unpacked and read in a process of its own, which has a little memory and time,
  opens no file and knows no key; whatever a workbook does to a reader ends with that process.
- A cell is the text that the CSV of the sheet would hold: a date as ``2023-05-31``, a number in its
  plain digits, a formula as its last value. A number whose digits a spreadsheet can't keep is a
  fault of its cell.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, BinaryIO, Final
from xml.etree import ElementTree

from nsor.register.confined import confine
from nsor.register.csvfile import Broken, CellFault, Record
from nsor.register.errors import Refusal

MAX_OCTETS: Final = 24 * 1024 * 1024
MAX_UNPACKED: Final = 600 * 1024 * 1024
MAX_MEMBERS: Final = 2000
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200
MEMORY: Final = 3 << 30
SECONDS: Final = 120

EXACT: Final = 10**15
"""Spreadsheets keep fifteen digits of a number and make zeros of the others."""

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK: Final = "xl/workbook.xml"
_PIECE: Final = 1 << 20
_SNIFFED: Final = 1 << 16


class Kind(StrEnum):
    """What can be imported."""

    CSV = "csv"
    XLSX = "xlsx"


def inspect(octets: bytes) -> Kind:
    """Tell what a file is by its content.

    Raises ``Refusal``: ``upload_empty``, ``upload_too_large``, ``upload_type``,
    ``upload_encrypted``, ``upload_broken``, ``upload_unsafe``.
    """
    if not octets:
        raise Refusal("upload_empty", "The file is empty: choose the one with the rows.")
    if len(octets) > MAX_OCTETS:
        raise Refusal(
            "upload_too_large",
            f"The file is larger than {MAX_OCTETS // 1024 // 1024} MB: send it in parts.",
        )
    if octets.startswith(_ZIP):
        _require_workbook(octets)
        return Kind.XLSX
    if octets.startswith(_OLE):
        raise _encrypted_or_old(octets)
    if b"\0" in octets[:_SNIFFED] or octets.startswith((b"%PDF", b"\xff\xd8\xff")):
        raise _other_type()
    return Kind.CSV


def records(
    file: BinaryIO, counted: Callable[[int], None] = lambda rows: None
) -> Iterator[Record | Broken]:
    """Yield the rows of the first sheet of a workbook, in order; empty rows are passed over.

    ``line`` is the row as the spreadsheet counts it; ``counted`` is told at first how many there
    are, empty ones too. Raises ``Refusal``, before the first record: ``upload_broken``,
    ``upload_unsafe``, ``upload_too_large``.
    """
    child = subprocess.Popen(
        [sys.executable, "-B", "-P", "-m", "nsor.register.spreadsheet"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    with child:
        try:
            yield from _said_by(child, file.read(), counted)
        finally:
            child.kill()


def _said_by(
    child: "subprocess.Popen[bytes]", octets: bytes, counted: Callable[[int], None]
) -> Iterator[Record | Broken]:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):  # it died; what it said tells
        child.stdin.write(octets)
        child.stdin.close()
    ended = False
    for line in child.stdout:
        said = json.loads(line)
        if isinstance(said, int):
            counted(said)
            continue
        if isinstance(said, dict):
            if said:
                raise Refusal(said["code"], said["message"])
            ended = True
            break
        number, cells, faults = said
        yield Record(number, cells, tuple(CellFault(*one) for one in faults))
    if not ended:
        raise Refusal(
            "upload_unsafe",
            "The workbook can't be read within the time and memory that one takes: save its first"
            " sheet as CSV in UTF-8, and send that.",
        )


# --- What a file is


def _require_workbook(octets: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise _broken() from None
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise _bomb()
    if any(one.flag_bits & 1 for one in members):
        raise _encrypted()
    if _WORKBOOK not in {one.filename for one in members}:
        raise _other_type()


def _encrypted_or_old(octets: bytes) -> Refusal:
    if "EncryptedPackage".encode("utf-16-le") in octets:
        return _encrypted()
    return _other_type()


def _other_type() -> Refusal:
    return Refusal(
        "upload_type",
        "The file is neither CSV in UTF-8 nor an Excel workbook (.xlsx): save it as one of them.",
    )


def _encrypted() -> Refusal:
    return Refusal(
        "upload_encrypted",
        "The workbook is protected by a password, so that it can't be read: save it without one.",
    )


def _broken() -> Refusal:
    return Refusal(
        "upload_broken",
        "The workbook is damaged and can't be read: open it, save it again, and send that.",
    )


def _bomb() -> Refusal:
    return Refusal(
        "upload_unsafe",
        "The workbook unpacks to far more than a list of people takes: save its first sheet as CSV"
        " in UTF-8, and send that.",
    )


# --- The process of its own


def _work() -> None:
    """Do the work of the process: a workbook comes in, lines of JSON go out.

    At first how many rows there are, then each of them, and an empty object at the end; or else an
    object that says why not.
    """
    octets = sys.stdin.buffer.read()
    confine(MEMORY, SECONDS)
    out = sys.stdout
    try:
        plain = _unpacked(octets)
        sheet = _sheet(plain)
        rows, first_column = (sheet.end or (0, 0))[0] + 1, (sheet.start or (0, 0))[1]
        out.write(f"{rows}\n")
        for row in _rows(sheet, _error_cells(plain, first_column)):
            out.write(json.dumps(row) + "\n")
        out.write("{}\n")
    except Refusal as refusal:
        out.write(json.dumps({"code": refusal.code, "message": refusal.message}) + "\n")


def _unpacked(octets: bytes) -> bytes:
    """Return the workbook with its members stored as they are, so that none is more than it says.

    Raises ``Refusal``: ``upload_broken``, ``upload_unsafe``.
    """
    left = MAX_UNPACKED
    plain = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as packed, zipfile.ZipFile(plain, "w") as stored:
            for name in sorted(set(packed.namelist())):
                if not name.endswith((".xml", ".rels")):
                    continue
                with packed.open(name) as member, stored.open(name, "w") as copy:
                    while piece := member.read(_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise _bomb()
                        copy.write(piece)
    except Refusal:
        raise
    except Exception:  # an unpacker raises whatever it stumbles over
        raise _broken() from None
    return plain.getvalue()


def _sheet(octets: bytes) -> Any:
    """Return the first sheet. Raises ``Refusal``: ``upload_broken``, ``upload_too_large``."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(octets))
        sheet = book.get_sheet_by_index(0)
    except Exception:  # a reader raises whatever it stumbles over
        raise _broken() from None
    if sheet.end is not None and sheet.end[0] >= MAX_ROWS:
        raise Refusal(
            "upload_too_large", f"The sheet has more than {MAX_ROWS} rows: send it in parts."
        )
    if sheet.width > MAX_COLUMNS:
        raise Refusal(
            "upload_too_large",
            f"The sheet has more than {MAX_COLUMNS} columns: leave those of the import alone.",
        )
    return sheet


def _rows(
    sheet: Any, errors: set[tuple[int, int]]
) -> Iterator[tuple[int, list[str], list[CellFault]]]:
    width = 0
    for number, values in enumerate(sheet.iter_rows(), 1):  # empty rows before the first too
        texts = [_text(value) for value in values]
        faults = [
            CellFault(place, "bad_value", message)
            for place, value in enumerate(values)
            if (message := _fault(value, is_error=(number, place) in errors))
        ]
        length = max(
            [place for place, text in enumerate(texts, 1) if text]
            + [fault.place + 1 for fault in faults],
            default=0,
        )
        if not length:
            continue
        width = width or length
        yield number, texts[:length] + [""] * (width - length), faults


def _error_cells(octets: bytes, first_column: int) -> set[tuple[int, int]]:
    """Return where the first sheet has an error such as #N/A: the row from 1, the place from 0."""
    with zipfile.ZipFile(io.BytesIO(octets)) as stored:
        try:
            book = ElementTree.fromstring(stored.read(_WORKBOOK))  # noqa: S314 - in its own process
            links = ElementTree.fromstring(stored.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
            sheets = (one for one in book.iter() if one.tag.endswith("}sheet"))
            named = next(value for name, value in next(sheets).items() if name.endswith("}id"))
            target = next(one.get("Target", "") for one in links if one.get("Id") == named)
            name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            written = stored.read(name)
        except (ElementTree.ParseError, StopIteration, KeyError):
            raise _broken() from None
    found: set[tuple[int, int]] = set()
    if b't="e"' not in written:
        return found
    for cell in _CELL.finditer(written):
        attributes = dict(_ATTRIBUTE.findall(cell[1]))
        place = _REFERENCE.fullmatch(attributes.get(b"r", b""))
        if attributes.get(b"t") == b"e" and place:
            found.add((int(place[2]), _column(place[1]) - first_column))
    return found


_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_ATTRIBUTE: Final = re.compile(rb'(\w+)="([^"]*)"')
_REFERENCE: Final = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")


def _column(letters: bytes) -> int:
    """Return the place of a column, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _fault(value: Any, *, is_error: bool) -> str:
    """Return what is wrong with a cell whatever its column, empty where nothing is."""
    if is_error:
        return _ERROR
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _TOO_LONG_A_NUMBER if is_number and abs(value) >= EXACT else ""


_ERROR: Final = "The cell holds an error of the spreadsheet, such as #N/A: type the value itself."
_TOO_LONG_A_NUMBER: Final = (
    "The cell holds a number of more than 15 digits, of which a spreadsheet loses the last: format"
    " the column as text and type it again."
)


def _text(value: Any) -> str:
    """Return a cell as the CSV of the sheet would hold it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    _work()
