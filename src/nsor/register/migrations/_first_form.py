"""What the first form of the record held, read from where it was set aside.

Rules that hold here: everything is read in chunks, by index, so that memory doesn't grow with the
register; a row is a mapping of its columns, its values as the database gives them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from nsor.register.migrations._conversion import Person, Row

CHUNK = 1000

_INDEXES = (
    ("batch", "id"),
    ("offender", "cnic"),
    ("conviction", "cnic, id"),
    ("conviction", "id"),
    ("appealrecord", "conviction_id"),
    ("withdrawal", "offender_id"),
    ("release", "id"),
    ("publication", "id"),
    ("publication", "cnic"),
)
# Who was in a file that was never submitted is nobody.
_PEOPLE = (
    """
    CREATE TABLE set_aside_person AS
    SELECT DISTINCT c.cnic FROM set_aside_conviction c JOIN set_aside_batch b ON b.id = c.batch_id
    WHERE b.state IN ('submitted', 'approved', 'rejected')
    """,
    "CREATE INDEX set_aside_people ON set_aside_person (cnic)",
)
# All that took effect, in one order; a withdrawal or a stay was no batch then.
_ACTS = (
    """
    CREATE TABLE set_aside_act AS
    SELECT kind, id, ROW_NUMBER() OVER (ORDER BY at, kind, id) AS decision FROM (
        SELECT 'batch' AS kind, id, decided_at AS at FROM set_aside_batch WHERE state = 'approved'
        UNION ALL
        SELECT 'appeal', id, effective_at FROM set_aside_appealrecord WHERE batch_id IS NULL
        UNION ALL
        SELECT 'withdrawal', id, at FROM set_aside_withdrawal
    ) every
    """,
    "CREATE INDEX set_aside_acts ON set_aside_act (kind, id)",
)
_BATCHES = (
    """
    UPDATE register_batch SET decision = (
        SELECT decision FROM set_aside_act a WHERE a.kind = 'batch' AND a.id = register_batch.id
    ) WHERE state = 'approved'
    """,
    "UPDATE register_batch SET state = 'discarded' WHERE state = 'staging'",
    "UPDATE register_feedhead SET last_decision = (SELECT COUNT(*) FROM set_aside_act)",
)
_HOLDERS = """
    CREATE TABLE set_aside_holder (
        cnic bigint PRIMARY KEY, number bigint NOT NULL, key_id bigint NOT NULL
    )
"""
_RELEASES = """
    INSERT INTO register_release
        (id, kind, batch_id, officer_id, base_sequence, last_sequence, released_at)
    SELECT id, kind, batch_id, officer_id, base_sequence, last_sequence, released_at
    FROM set_aside_release WHERE last_sequence IS NOT NULL
"""
_CONVICTIONS = """
    SELECT c.*, b.state, b.decision, b.decided_at
    FROM set_aside_person p JOIN set_aside_conviction c ON c.cnic = p.cnic
    JOIN register_batch b ON b.id = c.batch_id
    WHERE p.cnic BETWEEN %s AND %s AND b.state IN ('submitted', 'approved', 'rejected')
    ORDER BY c.cnic, c.id
"""
_OFFENDERS = """
    SELECT o.* FROM set_aside_person p JOIN set_aside_offender o ON o.cnic = p.cnic
    WHERE p.cnic BETWEEN %s AND %s
"""
_APPEALS = """
    SELECT r.*, c.cnic, b.state, b.reason AS decided_because,
        CASE WHEN r.batch_id IS NULL THEN a.decision ELSE n.decision END AS decision
    FROM set_aside_person p JOIN set_aside_conviction c ON c.cnic = p.cnic
    JOIN set_aside_appealrecord r ON r.conviction_id = c.id
    LEFT JOIN set_aside_act a ON a.kind = 'appeal' AND a.id = r.id
    LEFT JOIN set_aside_batch b ON b.id = r.batch_id
    LEFT JOIN register_batch n ON n.id = r.batch_id
    WHERE p.cnic BETWEEN %s AND %s ORDER BY r.id
"""
_WITHDRAWALS = """
    SELECT w.*, o.cnic, a.decision
    FROM set_aside_person p JOIN set_aside_offender o ON o.cnic = p.cnic
    JOIN set_aside_withdrawal w ON w.offender_id = o.id
    JOIN set_aside_act a ON a.kind = 'withdrawal' AND a.id = w.id
    WHERE p.cnic BETWEEN %s AND %s ORDER BY w.id
