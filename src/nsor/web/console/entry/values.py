"""What would have been typed for a draft of the register, so that its form can be made anew."""

from datetime import date
from typing import Final

from nsor import cnic
from nsor.register import documents
from nsor.register.drafts import Entered
from nsor.web.console.entry.forms import DAYS, SAYING

_OF_PERSON: Final = (
    "relation",
    "sex",
    "date_of_birth",
    "birth_year",
    "address",
    "district",
    "marks",
)
_OF_CASE: Final = ("court", "case_number", "fir_number", "police_station", "sentence")


def values_of(entered: Entered) -> dict[str, str]:
    """Return what would have been typed for a draft of the register (``drafts.Entered``)."""
    case, conviction = entered.case, entered.conviction
    person = case.person
    found: dict[str, object] = {
        "number_kind": entered.kind,
        "number": cnic.display(entered.number) if entered.number.isdigit() else entered.number,
        **{name: getattr(person, name) for name in (*documents.NAMES, *_OF_PERSON)},
        **{name: getattr(case, name) for name in _OF_CASE},
        **{name: getattr(conviction, name) for name in (*DAYS, "sentence_months")},
        "victim_category": conviction.victim_category,
        "victim_under_13": SAYING[conviction.victim_under_13],
        "juvenile": SAYING[conviction.juvenile],
        "appeal_state": conviction.entered_appeal_state,
    }
    for row, alias in enumerate(person.aliases, 1):
        found |= {f"alias_ur_{row}": alias.name_ur, f"alias_en_{row}": alias.name_en}
    for row, name in enumerate(conviction.sections.split(";"), 1):
        found[f"section_{row}"] = name
    return {name: _shown(value) for name, value in found.items() if value not in (None, "")}


def _shown(value: object) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
