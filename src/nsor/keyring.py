"""The key ring: the file of secrets from which every other key is derived.

Rules that hold here: the file is made once, with mode 0600, and never rewritten in place; its
keys never leave this module, only keys derived from them for a named purpose (HKDF, RFC 5869).
The newest key is used for new data; the older ones still open what they sealed.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
LONGEST_ID = 64


class KeyRingError(RuntimeError):
    """The key ring can't be read. The message names the file and what would be right."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Secrets by id; ``current`` names the one that seals new data."""

    keys: dict[str, bytes]
    current: str

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """Return 32 bytes for ``purpose``, from key ``key_id`` or else from the current one."""
        source = self.keys[key_id or self.current]
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(source)


def path(home: Path) -> Path:
    """Return where the key ring lies: ``NSOR_KEYS``, or else ``keys.json`` in ``home``."""
    named = os.environ.get("NSOR_KEYS")
    return Path(named) if named else home / "keys.json"


def lies_beside_data(home: Path) -> bool:
    """Tell whether the key ring lies in the folder that it protects."""
    return path(home).resolve().is_relative_to(home.resolve())


def load_or_make(home: Path) -> KeyRing:
    """Open the key ring, or make one with a fresh key where there is none.

    Raises ``KeyRingError`` where the file can't be understood or others may read it.
    """
    where = path(home)
    try:
        if not where.exists():
            _make(where)
        if where.stat().st_mode & 0o077:
            raise KeyRingError(f"The key ring {where} can be read by others: set its mode to 0600.")
        written = where.read_bytes()
    except OSError as error:
        raise KeyRingError(f"The key ring {where} can't be opened: {error.strerror}.") from error
    try:
        document = json.loads(written)
        keys = {str(name): bytes.fromhex(value) for name, value in document["keys"].items()}
        ring = KeyRing(keys, str(document["current"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyRingError(
            f'The key ring {where} is not of the form {{"current": "1", "keys": {{"1": "<hex>"}}}}.'
        ) from error
    if ring.current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyRingError(f"The key ring {where} lacks its current key, or a key is not 32 bytes.")
    if not all(name.isascii() and 0 < len(name) <= LONGEST_ID for name in keys):
        raise KeyRingError(
            f"The key ring {where} names a key by no 1 to {LONGEST_ID} ASCII letters."
        )
    return ring


def _make(where: Path) -> None:
    where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    document = {"current": "1", "keys": {"1": secrets.token_hex(KEY_BYTES)}}
    fresh = where.with_name(f".{where.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, where)  # unlike a rename, never replaces a ring made meanwhile
        except FileExistsError:
            return
    finally:
        fresh.unlink()
    directory = os.open(where.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
