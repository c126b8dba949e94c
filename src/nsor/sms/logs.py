"""Structured logs: one JSON object a line on standard error, never a thing of a person.

Rule that holds here: a line that can't be written (a full disk, a pipe without a reader) is lost,
and nothing else is; a gateway goes on without its log.
"""

import sys
from typing import TextIO

import structlog


class _Forgiving:
    """A stream whose failures are nobody's concern."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            return


def configure() -> structlog.typing.FilteringBoundLogger:
    """Set up logging for this process and return the logger."""
    # Written through at once: what a failing disk did not take is not kept to be tried again.
    stream = open(sys.stderr.fileno(), "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(_Forgiving(stream)),
        cache_logger_on_first_use=True,
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
