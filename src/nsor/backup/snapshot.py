"""A database as it is at one moment, read while others write.

Rules that hold here: one read transaction (of SQLite's write-ahead log, or REPEATABLE READ on
PostgreSQL) sees one moment and makes no writer wait; a connection of its own, which can't write;
memory holds a page of rows. Needs no more than to read: the application's own role may do it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from django.db import connections

from nsor.backup.tables import Saved

PAGE: Final = 1000


class Snapshot(Protocol):
    """One moment of a database."""

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the one row that answers a question."""

    def pages(self, table: Saved) -> Iterator[list[list[Any]]]:
        """Yield the rows of a table, a page at a time, as a backup holds them."""

    def given(self, table: Saved) -> int:
        """Return the last number that the database gave a row of a table, 0 for none."""


@contextmanager
def snapshot(alias: str) -> Iterator[Snapshot]:
    """Hold a database at this moment. Raises what the driver raises."""
    opened = _sqlite if connections[alias].vendor == "sqlite" else _postgresql
    with opened(alias) as held:
        yield held


@contextmanager
def _sqlite(alias: str) -> Iterator[Snapshot]:
    path = Path(connections[alias].settings_dict["NAME"]).resolve()
    opened = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    with closing(opened) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment is now
        yield _Sqlite(connection)


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def one(self, sql: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._connection.execute(sql).fetchone()
        return found

    def pages(self, table: Saved) -> Iterator[list[list[Any]]]:
        conversions = table.from_sqlite()
        cursor = self._connection.execute(
            f'SELECT {table.listed("sqlite")} FROM "{table.name}"'  # noqa: S608 - our own names
        )
        while page := cursor.fetchmany(PAGE):
            rows = [list(row) for row in page]
            for place, convert in conversions:
                for row in rows:
                    row[place] = convert(row[place])
            yield rows

    def given(self, table: Saved) -> int:
        found = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)
        ).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def _postgresql(alias: str) -> Iterator[Snapshot]:
    wrapper = connections[alias].copy()
    wrapper.settings_dict = {
        **wrapper.settings_dict,
        "OPTIONS": {
            **wrapper.settings_dict["OPTIONS"],
            # Whoever takes the backup may be slow: the moment is held for as long as it takes.
            "options": (
                "-c idle_in_transaction_session_timeout=0 -c lock_timeout=20s -c TimeZone=UTC"
            ),
        },
    }
    parameters = wrapper.get_connection_params()
    with closing(psycopg.connect(**parameters)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SELECT 1")
        yield _Postgresql(connection)


class _Postgresql:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def one(self, sql: str) -> tuple[Any, ...]:
        found = self._connection.execute(sql.encode()).fetchone()
        assert found is not None
        return tuple(found)

    def pages(self, table: Saved) -> Iterator[list[list[Any]]]:
        query = f'SELECT {table.listed("postgresql")} FROM "{table.name}"'  # noqa: S608
        with self._connection.cursor(name="nsor_backup", binary=True) as cursor:
            cursor.execute(query.encode())
            while page := cursor.fetchmany(PAGE):
                yield [list(row) for row in page]

    def given(self, table: Saved) -> int:
        (sequence,) = self.one(f"SELECT pg_get_serial_sequence('\"{table.name}\"', 'id')")
        last, called = self.one(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
        return int(last) if called else 0
