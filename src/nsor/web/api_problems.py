"""Whatever goes wrong at an address of the API is told as a problem document (RFC 9457).

Rules that hold here: a body that is too large, or too slow, is refused before it is read to its
end, by the server's own interface and before Django sees it; a refusal that Django makes by itself
(no such address, another method, a host that isn't ours) is told as the API tells its own.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from nsor.sources import counting
from nsor.sources.api import answer_of
from nsor.sources.problems import CONTENT_TYPE, Problem
from nsor.sources.signatures import LARGEST_BODY
from nsor.web.middleware import changing

PREFIX: Final = "/api/"
SLOWEST: Final = 15.0
"""Seconds within which a body comes."""
_CODES: Final = {
    404: ("not_found", "There is nothing at this address: they are in /api/v1/openapi.json."),
    405: ("method_not_allowed", "The header Allow names the methods that the address takes."),
    500: ("internal", "Something went wrong here: send it again later."),
}
_OTHER: Final = ("bad_request", "The request can't be read.")

_Scope = MutableMapping[str, Any]
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_Application = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


def limited(application: _Application) -> _Application:
    """Return an ASGI application that never takes more of a body of the API than it may have."""

    async def guard(scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await application(scope, receive, send)
            return
        try:
            _require_length(scope)
            body = await asyncio.wait_for(_whole(receive), SLOWEST)
        except Problem as problem:
            counting.count(problem.code)
            await _tell(problem, send)
            return
        except TimeoutError:
            counting.count("too_slow")
            slow = Problem("too_slow", f"A body comes within {SLOWEST:.0f} seconds.")
            await _tell(slow, send)
            return
        if body is not None:
            await application(scope, _replayed(body, receive), send)

    return guard


def _require_length(scope: _Scope) -> None:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length" and not _fits(value):
            raise _too_large()


def _fits(length: bytes) -> bool:
    return len(length) <= 12 and length.isdigit() and int(length) <= LARGEST_BODY


async def _whole(receive: _Receive) -> bytes | None:
    """Return the body, None where the client went away. Raises ``Problem``, ``too_large``."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise _too_large()
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: _Receive) -> _Receive:
    given = False

    async def again() -> _Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _tell(problem: Problem, send: _Send) -> None:
    body = json.dumps(problem.document()).encode()
    headers = [
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _too_large() -> Problem:
    return Problem("too_large", f"A body has {LARGEST_BODY} octets at most.")


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    kind = response.headers.get("Content-Type", "")
    if not request.path.startswith(PREFIX) or response.status_code < 400 or kind == CONTENT_TYPE:
        return response
    refused = Problem(*_CODES.get(response.status_code, _OTHER))
    counting.count(refused.code)
    problem = answer_of(refused)
    if "Allow" in response.headers:
        problem["Allow"] = response.headers["Allow"]
    return problem


problem_documents = changing(_told)
"""Middleware: no page of the shell answers at an address of the API."""
