"""The first row of an import: which column stands where."""

from collections.abc import Iterator

from nsor.register.csvfile import Broken, Record
from nsor.register.findings import Finding
from nsor.register.rows import COLUMNS, REQUIRED

_LONGEST_NAME = 40
_NO_HEADER = (
    "The first row must name the columns, separated by commas, such as cnic,name_ur,name_en."
)


def read_header(source: Iterator[Record | Broken]) -> tuple[str, ...] | list[Finding]:
    """Take the first row and return its columns in order, or else what is wrong with it."""
    first = next(source, None)
    if first is None:
        return [Finding(1, "", "no_header", _NO_HEADER)]
    if isinstance(first, Broken):
        return [Finding(first.line, "", first.code, first.message)]
    names = tuple(cell.strip() for cell in first.cells)
    if any("\ud800" <= character <= "\udfff" for name in names for character in name):
        message = "The file is not UTF-8: save it as CSV in UTF-8."
        return [Finding(first.line, "", "bad_encoding", message)]
    if not set(names) & set(COLUMNS):
        return [Finding(first.line, "", "no_header", _NO_HEADER)]
    return _faults(first.line, names) or names


def _faults(line: int, names: tuple[str, ...]) -> list[Finding]:
    missing = [name for name in COLUMNS if name in REQUIRED and name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    repeated = [name for name in COLUMNS if names.count(name) > 1]
    return [
        *(
            Finding(line, name, "missing_column", f"The column {name} is required and isn't there.")
            for name in missing
        ),
        *(
            Finding(
                line,
                _harmless(name),
                "unknown_column",
                f"This is no column of an import; there are: {', '.join(COLUMNS)}.",
            )
            for name in unknown
        ),
        *(
            Finding(line, name, "bad_value", f"The column {name} is there twice: leave one.")
            for name in repeated
        ),
    ]


def _harmless(name: str) -> str:
    """Return the name where it can be no person's data, which a lost header would let through."""
    plain = name.isprintable() and len(name) <= _LONGEST_NAME
    return name if plain and not any(character.isdigit() for character in name) else ""
