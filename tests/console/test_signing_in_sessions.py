"""Sessions end by the clock, proofs grow old, and what is written for it is little."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from console_building import Desk
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from register_builders import Office
from sign_in_building import PASSWORD, Browser, enrolled, signed_in

from nsor.accounts import sessions
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry

MINUTE = 60


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """Have the clock of the sessions be later."""
    now = time.time()
    with patch.object(sessions.time, "time", lambda: now + seconds):
        yield


@pytest.mark.parametrize(
    ("seconds", "stays"), [(14 * MINUTE, True), (15 * MINUTE, False), (13 * 3600, False)]
)
def test_a_session_ends_after_fifteen_idle_minutes(
    sqlite_office: Office, seconds: float, stays: bool
) -> None:
    desk = Desk(sqlite_office.amna)
    with later(seconds):
        assert (desk.get("console-own").status_code == 200) is stays
    if not stays:
        assert Entry.objects.order_by("pk").last().act == Act.SESSION_ENDED  # type: ignore[union-attr]
        assert desk.get("console-own").status_code == 302


def test_what_a_page_asks_for_by_itself_keeps_no_session_going(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    for minutes in range(1, 15):
        with later(minutes * MINUTE):
            assert desk.get("console-queue-live").status_code == 200
    with later(15 * MINUTE):
        assert desk.get("console-queue-live").status_code == 302
        assert desk.get("console-own").status_code == 302


def test_a_session_ends_after_twelve_hours_however_busy(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    for minutes in range(10, 12 * 60, 10):
        with later(minutes * MINUTE):
            assert desk.get("console-own").status_code == 200
    with later(12 * 3600):
        assert desk.get("console-own").status_code == 302
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert trail.details(entry.pk) == {"why": "twelve_hours"}


def test_a_session_is_written_to_once_a_minute(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)

    def updates() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            desk.get("console-own")
        return sum(one["sql"].startswith("UPDATE") for one in seen)

    with later(30):
        assert updates() == 0
    with later(61):
        assert updates() == 1
        assert updates() == 0


def test_a_session_of_which_nothing_is_noted_is_over(sqlite_office: Office) -> None:
    browser = Browser()
    browser.client.force_login(sqlite_office.amna)
    assert not browser.is_in()


def test_own_sessions_are_listed_and_ended(sqlite_office: Office) -> None:
    officer, here, _ = enrolled()
    there, elsewhere = signed_in(officer, "192.0.2.9"), signed_in(officer, "192.0.2.10")
    page = here.get("console-own").content.decode()
    assert "192.0.2.9" in page
    assert "192.0.2.10" in page
    number = next(one.number for one in sessions.of(officer, None) if one.address == "192.0.2.9")

    stranger = Desk(sqlite_office.bilal)
    assert stranger.post("console-own-session-end", number, data={}).status_code == 303
    assert there.is_in()
    assert here.post("console-own-session-end", str(number)).status_code == 303
    assert not there.is_in()
    assert elsewhere.is_in()
    assert here.post("console-own-sessions-end").status_code == 303
    assert not elsewhere.is_in()
    assert here.is_in()


def test_the_queries_of_the_own_page_are_counted(sqlite_office: Office) -> None:
    officer, here, _ = enrolled()
    for place in range(3):
        signed_in(officer, f"192.0.2.{place}")
    with CaptureQueriesContext(connection) as seen:
        shown = here.get("console-own")
    assert len(seen) == 5  # session, officer, own sessions, which of them live, factors
    assert len(shown.content) < 100_000


def test_a_proof_is_asked_for_again_after_five_minutes_and_leads_back(
    sqlite_office: Office,
) -> None:
    _, browser, _ = enrolled(role="administration")
    assert browser.get("console-officers-add").status_code == 200

    with later(6 * MINUTE):
        asked = browser.get("console-officers-add")
        assert asked.status_code == 303
        address = asked.headers["Location"]
        assert "/account/reauthenticate/?next=" in address
        assert browser.client.post(address, {"password": "wrong"}).status_code == 422
        back = browser.client.post(address, {"password": PASSWORD})
        assert back.headers["Location"].endswith("/console/officers/add/")
        assert browser.get("console-officers-add").status_code == 200


def test_what_was_typed_is_kept_nowhere_while_a_proof_is_asked_for(
    sqlite_office: Office,
) -> None:
    _, browser, _ = enrolled(role="administration")
    with later(6 * MINUTE):
        browser.post("console-officers-add", name="Typed Name", role="entry", reason="why")
        browser.post("mfa_generate_recovery_codes", typed="Typed Name")
        held = browser.client.session.items()
    assert "Typed Name" not in str(dict(held))


def test_a_partial_update_is_sent_to_the_proof_whole(sqlite_office: Office) -> None:
    _, browser, _ = enrolled(role="administration")
    with later(6 * MINUTE):
        answer = browser.client.get("/en/console/officers/add/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "/account/reauthenticate/" in answer.headers["HX-Redirect"]


def test_the_way_back_leads_to_no_other_site(sqlite_office: Office) -> None:
    _, browser, _ = enrolled()
    for address in ("https://elsewhere.example/", "//elsewhere.example/x", "javascript:alert(1)"):
        answer = browser.client.post(
            "/en/account/reauthenticate/", {"password": PASSWORD, "next": address}
        )
        assert answer.status_code == 302
        assert "elsewhere" not in answer.headers["Location"]
        assert answer.headers["Location"].startswith("/")


def test_the_session_key_is_a_long_random_one(sqlite_office: Office) -> None:
    _, browser, _ = enrolled()
    assert len(browser.client.cookies[settings.SESSION_COOKIE_NAME].value) >= 32
