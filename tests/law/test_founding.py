"""The law that the register begins with: whole, with its sources, and as the plain data say."""

from datetime import date
from typing import Any

from law_builders import TODAY

from nsor.law import policy, rows
from nsor.law.choices import SETTINGS
from nsor.law.founding import TABLES
from nsor.law.models import ROWS, ChangeKind, Offence
from nsor.law.table import founding_policy


def test_every_row_is_stored_with_its_source_and_valid(database: Any) -> None:
    for model in ROWS.values():
        stored = list(model._default_manager.all())
        assert len(stored) == len(list(TABLES[model.__name__]()))
        assert len({row.key_values for row in stored}) == len(stored)
        for row in stored:
            row.full_clean(exclude={"change"})
            assert row.instrument
            assert row.change is None
    assert not Offence.objects.filter(citation="").exists()
    assert Offence.objects.filter(basis="s. 2(h)").count() == 13


def test_every_setting_has_a_value(sqlite_database: Any) -> None:
    found = policy.settings_in_force()

    assert set(found) == set(SETTINGS)
    assert found["tier_set"].value == "sorna"
    assert found["registrable_basis"].value == "s. 2(h)"
    assert found["appeal_days"].value == "30"
    assert {found[f"{who}_service"].value for who in ("public", "institution")} == {"open"}


def test_the_policy_in_the_database_is_the_one_of_the_truth_table(database: Any) -> None:
    stored, plain = policy.in_force(TODAY), founding_policy(TODAY)

    assert set(stored.rules) == set(plain.rules)
    assert stored.openings == plain.openings


def test_before_the_launch_nobody_but_law_enforcement_is_answered(sqlite_database: Any) -> None:
    before = policy.in_force(date(2023, 4, 30))
    launched = policy.in_force(date(2023, 5, 1))

    assert set(before.openings) == {"law_enforcement"}
    assert all(opening.is_open for opening in launched.openings.values())
    assert len(launched.openings) == 3


def test_both_sets_are_whole_and_one_is_switched_on(sqlite_database: Any) -> None:
    assert policy.tier_law().tier_set == "sorna"
    for tier_set in ("sorna", "uk"):
        law = policy.set_of(tier_set, TODAY, "")
        assert {term.tier for term in law.terms} == {1, 2, 3}
        assert {rule.tier for rule in law.rules} == {1, 2, 3}
        assert {one.tier for one in law.verifications if not one.no_fixed_address} == {1, 2, 3}
        limits = {duty.key: (duty.within, duty.unit, duty.when) for duty in law.duties}
        assert limits["travel_abroad"] == ({"sorna": 21, "uk": 7}[tier_set], "days", "before")
        unit = {"sorna": "business_days", "uk": "days"}[tier_set]
        for key in ("name", "address", "work", "school"):
            assert limits[key] == (3, unit, "after")
        assert limits["move"] == (12, "hours", "before")
        longer = {duty.key: duty.longer_than_hours for duty in law.duties}
        assert longer["absence"] == 72
        assert longer.get("household_with_child") == {"sorna": None, "uk": 12}[tier_set]


def test_the_law_begins_at_version_0(sqlite_database: Any) -> None:
    assert rows.version() == 0
    assert set(ROWS) == set(ChangeKind)
