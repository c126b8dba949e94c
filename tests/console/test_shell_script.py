"""What the shell does in a real Chromium, with script and without it."""

import re

import pytest
from browsing import CHROMIUM
from pages import PAGES, Seen
from playwright.sync_api import Browser, Page, ViewportSize, expect
from serving import World
from waiting import eventually

NARROW, WIDE = ViewportSize(width=320, height=700), ViewportSize(width=1280, height=900)
COMPONENTS = PAGES[0]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]


@pytest.fixture
def page(world: World, browser: Browser) -> Page:
    """Give the page of all components, in English."""
    page = world.context(browser, COMPONENTS.role, viewport=WIDE).new_page()
    page.goto(world.url(COMPONENTS, "en"))
    return page


def test_the_menu_opens_without_script_on_a_small_screen(world: World, browser: Browser) -> None:
    context = world.context(browser, "entry", viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    page.goto(world.url(COMPONENTS, "en"))
    link = page.get_by_role("link", name="My account")
    expect(link).to_be_hidden()

    page.get_by_text("Menu", exact=True).click()

    expect(link).to_be_visible()
    context.close()


def test_the_rooms_stand_beside_the_page_on_a_wide_screen(world: World, browser: Browser) -> None:
    page = world.context(browser, "entry", viewport=WIDE).new_page()
    page.goto(world.url(COMPONENTS, "ur"))
    link = page.get_by_role("link", name="میرا اکاؤنٹ")
    expect(link).to_be_visible()

    beside, text = link.bounding_box(), page.locator("main").bounding_box()

    assert beside
    assert text
    assert beside["x"] >= text["x"] + text["width"] - 1, "right of the page, where Urdu begins"


def test_the_summary_of_errors_has_the_focus_and_leads_to_its_fields(page: Page) -> None:
    expect(page.locator(".errors")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#id_cnic")).to_be_focused()


def test_the_skip_link_is_first_and_leads_past_the_rooms(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    skip = page.get_by_role("link", name="Skip to the page")
    skip.focus()
    expect(skip).to_be_in_viewport()

    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_a_part_that_could_not_be_fetched_is_told_and_said(page: Page) -> None:
    eventually(lambda: page.evaluate("!!window.htmx"), "the page loads htmx")
    page.route("**/components/", lambda route: route.fulfill(status=503, body="away"))

    page.get_by_role("button", name="Fetch it").click()

    sentence = "The register refused this. Open the page again and retry."
    expect(page.locator("#trouble")).to_have_text(sentence)
    expect(page.locator("#live")).to_have_text(sentence)


def test_what_is_fetched_keeps_the_focus_and_says_what_changed(page: Page) -> None:
    eventually(lambda: page.evaluate("!!window.htmx"), "the page loads htmx")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    button = page.get_by_role("button", name="Fetch it")

    button.click()

    expect(page.locator("#live")).to_have_text("The part was fetched.")
    expect(button).to_be_focused()
    assert "xhr" in asked
    assert "document" not in asked


def test_a_page_without_such_a_part_loads_no_htmx(world: World, browser: Browser) -> None:
    page = world.context(browser, "entry", viewport=WIDE).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(world.url(Seen("console-own", "entry"), "en"))
    page.wait_for_load_state("networkidle")

    assert any(url.endswith("/console.js") for url in asked)
    assert not any("htmx" in url for url in asked)


def test_a_form_with_something_unsaved_is_not_left_by_mistake(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.evaluate("document.querySelector('form.card').setAttribute('data-unsaved', '')")
    page.locator("#fresh_name_en").press_sequentially("A")

    page.reload()

    assert asked == ["beforeunload"]


def test_nothing_is_kept_in_the_browser(page: Page) -> None:
    kept = page.evaluate("[Object.keys(localStorage), Object.entries(sessionStorage)]")
    names = [cookie.get("name", "") for cookie in page.context.cookies()]

    path = page.url.removeprefix(page.evaluate("location.origin"))
    assert kept[0] == []
    assert kept[1] in ([], [["htmx-current-path-for-history", path]])
    assert all(re.fullmatch(r"nsor-(session|csrf|browser)", name) for name in names)
