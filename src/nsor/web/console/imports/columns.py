"""The columns of an import, in words: what each is called, and what is written in it."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.register.rows import COLUMNS, REQUIRED


class Words(NamedTuple):
    """What a column is called, and what is written in it."""

    label: str | Promise
    hint: str | Promise


_NUMBER: Final = _("13 digits, with or without dashes, such as 35201-1234567-1.")
_DAY: Final = _("A date such as 2023-05-31, or a cell formatted as a date.")
_TEXT: Final = _("Up to 200 characters.")

WORDS: Final[dict[str, Words]] = {
    "cnic": Words(_("CNIC"), _NUMBER),
    "name_ur": Words(_("Name in Urdu"), _("As it stands on the identity card, in Urdu letters.")),
    "father_name_ur": Words(
        _("Father's or husband's name in Urdu"),
        _("The husband's name where the column relation says husband."),
    ),
    "name_en": Words(_("Name in English"), _("In Latin letters.")),
    "father_name_en": Words(_("Father's or husband's name in English"), _("In Latin letters.")),
    "relation": Words(_("Relation"), _("father or husband; father where it is empty.")),
    "sex": Words(_("Sex"), _("male, female or x; by the CNIC where it is empty.")),
    "date_of_birth": Words(_("Date of birth"), _DAY),
    "offence_on": Words(_("Date of the offence"), _DAY),
    "juvenile": Words(
        _("Under 18 at the offence"), _("yes or no; by the two dates where it is empty.")
    ),
    "court": Words(_("Court"), _TEXT),
    "case_number": Words(_("Case number"), _TEXT),
    "fir_number": Words(_("FIR number"), _TEXT),
    "police_station": Words(_("Police station"), _TEXT),
    "sentence": Words(_("Sentence"), _TEXT),
    "district": Words(_("District"), _TEXT),
    "address": Words(_("Address"), _("Up to 500 characters.")),
    "sections": Words(_("Sections"), _("Separated by semicolons, such as PPC 376;PPC 377B.")),
    "convicted_on": Words(_("Date of the conviction"), _DAY),
    "victim_category": Words(
        _("Victim category"), _("child, woman or both; never a name or a relation.")
    ),
    "appeal_state": Words(
        _("Appeal"), _("none, pending, stayed or quashed; none where it is empty.")
    ),
}

URDU: Final = frozenset({"name_ur", "father_name_ur"})
LATIN: Final = frozenset(
    {"cnic", "name_en", "father_name_en", "date_of_birth", "offence_on", "convicted_on", "sections"}
)


class Column(NamedTuple):
    """A column as a page or a file shows it; ``language`` is that of its cells, if it is one."""

    name: str
    label: str | Promise
    hint: str | Promise
    required: bool
    language: str


def column(name: str) -> Column:
    """Return a column of an import by its name."""
    words = WORDS[name]
    language = "ur" if name in URDU else "en" if name in LATIN else ""
    return Column(name, words.label, words.hint, name in REQUIRED, language)


def all_columns() -> list[Column]:
    """Return the columns of an import in their order."""
    return [column(name) for name in COLUMNS]
