"""How much of what is sent is taken, by the server's own interface and before Django sees it.

Rules that hold here: whatever says that it is larger than ``LARGEST`` is refused unread, and what
grows larger is not read on; nothing of it comes to lie in a file. The API has a smaller limit of
its own (``api_problems``).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils import translation

from nsor.web import views

LARGEST: Final = 25 << 20
"""Octets: a document of 20 MiB with what its form adds."""

_Scope = MutableMapping[str, Any]
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_Application = Callable[[Any, Any, Any], Awaitable[None]]


class _TooLarge(Exception):  # noqa: N818
    """More came than is taken."""


def limited(application: _Application) -> _Application:
    """Return an ASGI application that answers 413 to a body that is too large."""

    async def guard(scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if _says_too_large(scope):
            await _refuse(scope, send)
            return
        try:
            await application(scope, _counted(receive), send)
        except _TooLarge:
            await _refuse(scope, send)

    return guard


def _says_too_large(scope: _Scope) -> bool:
    lengths = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    return any(not value.isdigit() or int(value[:12]) > LARGEST for value in lengths)


def _counted(receive: _Receive) -> _Receive:
    taken = 0

    async def counted() -> _Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST:
            raise _TooLarge
        return message

    return counted


async def _refuse(scope: _Scope, send: _Send) -> None:
    with translation.override("en" if scope["path"].startswith("/en/") else "ur"):
        page = views.too_large(HttpRequest())
    headers = [
        (b"content-type", page["Content-Type"].encode()),
        (b"content-length", str(len(page.content)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": page.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": page.content, "more_body": False})
