"""What the web application logs: one JSON object a line on standard error.

Rules that hold here: of a request only its status is told and never its address, for an address
that somebody typed can hold a number of somebody; of an error its type and its place alone.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from nsor.sms.logs import told_of


class StatusAlone(logging.Filter):
    """Leaves of Django's words on a request only the status that it was answered with."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without the address."""
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
            told |= told_of(record.exc_info[0], record.exc_info[2])
        return json.dumps(told)


def configure() -> None:
    """Have this process write lines, and nothing of a request's address or body in them."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.getLogger().handlers = [handler]
    for name in ("django.request", "django.security.csrf", "django.security.DisallowedHost"):
        logging.getLogger(name).addFilter(StatusAlone())
