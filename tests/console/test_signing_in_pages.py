"""Signing in: the one-time link, the second factor, and what is reached before it."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from register_builders import Office
from sign_in_building import (
    HOME,
    PASSWORD,
    Browser,
    a_link,
    chosen,
    enrolled,
    fresh_code,
    signed_in,
    with_app,
)

from nsor.accounts import links, signing
from nsor.accounts.models import FirstLink, Officer
from nsor.accounts.services import BadCredentials, add_officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry


def _acts() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("act", flat=True))


def test_from_the_link_to_the_console(office: Office) -> None:
    officer, _ = signing.add_officer("Dawood", "entry")
    browser = Browser()
    token = a_link(officer)

    assert "Dawood" in browser.get("account_first", token).content.decode()
    assert chosen(browser, token).headers["Location"].endswith("/account/factor/")
    assert with_app(browser).headers["Location"].endswith("/account/factor/codes/")
    shown = browser.get("mfa_view_recovery_codes")
    assert len(re.findall("<li>[0-9]{10}</li>", shown.content.decode())) == 10
    assert browser.get("console-own").headers["Location"].endswith("/account/factor/codes/")
    assert browser.post("mfa_view_recovery_codes").status_code == 422
    assert browser.post("mfa_view_recovery_codes", kept="yes").status_code == 302

    assert browser.is_in()
    assert _acts()[-5:] == [
        Act.LINK_USED,
        Act.PASSWORD_SET,
        Act.SIGNED_IN,
        Act.SECOND_FACTOR_ADDED,
        Act.RECOVERY_CODES_MADE,
    ]
    assert browser.get("mfa_view_recovery_codes").status_code == 302


def test_password_and_code_let_in_and_either_alone_does_not(office: Office) -> None:
    officer, _, codes = enrolled()
    browser = Browser()

    assert browser.password("Dawood").headers["Location"].endswith("/factor/authenticate/")
    assert not browser.is_in()
    assert browser.code("000000").status_code == 422
    answer = browser.code(fresh_code(officer))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/console/queue/")
    assert browser.is_in()

    other = Browser()
    other.password("Dawood")
    assert other.code(codes[0]).status_code == 302
    assert other.is_in()
    again = Browser()
    again.password("Dawood")
    assert again.code(codes[0]).status_code == 422
    assert not again.is_in()


def test_who_signs_in_is_entered_with_the_factors(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    signed_in(officer)

    entry = Entry.objects.filter(act=Act.SIGNED_IN).last()
    assert entry is not None
    assert (entry.actor, entry.subject) == (f"officer:{officer.pk}", "")
    assert trail.details(entry.pk) == {"factors": ["password", "totp"], "address": HOME}


def test_before_the_second_factor_nothing_is_reached_but_what_sets_it_up(
    sqlite_office: Office,
) -> None:
    officer, _ = signing.add_officer("Dawood", "administration")
    browser = Browser()
    chosen(browser, a_link(officer))

    for name in ("console-own", "console-officers", "console-queue"):
        assert browser.get(name).headers["Location"].endswith("/account/factor/")
    for name in ("account_change_password", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        assert "/login/" in browser.get(name).headers["Location"] or (
            "/reauthenticate/" in browser.get(name).headers["Location"]
        )
    assert browser.get("mfa_view_recovery_codes").status_code == 302
    assert "Work queue" not in browser.get("mfa_index").content.decode()


def test_a_link_opens_once_and_looking_at_it_spends_nothing(sqlite_office: Office) -> None:
    officer, _ = signing.add_officer("Dawood", "entry")
    token = a_link(officer)

    for _ in range(3):
        page = Browser().get("account_first", token)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "strict-origin"
    assert chosen(Browser(), token, "short").status_code == 422
    assert chosen(Browser(), token).status_code == 302
    assert chosen(Browser(), token).status_code == 404
    assert Browser().get("account_first", token).status_code == 404
    assert Browser().get("account_first", "x" * 43).status_code == 404
    assert not FirstLink.objects.filter(token_hash=token.encode()).exists()


def test_a_link_is_given_with_its_address() -> None:
    with translation.override("ur"):
        assert links.address("token").endswith(reverse("account_first", args=["token"]))


def test_a_link_ends_after_three_days_or_with_another(sqlite_office: Office) -> None:
    officer, _ = signing.add_officer("Dawood", "entry")
    old = a_link(officer)
    new = a_link(officer)
    assert Browser().get("account_first", old).status_code == 404
    assert Browser().get("account_first", new).status_code == 200

    FirstLink.objects.update(expires_at=timezone.now())
    assert Browser().get("account_first", new).status_code == 404


def test_a_fresh_link_ends_what_was_there(sqlite_office: Office) -> None:
    officer, browser, _ = enrolled()

    a_link(officer)

    assert not browser.is_in()
    assert Browser().password("Dawood").status_code == 422
    assert not Authenticator.objects.filter(user=officer).exists()


def test_who_has_left_is_out_at_once_and_can_not_come_back(sqlite_office: Office) -> None:
    _, browser, _ = enrolled()
    secret = sqlite_office.secrets["Amna"]
    Officer.objects.filter(name__in=["Dawood", "Amna"]).update(is_active=False)

    assert not browser.is_in()
    assert Browser().password("Dawood").status_code == 422
    with pytest.raises(BadCredentials):
        signing.sign_in("Amna", secret)


def test_a_source_never_signs_in(sqlite_office: Office) -> None:
    source, secret = add_officer("Sessions Court", "source")
    source.set_password(PASSWORD)
    source.save()

    assert Browser().password("Sessions Court").status_code == 422
    with pytest.raises(BadCredentials):
        signing.sign_in("Sessions Court", secret)


def test_no_answer_tells_whether_an_account_exists(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled()
    signing.add_officer("Ended", "entry")
    Officer.objects.filter(name="Ended").update(is_active=False, password=_hash_of("Dawood"))
    hashed: list[str] = []
    encode = ScryptPasswordHasher.encode

    def counted(self: ScryptPasswordHasher, password: str, *args: Any, **kwargs: Any) -> str:
        hashed.append(password)
        return encode(self, password, *args, **kwargs)

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    seen = set()
    for name, password in (
        ("Dawood", "another password"),
        ("Nobody at all", "another password"),
        ("Bilal", "another password"),  # has chosen none yet
        ("Ended", PASSWORD),
    ):
        hashed.clear()
        answer = Browser().password(name, password)
        text = re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
        seen.add((answer.status_code, text, len(hashed), tuple(sorted(answer.headers))))

    assert len(seen) == 1
    assert next(iter(seen))[0] == 422


def test_the_password_is_changed_by_who_knows_it_and_ends_the_other_sessions(
    sqlite_office: Office,
) -> None:
    officer, browser, _ = enrolled()
    other = signed_in(officer)
    new = "another heron in another canal"

    wrong = browser.post(
        "account_change_password", oldpassword="not this", password1=new, password2=new
    )
    assert wrong.status_code == 422
    changed = browser.post(
        "account_change_password", oldpassword=PASSWORD, password1=new, password2=new
    )

    assert changed.status_code == 302
    assert browser.is_in()
    assert not other.is_in()
    assert Browser().password("Dawood", new).status_code == 302


def test_a_code_is_believed_once(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    code = fresh_code(officer)
    first, second = Browser(), Browser()
    first.password("Dawood")
    second.password("Dawood")

    assert first.code(code).status_code == 302
    assert second.code(code).status_code == 422


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}"])
def test_a_code_is_read_however_it_is_typed(sqlite_office: Office, written: str) -> None:
    officer, _, _ = enrolled()
    code = fresh_code(officer)
    browser = Browser()
    browser.password("Dawood")
    urdu = code.translate({ord(str(value)): chr(0x06F0 + value) for value in range(10)})

    assert browser.code(written.format(urdu[:3], urdu[3:])).status_code == 302


def test_the_session_has_a_new_key_after_each_step(sqlite_office: Office) -> None:
    officer, _, _ = enrolled()
    browser = Browser()
    browser.password("Dawood")
    between = browser.key()
    browser.code(fresh_code(officer))

    assert browser.key() != between


def test_a_second_factor_can_be_removed_but_never_the_last(sqlite_office: Office) -> None:
    officer, browser, _ = enrolled()

    assert browser.post("mfa_deactivate_totp").status_code == 422
    Authenticator.objects.create(
        user=officer, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    assert browser.post("mfa_deactivate_totp").status_code == 302
    last = Authenticator.objects.get(user=officer, type=Authenticator.Type.WEBAUTHN)
    assert browser.post("mfa_remove_webauthn", last.pk).status_code == 422
    assert Authenticator.objects.filter(pk=last.pk).exists()


def test_nobody_removes_the_passkey_of_another(sqlite_office: Office) -> None:
    _, browser, _ = enrolled()
    other = Authenticator.objects.create(
        user=sqlite_office.amna,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "key", "credential": {}},
    )
    assert browser.post("mfa_remove_webauthn", other.pk).status_code == 404


@pytest.mark.parametrize(
    "said", ["{}", "[]", '"x"', "null", '{"id": [], "response": 7}', "nonsense"]
)
def test_whatever_a_browser_says_of_a_passkey_is_a_fault_and_no_failure(
    sqlite_office: Office, said: str
) -> None:
    _, browser, _ = enrolled()
    assert browser.post("mfa_add_webauthn", credential=said).status_code == 422
    other = Browser()
    other.password("Dawood")
    assert other.post("mfa_authenticate", credential=said).status_code == 422


def test_new_recovery_codes_take_the_place_of_the_old(sqlite_office: Office) -> None:
    _, browser, old = enrolled()

    assert browser.post("mfa_generate_recovery_codes").status_code == 302
    shown = browser.get("mfa_view_recovery_codes").content.decode()
    new = re.findall("<li>([0-9]{10})</li>", shown)
    browser.post("mfa_view_recovery_codes", kept="yes")

    assert not set(new) & set(old)
    other = Browser()
    other.password("Dawood")
    assert other.code(old[1]).status_code == 422
    assert other.code(new[1]).status_code == 302


def test_signing_out_ends_the_session(sqlite_office: Office) -> None:
    _, browser, _ = enrolled()
    cookie = browser.key()

    assert browser.get("account_logout").status_code == 200
    assert browser.is_in()
    assert browser.post("account_logout").status_code == 302

    assert not browser.is_in()
    browser.client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not browser.is_in()
    assert _acts()[-1] == Act.SIGNED_OUT


def test_what_nobody_needs_is_not_there() -> None:
    for name in ("account_signup", "account_reset_password", "account_email", "mfa_edit_webauthn"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert Browser().client.get(path).status_code == 404


def test_the_cookies_can_not_be_read_by_script_or_sent_by_other_sites(
    sqlite_office: Office,
) -> None:
    _, browser, _ = enrolled()
    cookies = browser.client.cookies
    for name in (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.DEVICE_COOKIE_NAME,
    ):
        if name in cookies:
            assert cookies[name]["httponly"]
            assert cookies[name]["samesite"] == "Strict"
    assert cookies[settings.SESSION_COOKIE_NAME].value
    assert cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def _hash_of(name: str) -> str:
    return Officer.objects.get(name=name).password
