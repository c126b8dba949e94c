"""The law that people are judged by now, and what follows of it: tier, term and review.

Rules that hold here: a term is worked out from the convictions that count, each time it is asked
for; what is stored beside a person only tells the scheduled work where to look. The law is read
again when it was changed, and each day.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from nsor.law import catalogue, policy, tiers
from nsor.law.catalogue import Catalogue
from nsor.law.errors import LawRefusal
from nsor.law.rows import days_of_change, version
from nsor.law.rules import DisclosurePolicy, Opening
from nsor.register.calendar import today
from nsor.register.models import Conviction


class Term(NamedTuple):
    """``ends`` is the first day after the term, None for life; ``review_on`` None without one."""

    tier: int
    ends: date | None
    review_on: date | None


class LawNow(NamedTuple):
    """What people are judged by: who may be told what, and the tiers with their terms."""

    disclosure: DisclosurePolicy
    """As if the public service were open: that it is closed is asked at each answer."""
    tiers: tiers.TierLaw
    catalogue: Catalogue


def law_now() -> LawNow:
    """Return the law of today. Raises ``nsor.law.errors.LawRefusal``: ``no_policy``."""
    return _law(str(connection.settings_dict["NAME"]), *moment())


def moment() -> tuple[int, date]:
    """Return what the law now is told by: its version, and the day."""
    return version(), today()


@lru_cache(maxsize=4)
def _law(database: str, law_version: int, day: date) -> LawNow:
    found = policy.in_force(day)
    public = found.openings.get("public")
    opened = Opening(True, public.instrument if public else "")
    as_if_open = replace(found, openings={**found.openings, "public": opened})
    return LawNow(as_if_open, policy.tier_law(day), catalogue.in_force(day))


class LawThen(NamedTuple):
    """The law of a day, asked about later; no tiers and no catalogue before there was one."""

    disclosure: DisclosurePolicy
    tiers: tiers.TierLaw | None
    catalogue: catalogue.Catalogue | None


def law_of(day: date) -> LawThen:
    """Return the law of a day: that of the last day up to it on which other law began."""
    database, law_version = str(connection.settings_dict["NAME"]), version()
    days = _days_of_change(database, law_version)
    begun = bisect_right(days, day)
    return _law_of(database, law_version, days[begun - 1] if begun else date.min)


@lru_cache(maxsize=4)
def _days_of_change(database: str, law_version: int) -> list[date]:
    return days_of_change(date.min, date.max)


@lru_cache(maxsize=64)
def _law_of(database: str, law_version: int, day: date) -> LawThen:
    disclosure = policy.in_force(day)
    try:
        return LawThen(disclosure, policy.tier_law(day), catalogue.in_force(day))
    except LawRefusal:
        return LawThen(disclosure, None, None)


def of(
    convictions: Sequence[Conviction], law: tiers.TierLaw, reviewed_to: date | None = None
) -> Term:
    """Return the term of a person with these convictions: the longest of all.

    ``reviewed_to`` is the day up to which its reviews were done.
    """
    registrable = sorted(
        (one for one in convictions if one.registrable), key=lambda one: one.convicted_on
    )
    if not registrable:
        return Term(tiers.LOWEST, None, None)
    tier = max(
        law.tier_of(
            catalogue.section_names(one.sections),
            victim_under_13=one.victim_under_13,
            earlier_convictions=earlier,
            sentence_months=one.sentence_months,
        )
        for earlier, one in enumerate(registrable)
    )
    ends = [
        law.term_ends(
            tier,
            convicted_on=one.convicted_on,
            released_on=one.released_on,
            sentence_months=one.sentence_months,
            clean_record=False,
            juvenile=one.juvenile,
        )
        for one in registrable
    ]
    reviews = [
        law.review_on(
            tier,
            convicted_on=one.convicted_on,
            released_on=one.released_on,
            sentence_months=one.sentence_months,
            reviewed_to=reviewed_to,
        )
        for one in registrable
    ]
    last = None if None in ends else max(day for day in ends if day)
    return Term(tier, last, min((day for day in reviews if day), default=None))
