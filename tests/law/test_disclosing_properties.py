"""What holds of ``disclose`` for every person and every policy."""

import itertools
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from law_builders import (
    ALLOWING_ALL,
    TODAY,
    a_policy,
)

from nsor.law.disclosing import (
    ConvictionFacts,
    Facts,
    disclose,
)
from nsor.law.rules import (
    APPEALS,
    FIELDS,
    PUBLIC_FIELDS,
    STANDINGS,
    TIERS,
    VICTIMS,
    WIDEST_FIRST,
    ConvictionClass,
    DisclosurePolicy,
    Rule,
    every_class,
)
from nsor.law.table import NOW, founding_policy

FOUNDING = founding_policy(TODAY)

DAYS = st.integers(-400, 400).map(lambda days: TODAY + timedelta(days))
CONVICTIONS = st.builds(
    ConvictionFacts,
    approved=st.booleans(),
    sections_registrable=st.booleans(),
    juvenile=st.booleans(),
    court_order_to_publish=st.booleans(),
    appeal_state=st.sampled_from(APPEALS),
    victim_category=st.sampled_from(VICTIMS),
    victim_under_13=st.sampled_from([None, True, False]),
    tier=st.sampled_from(TIERS),
    convicted_on=DAYS,
    edited=st.booleans(),
)
PEOPLE = st.builds(
    Facts,
    standing=st.sampled_from(["active", "active", "active", "suspended", "expired", "removed"]),
    suspension_ground=st.sampled_from(["", "withdrawn", "backup", "dispute", "court_order"]),
    edited=st.booleans(),
    deceased_on=st.none() | DAYS,
    term_ends=st.none() | DAYS,
    convictions=st.lists(CONVICTIONS, max_size=4).map(tuple),
)
RULES = st.builds(
    Rule,
    key=st.just("key"),
    audience=st.sampled_from(WIDEST_FIRST),
    tells=st.frozensets(st.sampled_from(sorted(FIELDS)), max_size=5),
    instrument=st.sampled_from(["one", "two", "three"]),
    victim_category=st.none() | st.sampled_from(VICTIMS),
    victim_under_13=st.none() | st.booleans(),
    tier=st.none() | st.sampled_from(TIERS),
    juvenile=st.none() | st.booleans(),
    appeal_state=st.none() | st.sampled_from(APPEALS),
    standing=st.none() | st.sampled_from(["active", "suspended", "expired", "deceased"]),
)
POLICIES = st.lists(RULES, max_size=5).map(lambda rules: a_policy(*ALLOWING_ALL, *rules))
SILENCING: list[dict[str, Any]] = [
    {"standing": "removed"},
    {"standing": "expired"},
    {"standing": "suspended", "suspension_ground": "withdrawn"},
    {"standing": "suspended", "suspension_ground": "backup"},
    {"standing": "suspended", "suspension_ground": "dispute"},
    {"edited": True},
    {"deceased_on": TODAY},
    {"term_ends": TODAY},
    {"convictions": ()},
]
SILENCING_CONVICTIONS: list[dict[str, Any]] = [
    {"approved": False},
    {"sections_registrable": False},
    {"juvenile": True, "court_order_to_publish": False},
    {"appeal_state": "stayed"},
    {"appeal_state": "quashed"},
    {"edited": True},
    {"convicted_on": TODAY + timedelta(1)},
]


def silenced(facts: Facts) -> list[Facts]:
    """Return the same person, each time with one silencing fact more."""
    changed = [
        replace(facts, **change)
        for change in SILENCING
        if facts.standing == "active" or "standing" not in change
    ]
    for place, change in itertools.product(range(len(facts.convictions)), SILENCING_CONVICTIONS):
        convictions = list(facts.convictions)
        if convictions[place].appeal_state == "quashed" and "appeal_state" in change:
            continue  # no fact silences more than that
        convictions[place] = replace(convictions[place], **change)
        changed.append(replace(facts, convictions=tuple(convictions)))
    return changed


