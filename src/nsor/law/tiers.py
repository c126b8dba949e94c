"""Tiers, terms, verification and duties: what follows for a registrant from the rows of one set.

Rules that hold here (pure, no database): the rows decide, no section is named in code; a
conviction is of the highest tier that a rule gives it; whatever is not known counts in favour of
the person, but for a release nobody recorded: then the sentence counts as served to its end.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LIFE = 100 * 12
"""Months that stand for a sentence without an end: imprisonment for life, or death."""

LOWEST = 1
"""The tier of what no rule speaks of."""

_WITH = " with "


@dataclass(frozen=True, slots=True)
class TierRule:
    """A conviction for which all of this is true is at least of the tier."""

    tier: int
    section: str = ""
    victim_under_13: bool = False
    earlier_convictions: int = 0
    sentence_months_over: int | None = None
    sentence_months_from: int | None = None

    def fits(
        self,
        offences: frozenset[str],
        victim_under_13: bool | None,
        earlier_convictions: int,
        sentence_months: int,
    ) -> bool:
        """Tell whether every condition of the rule is met."""
        return (
            (not self.section or self.section in offences)
            and (not self.victim_under_13 or victim_under_13 is True)
            and earlier_convictions >= self.earlier_convictions
            and (self.sentence_months_over is None or sentence_months > self.sentence_months_over)
            and (self.sentence_months_from is None or sentence_months >= self.sentence_months_from)
        )


@dataclass(frozen=True, slots=True)
class Term:
    """For how long a tier is registered, in months; ``months`` is None for life."""

    tier: int
    runs_from: Literal["release", "conviction"]
    months: int | None = None
    clean_record_months: int | None = None
    juvenile_months: int | None = None
    review_after_months: int | None = None
    instrument: str = ""

    def length(self, *, clean_record: bool, juvenile: bool) -> int | None:
        """Return the shortest term that the person is entitled to, in months; None for life."""
        entitled = [
            months
            for months, applies in (
                (self.months, True),
                (self.clean_record_months, clean_record),
                (self.juvenile_months, juvenile),
            )
            if applies and months is not None
        ]
        return min(entitled, default=None)

    def begins(
        self, convicted_on: date, released_on: date | None, sentence_months: int | None
    ) -> date | None:
        """Return the first day of the term; None where it can't begin."""
        if self.runs_from == "conviction":
            return convicted_on
        if released_on is not None:
            return released_on
        months = sentence_months or 0
        return None if months >= LIFE else months_after(convicted_on, months)


@dataclass(frozen=True, slots=True)
class Verification:
    """How often a registrant shows themselves in person."""

    tier: int
    no_fixed_address: bool
    every: int
    unit: Literal["months", "days"]
    instrument: str = ""

    def after(self, day: date) -> date:
        """Return when the next verification is due."""
        if self.unit == "days":
            return day + timedelta(days=self.every)
        return months_after(day, self.every)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a registrant must tell, and by when."""

    key: str
    what: str
    what_ur: str
    within: int
    unit: Literal["hours", "days", "business_days"]
    when: Literal["before", "after"]
    longer_than_hours: int | None
    in_person: bool
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class TierLaw:
    """The set that is switched on, on one day."""

    day: date
    version: int
    tier_set: str
    instrument: str
    rules: tuple[TierRule, ...]
    terms: tuple[Term, ...]
    verifications: tuple[Verification, ...]
    duties: tuple[Duty, ...]

    def tier_of(
        self,
        sections: Iterable[str],
        *,
        victim_under_13: bool | None,
        earlier_convictions: int,
        sentence_months: int | None,
    ) -> int:
        """Return the tier of a registrable conviction: 1, 2 or 3.

        ``sections`` are names of the catalogue; one in connection with another is of the other's
        tier. ``earlier_convictions`` counts the registrable ones before this; a sentence for life
        or of death is ``LIFE``.
        """
        offences = frozenset(name.rpartition(_WITH)[2] for name in sections)
        months = sentence_months or 0
        found = [
            rule.tier
            for rule in self.rules
            if rule.fits(offences, victim_under_13, earlier_convictions, months)
        ]
        return max(found, default=LOWEST)

    def term_ends(
        self,
        tier: int,
        *,
        convicted_on: date,
        released_on: date | None,
        sentence_months: int | None,
        clean_record: bool,
        juvenile: bool,
    ) -> date | None:
        """Return the first day on which the term is over; None for life, or for no end in sight.

        Raises ``LookupError`` for a tier without a term.
        """
        term = self.term(tier)
        length = term.length(clean_record=clean_record, juvenile=juvenile)
        begins = term.begins(convicted_on, released_on, sentence_months)
        return None if length is None or begins is None else months_after(begins, length)

    def review_on(
        self,
        tier: int,
        *,
        convicted_on: date,
        released_on: date | None,
        sentence_months: int | None,
        reviewed_to: date | None = None,
    ) -> date | None:
        """Return when the term itself is to be looked at again; None where it never is.

        The first time is so long after the term began, and each later one as long after the day
        ``reviewed_to``, up to which that was done.
        """
        term = self.term(tier)
        begins = term.begins(convicted_on, released_on, sentence_months)
        if term.review_after_months is None or begins is None:
            return None
        first = months_after(begins, term.review_after_months)
        if reviewed_to is None or reviewed_to < first:
            return first
        return months_after(reviewed_to, term.review_after_months)

    def next_verification(self, tier: int, last: date, *, no_fixed_address: bool) -> date:
        """Return when somebody is to be verified who was last seen on ``last``.

        Somebody without a fixed address is held to the shorter of the two intervals, where the set
        has one for them. Raises ``LookupError`` for a tier without an interval.
        """
        found = [
            one.after(last)
            for one in self.verifications
            if one.tier == tier and (no_fixed_address or not one.no_fixed_address)
        ]
        if not found:
            raise LookupError(f"{self.tier_set} has no verification for tier {tier}.")
        return min(found)

    def term(self, tier: int) -> Term:
        """Return the term of a tier. Raises ``LookupError``."""
        for term in self.terms:
            if term.tier == tier:
                return term
        raise LookupError(f"{self.tier_set} has no term for tier {tier}.")


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
