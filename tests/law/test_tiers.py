"""Tiers, terms, verification and review, by the two sets that the register begins with."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.law import founding, tiers
from nsor.law.models import Duty, Row, Term, TierRule, Verification
from nsor.law.policy import plain_of
from nsor.law.tiers import LIFE, TierLaw, months_after

CONVICTED = date(2020, 2, 29)


def the_set(name: str) -> TierLaw:
    """Return a set as it was founded, without a database."""

    def rows(model: type[Row], plain: Any, values: Any) -> Any:
        return tuple(plain_of(plain, model(**one)) for one in values if one["tier_set"] == name)

    return TierLaw(
        day=CONVICTED,
        version=0,
        tier_set=name,
        instrument="",
        rules=rows(TierRule, tiers.TierRule, founding.tier_rules()),
        terms=rows(Term, tiers.Term, founding.terms()),
        verifications=rows(Verification, tiers.Verification, founding.verifications()),
        duties=rows(Duty, tiers.Duty, founding.duties()),
    )


SORNA, UK = the_set("sorna"), the_set("uk")


def tier(law: TierLaw, *sections: str, **facts: Any) -> int:
    """Return the tier of a first conviction of an adult's offence, with other facts."""
    plain = {"victim_under_13": None, "earlier_convictions": 0, "sentence_months": None}
    return law.tier_of(sections, **{**plain, **facts})


def ends(law: TierLaw, tier: int, **facts: Any) -> date | None:
    """Return when the term of an adult without a clean record ends, with other facts."""
    plain = {
        "convicted_on": CONVICTED,
        "released_on": None,
        "sentence_months": None,
        "clean_record": False,
        "juvenile": False,
    }
    return law.term_ends(tier, **{**plain, **facts})


@pytest.mark.parametrize(
    ("sections", "facts", "expected"),
    [
        (["PPC 375"], {}, 3),
        (["PPC 375A"], {}, 3),
        (["PPC 376"], {}, 3),
        (["PPC 377B"], {}, 3),
        (["PPC 292C"], {}, 2),
        (["PPC 371A"], {}, 2),
        (["PPC 371B"], {}, 2),
        (["PPC 377A"], {}, 2),
        (["PPC 292A"], {}, 1),
        (["PPC 377"], {}, 1),
        (["PECA 21"], {}, 1),
        (["PECA 21", "PPC 371A"], {}, 2),
        (["PPC 376", "PPC 371A"], {}, 3),
        (["PPC 511 with PPC 376"], {}, 3),
        (["PPC 109 with PPC 511 with PPC 377A"], {}, 2),
        (["PECA 21"], {"victim_under_13": True}, 3),
        (["PECA 21"], {"victim_under_13": False}, 1),
        (["PECA 21"], {"earlier_convictions": 1}, 3),
        (["PECA 21"], {"earlier_convictions": 5}, 3),
        (["PECA 21"], {"sentence_months": LIFE}, 1),
    ],
)
def test_the_tier_by_sorna_follows_the_section_the_victim_and_what_came_before(
    sections: list[str], facts: dict[str, Any], expected: int
) -> None:
    assert tier(SORNA, *sections, **facts) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [(None, 1), (0, 1), (6, 1), (7, 2), (29, 2), (30, 3), (120, 3), (LIFE, 3)],
)
def test_the_tier_by_the_uk_set_follows_the_sentence(months: int | None, expected: int) -> None:
    assert tier(UK, "PPC 376", victim_under_13=True, sentence_months=months) == expected


def test_a_sentence_that_nobody_recorded_is_of_no_length() -> None:
    rules = (tiers.TierRule(2, sentence_months_from=1), tiers.TierRule(3, sentence_months_over=1))
    law = TierLaw(CONVICTED, 0, "x", "", rules, (), (), ())

    assert [tier(law, "PPC 376", sentence_months=months) for months in (None, 0, 1, 2)] == [
        1, 1, 2, 3,
    ]  # fmt: skip


def test_a_row_asks_for_nothing_that_it_does_not_say() -> None:
    assert tiers.TierRule(2) == tiers.TierRule(2, "", False, 0, None, None)
    assert tiers.Term(1, "release") == tiers.Term(1, "release", None, None, None, None, "")
    assert tiers.Verification(1, False, 7, "days").instrument == ""
    assert tiers.Duty("k", "w", "w", 3, "days", "after", None, True).instrument == ""
    assert LIFE == 1200


def test_what_no_rule_speaks_of_is_of_the_lowest_tier() -> None:
    empty = TierLaw(CONVICTED, 0, "none", "", (), (), (), ())

    assert tier(empty, "PPC 376") == 1


@pytest.mark.parametrize(
    ("which", "facts", "expected"),
    [
        (1, {"released_on": date(2022, 5, 31)}, date(2037, 5, 31)),
        (1, {"released_on": date(2022, 5, 31), "clean_record": True}, date(2032, 5, 31)),
        (1, {"released_on": date(2022, 5, 31), "juvenile": True}, date(2037, 5, 31)),
        (2, {"released_on": date(2022, 5, 31), "clean_record": True}, date(2047, 5, 31)),
        (3, {"released_on": date(2022, 5, 31), "clean_record": True}, None),
        # no release is recorded: the sentence counts as served to its end
        (1, {"sentence_months": 24}, date(2037, 2, 28)),
        (1, {}, date(2035, 2, 28)),
        (2, {"sentence_months": LIFE}, None),
        (2, {"sentence_months": LIFE, "released_on": date(2022, 5, 31)}, date(2047, 5, 31)),
    ],
)
def test_the_term_by_sorna_runs_from_the_release(
    which: int, facts: dict[str, Any], expected: date | None
) -> None:
    assert ends(SORNA, which, **facts) == expected


