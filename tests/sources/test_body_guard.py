"""The guard before Django: it measures a body of the API, and lets everything else alone."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from register_builders import Office

from nsor.sources.signatures import LARGEST_BODY
from nsor.web import api_problems

Message = MutableMapping[str, Any]


class Asked:
    """One request at the guard: what the application was given, and what was answered."""

    def __init__(self, path: str, pieces: list[bytes | None], length: str | None = None) -> None:
        self.taken: list[bytes] = []
        self.answers: list[Message] = []
        self.left = list(pieces)
        headers = [(b"content-length", length.encode())] if length is not None else []
        scope = {"type": "http", "path": path, "headers": headers}
        asyncio.run(api_problems.limited(self._application)(scope, self._receive, self._send))

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.taken.append(message.get("body", b""))

    async def _receive(self) -> Message:
        if not self.left:
            await asyncio.sleep(3600)
        piece = self.left.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(self.left)}

    async def _send(self, message: Message) -> None:
        self.answers.append(message)

    @property
    def status(self) -> int:
        """The status that the guard answered with by itself."""
        return int(self.answers[0]["status"])


@pytest.fixture(autouse=True)
def _database(sqlite_office: Office) -> None:
    """Refusals are counted."""


def test_a_body_of_the_largest_size_comes_through_whole() -> None:
    asked = Asked("/api/v1/sources/deaths", [b"x" * (LARGEST_BODY - 1), b"y"])
    assert asked.taken == [b"x" * (LARGEST_BODY - 1) + b"y"]
    assert asked.answers == []


def test_one_octet_more_is_cut_where_it_comes() -> None:
    asked = Asked("/api/v1/sources/deaths", [b"x" * LARGEST_BODY, b"y", b"never asked for", b""])
    assert asked.taken == []
    assert asked.status == 413
    assert asked.left == [b"never asked for", b""]
    assert json.loads(asked.answers[1]["body"])["code"] == "too_large"


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "9" * 40, "-1", "ten"])
def test_a_length_that_is_too_large_or_none_is_refused_unread(length: str) -> None:
    asked = Asked("/api/v1/sources/deaths", [b"x"], length)
    assert (asked.status, asked.taken, asked.left) == (413, [], [b"x"])


def test_a_body_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_problems, "SLOWEST", 0.01)
    asked = Asked("/api/v1/sources/deaths", [])
    assert asked.status == 408
    assert json.loads(asked.answers[1]["body"])["code"] == "too_slow"


def test_whoever_goes_away_is_not_answered() -> None:
    asked = Asked("/api/v1/sources/deaths", [None])
    assert (asked.taken, asked.answers) == ([], [])


def test_a_page_s_body_is_not_the_guard_s_business() -> None:
    asked = Asked("/console/imports/", [b"x" * (2 * LARGEST_BODY)], str(2 * LARGEST_BODY))
    assert len(asked.taken[0]) == 2 * LARGEST_BODY
