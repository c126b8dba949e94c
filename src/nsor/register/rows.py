"""One row of an import: from the text of its cells to what is stored, or to all that is wrong.

Rules that hold here: pure, no database; every fault of a row is told, not the first alone; a
message says what would be right and never repeats what the cell holds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar, cast

from nsor import cnic
from nsor.law.catalogue import Catalogue, section_names
from nsor.register import documents, text
from nsor.register.documents import NAMES
from nsor.register.models import ADDRESS, TEXT, AppealState, Relation, Sex, VictimCategory
from nsor.screening import texts

EARLIEST = date(1947, 1, 1)
ADULT_AT = 18

REQUIRED = frozenset(
    {*NAMES, "cnic", "court", "case_number", "sections", "convicted_on", "victim_category"}
)
COLUMNS = (
    "cnic",
    *NAMES,
    "relation",
    "sex",
    "date_of_birth",
    "offence_on",
    "juvenile",
    "court",
    "case_number",
    "fir_number",
    "police_station",
    "sentence",
    "district",
    "address",
    "sections",
    "convicted_on",
    "victim_category",
    "appeal_state",
)

_T = TypeVar("_T")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_WITH_LETTERS = frozenset({*NAMES, "court"})
_LONG = frozenset({"address", "marks"})


class Fault(NamedTuple):
    """One thing wrong with a row, or odd about it."""

    field: str
    code: str
    message: str


BAD_DATE = "A date is a day of the calendar, written such as 2023-05-31."
CHILD_BY_DATES = Fault(
    "juvenile",
    "bad_value",
    "By the dates the person was under 18 at the offence: write yes, or correct the dates.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """What two rows are compared by; the folded names are empty where the row has none."""

    cnic: str
    case_key: str
    name_ur: str
    father_name_ur: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read.

    ``case`` is None where the row doesn't say whose case it is; ``document`` and ``values``, the
    clear fields of a ``Conviction``, are None if the row has faults.
    """

    case: Case | None
    document: documents.Case | None
    values: dict[str, object] | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_row(
    cells: Mapping[str, str],
    catalogue: Catalogue,
    today: date,
    passed: frozenset[str] = frozenset(),
    passport: str = "",
) -> Row:
    """Read the cells of a row, by column; a column that the file lacks is an empty cell.

    ``passed`` are the fingerprints of the screening's alarms that a second officer let pass;
    ``passport`` is the number of a person who has no CNIC, and stands in its place.
    """
    return _Reading(cells, catalogue, today, passed).row(passport)


def under_age(born: date, on: date) -> bool:
    """Tell whether somebody born on one day was a child on another (2021 Act, s. 2(b))."""
    return (on.year - born.year, on.month, on.day) < (ADULT_AT, born.month, born.day)


def child_by_dates(
    born: date | None, offence_on: date | None, convicted_on: date | None
) -> bool | None:
    """Tell whether a person was a child at the offence, None where the dates don't say."""
    if born and offence_on:
        return under_age(born, offence_on)
    if born and convicted_on and under_age(born, convicted_on):
        return True  # a child at the conviction was one at the offence
    return None


def born_late(born: date | None, *days: date | None) -> list[Fault]:
    """Return what is wrong with a date of birth, beside the days of an offence and a conviction."""
    first = min((day for day in days if day), default=None)
    if not (born and first and born >= first):
        return []
    return [
        Fault(
            "date_of_birth",
            "bad_value",
            "The date of birth is not before the offence and the conviction: it must be.",
        )
    ]


def day_faults(field: str, day: date | None, today: date) -> list[Fault]:
    """Return what is wrong with a day of something that happened."""
    if day is not None and day > today:
        return [Fault(field, "date_in_future", "The date lies in the future.")]
    if day is not None and day < EARLIEST:
        message = f"The date is before {EARLIEST}, the earliest taken."
        return [Fault(field, "date_too_early", message)]
    return []


