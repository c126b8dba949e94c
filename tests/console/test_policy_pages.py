"""The policy on the pages: everybody reads it, one officer proposes, another one decides."""

import re
from datetime import timedelta

import pytest
from console_building import Desk, text_of
from counted_queries import own_tables
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from register_builders import Office

from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import ROWS, Change, ChangeKind, ChangeState, DisclosureRule, Policy
from nsor.law.rows import policy_in_force, rows_in_force
from nsor.web.console.policy import words

COMMON = {
    "valid_from": today().strftime("%d/%m/%Y"),
    "instrument": "S.R.O. 12(I)/2026",
    "reason": "The Special Committee recommended it.",
}


def proposes(desk: Desk, kind: str, **columns: object) -> HttpResponse:
    """Send the form of a table."""
    own = {f"row_{name}": value for name, value in columns.items()}
    return desk.post("console-policy-propose", kind, data=COMMON | own)


def decides(desk: Desk, change: Change, decision: str, reason: str = "") -> HttpResponse:
    """Send the decision on a change."""
    data = {"decision": decision, "reason": reason}
    return desk.post("console-policy-decide", change.pk, data=data)


def closing(office: Office) -> Change:
    """Return a change that closes the service for the public, proposed by Amna."""
    values = {"key": "public_service", "value": "closed"}
    return changes.propose("setting", values, office.amna, "An order", today(), "S.R.O. 1")


@pytest.mark.parametrize("language", ["ur", "en"])
@pytest.mark.parametrize("role", ["entry", "approval", "supervision", "audit", "administration"])
def test_each_role_reads_the_law(sqlite_office: Office, role: str, language: str) -> None:
    desk = Desk(sqlite_office.hire("Somebody", role), language)
    for name in ("", "-offences", "-changes", "-service"):
        answer = desk.get(f"console-policy{name}")
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
        proposing = "/policy/propose/" in text_of(answer) or '<textarea name="reason"' in text_of(
            answer
        )
        assert proposing == (role in ("entry", "approval")), name


def test_the_law_says_who_is_told_what_by_which_instrument(sqlite_office: Office) -> None:
    page = text_of(Desk(sqlite_office.amna).get("console-policy"))
    for row in rows_in_force(DisclosureRule):
        assert escape(words.tells(row.tells)) in page
    for row in rows_in_force(Policy):
        assert words.setting(row.key) in page
    assert "25 years" in page
    assert "for life" in page


def test_the_law_of_another_day_is_that_days(sqlite_office: Office) -> None:
    made = changes.approve(closing(sqlite_office).pk, sqlite_office.bilal)
    desk = Desk(sqlite_office.hire("Danish", "audit"))
    yesterday = (made.valid_from - timedelta(1)).strftime("%d/%m/%Y")
    assert "S.R.O. 1" in text_of(desk.get("console-policy"))
    assert "S.R.O. 1" not in text_of(desk.get("console-policy", query={"on": yesterday}))
    assert desk.get("console-policy", query={"on": "some day"}).status_code == 422


@pytest.mark.parametrize("language", ["ur", "en"])
@pytest.mark.parametrize("kind", ChangeKind.values)
def test_each_table_has_a_form_that_proposes_a_row_as_it_is(
    sqlite_office: Office, kind: str, language: str
) -> None:
    desk = Desk(sqlite_office.amna, language)
    row = rows_in_force(ROWS[ChangeKind(kind)])[0]
    page = text_of(desk.client.get(f"{desk.address('console-policy-propose', kind)}?like={row.pk}"))
    assert page.count("<h1") == 1
    columns = changes.columns(type(row))
    assert all(f'name="row_{name}"' in page for name in columns)

    typed: dict[str, object] = {}
    for name in columns:
        value = getattr(row, name)
        if name == "tells":
            typed[name] = [one for one in value.split(";") if one]
        elif isinstance(value, bool):
            typed[name] = "yes" if value else "no"
        else:
            typed[name] = "" if value is None else value
    answer = proposes(desk, kind, **typed)

    assert answer.status_code == 303, text_of(answer)
    made = Change.objects.get()
    stored = {name: made.values[name] for name in columns}
    assert stored == {name: changes._stored(getattr(row, name)) for name in columns}
    shown = text_of(desk.client.get(answer.headers["Location"]))
    assert 'class="changed"' not in shown


def test_a_change_is_shown_beside_what_it_replaces(sqlite_office: Office) -> None:
    change = closing(sqlite_office)
    page = text_of(Desk(sqlite_office.amna).get("console-policy-change", change.pk))
    old, new = re.findall(r"<td>(.*?)</td>", page.partition("Value")[2])[:2]
    assert "open" in old
    assert "closed" in new
    assert 'class="changed"' in new


