"""What the pages of an entry show: the words for what was entered, and people beside each other."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nsor.law.catalogue import section_names
from nsor.register import numbering
from nsor.register.drafts import Entered, OpenForm, Shown
from nsor.register.entering import EntryRefused
from nsor.web import refusals
from nsor.web.console.entry.forms import ConvictionForm
from nsor.web.console.entry.numbers import read

WARNINGS: Final = {
    "sex_differs_from_cnic": _("The sex is another one than the number's last digit stands for."),
    "age_at_offence_unknown": _(
        "Nothing tells whether the person was under 18 at the offence: taken as not."
    ),
}


def draft(entered: Entered) -> dict[str, Any]:
    """Return what the page of a draft shows."""
    person, conviction = entered.case.person, entered.conviction
    return {
        "entered": entered,
        "case": entered.case,
        "person": person,
        "conviction": conviction,
        "sections": section_names(conviction.sections),
        "warnings": [WARNINGS[code] for code in entered.warnings if code in WARNINGS],
    }


def alike(form: OpenForm, shown: list[Shown]) -> dict[str, Any]:
    """Return what the page shows on which an officer decides who is the same person.

    ``holds`` tells of each whether the number that was typed is theirs.
    """
    values = form.values
    number = _number(values)
    people = [
        {
            "offender": one.offender,
            "row": one.row,
            "holds": _holds(one, number),
            "percent": round(one.likeness * 100),
        }
        for one in shown
    ]
    return {"entry": form, "typed": ConvictionForm(values).initial, "people": people}


def told_faults(refused: EntryRefused) -> list[str]:
    """Return each fault of a refusal as a sentence that names its field."""
    fields = ConvictionForm({})
    found = []
    for fault in refused.faults:
        told = refusals.told_code(fault.code, fault.message)
        name = fields.name_of(fault)
        found.append(f"{fields[name].label}: {told}" if name else told)
    return found


def _holds(one: Shown, number: str) -> bool:
    if not number:
        return False
    if one.row is not None:
        return any(held.digits == number for held in one.row.numbers)
    known = numbering.holder(number)
    return known is not None and known.offender == one.offender


def _number(values: Mapping[str, str]) -> str:
    try:
        return read(values.get("number_kind", ""), values.get("number", ""))
    except ValidationError:
        return ""
