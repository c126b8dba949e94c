"""What the page of a search shows of its results, in words."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nsor.register.search.query import Lacking, Query, Results, Row
from nsor.register.search.searching import MOST
from nsor.register.search.words import YEARS, born_group

_LIKENESS: Final = (
    (0.97, _("the same name")),
    (0.85, _("nearly the same name")),
    (0.7, _("a similar name")),
    (0.0, _("a name somewhat alike")),
)
LACKING: Final[dict[Lacking, Promise]] = {
    Lacking.NUMBER: _("the identity number"),
    Lacking.NAME: _("the name"),
    Lacking.WORD: _("another word of the name"),
    Lacking.FATHER: _("the father's or husband's name"),
    Lacking.DISTRICT: _("the district"),
    Lacking.YEARS: _("the year of birth, within 12 years"),
    Lacking.SECTION: _("the section"),
    Lacking.DATES: _("the dates of the conviction"),
}
assert YEARS == 12, "the words for it say so"


class Found(NamedTuple):
    """Somebody who was found, and why they stand where they do."""

    row: Row
    why: str


class Shown(NamedTuple):
    """What a search found; ``add`` is what to add where too many fit."""

    results: Results
    found: list[Found]
    add: list[str]
    too_many_years: bool
    most: int


def shown(query: Query, results: Results) -> Shown:
    """Return what is shown of the results of a query."""
    only_born = bool(query.asked()) and query.asked().keys() <= {"born_from", "born_to"}
    return Shown(
        results=results,
        found=[Found(row, _why(query, row)) for row in results.rows],
        add=[str(LACKING[one]) for one in query.lacking()] if results.too_wide else [],
        too_many_years=only_born and not born_group(query.born_from, query.born_to),
        most=MOST,
    )


def _why(query: Query, row: Row) -> str:
    by_name = likeness(row.likeness) if query.name or query.father else ""
    if query.number:
        number = gettext("holds this number")
        return f"{number}; {by_name}" if by_name else number
    return by_name or gettext("fits what you asked for")


def likeness(value: float) -> str:
    """Return a likeness from 0 to 1 in words."""
    return next(str(words) for least, words in _LIKENESS if value >= least)
