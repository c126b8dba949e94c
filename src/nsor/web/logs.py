"""What the web application logs of a request: its status, and never its address.

An address that somebody typed can hold a number of somebody.
"""

import logging


class StatusAlone(logging.Filter):
    """Leaves of Django's words on a request only the status that it was answered with."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without the address and whatever was raised."""
        status = getattr(record, "status_code", None)
        record.msg, record.args = f"A request was answered with {status or 'an error'}.", ()
        record.exc_info = record.exc_text = None
        return True


def keep_addresses_out() -> None:
    """Have nothing of a request's address or body be logged."""
    for name in ("django.request", "django.security.csrf", "django.security.DisallowedHost"):
        logging.getLogger(name).addFilter(StatusAlone())
