"""The key ring of this process: read again when it changes, so that a rotation reaches it.

Rules that hold here: one place knows where the ring is; a key derived for a purpose is kept, as
deriving one costs more than using it; a key that the ring seems to lack is looked for anew before
anybody is told so.
"""

import functools
import threading
import time
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

from nsor import keyring
from nsor.keyring import KeyRing, RingSource

ASK_AGAIN_AFTER = 1.0
"""Seconds between two looks at a ring for a key that it lacks."""

_lock = threading.Lock()
_held: "_Held | None" = None


class _Held(NamedTuple):
    """A ring as it was read, from where, and what told then how it was."""

    where: RingSource
    ring: KeyRing
    seen: object
    at: float

    def is_fresh(self, where: RingSource) -> bool:
        if self.where != where:
            return False
        if where.keeps is not None:
            return time.monotonic() - self.at < where.keeps
        return self.seen is not None and self.seen == where.seen()


def ring() -> KeyRing:
    """Return the key ring as it is now. Raises ``nsor.keyring.KeyRingError``."""
    where, held = keyring.source(settings.HOME), _held
    if held is not None and held.is_fresh(where):
        return held.ring
    return _read(where).ring


def refresh() -> KeyRing:
    """Read the key ring anew and return it. Raises ``nsor.keyring.KeyRingError``."""
    return _read(keyring.source(settings.HOME)).ring


def add() -> KeyRing:
    """Add a fresh key to the ring and make it current; return the ring with it.

    Raises ``nsor.keyring.KeyRingError``, also where the ring is a key service's.
    """
    keyring.source(settings.HOME).add()
    return refresh()


def drop(key_id: str) -> KeyRing:
    """Take an older key out of the ring; return the ring without it. Raises as ``add`` does."""
    keyring.source(settings.HOME).drop(key_id)
    return refresh()


def derived(purpose: str, key_id: str | None = None) -> bytes:
    """Return 32 bytes for ``purpose`` from the ring's key ``key_id``, or else its current one.

    Raises ``nsor.keyring.KeyRingError``, also where the ring lacks that key.
    """
    held = ring()
    chosen = key_id or held.current
    if chosen not in held.keys:
        held = _looked_for(chosen)
    return _derive(held.keys[chosen], purpose)


def holds(key_id: str) -> bool:
    """Tell whether the ring holds a key. Raises ``nsor.keyring.KeyRingError``."""
    if key_id in ring().keys:
        return True
    return key_id in _looked_at_anew().keys


def require(key_ids: Iterable[str]) -> None:
    """Raise ``nsor.keyring.KeyRingError`` unless the ring holds all these keys."""
    held = ring()
    for key_id in key_ids:
        if key_id not in held.keys:
            held = _looked_for(key_id)


def key_ids() -> tuple[str, ...]:
    """Return the names of the ring's keys, the current one first."""
    held = ring()
    return (held.current, *(name for name in held.keys if name != held.current))


def _looked_for(key_id: str) -> KeyRing:
    found = _looked_at_anew()
    if key_id not in found.keys:
        raise keyring.KeyRingError(
            f"The key ring lacks the key {key_id}, under which data are stored:"
            " put that key back into the ring."
        )
    return found


def _looked_at_anew() -> KeyRing:
    """Return the ring, read again unless that was done a moment ago."""
    held = _held
    if held is not None and time.monotonic() - held.at < ASK_AGAIN_AFTER:
        return ring()
    return refresh()


def _read(where: RingSource) -> _Held:
    global _held
    with _lock:
        before = where.seen()  # before it is read: then it is never newer than what is read
        # Where a ring was read once, one that is gone is a fault, and no new one is made.
        known = _held is not None and _held.where == where
        found = where.read() if known else where.read_or_make()
        _held = _Held(where, found, where.seen() if before is None else before, time.monotonic())
        return _held


@functools.lru_cache(maxsize=256)
def _derive(source: bytes, purpose: str) -> bytes:
    return KeyRing({"": source}, "").derive(purpose)
