"""A register to be measured with: made-up people, published straight into the feed.

    python -m bench.register fill --people N --listed FILE
    python -m bench.register burst --people N

Works on the database that ``NSOR_DATABASE_URL`` names. ``fill`` makes it and writes who is listed
to a file, 13 digits a line. ``burst`` prepares one release of more people, prints ``prepared``,
waits for a line on stdin, makes the release visible and prints the feed's last sequence.

Rules that hold here: no listed number begins with 8, so that the load generator can make up
unlisted ones; the people are those of ``bench.directory``.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import django

from bench import directory

OFFICER = "Bench Officer"
CHUNK = 5000
UNLISTED_FROM = 8 * 10**12
"""Where the numbers begin that nobody on the register has."""


def people(count: int, seed: int) -> Iterator[Any]:
    """Yield ``count`` publications under numbers below ``UNLISTED_FROM``."""
    drawn = directory.publications(2 * count, seed=seed)
    return islice((one for one in drawn if one.cnic < UNLISTED_FROM), count)


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nsor.settings"
    django.setup()


def fill(count: int, listed: Path) -> None:
    """Make the database, publish ``count`` people in one release, and list their numbers."""
    from django.db import connection

    from nsor.accounts.services import add_officer
    from nsor.commands.setup import migrate_database

    migrate_database()
    add_officer(OFFICER, "approval")
    release = prepare(count, seed=7)
    make_visible(release, count)
    with listed.open("w") as file:
        file.writelines(f"{one.cnic}\n" for one in people(count, seed=7))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def burst(count: int) -> None:
    """Publish ``count`` more people at the moment that a line comes on stdin."""
    release = prepare(count, seed=os.getpid())
    print("prepared", flush=True)
    sys.stdin.readline()
    print(make_visible(release, count), flush=True)


def prepare(count: int, seed: int) -> Any:
    """Write a release of ``count`` people that nobody sees yet, and return it."""
    from nsor.accounts.models import Officer
    from nsor.register.models import Batch, BatchState, Release, ReleaseKind

    batch = Batch.objects.create(kind="import", state=BatchState.APPROVED)
    release = Release.objects.create(
        kind=ReleaseKind.BATCH, officer=Officer.objects.get(name=OFFICER)
    )
    drawn, written = people(count, seed), 0
    while chunk := list(islice(drawn, CHUNK)):
        write(chunk, batch, release, written)
        written += len(chunk)
    return release


def write(chunk: list[Any], batch: Any, release: Any, before: int) -> None:
    """Write a chunk of people and what is published of them, sealed as the register does."""
    from django.db import transaction

    from nsor.register import documents, numbering
    from nsor.register.models import Publication
    from nsor.secrecy import subjects

    told = {f"{one.cnic:013}": one for one in chunk}
    known = numbering.holders(told)
    missing = dict.fromkeys([number for number in told if number not in known], "cnic")
    keys = subjects.new_keys(len(missing))
    with transaction.atomic():
        holders = known | numbering.make_holders(missing, batch, keys)
        Publication.objects.bulk_create(
            Publication(
                release=release,
                ordinal=ordinal,
                number_id=holders[number].number,
                listed=one.listed,
                key_id=holders[number].key.id,
                sealed=documents.seal_told(
                    holders[number].key.key,
                    (release.pk, ordinal),
                    documents.Told(one.cnic, *one[3:]),
                ),
            )
            for ordinal, (number, one) in enumerate(told.items(), before + 1)
        )


def make_visible(release: Any, count: int) -> int:
    """Make a prepared release visible; return the feed's last sequence."""
    from django.db import transaction

    from nsor.register.publishing import lock_head, release_prepared

    with transaction.atomic():
        return release_prepared(lock_head(), release, count)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.register")
    parser.add_argument("act", choices=("fill", "burst"))
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--listed", type=Path)
    given = parser.parse_args()
    if (given.act == "fill") != bool(given.listed):
        parser.error("fill needs --listed, and burst has none")
    set_up()
    if given.act == "fill":
        fill(given.people, given.listed)
    else:
        burst(given.people)


if __name__ == "__main__":
    main()
