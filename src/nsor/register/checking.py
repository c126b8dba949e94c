"""What values the fields of a profile and of a conviction take, where an officer corrects them.

Rules that hold here: what a correction takes, an entry would have taken; every fault is told, by
its field; a message says what would be right and never repeats what was given.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from nsor.law import catalogue
from nsor.register import documents
from nsor.register.calendar import today
from nsor.register.entering import EntryRefused, alias_texts, order_faults, typed_faults
from nsor.register.errors import Refusal
from nsor.register.models import Conviction
from nsor.register.models.cases import SECTIONS
from nsor.register.rows import BAD_DATE, Fault, born_late, day_faults

_Months = Annotated[int, msgspec.Meta(ge=0, le=1200)]
_PLACES = ("home", "work", "school", "prison", "other")


class _Judged(msgspec.Struct, frozen=True):
    sections: str
    convicted_on: date
    offence_on: date | None
    sentenced_on: date | None
    released_on: date | None
    sentence_months: _Months | None
    juvenile: bool
    court_order: bool
    victim_category: Literal["child", "woman", "both"]
    victim_under_13: bool | None


def _kinds(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(shape)}


JUDGED = _kinds(_Judged)
"""Fields of a conviction that decide whether the public is told, with the kinds of their values."""
CASE_FIELDS: dict[str, Any] = dict.fromkeys(
    ("court", "case_number", "fir_number", "police_station", "sentence"), str
)
PROFILE = _kinds(documents.Profile)


def taken(changes: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a correction changes, as values of the kinds that its fields take.

    Raises ``EntryRefused``, and ``Refusal``: ``bad_value`` for a field that isn't there.
    """
    if changes.keys() - kinds.keys():
        fields = ", ".join(kinds)
        raise Refusal("bad_value", f"A correction changes one of these fields: {fields}.")
    values, faults = {}, []
    for name, value in changes.items():
        try:
            values[name] = msgspec.convert(msgspec.to_builtins(value), kinds[name])
        except (msgspec.MsgspecError, TypeError):
            faults.append(Fault(name, "bad_value", _takes(name, kinds[name])))
    if faults:
        raise EntryRefused(tuple(faults))
    return values


def profile_faults(profile: documents.Profile, names: Iterable[str]) -> list[Fault]:
    """Return what is wrong with these fields of a profile."""
    return [fault for name in names for fault in _faults_of(profile, name)]


def case_faults(changes: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with what is changed of a case."""
    return [fault for name, value in changes.items() for fault in typed_faults(name, value)]


def conviction_faults(row: Conviction) -> list[Fault]:
    """Return what is wrong with the sections, the days and the victim of a conviction."""
    names = catalogue.section_names(row.sections)
    found = []
    if not names or any(name not in catalogue.in_force().known for name in names):
        message = "Name sections of the catalogue, such as PPC 376;PPC 377B."
        found.append(Fault("sections", "unknown_section", message))
    if len(row.sections) > SECTIONS:
        message = f"The column sections takes {SECTIONS} characters."
        found.append(Fault("sections", "too_long", message))
    if row.offence_on and row.offence_on > row.convicted_on:
        message = "The offence is dated after the conviction: it comes before, or on the day."
        found.append(Fault("offence_on", "bad_value", message))
    for field in ("offence_on", "convicted_on"):
        found += day_faults(field, getattr(row, field), today())
    return found + order_faults(row)


def birth(profile: documents.Profile) -> date | None:
    """Return the day of birth, or the first of the year, by which nobody is younger than they are.

    None where the profile tells neither.
    """
    if profile.date_of_birth is not None or profile.birth_year is None:
        return profile.date_of_birth
    return date(profile.birth_year, 1, 1)


def birth_faults(born: date | None, convictions: Iterable[Conviction]) -> list[Fault]:
    """Return what is wrong with a birth beside what the person was convicted of."""
    found = (born_late(born, one.offence_on, one.convicted_on) for one in convictions)
    return next((faults for faults in found if faults), [])


def _takes(name: str, kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"The column {name} takes one of: {', '.join(get_args(kind))}."
    if date in (kind, *get_args(kind)):
        return BAD_DATE
    return f"The value is none that the column {name} takes."


def _faults_of(profile: documents.Profile, name: str) -> list[Fault]:
    value = getattr(profile, name)
    if name == "date_of_birth":
        return day_faults(name, value, today())
    if name == "birth_year" and value is not None and not 1900 <= value <= today().year:
        return [Fault(name, "bad_value", "A year of birth has four digits.")]
    if name == "aliases":
        return [fault for one in alias_texts(profile) for fault in typed_faults("alias", one)]
    if name == "places":
        return [fault for place in value for fault in _place_faults(place)]
    return typed_faults(name, value) if isinstance(value, str) else []


def _place_faults(place: documents.Place) -> list[Fault]:
    found = []
    if place.kind not in _PLACES:
        message = f"The kind of an address is one of: {', '.join(_PLACES)}."
        found.append(Fault("places", "bad_value", message))
    for field, value in (
        ("address", place.text),
        ("district", place.district),
        ("province", place.province),
    ):
        found += typed_faults(field, value)
    return found
