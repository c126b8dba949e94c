"""Which rows of the law hold on a day.

Rules that hold here: see ``models``. Every table is small (some hundred rows at most) and is read
whole, once for an act; nothing is kept between two questions, so a change counts at once.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Q

from nsor.law.calendar import today
from nsor.law.errors import LawRefusal
from nsor.law.models import ROWS, Head, Policy, Row

_Row = TypeVar("_Row", bound=Row)

SETTING_IN_FORCE = (
    f"SELECT value FROM {Policy._meta.db_table}"  # noqa: S608
    " WHERE key = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)"
    " ORDER BY valid_from DESC, id DESC LIMIT 1"
)
"""The value of a setting, for a reader with a connection of its own: key, day, the day again."""


def rows_in_force(model: type[_Row], day: date | None = None) -> list[_Row]:
    """Return the rows of a table that count on a day, today if None, in the order of their key."""
    day = day or today()
    holding = model._default_manager.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day
    )
    return newest_of_each(holding.order_by("valid_from", "pk"))


def newest_of_each(rows: Iterable[_Row]) -> list[_Row]:
    """Return of the rows of each key the last one, unless it repeals; in the order of the keys."""
    last = {row.key_values: row for row in rows}
    return [row for _, row in sorted(last.items()) if not row.repealed]


def policy_in_force(key: str, day: date | None = None) -> str:
    """Return the value of a setting on a day, today if None.

    Raises ``LawRefusal``: ``no_policy``.
    """
    for row in rows_in_force(Policy, day):
        if row.key == key:
            return row.value
    raise LawRefusal("no_policy", f"No policy {key} is in force: an authority must set one.")


def version() -> int:
    """Return the number of the last change of the law that was enacted, 0 before the first."""
    return Head.objects.values_list("version", flat=True).get(pk=1)


def days_of_change(after: date, upto: date) -> list[date]:
    """Return the days later than ``after``, ``upto`` included, on which other law begins to count.

    That is where a row begins, and the day after one lapses. Who looks at these days and at
    ``version`` misses no change, one that reaches back included.
    """
    days: set[date] = set()
    for model in ROWS.values():
        for begins, ends in model._default_manager.values_list("valid_from", "valid_to"):
            days.add(begins)
            if ends is not None and ends < date.max:
                days.add(ends + timedelta(days=1))
    return sorted(day for day in days if after < day <= upto)
