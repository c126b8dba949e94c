"""Passwords that were made public: looked up offline in a file of their SHA-1.

Rules that hold here: the file is in the format of Have I Been Pwned, one ``SHA1HEX:count`` a line,
sorted, as big as it likes: nothing of it is kept in memory. Where it can't be read, nothing is
known of a password, and that is an error.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 128


def is_breached(password: str, path: Path) -> bool:
    """Tell whether the file holds a password. Raises ``OSError``."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while high - low > LONGEST_LINE:
            middle = (low + high) // 2
            start, line = _line_from(file, middle, high)
            if start is None:
                high = middle
                continue
            found = line[: len(wanted)].upper()
            if found == wanted:
                return True
            if found < wanted:
                low = start + len(line)
            else:
                high = middle
        file.seek(low)
        rest = file.read(high - low + 2 * LONGEST_LINE)
    return any(line[: len(wanted)].upper() == wanted for line in rest.splitlines())


def _line_from(file: BinaryIO, place: int, before: int) -> tuple[int | None, bytes]:
    """Return the first whole line that begins after a place and before another, and where."""
    file.seek(place)
    start = place + len(file.readline(LONGEST_LINE))
    if start >= before:
        return None, b""
    return start, file.readline(LONGEST_LINE)
