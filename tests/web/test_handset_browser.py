"""The handset in a real Chromium: keyboard, screen reader, no script, small screens, faults.

The web application runs in a process of its own and asks a message centre at a Unix socket, as in
the demo; only what the message centre would do with SMPP is a double.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import ARGUMENTS, CHROMIUM
from playwright.sync_api import Browser, Page, expect, sync_playwright

from nsor.demo import sample
from nsor.disclosure import wording
from nsor.web.handset.words import WORDS
from tests.web import hosting
from tests.web.builders import a_line
from tests.web.doubles import FakeLine

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]


@dataclass
class Demo:
    """A running handset: its address, the double behind it, and the socket between them."""

    address: str
    line: FakeLine
    socket: Path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; it ends with this module, for its event loop is in nobody else's way."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        expect.set_options(timeout=20_000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve the demo's web application; each test brings its own message centre."""
    home = tmp_path_factory.mktemp("home")
    socket = home / "line.sock"
    with hosting.web(home, socket, "nsor.demo.asgi:application") as address:
        yield address, socket


@pytest.fixture
def demo(served: tuple[str, Path]) -> Iterator[Demo]:
    """Give a handset whose message centre knows the sample's five numbers."""
    address, socket = served
    line = a_line()
    with hosting.message_centre(socket, line):
        yield Demo(address, line, socket)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page in a fresh session, on a telephone's small screen; nothing may go wrong on it."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if _bad(message) else None)
    yield page
    context.close()
    assert wrong == []


def _bad(message: object) -> bool:
    """Tell what no page may say; that a fetch got 503 is said by Chromium and is a test's doing."""
    kind, text = getattr(message, "type", ""), getattr(message, "text", "")
    return kind in ("error", "warning") and "Failed to load resource" not in text


def test_a_typed_text_is_answered_in_urdu_and_the_keyboard_stays_where_it_was(
    demo: Demo, page: Page
) -> None:
    page.goto(demo.address)
    field = page.get_by_label("7000 کے نام پیغام")
    field.click()

    page.keyboard.type("35201-1234567-1")
    page.keyboard.press("Enter")

    reply = page.locator(".reply .bubble")
    expect(reply).to_have_text(wording.not_listed("ur", "3520112345671"))
    expect(reply).to_have_attribute("lang", "ur")
    expect(reply).to_have_attribute("dir", "rtl")
    expect(page.locator(".reply .facts")).to_contain_text("UCS-2")
    expect(page.locator(".reply .facts")).to_contain_text("12 ملی سیکنڈ")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    assert demo.line.sent[0][1] == "35201-1234567-1"


def test_the_urdu_of_a_reply_is_set_in_the_bundled_nastaliq(demo: Demo, page: Page) -> None:
    page.goto(demo.address)

    loaded = page.evaluate(
        "document.fonts.load('16px \"Noto Nastaliq Urdu\"', 'خبردار').then(f => f[0]?.status)"
    )

    assert loaded == "loaded"


def test_without_a_mouse_the_whole_page_can_be_used(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.address}/en/")
    wanted = page.get_by_role("button", name="A man on the register")
    for _ in range(12):
        page.keyboard.press("Tab")
        if wanted.evaluate("button => button === document.activeElement"):
            break

    page.keyboard.press("Enter")

    expect(page.locator(".reply .bubble")).to_contain_text("son of")
    expect(page.locator(".reply .bubble")).to_have_attribute("lang", "en")
    expect(wanted).to_be_focused()


