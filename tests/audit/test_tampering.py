"""Whoever owns the database can change every row of it; verification finds and names each change.

Each way is told in one function that gets a cursor without the database's own defences. Where the
tamperer knows how the tree is made, the hashes and tiles are made to fit again.
"""

from collections.abc import Callable
from typing import Any

import pytest
from trail_builders import as_owner, many_acts, witnessed

from nsor.audit import hashes, tree
from nsor.audit.findings import Kind
from nsor.audit.leaf import leaf_data
from nsor.audit.note import ED25519, parse_verifier
from nsor.audit.verifying import verify

ACTS = 300
"""More than a tile is wide."""
VICTIM = 57
YEAR = 365 * 86_400 * 1_000_000

Way = Callable[[Any], None]
WAYS: list[tuple[Way, Kind, int | None]] = []


def way(kind: Kind, entry: int | None = VICTIM) -> Callable[[Way], Way]:
    """Enter a way of tampering, with what is to be found."""

    def enter(function: Way) -> Way:
        WAYS.append((function, kind, entry))
        return function

    return enter


def remake_tree(cursor: Any) -> None:
    """Make every leaf hash and every tile fit what the entries say now."""
    cursor.execute(
        "SELECT e.id, e.at, e.act, e.actor, e.subject, e.commitment FROM audit_leaf l"
        ' JOIN audit_entry e ON e.id = l.entry ORDER BY l."index"'
    )
    rows = cursor.fetchall()
    made = [tree.leaf_hash(leaf_data(*row[:5], bytes(row[5]))) for row in rows]
    cursor.execute("DELETE FROM audit_leaf")
    for index, (row, each) in enumerate(zip(rows, made, strict=True)):
        cursor.execute("INSERT INTO audit_leaf VALUES (%s, %s, %s)", (index, row[0], each))
    for tile in range(len(made) // hashes.WIDTH):
        root = tree.root(made[tile * hashes.WIDTH : (tile + 1) * hashes.WIDTH])
        cursor.execute('UPDATE audit_tile SET root = %s WHERE "index" = %s', (root, tile))


@way(Kind.EDITED)
def change_who_acted(cursor: Any) -> None:
    cursor.execute("UPDATE audit_entry SET actor = 'officer:99' WHERE id = 57")


@way(Kind.EDITED)
def change_what_was_done(cursor: Any) -> None:
    cursor.execute("UPDATE audit_entry SET act = 'signed_in' WHERE id = 57")


@way(Kind.EDITED)
def change_about_whom_and_remake_the_tree(cursor: Any) -> None:
    cursor.execute("UPDATE audit_entry SET subject = 'offender:1' WHERE id = 57")
    remake_tree(cursor)


@way(Kind.EDITED)
def change_the_commitment(cursor: Any) -> None:
    cursor.execute("UPDATE audit_entry SET commitment = %s WHERE id = 57", (b"c" * 32,))


@way(Kind.BACK_DATED)
def back_date(cursor: Any) -> None:
    cursor.execute("UPDATE audit_entry SET at = at - %s WHERE id = 57", (YEAR,))


@way(Kind.BACK_DATED)
def date_ahead_and_remake_the_tree(cursor: Any) -> None:
    cursor.execute("UPDATE audit_entry SET at = at + %s WHERE id = 57", (YEAR,))
    remake_tree(cursor)


@way(Kind.REMOVED)
def remove_the_entry_alone(cursor: Any) -> None:
    cursor.execute("DELETE FROM audit_entry WHERE id = 57")


@way(Kind.REMOVED)
def remove_every_trace(cursor: Any) -> None:
    for table, column in (("entry", "id"), ("details", "entry"), ("leaf", "entry")):
        cursor.execute(f"DELETE FROM audit_{table} WHERE {column} = 57")


@way(Kind.REMOVED)
def remove_every_trace_and_remake_the_tree(cursor: Any) -> None:
    remove_every_trace(cursor)
    remake_tree(cursor)


@way(Kind.LEAF_REMOVED)
def remove_the_leaf_alone(cursor: Any) -> None:
    cursor.execute("DELETE FROM audit_leaf WHERE entry = 57")


@way(Kind.REORDERED)
def swap_two(cursor: Any) -> None:
    cursor.execute('UPDATE audit_leaf SET "index" = -1 WHERE entry = 57')
    cursor.execute('UPDATE audit_leaf SET "index" = 56 WHERE entry = 90')
    cursor.execute('UPDATE audit_leaf SET "index" = 89 WHERE entry = 57')


@way(Kind.REORDERED)
def swap_two_and_remake_the_tree(cursor: Any) -> None:
    swap_two(cursor)
    remake_tree(cursor)


@way(Kind.INSERTED, 5057)
def insert_in_the_middle_and_remake_the_tree(cursor: Any) -> None:
    copy_entry(cursor, 5057)
    cursor.execute('UPDATE audit_leaf SET "index" = "index" + 100000 WHERE "index" > 56')
    cursor.execute("INSERT INTO audit_leaf VALUES (57, 5057, %s)", (b"h" * 32,))
    remake_tree(cursor)


@way(Kind.INSERTED)
def enter_the_same_twice(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO audit_leaf SELECT 100000, entry, hash FROM audit_leaf WHERE entry = 57"
    )


@way(Kind.SEQUENCE_JUMP, 5057)
def insert_with_a_number_of_ones_own(cursor: Any) -> None:
    copy_entry(cursor, 5057)


@way(Kind.DETAILS_EDITED, ACTS + 1)
def insert_as_if_it_had_just_happened(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO audit_entry (at, act, actor, subject, commitment)"
        " SELECT max(at), 'approved', 'officer:1', '', %s FROM audit_entry",
        (b"c" * 32,),
    )
    copy_details(cursor, ACTS + 1)


@way(Kind.BACK_DATED, ACTS + 1)
def insert_as_if_it_had_happened_last_year(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO audit_entry (at, act, actor, subject, commitment)"
        " SELECT at - %s, act, actor, subject, commitment FROM audit_entry WHERE id = 57",
        (YEAR,),
    )
    copy_details(cursor, ACTS + 1)


@way(Kind.LEAF_EDITED)
def change_a_leaf(cursor: Any) -> None:
    cursor.execute("UPDATE audit_leaf SET hash = %s WHERE entry = 57", (b"h" * 32,))


@way(Kind.LEAF_EDITED, 1)
def number_the_leaves_anew(cursor: Any) -> None:
    cursor.execute('UPDATE audit_leaf SET "index" = "index" + 100000')
    cursor.execute('UPDATE audit_leaf SET "index" = "index" - 99000')


@way(Kind.TILE_EDITED, 1)
def change_a_tile(cursor: Any) -> None:
    cursor.execute("UPDATE audit_tile SET root = %s", (b"t" * 32,))


@way(Kind.TILE_EDITED, 1)
def remove_a_tile(cursor: Any) -> None:
    cursor.execute("DELETE FROM audit_tile")


@way(Kind.DETAILS_MISSING)
def remove_the_details(cursor: Any) -> None:
    cursor.execute("DELETE FROM audit_details WHERE entry = 57")


@way(Kind.DETAILS_EDITED)
def put_other_details_in_their_place(cursor: Any) -> None:
    cursor.execute("SELECT sealed FROM audit_details WHERE entry = 58")
    cursor.execute("UPDATE audit_details SET sealed = %s WHERE entry = 57", cursor.fetchone())


@way(Kind.DETAILS_UNREADABLE)
def pretend_that_a_person_was_expunged(cursor: Any) -> None:
    cursor.execute("UPDATE audit_details SET key = 4711, trail_key = NULL WHERE entry = 57")


@way(Kind.TRUNCATED, None)
def cut_the_newest_off(cursor: Any) -> None:
    for table, column in (("entry", "id"), ("details", "entry"), ("leaf", "entry")):
        cursor.execute(f"DELETE FROM audit_{table} WHERE {column} > 290")


@way(Kind.TRUNCATED, None)
def empty_the_trail(cursor: Any) -> None:
    for table in ("entry", "details", "leaf", "tile"):
        cursor.execute(f"DELETE FROM audit_{table}")


@way(Kind.LOG_CHANGED, None)
def make_it_another_log(cursor: Any) -> None:
    cursor.execute("UPDATE audit_epoch SET origin = 'nsor/0123456789abcdef'")


@way(Kind.LOG_CHANGED, None)
def remove_the_log(cursor: Any) -> None:
    cursor.execute("DELETE FROM audit_epoch")


@way(Kind.EPOCH_EDITED, None)
def open_an_epoch_alone(cursor: Any) -> None:
    cursor.execute("SELECT origin, log_key FROM audit_epoch")
    origin, written = cursor.fetchone()
    key = parse_verifier(written, ED25519)._replace(name=f"{origin}/epoch-2")
    cursor.execute(
        "INSERT INTO audit_epoch (id, origin, log_key, statement, restored)"
        " VALUES (2, %s, %s, 'old 0', 9)",
        (key.name, str(key)),
    )


@way(Kind.KEY_EDITED, None)
def change_the_key_of_the_details(cursor: Any) -> None:
    cursor.execute("UPDATE audit_trailkey SET wrapped = %s WHERE number = 1", (b"k" * 60,))


def copy_entry(cursor: Any, number: int) -> None:
    """Copy entry 57 with its details under another number."""
    cursor.execute(
        "INSERT INTO audit_entry (id, at, act, actor, subject, commitment)"
        " SELECT %s, at, act, actor, subject, commitment FROM audit_entry WHERE id = 57",
        (number,),
    )
    copy_details(cursor, number)


def copy_details(cursor: Any, number: int) -> None:
    """Copy the details of entry 57 to another one."""
    cursor.execute(
        "INSERT INTO audit_details SELECT %s, key, trail_key, sealed FROM audit_details"
        " WHERE entry = 57",
        (number,),
    )


@pytest.mark.parametrize(
    ("tamper", "kind", "entry"), WAYS, ids=[function.__name__ for function, _, _ in WAYS]
)
@pytest.mark.usefixtures("database")
def test_tampering_is_found_and_named(tamper: Way, kind: Kind, entry: int | None) -> None:
    many_acts(ACTS)
    witnessed()
    assert verify().whole

    with as_owner() as cursor:
        tamper(cursor)
    found = verify()

    assert not found.whole
    assert (kind, entry) in {(one.kind, one.entry) for one in found.findings}, found.findings


def test_there_are_fifteen_ways_at_least() -> None:
    assert len(WAYS) >= 15


@pytest.mark.usefixtures("database")
def test_one_change_is_one_finding() -> None:
    many_acts(ACTS)
    witnessed()

    with as_owner() as cursor:
        remove_every_trace(cursor)

    assert [(one.entry, one.kind) for one in verify().findings] == [(VICTIM, Kind.REMOVED)]
