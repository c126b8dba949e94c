"""Guessing is held up, and nobody can be locked out by others."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from register_builders import Office
from sign_in_building import ELSEWHERE, HOME, PASSWORD, Browser, enrolled, fresh_code, signed_in

from nsor.accounts import attempts, refusals
from nsor.accounts.models import Attempts, RefusedMinute
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have few attempts be too many, for each takes a while."""
    monkeypatch.setattr(attempts, "FROM_ONE_CLIENT", 3)
    monkeypatch.setattr(attempts, "FROM_A_KNOWN_BROWSER", 3)
    monkeypatch.setattr(attempts, "FROM_A_NETWORK", 6)
    monkeypatch.setattr(attempts, "CODES_OF_STRANGERS", 4)
    monkeypatch.setattr(attempts, "CODES_IN_A_SIGN_IN", 3)


def _fails(browser: Browser, name: str, times: int = 3) -> None:
    for _ in range(times):
        assert browser.password(name, "a wrong password").status_code == 422


def test_after_too_many_the_right_password_has_to_wait_as_well(office: Office) -> None:
    enrolled()
    stranger = Browser(ELSEWHERE)
    _fails(stranger, "Dawood")

    answer = stranger.password("Dawood")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1
    assert "Please try again later" in answer.content.decode()
    unknown = Browser("192.0.2.1")
    _fails(unknown, "Nobody at all")
    assert unknown.password("Nobody at all").status_code == 429

    Attempts.objects.update(since=timezone.now() - attempts.WINDOW)
    assert stranger.password("Dawood").status_code == 302


def test_failures_elsewhere_make_nobody_wait(sqlite_office: Office) -> None:
    enrolled()
    for place in range(3):
        _fails(Browser(f"198.51.100.{place}"), "Dawood", 2)
    assert Browser("198.51.100.9").password("Dawood").status_code == 429

    assert Browser("192.0.2.77").password("Dawood").status_code == 302


def test_neighbours_do_not_make_an_address_wait_that_signed_in_before(
    sqlite_office: Office,
) -> None:
    officer, _, _ = enrolled()
    signed_in(officer, HOME)
    for place in range(20, 24):
        Browser(f"203.0.113.{place}").password("Somebody", "a wrong password")
        Browser(f"203.0.113.{place}").password("Somebody else", "a wrong password")
    assert Browser("203.0.113.30").password("Dawood").status_code == 429

    assert Browser(HOME).password("Dawood").status_code == 302


def test_who_guesses_at_the_same_address_does_not_lock_a_known_browser_out(
    sqlite_office: Office,
) -> None:
    officer, _, _ = enrolled()
    browser = signed_in(officer)
    browser.post("account_logout")
    stranger = Browser(HOME)
    _fails(stranger, "Dawood")
    assert stranger.password("Dawood").status_code == 429

    assert browser.password("Dawood").status_code == 302
    assert browser.code(fresh_code(officer)).status_code == 302


def test_a_known_browser_that_guesses_waits_too(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    browser = signed_in(officer)
    browser.post("account_logout")
    _fails(browser, "Dawood")

    assert browser.password("Dawood").status_code == 429


def test_a_mark_of_another_account_counts_for_nothing(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    enrolled("Esha")
    browser = signed_in(officer)
    browser.post("account_logout")
    _fails(Browser(HOME), "Esha")

    assert browser.password("Esha").status_code == 429


def test_codes_are_counted_for_the_sign_in_and_for_the_account(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    stranger = Browser(ELSEWHERE)
    stranger.password("Dawood")
    for _ in range(3):
        assert stranger.code("000000").status_code == 422
    refused = stranger.code(fresh_code(officer))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert stranger.get("mfa_authenticate").headers["Location"].endswith("/account/login/")

    again = Browser(ELSEWHERE)
    again.password("Dawood")
    assert again.code("000000").status_code == 422
    assert again.code(fresh_code(officer)).status_code == 429


def test_a_proxy_that_is_trusted_is_believed_and_nobody_else(
    sqlite_office: Office, settings: object
) -> None:
    from nsor.accounts import networks as found
    from nsor.settings import networks

    settings.TRUSTED_PROXIES = ()  # type: ignore[attr-defined]

    def address(forwarded: str) -> str:
        meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
        return found.address(RequestFactory().get("/", **meta))

    assert address("1.2.3.4") == "10.0.0.1"

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROXIES", "10.0.0.0/24, fd00::/64")
        settings.TRUSTED_PROXIES = networks("PROXIES")  # type: ignore[attr-defined]
    for given, expected in (
        ("1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("1.2.3.4, 10.0.0.9", "1.2.3.4"),
        ("rubbish", "10.0.0.1"),
        ("1.2.3.4, rubbish, 10.0.0.9", "10.0.0.9"),
        ("", "10.0.0.1"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
    ):
        assert address(given) == expected, given


def test_refusals_do_not_flood_the_trail(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "IN_A_MINUTE", 2)
    monkeypatch.setattr(refusals.time, "time", lambda: 60_000.0)
    for _ in range(5):
        refusals.enter("typed by somebody", HOME, "password")
    own = Entry.objects.filter(act=Act.SIGN_IN_REFUSED)
    assert own.count() == 2
    assert own[0].subject == ""
    assert trail.details(own[0].pk) == {
        "name": "typed by somebody",
        "address": HOME,
        "what": "password",
    }

    assert refusals.sum_up_minutes() == 0
    monkeypatch.setattr(refusals.time, "time", lambda: 60_060.0)
    assert refusals.sum_up_minutes() == 1

    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert last.act == Act.SIGN_INS_REFUSED
    assert trail.details(last.pk) == {"minute": 60_000, "further": 3}
    assert not RefusedMinute.objects.exists()


def test_nothing_of_whose_attempts_is_stored_in_clear(sqlite_office: Office) -> None:
    Browser().password("Nobody at all", PASSWORD)
    for row in Attempts.objects.all():
        assert b"obody" not in bytes(row.key)
        assert len(bytes(row.key)) == 16


def test_old_counts_are_forgotten_and_known_networks_are_kept(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    signed_in(officer)
    Browser(ELSEWHERE).password("Nobody", "a wrong password")
    Attempts.objects.update(since=timezone.now() - timedelta(days=1))

    attempts.forget_old()

    assert [bool(row.succeeded_at) for row in Attempts.objects.all()] == [True]


def test_many_at_once_are_no_more_than_one_after_the_other(office: Office) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from register_builders import in_thread_of_its_own

    from nsor.accounts.attempts import Limit
    from nsor.accounts.errors import TooMany

    limit = Limit("client/one/192.0.2.1", 3)
    let_in: list[int] = []

    def attempt() -> None:
        try:
            attempts.reserve([limit])
        except TooMany:
            return
        let_in.append(1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: in_thread_of_its_own(attempt), range(16)))
    assert len(let_in) == 3
