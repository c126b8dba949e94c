"""Reading JSON from outside: one object, and nothing that two readers would read differently.

Rules that hold here (pure): no name twice in an object (RFC 8259, 4), no number that a double can't
hold exactly, no NaN, no lone half of a surrogate pair, UTF-8 alone, and no deeper than ``DEEPEST``.
"""

import json
import math
import re
from typing import Any, Final, NoReturn

from nsor.sources.problems import Problem

DEEPEST: Final = 8
LARGEST: Final = 2**53 - 1
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
_LONGEST_NUMBER: Final = 30


def parse(body: bytes) -> dict[str, Any]:
    """Return the object that a body holds. Raises ``Problem``, ``bad_json``."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _bad("The body is not UTF-8.") from None
    _require_shallow(text)
    try:
        found = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise _bad("The body is no JSON: send one object.") from None
    if not isinstance(found, dict):
        raise _bad("The body is one JSON object.")
    _require_characters(found)
    return found


def _require_shallow(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise _bad(f"The body is nested deeper than {DEEPEST}.")


def _require_characters(value: Any) -> None:
    """Raise ``Problem`` for a half of a surrogate pair: it can't be written as UTF-8."""
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _bad("A text holds half of a surrogate pair.")
    elif isinstance(value, dict):
        for name, member in value.items():
            _require_characters(name)
            _require_characters(member)
    elif isinstance(value, list):
        for member in value:
            _require_characters(member)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _bad("An object has the same name twice.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or abs(int(digits)) > LARGEST:
        raise _bad("A number is too large to be exact.")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise _bad("A number is too large or too long to be exact.")
    return number


def _constant(_: str) -> NoReturn:
    raise _bad("NaN and Infinity are no numbers of JSON.")


def _bad(detail: str) -> Problem:
    return Problem("bad_json", detail)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_constant,
)
