"""Filling a register with the people of ``bench.search_people``: each approved and published.

Rules that hold here: rows go straight into the tables, as the services would have written them;
what is sealed is sealed, and what is a token is made, by the register's own code. On PostgreSQL two
processes copy, and no row's foreign keys are checked, as all of them are made here.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import django
from rich.progress import track

from bench.search_people import Made, person

CHUNK = 5_000
WORKERS = 2
ENTERED_BY, OFFICER = "Bench Entry", "Bench Officer"


class First(NamedTuple):
    """What was there before, and the first number of each table's new rows."""

    batch: int
    release: int
    law_version: int
    ring_key: str
    key: int
    offender: int
    number: int
    profile: int
    conviction: int


def set_up() -> None:
    """Make Django ready, in a process of its own too."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nsor.settings"
    django.setup()


def fill(count: int) -> None:
    """Make the databases, and publish ``count`` people."""
    from django.db import connection

    from nsor.commands.setup import migrate_database

    migrate_database()
    began = time.monotonic()
    first = _prepare(count)
    chunks = [(first, at, min(CHUNK, count - at)) for at in range(0, count, CHUNK)]
    if connection.vendor == "postgresql":
        connection.close()
        with multiprocessing.get_context("spawn").Pool(WORKERS, set_up) as pool:
            for _ in track(pool.imap_unordered(_write_chunk, chunks), "filling", len(chunks)):
                pass
    else:
        for chunk in track(chunks, "filling"):
            _write_chunk(chunk)
    _release(first, count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"{count:,} people in {time.monotonic() - began:.0f} s")


def _prepare(count: int) -> First:
    from django.db import transaction
    from django.utils.timezone import now

    from nsor.accounts.models import Officer
    from nsor.accounts.services import add_officer
    from nsor.law import catalogue
    from nsor.register import models, token_keys
    from nsor.secrecy import ids, ring
    from nsor.secrecy.models import StoredKey

    for name, role in ((ENTERED_BY, "entry"), (OFFICER, "approval")):
        if not Officer.objects.filter(name=name).exists():
            add_officer(name, role)
    with transaction.atomic():
        token_keys.for_new_tokens()
        batch = models.Batch.objects.create(
            kind="import",
            state="staging",
            entered_by=Officer.objects.get(name=ENTERED_BY),
            entries=count,
            submitted_at=now(),
        )
        release = models.Release.objects.create(
            kind="batch", batch=batch, officer=Officer.objects.get(name=OFFICER)
        )
        rows = (models.Offender, models.IdentityNumber, models.Profile, models.Conviction)
        numbers = [ids.allocate(model, count)[0] for model in rows]
    with transaction.atomic(using="keys"):
        key = ids.allocate(StoredKey, count, "keys")[0]
    law_version = catalogue.in_force().version
    return First(batch.pk, release.pk, law_version, ring.ring().current, key, *numbers)


def _release(first: First, count: int) -> None:
    """Approve the batch and release what was published, in the order of the feed."""
    from django.db import transaction

    from nsor.accounts.models import Officer
    from nsor.audit import trail
    from nsor.audit.acts import Act
    from nsor.register.approving import decide
    from nsor.register.models import Batch, Release
    from nsor.register.publishing import lock_head, release_prepared

    with transaction.atomic():
        head = lock_head()
        batch = Batch.objects.get(pk=first.batch)
        officer = Officer.objects.get(name=OFFICER)
        head.last_submission += 1
        batch.submission = head.last_submission
        decide(head, batch, officer)
        release_prepared(head, Release.objects.get(pk=first.release), count)
        trail.record(Act.BATCH_APPROVED, actor=f"officer:{officer.pk}", subject=f"batch:{batch.pk}")


def _write_chunk(chunk: tuple[First, int, int]) -> None:
    """Write the people of some places, with all that belongs to them."""
    first, start, count = chunk
    from django.db import connections

    from nsor.register import documents, terms
    from nsor.register.numbering import number_token
    from nsor.register.search import indexing
    from nsor.secrecy import ring, subjects
    from nsor.secrecy.subjects import SubjectKey

    law, now = terms.law_now().tiers, datetime.now(UTC)
    wrapping = ring.derived(subjects.PURPOSE, first.ring_key)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in (*_COLUMNS, *_KEY_COLUMNS)}
    indexed = []
    for at in range(start, start + count):
        made = person(at)
        key = SubjectKey(first.key + at, os.urandom(32))
        offender, number, conviction = (
            first.offender + at,
            first.number + at,
            first.conviction + at,
        )
        profile = documents.Profile(
            name_ur=made.name_ur,
            father_name_ur=made.father_ur,
            name_en=made.name_en,
            father_name_en=made.father_en,
            relation="father",
            sex="female" if made.woman else "male",
            date_of_birth=made.born,
            address=f"House {at % 900}, Street {at % 40}",
            district=made.district,
        )
        indexed.append((offender, profile))
        case = documents.Case(
            court=f"Sessions Court, {made.district}",
            case_number=f"{at % 9_000}/{made.convicted_on.year}",
            person=profile,
            fir_number=f"{at % 700}/{made.offence_on.year}",
        )
        told = documents.Told(int(made.number), profile.sex, "father", *documents.names_of(profile))
        term = _term(law, made)
        rows["secrecy_storedkey"].append(
            (key.id, subjects.wrap(wrapping, key), first.ring_key, now)
        )
        rows["register_offender"].append((offender, key.id, "active", "", *term))
        rows["register_identitynumber"].append(
            (
                number,
                "cnic",
                number_token(made.number, first.ring_key),
                documents.seal_number(key.key, number, made.number),
                offender,
                first.batch,
            )
        )
        row = first.profile + at
        rows["register_profile"].append(
            (
                row,
                made.convicted_on,
                documents.seal_profile(key.key, row, profile),
                offender,
                first.batch,
            )
        )
        rows["register_registration"].append(
            (made.convicted_on, "active", "", *term, offender, first.batch)
        )
        rows["register_conviction"].append(
            (
                conviction,
                at + 2,
                True,
                *(os.urandom(16) for _ in range(3)),
                documents.seal_case(key.key, conviction, case),
                made.sections,
                True,
                first.law_version,
                made.convicted_on,
                made.offence_on,
                False,
                False,
                "woman",
                "none",
                "none",
                "",
                first.batch,
                offender,
                number,
            )
        )
        place = (first.release, at + 1)
        rows["register_publication"].append(
            (
                at + 1,
                True,
                key.id,
                documents.seal_told(key.key, place, told),
                number,
                first.release,
            )
        )
    with _unchecked("keys"):
        _load("keys", "secrecy_storedkey", _KEY_COLUMNS["secrecy_storedkey"], rows)
    with _unchecked("default"):
        for table, columns in _COLUMNS.items():
            _load("default", table, columns, rows)
        indexing.add(indexed)
    for alias in ("keys", "default"):
        if connections[alias].vendor == "postgresql":
            connections[alias].close()


def _term(law: Any, made: Made) -> tuple[Any, ...]:
    from nsor.law import catalogue

    tier = law.tier_of(
        catalogue.section_names(made.sections),
        victim_under_13=None,
        earlier_convictions=0,
        sentence_months=None,
    )
    given: dict[str, Any] = {
        "convicted_on": made.convicted_on,
        "released_on": None,
        "sentence_months": None,
    }
    ends = law.term_ends(tier, **given, clean_record=False, juvenile=False)
    return tier, ends, law.review_on(tier, **given)


_KEY_COLUMNS = {"secrecy_storedkey": "id,wrapped,ring_key,made_at"}
_COLUMNS = {
    "register_offender": "id,key_id,standing,ground,tier,term_ends,review_on",
    "register_identitynumber": "id,kind,token,sealed,offender_id,recorded_by_id",
    "register_profile": "id,valid_from,sealed,offender_id,recorded_by_id",
    "register_registration": (
        "valid_from,standing,ground,tier,term_ends,review_on,offender_id,recorded_by_id"
    ),
    "register_conviction": (
        "id,line,current,case_token,name_token,father_token,sealed,sections,registrable,"
        "law_version,convicted_on,offence_on,juvenile,court_order,victim_category,"
        "entered_appeal_state,appeal_state,warnings,batch_id,offender_id,number_id"
    ),
    "register_publication": "ordinal,listed,key_id,sealed,number_id,release_id",
}


@contextmanager
def _unchecked(alias: str) -> Iterator[None]:
    """Hold a transaction that doesn't check each row's foreign keys: all of them are made here."""
    from django.db import connections, transaction

    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
            if connection.vendor == "postgresql"
            else "PRAGMA synchronous = OFF"
        )
    with transaction.atomic(using=alias):
        yield


def _load(alias: str, table: str, columns: str, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    from django.db import connections

    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ",".join("%s" for _ in columns.split(","))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
            return
        with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write("".join("\t".join(map(_cell, row)) + "\n" for row in rows[table]))


def _cell(value: Any) -> str:
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return "\\N" if value is None else str(value)
