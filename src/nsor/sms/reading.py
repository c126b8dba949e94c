r"""Reading a citizen's text: which CNIC it asks about, and in which language to answer.

Rules that hold here:

- A number is 13 digits in a row, or three runs of 5, 7 and 1 digits with one to three separators
  in each gap. It is never a piece of a longer run; other digits in the text don't spoil it.
- What shows nothing, tatweel, and a mark written over or under a character count for nothing.
- Digits that count: ASCII, full-width, Arabic-Indic, Urdu. A decimal digit of any other script
  makes a run longer but is part of no number.
- Every digit run is consumed whole by one pattern, so no match can begin inside a run, and two
  numbers can't overlap. Each look-ahead is bounded: time is linear in the length of the text.
- Nothing is raised, whatever the text.
"""

import re
from typing import Final, Literal, NamedTuple

from nsor.cnic import is_possible

Language = Literal["ur", "en"]
Reason = Literal["no_number", "two_numbers", "impossible_number"]


class Check(NamedTuple):
    """A text that asks about one possible CNIC (13 ASCII digits)."""

    cnic: str
    language: Language


class Unreadable(NamedTuple):
    """A text that names no number, two different ones, or one that is no possible CNIC."""

    reason: Reason
    language: Language


_DASHES: Final = (
    "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40"
    "\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead"
    # Minus signs, and the dash-like signs that Unicode files elsewhere.
    "\u02d7\u2043\u2053\u207b\u208b\u2212\u2796"
)
_WHITE_SPACE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_DOTS_SLASHES_UNDERSCORES: Final = ".\uff0e\u06d4/\uff0f\u2044\u2215_\uff3f"
_SEPARATORS: Final = _DASHES + _WHITE_SPACE + _DOTS_SLASHES_UNDERSCORES

_SHOWS_NOTHING: Final = (
    # Unicode's Default_Ignorable_Code_Point (direction, joiners, variation selectors, byte order
    # mark, fillers), the annotation marks, and the control characters that are no white space.
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
)
_TATWEEL: Final = r"\u0640"
# Combining marks that a keyboard here can put on a digit: general, Arabic, enclosing (keycaps).
_MARKS: Final = (
    r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8"
    r"\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)

_COUNTS_FOR_NOTHING: Final = re.compile(f"[{_SHOWS_NOTHING}{_TATWEEL}{_MARKS}]+")
_GAP: Final = f"[{re.escape(_SEPARATORS)}]{{1,3}}"
_RUN: Final = re.compile(rf"\d(?:\d{{4}}{_GAP}\d{{7}}{_GAP}\d(?!\d)|\d*)")
_LONGEST_RUN: Final = 5 + 3 + 7 + 3 + 1
_ENGLISH: Final = re.compile(r"\s*[EeＥｅ][NnＮｎ](?![^\W\d_])")
_TO_ASCII: Final = {
    zero + digit: ord("0") + digit for zero in (0x0660, 0x06F0, 0xFF10) for digit in range(10)
}


def read(text: str) -> Check | Unreadable:
    """Return what ``text`` asks, or why it can't be read, and the language of the answer."""
    if is_possible(text):
        return Check(text, "ur")
    if not (text.isascii() and text.isprintable()):
        text = _COUNTS_FOR_NOTHING.sub("", text)
    language: Language = "en" if _ENGLISH.match(text) else "ur"
    number: str | None = None
    for run in _RUN.findall(text):
        digits = _number(run)
        if digits is None or digits == number:
            continue
        if number is not None:
            return Unreadable("two_numbers", language)
        number = digits
    if number is None:
        return Unreadable("no_number", language)
    if not is_possible(number):
        return Unreadable("impossible_number", language)
    return Check(number, language)


def _number(run: str) -> str | None:
    """Return the 13 ASCII digits of a match of ``_RUN``, or None for any other run of digits."""
    length = len(run)
    if length < 13 or length > _LONGEST_RUN:
        return None
    if length == 13:
        digits = run
    elif run.isdecimal():
        return None
    else:
        digits = run[:5] + run[5:-1].strip(_SEPARATORS) + run[-1]
    if digits.isascii():
        return digits
    digits = digits.translate(_TO_ASCII)
    return digits if digits.isascii() else None
