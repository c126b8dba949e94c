"""The register that the tests of a browser share: served once for each module."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ARGUMENTS, CHROMIUM
from django.conf import settings
from playwright.sync_api import Browser, expect, sync_playwright
from register_builders import Office

from tests.conftest import pointed_at
from tests.web import hosting

if TYPE_CHECKING:
    from serving import World


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; it ends with this module, for its event loop is in nobody else's way."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
    _sqlite_template: Path,
    _keystore_template: Path,
    django_db_blocker: Any,
) -> Iterator["World"]:
    """Serve one register to all tests of this module."""
    from serving import World

    home = tmp_path_factory.mktemp("pages")
    database, keystore = home / "nsor.sqlite3", home / "keystore.sqlite3"
    shutil.copyfile(_sqlite_template, database)
    shutil.copyfile(_keystore_template, keystore)
    url = f"sqlite:///{database}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NSOR_DATABASE_URL", url)
        patch.setenv("NSOR_KEYSTORE_URL", f"sqlite:///{keystore}")
        for setting in ("AUDIT", "JOURNAL", "EVIDENCE"):
            patch.setenv(f"NSOR_{setting}_DIR", str(home / setting.lower()))
            patch.setattr(settings, f"{setting}_DIR", home / setting.lower())
        # Written before Chromium's event loop runs in this thread, and read again behind it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with django_db_blocker.unblock(), pointed_at(url, keystore):
            office = Office(home)
            with hosting.web(home, None, "nsor.web.asgi:application") as address:
                yield World(address, office)
