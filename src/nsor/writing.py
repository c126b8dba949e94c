"""Short write transactions that let each other in.

Rules that hold here: SQLite has one writer; who waits asks every 2 ms, so that it gets in at the
next breath of a long work (SQLite's own waiting sleeps up to 100 ms and would miss it again and
again). PostgreSQL needs none of this.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.utils import OperationalError

ASK_EVERY = 0.002
WAIT_AT_MOST = 20.0
"""Seconds for SQLite's one writer to let another in."""


class Busy(Exception):  # noqa: N818
    """Others were writing for all the time that somebody may be kept waiting."""


@contextmanager
def short_write() -> Iterator[None]:
    """Hold a write transaction; keep what is done in it to a tenth of a second or so.

    Raises ``Busy``.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    atomic = transaction.atomic()
    _enter(atomic)
    try:
        yield
    except BaseException as error:
        atomic.__exit__(type(error), error, error.__traceback__)
        raise
    atomic.__exit__(None, None, None)


def _enter(atomic: transaction.Atomic) -> None:
    give_up = time.monotonic() + WAIT_AT_MOST
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    atomic.__enter__()
                    return
                except OperationalError as error:
                    if "locked" not in str(error):
                        raise
                    if time.monotonic() > give_up:
                        raise Busy from None
                time.sleep(ASK_EVERY)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
