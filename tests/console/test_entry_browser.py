"""The form of an entry in a real Chromium: by the keyboard alone, saved while it is typed.

The application runs in a process of its own; the officer is signed in by a session.
"""

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM
from console_building import Desk
from entry_building import typed
from evidence_builders import a_paper
from playwright.sync_api import Browser, Page, expect
from serving import Watch, World
from waiting import eventually

from nsor.register import drafts
from nsor.register.models import Batch, BatchState, Conviction, EntryForm, Evidence
from nsor.web import bodies

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]


@pytest.fixture
def page(world: World, browser: Browser) -> Iterator[Page]:
    """Give a page of an entry officer; nothing may go wrong on it."""
    context = world.context(browser, "entry")
    page, watch = context.new_page(), Watch()
    watch.on(page)
    yield page
    wrong = [said for said in watch.wrong if not _GIVEN_UP.search(said)]
    context.close()
    assert wrong == []


_GIVEN_UP = re.compile("422|^htmx:|failed: .*/(sections|number|save)/$")
"""Chromium tells of an answer that names faults, and of a part that nobody waits for any more."""


def opened(page: Page, world: World, language: str = "en") -> int:
    """Open a fresh form, and return its number."""
    number = drafts.begin(world.office.amna)
    page.goto(world.address + Desk(language=language).address("console-entry-form", number))
    expect(page.locator("#id_number")).to_be_focused()
    return number


def values_of(world: World, number: int) -> dict[str, str]:
    form = drafts.find(number, world.office.amna)
    return dict(form.values) if form else {}