@pytest.mark.parametrize(
    ("which", "facts", "expected"),
    [
        (1, {"released_on": date(2022, 5, 31)}, date(2027, 2, 28)),
        (1, {"juvenile": True, "clean_record": True}, date(2023, 8, 29)),
        (2, {"sentence_months": LIFE}, date(2030, 2, 28)),
        (2, {"juvenile": True}, date(2025, 2, 28)),
        (3, {"juvenile": True}, None),
    ],
)
def test_the_term_by_the_uk_set_runs_from_the_conviction_and_is_halved_under_18(
    which: int, facts: dict[str, Any], expected: date | None
) -> None:
    assert ends(UK, which, **facts) == expected


def test_an_indefinite_term_of_the_uk_set_is_reviewed_after_15_years() -> None:
    given = {"convicted_on": CONVICTED, "released_on": None, "sentence_months": 60}

    assert UK.review_on(3, **given) == date(2035, 2, 28)
    assert UK.review_on(2, **given) is None
    assert SORNA.review_on(3, **given) is None


@pytest.mark.parametrize(
    ("reviewed_to", "due"),
    [
        (None, "2035-02-28"),
        ("2035-02-27", "2035-02-28"),
        ("2035-02-28", "2050-02-28"),
        ("2036-05-10", "2051-05-10"),
    ],
)
def test_after_a_review_the_next_is_due_as_long_after_the_day_up_to_which_it_was_done(
    reviewed_to: str | None, due: str
) -> None:
    given = {"convicted_on": CONVICTED, "released_on": None, "sentence_months": 60}
    day = date.fromisoformat(reviewed_to) if reviewed_to else None

    assert UK.review_on(3, **given, reviewed_to=day) == date.fromisoformat(due)


def test_a_review_of_a_term_that_has_not_begun_has_no_day() -> None:
    law = TierLaw(
        CONVICTED, 0, "x", "", (), (tiers.Term(3, "release", review_after_months=12),), (), ()
    )
    given = {"convicted_on": CONVICTED, "released_on": None}
    released = {"convicted_on": CONVICTED, "released_on": date(2020, 3, 1)}

    assert law.review_on(3, sentence_months=LIFE, **released) == date(2021, 3, 1)
    assert law.review_on(3, sentence_months=LIFE, **given) is None
    assert law.review_on(3, sentence_months=12, **given) == date(2022, 2, 28)


@pytest.mark.parametrize(
    ("which", "due"), [(1, "2021-01-31"), (2, "2020-07-31"), (3, "2020-04-30")]
)
def test_the_next_verification_by_sorna(which: int, due: str) -> None:
    seen = date(2020, 1, 31)

    for no_fixed_address in (False, True):
        found = SORNA.next_verification(which, seen, no_fixed_address=no_fixed_address)
        assert found == date.fromisoformat(due)


def test_the_next_verification_by_the_uk_set_is_weekly_without_a_fixed_address() -> None:
    seen = date(2020, 1, 31)

    assert UK.next_verification(2, seen, no_fixed_address=False) == date(2021, 1, 31)
    assert UK.next_verification(2, seen, no_fixed_address=True) == date(2020, 2, 7)


def test_a_set_without_a_row_for_a_tier_is_an_error() -> None:
    with pytest.raises(LookupError, match="uk has no term for tier 4"):
        ends(UK, 4)
    with pytest.raises(LookupError, match="uk has no verification for tier 4"):
        UK.next_verification(4, CONVICTED, no_fixed_address=True)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-12-15", 1, "2025-01-15"),
        ("2024-12-15", 12, "2025-12-15"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-11-30", 0, "2024-11-30"),
    ],
)
def test_some_months_later_is_the_same_day_or_the_last_of_the_month(
    day: str, months: int, expected: str
) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 1000))
def test_months_later_is_never_in_another_month(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(1)).day == 1


@given(
    st.sampled_from([SORNA, UK]),
    st.lists(st.sampled_from(["PPC 376", "PECA 21", "PPC 371A"]), min_size=1),
    st.sampled_from([None, True, False]),
    st.integers(0, 3),
    st.none() | st.integers(0, LIFE),
)
def test_a_graver_conviction_is_never_of_a_lower_tier(
    law: TierLaw, sections: list[str], under_13: bool | None, earlier: int, months: int | None
) -> None:
    plain = {
        "victim_under_13": under_13,
        "earlier_convictions": earlier,
        "sentence_months": months,
    }

    for graver in (
        {"victim_under_13": True},
        {"earlier_convictions": earlier + 1},
        {"sentence_months": (months or 0) + 12},
    ):
        assert tier(law, *sections, **{**plain, **graver}) >= tier(law, *sections, **plain)
