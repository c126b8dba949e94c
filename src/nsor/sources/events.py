"""What a source tells: one shape for each kind of event.

Rules that hold here: no field that isn't named, no value turned into another type, every text with
its longest length. What a value must be beyond its shape (a known section, a possible number, the
order of days) the register's own reading says, as it does of a file.
"""

import re
from datetime import date
from typing import Annotated, Any, Final, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from nsor import cnic
from nsor.register import documents
from nsor.register.models import ADDRESS, TEXT
from nsor.sources.models import EventKind
from nsor.sources.problems import FieldFault, Problem
from nsor.sources.strict_json import LARGEST

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("a date is a day of the calendar, written such as 2023-05-31")


Day = Annotated[date, BeforeValidator(_read_day)]
Sequence = Annotated[int, Field(ge=1, le=LARGEST, description="The order number of the push.")]
Number = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        description="The identity number, 13 digits with or without dashes; or a passport's.",
    ),
]
Text = Annotated[str, Field(max_length=TEXT)]
Needed = Annotated[str, Field(min_length=1, max_length=TEXT)]


class Event(BaseModel):
    """What all events have."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    sequence: Sequence


class Conviction(Event):
    """A court convicted somebody. It waits for an officer's approval."""

    cnic: Number
    number_kind: Literal["cnic", "nicop", "poc", "juvenile", "passport"] = "cnic"
    name_ur: Needed
    father_name_ur: Needed
    name_en: Needed
    father_name_en: Needed
    relation: Literal["father", "husband"] = "father"
    sex: Literal["male", "female", "x"] | None = None
    date_of_birth: Day | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    address: Annotated[str, Field(max_length=ADDRESS)] = ""
    district: Text = ""
    court: Needed
    court_district: Annotated[
        Text, Field(description="The district where the court sits; else `district` is taken.")
    ] = ""
    case_number: Needed
    fir_number: Text = ""
    police_station: Text = ""
    sections: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]], Field(min_length=1, max_length=20)
    ]
    convicted_on: Day
    offence_on: Day | None = None
    sentenced_on: Day | None = None
    released_on: Day | None = None
    sentence: Text = ""
    sentence_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    victim_category: Literal["child", "woman", "both"]
    victim_under_13: bool | None = None
    juvenile: Annotated[
        bool | None, Field(description="Under 18 at the offence; null: by the dates.")
    ] = None
    appeal_state: Literal["none", "pending", "stayed", "quashed"] = "none"


class Appeal(Event):
    """What became of an appeal. A stay, a quashing, an acquittal act at once."""

    cnic: Number
    case_number: Needed
    result: Literal["none", "pending", "upheld", "stayed", "quashed", "acquitted"]
    decided_on: Day


class Transfer(Event):
    """A prisoner came to another prison. It waits for an officer's approval."""

    cnic: Number
    prison: Needed
    district: Text = ""
    province: Text = ""
    transferred_on: Day


class Release(Event):
    """A prisoner was released. It waits for an officer's approval."""

    cnic: Number
    case_number: Needed
    released_on: Day


class Death(Event):
    """Somebody died. It acts at once."""

    cnic: Number
    died_on: Day


SHAPES: Final[dict[EventKind, type[Event]]] = {
    EventKind.CONVICTION: Conviction,
    EventKind.APPEAL: Appeal,
    EventKind.TRANSFER: Transfer,
    EventKind.RELEASE: Release,
    EventKind.DEATH: Death,
}
DAYS: Final[dict[EventKind, str]] = {
    EventKind.CONVICTION: "convicted_on",
    EventKind.APPEAL: "decided_on",
    EventKind.TRANSFER: "transferred_on",
    EventKind.RELEASE: "released_on",
    EventKind.DEATH: "died_on",
}


def day_of(kind: EventKind, event: Event) -> date:
    """Return the day of what happened."""
    day: date = getattr(event, DAYS[kind])
    return day


def case_of(told: Conviction) -> documents.Case:
    """Return the case that a conviction is of, with the person as the source names them.

    Raises ``Problem``, ``invalid_event``, where neither the event nor the number tells the sex.
    """
    person: dict[str, Any] = {name: getattr(told, name) for name in documents.NAMES}
    return documents.Case(
        court=told.court,
        case_number=told.case_number,
        fir_number=told.fir_number,
        police_station=told.police_station,
        sentence=told.sentence,
        person=documents.Profile(
            **person,
            relation=told.relation,
            sex=told.sex or _sex_by(told),
            date_of_birth=told.date_of_birth,
            birth_year=told.birth_year,
            address=told.address,
            district=told.district,
        ),
    )


def misshapen(errors: list[dict[str, Any]]) -> Problem:
    """Return what is wrong with the shape of an event; names that were sent aren't repeated."""
    faults = [_fault(error) for error in errors]
    return Problem("invalid_event", "The event has faults.", errors=faults)


def _fault(error: dict[str, Any]) -> FieldFault:
    if error["type"] == "extra_forbidden":
        message = "The event has a field that it doesn't take: the fields are in openapi.json."
        return FieldFault("", "unknown_field", message)
    place = [part for part in error["loc"] if part not in ("body", "event")]
    name = str(place[0]) if place else ""
    if error["type"] == "missing":
        return FieldFault(name, "required", f"The field {name} must be filled in.")
    return FieldFault(name, "bad_value", f"{error['msg']}.")


def _sex_by(told: Conviction) -> documents.SexWord:
    if told.number_kind == "passport":
        fault = FieldFault("sex", "required", "The field sex is filled in beside a passport.")
        raise Problem("invalid_event", "The event has faults.", errors=[fault])
    try:
        by_number = cnic.sex_by_last_digit(cnic.parse(told.cnic))
    except cnic.CnicError as error:
        fault = FieldFault("cnic", "bad_cnic", str(error))
        raise Problem("invalid_event", "The event has faults.", errors=[fault]) from None
    return cast(documents.SexWord, by_number)
