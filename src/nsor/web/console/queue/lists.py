"""The rows of the lists of what waits, as pages show them.

Rules that hold here: a row shows nothing of a person: what kind of act, how old, whose, and where.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from nsor import places
from nsor.accounts.models import Officer
from nsor.register.waiting import Waiting

OLD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Row:
    """An act of a list; ``is_mine``: another officer decides it."""

    act: Waiting
    address: str
    age: str
    is_old: bool
    place: str
    is_mine: bool


def shown(acts: Iterable[Waiting], me: Officer, page: str = "console-approval-batch") -> list[Row]:
    """Return the rows of acts; ``page`` is the name of the page that opens one, "" for none."""
    now = timezone.now()
    return [
        Row(
            act=act,
            address=reverse(page, args=[act.batch]) if page else "",
            age=age(act.since, now),
            is_old=now - act.since > OLD,
            place=place(act.district),
            is_mine=act.officer == me.pk,
        )
        for act in acts
    ]


def age(since: datetime, now: datetime) -> str:
    """Return how long something has waited, in hours or days."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return gettext("less than an hour")
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}


def place(code: int | None) -> str:
    """Return what a district is called, "" where nobody knows it."""
    district = places.district(code)
    if district is None:
        return ""
    return district.name_ur if get_language() == "ur" else district.name_en
