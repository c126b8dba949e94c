"""``disclose``: what silences whatever the policy says, and what the policy decides."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from law_builders import (
    ALL_OPEN,
    ALLOWING_ALL,
    TODAY,
    a_conviction,
    a_person,
    a_policy,
    a_rule,
    allows,
    forbids,
)

from nsor.law.disclosing import (
    SILENT_TO,
    Disclosure,
    Facts,
    disclose,
    person_reasons,
)
from nsor.law.rules import (
    FIELDS,
    PUBLIC_FIELDS,
    TIERS,
    WIDEST_FIRST,
    Audience,
    Opening,
)
from nsor.law.table import NOW, founding_policy

FOUNDING = founding_policy(TODAY)
EVERYTHING_ALLOWED = a_policy(*ALLOWING_ALL)
NOBODY = ("law_enforcement", "institution", "public")
NOT_INSTITUTIONS = ("institution", "public")
NOT_THE_PUBLIC = ("public",)

# (the silence, whom it silences under a policy that allows everything, the facts)
HARD: list[tuple[str, tuple[Audience, ...], Facts]] = [
    ("removed", NOBODY, a_person(standing="removed")),
    ("withdrawn", NOBODY, a_person(standing="suspended", suspension_ground="withdrawn")),
    ("backup", NOBODY, a_person(standing="suspended", suspension_ground="backup")),
    ("not_approved", NOBODY, a_person(a_conviction(approved=False))),
    ("not_yet_convicted", NOBODY, a_person(a_conviction(convicted_on=TODAY + timedelta(1)))),
    ("not_registrable", NOBODY, a_person(a_conviction(sections_registrable=False))),
    ("quashed", NOBODY, a_person(a_conviction(appeal_state="quashed"))),
    ("edited", NOT_INSTITUTIONS, a_person(edited=True)),
    ("edited", NOT_INSTITUTIONS, a_person(a_conviction(edited=True))),
    ("deceased", NOT_THE_PUBLIC, a_person(deceased_on=TODAY)),
    ("expired", NOT_THE_PUBLIC, a_person(standing="expired")),
    ("term_ended", NOT_THE_PUBLIC, a_person(term_ends=TODAY)),
    ("suspended", NOT_THE_PUBLIC, a_person(standing="suspended", suspension_ground="dispute")),
    ("suspended", NOT_THE_PUBLIC, a_person(standing="suspended", suspension_ground="")),
    ("juvenile", NOT_THE_PUBLIC, a_person(a_conviction(juvenile=True))),
    ("stayed", NOT_THE_PUBLIC, a_person(a_conviction(appeal_state="stayed"))),
]


@pytest.mark.parametrize(("silence", "silenced", "facts"), HARD)
def test_some_facts_silence_whatever_the_policy_allows(
    silence: str, silenced: tuple[Audience, ...], facts: Facts
) -> None:
    for audience in WIDEST_FIRST:
        found = disclose(facts, audience, EVERYTHING_ALLOWED, NOW)

        if audience in silenced:
            assert found == Disclosure("not_listed", frozenset(), (silence,), ())
        else:
            assert (found.outcome, found.silences) == ("listed", ())


def test_every_silence_of_the_law_is_tried_above() -> None:
    assert {silence for silence, _, _ in HARD} == SILENT_TO["public"]
    for audience in WIDEST_FIRST:
        tried = {silence for silence, silenced, _ in HARD if audience in silenced}
        assert tried == SILENT_TO[audience]


def test_of_several_silences_in_a_person_each_is_told_the_gravest_first() -> None:
    facts = a_person(
        standing="suspended",
        suspension_ground="dispute",
        deceased_on=TODAY,
        term_ends=TODAY,
        edited=True,
    )

    assert disclose(facts, "public", EVERYTHING_ALLOWED, NOW).silences == (
        "deceased", "term_ended", "suspended", "edited",
    )  # fmt: skip
    removed = replace(facts, standing="removed")
    assert disclose(removed, "public", EVERYTHING_ALLOWED, NOW).silences == (
        "removed", "deceased", "edited",
    )  # fmt: skip
    expired = replace(facts, standing="expired")
    assert disclose(expired, "public", EVERYTHING_ALLOWED, NOW).silences == (
        "deceased", "expired", "edited",
    )  # fmt: skip
    withdrawn = replace(facts, suspension_ground="withdrawn")
    assert disclose(withdrawn, "public", EVERYTHING_ALLOWED, NOW).silences == (
        "withdrawn", "deceased", "term_ended", "edited",
    )  # fmt: skip


def test_who_has_no_reason_to_be_silent_has_none() -> None:
    assert person_reasons(a_person(), TODAY) == ()
    assert person_reasons(a_person(deceased_on=TODAY), TODAY) == ("deceased",)
    assert person_reasons(a_person(edited=True), TODAY) == ("edited",)


def test_the_ground_of_a_suspension_counts_only_while_suspended() -> None:
    facts = a_person(standing="active", suspension_ground="withdrawn")

    assert disclose(facts, "public", EVERYTHING_ALLOWED, NOW).outcome == "listed"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"approved": False}, {"convicted_on": TODAY + timedelta(1)}),
        ({"convicted_on": TODAY + timedelta(1)}, {"edited": True}),
        ({"edited": True}, {"juvenile": True}),
        ({"juvenile": True}, {"sections_registrable": False}),
        ({"sections_registrable": False}, {"appeal_state": "stayed"}),
    ],
)
def test_of_several_silences_in_a_conviction_the_first_is_told(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    one, both = a_person(a_conviction(**first)), a_person(a_conviction(**first, **second))

    assert disclose(both, "public", EVERYTHING_ALLOWED, NOW) == disclose(
        one, "public", EVERYTHING_ALLOWED, NOW
    )


def test_each_reason_of_several_convictions_is_told_once() -> None:
    stayed, child = a_conviction(appeal_state="stayed"), a_conviction(juvenile=True)

    found = disclose(a_person(stayed, child, stayed), "public", FOUNDING, NOW)

    assert found.silences == ("stayed", "juvenile")


def test_what_may_be_told_of_several_convictions_comes_together() -> None:
    policy = a_policy(
        a_rule("law_enforcement", frozenset({"name"}), tier=1),
        a_rule("law_enforcement", frozenset({"tier"}), tier=2),
        forbids("law_enforcement", tier=3),
    )
    convictions = [a_conviction(tier=tier) for tier in TIERS]

    found = disclose(a_person(*convictions), "law_enforcement", policy, NOW)

    assert found == Disclosure(
        "listed",
        frozenset({"name", "tier"}),
        (),
        ("instrument of law_enforcement, tier=1", "instrument of law_enforcement, tier=2"),
    )


def test_an_audience_that_is_closed_is_told_so_and_by_which_instrument() -> None:
    closing = {**ALL_OPEN, "public": Opening(False, "S.R.O. 7")}
    policy = a_policy(*ALLOWING_ALL, openings=closing)

    assert disclose(a_person(), "public", policy, NOW) == Disclosure(
        "not_open", frozenset(), ("policy",), ("S.R.O. 7",)
    )
    assert disclose(a_person(), "institution", policy, NOW).outcome == "listed"


def test_an_audience_that_nothing_opens_is_closed() -> None:
    policy = a_policy(*ALLOWING_ALL, openings={})

    for audience in WIDEST_FIRST:
        assert disclose(a_person(), audience, policy, NOW) == Disclosure(
            "not_open", frozenset(), ("policy",), ()
        )


def test_what_no_rule_allows_is_not_told() -> None:
    found = disclose(a_person(), "institution", a_policy(allows("law_enforcement")), NOW)

    assert found == Disclosure("not_listed", frozenset(), ("policy",), ())


@pytest.mark.parametrize(
    ("columns", "silence", "facts"),
    [
        ({"juvenile": True}, "juvenile", a_person(a_conviction(juvenile=True))),
        ({"appeal_state": "stayed"}, "stayed", a_person(a_conviction(appeal_state="stayed"))),
        ({"standing": "suspended"}, "suspended", a_person(standing="suspended")),
        ({"standing": "expired"}, "expired", a_person(standing="expired")),
        ({"standing": "expired"}, "term_ended", a_person(term_ends=TODAY)),
        ({"standing": "deceased"}, "deceased", a_person(deceased_on=TODAY)),
        ({"standing": "active"}, "policy", a_person()),
        ({"juvenile": False}, "policy", a_person()),
        ({"appeal_state": "none"}, "policy", a_person()),
        ({"appeal_state": "pending"}, "policy", a_person(a_conviction(appeal_state="pending"))),
        ({"tier": 3}, "policy", a_person()),
        ({"victim_category": "woman"}, "policy", a_person()),
        ({"victim_under_13": True}, "policy", a_person(a_conviction(victim_under_13=True))),
        ({"victim_under_13": False}, "policy", a_person(a_conviction(victim_under_13=False))),
        ({"victim_under_13": False}, "policy", a_person(a_conviction(victim_under_13=None))),
    ],
)
def test_a_rule_that_forbids_outweighs_those_that_allow_and_gives_its_reason(
    columns: dict[str, Any], silence: str, facts: Facts
) -> None:
    rule = forbids("law_enforcement", **columns)

    found = disclose(facts, "law_enforcement", a_policy(*ALLOWING_ALL, rule), NOW)

    assert found == Disclosure("not_listed", frozenset(), (silence,), (rule.instrument,))
    assert found == disclose(facts, "law_enforcement", a_policy(rule, *ALLOWING_ALL), NOW)


@pytest.mark.parametrize(
    ("columns", "facts"),
    [
        ({"juvenile": True}, a_person(a_conviction(juvenile=True, court_order_to_publish=True))),
        ({"juvenile": True}, a_person(a_conviction(court_order_to_publish=True))),
        ({"juvenile": False}, a_person(a_conviction(juvenile=True))),
        ({"appeal_state": "stayed"}, a_person(a_conviction(appeal_state="pending"))),
        ({"standing": "suspended"}, a_person()),
        ({"standing": "active"}, a_person(standing="suspended")),
        ({"standing": "active"}, a_person(standing="suspended", edited=True)),
        ({"standing": "suspended"}, a_person(standing="expired")),
        ({"standing": "deceased"}, a_person(deceased_on=TODAY + timedelta(1))),
        ({"tier": 2}, a_person()),
        ({"victim_category": "child"}, a_person()),
        ({"victim_under_13": True}, a_person(a_conviction(victim_under_13=None))),
    ],
)
def test_a_rule_speaks_of_its_own_class_alone(columns: dict[str, Any], facts: Facts) -> None:
    policy = a_policy(*ALLOWING_ALL, forbids("law_enforcement", **columns))

    assert disclose(facts, "law_enforcement", policy, NOW).outcome == "listed"


def test_an_edit_that_waits_leaves_the_standing_as_it_is() -> None:
    policy = a_policy(*ALLOWING_ALL, forbids("law_enforcement", standing="active"))

    assert disclose(a_person(edited=True), "law_enforcement", policy, NOW).silences == ("policy",)


def test_the_public_is_told_the_two_names_at_most() -> None:
    policy = a_policy(allows("law_enforcement"), allows("institution"), a_rule("public", FIELDS))

    assert disclose(a_person(), "public", policy, NOW).tells == PUBLIC_FIELDS


def test_an_audience_is_told_nothing_that_a_wider_one_is_not() -> None:
    father = frozenset({"father_name"})
    policy = a_policy(
        allows("law_enforcement"), a_rule("institution", father), a_rule("public", PUBLIC_FIELDS)
    )
    assert disclose(a_person(), "public", policy, NOW).tells == father

    silent = a_policy(*ALLOWING_ALL, forbids("institution", tier=3))
    found = disclose(a_person(), "public", silent, NOW)
    assert (found.silences, found.instruments) == (
        ("policy",), ("instrument of institution, tier=3",),
    )  # fmt: skip


def test_the_day_is_that_in_pakistan() -> None:
    facts = a_person(term_ends=date(2026, 6, 2))
    evening = datetime(2026, 6, 1, 18, 59, 59, tzinfo=UTC)

    assert disclose(facts, "public", FOUNDING, evening).outcome == "listed"
    midnight = evening + timedelta(seconds=1)
    assert disclose(facts, "public", FOUNDING, midnight).silences == ("term_ended",)


def test_a_time_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="zone"):
        disclose(a_person(), "public", FOUNDING, datetime(2026, 6, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "facts",
    [
        a_person(standing="restored"),
        a_person(a_conviction(appeal_state="won")),
        a_person(a_conviction(tier=4)),
        a_person(a_conviction(victim_category="man")),
    ],
)
@pytest.mark.parametrize("audience", WIDEST_FIRST)
def test_a_value_that_nobody_knows_is_an_error_and_no_answer(
    facts: Facts, audience: Audience
) -> None:
    with pytest.raises(KeyError):
        disclose(facts, audience, EVERYTHING_ALLOWED, NOW)
