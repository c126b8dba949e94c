"""How an uploaded file is read: its rows, without our own notes, and how far the reading is.

Rules that hold here: a file that we gave back with its errors noted can be corrected and sent
again as it is: the column of the notes is left out, and so is the apostrophe that kept a cell from
starting a formula.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from nsor.register import csvfile, spreadsheet
from nsor.register.csvfile import Broken, Record
from nsor.register.spreadsheet import Kind

NOTES: Final = "errors"
"""The title of the column in which a file that we give back says what is wrong."""
WHOLE: Final = 1000
"""Progress is told in thousandths."""

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

Reader = Callable[[BinaryIO], Iterator[Record | Broken]]
Progress = Callable[[int], None]


def reader(kind: Kind, size: int, progress: Progress) -> Reader:
    """Return how a file of ``size`` octets is read, which tells ``progress`` how far it is."""
    rows = [0]

    def read(file: BinaryIO) -> Iterator[Record | Broken]:
        if kind is Kind.CSV:
            source = csvfile.records(file)
        else:
            source = spreadsheet.records(file, lambda count: rows.__setitem__(0, count))
        for item in without_notes(source):
            if kind is Kind.CSV:
                progress(file.tell() * WHOLE // max(1, size))
            else:
                progress(min(WHOLE, item.line * WHOLE // max(1, rows[0])))
            yield item

    return read


def without_notes(source: Iterator[Record | Broken]) -> Iterator[Record | Broken]:
    """Yield records without the column of our notes, and without what we put before cells."""
    first = next(source, None)
    if first is None:
        return
    names = [cell.strip() for cell in first.cells] if isinstance(first, Record) else []
    if NOTES not in names:
        yield first
        yield from source
        return
    place = names.index(NOTES)
    yield _without(first, place)
    for item in source:
        yield _without(item, place)


def harmless(cell: str) -> str:
    """Return a cell as it is written to a CSV file: none starts a formula in a spreadsheet."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def _without(item: Record | Broken, place: int) -> Record | Broken:
    if isinstance(item, Broken):
        return item
    cells = [_typed(cell) for at, cell in enumerate(item.cells) if at != place]
    faults = tuple(
        one._replace(place=one.place - (one.place > place))
        for one in item.faults
        if one.place != place
    )
    return Record(item.line, cells, faults)


def _typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS) else cell