class Keyboard:
    """Types into a page as a clerk does, and counts the keys."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)
        self.keys += len(text)

    def at(self, name: str, most: int = 40) -> None:
        """Go on with Tab to a field or a button."""
        for _ in range(most):
            if self._page.evaluate("document.activeElement.name || document.activeElement.id") == (
                name
            ):
                return
            self.press("Tab")
        raise AssertionError(f"The keyboard doesn't come to {name}.")


TYPED_IN_ORDER = (
    ("number", "6110198765433"),
    ("name_ur", "ظفر اقبال"),
    ("name_en", "Zafar Iqbal"),
    ("father_name_ur", "نواز شاہد"),
    ("father_name_en", "Nawaz Shahid"),
    ("date_of_birth", "1/1/1980"),
    ("address", "House 7, Street 2, Gulberg"),
    ("district", "Lahore"),
    ("court", "Sessions Court, Lahore"),
    ("case_number", "12/2020"),
    ("fir_number", "101/2019"),
    ("police_station", "Civil Lines"),
    ("offence_on", "1/5/2019"),
    ("convicted_on", "1/6/2020"),
    ("section_1", "376"),
    ("section_2", "511/377"),
)


def test_a_conviction_is_entered_by_the_keyboard_alone(
    page: Page, world: World, tmp_path: Path
) -> None:
    begun = time.monotonic()
    page.goto(world.address + Desk(language="en").address("console-entry"))
    keyboard = Keyboard(page)
    keyboard.press("Enter")  # the button has the focus
    expect(page.locator("#id_number")).to_be_focused()
    form = EntryForm.objects.latest("pk").pk

    for name, text in TYPED_IN_ORDER:
        keyboard.at(name)
        keyboard.type(text)
    keyboard.at("victim_category")
    keyboard.type("child")
    keyboard.at("sentence_months")
    keyboard.type("120")
    keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/draft/[0-9]+/$"))
    batch = Batch.objects.get(form=form)
    expect(page.locator("main")).to_contain_text("PPC 511 with PPC 377")
    keyboard.press("Enter")  # the button that submits has the focus
    expect(page).to_have_url(re.compile(r"/console/entry/$"))

    batch.refresh_from_db()
    assert batch.state == BatchState.SUBMITTED
    took = time.monotonic() - begun
    print(f"\n{keyboard.keys} keys; the machine typed them in {took:.1f} s")
    assert keyboard.keys < 240  # at two keys a second, two minutes


@pytest.mark.parametrize("language", ["en", "ur"])
def test_what_is_typed_saves_itself_and_comes_back(page: Page, world: World, language: str) -> None:
    number = opened(page, world, language)

    page.keyboard.type("3520112345671")
    page.locator("#id_name_en").fill("Muham")

    eventually(lambda: values_of(world, number).get("name_en") == "Muham", "the form saves itself")
    expect(page.locator("#saved")).to_contain_text({"en": "Saved", "ur": "محفوظ"}[language])
    page.reload()
    expect(page.locator("#id_name_en")).to_have_value("Muham")
    expect(page.locator("#id_number")).to_have_value("3520112345671")


def test_a_number_is_looked_at_while_it_is_typed(page: Page, world: World) -> None:
    opened(page, world)
    said = page.locator("#number-said")

    page.keyboard.type("35201-1234567")
    expect(said).to_contain_text("13 digits")
    page.keyboard.type("-1")
    expect(said).to_contain_text("Punjab")
    page.locator("#id_sex").select_option("female")
    expect(said).to_contain_text("another sex")
    expect(page.locator("#id_number")).to_have_attribute("aria-describedby", re.compile("."))


def test_sections_are_suggested_while_they_are_typed(page: Page, world: World) -> None:
    opened(page, world)

    page.locator("#id_section_1").press_sequentially("511/37")

    options = page.locator("#sections option")
    expect(options.first).to_have_attribute("value", "PPC 511 with PPC 371A")
    page.locator("#id_section_2").press_sequentially("21")
    expect(options.first).to_have_attribute("value", "PECA 21")


def test_enter_saves_and_loses_nothing(page: Page, world: World) -> None:
    number = opened(page, world)
    page.keyboard.type("3520112345671")

    page.keyboard.press("Enter")

    eventually(lambda: bool(values_of(world, number).get("number")), "Enter saves the form")
    expect(page.locator("#id_number")).to_be_focused()
    expect(page.locator("#id_number")).to_have_value("3520112345671")


def test_the_focus_goes_to_the_first_error(page: Page, world: World) -> None:
    opened(page, world)
    page.keyboard.type("3520112345671")

    page.keyboard.press("Control+Enter")

    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("#id_name_ur")).to_be_focused()


def test_another_window_is_told_of(page: Page, world: World) -> None:
    number = opened(page, world)
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#id_name_en").fill("First")
    eventually(lambda: bool(values_of(world, number)), "the first window saves")

    other.locator("#id_name_en").fill("Second")

    expect(other.locator("#saved [role=alert]")).to_be_visible()
    expect(other.locator("#id_name_en")).to_have_value("Second")
    assert values_of(world, number)["name_en"] == "First"


def test_a_scan_is_added_without_losing_what_is_typed(
    page: Page, world: World, tmp_path: Path
) -> None:
    number, before = opened(page, world), Evidence.objects.count()
    scan = tmp_path / "judgment.pdf"
    scan.write_bytes(a_paper())
    page.locator("#id_name_en").fill("Muhammad Aslam")
    page.locator("#id_document").set_input_files(scan)

    page.get_by_role("button", name="Add the document").click()

    expect(page.locator("main")).to_contain_text("judgment.pdf")
    expect(page.locator("#id_name_en")).to_have_value("Muhammad Aslam")
    form = drafts.find(number, world.office.amna)
    assert form is not None
    assert [one.name for one in form.documents] == ["judgment.pdf"]
    assert Evidence.objects.count() == before  # it is nobody's yet


def test_the_whole_way_without_script(world: World, browser: Browser) -> None:
    before = Conviction.objects.count()
    context = world.context(browser, "entry", java_script_enabled=False)
    page = context.new_page()
    page.goto(world.address + Desk(language="ur").address("console-entry"))
    page.locator("main form button").first.click()
    for name, text in typed(case_number="77/2021", number="6110112345671", name_en="Zafar").items():
        field = page.locator(f"#id_{name}")
        if text and field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        elif text:
            field.fill(text)
    page.locator("button[value=alias]").click()
    page.locator("#id_alias_en_2").fill("Zafri")

    page.locator("#check").click()

    if "/alike/" in page.url:
        for radio in page.locator("input[value=another]").all():
            radio.check()
        page.locator("main form .actions button").click()
    expect(page.locator("main")).to_contain_text("Zafri")
    assert Conviction.objects.count() == before + 1
    context.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["told", "streamed"])
def test_what_is_too_large_is_refused_before_it_is_read(world: World, chunked: bool) -> None:
    host = world.address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.putrequest("POST", "/en/console/entry/form/1/document/")
    if chunked:
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        piece = b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n"
        for _ in range((bodies.LARGEST >> 20) + 1):
            connection.send(piece)
    else:
        connection.putheader("Content-Length", str(bodies.LARGEST + 1))
        connection.endheaders()

    answer = connection.getresponse()

    assert answer.status == 413
    assert "at most 20 MB" in answer.read().decode()
    connection.close()
