"""What the web application logs: lines that a machine reads, and nothing that somebody typed."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from nsor.web import logs

NUMBER = "3520112345671"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Give what this process writes, configured as the served one is."""
    root, places = logging.getLogger(), io.StringIO()
    before = root.handlers
    logs.configure()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(places)
    yield places
    root.handlers = before


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("path", [f"/check/{NUMBER}", f"/?cnic={NUMBER}"])
def test_no_address_is_logged(path: str, written: io.StringIO) -> None:
    Client().get(f"{path}x")
    assert NUMBER not in written.getvalue()


def test_the_status_is_logged_with_its_time(written: io.StringIO) -> None:
    Client().get("/no/such/page")

    (line,) = lines(written)
    assert line["event"] == "A request was answered with 404."
    assert (line["logger"], line["level"]) == ("django.request", "warning")
    age = datetime.now(UTC) - datetime.fromisoformat(line["timestamp"])
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_of_an_error_its_type_and_place_are_logged_and_not_what_it_says(
    written: io.StringIO,
) -> None:
    try:
        raise ValueError(NUMBER)
    except ValueError as error:
        for name in ("django.request", "anything"):
            logging.getLogger(name).error("It broke.", exc_info=error)

    assert NUMBER not in written.getvalue()
    assert [line["error"] for line in lines(written)] == ["ValueError", "ValueError"]
    assert all(line["where"].startswith("test_request_logs.py:") for line in lines(written))
