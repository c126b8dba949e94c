"""Structured logs: one JSON object a line on standard error, never a thing of a person.

Rule that holds here: a line that can't be written (a full disk, a pipe without a reader) is lost,
and nothing else is; the gateway goes on without its log.
"""

import os
import sys
from contextlib import suppress

import structlog


def configure() -> structlog.typing.FilteringBoundLogger:
    """Set up logging for this process and return the logger."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _LineLogger(sys.stderr.fileno()),
        cache_logger_on_first_use=True,
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


class _LineLogger:
    """Writes each line by itself: what a failing disk did not take is not kept for later."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def msg(self, line: str) -> None:
        with suppress(OSError):
            os.write(self._descriptor, line.encode("utf-8", "backslashreplace") + b"\n")

    log = debug = info = warning = error = critical = msg
