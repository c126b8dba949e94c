"""Every page in a real Chromium: axe finds nothing, it fits 320 px, and it is light.

The application runs as in production, in a process of its own, on one prepared register; officers
are signed in by sessions that this process writes. In both languages; light, dark and narrow.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import CHROMIUM
from pages import PAGES, Seen
from playwright.sync_api import Browser, Page, ViewportSize
from serving import Watch, World

EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast"]}
NARROW, WIDE = ViewportSize(width=320, height=700), ViewportSize(width=1280, height=900)
MOST = 100_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
]


def _violations(page: Page, options: dict[str, Any]) -> list[str]:
    found = Axe().run(page, options=options)
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("language", ["ur", "en"])
@pytest.mark.parametrize("seen", PAGES, ids=str)
def test_the_page_is_accessible_fits_and_is_light(
    seen: Seen, language: str, world: World, browser: Browser
) -> None:
    context = world.context(browser, seen.role, viewport=WIDE, color_scheme="light")
    page, watch = context.new_page(), Watch()
    watch.on(page)
    answer = page.goto(world.url(seen, language))
    assert answer is not None
    assert (answer.status, page.url) == (200, world.url(seen, language)), "not signed in?"
    page.wait_for_load_state("load")

    assert _violations(page, EVERYTHING) == []
    page.emulate_media(color_scheme="dark")
    assert _violations(page, COLOURS) == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    if seen is PAGES[0]:  # the menu of a small screen is the same on every page
        assert _violations(page, EVERYTHING) == []

    context.close()
    assert watch.wrong == []
    assert watch.octets < MOST
