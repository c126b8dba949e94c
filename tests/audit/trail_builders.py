"""Makes trails: acts, checkpoints that a witness cosigns, and what tampers with them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.note import Checkpoint
from nsor.audit.trail import NewEntry
from nsor.audit.witness import Attended, Witness

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_inclusion.py"

NAME = "محمد اسلم"


def acts(count: int, first: int = 0) -> list[int]:
    """Record ``count`` acts, each in its transaction; return their numbers."""
    numbers = []
    for at in range(first, first + count):
        with transaction.atomic():
            numbers.append(
                trail.record(
                    Act.RECORD_READ,
                    actor=f"officer:{at % 3 + 1}",
                    subject=f"offender:{at}",
                    details={"name": NAME, "at": at},
                )
            )
    return numbers


def many_acts(count: int) -> list[int]:
    """Record ``count`` acts in one transaction."""
    with transaction.atomic():
        return trail.record_all(
            NewEntry(Act.SEARCHED, "officer:1", "", {"at": at}) for at in range(count)
        )


def folder() -> Path:
    """Return the folder outside the database."""
    return Path(settings.AUDIT_DIR)


def witness_folder() -> Path:
    """Return where the witness keeps its state."""
    return folder().with_name("witness")


def attended(log_key: str | None = None) -> Attended:
    """Have the witness look at the request once."""
    return Witness(folder(), witness_folder(), log_key).attend()


def witnessed() -> Checkpoint:
    """Write a checkpoint and have it cosigned."""
    head = write_checkpoint().checkpoint
    assert attended().checkpoint == head
    return head


def audit(*arguments: object, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run ``nsor audit`` as a process, with the databases of this test."""
    done = subprocess.run(
        [sys.executable, "-m", "nsor.cli", "audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == exit_code, (done.returncode, done.stdout, done.stderr)
    return done


def inclusion(proof: object, *options: object) -> subprocess.CompletedProcess[str]:
    """Run the script for outsiders on a proof, as a process that has nothing of ours."""
    path = folder() / "proof.json"
    path.write_text(proof if isinstance(proof, str) else json.dumps(proof))
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )


@contextmanager
def as_owner() -> Iterator[Any]:
    """Tamper as the database's owner: without the triggers and without what is unique."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _forget_sqlite_rules(cursor)
            yield cursor
        else:
            cursor.execute("SELECT tablename FROM pg_tables WHERE starts_with(tablename, 'audit_')")
            for (table,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute("ALTER TABLE audit_leaf DROP CONSTRAINT IF EXISTS audit_leaf_entry_key")
            yield cursor


def _forget_sqlite_rules(cursor: Any) -> None:
    cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    for name, table in cursor.fetchall():
        if table.startswith("audit_"):
            cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute('CREATE TABLE loose ("index" INTEGER PRIMARY KEY, entry bigint, hash BLOB)')
    cursor.execute("INSERT INTO loose SELECT * FROM audit_leaf")
    cursor.execute("DROP TABLE audit_leaf")
    cursor.execute("ALTER TABLE loose RENAME TO audit_leaf")


def restored_to(number: int) -> None:
    """Make the database what a backup from before has: nothing after entry ``number``."""
    with as_owner() as cursor:
        for table, column in (("entry", "id"), ("details", "entry"), ("leaf", "entry")):
            cursor.execute(f"DELETE FROM audit_{table} WHERE {column} > %s", (number,))
        cursor.execute("SELECT count(*) FROM audit_leaf")
        (leaves,) = cursor.fetchone()
        cursor.execute('DELETE FROM audit_tile WHERE "index" >= %s', (leaves // 256,))
        if connection.vendor == "sqlite":
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = %s WHERE name = 'audit_entry'", (number,)
            )
        else:
            cursor.execute(
                "SELECT setval('audit_entry_id_seq', %s, %s)", (max(number, 1), number > 0)
            )
