"""Bringing the key store to another key of the ring, while others use it.

Rules that hold here: a person's key stays what it is, only its wrapping changes; a key that is
destroyed meanwhile stays destroyed. Each piece is a short transaction, and what is done needs no
note: a row says which key of the ring wraps it.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count

from nsor.secrecy import ring, subjects
from nsor.secrecy.models import StoredKey
from nsor.secrecy.router import KEYS
from nsor.secrecy.subjects import SubjectKey

AT_ONCE = 500


def wrapped_by() -> dict[str, int]:
    """Return how many people's keys each key of the ring wraps."""
    rows = StoredKey.objects.values_list("ring_key").order_by("ring_key").annotate(Count("pk"))
    return dict(rows)


def left(ring_key: str) -> int:
    """Return how many people's keys another key of the ring wraps than this one."""
    return StoredKey.objects.exclude(ring_key=ring_key).count()


def rewrap(ring_key: str) -> Iterator[int]:
    """Wrap every person's key under one key of the ring; yield how many, piece by piece.

    Raises ``nsor.keyring.KeyRingError``, ``nsor.secrecy.box.SealBroken``.
    """
    while done := _rewrap_some(ring_key):
        yield done


def _rewrap_some(ring_key: str) -> int:
    wrapping = ring.derived(subjects.PURPOSE, ring_key)
    with transaction.atomic(using=KEYS):
        rows = StoredKey.objects.exclude(ring_key=ring_key).select_for_update().order_by("pk")
        some = list(rows[:AT_ONCE])
        for row in some:
            key = subjects.unwrap(row.pk, bytes(row.wrapped), row.ring_key)
            row.wrapped, row.ring_key = subjects.wrap(wrapping, SubjectKey(row.pk, key)), ring_key
        StoredKey.objects.bulk_update(some, ["wrapped", "ring_key"])
    return len(some)