def text_faults(field: str, value: str, passed: frozenset[str]) -> list[Fault]:
    """Return what is wrong with a tidy text that isn't empty; ``passed`` as in ``read_row``."""
    found = []
    longest = ADDRESS if field in _LONG else TEXT
    if not text.shows(value):
        message = (
            "The cell holds a control character, a line break or an invisible mark: write"
            " visible characters, spaces and zero-width joiners only."
        )
        found.append(Fault(field, "bad_value", message))
    if len(value) > longest:
        message = f"The column {field} takes {longest} characters."
        found.append(Fault(field, "too_long", message))
    if field in _WITH_LETTERS:
        if text.starts_formula(value):
            message = "A name or a court never begins with an =, a + or an @."
            found.append(Fault(field, "bad_value", message))
        if not text.has_letters(value):
            message = "A name or a court is written with letters."
            found.append(Fault(field, "no_letters", message))
    found += (
        Fault(field, "may_name_victim", texts.told_of(alarm))
        for alarm in texts.screen(field, value)
        if not alarm.is_passed(passed)
    )
    return found


def fold_case(case_number: str) -> str:
    """Return the form of a case number in which two of them are compared."""
    return text.fold(case_number)


class _Reading:
    def __init__(
        self,
        cells: Mapping[str, str],
        catalogue: Catalogue,
        today: date,
        passed: frozenset[str],
    ) -> None:
        self._cells = cells
        self._passed = passed
        self._catalogue = catalogue
        self._today = today
        self._faults: list[Fault] = []
        self._warnings: list[Fault] = []

    def row(self, passport: str) -> Row:
        number = passport or self._read("cnic", self._cnic)
        words = {field: self._text(field) for field in (*NAMES, *_PLAIN)}
        relation = self._choice("relation", Relation.values) or Relation.FATHER.value
        sex = self._sex(None if passport else number)
        born = self._read("date_of_birth", self._date)
        offence_on = self._read("offence_on", self._date)
        convicted_on = self._read("convicted_on", self._date)
        self._order_of_dates(born, offence_on, convicted_on)
        juvenile = self._juvenile(born, offence_on, convicted_on)
        sections = self._sections(offence_on, convicted_on)
        victim = self._choice("victim_category", VictimCategory.values)
        appeal = self._choice("appeal_state", AppealState.values) or AppealState.NONE.value
        case = None
        if number and words["case_number"]:
            case = Case(
                cnic=number,
                case_key=fold_case(words["case_number"]),
                name_ur=text.fold(words["name_ur"]),
                father_name_ur=text.fold(words["father_name_ur"]),
            )
        warnings = tuple(self._warnings)
        if self._faults:
            return Row(case, None, None, tuple(self._faults), warnings)
        person = documents.Profile(
            name_ur=words["name_ur"],
            father_name_ur=words["father_name_ur"],
            name_en=words["name_en"],
            father_name_en=words["father_name_en"],
            address=words["address"],
            district=words["district"],
            relation=cast(documents.RelationWord, relation),
            sex=cast(documents.SexWord, sex),
            date_of_birth=born,
        )
        values: dict[str, object] = {
            "offence_on": offence_on,
            "convicted_on": convicted_on,
            "juvenile": juvenile,
            "sections": ";".join(sections),
            "registrable": True,
            "law_version": self._catalogue.version,
            "victim_category": victim,
            "entered_appeal_state": appeal,
            "appeal_state": appeal,
            "warnings": ";".join(warning.code for warning in warnings),
        }
        document = documents.Case(
            person=person,
            court=words["court"],
            case_number=words["case_number"],
            fir_number=words["fir_number"],
            police_station=words["police_station"],
            sentence=words["sentence"],
        )
        return Row(case, document, values, (), warnings)

    def _fault(self, field: str, code: str, message: str) -> None:
        self._faults.append(Fault(field, code, message))

    def _cell(self, field: str) -> str:
        """Return the tidy cell, empty where it is empty or can't be used at all."""
        raw = self._cells.get(field, "")
        if any("\ud800" <= character <= "\udfff" for character in raw):
            self._fault(field, "bad_encoding", "The cell holds octets that are not UTF-8.")
            return ""
        cell = text.tidy(raw)
        if not cell and field in REQUIRED:
            self._fault(field, "required", f"The column {field} must be filled in.")
        return cell

    def _read(self, field: str, reader: Callable[[str, str], _T | None]) -> _T | None:
        cell = self._cell(field)
        return reader(field, cell) if cell else None

    def _text(self, field: str) -> str:
        cell = self._cell(field)
        if cell:
            self._faults += text_faults(field, cell, self._passed)
        return cell

    def _cnic(self, field: str, cell: str) -> str | None:
        try:
            return cnic.parse(cell)
        except cnic.CnicError as error:
            self._fault(field, "bad_cnic", str(error))
            return None

    def _choice(self, field: str, choices: list[str]) -> str:
        cell = self._cell(field)
        if cell and cell not in choices:
            self._fault(
                field, "bad_value", f"The column {field} takes one of: {', '.join(choices)}."
            )
            return ""
        return cell

    def _sex(self, number: str | None) -> str:
        recorded = self._choice("sex", Sex.values)
        if number is None:
            return recorded
        by_number = cnic.sex_by_last_digit(number)
        if recorded and recorded != by_number:
            self._warnings.append(
                Fault(
                    "sex",
                    "sex_differs_from_cnic",
                    f"The last digit of the CNIC stands for {by_number}: check the sex.",
                )
            )
        return recorded or by_number

    def _date(self, field: str, cell: str) -> date | None:
        try:
            day = date.fromisoformat(cell) if _DATE.match(cell) else None
        except ValueError:
            day = None
        if day is None:
            self._fault(field, "bad_date", BAD_DATE)
            return None
        faults = day_faults(field, day, self._today)
        self._faults += faults
        return None if faults else day

    def _order_of_dates(
        self, born: date | None, offence_on: date | None, convicted_on: date | None
    ) -> None:
        if offence_on and convicted_on and offence_on > convicted_on:
            self._fault(
                "offence_on",
                "bad_value",
                "The offence is dated after the conviction: it comes before, or on the day.",
            )
        self._faults += born_late(born, offence_on, convicted_on)

    def _juvenile(
        self, born: date | None, offence_on: date | None, convicted_on: date | None
    ) -> bool:
        told = self._choice("juvenile", ["yes", "no"])
        by_dates = child_by_dates(born, offence_on, convicted_on)
        if told == "no" and by_dates:
            self._faults.append(CHILD_BY_DATES)
        if told:
            return told == "yes"
        if by_dates is None:
            self._warnings.append(
                Fault(
                    "juvenile",
                    "age_at_offence_unknown",
                    "Neither the column juvenile nor the dates tell whether the person was under"
                    " 18 at the offence: taken as not.",
                )
            )
        return bool(by_dates)

    def _sections(self, offence_on: date | None, convicted_on: date | None) -> tuple[str, ...]:
        cell = self._text("sections")
        names = section_names(cell)
        if cell and not names:
            self._fault("sections", "required", "The column sections names one section or more.")
        unknown = [
            place for place, name in enumerate(names, 1) if name not in self._catalogue.known
        ]
        for place in unknown:
            self._fault(
                "sections",
                "unknown_section",
                f"Section {place} of the list is not in the catalogue of offences: write the"
                " statute and the section, such as PPC 376;PPC 377B.",
            )
        if (
            names
            and not unknown
            and not self._catalogue.makes_registrable(names, offence_on, convicted_on)
        ):
            self._fault(
                "sections",
                "not_registrable",
                "None of the sections makes the person registrable, by the policy in force and"
                " the law of that date.",
            )
        return names


_PLAIN = (
    "court",
    "case_number",
    "fir_number",
    "police_station",
    "sentence",
    "district",
    "address",
)
