"""The keys of people: each person's data are sealed under a key of their own.

Rules that hold here: a key is in the store before anything is sealed with it; one that was
destroyed is not there any more, and whatever it sealed is unreadable from then on, in every backup
of the data too. A key is wrapped by the ring and bound to its number.
"""

import secrets
from collections.abc import Iterable
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone

from nsor.keyring import KEY_BYTES
from nsor.secrecy import ids, ring
from nsor.secrecy.box import seal, unseal, unseal_with
from nsor.secrecy.models import StoredKey
from nsor.secrecy.router import KEYS

PURPOSE = "subject-keys"
AT_ONCE = 500


class SubjectKey(NamedTuple):
    """A person's key, and its number in the key store."""

    id: int
    key: bytes

    def __repr__(self) -> str:
        return f"SubjectKey(id={self.id})"


def new_keys(count: int) -> list[SubjectKey]:
    """Make ``count`` keys; they are in the key store when this returns."""
    current = ring.ring().current
    wrapping = ring.derived(PURPOSE, current)
    now = timezone.now()
    with transaction.atomic(using=KEYS):
        made = [
            SubjectKey(number, secrets.token_bytes(KEY_BYTES))
            for number in ids.allocate(StoredKey, count, KEYS)
        ]
        StoredKey.objects.bulk_create(
            StoredKey(id=one.id, wrapped=wrap(wrapping, one), ring_key=current, made_at=now)
            for one in made
        )
    return made


def keys(wanted: Iterable[int]) -> dict[int, bytes]:
    """Return the keys of these numbers; one that was destroyed is missing.

    Raises ``nsor.keyring.KeyRingError``, ``nsor.secrecy.box.SealBroken``.
    """
    numbers = list(dict.fromkeys(wanted))
    found: dict[int, bytes] = {}
    for start in range(0, len(numbers), AT_ONCE):
        rows = StoredKey.objects.filter(pk__in=numbers[start : start + AT_ONCE])
        found.update(unwrap_all(rows.values_list("pk", "wrapped", "ring_key")))
    return found


def key(number: int) -> bytes | None:
    """Return one key, None where it was destroyed. Raises as ``keys`` does."""
    return keys((number,)).get(number)


def destroy(numbers: Iterable[int]) -> None:
    """Destroy keys; what they sealed can't be read from now on."""
    with transaction.atomic(using=KEYS):
        StoredKey.objects.filter(pk__in=list(numbers)).delete()


def wrap(wrapping: bytes, one: SubjectKey) -> bytes:
    """Return a key sealed under a key of the ring, bound to its number."""
    return seal(wrapping, one.key, f"subject-key/{one.id}")


def unwrap_all(rows: Iterable[tuple[int, bytes | memoryview, str]]) -> dict[int, bytes]:
    """Return keys by number, from rows of number, wrapped key and ring key. Raises as ``keys``."""
    openers: dict[str, AESGCM] = {}
    found: dict[int, bytes] = {}
    for number, wrapped, ring_key in rows:
        opener = openers.get(ring_key)
        if opener is None:
            opener = openers[ring_key] = AESGCM(ring.derived(PURPOSE, ring_key))
        found[number] = unseal_with(opener, bytes(wrapped), f"subject-key/{number}")
    return found


def unwrap(number: int, wrapped: bytes, ring_key: str) -> bytes:
    """Return a key from its row. Raises as ``keys`` does."""
    return unseal(ring.derived(PURPOSE, ring_key), wrapped, f"subject-key/{number}")
