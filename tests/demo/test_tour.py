"""The tour in a real browser: enter, approve, text it, stay it by the source's API, text it again.

Once in Urdu and once in English, in one demo whose officers sign in by their one-time links with a
second factor. ``NSOR_PICTURES=docs/images`` keeps pictures of the way.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from browsing import ARGUMENTS, CHROMIUM
from playwright.sync_api import Browser, Page, expect, sync_playwright

from nsor.demo.cases import CASES
from nsor.demo.sample import Row
from tests.demo.demo_process import DemoProcess

PASSWORD = "a heron stands in the canal"
PICTURES = os.environ.get("NSOR_PICTURES")
PATIENCE = 30_000
WITHIN = 1_000
"""Milliseconds from the approval to a handset that is warned."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """Give a demo that is ready."""
    demo = DemoProcess(tmp_path_factory.mktemp("tour") / "home")
    try:
        yield demo.ready()
    finally:
        demo.end()


def link_of(demo: DemoProcess, role: str) -> str:
    """Return the one-time link that the demo printed for a role."""
    found = re.search(rf", {role}: (http\S+)", demo.said())
    assert found, demo.said()
    return found[1]


def console_of(demo: DemoProcess) -> str:
    """Return where the demo says that the console is, without a path."""
    return link_of(demo, "entry").partition("/account/")[0]


@pytest.fixture(scope="module")
def desks(browser: Browser, demo: DemoProcess) -> dict[str, Page]:
    """Give a window of each officer, signed in by the link, a password and a second factor."""
    return {role: _signed_in(browser, link_of(demo, role)) for role in ("entry", "approval")}


def _signed_in(browser: Browser, link: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(link)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main button.primary")
    if page.locator(".secret").count() == 0:
        page.click("a[href*='app/add']")
    secret = page.inner_text(".secret")
    page.fill("[name=code]", totp.format_hotp_value(totp.hotp_value(secret, _step())))
    page.click("main button.primary")
    page.check("[name=kept]")
    page.click("main button.primary")
    expect(page.locator("nav a[href*='queue']").first).to_be_visible()
    return page


def _step() -> int:
    return int(time.time()) // 30


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page, where a folder for them is named."""
    if PICTURES:
        page.wait_for_load_state()
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def day(text: str) -> str:
    """Return a day as a clerk types it."""
    year, month, of_month = text.split("-")
    return f"{of_month}/{month}/{year}"


def enter(page: Page, demo: DemoProcess, before: str, case: Row, scan: Path) -> int:
    """Enter a case from its scan and submit it; return the batch."""
    page.goto(f"{console_of(demo)}{before}/console/entry/")
    page.click("form[action$='/begin/'] button")
    texts = ("name_ur", "name_en", "father_name_ur", "father_name_en", "court", "case_number")
    for name in (*texts, "fir_number", "police_station", "district", "sentence"):
        page.fill(f"[name={name}]", case[name])
    page.fill("[name=number]", case["cnic"])
    page.fill("[name=section_1]", case["sections"])
    for name in ("date_of_birth", "offence_on", "convicted_on"):
        page.fill(f"[name={name}]", day(case[name]))
    for name in ("sex", "victim_category"):
        page.select_option(f"[name={name}]", case[name])
    page.set_input_files("[name=document]", scan)
    page.click("[formaction$='/document/']")
    page.wait_for_selector("[formaction*='/remove/']")
    picture(page, f"console-entry{before.replace('/', '-') or '-ur'}")
    page.click("#check")
    page.click("form[action$='/submit/'] button", timeout=PATIENCE)
    found = re.search(r"/draft/(\d+)/", page.url)
    waiting = page.goto(f"{console_of(demo)}{before}/console/approval/") if found else None
    assert waiting is None or waiting.status == 403, "an entry officer decides on nothing"
    return _newest_batch(demo)


def _newest_batch(demo: DemoProcess) -> int:
    return int(demo.nsor("batch", "list")["batches"][-1]["batch"])


def approve(page: Page, demo: DemoProcess, before: str, batch: int) -> None:
    """Look at an act beside its evidence, confirm each number, and approve it."""
    address = f"{console_of(demo)}{before}/console/approval/{batch}/"
    page.goto(address)
    while page.locator("form[action$='/pass/']").count():  # the authority was not asked yet
        page.wait_for_timeout(250)
        page.goto(address)
    expect(page.locator("img.evidence")).to_be_visible()
    for box in page.locator("form[action$='/approve/'] input[type=checkbox]").all():
        box.check()
    picture(page, f"console-approval{before.replace('/', '-') or '-ur'}")
    page.click("form[action$='/approve/'] button")
    page.wait_for_load_state()


def ask(page: Page, number: str, language: str) -> str:
    """Text a number and return the reply."""
    before = page.locator(".message.reply").count()
    page.fill("#text", number if language == "ur" else f"EN {number}")
    page.press("#text", "Enter")
    expect(page.locator(".message.reply")).to_have_count(before + 1, timeout=PATIENCE)
    return page.locator(".message.reply .bubble").last.inner_text()


@pytest.mark.parametrize(("language", "case"), [("en", 0), ("ur", 1)])
def test_the_tour(
    language: str, case: int, browser: Browser, demo: DemoProcess, desks: dict[str, Page]
) -> None:
    before = "/en" if language == "en" else ""
    row = CASES[case]
    number, name = row["cnic"], row[f"name_{language}"]
    none = "no record" if language == "en" else "کوئی ریکارڈ نہیں"
    handset = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    handset.goto(f"{demo.address}{before}/")
    assert none in ask(handset, number, language)

    batch = enter(
        desks["entry"], demo, before, row, demo.home / f"demo/scans/judgment-{case + 1}.png"
    )
    approve(desks["approval"], demo, before, batch)
    handset.wait_for_timeout(WITHIN)
    assert name in ask(handset, number, language)
    picture(handset, f"tour-warned-{language}")

    handset.click("[name=result][value=stayed]")
    expect(handset.locator("[role=status]").first).to_be_visible()
    assert "court=accepted" in handset.url
    handset.wait_for_timeout(WITHIN)
    assert none in ask(handset, number, language)
    picture(handset, f"tour-stayed-{language}")
