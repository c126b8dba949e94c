"""A connection for reading alone, with a deadline for each question.

Rules that hold here: a connection of its own for each thread, which can neither write nor make a
database file; a deadline on this side of the wire, so that a server that stopped holds nobody;
what can't be read is ``Unreadable``, without a word of what was asked, and the next question starts
on a fresh connection.
"""

import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error as DatabaseFailure

ANSWER_WITHIN = 5.0
"""Seconds that one question may take; each reads at most one page by index."""
CONNECT_WITHIN = 3


class Unreadable(Exception):  # noqa: N818
    """A database can't be read now."""


class Reader:
    """One thread's connection for reading; opened by the first question, dropped at any failure."""

    def __init__(self, alias: str) -> None:
        """Read the database of this alias."""
        self._alias = alias
        self._connection: BaseDatabaseWrapper | None = None
        self._source: tuple[object, ...] | None = None
        self._file: tuple[int, int] | None = None

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self.close()

    @property
    def vendor(self) -> str:
        """Which kind of database this is: ``sqlite`` or ``postgresql``."""
        return connections[self._alias].vendor

    def ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question. Raises ``Unreadable``."""
        try:
            connection = self._opened()
            with _deadline(connection), connection.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        except (DatabaseFailure, OSError) as error:
            self.close()
            raise Unreadable(f"The database can't be read ({type(error).__name__}).") from None

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
        settings = connections[self._alias].settings_dict
        file = _identity(settings)
        source = (settings["ENGINE"], settings["HOST"], settings["PORT"], settings["NAME"])
        if self._connection is not None and source == self._source:
            if file == self._file:
                return self._connection
            raise OSError("the database file was replaced")
        self.close()
        connection = connections[self._alias].copy()
        connection.settings_dict = _for_reading(connection.settings_dict)
        connection.inc_thread_sharing()  # the thread's last breath may be drawn by another
        self._connection, self._source, self._file = connection, source, file
        connection.ensure_connection()
        if file != _identity(settings):
            raise OSError("the database file was replaced")
        return connection


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
