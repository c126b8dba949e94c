"""The statistics in a real Chromium: charts are drawn beside the tables, and nothing is missed."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import CHROMIUM
from playwright.sync_api import Browser, expect
from register_builders import people_rows
from serving import Watch, World

from nsor.register import statistics

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]
MOST = 100_000


@pytest.fixture(scope="module")
def counted(world: World) -> World:
    """Have some in Lahore and some in Quetta be counted."""
    rows = [
        row | {"district": "Lahore" if place < 12 else "Quetta"}
        for place, row in enumerate(people_rows(20, 500))
    ]
    world.office.published(*rows)
    statistics.refresh()
    return world


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", ["ur", "en"])
def test_a_chart_stands_beside_its_table(
    counted: World, browser: Browser, language: str, width: int
) -> None:
    context = counted.context(browser, "audit", viewport={"width": width, "height": 900})
    page, watch = context.new_page(), Watch()
    watch.on(page)
    page.goto(f"{counted.address}{'/en' if language == 'en' else ''}/console/statistics/")

    charts = page.locator("figure.chart canvas")
    expect(charts).to_have_count(2)
    expect(charts.first).to_be_visible()
    assert page.locator("figure.chart").first.bounding_box()["width"] <= width  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    drawn = json.loads(page.locator("#chart-places").text_content() or "")
    shown = page.locator("table.statistics").first.locator("tbody tr:not(.total)")
    assert shown.count() == len(drawn["values"])
    found = Axe().run(page)
    assert [one["id"] for one in found.response["violations"]] == []
    context.close()
    assert watch.wrong == []
    assert watch.octets < MOST


def test_without_script_the_tables_are_all_there(counted: World, browser: Browser) -> None:
    context = counted.context(browser, "audit", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{counted.address}/en/console/statistics/")
    expect(page.locator("table.statistics")).to_have_count(4)
    expect(page.locator("figure.chart").first).to_be_hidden()
    context.close()


def test_a_file_is_downloaded(counted: World, browser: Browser) -> None:
    context = counted.context(browser, "audit")
    page = context.new_page()
    page.goto(f"{counted.address}/en/console/statistics/")
    page.get_by_role("link", name="Export a table").click()
    page.get_by_label("Convictions by section").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()
    assert download.value.suggested_filename == "statistics-sections.csv"
    context.close()
