"""Recording an act.

Rules that hold here: an entry is written in the transaction of what it records, so that there is
no act without entry and no entry without act; nobody waits for anybody (the order is made later,
by ``nsor.audit.sequencing``). Personal data go into ``details`` and nowhere else.
"""

import json
import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from nsor.audit import trail_keys
from nsor.audit.acts import OUTCOMES, REACHES_OUTSIDE, Act
from nsor.audit.errors import TrailError
from nsor.audit.leaf import SALT_BYTES, Json, about, canonical, commitment
from nsor.audit.models import WORD, Details, Entry
from nsor.secrecy import subjects
from nsor.secrecy.box import seal, unseal
from nsor.secrecy.subjects import SubjectKey

AT_ONCE = 1000
_ENTRIES = "INSERT INTO audit_entry (at, act, actor, subject, commitment)"
_DETAILS = "INSERT INTO audit_details (entry, key, trail_key, sealed)"
_WORD = re.compile(r"[a-z][a-z_-]*(:[0-9A-Za-z][0-9A-Za-z._/-]*)?")
_NUMBER_OF_SOMEBODY = re.compile(r"[0-9]{5}-?[0-9]{7}-?[0-9]")


class NewEntry(NamedTuple):
    """An act that is to be recorded; the members are those of ``record``."""

    act: Act
    actor: str
    subject: str = ""
    details: Mapping[str, Json] | None = None
    key: SubjectKey | None = None


def record(
    act: Act,
    *,
    actor: str,
    subject: str = "",
    details: Mapping[str, Json] | None = None,
    key: SubjectKey | None = None,
) -> int:
    """Record an act inside the open transaction; return the entry's number.

    ``actor`` is ``officer:12`` or ``system``; ``subject`` is ``offender:123``, ``batch:7`` or
    empty. ``details`` are sealed under ``key``, the person's, or else under a key of the trail.
    Raises ``TrailError``: ``no_transaction``, ``bad_entry``, ``needs_intent``.
    """
    return record_all([NewEntry(act, actor, subject, details, key)])[0]


def record_all(entries: Iterable[NewEntry]) -> list[int]:
    """Record many acts inside the open transaction; return their numbers in the same order.

    Raises as ``record`` does.
    """
    given = list(entries)
    for one in given:
        if one.act in REACHES_OUTSIDE:
            raise TrailError(
                "needs_intent", f"{one.act} reaches outside: use intent before it, outcome after."
            )
    return _write(given)


def intent(
    act: Act,
    *,
    actor: str,
    subject: str = "",
    details: Mapping[str, Json] | None = None,
    key: SubjectKey | None = None,
) -> int:
    """Record that an act that reaches outside is about to happen; return the entry's number.

    It is committed when this returns, so it is refused inside of a transaction. Raises
    ``TrailError``: ``in_transaction``, ``bad_entry``.
    """
    if connection.in_atomic_block:
        raise TrailError(
            "in_transaction", "An intent is committed before the act: open no transaction."
        )
    with transaction.atomic():
        return _write([NewEntry(act, actor, subject, details, key)])[0]


def outcome(
    entry: int,
    *,
    actor: str,
    done: bool,
    details: Mapping[str, Json] | None = None,
    key: SubjectKey | None = None,
) -> int:
    """Record how that ended which ``entry`` intended; return the number of the new entry.

    Raises ``TrailError``, ``bad_entry``.
    """
    act = Act.OUTCOME_DONE if done else Act.OUTCOME_FAILED
    with transaction.atomic():
        return _write([NewEntry(act, actor, f"entry:{entry}", details, key)])[0]


