"""Tokens: keyed hashes by which something secret is found without being stored in clear.

Rules that hold here: each purpose has a key of its own, so tokens of two purposes can't be
compared. A token of an enumerable thing, such as an identity number, is as secret as the key ring
is: who holds the ring can try them all. Look-ups try the tokens of every key of the ring, so that
they find what a rotation has not come to yet.
"""

import hmac

from nsor.secrecy import ring

TOKEN_BYTES = 16


def token(purpose: str, value: str, key_id: str | None = None) -> bytes:
    """Return the token of ``value`` under the ring's key ``key_id``, or else its current one.

    Raises ``nsor.keyring.KeyRingError``.
    """
    return _token(ring.derived(f"token/{purpose}", key_id), value)


def tokens(purpose: str, value: str) -> list[bytes]:
    """Return the tokens of ``value`` under each of the ring's keys, the current one's first."""
    return [_token(ring.derived(f"token/{purpose}", name), value) for name in ring.key_ids()]


def under(key: bytes, purpose: str, value: str) -> bytes:
    """Return the token of ``value`` among what belongs to the holder of one key."""
    return _token(key, f"{purpose}\0{value}")


def _token(key: bytes, value: str) -> bytes:
    return hmac.digest(key, value.encode(), "sha256")[:TOKEN_BYTES]