def test_a_second_officer_decides(office: Office) -> None:
    change = closing(office)
    amna, bilal = Desk(office.amna), Desk(office.bilal)
    assert decides(amna, change, "approve").status_code == 422
    assert policy_in_force("public_service") == "open"
    assert "Decide it" not in text_of(amna.get("console-policy-change", change.pk))
    assert "Decide it" in text_of(bilal.get("console-policy-change", change.pk))

    assert decides(bilal, change, "approve").status_code == 303
    assert policy_in_force("public_service") == "closed"
    shown = text_of(bilal.get("console-policy-change", change.pk))
    assert "law, version 1" in shown
    assert 'class="changed"' in shown


def test_whoever_proposed_never_decides_whatever_their_role(sqlite_office: Office) -> None:
    values = {"key": "public_service", "value": "closed"}
    by = sqlite_office.bilal
    change = changes.propose("setting", values, by, "An order", today(), "S.R.O. 1")
    assert decides(Desk(by), change, "approve").status_code == 422
    assert policy_in_force("public_service") == "open"


@pytest.mark.parametrize("language", ["ur", "en"])
def test_a_rejection_has_its_reason(sqlite_office: Office, language: str) -> None:
    change = closing(sqlite_office)
    bilal = Desk(sqlite_office.bilal, language)
    assert decides(bilal, change, "reject").status_code == 422
    assert decides(bilal, change, "reject", "Not now").status_code == 303
    change.refresh_from_db()
    assert (change.state, change.decision_reason) == (ChangeState.REJECTED, "Not now")
    assert "Not now" in text_of(bilal.get("console-policy-change", change.pk))


@pytest.mark.parametrize("language", ["ur", "en"])
def test_switching_the_public_service_off_is_one_clear_act(
    sqlite_office: Office, language: str
) -> None:
    desk = Desk(sqlite_office.amna, language)
    page = text_of(desk.get("console-policy-service"))
    assert 'class="button danger"' in page
    assert desk.post("console-policy-service", data=COMMON).status_code == 303
    change = Change.objects.get()
    assert change.values == {"key": "public_service", "value": "closed"}
    assert f"/policy/changes/{change.pk}/" in text_of(desk.get("console-policy-service"))

    changes.approve(change.pk, sqlite_office.bilal)
    assert desk.post("console-policy-service", data=COMMON).status_code == 303
    assert Change.objects.latest("pk").values["value"] == "open"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": "01/01/2020"}, "valid_from"),
        ({"valid_to": "01/01/2020"}, "valid_to"),
        ({"instrument": " "}, "instrument"),
        ({"reason": ""}, "reason"),
        ({"row_value": "ajar"}, "row_value"),
    ],
)
def test_what_the_law_refuses_is_told_at_its_field(
    sqlite_office: Office, change: dict[str, str], field: str
) -> None:
    desk = Desk(sqlite_office.amna)
    row = {"row_key": "public_service", "row_value": "closed"}
    answer = desk.post("console-policy-propose", "setting", data=COMMON | row | change)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text_of(answer)
    assert not Change.objects.exists()


def test_a_row_can_be_repealed(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    row = next(one for one in rows_in_force(DisclosureRule) if one.audience == "institution")
    assert desk.post("console-policy-repeal", "disclosure_rule", row.pk, data=COMMON).status_code
    change = Change.objects.get()
    changes.approve(change.pk, sqlite_office.bilal)
    assert row.key_values not in [one.key_values for one in rows_in_force(DisclosureRule)]
    setting = rows_in_force(Policy)[0]
    assert desk.get("console-policy-repeal", "setting", setting.pk).status_code == 404


@pytest.mark.parametrize("role", ["supervision", "audit", "administration"])
def test_other_roles_change_nothing(sqlite_office: Office, role: str) -> None:
    desk = Desk(sqlite_office.hire("Somebody", role))
    change = closing(sqlite_office)
    proposes(desk, "setting", key="public_service", value="closed")
    desk.post("console-policy-service", data=COMMON)
    decides(desk, change, "approve")
    assert Change.objects.get().state == ChangeState.PROPOSED


def test_decided_changes_are_paged(sqlite_office: Office) -> None:
    for _ in range(51):
        changes.reject(closing(sqlite_office).pk, sqlite_office.bilal, "No")
    desk = Desk(sqlite_office.amna)
    first = text_of(desk.get("console-policy-changes"))
    after = re.search(r"\?after=([0-9]+)", first)
    assert first.count('<th scope="row"') == 50
    assert after is not None
    rest = text_of(desk.get("console-policy-changes", query={"after": after[1]}))
    assert rest.count('<th scope="row"') == 1


def test_pages_ask_the_database_a_counted_number_of_times(sqlite_office: Office) -> None:
    change = closing(sqlite_office)
    desk = Desk(sqlite_office.amna)
    for name, args, most in (
        ("console-policy", (), 8),
        ("console-policy-offences", (), 2),
        ("console-policy-changes", (), 2),
        ("console-policy-change", (change.pk,), 3),
        ("console-policy-service", (), 2),
    ):
        desk.get(name, *args)
        with CaptureQueriesContext(connection) as asked:
            desk.get(name, *args)
        assert len(own_tables(asked)) == most, (name, own_tables(asked))
