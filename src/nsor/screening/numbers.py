"""Numbers in a folded text that may be a person's: 13 digits, or a telephone's.

Rules that hold here: what counts is neighbouring runs of digits, what parts them, and how they
begin; numbers of cases, years and dates beside each other are none.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from nsor.screening.folding import HIDDEN, Check, Found

_SEVEN_DIGITS: Final = re.compile(r"(?:[^0-9]*[0-9]){7}")
_GAP: Final = r"[-\0 ./_,()]"
_CHAIN: Final = re.compile(rf"[0-9]+(?:{_GAP}{{1,12}}[0-9]+)*")
_RUN: Final = re.compile("[0-9]+")
_CALL: Final = re.compile(
    r"(?<![^\W\d_])(?:phone|telephone|tel|ph|mobile|mob|cell|contact|whatsapp|fon|فون|موبایل|رابطہ"
    r"|واٹس ایپ)(?:[\s\0.:#-]|no|number|نمبر){0,6}(?P<number>[0-9](?:[-\0 ]{0,2}[0-9]){6,})"
)
_DATE: Final = re.compile(r"[0-9]{1,2}([-./ ])[0-9]{1,2}\1(?:19|20)[0-9]{2}")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_CNIC_DIGITS: Final = 13
_CNIC_GROUPS: Final = (5, 7, 1)
_FEWEST: Final = 9
_MOST_GROUPS: Final = 6
_FOREIGN: Final = range(9, 16)
_AREA: Final = re.compile("0[2-9][0-9]{1,3}")
_LANDLINE: Final = range(6, 9)


class _Number(NamedTuple):
    """Neighbouring runs of a chain: the digits of each, what stands between and before them."""

    runs: tuple[str, ...]
    gaps: tuple[str, ...]
    before: str

    @property
    def digits(self) -> str:
        return "".join(self.runs)


def numbers(folded: str) -> list[Found]:
    """Return the numbers of a folded text that may be a person's."""
    if not _SEVEN_DIGITS.match(folded):
        return []
    found: list[Found] = []
    for chain in _CHAIN.finditer(folded):
        if sum(map(str.isdigit, chain[0])) >= _FEWEST:
            found += _in_chain(folded, [*_RUN.finditer(folded, *chain.span())])
    for call in _CALL.finditer(folded):
        start, end = call.span("number")
        if not any(start < known[2] and known[1] < end for known in found):
            found.append((Check.PHONE, start, end, ""))
    return found


def _in_chain(folded: str, runs: list[re.Match[str]]) -> Iterator[Found]:
    first = 0
    while first < len(runs):
        longest = None
        for last in range(first, len(runs)):
            number = _number(folded, runs[first : last + 1])
            if len(number.digits) > _FOREIGN[-1] and last > first:
                break
            code = _reads_as(number)
            if code is not None:
                longest = (code, runs[first].start(), runs[last].end(), ""), last
        if longest is None:
            first += 1
            continue
        yield longest[0]
        first = longest[1] + 1


def _number(folded: str, runs: list[re.Match[str]]) -> _Number:
    gaps = (
        folded[left.end() : right.start()].replace(HIDDEN, "")
        for left, right in itertools.pairwise(runs)
    )
    start = runs[0].start()
    before = folded[max(0, start - 4) : start].replace(HIDDEN, "").rstrip(" (")
    joined = [runs[0][0]]
    kept = []
    for gap, run in zip(gaps, runs[1:], strict=True):
        if gap:
            kept.append(gap)
            joined.append(run[0])
        else:
            joined[-1] += run[0]
    return _Number(tuple(joined), tuple(kept), before[-1:])


def _reads_as(number: _Number) -> Check | None:
    if any(len(gap) > 3 for gap in number.gaps):
        return None
    if _is_phone(number):
        return Check.PHONE
    return Check.CNIC if _is_cnic(number) else None


def _is_cnic(number: _Number) -> bool:
    if len(number.runs) == 1:
        return len(number.digits) >= _CNIC_DIGITS
    if len(number.digits) != _CNIC_DIGITS:
        return False
    if tuple(map(len, number.runs)) == _CNIC_GROUPS:
        return True
    if _slashed(number) or any("," in gap for gap in number.gaps):
        return False
    if len(set(number.gaps)) == 1 and not _has_date(number):
        return True
    return len(number.runs) <= _MOST_GROUPS and not any(map(_YEAR.fullmatch, number.runs))


def _is_phone(number: _Number) -> bool:
    digits = number.digits
    if number.before == "+":
        return len(digits) in _FOREIGN and not _slashed(number)
    if len(number.runs) > _MOST_GROUPS and len(set(number.gaps)) != 1:
        return False
    if _slashed(number) or _has_date(number):
        return False
    if digits.startswith("0092"):
        return len(digits) - 4 in (9, 10, 11)
    if digits.startswith("923"):
        return len(digits) == 12
    if digits.startswith("9203"):
        return len(digits) == 13
    if digits.startswith("92"):
        return len(digits) in (11, 12) and len(number.runs) in (1, 3)
    if digits.startswith("03"):
        return len(digits) == 11
    if digits.startswith("3"):
        return len(digits) == 10 and tuple(map(len, number.runs)) in _BARE_MOBILE
    return _is_landline(number)


_BARE_MOBILE: Final = frozenset({(10,), (3, 7), (3, 3, 4)})


def _is_landline(number: _Number) -> bool:
    if len(number.runs) == 1:
        return len(number.digits) in (10, 11) and bool(_AREA.match(number.digits))
    rest = len(number.digits) - len(number.runs[0])
    return bool(_AREA.fullmatch(number.runs[0])) and rest in _LANDLINE


def _slashed(number: _Number) -> bool:
    """Tell whether slashes or commas part it in the way of case numbers, and not of a code."""
    marked = sum(any(mark in gap for mark in "/,") for gap in number.gaps)
    return marked > 1 or (marked == 1 and len(number.runs) > 2)


def _has_date(number: _Number) -> bool:
    written = "".join(run + gap for run, gap in zip(number.runs, (*number.gaps, ""), strict=True))
    return bool(_DATE.search(written))
