"""Structured logs: one JSON object a line on standard error, never a thing of a person.

Rules that hold here: a line that can't be written (a full disk, a pipe that nobody drains) is
lost, and nothing else is; the gateway never waits for its log. Of an error only its type is told
and where it was raised: its text may hold what somebody sent.
"""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Final

import structlog

MOST_LINES: Final = 10_000
_DRAIN_SECONDS: Final = 1.0


def configure() -> structlog.typing.FilteringBoundLogger:
    """Set up logging for this process, errors that nobody catches included; return the logger."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _writer,
        cache_logger_on_first_use=True,
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()

    def crashed(kind: type[BaseException], _: BaseException, where: TracebackType | None) -> None:
        logger.error("crashed", **told_of(kind, where))
        drain()

    sys.excepthook = crashed
    threading.excepthook = lambda failed: logger.error(
        "thread_crashed", **told_of(failed.exc_type, failed.exc_traceback)
    )
    return logger


def told_of(kind: type[BaseException] | None, where: TracebackType | None) -> dict[str, str]:
    """Return what may be told of an error: its type, and the line that raised it."""
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    told = {"error": kind.__name__ if kind else ""}
    if where is not None:
        told["where"] = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}"
    return told


def drain() -> None:
    """Wait a moment for the lines that are not written yet; at the end of a process."""
    _writer.close(_DRAIN_SECONDS)


class _Writer:
    """Writes lines on a thread of its own, each by itself."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def msg(self, line: str) -> None:
        if self._lines.qsize() >= MOST_LINES:
            return
        self._lines.put(line)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="log", daemon=True)
            self._thread.start()

    log = debug = info = warning = error = critical = msg

    def close(self, timeout: float) -> None:
        thread, self._thread = self._thread, None  # a line that comes later has one of its own
        if thread is not None:
            self._lines.put(None)
            thread.join(timeout)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            with suppress(OSError):
                os.write(sys.stderr.fileno(), line.encode("utf-8", "backslashreplace") + b"\n")


_writer: Final = _Writer()
