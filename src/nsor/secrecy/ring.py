"""The key ring of this process: read again when its file changes, so that a rotation reaches it.

Rules that hold here: one place knows where the ring is; a key derived for a purpose is kept, as
deriving one costs more than using it.
"""

import functools
import os
import threading

from django.conf import settings

from nsor import keyring
from nsor.keyring import KeyRing

_lock = threading.Lock()
_held: tuple[tuple[object, ...], KeyRing] | None = None


def ring() -> KeyRing:
    """Return the key ring as it is now. Raises ``nsor.keyring.KeyRingError``."""
    global _held
    seen = _seen()
    if seen is not None and _held is not None and _held[0] == seen:
        return _held[1]
    with _lock:
        loaded = keyring.load_or_make(settings.HOME)
        now = _seen()
        _held = (now, loaded) if now is not None else None
        return loaded


def derived(purpose: str, key_id: str | None = None) -> bytes:
    """Return 32 bytes for ``purpose`` from the ring's key ``key_id``, or else its current one.

    Raises ``nsor.keyring.KeyRingError``, also where the ring lacks that key.
    """
    held = ring()
    chosen = key_id or held.current
    if chosen not in held.keys:
        raise keyring.KeyRingError(f"The key ring lacks the key {chosen}, which sealed this.")
    return _derive(held.keys[chosen], purpose)


def key_ids() -> tuple[str, ...]:
    """Return the names of the ring's keys, the current one first."""
    held = ring()
    return (held.current, *(name for name in held.keys if name != held.current))


@functools.lru_cache(maxsize=256)
def _derive(source: bytes, purpose: str) -> bytes:
    return KeyRing({"": source}, "").derive(purpose)


def _seen() -> tuple[object, ...] | None:
    where = keyring.path(settings.HOME)
    try:
        stat = os.stat(where)
    except OSError:
        return None
    return where, stat.st_ino, stat.st_mtime_ns, stat.st_size
