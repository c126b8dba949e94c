"""A search in a real Chromium: found without a new page, kept through back, reload and language."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import CHROMIUM
from playwright.sync_api import Browser, expect
from serving import Watch, World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]
RESULTS = re.compile(r"/console/search/results/[\w-]+/$")


@pytest.mark.parametrize("scripted", [True, False])
def test_a_search_is_found_and_opens_again(world: World, browser: Browser, scripted: bool) -> None:
    context = world.context(browser, "entry", java_script_enabled=scripted)
    page, watch = context.new_page(), Watch()
    watch.on(page)
    page.goto(f"{world.address}/en/console/search/")
    page.get_by_label("Name", exact=False).first.fill("Mohd Aslam")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("link", name="Muhammad Aslam")).to_be_visible()
    expect(page).to_have_url(RESULTS)
    assert "Aslam" not in page.url
    page.reload()
    expect(page.get_by_role("link", name="Muhammad Aslam")).to_be_visible()
    page.locator("a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "ur")
    expect(page.get_by_role("link", name="Muhammad Aslam")).to_be_visible()
    if scripted:
        assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="Muhammad Aslam").click()
    page.go_back()
    expect(page.get_by_role("link", name="Muhammad Aslam")).to_be_visible()
    context.close()
    assert watch.wrong == []
