"""The demo from its start to its end: real processes, real sockets, a real browser."""

import re
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM
from demo_process import PLACES, DemoProcess
from playwright.sync_api import Browser, Page, expect, sync_playwright
from waiting import eventually

from nsor.demo import sample
from nsor.disclosure import wording

DemoIn = Callable[..., DemoProcess]
ROWS = {row["cnic"]: row for row in sample.rows()}


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a real browser."""
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(20_000)
        yield page
        browser.close()


def warning(cnic: str) -> str:
    """Return what the register says of a man of the sample."""
    row = ROWS[cnic]
    return wording.listed(
        "ur", name=row["name_ur"], father=row["father_name_ur"], sex="male", relation="father"
    )


def test_the_sample_is_entered_on_the_first_start_and_kept_on_the_second(
    demo_in: DemoIn, home: Path
) -> None:
    demo = demo_in(home)
    assert demo.nsor("check", sample.MAN)["outcome"] == "listed"
    officer = demo.nsor("officer", "add", "Somebody", "--role", "approval")
    demo.nsor(
        *("withdraw", sample.MAN, "--officer", "Somebody", "--reason", "Wrongly listed."),
        secret=officer["secret"],
    )

    demo.ready()

    assert demo.nsor("check", sample.MAN)["outcome"] == "not_listed"
    assert demo.nsor("check", sample.LONG_NAME)["outcome"] == "listed"
    assert demo.nsor("batch", "list")["batches"] == []
    assert "as the last run of the demo left it" in demo.said()
    assert demo.send(signal.SIGTERM) == 0
    assert demo.processes() == {}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed.")
def test_somebody_tries_the_handset_and_presses_ctrl_c(
    demo_in: DemoIn, home: Path, page: Page
) -> None:
    demo = demo_in(home).ready()
    page.goto(demo.address)
    replies = page.locator(".reply .bubble")

    page.get_by_role("button", name="رجسٹر میں درج مرد").click()
    expect(replies).to_have_count(1)
    expect(replies.last).to_have_text(warning(sample.MAN))
    facts = page.locator(".reply .facts").last
    expect(facts).to_contain_text("UCS-2")
    expect(facts).to_contain_text(re.compile(r"\d ملی سیکنڈ"))
    expect(page.locator(".question").last).to_have_attribute("data-state", "answered")

    page.get_by_role("button", name="بہت لمبا نام").click()
    expect(replies).to_have_count(2)
    expect(replies.last).to_have_text(warning(sample.LONG_NAME))
    expect(page.locator(".reply .facts").last).to_contain_text("3 حصے")

    field = page.get_by_label("7000 کے نام پیغام")
    field.fill(f"کیا {sample.UNLISTED} کے بارے میں کچھ معلوم ہے؟ " + "یہ پیغام لمبا ہے۔ " * 8)
    field.press("Enter")
    expect(replies).to_have_count(3)
    expect(replies.last).to_have_text(wording.not_listed("ur", sample.UNLISTED))

    field.fill("EN 30000-1000001-1")
    field.press("Enter")
    expect(replies).to_have_count(4)
    expect(replies.last).to_contain_text("Beware! Imran Farzi son of Bashir Farzi is a convict.")
    expect(page.locator(".reply .facts").last).to_contain_text("GSM 7-bit")

    field.fill("سلام")
    field.press("Enter")
    expect(replies).to_have_count(5)
    expect(replies.last).to_have_text(wording.unreadable("ur", "7000"))

    assert demo.interrupt() == 0
    assert demo.processes() == {}
    assert "Traceback" not in demo.said()
    for log in ("gateway.log", "web.log"):
        text = (home / "demo" / log).read_text()
        assert "Traceback" not in text
        assert sample.MAN not in text


def test_the_five_numbers_are_named_and_what_is_on_disk_is_its_owners_alone(
    demo_in: DemoIn, home: Path
) -> None:
    demo = demo_in(home, NSOR_SHORT_CODE="7001", COLUMNS="200").ready()

    assert "text one of these numbers to 7001" in demo.said()
    for example in sample.five_to_try():
        cnic = f"{example.cnic[:5]}-{example.cnic[5:12]}-{example.cnic[12:]}"
        assert re.search(
            f"{cnic} +{re.escape(example.who_en)} +{re.escape(example.sees_en)}", demo.said()
        )
    assert "7001" in demo.page("/en/")
    for name in ("nsor.sqlite3", "keys.json", "outbox.sqlite3", "demo/gateway.log", "demo/web.log"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600, name

    demo.kill("nsor.cli gateway")

    assert demo.exit_code() == 1
    assert "The SMS gateway ended unexpectedly, by signal 9, so the demo ended too." in demo.said()
    assert "directory_loaded" in demo.said()
    assert demo.processes() == {}


def test_the_end_of_the_web_application_ends_all(demo_in: DemoIn, home: Path) -> None:
    demo = demo_in(home).ready()

    demo.kill("granian")

    assert demo.exit_code() == 1
    assert "The web application ended unexpectedly, by signal 9" in demo.said()
    assert demo.processes() == {}


def test_nothing_outlives_a_demo_that_was_killed(demo_in: DemoIn, home: Path) -> None:
    demo = demo_in(home).ready()
    assert demo.process is not None
    assert len(demo.processes()) >= 3
    assert demo.reached_by_ctrl_c() == {demo.process.pid}

    demo.send(signal.SIGKILL)

    eventually(lambda: demo.processes() == {}, "all processes have ended")


def test_ctrl_c_before_it_is_ready_ends_it_as_well(demo_in: DemoIn, home: Path) -> None:
    demo = demo_in(home).start()
    eventually(lambda: "Starting the gateway" in demo.said(), "the start has begun")

    assert demo.interrupt() == 0
    assert demo.processes() == {}
    assert "Traceback" not in demo.said()


@pytest.mark.parametrize("variable", PLACES)
def test_a_port_in_use_is_told_with_the_variable_to_change(demo_in: DemoIn, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        demo = demo_in(**{variable: f"127.0.0.1:{port}"}).start()

        assert demo.exit_code() == 1

    assert f"Something else listens at 127.0.0.1:{port} already." in demo.said()
    assert f"set {variable} to another address" in demo.said()
    assert not demo.home.exists()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("NSOR_WEB_BIND", "8000", "NSOR_WEB_BIND is written host:port, such as 127.0.0.1:8000."),
        ("NSOR_WEB_BIND", "192.0.2.1:8000", "Set it to an address of this machine"),
        ("NSOR_DAILY_LIMIT", "many", "NSOR_DAILY_LIMIT is a whole number from 0 to"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_anything_is_done(
    demo_in: DemoIn, variable: str, value: str, sentence: str
) -> None:
    demo = demo_in(**{variable: value}).start()

    assert demo.exit_code() == 1
    assert sentence in demo.said()
    assert not demo.home.exists()


def test_a_register_that_others_work_in_is_left_alone(demo_in: DemoIn) -> None:
    demo = demo_in()
    demo.nsor("migrate")
    demo.nsor("officer", "add", "Somebody", "--role", "entry")

    demo.start()

    assert demo.exit_code() == 1
    assert "Set NSOR_HOME to an empty folder for the demo" in demo.said()
    assert demo.nsor("batch", "list")["batches"] == []