"""
_RELEASES_OF_ACTS = """
    SELECT p.cnic, r.id FROM set_aside_publication p JOIN set_aside_release r ON r.id = p.release_id
    WHERE p.cnic BETWEEN %s AND %s
        AND r.kind = 'act' AND r.batch_id IS NULL AND r.last_sequence IS NOT NULL
    ORDER BY r.last_sequence
"""
_PUBLICATIONS = """
    SELECT p.*, h.number, h.key_id FROM set_aside_publication p
    JOIN set_aside_release r ON r.id = p.release_id JOIN set_aside_holder h ON h.cnic = p.cnic
    WHERE p.id > %s AND r.last_sequence IS NOT NULL ORDER BY p.id LIMIT %s
"""
_TOO_FEW = """
    SELECT (SELECT COALESCE(SUM(last_sequence - base_sequence), 0) FROM register_release)
        - (SELECT COUNT(*) FROM register_publication)
"""


class FirstForm:
    """The tables that were set aside, on one connection."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        """Read over ``connection``, inside of a transaction of the caller's."""
        self._connection = connection

    def prepare(self) -> None:
        """Number the acts in the order in which they took effect, and make what is read quick."""
        for place, (table, columns) in enumerate(_INDEXES):
            self.execute(f"CREATE INDEX set_aside_{place} ON set_aside_{table} ({columns})")
        for statement in (*_ACTS, *_BATCHES, *_PEOPLE, _HOLDERS):
            self.execute(statement)
        if self._connection.vendor == "postgresql":
            for table, columns in (*_INDEXES, ("act", "kind, id"), ("person", "cnic")):
                self.execute(f"ANALYZE set_aside_{table} ({columns})")

    def size(self) -> int:
        """Return how many people and publications there are, together."""
        return self.number(
            "SELECT (SELECT COUNT(*) FROM set_aside_person)"
            " + (SELECT COUNT(*) FROM set_aside_publication)"
        )

    def chunks_of_people(self) -> Iterator[list[str]]:
        """Yield the CNICs of the people, in their order."""
        asked = "SELECT cnic FROM set_aside_person WHERE cnic > %s ORDER BY cnic LIMIT %s"
        after = ""
        while found := [row["cnic"] for row in self.rows(asked, after, CHUNK)]:
            yield found
            after = found[-1]

    def fill(self, people: dict[str, Person]) -> None:
        """Give each person of a chunk, by CNIC, what was stored of them."""
        bounds = (min(people), max(people))
        for row in self.rows(_OFFENDERS, *bounds):
            people[row["cnic"]].particulars = row
        for row in self.rows(_CONVICTIONS, *bounds):
            people[row["cnic"]].convictions.append(row)
        for row in self.rows(_APPEALS, *bounds):
            people[row["cnic"]].appeals.append(row)
        for row in self.rows(_WITHDRAWALS, *bounds):
            people[row["cnic"]].withdrawals.append(row)
        for row in self.rows(_RELEASES_OF_ACTS, *map(int, bounds)):
            people[f"{row['cnic']:013}"].releases.append(row["id"])

    def hold(self, people: Iterable[Person]) -> None:
        """Keep under which numbers these people are from now on."""
        self.many(
            "INSERT INTO set_aside_holder (cnic, number, key_id) VALUES (%s, %s, %s)",
            ((int(one.cnic), one.number, one.key.id) for one in people),
        )

    def take_releases_over(self) -> None:
        """Store the releases as they are now; one that was only prepared is left."""
        self.execute(_RELEASES)

    def chunks_of_publications(self) -> Iterator[list[Row]]:
        """Yield what was released, with the number and the key of the person."""
        after = 0
        while rows := self.rows(_PUBLICATIONS, after, CHUNK):
            yield rows
            after = rows[-1]["id"]

    def is_missing_publications(self) -> bool:
        """Tell whether the releases have numbers for more publications than were stored."""
        return bool(self.number(_TOO_FEW))

    def rows(self, statement: str, *values: int | str) -> list[Row]:
        """Return the rows that answer a question."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def number(self, statement: str) -> int:
        """Return the one number that answers a question."""
        return int(next(iter(self.rows(statement)[0].values())))

    def execute(self, statement: str) -> None:
        """Carry a statement out."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement)

    def many(self, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Carry a statement out for each of these values."""
        if given := list(values):
            with self._connection.cursor() as cursor:
                cursor.executemany(statement, given)
