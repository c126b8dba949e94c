"""The identity number (CNIC): 13 digits, 5 locality, 7 family, 1 sex.

Rules that hold here: no import from ``nsor``; a number is stored and compared as 13 ASCII
digits and shown with dashes; there is no check digit, so what can be told of a number alone is
only whether it is possible (its first digit names a province, 1 to 8).
"""

import re
from typing import Literal

_WRITTEN = re.compile(r"(?:[0-9]{13}|[0-9]{5}-[0-9]{7}-[0-9])\Z", re.ASCII)
_PROVINCES = frozenset("12345678")


class CnicError(ValueError):
    """The text is no possible CNIC. Its message says why and never repeats the text."""


def is_possible(digits: str) -> bool:
    """Tell whether 13 ASCII digits can be a CNIC: the first digit is a province's, 1 to 8."""
    return len(digits) == 13 and digits.isascii() and digits.isdigit() and digits[0] in _PROVINCES


def parse(text: str) -> str:
    """Return the 13 ASCII digits of ``text``: 13 digits, or 5-7-1 with dashes.

    Raises ``CnicError``.
    """
    stripped = text.strip()
    if not _WRITTEN.match(stripped):
        raise CnicError("A CNIC has 13 digits, such as 35201-1234567-1.")
    digits = stripped.replace("-", "")
    if digits[0] not in _PROVINCES:
        raise CnicError("The first digit of a CNIC is 1 to 8, the code of a province.")
    return digits


def display(digits: str) -> str:
    """Write 13 digits as a person reads them: ``35201-1234567-1``."""
    return f"{digits[:5]}-{digits[5:12]}-{digits[12]}"


def sex_by_last_digit(digits: str) -> Literal["male", "female"]:
    """Tell the sex that the last digit stands for: odd male, even female."""
    return "male" if int(digits[12]) % 2 else "female"
