"""Loading the tables of a backup into a database: all of it in one transaction.

Rules that hold here: the tables are emptied and filled inside the caller's transaction, so a
process that dies leaves the database as it was. The triggers that refuse changes and the foreign
keys are put aside for it and are back, checked, before it commits: only the owner of the tables
may do that, on PostgreSQL.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

from django.db import connections

from nsor.backup.framing import Rows, Table, bad
from nsor.backup.tables import Saved, replaced, saved


class Loader:
    """Fills the tables of a database with what a backup holds, in the order of its frames."""

    def __init__(self, alias: str) -> None:
        """Load into the database of this alias."""
        self._tables = {table.name: table for table in saved(alias)}
        self._engine = _engine(alias)
        self._open = ExitStack()
        self._table: Saved | None = None
        self._write: _Write | None = None
        self.counts: dict[str, int] = dict.fromkeys(self._tables, 0)

    def table(self, frame: Table) -> None:
        """Begin a table. Raises ``BackupError``: ``bad_backup``."""
        self.end()
        table = self._tables.get(frame.name)
        if table is None or table.names != frame.columns:
            raise bad("it holds a table that this version doesn't know")
        self._table = table
        self._write = self._open.enter_context(self._engine.writing(table))

    def rows(self, frame: Rows) -> None:
        """Load rows of the table that began last. Raises as ``table`` does."""
        if self._table is None or self._write is None:
            raise bad("it holds rows of no table")
        if any(len(row) != len(self._table.columns) for row in frame.rows):
            raise bad("a row of it has too few or too many values")
        self._write(frame.rows)
        self.counts[self._table.name] += len(frame.rows)

    def end(self) -> None:
        """End the table that began last."""
        self._open.close()
        self._table = self._write = None

    def give_up(self, error: BaseException) -> None:
        """Leave the table that began last as the failed transaction leaves it."""
        self._open.__exit__(type(error), error, error.__traceback__)

    def put_sequences(self, given: dict[str, int]) -> None:
        """Have the database go on with the numbers after those that were given."""
        for table in self._tables.values():
            if table.counts:
                self._engine.put_sequence(table, given.get(table.name, 0))


class _Write(Protocol):
    def __call__(self, rows: list[list[Any]]) -> None: ...


@contextmanager
def emptied(alias: str) -> Iterator[None]:
    """Empty the tables of a database, their guards put aside until this ends without an error.

    To be entered in the transaction that loads; on SQLite the foreign keys must be off.
    """
    with _engine(alias).unguarded(replaced(alias)):
        yield


def measure(alias: str) -> None:
    """Have PostgreSQL look at what was loaded, which it would otherwise look up badly at first."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join(f'"{table.name}"' for table in saved(alias)))


class _Engine(Protocol):
    def unguarded(self, tables: Sequence[Saved]) -> Any: ...
    def writing(self, table: Saved) -> Any: ...
    def put_sequence(self, table: Saved, given: int) -> None: ...


def _engine(alias: str) -> _Engine:
    return (_Sqlite if connections[alias].vendor == "sqlite" else _Postgresql)(alias)


_SQLITE_SEQUENCE = """
INSERT INTO sqlite_sequence (name, seq) SELECT %s, max(%s, coalesce(max(id), 0)) FROM "{}"
"""


class _Sqlite:
    def __init__(self, alias: str) -> None:
        self._connection = connections[alias]

    @contextmanager
    def unguarded(self, tables: Sequence[Saved]) -> Iterator[None]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            for table in tables:
                cursor.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - our own names
        yield
        with self._connection.cursor() as cursor:
            for _, statement in triggers:
                cursor.execute(statement)
        self._connection.check_constraints()

    @contextmanager
    def writing(self, table: Saved) -> Iterator[_Write]:
        conversions = table.to_sqlite()
        names = ", ".join(f'"{name}"' for name in table.names)
        marks = ", ".join("?" * len(table.names))
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608

        def write(rows: list[list[Any]]) -> None:
            for place, convert in conversions:
                for row in rows:
                    row[place] = convert(row[place])
            self._connection.connection.executemany(statement, rows)

        yield write

    def put_sequence(self, table: Saved, given: int) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", (table.name,))
            cursor.execute(_SQLITE_SEQUENCE.format(table.name), (table.name, given))


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
_SEQUENCE = """
SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(last, 1), last > 0)
FROM (
    SELECT greatest(
        %s, max(id), pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)
    ) AS last FROM "{}"
) given
"""
"""A sequence is outside of transactions: lowered, it would stay so where the loading is undone."""


class _Postgresql:
    def __init__(self, alias: str) -> None:
        self._connection = connections[alias]

    @contextmanager
    def unguarded(self, tables: Sequence[Saved]) -> Iterator[None]:
        names = [f'"{table.name}"' for table in tables]
        with self._connection.cursor() as cursor:
            # Whoever sends the backup may be slow.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute(_FOREIGN_KEYS, (names,))
            keys = cursor.fetchall()
            for table, name, _ in keys:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name in names:
                cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        yield
        with self._connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
            for table, name, definition in keys:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")

    @contextmanager
    def writing(self, table: Saved) -> Iterator[_Write]:
        names = ", ".join(f'"{name}"' for name in table.names)
        statement = f'COPY "{table.name}" ({names}) FROM STDIN'
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:

            def write(rows: list[list[Any]]) -> None:
                for row in rows:
                    copy.write_row(row)

            yield write

    def put_sequence(self, table: Saved, given: int) -> None:
        with self._connection.cursor() as cursor:
            name = f'"{table.name}"'
            cursor.execute(_SEQUENCE.format(table.name), (name, given, name))
