"""Changing the law: two officers, one row, one entry of the trail for each step."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from law_officers import TODAY, TOMORROW, Officers

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.law import catalogue, changes, policy, rows
from nsor.law.errors import LawRefusal
from nsor.law.models import ROWS, Change, ChangeKind, DisclosureRule, Offence, Policy

YESTERDAY = TODAY - timedelta(1)


def refused(act: Callable[[], object]) -> str:
    """Return the code with which an act is refused; its message is a whole sentence."""
    with pytest.raises(LawRefusal) as refusal:
        act()
    assert str(refusal.value).endswith("."), str(refusal.value)
    return refusal.value.code


def row_counts() -> dict[str, int]:
    """Return how many rows each table of the law has."""
    return {kind: model._default_manager.count() for kind, model in ROWS.items()}


def public_is_open(day: date = TODAY) -> bool:
    """Tell whether the public is answered on a day."""
    opening = policy.in_force(day).openings.get("public")
    return opening is not None and opening.is_open


def test_closing_the_service_to_the_public_is_one_approved_change(officers: Officers) -> None:
    change = officers.proposes("setting", key="public_service", value="closed")
    assert public_is_open()
    assert (change.state, change.number, rows.version()) == ("proposed", None, 0)

    enacted = changes.approve(change.pk, officers.bilal)

    assert not public_is_open()
    assert public_is_open(YESTERDAY)
    assert (enacted.state, enacted.number, rows.version()) == ("enacted", 1, 1)
    assert policy.in_force().version == catalogue.in_force().version == 1
    row = Policy.objects.latest("pk")
    assert (row.change, row.instrument) == (enacted, "S.R.O. 1")
    with connection.cursor() as cursor:
        cursor.execute(rows.SETTING_IN_FORCE, ("public_service", TODAY, TODAY))
        assert cursor.fetchall() == [("closed",)]


def test_a_change_that_comes_later_counts_from_its_day(officers: Officers) -> None:
    officers.enacts("setting", TOMORROW, key="public_service", value="closed")

    assert public_is_open()
    assert not public_is_open(TOMORROW)


def test_a_row_that_lapses_lets_the_one_before_it_count_again(officers: Officers) -> None:
    officers.enacts("setting", key="public_service", value="closed", _valid_to=TOMORROW)

    assert [public_is_open(TODAY + timedelta(days)) for days in range(-1, 4)] == [
        True, False, False, True, True,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        after = TOMORROW + timedelta(1)
        cursor.execute(rows.SETTING_IN_FORCE, ("public_service", after, after))
        assert cursor.fetchall() == [("open",)]


def test_of_two_rows_from_one_day_the_later_enacted_counts(sqlite_officers: Officers) -> None:
    sqlite_officers.enacts("setting", key="appeal_days", value="60")
    sqlite_officers.enacts("setting", key="appeal_days", value="90")

    assert rows.policy_in_force("appeal_days") == "90"
    assert rows.policy_in_force("appeal_days", YESTERDAY) == "30"


def test_a_change_that_reaches_back_leaves_what_came_after_it(sqlite_officers: Officers) -> None:
    sqlite_officers.enacts("setting", key="appeal_days", value="60")
    sqlite_officers.enacts(
        "setting", date(2024, 1, 1), key="appeal_days", value="90", _retroactive=True
    )

    assert rows.policy_in_force("appeal_days") == "60"
    assert rows.policy_in_force("appeal_days", YESTERDAY) == "90"
    assert rows.policy_in_force("appeal_days", date(2023, 12, 31)) == "30"


NEW_ROWS: list[tuple[str, dict[str, Any]]] = [
    ("offence", {"statute": "PPC", "section": "509", "basis": "Schedule I",
                 "section_from": "1862-01-01", "citation": "Pakistan Penal Code 1860"}),
    ("setting", {"key": "tier_set", "value": "uk"}),
    ("tier_rule", {"tier_set": "sorna", "key": "ppc_377", "tier": "2", "section": "PPC 377"}),
    ("term", {"tier_set": "sorna", "tier": 2, "runs_from": "conviction", "months": "240"}),
    ("verification", {"tier_set": "sorna", "tier": 2, "every": 30, "unit": "days"}),
    ("duty", {"tier_set": "sorna", "key": "telephone", "what": "a change of telephone number",
              "what_ur": "فون نمبر کی تبدیلی", "within": 3, "unit": "days", "when": "after"}),
    ("disclosure_rule", {"key": "not_tier_1", "audience": "public", "tier": 1, "tells": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values"), NEW_ROWS)
def test_each_kind_of_row_is_enacted(officers: Officers, kind: str, values: dict[str, Any]) -> None:
    before = row_counts()

    change = officers.enacts(kind, **values)

    assert row_counts() == {**before, kind: before[kind] + 1}
    row = ROWS[ChangeKind(kind)]._default_manager.get(change=change)
    assert row in rows.rows_in_force(type(row))
    assert row not in rows.rows_in_force(type(row), YESTERDAY)
    assert {name: str(getattr(row, name)) for name in values} == {
        name: str(value) for name, value in values.items()
    }


def test_what_is_enacted_is_what_the_law_then_says(officers: Officers) -> None:
    for kind, values in NEW_ROWS[1:]:
        officers.enacts(kind, **values)

    uk = policy.tier_law()
    assert (uk.tier_set, uk.instrument, uk.version) == ("uk", "S.R.O. 1", 6)
    assert policy.tier_law(YESTERDAY).tier_set == "sorna"
    sorna = policy.set_of("sorna", TODAY, "")
    assert sorna.term(2).months == 240
    assert sorna.term(1).months == 180
    assert len(sorna.terms) == 3
    assert "telephone" in {duty.key for duty in sorna.duties}
    facts = {"victim_under_13": None, "earlier_convictions": 0, "sentence_months": None}
    assert sorna.tier_of(["PPC 377"], **facts) == 2
    assert policy.set_of("sorna", YESTERDAY, "").tier_of(["PPC 377"], **facts) == 1
    tables = policy.in_force().tables["public"]
    assert {kind.tier for kind, cell in tables.items() if cell.tells} == {2, 3}


def test_a_repeal_is_a_row_too(officers: Officers) -> None:
    meant = {"statute": "PECA", "section": "22", "basis": "s. 2(h)", "section_from": "2016-08-18"}
    assert catalogue.in_force().makes_registrable(["PECA 22"], None, YESTERDAY)

    officers.enacts("offence", TOMORROW, **meant, _repeal=True)

    assert catalogue.in_force().makes_registrable(["PECA 22"], None, YESTERDAY)
    tomorrow = catalogue.in_force(TOMORROW)
    assert not tomorrow.makes_registrable(["PECA 22"], None, YESTERDAY)
    assert "PECA 22" in tomorrow.known, "Schedule I names it still"
    assert Offence.objects.latest("pk").repealed
    assert refused(lambda: officers.proposes("offence", TOMORROW, **meant, _repeal=True)) == (
        "nothing_to_repeal"
    )
    officers.enacts("offence", TOMORROW + timedelta(1), **meant, citation="Act X of 2027")
    again = catalogue.in_force(TOMORROW + timedelta(1))
    assert again.makes_registrable(["PECA 22"], None, YESTERDAY)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("setting", {"key": "public_service"}), ("term", {"tier_set": "sorna", "tier": 1})],
)
def test_what_must_always_be_there_is_never_repealed(
    sqlite_officers: Officers, kind: str, key: dict[str, Any]
) -> None:
    code = refused(lambda: sqlite_officers.proposes(kind, **key, _repeal=True))

    assert code == "never_repealed"


@pytest.mark.parametrize(
    ("kind", "values", "word"),
    [
        ("minister", {}, "minister"),
        ("setting", {"key": "public_service", "value": "ajar"}, "open or closed"),
        ("setting", {"key": "public_service"}, "value"),
        ("setting", {"key": "weather", "value": "open"}, "key"),
        ("setting", {"key": "public_service", "value": "open", "id": "1"}, "no column id"),
        ("setting", {"key": "public_service", "value": "open", "change": "1"}, "no column change"),
        ("setting", {"key": "registrable_basis", "value": "s. 2(h);s. 3"}, "value"),
        ("setting", {"key": "act_in_force", "value": "yesterday"}, "value"),
        ("setting", {"key": "appeal_days", "value": "0"}, "value"),
        ("setting", {"key": "appeal_days", "value": "۳۰"}, "value"),
        ("offence", {**NEW_ROWS[0][1], "section_from": "1862"}, "section_from"),
        ("offence", {**NEW_ROWS[0][1], "section": "five"}, "section"),
        ("offence", {**NEW_ROWS[0][1], "statute": "ppc"}, "statute"),
        ("offence", {**NEW_ROWS[0][1], "basis": "s. 3"}, "basis"),
        ("offence", {**NEW_ROWS[0][1], "citation": ""}, "citation"),
        ("tier_rule", {**NEW_ROWS[2][1], "tier": 4}, "tier"),
        ("tier_rule", {**NEW_ROWS[2][1], "tier": "two"}, "tier"),
        ("tier_rule", {**NEW_ROWS[2][1], "section": "377"}, "section"),
        ("tier_rule", {**NEW_ROWS[2][1], "key": "PPC 377"}, "key"),
        ("tier_rule", {**NEW_ROWS[2][1], "victim_under_13": "perhaps"}, "victim_under_13"),
        ("term", {**NEW_ROWS[3][1], "months": 0}, "months"),
        ("disclosure_rule", {**NEW_ROWS[6][1], "tells": "name;secret"}, "father_name"),
        ("disclosure_rule", {**NEW_ROWS[6][1], "audience": "press"}, "audience"),
        ("offence", {"statute": "PPC", "_repeal": True}, "section_from"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_column(
    sqlite_officers: Officers, kind: str, values: dict[str, Any], word: str
) -> None:
    with pytest.raises(LawRefusal, match=word) as refusal:
        sqlite_officers.proposes(kind, **values)

    assert refusal.value.code == "bad_value"
    assert str(refusal.value).endswith(".")
    assert not Change.objects.exists()
    assert not Entry.objects.exists()


def test_yes_and_no_are_read(sqlite_officers: Officers) -> None:
    values = {"key": "k", "audience": "institution", "tells": "name", "victim_under_13": ""}

    sqlite_officers.enacts("disclosure_rule", **values, juvenile="no")

    row = DisclosureRule.objects.latest("pk")
    assert (row.juvenile, row.victim_under_13) == (False, None)


def test_a_day_in_the_past_must_be_meant(officers: Officers) -> None:
    closing = {"key": "public_service", "value": "closed"}
    assert refused(lambda: officers.proposes("setting", YESTERDAY, **closing)) == "in_the_past"
    assert refused(lambda: officers.proposes("setting", **closing, _valid_to=YESTERDAY)) == (
        "bad_dates"
    )

    officers.enacts("setting", YESTERDAY, **closing, _retroactive=True)

    assert not public_is_open(YESTERDAY)


def test_a_proposal_whose_day_has_passed_is_not_enacted(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = officers.proposes("setting", key="public_service", value="closed")
    monkeypatch.setattr(changes, "today", lambda: TOMORROW)

    assert refused(lambda: changes.approve(change.pk, officers.bilal)) == "in_the_past"

    assert public_is_open()
    assert Change.objects.get().state == "proposed"
    changes.reject(change.pk, officers.bilal, "too late")


def test_what_was_repealed_meanwhile_is_not_repealed_again(sqlite_officers: Officers) -> None:
    meant = {"audience": "institution", "key": "nothing_of_a_child"}
    first, second = (
        sqlite_officers.proposes("disclosure_rule", **meant, _repeal=True) for _ in range(2)
    )
    changes.approve(first.pk, sqlite_officers.bilal)

    code = refused(lambda: changes.approve(second.pk, sqlite_officers.bilal))

    assert code == "nothing_to_repeal"
    assert rows.version() == 1


def test_a_change_takes_two_officers_of_the_right_roles(officers: Officers) -> None:
    closing = {"key": "public_service", "value": "closed"}
    by_approver = officers.proposes("setting", **closing, by=officers.bilal)

    def code(act: Callable[[], object]) -> str:
        return refused(act)

    assert code(lambda: officers.proposes("setting", **closing, by=officers.danish)) == (
        "role_not_allowed"
    )
    assert code(lambda: changes.approve(by_approver.pk, officers.amna)) == "role_not_allowed"
    assert code(lambda: changes.approve(by_approver.pk, officers.danish)) == "role_not_allowed"
    assert code(lambda: changes.approve(by_approver.pk, officers.bilal)) == "own_change"
    assert code(lambda: changes.reject(by_approver.pk, officers.bilal, "no")) == "own_change"
    assert code(lambda: changes.approve(by_approver.pk + 1, officers.chanda)) == "unknown_change"
    assert code(lambda: changes.reject(by_approver.pk, officers.chanda, " ")) == "reason_required"
    assert public_is_open()
    changes.approve(by_approver.pk, officers.chanda)
    assert not public_is_open()
    assert code(lambda: changes.approve(by_approver.pk, officers.chanda)) == "already_decided"
    assert code(lambda: changes.reject(by_approver.pk, officers.chanda, "no")) == "already_decided"


def test_a_proposal_says_why_and_by_which_instrument(sqlite_officers: Officers) -> None:
    given = ("setting", {"key": "public_service", "value": "closed"}, sqlite_officers.amna)

    assert refused(lambda: changes.propose(*given, " ", TODAY, "S.R.O. 1")) == "reason_required"
    assert refused(lambda: changes.propose(*given, "why", TODAY, "")) == "instrument_required"


@pytest.mark.parametrize("text", ["call 0300 1234567", "her daughter", "35201-1234503-2"])
def test_a_proposal_says_nothing_of_a_victim(sqlite_officers: Officers, text: str) -> None:
    given = ("setting", {"key": "public_service", "value": "closed"}, sqlite_officers.amna)

    assert refused(lambda: changes.propose(*given, text, TODAY, "S.R.O. 1")) == "may_name_victim"
    assert refused(lambda: changes.propose(*given, "why", TODAY, text)) == "may_name_victim"
    assert changes.waiting() == []


def test_what_was_rejected_changes_nothing(officers: Officers) -> None:
    before = row_counts()
    change = officers.proposes("setting", key="public_service", value="closed")
    assert [one.pk for one in changes.waiting()] == [change.pk]

    rejected = changes.reject(change.pk, officers.bilal, " not signed ")

    assert (rejected.state, rejected.decision_reason) == ("rejected", "not signed")
    assert (row_counts(), rows.version(), changes.waiting()) == (before, 0, [])


def test_each_step_is_an_entry_of_the_trail(officers: Officers) -> None:
    first = officers.enacts("setting", key="public_service", value="closed")
    second = officers.proposes("setting", key="public_service", value="open")
    changes.reject(second.pk, officers.bilal, "not yet")

    entries = list(Entry.objects.order_by("pk"))
    amna, bilal = f"officer:{officers.amna.pk}", f"officer:{officers.bilal.pk}"
    assert [(entry.act, entry.actor, entry.subject) for entry in entries] == [
        ("law_change_proposed", amna, f"law-change:{first.pk}"),
        ("law_change_approved", bilal, f"law-change:{first.pk}"),
        ("law_change_proposed", amna, f"law-change:{second.pk}"),
        ("law_change_rejected", bilal, f"law-change:{second.pk}"),
    ]
    approved = trail.details(entries[1].pk)
    assert approved is not None
    assert approved["values"] == {"key": "public_service", "value": "closed"}
    assert (approved["number"], approved["instrument"]) == (1, "S.R.O. 1")
    rejected = trail.details(entries[3].pk)
    assert rejected is not None
    assert (rejected["reason"], rejected["number"]) == ("not yet", None)


def test_no_step_is_taken_without_its_entry(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = officers.proposes("setting", key="public_service", value="closed")
    before = row_counts()

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no trail")

    monkeypatch.setattr(trail, "record", fails)

    for act in (
        lambda: officers.proposes("setting", key="public_service", value="open"),
        lambda: changes.approve(waiting.pk, officers.bilal),
        lambda: changes.reject(waiting.pk, officers.bilal, "no"),
    ):
        with pytest.raises(RuntimeError, match="no trail"):
            act()

    assert [change.state for change in Change.objects.all()] == ["proposed"]
    assert (row_counts(), rows.version()) == (before, 0)


def test_the_days_of_change_are_those_on_which_other_law_counts(officers: Officers) -> None:
    begins, lapses = TODAY + timedelta(10), TODAY + timedelta(20)
    officers.enacts("setting", begins, key="public_service", value="closed", _valid_to=lapses)
    officers.enacts("disclosure_rule", TOMORROW, **NEW_ROWS[6][1])
    last = TODAY + timedelta(100)

    assert rows.days_of_change(TODAY, last) == [TOMORROW, begins, lapses + timedelta(1)]
    assert rows.days_of_change(TOMORROW, begins) == [begins]
    assert rows.days_of_change(begins, begins) == []
    assert rows.days_of_change(date(2021, 1, 1), date(2024, 1, 1)) == [
        date(2021, 12, 1), date(2023, 5, 1),
    ]  # fmt: skip


TABLES = [model._meta.db_table for model in ROWS.values()]


@pytest.mark.parametrize("act", ["UPDATE {} SET instrument = 'other'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_law(officers: Officers, act: str) -> None:
    before = row_counts()

    for table in TABLES:
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format(table))

    assert row_counts() == before


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_a_table_of_the_law(postgres_database: Any) -> None:
    for table in [*TABLES, "law_change"]:
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_the_database_itself_refuses_to_change_what_was_proposed_or_decided(
    officers: Officers,
) -> None:
    waiting = officers.proposes("setting", key="public_service", value="closed")
    decided = officers.enacts("setting", key="appeal_days", value="60")

    for act in (
        f"UPDATE law_change SET instrument = 'other' WHERE id = {waiting.pk}",
        f"UPDATE law_change SET proposed_by_id = {officers.chanda.pk} WHERE id = {waiting.pk}",
        f"UPDATE law_change SET valid_to = '2999-01-01' WHERE id = {waiting.pk}",
        f"UPDATE law_change SET decision_reason = 'other' WHERE id = {decided.pk}",
        f"UPDATE law_change SET number = 7 WHERE id = {decided.pk}",
        f"DELETE FROM law_change WHERE id = {waiting.pk}",
        f"DELETE FROM law_change WHERE id = {decided.pk}",
        f"UPDATE law_change SET state = 'enacted', number = 9, decided_by_id = {officers.amna.pk}"
        f" WHERE id = {waiting.pk}",
        f"UPDATE law_change SET state = 'enacted', number = 9 WHERE id = {waiting.pk}",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act)
    changes.approve(waiting.pk, officers.bilal)
