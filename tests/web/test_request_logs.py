"""What the web application logs: lines that a machine reads, and nothing that somebody typed."""

import asyncio
import gc
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


def test_no_address_is_logged(written: io.StringIO) -> None:
    Client().get(f"/check/{NUMBER}x")
    assert NUMBER not in written.getvalue()


def test_the_status_is_logged_with_its_time(written: io.StringIO) -> None:
    Client().get("/no/such/page")

    (line,) = lines(written)
    assert line["event"] == "A request was answered with 404."
    assert (line["logger"], line["level"]) == ("django.request", "warning")
    age = datetime.now(UTC) - datetime.fromisoformat(line["timestamp"])
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_what_breaks_outside_of_pages_is_told_by_type_and_place_too(
    written: io.StringIO,
) -> None:
    async def breaks(scope: object, receive: object, send: object) -> None:
        raise ValueError(NUMBER)

    asyncio.run(logs.told_alone(breaks)({}, None, None))

    (line,) = lines(written)
    assert (line["error"], line["event"]) == ("ValueError", "A request broke.")
    assert NUMBER not in written.getvalue()


@pytest.mark.parametrize("name", ["django.security.DisallowedRedirect", "django.security.new"])
def test_whatever_is_told_of_a_request_is_its_status(name: str, written: io.StringIO) -> None:
    logging.getLogger(name).warning("Unsafe: %s", NUMBER)
    assert NUMBER not in written.getvalue()


def test_what_asyncio_adds_of_an_error_is_left_out(written: io.StringIO) -> None:
    async def loses() -> None:
        async def breaks() -> None:
            raise ValueError(NUMBER)

        lost = asyncio.ensure_future(breaks())
        await asyncio.sleep(0)
        del lost
        gc.collect()

    asyncio.run(loses())

    (line,) = lines(written)
    assert line["event"] == "Task exception was never retrieved"
    assert line["error"] == "ValueError"
    assert NUMBER not in written.getvalue()


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
