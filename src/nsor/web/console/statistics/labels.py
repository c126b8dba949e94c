"""What the rows, columns and tables of the statistics are called, in the language of the page.

Rules that hold here: a table's keys are never shown as they are stored; names of places come from
``nsor.places``, and sections stay as the law writes them.
"""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from nsor import places
from nsor.register.statistics import Table
from nsor.register.statistics.tables import EARLIER, TOTAL, UNKNOWN
from nsor.web.words import word


class Words(NamedTuple):
    """What a table is called, what its rows are of, and what one must know to read it."""

    title: Promise
    rows: Promise
    note: Promise


TABLES: Final = {
    "places": Words(
        _("People and convictions by province and district"),
        _("Province or district"),
        _(
            "Where people live, as their record has it now. “Not known” are those whose district"
            " nobody recorded, or whose record names no one district."
        ),
    ),
    "years": Words(
        _("Convictions by year and category of victim"),
        _("Year of conviction"),
        _("The year of the judgment."),
    ),
    "sections": Words(
        _("Convictions by section"),
        _("Section of the law"),
        _(
            "A conviction under several sections counts under each of them, so the parts sum to"
            " more than the total."
        ),
    ),
    "standing": Words(
        _("People by state and tier"),
        _("State of the registration"),
        _("The tier decides for how long somebody stays on the register."),
    ),
}
_COLUMNS: Final = {
    "people": _("People"),
    "convictions": _("Convictions"),
    "1": _("Tier I"),
    "2": _("Tier II"),
    "3": _("Tier III"),
    "none": _("No tier yet"),
}
_ROWS: Final = {
    TOTAL: pgettext_lazy("statistics", "Total"),
    UNKNOWN: pgettext_lazy("district", "Not known"),
    EARLIER: pgettext_lazy("years", "Earlier"),
}


def row_name(table: Table, key: str) -> str:
    """Return what a row is called."""
    if key in _ROWS:
        return str(_ROWS[key])
    if table.name == "places":
        return place_name(key)
    if table.name == "standing":
        return word(key, "standing")
    return key


def column_name(table: Table, key: str) -> str:
    """Return what a column is called."""
    if key == TOTAL:
        return str(_ROWS[TOTAL])
    return word(key, "victim") if table.name == "years" else str(_COLUMNS[key])


def place_name(slug: str) -> str:
    """Return a district's name without its province's, or a province's."""
    district = places.by_slug(slug)
    if district is None:
        return places.names(slug, get_language() or "ur")
    return district.name_en if get_language() == "en" else district.name_ur


def hidden() -> str:
    """Return what stands for a count that is hidden."""
    return gettext("hidden")
