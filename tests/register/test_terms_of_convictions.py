"""What follows of a person's convictions: tier, term and review. No database."""

from datetime import date
from typing import Any

import pytest

from nsor.law.tiers import LIFE, Term, TierLaw, TierRule
from nsor.register import terms
from nsor.register.models import Conviction

# Tier 2 for section B and for whoever was convicted before; tier 3 for a victim under 13 and for
# more than 120 months. The term: 12, 24, 36 months from the release; half as long for what a child
# did; a clean record, which nobody recorded, would make it a month. Review: after 6 months of
# tier 2.
LAW = TierLaw(
    day=date(2020, 1, 1),
    version=1,
    tier_set="made up",
    instrument="",
    rules=(
        TierRule(2, section="B"),
        TierRule(2, earlier_convictions=1),
        TierRule(3, victim_under_13=True),
        TierRule(3, sentence_months_over=120),
    ),
    terms=(
        Term(1, "release", 12, clean_record_months=1, juvenile_months=6),
        Term(2, "release", 24, clean_record_months=1, juvenile_months=12, review_after_months=6),
        Term(3, "release", 36, clean_record_months=1, juvenile_months=18),
    ),
    verifications=(),
    duties=(),
)


def a_conviction(**changes: Any) -> Conviction:
    """Return an adult's of tier 1, free on 1 March 2020, a month early, with changes."""
    plain = {
        "sections": "A",
        "registrable": True,
        "convicted_on": date(2019, 1, 1),
        "released_on": date(2020, 3, 1),
        "sentence_months": 15,
        "juvenile": False,
        "victim_under_13": None,
    }
    return Conviction(**{**plain, **changes})


def test_without_a_registrable_conviction_no_term_runs() -> None:
    for convictions in ([], [a_conviction(registrable=False, sections="B")]):
        assert terms.of(convictions, LAW) == terms.Term(1, None, None)


@pytest.mark.parametrize(
    ("facts", "tier", "ends", "review"),
    [
        ({}, 1, "2021-03-01", None),
        ({"sections": "B"}, 2, "2022-03-01", "2020-09-01"),
        ({"sections": "A;109 with B"}, 2, "2022-03-01", "2020-09-01"),
        ({"sections": "B", "victim_under_13": False}, 2, "2022-03-01", "2020-09-01"),
        ({"victim_under_13": True}, 3, "2023-03-01", None),
        ({"sentence_months": 121}, 3, "2023-03-01", None),
        ({"sentence_months": 120}, 1, "2021-03-01", None),
        ({"juvenile": True}, 1, "2020-09-01", None),
        ({"sections": "B", "juvenile": True}, 2, "2021-03-01", "2020-09-01"),
        ({"released_on": None}, 1, "2021-04-01", None),
        ({"released_on": None, "sentence_months": 2}, 1, "2020-03-01", None),
        ({"released_on": None, "sentence_months": None}, 1, "2020-01-01", None),
        ({"sections": "B", "released_on": None}, 2, "2022-04-01", "2020-10-01"),
        ({"sentence_months": LIFE, "released_on": None}, 3, None, None),
    ],
)
def test_what_follows_of_one_conviction(
    facts: dict[str, Any], tier: int, ends: str | None, review: str | None
) -> None:
    found = terms.of([a_conviction(**facts)], LAW)

    assert (found.tier, str(found.ends), str(found.review_on)) == (tier, str(ends), str(review))


def test_what_was_reviewed_is_due_as_long_after_that() -> None:
    reviewed = terms.of([a_conviction(sections="B")], LAW, date(2020, 9, 1))

    assert reviewed == terms.Term(2, date(2022, 3, 1), date(2021, 3, 1))


def test_whoever_was_convicted_before_is_of_a_higher_tier() -> None:
    first = a_conviction()
    second = a_conviction(convicted_on=date(2020, 1, 1), released_on=date(2021, 5, 1))

    for convictions in ([first, second], [second, first]):
        assert terms.of(convictions, LAW) == terms.Term(2, date(2023, 5, 1), date(2020, 9, 1))


def test_what_is_not_registrable_does_not_count_as_a_conviction_before() -> None:
    other = a_conviction(registrable=False, convicted_on=date(2010, 1, 1), sections="B")

    assert terms.of([other, a_conviction()], LAW) == terms.Term(1, date(2021, 3, 1), None)


def test_convictions_count_in_the_order_of_their_days() -> None:
    """B counts as tier 2 only after another; here it came first."""
    rules = (TierRule(2, section="B", earlier_convictions=1),)
    law = TierLaw(LAW.day, 1, "made up", "", rules, LAW.terms, (), ())
    before = a_conviction(convicted_on=date(2018, 1, 1), sections="B")
    after = a_conviction(convicted_on=date(2019, 1, 1), sections="A")

    assert terms.of([before, after], law).tier == 1
    assert terms.of([after, before], law).tier == 1


def test_of_several_terms_the_longest_counts_and_of_reviews_the_first() -> None:
    one = a_conviction(released_on=date(2020, 3, 1))
    other = a_conviction(released_on=date(2020, 8, 1), convicted_on=date(2019, 6, 1))

    assert terms.of([one, other], LAW) == terms.Term(2, date(2022, 8, 1), date(2020, 9, 1))
    assert terms.of([other, one], LAW) == terms.Term(2, date(2022, 8, 1), date(2020, 9, 1))


def test_a_term_without_an_end_outlasts_every_other() -> None:
    served = a_conviction()
    for_life = a_conviction(convicted_on=date(2019, 6, 1), sentence_months=LIFE, released_on=None)

    assert terms.of([served, for_life], LAW) == terms.Term(3, None, None)


def test_a_review_that_can_not_begin_leaves_the_others() -> None:
    law = TierLaw(LAW.day, 1, "made up", "", (), (Term(1, "release", 12, review_after_months=6),),
                  (), ())  # fmt: skip
    served, for_life = a_conviction(), a_conviction(sentence_months=LIFE, released_on=None)

    assert terms.of([served, for_life], law) == terms.Term(1, None, date(2020, 9, 1))
