"""What the tree says of an entry: the octets of its leaf, and the commitment to its details.

Rules that hold here: an entry has one form and no other (documented in ``docs/audit.md``); a
change of it needs a new version in its first member, and never changes a leaf that exists.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

VERSION = "nsor-entry/v1"
SALT_BYTES = 32

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


def leaf_data(number: int, at: int, act: str, actor: str, subject: str, commitment: bytes) -> bytes:
    """Return the octets whose hash is the entry's leaf: a JSON array without spaces, in ASCII.

    ``at`` is in microseconds since 1970 began, UTC.
    """
    members = [VERSION, number, at, act, actor, subject, commitment.hex()]
    return json.dumps(members, separators=(",", ":")).encode()


def canonical(details: Mapping[str, Json]) -> bytes:
    """Return the canonical JSON of details. Raises ``ValueError`` for infinity and the like."""
    return json.dumps(
        details, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def commitment(salted: bytes) -> bytes:
    """Return the commitment to salt and details; ``salted`` is the one before the other."""
    return hashlib.sha256(salted).digest()


def about(commitment: bytes) -> str:
    """Return what the sealed details are bound to."""
    return f"audit/details/{commitment.hex()}"