@given(PEOPLE, POLICIES)
def test_a_further_silencing_fact_never_makes_the_public_be_told_more(
    facts: Facts, policy: DisclosurePolicy
) -> None:
    before = disclose(facts, "public", policy, NOW)

    for more_silent in silenced(facts):
        after = disclose(more_silent, "public", policy, NOW)
        assert after.tells <= before.tells


@given(PEOPLE)
def test_under_the_founding_policy_that_holds_of_every_audience(facts: Facts) -> None:
    for audience, more_silent in itertools.product(WIDEST_FIRST, silenced(facts)):
        before = disclose(facts, audience, FOUNDING, NOW)
        assert disclose(more_silent, audience, FOUNDING, NOW).tells <= before.tells


@given(PEOPLE, POLICIES)
def test_a_narrower_audience_is_never_told_more(facts: Facts, policy: DisclosurePolicy) -> None:
    told = [disclose(facts, audience, policy, NOW).tells for audience in WIDEST_FIRST]

    assert told[0] >= told[1] >= told[2]
    assert told[2] <= PUBLIC_FIELDS


@given(PEOPLE, POLICIES)
def test_nothing_is_told_without_a_conviction_that_two_officers_approved(
    facts: Facts, policy: DisclosurePolicy
) -> None:
    unapproved = replace(
        facts, convictions=tuple(replace(one, approved=False) for one in facts.convictions)
    )

    for audience in WIDEST_FIRST:
        found = disclose(unapproved, audience, policy, NOW)
        assert (found.outcome, bool(found.silences)) == ("not_listed", True)


@given(PEOPLE, POLICIES)
def test_what_is_told_and_what_is_silent_exclude_each_other(
    facts: Facts, policy: DisclosurePolicy
) -> None:
    for audience in WIDEST_FIRST:
        found = disclose(facts, audience, policy, NOW)
        assert bool(found.tells) == (found.outcome == "listed") == (not found.silences)
        assert len(set(found.silences)) == len(found.silences)
        assert len(set(found.instruments)) == len(found.instruments)


@given(PEOPLE, POLICIES, st.randoms())
def test_neither_the_order_of_rules_nor_of_convictions_matters(
    facts: Facts, policy: DisclosurePolicy, random: Any
) -> None:
    rules, convictions = list(policy.rules), list(facts.convictions)
    random.shuffle(rules)
    random.shuffle(convictions)
    shuffled = replace(facts, convictions=tuple(convictions))

    for audience in WIDEST_FIRST:
        before = disclose(facts, audience, policy, NOW)
        after = disclose(shuffled, audience, a_policy(*rules), NOW)
        assert after.tells == before.tells


@given(st.sampled_from(list(every_class())), st.lists(RULES, max_size=6))
def test_the_tables_say_what_the_rules_say_read_one_by_one(
    kind: ConvictionClass, rules: list[Rule]
) -> None:
    matching = [
        rule
        for rule in rules
        if rule.audience == "law_enforcement"
        and all(
            getattr(rule, column) in (None, value)
            for column, value in kind._asdict().items()
            if column not in ("protected", "standing")
        )
        and rule.juvenile in (None, kind.protected)
        and (
            rule.standing in (None, kind.standing)
            or (rule.standing == "expired" and kind.standing == "term_ended")
        )
    ]
    allowed = frozenset().union(*(rule.tells for rule in matching))
    if not all(rule.tells for rule in matching):
        allowed = frozenset()

    cell = a_policy(*rules).tables["law_enforcement"][kind]

    assert cell.tells == allowed
    assert bool(cell.reason) == (not allowed)


def test_every_class_is_there() -> None:
    kinds = list(every_class())

    assert len(set(kinds)) == len(kinds) == 3 * 2 * 3 * 2 * 4 * len(STANDINGS)
    assert {field.name for field in fields(Rule)} >= {"victim_under_13", "juvenile"}
