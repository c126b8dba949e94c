"""Facts, rules and policies, as the law's tests give them."""

from dataclasses import replace
from datetime import date
from typing import Any

from nsor.law.disclosing import ConvictionFacts, Facts
from nsor.law.rules import (
    FIELDS,
    PUBLIC_FIELDS,
    WIDEST_FIRST,
    Audience,
    DisclosurePolicy,
    Opening,
    Rule,
)
from nsor.law.table import CONVICTION, NOW, PERSON

TODAY = NOW.date()
ALL_OPEN: dict[Audience, Opening] = {
    audience: Opening(True, f"opens {audience}") for audience in WIDEST_FIRST
}


def a_conviction(**changes: Any) -> ConvictionFacts:
    """Return a conviction that speaks to everybody, with changes."""
    return replace(CONVICTION, **changes)


def a_person(*convictions: ConvictionFacts, **changes: Any) -> Facts:
    """Return a person of whom everybody is told, with changes."""
    return replace(PERSON, convictions=convictions or (CONVICTION,), **changes)


def a_rule(audience: Audience, tells: frozenset[str], **columns: Any) -> Rule:
    """Return a rule, of every conviction unless a column says otherwise."""
    said = " ".join(f"{name}={value}" for name, value in columns.items()) or "all"
    return Rule(
        f"{audience} {said}", audience, tells, f"instrument of {audience}, {said}", **columns
    )


def allows(audience: Audience, **columns: Any) -> Rule:
    """Return a rule that allows the most that an audience can have."""
    most = PUBLIC_FIELDS if audience == "public" else FIELDS
    return a_rule(audience, most, **columns)


def forbids(audience: Audience, **columns: Any) -> Rule:
    """Return a rule that forbids everything."""
    return a_rule(audience, frozenset(), **columns)


ALLOWING_ALL = tuple(allows(audience) for audience in WIDEST_FIRST)


def a_policy(*rules: Rule, openings: dict[Audience, Opening] | None = None) -> DisclosurePolicy:
    """Return a policy, with every audience open unless it is said otherwise."""
    return DisclosurePolicy(
        day=date(2026, 6, 1),
        version=1,
        rules=rules,
        openings=ALL_OPEN if openings is None else openings,
    )
