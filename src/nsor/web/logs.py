"""What the web application logs: one JSON object a line on standard error.

Rules that hold here: of a request only its status is told and never its address, for an address
that somebody typed can hold a number of somebody; of an error its type and its place alone.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from nsor.sms.logs import told_of

Application = Callable[[Any, Any, Any], Awaitable[None]]
_log = logging.getLogger(__name__)

_OF_REQUESTS: Final = ("django.request", "django.security")


class StatusAlone(logging.Filter):
    """Leaves of Django's words on a request only the status that it was answered with."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without the address."""
        if record.name.startswith(_OF_REQUESTS):
            status = getattr(record, "status_code", None)
            record.msg, record.args = f"A request was answered with {status or 'an error'}.", ()
        return True


class Lines(logging.Formatter):
    """Writes a record as a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the JSON of what is told of a record."""
        told: dict[str, Any] = {
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info:
            # asyncio repeats in its further lines what the error says.
            told["event"] = told["event"].partition("\n")[0]
            told |= told_of(record.exc_info[0], record.exc_info[2])
        return json.dumps(told)


def configure() -> None:
    """Have this process write lines, and nothing of a request's address or body in them."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    handler.addFilter(StatusAlone())
    logging.getLogger().handlers = [handler]


def told_alone(application: Application) -> Application:
    """Return an ASGI application of which no error goes on to the server, which would print it."""

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        try:
            await application(scope, receive, send)
        except Exception as error:
            _log.error("A request broke.", exc_info=error)

    return guard
