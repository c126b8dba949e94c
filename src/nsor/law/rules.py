"""From the rows of disclosure policy to a table that answers at once.

Rules that hold here (pure, no database):

- A rule names an audience and a class of convictions; a column left open stands for every value.
- What may be told of a class is what all the rules that match it allow together; one matching
  rule that allows nothing outweighs them all. So the order of the rules never matters.
- Audiences are nested: an institution is told nothing that law enforcement would not be, the
  public nothing that an institution would not be, whatever the rules say.
- The public is never told more than the two names (the fairness rule of every reply).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

Audience: TypeAlias = Literal["public", "institution", "law_enforcement"]
VictimCategory: TypeAlias = Literal["child", "woman", "both"]
Tier: TypeAlias = Literal[1, 2, 3]
AppealState: TypeAlias = Literal["none", "pending", "stayed", "quashed"]
Outcome: TypeAlias = Literal["listed", "not_listed", "not_open"]

WIDEST_FIRST: tuple[Audience, ...] = ("law_enforcement", "institution", "public")

PUBLIC_FIELDS = frozenset({"name", "father_name"})
FIELDS = PUBLIC_FIELDS | {
    "aliases",
    "identity_numbers",
    "sex",
    "date_of_birth",
    "photograph",
    "marks",
    "district",
    "addresses",
    "court",
    "case_number",
    "sections",
    "convicted_on",
    "sentence",
    "victim_category",
    "appeal_state",
    "tier",
    "term",
    "standing",
}
"""Everything that a rule can allow; ``father_name`` is the husband's where the relation is that."""

MOST: Mapping[Audience, frozenset[str]] = {
    "law_enforcement": FIELDS,
    "institution": FIELDS,
    "public": PUBLIC_FIELDS,
}

VICTIMS: tuple[VictimCategory, ...] = ("child", "woman", "both")
TIERS: tuple[Tier, ...] = (1, 2, 3)
APPEALS: tuple[AppealState, ...] = ("none", "pending", "stayed", "quashed")
STANDINGS = ("active", "suspended", "expired", "term_ended", "deceased")
"""How a person stands for a rule; whoever is removed or withdrawn never comes before one."""

_STANDS_FOR = {"expired": ("expired", "term_ended")}


class ConvictionClass(NamedTuple):
    """What a rule can turn on. ``protected``: a child at the offence, no court's order."""

    victim_category: str
    victim_under_13: bool
    tier: int
    protected: bool
    appeal_state: str
    standing: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of disclosure policy. None in a column means any value of it."""

    key: str
    audience: Audience
    tells: frozenset[str]
    """What the rule allows, of ``FIELDS``; empty where it forbids everything."""
    instrument: str
    victim_category: VictimCategory | None = None
    victim_under_13: bool | None = None
    tier: Tier | None = None
    juvenile: bool | None = None
    appeal_state: AppealState | None = None
    standing: str | None = None

    def matches(self, kind: ConvictionClass) -> bool:
        """Tell whether the rule speaks of a class."""
        return (
            self.victim_category in (None, kind.victim_category)
            and self.victim_under_13 in (None, kind.victim_under_13)
            and self.tier in (None, kind.tier)
            and self.juvenile in (None, kind.protected)
            and self.appeal_state in (None, kind.appeal_state)
            and (
                self.standing is None
                or kind.standing in _STANDS_FOR.get(self.standing, (self.standing,))
            )
        )

    def reason(self, kind: ConvictionClass) -> str:
        """Return why a rule that forbids does so: the fact that it turns on, or ``policy``."""
        if self.juvenile:
            return "juvenile"
        if self.appeal_state == "stayed":  # what was quashed never comes before a rule
            return "stayed"
        if self.standing not in (None, "active"):
            return kind.standing
        return "policy"


class Cell(NamedTuple):
    """What an audience may be told of one class: ``tells``, or the ``reason`` why nothing."""

    tells: frozenset[str]
    reason: str
    instruments: tuple[str, ...]


class Opening(NamedTuple):
    """Whether an audience is answered at all, and by which instrument."""

    is_open: bool
    instrument: str


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """Who may be told what on one day, made ready for ``disclose``.

    ``openings`` names every audience that is open; one that it lacks is closed.
    """

    day: date
    version: int
    rules: tuple[Rule, ...]
    openings: Mapping[Audience, Opening]
    tables: Mapping[Audience, Mapping[ConvictionClass, Cell]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work the tables out, once for all who are judged by this policy."""
        object.__setattr__(self, "tables", tables_of(self.rules))


def every_class() -> Iterable[ConvictionClass]:
    """Yield each class that a rule can speak of."""
    both = (False, True)
    return (
        ConvictionClass(*values)
        for values in product(VICTIMS, both, TIERS, both, APPEALS, STANDINGS)
    )


@lru_cache(maxsize=8)
def tables_of(rules: tuple[Rule, ...]) -> Mapping[Audience, Mapping[ConvictionClass, Cell]]:
    """Return for each audience what it may be told of each class."""
    tables: dict[Audience, dict[ConvictionClass, Cell]] = {}
    wider: dict[ConvictionClass, Cell] = {}
    for audience in WIDEST_FIRST:
        own = [rule for rule in rules if rule.audience == audience]
        wider = tables[audience] = {
            kind: cell_of(own, kind, MOST[audience], wider.get(kind)) for kind in every_class()
        }
    return tables


def cell_of(
    rules: Iterable[Rule], kind: ConvictionClass, most: frozenset[str], wider: Cell | None
) -> Cell:
    """Return what the rules of one audience allow of a class, inside ``most`` and ``wider``.

    ``wider`` is what the next wider audience may be told of the class, None where there is none.
    """
    if wider and wider.reason:
        return wider
    matching = [rule for rule in rules if rule.matches(kind)]
    for rule in matching:
        if not rule.tells:
            return Cell(frozenset(), rule.reason(kind), (rule.instrument,))
    allowed = frozenset[str]().union(*(rule.tells for rule in matching)) & most
    if wider:
        allowed &= wider.tells
    instruments = tuple(dict.fromkeys(rule.instrument for rule in matching))
    return Cell(allowed, "" if allowed else "policy", instruments)
