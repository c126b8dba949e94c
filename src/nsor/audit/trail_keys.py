"""The trail's own keys: the one that signs checkpoints, and those that seal details.

Rules that hold here: a key is random, made once and never derived, so that it outlives every key
of the ring; it is stored only wrapped by the ring. A rotation of the ring adds wrappings and never
touches what a key has sealed or signed. Number 0 signs; the highest number seals what is new.
"""

import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from nsor.audit.errors import TrailError
from nsor.audit.models import TrailKey
from nsor.keyring import KEY_BYTES
from nsor.secrecy import ring
from nsor.secrecy.box import seal, unseal

PURPOSE = "audit-keys"
SIGNING = 0
FIRST_SEALING = 1
NEWEST = 8
"""Wrappings of the newest key that are looked at: there is one for each rotation since it began."""


class Sealing(NamedTuple):
    """A key that seals details, and its number."""

    number: int
    key: bytes


def signing() -> Ed25519PrivateKey:
    """Return the key that signs checkpoints, made on first use.

    Raises ``TrailError``, ``key_unavailable``.
    """
    return Ed25519PrivateKey.from_private_bytes(_held_or_made(SIGNING))


def sealing() -> Sealing:
    """Return the key that seals new details, made on first use. Raises as ``signing`` does."""
    rows = list(TrailKey.objects.filter(number__gt=SIGNING).order_by("-number", "-id")[:NEWEST])
    if not rows:
        return Sealing(FIRST_SEALING, _held_or_made(FIRST_SEALING))
    number = rows[0].number
    return Sealing(number, _unwrapped([row for row in rows if row.number == number]))


def by_number(number: int) -> bytes | None:
    """Return a key of the trail, None where there is none. Raises as ``signing`` does."""
    rows = list(TrailKey.objects.filter(number=number).order_by("-id"))
    return _unwrapped(rows) if rows else None


def _unwrapped(rows: list[TrailKey]) -> bytes:
    """Return the key that these rows wrap, by the newest wrapping that the ring opens."""
    held = set(ring.key_ids())
    for row in rows:
        if row.ring_key in held:
            wrapping = ring.derived(PURPOSE, row.ring_key)
            return unseal(wrapping, bytes(row.wrapped), _about(row.number))
    raise TrailError(
        "key_unavailable",
        f"The key ring lacks the key {rows[0].ring_key}, which wraps a key of the trail:"
        " put that key back into the ring.",
    )


def rotate() -> int:
    """Wrap every key under the ring's current one, and begin a new key for new details.

    Returns how many wrappings that took; 0 where all was done before. Safe to run again after it
    was stopped anywhere. Raises as ``signing`` does.
    """
    current = ring.ring().current
    added = 0
    with transaction.atomic():
        numbers = sorted(set(TrailKey.objects.values_list("number", flat=True)))
        wrapped = set(TrailKey.objects.filter(ring_key=current).values_list("number", flat=True))
        stale = [number for number in numbers if number not in wrapped]
        for number in stale:
            key = by_number(number)
            assert key is not None
            added += _store(number, key)
        if numbers and numbers[-1] in stale and numbers[-1] >= FIRST_SEALING:
            added += _store(numbers[-1] + 1, secrets.token_bytes(KEY_BYTES))
    return added


def _held_or_made(number: int) -> bytes:
    held = by_number(number)
    if held is not None:
        return held
    fresh = secrets.token_bytes(KEY_BYTES)
    if _store(number, fresh):
        return fresh
    made = by_number(number)  # by another one, meanwhile
    if made is None:
        raise TrailError("key_unavailable", "The trail's key can't be made: try again.")
    return made


def _store(number: int, key: bytes) -> bool:
    current = ring.ring().current
    wrapped = seal(ring.derived(PURPOSE, current), key, _about(number))
    try:
        with transaction.atomic():
            TrailKey.objects.create(number=number, ring_key=current, wrapped=wrapped)
    except IntegrityError:
        return False
    return True


def _about(number: int) -> str:
    return f"audit/key/{number}"
