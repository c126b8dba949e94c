"""The law of a day, read from its rows and made ready for the pure functions that judge by it."""

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar, cast

from nsor.law import models, tiers
from nsor.law.calendar import today
from nsor.law.errors import LawRefusal
from nsor.law.rows import rows_in_force, version
from nsor.law.rules import WIDEST_FIRST, Audience, DisclosurePolicy, Opening, Rule

_Plain = TypeVar("_Plain")


def in_force(day: date | None = None) -> DisclosurePolicy:
    """Return who may be told what on a day, today if None.

    An audience whose service no row opens is closed.
    """
    day = day or today()
    return DisclosurePolicy(
        day=day,
        version=version(),
        rules=tuple(rule_of(row) for row in rows_in_force(models.DisclosureRule, day)),
        openings=openings_of(settings_in_force(day)),
    )


def tier_law(day: date | None = None) -> tiers.TierLaw:
    """Return the set of tiers, terms and duties switched on, on a day, today if None.

    Raises ``LawRefusal``: ``no_policy``.
    """
    day = day or today()
    switch = settings_in_force(day).get("tier_set")
    if switch is None:
        raise LawRefusal("no_policy", "No tier set is in force: an authority must set one.")
    return set_of(switch.value, day, switch.instrument)


def set_of(tier_set: str, day: date, instrument: str) -> tiers.TierLaw:
    """Return the rows of one set on a day, switched on or not."""

    def rows(model: type[models.InSet], plain: type[_Plain]) -> tuple[_Plain, ...]:
        return tuple(
            plain_of(plain, row) for row in rows_in_force(model, day) if row.tier_set == tier_set
        )

    return tiers.TierLaw(
        day=day,
        version=version(),
        tier_set=tier_set,
        instrument=instrument,
        rules=rows(models.TierRule, tiers.TierRule),
        terms=rows(models.Term, tiers.Term),
        verifications=rows(models.Verification, tiers.Verification),
        duties=rows(models.Duty, tiers.Duty),
    )


def plain_of(plain: type[_Plain], row: models.Row) -> _Plain:
    """Return the plain form of a row: the columns that the dataclass names."""
    names = [field.name for field in fields(cast("Any", plain))]
    return plain(**{name: getattr(row, name) for name in names})


def rule_of(row: models.DisclosureRule) -> Rule:
    """Return the plain form of a row of disclosure policy."""
    return Rule(
        key=row.key,
        audience=cast("Any", row.audience),
        tells=frozenset(filter(None, row.tells.split(";"))),
        instrument=row.instrument,
        victim_category=cast("Any", row.victim_category or None),
        victim_under_13=row.victim_under_13,
        tier=cast("Any", row.tier),
        juvenile=row.juvenile,
        appeal_state=cast("Any", row.appeal_state or None),
        standing=row.standing or None,
    )


def openings_of(settings: dict[str, models.Policy]) -> dict[Audience, Opening]:
    """Return which audiences are answered, by the settings of a day."""
    found: dict[Audience, Opening] = {}
    for audience in WIDEST_FIRST:
        row = settings.get(f"{audience}_service")
        if row is not None:
            found[audience] = Opening(row.value == "open", row.instrument)
    return found


def settings_in_force(day: date | None = None) -> dict[str, models.Policy]:
    """Return the settings of a day, today if None, by key."""
    return {row.key: row for row in rows_in_force(models.Policy, day)}
