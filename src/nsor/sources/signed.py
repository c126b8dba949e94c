"""Whose message it is: from a request, or a pair of files, to a source that is known.

Rules that hold here: whoever signed is known when this is done, and nothing is known before; an
unknown key, one that is out of force and a wrong signature take the same work and get one refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Q
from django.utils import timezone

from nsor.sources import signatures
from nsor.sources.models import SourceKey, Way
from nsor.sources.signatures import Message


@dataclass(frozen=True, slots=True)
class Signed:
    """A message that a source signed."""

    way: Way
    source: int
    keyid: str
    nonce: str
    keep_nonce_until: datetime
    body: bytes = field(repr=False)
    whole: bytes = field(repr=False)
    """What was signed, whole, as it is kept as proof."""
    idempotency_key: str = ""


def of_request(message: Message) -> Signed:
    """Return whose message a request is. Raises ``Problem`` as ``signatures.examine`` does."""
    claim = signatures.examine(message, timezone.now())
    key = known_key(claim.keyid, lambda public: signatures.verify(message, public))
    has_body = message.method not in ("GET", "HEAD")
    return Signed(
        way=Way.API,
        source=key.source_id,
        keyid=key.keyid,
        nonce=claim.nonce,
        keep_nonce_until=claim.expires + signatures.SKEW,
        body=message.body,
        whole=_written(message),
        idempotency_key=signatures.idempotency_key(message) if has_body else "",
    )


def known_key(keyid: str, verify: Callable[[Ed25519PublicKey | None], None]) -> SourceKey:
    """Return a key that is in force, after ``verify`` found that it signed.

    ``verify`` raises ``Problem`` otherwise, and always where it is given None.
    """
    now = timezone.now()
    in_force = Q(valid_to=None) | Q(valid_to__gt=now)
    key = SourceKey.objects.filter(
        in_force, keyid=keyid, revoked_at=None, valid_from__lte=now
    ).first()
    verify(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public)) if key else None)
    assert key is not None, "what nobody signed isn't verified"
    return key


def _written(message: Message) -> bytes:
    kept = (*signatures.PUSH, "signature-input", "signature")
    lines = [f"{message.method} {message.url}"]
    lines += [
        f"{name.lower()}: {value}"
        for name, value in message.headers.items()
        if name.lower() in kept
    ]
    return "\n".join(lines).encode() + b"\n\n" + message.body