def without_outcome(since: int = 0) -> list[int]:
    """Return the numbers of intents whose outcome nobody recorded, such as after a crash.

    ``since`` is in microseconds since 1970 began, UTC; who looks at a part of the trail waits less.
    """
    intended, ended = sorted(REACHES_OUTSIDE), sorted(OUTCOMES)
    acts, outcomes = (", ".join(["%s"] * len(some)) for some in (intended, ended))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id FROM audit_entry e WHERE e.act IN ({acts}) AND e.at >= %s"  # noqa: S608
            " AND NOT EXISTS ("
            " SELECT 1 FROM audit_entry o WHERE o.subject = 'entry:' || e.id"
            f" AND o.act IN ({outcomes})) ORDER BY e.id",
            [*map(str, intended), since, *map(str, ended)],
        )
        return [row[0] for row in cursor.fetchall()]


def details(number: int) -> dict[str, Any] | None:
    """Return what an entry says beyond its columns; None where the person's key is destroyed.

    Raises ``TrailError``, ``unknown_entry``, and ``nsor.secrecy.box.SealBroken``.
    """
    entry = Entry.objects.filter(pk=number).first()
    row = Details.objects.filter(pk=number).first()
    if entry is None or row is None:
        raise TrailError("unknown_entry", f"The trail has no entry {number} with its details.")
    key = opening(row)
    if key is None:
        return None
    opened = unseal(key, bytes(row.sealed), about(bytes(entry.commitment)))
    found: dict[str, Any] = json.loads(opened[SALT_BYTES:])
    return found


def opening(row: Details) -> bytes | None:
    """Return the key that opens details, None where it is destroyed. Raises ``TrailError``."""
    if row.key is not None:
        return subjects.key(row.key)
    return trail_keys.by_number(row.trail_key or 0)


def _write(given: list[NewEntry]) -> list[int]:
    if not connection.in_atomic_block:
        raise TrailError(
            "no_transaction", "An entry is written in the transaction of what it records: open one."
        )
    for one in given:
        _require_words(one)
    now = time.time_ns() // 1000
    salted = [secrets.token_bytes(SALT_BYTES) + _said(one) for one in given]
    promised = [commitment(said) for said in salted]
    own = trail_keys.sealing() if any(one.key is None for one in given) else None
    numbers: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(given), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            entries = [
                (now, str(one.act), one.actor, one.subject, promise)
                for one, promise in zip(given[part], promised[part], strict=True)
            ]
            cursor.execute(*_inserting(_ENTRIES, entries, returning="id"))
            made = [row[0] for row in cursor.fetchall()]
            details = [
                (number, *_sealed(said, promise, one.key, own))
                for number, said, promise, one in zip(
                    made, salted[part], promised[part], given[part], strict=True
                )
            ]
            cursor.execute(*_inserting(_DETAILS, details))
            numbers += made
    return numbers


def _sealed(
    said: bytes, promised: bytes, key: SubjectKey | None, own: trail_keys.Sealing | None
) -> tuple[int | None, int | None, bytes]:
    """Return the number of the key, a person's or the trail's, and what it seals."""
    bound = about(promised)
    if key is not None:
        return key.id, None, seal(key.key, said, bound)
    assert own is not None
    return None, own.number, seal(own.key, said, bound)


def _inserting(
    into: str, rows: Sequence[tuple[object, ...]], returning: str = ""
) -> tuple[str, list[Any]]:
    """Return one statement for many rows, and its parameters.

    The object mapper would take three times as long, and every act of the register waits for this.
    """
    values = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
    returned = f" RETURNING {returning}" if returning else ""
    return f"{into} VALUES {values}{returned}", [value for row in rows for value in row]


def _said(one: NewEntry) -> bytes:
    try:
        return canonical(one.details or {})
    except (TypeError, ValueError):
        raise TrailError(
            "bad_entry", f"The details of {one.act} are not text, numbers, lists and objects."
        ) from None


def _require_words(one: NewEntry) -> None:
    for name, word in (("actor", one.actor), ("subject", one.subject)):
        if not word and name == "subject":
            continue
        fits = len(word) <= WORD and _WORD.fullmatch(word)
        if not fits or _NUMBER_OF_SOMEBODY.search(word):
            raise TrailError(
                "bad_entry",
                f"The {name} of {one.act} is not a word with an id, such as officer:12; personal"
                " data belong into the details.",
            )
