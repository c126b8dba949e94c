"""What is searched for, and what a search answers.

Rules that hold here: what an officer types is personal data, so no query shows itself in a
message or a log; any text is taken, and what can't be read is told in a sentence.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import Enum, auto

from nsor import cnic
from nsor.register.errors import Refusal
from nsor.register.lifecycle import State
from nsor.register.numbering import passport_number
from nsor.register.search.words import YEARS

LONGEST = 200
"""Characters of any text of a query."""


class Fault(Enum):
    """What of a query can't be used."""

    TOO_LONG = auto()
    NUMBER = auto()
    DATES = auto()
    YEARS = auto()


class Lacking(Enum):
    """What would narrow a query further."""

    NUMBER = auto()
    NAME = auto()
    WORD = auto()
    FATHER = auto()
    DISTRICT = auto()
    YEARS = auto()
    SECTION = auto()
    DATES = auto()


_FAULTS = {
    Fault.TOO_LONG: f"Write at most {LONGEST} characters in each field.",
    Fault.NUMBER: (
        "The number is none: a CNIC has 13 digits, and a passport the country's three letters, a"
        " dash and its number."
    ),
    Fault.DATES: "The dates of the conviction end before they begin: exchange the two.",
    Fault.YEARS: "The years of birth end before they begin: exchange the two.",
}
_LACKING = {
    Lacking.NUMBER: "the number",
    Lacking.NAME: "the name",
    Lacking.WORD: "another word of the name",
    Lacking.FATHER: "the father's or husband's name",
    Lacking.DISTRICT: "the district",
    Lacking.YEARS: f"the year of birth, within {YEARS} years",
    Lacking.SECTION: "the section",
    Lacking.DATES: "the dates of the conviction",
}


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """What is known of somebody, in any combination; empty and None mean that it isn't known.

    ``number`` with or without dashes, or a passport's with the country's code; ``name`` and
    ``father`` in either script; ``section`` as the catalogue names it, such as ``PPC 376``; dates
    and years are both included. Somebody whose year of birth nobody knows isn't found by one.
    """

    number: str = ""
    name: str = ""
    father: str = ""
    district: str = ""
    section: str = ""
    status: State | None = None
    convicted_from: date | None = None
    convicted_to: date | None = None
    born_from: int | None = None
    born_to: int | None = None

    def tidied(self) -> "Query":
        """Return the query without spaces around its texts, and with what is no text replaced."""
        return replace(
            self,
            number=_tidy(self.number),
            name=_tidy(self.name),
            father=_tidy(self.father),
            district=_tidy(self.district),
            section=_tidy(self.section),
        )

    def asked(self) -> dict[str, str]:
        """Return what was asked, by field; what wasn't is left out."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: str(value) for name, value in values.items() if value not in ("", None)}

    @property
    def needs_opening(self) -> bool:
        """Tell whether it takes more than tokens and clear columns to know who fits."""
        born = self.born_from is not None or self.born_to is not None
        return bool(self.name or self.father or born or (self.number and self.district))

    def unreadable(self) -> str:
        """Return a sentence on what of the query can't be used, empty where all of it can."""
        fault = self.fault()
        return _FAULTS[fault] if fault else ""

    def fault(self) -> Fault | None:
        """Return what of the query can't be used, None where all of it can."""
        if any(len(text) > LONGEST for text in self.asked().values()):
            return Fault.TOO_LONG
        if self.number and not self.digits():
            return Fault.NUMBER
        if self.convicted_from and self.convicted_to and self.convicted_from > self.convicted_to:
            return Fault.DATES
        if (self.born_from or 0) > (self.born_to if self.born_to is not None else 9999):
            return Fault.YEARS
        return None

    def digits(self) -> str:
        """Return the number as it is stored, "" where it can't be read."""
        try:
            return cnic.parse(self.number)
        except cnic.CnicError:
            pass
        try:
            return passport_number(self.number)
        except Refusal:
            return ""

    def to_add(self) -> str:
        """Return what would narrow the search further, as words of a sentence."""
        missing = [_LACKING[one] for one in self.lacking()]
        return " or ".join(filter(None, [", ".join(missing[:-1]), *missing[-1:]]))

    def lacking(self) -> list[Lacking]:
        """Return what would narrow the search further."""
        some = self.born_from is not None and self.born_to is not None
        narrow = some and (self.born_to or 0) - (self.born_from or 0) < YEARS
        given = {
            Lacking.NUMBER: self.number,
            Lacking.WORD if self.name else Lacking.NAME: len(self.name.split()) > 2,
            Lacking.FATHER: self.father,
            Lacking.DISTRICT: self.district,
            Lacking.YEARS: narrow,
            Lacking.SECTION: self.section,
            Lacking.DATES: self.convicted_from and self.convicted_to,
        }
        return [what for what, one in given.items() if not one]


def _tidy(text: str) -> str:
    """Return a text with single spaces, and a mark in the place of what is no character."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


@dataclass(frozen=True, slots=True, repr=False)
class Number:
    """One of the numbers of a person who was found."""

    kind: str
    digits: str


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A person who was found, as they are called now.

    ``likeness`` is from 0 to 1, and 1 where no name was asked for; ``found_as`` is a former name
    or an alias, where that fits better than the names shown.
    """

    offender: int
    name_ur: str
    name_en: str
    father_name_ur: str
    father_name_en: str
    relation: str
    born: int | None
    district: str
    numbers: tuple[Number, ...]
    state: State
    likeness: float
    found_as: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, the likeliest first, and at most as many as were asked for."""

    rows: tuple[Row, ...] = ()
    found: int = 0
    """How many people fit; more than there are rows where the limit was lower."""
    too_wide: str = ""
    """What to add, in a sentence, where too many people fit to look at: there are no rows then."""
    looser: bool = False
    """Whether people whom only a part of the words fits were too many, and not looked at."""
    unreadable: str = ""
    """What can't be used of the query, in a sentence."""
    looked_at: int = field(default=0, compare=False)
    """How many people were opened."""
