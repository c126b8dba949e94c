"""Settings that every test of the web application shares."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from nsor.demo.sample import five_to_try
from nsor.web.handset.line import Handset, install
from tests.web.builders import a_line
from tests.web.doubles import FakeLine


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.SECRET_KEY = "for tests only, and in no other process"


@pytest.fixture
def line() -> Iterator[FakeLine]:
    """Return the line of the handset that this process has for the length of a test."""
    double = a_line()
    install(Handset(line=double, examples=five_to_try(), short_code="7000", daily_limit=20))
    yield double
    install(None)
