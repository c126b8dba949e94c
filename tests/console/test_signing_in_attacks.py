"""What somebody tries who wants in, or wants others out, and doesn't succeed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from console_building import Desk
from django.db import connection
from register_builders import Office, in_thread_of_its_own
from sign_in_building import (
    HOME,
    Browser,
    a_link,
    chosen,
    enrolled,
    fresh_code,
    signed_in,
    with_app,
)

from nsor.accounts import attempts, networks, second_factors, signing
from nsor.accounts.adapters import MfaAdapter
from nsor.accounts.attempts import Limit
from nsor.accounts.errors import OfficerExists
from nsor.accounts.models import Attempts, Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry


def _a_passkey(officer: Officer) -> Authenticator:
    return Authenticator.objects.create(
        user=officer, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )


def test_whether_an_account_signed_in_from_here_is_not_told_by_who_has_to_wait(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FROM_A_NETWORK", 3)
    officer, _, _ = enrolled()
    signed_in(officer, HOME)
    for name in ("Some", "Body", "Else"):
        Browser(HOME).password(name, "a wrong password")

    told = {
        Browser(HOME).password(name, "a wrong password").status_code
        for name in ("Dawood", "Nobody at all")
    }

    assert told == {429}


def test_who_has_many_networks_of_a_site_is_one_neighbourhood() -> None:
    assert networks.wide("2001:db8:1:2::9") == networks.wide("2001:db8:1:3::9")
    assert networks.wide("2001:db8:1:2::9") != networks.wide("2001:db8:2:2::9")
    assert networks.narrow("2001:db8:1:2::9") != networks.narrow("2001:db8:1:3::9")
    assert networks.wide("192.0.2.9") == networks.wide("192.0.2.200")


def test_a_count_that_is_forgotten_meanwhile_is_begun_anew(postgres_office: Office) -> None:
    limit = Limit("client/one/192.0.2.1", 3)
    Attempts.objects.create(key=limit.key, since="2020-01-01T00:00:00Z")
    deleted: list[int] = []

    def forget(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "FOR UPDATE" in sql and not deleted:
            deleted.append(1)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(in_thread_of_its_own, Attempts.objects.all().delete).result()
        return execute(sql, *rest)

    with connection.execute_wrapper(forget):
        attempts.reserve([limit])

    assert deleted
    assert Attempts.objects.get().failures == 1


def test_the_last_factor_stays_though_another_went_meanwhile(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, browser, _ = enrolled()
    looked = MfaAdapter.can_delete_authenticator

    def others_go_meanwhile(self: MfaAdapter, one: Authenticator) -> bool:
        found = looked(self, one)
        Authenticator.objects.filter(user=officer, type__in=second_factors.PRIMARY).exclude(
            pk=one.pk
        ).delete()
        return found

    monkeypatch.setattr(MfaAdapter, "can_delete_authenticator", others_go_meanwhile)
    _a_passkey(officer)

    assert browser.post("mfa_deactivate_totp").status_code == 422
    assert second_factors.has_one(officer)


def test_whoever_sets_a_factor_up_as_another_is_added_is_turned_away(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, _ = signing.add_officer("Dawood", "entry")
    browser = Browser()
    chosen(browser, a_link(officer))
    step = second_factors.accepted_step

    def as_another_is_added(secret: str, code: str) -> int | None:
        _a_passkey(officer)
        return step(secret, code)

    monkeypatch.setattr(second_factors, "accepted_step", as_another_is_added)
    with_app(browser)

    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    assert not browser.is_in()


def test_who_left_between_password_and_code_is_not_entered_as_signed_in(
    sqlite_office: Office,
) -> None:
    officer, _, _ = enrolled()
    browser = Browser()
    browser.password("Dawood")
    code = fresh_code(officer)
    before = Entry.objects.filter(act=Act.SIGNED_IN).count()
    Officer.objects.filter(pk=officer.pk).update(is_active=False)

    assert browser.code(code).headers["Location"].endswith("/account/login/")
    assert Entry.objects.filter(act=Act.SIGNED_IN).count() == before
    assert browser.get("account_login").status_code == 200


def test_a_password_waits_for_no_factor_that_a_fresh_link_removed(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    browser = Browser()
    browser.password("Dawood")
    a_link(officer)

    browser.get("mfa_authenticate")

    assert browser.get("account_login").status_code == 200


def test_a_passkey_that_is_none_is_entered_as_refused(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    _a_passkey(officer)
    Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).delete()
    browser = Browser()
    browser.password("Dawood")

    browser.post("mfa_authenticate", credential='{"id": "AA"}')

    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert entry.act == Act.SIGN_IN_REFUSED
    assert trail.details(entry.pk) == {"name": "Dawood", "address": HOME, "what": "passkey"}


@pytest.mark.parametrize("name", ["dawood", "DAWOOD", "Ｄawood"])
def test_nobody_is_named_so_that_they_are_taken_for_another(
    sqlite_office: Office, name: str
) -> None:
    signing.add_officer("Dawood", "administration")
    with pytest.raises(OfficerExists):
        signing.add_officer(name, "administration")


def test_a_place_in_the_list_of_officers_that_is_too_long_is_none(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.hire("One", "administration"))
    assert desk.get("console-officers", query={"after": "1" * 5000}).status_code == 200


def test_by_tls_browsers_are_told_to_come_by_it_alone(sqlite_office: Office, settings: Any) -> None:
    assert "Strict-Transport-Security" not in Browser().get("account_login").headers
    settings.WEB_HTTPS, settings.SECURE_HSTS_SECONDS = True, 3600
    answer = Browser().get("account_login")
    assert answer.headers["Strict-Transport-Security"] == "max-age=3600"
