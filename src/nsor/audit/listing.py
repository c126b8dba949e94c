"""Entries as an auditor looks for them: by act, by who acted, by what it was about, by time.

Rules that hold here: the newest first; a page is reached by its place and never by counting, so
that the last of millions is as near as the first; each way of asking has its index.
"""

from typing import NamedTuple

from django.db import connection

_COLUMNS = "SELECT id, at, act, actor, subject FROM audit_entry"


class Wanted(NamedTuple):
    """What is looked for; what is empty or None doesn't matter.

    ``since`` and ``before`` are in microseconds since 1970 began, UTC.
    """

    act: str = ""
    actor: str = ""
    subject: str = ""
    since: int | None = None
    before: int | None = None


class Listed(NamedTuple):
    """An entry as a list shows it."""

    number: int
    at: int
    act: str
    actor: str
    subject: str


class Place(NamedTuple):
    """Where a page begins: after this entry."""

    at: int
    number: int


def entries(wanted: Wanted, count: int, after: Place | None = None) -> list[Listed]:
    """Return as many entries as wanted, the newest first."""
    conditions, values = _conditions(wanted)
    if after is not None:
        conditions.append("(at, id) < (%s, %s)")
        values += after
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS}{where} ORDER BY at DESC, id DESC LIMIT %s", [*values, count])
        return [Listed._make(row) for row in cursor.fetchall()]


def entry(number: int) -> Listed | None:
    """Return one entry, None where the trail has none of this number."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS} WHERE id = %s", [number])
        row = cursor.fetchone()
    return None if row is None else Listed._make(row)


def _conditions(wanted: Wanted) -> tuple[list[str], list[int | str]]:
    conditions: list[str] = []
    values: list[int | str] = []
    # A subject has few entries: with one, no other index shall tempt the planner.
    plain = "{} = %s" if not wanted.subject else "({} || '') = %s"
    for column, value in (("act", wanted.act), ("actor", wanted.actor)):
        if value:
            conditions.append(plain.format(column))
            values.append(value)
    if wanted.subject:
        conditions.append("subject = %s")
        values.append(wanted.subject)
    for sign, bound in ((">=", wanted.since), ("<", wanted.before)):
        if bound is not None:
            conditions.append(f"{'at' if not wanted.subject else '(at + 0)'} {sign} %s")
            values.append(bound)
    return conditions, values
