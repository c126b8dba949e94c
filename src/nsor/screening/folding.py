"""What the screening reads: each character of a text as what it counts as.

Rules that hold here: a character folds by itself, whatever stands beside it, so that each place of
the folded text is known in the text; digits of any script become ASCII, the spellings of a letter
one letter, and a mark that shows nothing becomes ``HIDDEN``.
"""

import unicodedata
from enum import StrEnum
from typing import Final

from nsor.urdu import PLAIN_FORMS


class Check(StrEnum):
    """What a text is screened for; the code of an alarm."""

    CNIC = "cnic"
    PHONE = "phone"
    KINSHIP = "kinship"
    VICTIM = "victim"


Found = tuple[Check, int, int, str]
"""The code, from where to where in the folded text, and what a fingerprint is made of."""

HIDDEN: Final = "\0"
"""Stands for a mark that shows nothing: it may part two words, or hide inside one."""
_ALIKE: Final = {
    **PLAIN_FORMS,
    "ـ": "",
    "۔": ".",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "⁄": "/",
    "∕": "/",
    "−": "-",
    "➖": "-",
    "˗": "-",
    "⁃": "-",
    "’": "'",
}
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")


def _fold_character(character: str) -> str:
    if character in _FILLERS or "\ufe00" <= character <= "\ufe0f":
        return HIDDEN
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", character).casefold()))


def _fold_part(part: str) -> str:
    if part in _ALIKE:
        return _ALIKE[part]
    if part.isspace():
        return " "
    category = unicodedata.category(part)
    if category in ("Mn", "Me"):
        return ""
    if category in ("Cf", "Cc", "Cs", "Co"):
        return HIDDEN
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(part))
    return part


class _Fold(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


FOLD: Final = _Fold()


def places(text: str) -> list[int]:
    """Return where in the text each character of its folded form comes from."""
    return [place for place, letter in enumerate(text) for _ in FOLD[ord(letter)]]
