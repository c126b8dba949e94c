"""The feed of publications, as services read it.

Rules that hold here:

- A reader sees publications in the order of their sequence, without gaps: a release becomes
  visible in one commit under the head row's lock, so a later number never commits first.
- Reading has a connection of its own for each thread, takes no lock of the register's writers,
  and never makes a database file. Each question has a deadline on this side of the wire: a server
  that stopped can't hold a follower.
- What can't be read is ``FeedUnavailable``, without a word of whom it was about; the next
  question starts on a fresh connection.
"""

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error as DatabaseFailure

from nsor.register.calendar import today
from nsor.register.models import FeedHead, Policy, Release
from nsor.register.models import Publication as PublicationRow

PAGE = 5000
ANSWER_WITHIN = 5.0
"""Seconds that one question may take; each reads at most one page by index."""
CONNECT_WITHIN = 3
RELEASES_AT_ONCE = 500

_HEAD, _POLICY, _RELEASE, _PUBLICATION = (
    model._meta.db_table for model in (FeedHead, Policy, Release, PublicationRow)
)
_FACTS = (
    "p.ordinal, p.cnic, p.listed, p.sex, p.relation,"
    " p.name_ur, p.father_name_ur, p.name_en, p.father_name_en"
)
# Table and column names alone are put into the statements; values are always parameters.
_LAST = f"SELECT last_sequence FROM {_HEAD} WHERE id = 1"  # noqa: S608
_RELEASES = (
    f"SELECT id, base_sequence, last_sequence FROM {_RELEASE}"  # noqa: S608
    f" WHERE last_sequence > %s ORDER BY last_sequence LIMIT {RELEASES_AT_ONCE}"
)
# Bounded on both sides: of a release that is new PostgreSQL has no statistics yet, and would sort
# all the rest of it for the sake of one page.
_PART = (
    f"SELECT {_FACTS} FROM {_PUBLICATION} p"  # noqa: S608
    " WHERE p.release_id = %s AND p.ordinal > %s AND p.ordinal <= %s ORDER BY p.ordinal"
)
_WHOLE = f"SELECT p.release_id, {_FACTS} FROM {_PUBLICATION} p WHERE p.release_id IN "  # noqa: S608
_CURRENT = (
    f"SELECT r.base_sequence, {_FACTS} FROM {_PUBLICATION} p"  # noqa: S608
    f" JOIN {_RELEASE} r ON r.id = p.release_id"
    " WHERE p.cnic = %s AND r.last_sequence IS NOT NULL"
    " ORDER BY r.base_sequence + p.ordinal DESC LIMIT 1"
)
# SQLite has no statistics of an index before it is told to make them, and would read past a whole
# batch to find who was silenced in it.
_BY_INDEX = {"sqlite": "INDEXED BY publication_silences"}
_SILENCES = (
    f"SELECT r.base_sequence, {_FACTS} FROM {_RELEASE} r"  # noqa: S608
    f" CROSS JOIN {_PUBLICATION} p {{}} WHERE p.release_id = r.id AND NOT p.listed"
    " AND r.last_sequence > %s AND r.base_sequence + p.ordinal > %s"
    " ORDER BY r.last_sequence, p.ordinal LIMIT %s"
)
_POLICY_IN_FORCE = (
    f"SELECT value FROM {_POLICY} WHERE key = %s AND valid_from <= %s"  # noqa: S608
    " ORDER BY valid_from DESC, id DESC LIMIT 1"
)


class Publication(NamedTuple):
    """What may be answered about a person from ``sequence`` on; names are empty if not listed."""

    sequence: int
    cnic: int
    listed: bool
    sex: Literal["male", "female", "x"]
    relation: Literal["father", "husband"]
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str


class FeedUnavailable(Exception):  # noqa: N818
    """The feed can't be read now. Nothing is known to have changed; ask again."""


def read(after: int, limit: int = 1000) -> list[Publication]:
    """Return the next publications after sequence ``after``, at most ``limit``, in order.

    Raises ``FeedUnavailable``, also where the feed ends before ``after``: it is another feed then
    (an older copy that was restored), and following it would miss what was published since.
    """
    last = last_sequence()
    if after > last:
        raise FeedUnavailable("The feed ends before what was read from it: load it anew.")
    return [] if after == last else _page(after, limit)


def stream(after: int = 0) -> Iterator[Publication]:
    """Yield every publication after sequence ``after``, in order, a page in memory at a time.

    Raises ``FeedUnavailable``.
    """
    while page := read(after, PAGE):
        yield from page
        after = page[-1].sequence


def read_silences(after: int, limit: int) -> list[Publication]:
    """Return those of the publications after sequence ``after`` that aren't listed, in order.

    At most ``limit``. Costs one look-up by index for each release after ``after``, however much
    that holds, and one for each publication returned. Raises ``FeedUnavailable``.
    """
    by_index = _BY_INDEX.get(connections[DEFAULT_DB_ALIAS].vendor, "")
    rows = _thread.reader.ask(_SILENCES.format(by_index), (after, after, limit))
    return [_publication(row[0], row[1:]) for row in rows]


def current(cnic: str) -> Publication | None:
    """Return the newest publication of a person, None where there is none.

    ``cnic`` is 13 digits. Raises ``FeedUnavailable``.
    """
    rows = _thread.reader.ask(_CURRENT, (int(cnic),))
    return _publication(rows[0][0], rows[0][1:]) if rows else None


