"""Who may be told what of a person: one pure function, and no other.

Rules that hold here:

- A person is told of if at least one conviction speaks to the audience. What may be told is what
  the policy allows of the convictions that speak.
- Some facts silence whatever the policy says (``SILENT_TO``); the rest is the policy's to decide.
  To nobody: what two officers have not approved, what is not registrable, what was quashed, and
  a person who was removed or wrongly listed, or of whom a restored backup lacks why they were
  silent, which may be a quashing. To institutions besides: what was edited since its
  approval. To the public besides: a stay, a death, a term that ended, any suspension, and a
  conviction for what a child did, unless a court ordered it to be published; that the child has
  come of age since changes nothing.
- A reason is told for every silence; it never travels to the audience.
- A value that is none of the known ones raises ``KeyError``: nothing is told by accident.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from nsor.law.calendar import day_in_pakistan
from nsor.law.rules import (
    AppealState,
    Audience,
    Cell,
    ConvictionClass,
    DisclosurePolicy,
    Outcome,
    VictimCategory,
)

Standing: TypeAlias = Literal["active", "suspended", "expired", "removed"]

_TO_NOBODY = frozenset(
    {
        "removed",
        "withdrawn",
        "backup",
        "not_approved",
        "not_yet_convicted",
        "not_registrable",
        "quashed",
    }
)
_NOT_TO_INSTITUTIONS = _TO_NOBODY | {"edited"}
_NOT_TO_THE_PUBLIC = _NOT_TO_INSTITUTIONS | {
    "deceased",
    "expired",
    "term_ended",
    "suspended",
    "juvenile",
    "stayed",
}
SILENT_TO: dict[Audience, frozenset[str]] = {
    "law_enforcement": _TO_NOBODY,
    "institution": _NOT_TO_INSTITUTIONS,
    "public": _NOT_TO_THE_PUBLIC,
}
"""The reasons that silence to each audience whatever the policy says."""

_APPEAL_REASON = {"none": "", "pending": "", "stayed": "stayed", "quashed": "quashed"}


@dataclass(frozen=True, slots=True)
class ConvictionFacts:
    """What of a conviction bears on disclosure.

    ``approved``: two different officers stand behind exactly these facts; ``edited``: a change of
    it waits for its second officer. ``sections_registrable``: the catalogue's judgement.
    ``victim_under_13`` is None where nobody knows.
    """

    approved: bool
    sections_registrable: bool
    juvenile: bool
    court_order_to_publish: bool
    appeal_state: AppealState
    victim_category: VictimCategory
    victim_under_13: bool | None
    tier: int
    convicted_on: date
    edited: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a person bears on disclosure.

    ``suspension_ground`` matters while suspended; ``withdrawn`` means wrongly listed, ``backup``
    that a restored backup lacks why the person was silent.
    ``term_ends`` is the first day on which the term is over, None for life or where no term runs.
    """

    standing: Standing
    suspension_ground: str
    edited: bool
    deceased_on: date | None
    term_ends: date | None
    convictions: tuple[ConvictionFacts, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What an audience may be told. ``tells`` is empty exactly where ``silences`` is not."""

    outcome: Outcome
    tells: frozenset[str]
    silences: tuple[str, ...]
    """Codes of why nothing is told, for officers and the auditor."""
    instruments: tuple[str, ...]
    """By which instruments of the policy; empty where the silence is not the policy's."""


def disclose(
    facts: Facts, audience: Audience, policy: DisclosurePolicy, now: datetime
) -> Disclosure:
    """Return what ``audience`` may be told of a person at ``now``, which is aware of its zone."""
    opening = policy.openings.get(audience)
    if opening is None or not opening.is_open:
        return closed("" if opening is None else opening.instrument)
    hard = SILENT_TO[audience]
    today = day_in_pakistan(now)
    reasons = person_reasons(facts, today)
    silences = tuple(reason for reason in reasons if reason in hard)
    if silences:
        return silent(silences, ())
    return _by_convictions(
        facts.convictions, standing_for_rules(reasons), policy.tables[audience], hard, today
    )


def _by_convictions(
    convictions: tuple[ConvictionFacts, ...],
    standing: str,
    table: Mapping[ConvictionClass, Cell],
    hard: frozenset[str],
    today: date,
) -> Disclosure:
    told: list[Cell] = []
    silences: list[str] = []
    instruments: list[str] = []
    for conviction in convictions:
        reason = conviction_reason(conviction, today, hard)
        if reason:
            silences.append(reason)
            continue
        cell = table[class_of(conviction, standing)]
        if cell.reason:
            silences.append(cell.reason)
            instruments.extend(cell.instruments)
        else:
            told.append(cell)
    if told:
        return listed(tuple(told))
    return silent(tuple(dict.fromkeys(silences)) or ("not_approved",), tuple(instruments))


def person_reasons(facts: Facts, today: date) -> tuple[str, ...]:
    """Return every reason to be silent that lies in the person, the gravest first."""
    standing = _STANDING_REASON[facts.standing]
    if standing == "suspended" and facts.suspension_ground in _GRAVE_GROUNDS:
        standing = facts.suspension_ground
    dead = facts.deceased_on is not None and facts.deceased_on <= today
    over = facts.term_ends is not None and facts.term_ends <= today
    if not (standing or dead or over or facts.edited):
        return ()
    found = (
        standing if standing in _FINAL else "",
        "deceased" if dead else "",
        standing if standing == "expired" else "",
        "term_ended" if over and standing not in _TERM_IS_OVER else "",
        standing if standing == "suspended" else "",
        "edited" if facts.edited else "",
    )
    return tuple(reason for reason in found if reason)


_STANDING_REASON = {
    "active": "",
    "suspended": "suspended",
    "expired": "expired",
    "removed": "removed",
}
_GRAVE_GROUNDS = frozenset({"withdrawn", "backup"})
_FINAL = _GRAVE_GROUNDS | {"removed"}
_TERM_IS_OVER = frozenset({"removed", "expired"})


def standing_for_rules(reasons: tuple[str, ...]) -> str:
    """Return how a person stands for the rules, given the reasons that lie in them."""
    first = reasons[0] if reasons else "edited"
    return "active" if first == "edited" else first


def conviction_reason(conviction: ConvictionFacts, today: date, hard: frozenset[str]) -> str:
    """Return the first reason of ``hard`` for which a conviction doesn't speak, or ``""``."""
    if not conviction.approved:
        return "not_approved"
    if conviction.convicted_on > today:
        return "not_yet_convicted"
    if conviction.edited and "edited" in hard:
        return "edited"
    if is_protected(conviction) and "juvenile" in hard:
        return "juvenile"
    if not conviction.sections_registrable:
        return "not_registrable"
    appeal = _APPEAL_REASON[conviction.appeal_state]
    return appeal if appeal in hard else ""


def is_protected(conviction: ConvictionFacts) -> bool:
    """Tell whether the person was a child at the offence and no court ordered publication."""
    return conviction.juvenile and not conviction.court_order_to_publish


def class_of(conviction: ConvictionFacts, standing: str) -> ConvictionClass:
    """Return the class by which the rules judge a conviction."""
    return ConvictionClass(
        conviction.victim_category,
        conviction.victim_under_13 is True,
        conviction.tier,
        is_protected(conviction),
        conviction.appeal_state,
        standing,
    )


@lru_cache(maxsize=1024)
def listed(told: tuple[Cell, ...]) -> Disclosure:
    """Return what may be told of the convictions that speak, together."""
    instruments = dict.fromkeys(one for cell in told for one in cell.instruments)
    return Disclosure(
        "listed", frozenset().union(*(cell.tells for cell in told)), (), tuple(instruments)
    )


@lru_cache(maxsize=1024)
def silent(silences: tuple[str, ...], instruments: tuple[str, ...]) -> Disclosure:
    """Return that nobody of this kind is told of, and why."""
    return Disclosure("not_listed", frozenset(), silences, tuple(dict.fromkeys(instruments)))


def closed(instrument: str) -> Disclosure:
    """Return that the audience is not answered at all."""
    return Disclosure("not_open", frozenset(), ("policy",), (instrument,) if instrument else ())