def test_a_screen_reader_hears_each_message_once(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.address}/en/")
    log = page.get_by_role("log", name="Messages with 7000")
    page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver(records => records.forEach(record => record.addedNodes.forEach(
                node => node.nodeType === 1 && !node.closest('[aria-live="off"]')
                    && window.heard.push(node.className)
            ))).observe(document.getElementById("log"), { childList: true, subtree: true });
        }"""
    )
    demo.line.silent = True

    page.get_by_role("button", name="A man on the register").click()
    expect(log.locator(".question")).to_be_visible()
    demo.line.silent = False
    page.get_by_role("button", name="A woman on the register").click()
    expect(log.locator(".reply")).to_be_visible()

    assert page.evaluate("window.heard") == [
        "message question",
        "message question",
        "message reply",
    ]
    expect(log.get_by_role("listitem").last).to_contain_text("7000:")


def test_without_script_the_same_form_shows_the_reply(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.address)

    page.locator("#text").fill(sample.LONG_NAME)
    page.keyboard.press("Enter")

    expect(page.locator(".reply .bubble")).to_have_text(demo.line.replies[f"ur {sample.LONG_NAME}"])
    expect(page.locator(".reply .facts")).to_contain_text("3 حصے")
    context.close()


def test_a_gateway_that_is_away_is_told_and_the_text_is_kept(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.address}/en/")
    page.locator("#text").fill(sample.MAN)
    expect(page.locator("#log")).to_be_visible()
    demo.line.fault = "gateway_away"

    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text(WORDS["gateway_away"]["en"])
    expect(page.locator("#text")).to_have_value(sample.MAN)
    demo.line.fault = None
    page.locator("#text").press("Enter")
    expect(page.locator(".reply .bubble")).to_contain_text("خبردار!")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_message_centre_that_stops_and_comes_back_is_told_and_taken_back(
    served: tuple[str, Path], page: Page
) -> None:
    address, socket = served
    with hosting.message_centre(socket, a_line()):
        page.goto(f"{address}/en/")
    expect(page.get_by_role("alert")).to_have_text(WORDS["centre_down"]["en"])

    with hosting.message_centre(socket, a_line()):
        page.locator("#text").fill(sample.MAN)
        page.keyboard.press("Enter")
        expect(page.locator(".reply .bubble")).to_contain_text("خبردار!")
        expect(page.get_by_role("alert")).to_be_hidden()


def test_no_reply_for_a_while_is_told(demo: Demo, page: Page) -> None:
    demo.line.silent = True
    page.clock.install()
    page.goto(f"{demo.address}/en/")
    page.locator("#text").fill(sample.MAN)
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_be_visible()
    expect(page.locator(".late")).to_be_hidden()

    page.clock.fast_forward(11_000)

    late = page.get_by_role("log").get_by_text("No reply has come within 10 seconds.")
    expect(late).to_be_visible()
    assert late.evaluate("note => note.closest('[aria-live=off]')") is None


def test_a_new_sim_in_another_tab_is_seen_here(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.address}/en/")
    page.locator("#text").fill(sample.MAN)
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{demo.address}/en/")
    other.get_by_role("button", name="New SIM").click()
    expect(other.locator("#empty")).to_be_visible()
    new = other.locator("#log").get_attribute("data-sim")
    assert new

    other.locator("#text").fill(sample.MAN)
    other.keyboard.press("Enter")
    expect(other.locator(".reply")).to_be_visible()
    page.locator("#text").fill(sample.WOMAN)
    page.keyboard.press("Enter")

    expect(page.locator("#log")).to_have_attribute("data-sim", new)


def test_markup_that_comes_back_in_a_message_is_only_text(demo: Demo, page: Page) -> None:
    page.goto(demo.address)

    page.locator("#text").fill("<img src=x onerror=document.title='broken'>")
    page.keyboard.press("Enter")

    expect(page.locator(".question .bubble")).to_contain_text("<img src=x")
    assert page.locator(".bubble img").count() == 0
    assert page.title() != "broken"


def test_no_address_that_is_asked_for_is_remote_or_holds_personal_data(
    demo: Demo, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.address)
    page.locator("#text").fill(sample.MAN)
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_be_visible()
    sim = page.locator("#log").get_attribute("data-sim")

    assert sim
    assert len(asked) > 5
    for url in asked:
        assert url.startswith(f"{demo.address}/"), url
        assert sim not in url
        assert sample.MAN not in url


def test_static_files_may_be_kept_for_ever_and_pages_never(demo: Demo, page: Page) -> None:
    kept: dict[str, str | None] = {}
    page.on("response", lambda answer: kept.update({answer.url: _cached(answer.all_headers())}))
    page.goto(demo.address)
    page.evaluate("document.fonts.ready.then(() => 0)")

    assert "no-store" in (kept.pop(f"{demo.address}/") or "")
    static = {url: value for url, value in kept.items() if "/static/" in url}
    assert len(static) >= 4
    assert all("max-age=31536000" in (value or "") for value in static.values())


def _cached(headers: dict[str, str]) -> str | None:
    return headers.get("cache-control")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", ["/", "/en/"])
def test_the_page_is_accessible_and_fits(
    demo: Demo, browser: Browser, path: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(demo.address + path)
    demo.line.silent = True
    page.locator("#text").fill("35201-1234567-1 کا ریکارڈ")
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_be_visible()
    demo.line.silent = False
    page.locator("#text").fill(sample.LONG_NAME)
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_be_visible()
    demo.line.fault = "gateway_away"
    page.locator("#text").fill(sample.LONG_NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()
