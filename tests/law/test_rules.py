"""What a rule can allow and turn on, and the tables that are made of rules."""

from law_builders import ALLOWING_ALL, a_policy, a_rule, allows, forbids

from nsor.law.rules import (
    APPEALS,
    FIELDS,
    MOST,
    PUBLIC_FIELDS,
    STANDINGS,
    TIERS,
    VICTIMS,
    WIDEST_FIRST,
    Cell,
    ConvictionClass,
    Rule,
)

PLAIN = ConvictionClass("woman", False, 3, False, "none", "active")


def test_everything_that_a_rule_can_allow() -> None:
    assert set(FIELDS) == {
        "name", "father_name", "aliases", "identity_numbers", "sex", "date_of_birth",
        "photograph", "marks", "district", "addresses", "court", "case_number", "sections",
        "convicted_on", "sentence", "victim_category", "appeal_state", "tier", "term", "standing",
    }  # fmt: skip


def test_the_most_that_each_audience_can_be_told() -> None:
    assert set(PUBLIC_FIELDS) == {"name", "father_name"}
    assert {**MOST} == {
        "law_enforcement": FIELDS,
        "institution": FIELDS,
        "public": PUBLIC_FIELDS,
    }


def test_audiences_are_nested() -> None:
    assert WIDEST_FIRST == ("law_enforcement", "institution", "public")


def test_what_a_rule_can_turn_on() -> None:
    assert VICTIMS == ("child", "woman", "both")
    assert TIERS == (1, 2, 3)
    assert APPEALS == ("none", "pending", "stayed", "quashed")
    assert STANDINGS == ("active", "suspended", "expired", "term_ended", "deceased")


def test_a_rule_without_columns_speaks_of_every_class() -> None:
    rule = Rule("key", "public", PUBLIC_FIELDS, "instrument")

    assert all(
        getattr(rule, column) is None
        for column in (
            "victim_category", "victim_under_13", "tier", "juvenile", "appeal_state", "standing",
        )
    )  # fmt: skip
    tables = a_policy(allows("law_enforcement"), allows("institution"), rule).tables
    assert {cell.tells for cell in tables["public"].values()} == {PUBLIC_FIELDS}


def test_a_class_that_nothing_allows_is_silent_for_the_policy() -> None:
    cell = a_policy(a_rule("law_enforcement", FIELDS, tier=1)).tables["law_enforcement"][PLAIN]

    assert cell == Cell(frozenset(), "policy", ())


def test_a_class_that_a_rule_forbids_allows_nothing_and_names_that_rule_alone() -> None:
    rule = forbids("law_enforcement", tier=3)
    tables = a_policy(*ALLOWING_ALL, rule).tables

    for audience in WIDEST_FIRST:
        assert tables[audience][PLAIN] == Cell(frozenset(), "policy", (rule.instrument,))


def test_the_instruments_of_all_that_allows_are_named_once() -> None:
    one, other = allows("law_enforcement"), a_rule("law_enforcement", frozenset({"name"}), tier=3)
    again = a_rule("law_enforcement", frozenset({"tier"}))

    cell = a_policy(one, other, again).tables["law_enforcement"][PLAIN]

    assert cell == Cell(FIELDS, "", (one.instrument, other.instrument))
    assert again.instrument == one.instrument
