"""An officer who signs in with a browser, as the tests of it give one."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from nsor.accounts import links, sealing, signing
from nsor.accounts.acting import short_write
from nsor.accounts.models import LastCode, Officer

PASSWORD = "a heron stands in the canal"
HOME = "203.0.113.7"
ELSEWHERE = "198.51.100.23"


def a_link(officer: Officer) -> str:
    """Issue a one-time link; return its token."""
    with short_write():
        return links.issue(officer, "system")


class Browser:
    """A browser at an address; it keeps its cookies."""

    def __init__(self, address: str = HOME) -> None:
        self.client = Client(headers={"host": "localhost"}, REMOTE_ADDR=address)

    def get(self, page: str, *args: object) -> HttpResponse:
        with translation.override("en"):
            return self.client.get(reverse(page, args=args))  # type: ignore[return-value]

    def post(self, page: str, /, *args: object, **data: str) -> HttpResponse:
        with translation.override("en"):
            return self.client.post(reverse(page, args=args), data)  # type: ignore[return-value]

    def password(self, name: str, password: str = PASSWORD) -> HttpResponse:
        return self.post("account_login", login=name, password=password)

    def code(self, code: str) -> HttpResponse:
        return self.post("mfa_authenticate", code=code)

    def is_in(self) -> bool:
        return self.get("console-own").status_code == 200

    def key(self) -> str:
        return self.client.cookies[settings.SESSION_COOKIE_NAME].value


def code_now(secret: str) -> str:
    """Return the code that an authenticator app shows."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def secret_of(officer: Officer) -> str:
    """Return the secret of an officer's authenticator app."""
    row = Authenticator.objects.get(user=officer, type=Authenticator.Type.TOTP)
    return sealing.opened(row.data["secret"])


def fresh_code(officer: Officer) -> str:
    """Return a code that was not used yet."""
    LastCode.objects.filter(officer=officer).delete()  # as if half a minute had gone by
    return code_now(secret_of(officer))


def chosen(browser: Browser, token: str, password: str = PASSWORD) -> HttpResponse:
    """Choose a password on the page of a one-time link."""
    return browser.post("account_first", token, password1=password, password2=password)


def with_app(browser: Browser) -> HttpResponse:
    """Set up an authenticator app; return the answer to its first code."""
    shown = browser.get("mfa_activate_totp").content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', shown)
    assert found, shown
    return browser.post("mfa_activate_totp", code=code_now(found[1]))


def enrolled(name: str = "Dawood", role: str = "entry") -> tuple[Officer, Browser, list[str]]:
    """Return an officer who signed in for the first time, the browser, and the recovery codes."""
    officer, _ = signing.add_officer(name, role)
    browser = Browser()
    chosen(browser, a_link(officer))
    with_app(browser)
    codes = re.findall(
        r"<li>([0-9]{10})</li>", browser.get("mfa_view_recovery_codes").content.decode()
    )
    browser.post("mfa_view_recovery_codes", kept="yes")
    officer.refresh_from_db()
    return officer, browser, codes


def signed_in(officer: Officer, address: str = HOME) -> Browser:
    """Return a browser of an officer who signed in again."""
    browser = Browser(address)
    browser.password(officer.name)
    answer = browser.code(fresh_code(officer))
    assert answer.status_code == 302, answer.content.decode()
    return browser
