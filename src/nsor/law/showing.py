"""The whole law of a day, for ``nsor policy show``: as text, and as one object.

Rules that hold here: each line names the instrument that it comes from; the object's names are a
contract with whoever reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from nsor.law import policy, sentences
from nsor.law.calendar import today
from nsor.law.choices import SETTINGS, bases
from nsor.law.models import Offence, Policy
from nsor.law.rows import rows_in_force
from nsor.law.rules import WIDEST_FIRST, Audience, DisclosurePolicy
from nsor.law.tiers import TierLaw

_TIERS = (1, 2, 3)
_NARROWEST_FIRST = tuple(reversed(WIDEST_FIRST))


@dataclass(frozen=True, slots=True)
class Law:
    """All that is in force on a day."""

    day: date
    disclosure: DisclosurePolicy
    settings: dict[str, Policy]
    tiers: TierLaw
    offences: list[Offence]

    @property
    def lists(self) -> frozenset[str]:
        """The lists of offences that make a person registrable."""
        return bases(self.settings["registrable_basis"].value)


def law_of(day: date | None = None) -> Law:
    """Return the law of a day, today if None. Raises ``LawRefusal``: ``no_policy``."""
    day = day or today()
    return Law(
        day=day,
        disclosure=policy.in_force(day),
        tiers=policy.tier_law(day),
        settings=policy.settings_in_force(day),
        offences=rows_in_force(Offence, day),
    )


def as_text(law: Law) -> Iterator[str]:
    """Yield the lines of the law of a day."""
    yield f"The law on {law.day}, version {law.disclosure.version}."
    yield from _heading("disclosure")
    for audience in _NARROWEST_FIRST:
        yield from _audience(law.disclosure, audience)
    yield from _heading("settings")
    for key, row in law.settings.items():
        named = SETTINGS[key]
        yield f"- {named.label_en} / {named.label_ur}: {row.value}. [{row.instrument}]"
    yield from _heading("tiers")
    yield f"The set {law.tiers.tier_set}. [{law.tiers.instrument}]"
    for tier in _TIERS:
        first, *others = sentences.tier_lines(law.tiers, tier) or ["No rule speaks of it."]
        yield f"- {first}"
        yield from (f"    {line}" for line in others)
    yield from _heading("duties")
    for duty in law.tiers.duties:
        yield f"- {sentences.duty(duty)}"
    yield from _heading("offences")
    for basis in sorted(law.lists):
        yield from _list(law, basis)


def _heading(name: str) -> Iterator[str]:
    english, urdu = sentences.HEADINGS[name]
    yield ""
    yield f"{english} / {urdu}"


def _audience(found: DisclosurePolicy, audience: Audience) -> Iterator[str]:
    yield f"{sentences.AUDIENCES[audience].capitalize()} / {sentences.AUDIENCES_UR[audience]}"
    yield f"- {sentences.opening(audience, found.openings.get(audience))}"
    for rule in sentences.rules_of(found, audience):
        yield f"- {sentences.rule(rule)}"


def _list(law: Law, basis: str) -> Iterator[str]:
    alone = [str_of(one) for one in law.offences if _is_of(one, basis, connected=False)]
    with_another = [str_of(one) for one in law.offences if _is_of(one, basis, connected=True)]
    yield f"- {basis}: {', '.join(alone)}."
    if with_another:
        yield f"    Only in connection with another entry: {', '.join(with_another)}."


def _is_of(offence: Offence, basis: str, *, connected: bool) -> bool:
    return offence.basis == basis and bool(offence.only_if_connected_with) is connected


def str_of(offence: Offence) -> str:
    """Return the name of an offence's section."""
    return f"{offence.statute} {offence.section}"


def as_object(law: Law) -> dict[str, Any]:
    """Return the law of a day as one object of plain values."""
    return {
        "day": law.day.isoformat(),
        "version": law.disclosure.version,
        "audiences": [_audience_object(law.disclosure, one) for one in _NARROWEST_FIRST],
        "settings": [
            {
                "key": row.key,
                "value": row.value,
                "valid_from": row.valid_from.isoformat(),
                "instrument": row.instrument,
            }
            for row in law.settings.values()
        ],
        "tier_set": law.tiers.tier_set,
        "tier_set_instrument": law.tiers.instrument,
        "tiers": [_tier_object(law.tiers, tier) for tier in _TIERS],
        "duties": [
            {"key": one.key, "sentence": sentences.duty(one), "instrument": one.instrument}
            for one in law.tiers.duties
        ],
        "offences": [_offence_object(one, law.lists) for one in law.offences],
    }


def _audience_object(found: DisclosurePolicy, audience: Audience) -> dict[str, Any]:
    opening = found.openings.get(audience)
    return {
        "audience": audience,
        "open": opening is not None and opening.is_open,
        "instrument": opening.instrument if opening else None,
        "rules": [
            {
                "key": rule.key,
                "tells": sorted(rule.tells),
                "where": sentences.conditions(rule),
                "sentence": sentences.rule(rule),
                "instrument": rule.instrument,
            }
            for rule in sentences.rules_of(found, audience)
        ],
    }


def _tier_object(law: TierLaw, tier: int) -> dict[str, Any]:
    term = law.term(tier)
    return {
        "tier": tier,
        "months": term.months,
        "clean_record_months": term.clean_record_months,
        "juvenile_months": term.juvenile_months,
        "runs_from": term.runs_from,
        "review_after_months": term.review_after_months,
        "instrument": term.instrument,
        "sentences": sentences.tier_lines(law, tier),
    }


def _offence_object(offence: Offence, lists: frozenset[str]) -> dict[str, Any]:
    return {
        "section": str_of(offence),
        "basis": offence.basis,
        "registrable": offence.basis in lists,
        "only_if_connected_with": offence.only_if_connected_with or None,
        "section_from": offence.section_from.isoformat(),
        "section_to": offence.section_to.isoformat() if offence.section_to else None,
        "instrument": offence.instrument,
        "citation": offence.citation,
    }
