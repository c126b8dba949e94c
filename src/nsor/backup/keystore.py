"""Restoring the key store from its own backup.

Rules that hold here: it is loaded whole in one transaction; keys that the journal says were
destroyed are left out, whatever the backup holds; keys made later never get a number that may have
been another's.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from django.db import connections

from nsor.backup import sealing
from nsor.backup.errors import BackupError
from nsor.backup.framing import bad
from nsor.backup.receiving import receive
from nsor.register import journal
from nsor.register.journal import Damage, Destroyed
from nsor.secrecy.models import StoredKey
from nsor.secrecy.router import KEYS

MARGIN: Final = 1_000_000
"""Numbers that are left out, since keys that were lost with the old store may have had them."""
_AT_ONCE: Final = 500


class Done(NamedTuple):
    """How many keys there are now, and how many of the backup's had been destroyed."""

    keys: int
    destroyed: int


def restore_keystore(
    source: BinaryIO,
    identity_file: Path,
    *,
    replace: bool = False,
    incomplete: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Done:
    """Restore the key store; ``replace`` gives up the keys that it holds.

    Raises ``BackupError``: ``bad_identity``, ``not_empty``, ``no_journal``, ``journal_damaged``,
    and as ``receiving.receive`` does; ``OSError``.
    """
    identity = sealing.identity(identity_file)
    if StoredKey.objects.exists() and not replace:
        raise BackupError(
            "not_empty", "The key store holds keys: restore into an empty one, or say --replace."
        )
    destroyed = _destroyed(incomplete=incomplete)
    with receive(source, identity, KEYS, "keystore", _no_file, progress):
        left_out = 0
        for start in range(0, len(destroyed), _AT_ONCE):
            some = destroyed[start : start + _AT_ONCE]
            left_out += StoredKey.objects.filter(pk__in=some).delete()[0]
        _skip_numbers()
    return Done(StoredKey.objects.count(), left_out)


def _destroyed(*, incomplete: bool) -> list[int]:
    keys: set[int] = set()
    if not journal.exists() and not incomplete:
        raise BackupError(
            "no_journal",
            "There is no journal of silences, which says whose keys were destroyed since: bring it"
            " back. Only where it is lost, say --incomplete.",
        )
    for found in journal.read():
        if isinstance(found, Damage):
            if not incomplete:
                raise BackupError(
                    "journal_damaged",
                    f"The journal is damaged: {found.message} Mend it from its copy, or, where"
                    " there is none, say --incomplete.",
                )
        elif isinstance(found.note, Destroyed):
            keys.update(found.note.keys)
    return sorted(keys)


def _no_file(name: str, octets: bytes) -> None:
    raise bad("it holds a file where none can be")


def _skip_numbers() -> None:
    connection, table = connections[KEYS], StoredKey._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", (MARGIN, table)
            )
            return
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", (table,))
        (sequence,) = cursor.fetchone()
        cursor.execute(
            f"SELECT setval(%s, last_value + %s) FROM {sequence}",  # noqa: S608 - its own name
            (sequence, MARGIN),
        )