def last_sequence() -> int:
    """Return the last sequence that was given, 0 at the beginning. Raises ``FeedUnavailable``."""
    rows = _thread.reader.ask(_LAST, ())
    if not rows:
        raise FeedUnavailable("The database holds no feed: run `nsor migrate`.")
    return int(rows[0][0])


def close() -> None:
    """Give this thread's connection up; a thread that has followed the feed ends with this."""
    _thread.reader.close()


def public_service_open() -> bool:
    """Tell whether the public may be answered, by the policy in force. Raises ``FeedUnavailable``.

    Where no policy says so, it is closed.
    """
    rows = _thread.reader.ask(_POLICY_IN_FORCE, ("public_service", today()))
    return bool(rows) and rows[0][0] == "open"


def _page(after: int, limit: int) -> list[Publication]:
    releases = _thread.reader.ask(_RELEASES, (after,))
    if not releases:
        return []
    first, base, last = releases[0]
    start = max(after - base, 0)
    rows = _thread.reader.ask(_PART, (first, start, start + limit))
    if not rows:
        raise FeedUnavailable("A release holds fewer publications than it has numbers.")
    page = [_publication(base, row) for row in rows]
    fitting = list(takewhile(lambda release: release[2] - last <= limit - len(page), releases[1:]))
    if not fitting or page[-1].sequence < last:
        return page
    bases = {release: base for release, base, _ in fitting}
    marks = ",".join(["%s"] * len(bases))
    rest = _thread.reader.ask(f"{_WHOLE} ({marks})", tuple(bases))
    return page + sorted(_publication(bases[row[0]], row[1:]) for row in rest)


def _publication(base: int, row: Sequence[Any]) -> Publication:
    return Publication(base + row[0], row[1], bool(row[2]), *row[3:])


class _Reader:
    """One thread's connection for reading; opened by the first question, dropped at any failure."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None
        self._source: tuple[object, ...] | None = None
        self._file: tuple[int, int] | None = None

    def __del__(self) -> None:
        self.close()

    def ask(self, sql: str, values: tuple[int | str | date, ...]) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question. Raises ``FeedUnavailable``."""
        try:
            connection = self._opened()
            with _deadline(connection), connection.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        except (DatabaseFailure, OSError) as error:
            self.close()
            raise FeedUnavailable(
                f"The register's database can't be read ({type(error).__name__})."
            ) from None

    def close(self) -> None:
        """Give the connection up."""
        connection, self._connection, self._file = self._connection, None, None
        if connection is None:
            return
        try:
            connection.close()
        except DatabaseFailure:
            return

    def _opened(self) -> BaseDatabaseWrapper:
        settings = connections[DEFAULT_DB_ALIAS].settings_dict
        file = _identity(settings)
        source = (settings["ENGINE"], settings["HOST"], settings["PORT"], settings["NAME"])
        if self._connection is not None and source == self._source:
            if file == self._file:
                return self._connection
            raise OSError("the database file was replaced")
        self.close()
        connection = connections[DEFAULT_DB_ALIAS].copy()
        connection.settings_dict = _for_reading(connection.settings_dict)
        connection.inc_thread_sharing()  # the thread's last breath may be drawn by another
        self._connection, self._source, self._file = connection, source, file
        connection.ensure_connection()
        if file != _identity(settings):
            raise OSError("the database file was replaced")
        return connection


class _Thread(threading.local):
    def __init__(self) -> None:
        self.reader = _Reader()


_thread = _Thread()


def _identity(settings: dict[str, Any]) -> tuple[int, int] | None:
    """Tell which file a database is, None where it is none. Raises ``OSError`` if it is gone."""
    if not settings["ENGINE"].endswith("sqlite3"):
        return None
    stat = os.stat(settings["NAME"])
    return stat.st_dev, stat.st_ino


def _for_reading(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a connection that can neither write nor make a file, nor wait long."""
    if settings["ENGINE"].endswith("sqlite3"):
        return {
            **settings,
            # Read-only also when it closes: a connection that may write folds SQLite's log into the
            # file then, and deletes the log by its path, which may be another file's by now.
            "NAME": f"{Path(settings['NAME']).resolve().as_uri()}?mode=ro",
            "OPTIONS": {"timeout": ANSWER_WITHIN},
        }
    return {
        **settings,
        "OPTIONS": {
            **settings.get("OPTIONS", {}),
            "connect_timeout": CONNECT_WITHIN,
            "tcp_user_timeout": int(ANSWER_WITHIN * 1000),
            "options": (
                f"-c statement_timeout={int(ANSWER_WITHIN * 1000)}"
                " -c default_transaction_read_only=on"
            ),
        },
    }


@contextmanager
def _deadline(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Cut the wire to a server that hasn't answered in time; a file needs no such thing.

    A server that is stopped keeps its connections and its kernel acknowledges for it, so neither
    its own time-outs nor TCP's end the wait.
    """
    if connection.vendor == "sqlite":
        yield
        return
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as wire:
        alarm = threading.Timer(ANSWER_WITHIN, _cut, (wire,))
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()
            alarm.join()


def _cut(wire: socket.socket) -> None:
    try:
        wire.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
