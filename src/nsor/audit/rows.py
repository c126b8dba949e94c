"""Entries as verification reads them: straight from the tables, page by page, whatever they hold.

Rules that hold here: a row that was tampered with may hold anything in any column, so nothing
here trusts a type; memory holds a page and no more.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection

from nsor.audit import tree
from nsor.audit.leaf import leaf_data

PAGE = 4096

_COLUMNS = """
e.id, e.at, e.act, e.actor, e.subject, e.commitment, d.entry, d.key, d.trail_key, d.sealed
"""
_LEAVES = f"""
SELECT l."index", l.entry, l.hash, {_COLUMNS} FROM audit_leaf l
LEFT JOIN audit_entry e ON e.id = l.entry LEFT JOIN audit_details d ON d.entry = l.entry
WHERE (l."index", l.entry) > (%s, %s) AND l."index" < %s ORDER BY l."index", l.entry LIMIT %s
"""  # noqa: S608
_UNSEQUENCED = f"""
SELECT NULL, e.id, NULL, {_COLUMNS} FROM audit_entry e LEFT JOIN audit_details d ON d.entry = e.id
WHERE e.id > %s AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry = e.id)
ORDER BY e.id LIMIT %s
"""  # noqa: S608
_DOUBLED = "SELECT entry FROM audit_leaf GROUP BY entry HAVING count(*) > 1 ORDER BY entry"
_GAPS = """
SELECT before, id FROM (
    SELECT id, LAG(id, 1, 0) OVER (ORDER BY id) AS before FROM audit_entry
) numbered WHERE id - before > 1
"""


class Row(NamedTuple):
    """A leaf with its entry and details, None wherever something is missing."""

    place: int
    entry: int
    hash: bytes | None
    number: int | None
    """The entry's own; None where the entry is gone."""
    at: Any
    act: Any
    actor: Any
    subject: Any
    commitment: bytes | None
    details: int | None
    key: int | None
    trail_key: int | None
    sealed: bytes | None

    def computed(self) -> bytes | None:
        """Return the hash that the entry's leaf must have, None for what can't be an entry."""
        if self.number is None or self.commitment is None:
            return None
        try:
            data = leaf_data(
                self.number, self.at, self.act, self.actor, self.subject, self.commitment
            )
        except (TypeError, ValueError, AttributeError):
            return None
        return tree.leaf_hash(data)


class Numbers:
    """Many numbers in little memory, to ask whether one is among them."""

    def __init__(self, numbers: Iterable[int]) -> None:
        """Take the numbers, in any order."""
        self._sorted = array("q", sorted(array("q", numbers)))

    def __contains__(self, number: int) -> bool:
        """Tell whether a number is among them."""
        at = bisect_left(self._sorted, number)
        return at < len(self._sorted) and self._sorted[at] == number


def leaves(end: int) -> Iterator[list[Row]]:
    """Return the leaves before ``end`` in their order, in pages."""
    index, entry = -1, -1
    while True:
        page = _page(_LEAVES, (index, entry, end, PAGE))
        if not page:
            return
        yield page
        index, entry = page[-1].place, page[-1].entry


def unsequenced() -> Iterator[list[Row]]:
    """Return the entries that are in no tree yet, by number, in pages."""
    number = -1
    while True:
        page = _page(_UNSEQUENCED, (number, PAGE))
        if not page:
            return
        yield page
        number = page[-1].entry


def is_there(table: str, column: str, number: int) -> bool:
    """Tell whether a table of the trail has a row for an entry."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = %s LIMIT 1", (number,))  # noqa: S608
        return cursor.fetchone() is not None


def doubled() -> list[int]:
    """Return the numbers of entries that have more than one leaf."""
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLED)
        return [row[0] for row in cursor.fetchall()]


def numbers_never_given() -> list[tuple[int, int]]:
    """Return the entries whose numbers can't be: each with the last number that was given before.

    PostgreSQL skips numbers of transactions that were undone, so there it is only what lies above
    the last number given; SQLite skips none.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_GAPS)
            return [(number, before) for before, number in cursor.fetchall()]
        cursor.execute("SELECT id FROM audit_entry ORDER BY id DESC LIMIT 100")
        newest = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT pg_get_serial_sequence('audit_entry', 'id')")
        cursor.execute(f"SELECT last_value FROM {cursor.fetchone()[0]}")  # noqa: S608
        given = int(cursor.fetchone()[0])
    return [(number, given) for number in reversed(newest) if number > given]


def _page(statement: str, parameters: tuple[int, ...]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [
            Row._make(
                bytes(value) if isinstance(value, memoryview) else value  # psycopg's octets
                for value in row
            )
            for row in cursor.fetchall()
        ]
