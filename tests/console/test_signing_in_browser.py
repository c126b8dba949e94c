"""Signing in with a real Chromium: the link, an authenticator app, a passkey, a recovery code.

The web application runs in a process of its own; the passkey is of Chromium's own test device.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from register_builders import Office
from sign_in_building import PASSWORD, a_link, code_now

from nsor.accounts import signing
from nsor.accounts.models import LastCode
from tests.web import hosting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; it ends with this module. Its event loop runs in the tests' own thread."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def address(sqlite_office: Office, tmp_path: Path) -> Iterator[str]:
    """Serve the console; a passkey needs it to have a name."""
    with hosting.web(tmp_path, None, "nsor.web.asgi:application") as served:
        yield served.replace("127.0.0.1", "localhost")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a fresh browser; no page of it may say that something went wrong."""
    context = browser.new_context()
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on(
        "console",
        lambda said: (
            wrong.append(said.text)
            if said.type in ("error", "warning") and "Failed to load resource" not in said.text
            else None
        ),
    )
    yield context
    context.close()
    assert wrong == []


def _first_steps(page: Page, address: str, name: str) -> None:
    """Open the one-time link and choose a password."""
    officer, _ = signing.add_officer(name, "entry")
    page.goto(f"{address}/en/account/first/{a_link(officer)}/")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save the password and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second factor")


def _keep_codes(page: Page) -> list[str]:
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_label("I have kept the codes in a safe place.").check()
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/en/console/queue/$"))
    return codes


def _sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/en/console/own/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")


def test_link_password_app_console_and_a_recovery_code(
    address: str, context: BrowserContext
) -> None:
    page = context.new_page()
    referers: list[str] = []
    page.on("request", lambda asked: referers.append(asked.headers.get("referer", "")))
    _first_steps(page, address, "Dawood")
    assert not any("/first/" in one for one in referers)

    page.get_by_role("link", name="Set up the app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Add the app").click()
    codes = _keep_codes(page)
    assert len(codes) == 10

    page.get_by_role("button", name="Sign out").click()
    _sign_in(page, address, "Dawood")
    LastCode.objects.all().delete()  # as if half a minute had gone by
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/en/console/own/$"))

    page.get_by_role("button", name="Sign out").click()
    _sign_in(page, address, "Dawood")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("9 codes are left.")).to_be_visible()


def test_a_passkey_is_added_signs_in_and_proves(address: str, context: BrowserContext) -> None:
    page = context.new_page()
    _with_an_authenticator(context, page)
    _first_steps(page, address, "Esha")

    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Name of the passkey").fill("key on my key ring")
    page.get_by_role("button", name="Add the passkey").click()
    _keep_codes(page)

    page.get_by_role("button", name="Sign out").click()
    _sign_in(page, address, "Esha")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page).to_have_url(re.compile("/en/console/own/$"))
    expect(page.get_by_text("key on my key ring")).to_be_visible()

    page.goto(f"{address}/en/account/factor/passkey/reauthenticate/?next=/en/console/own/")
    page.get_by_role("button", name="Use the passkey").click()
    expect(page).to_have_url(re.compile("/en/console/own/$"))


def _with_an_authenticator(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
