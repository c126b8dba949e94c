"""HTTP Message Signatures (RFC 9421) as sources make them: one way to sign, and nothing else.

Rules that hold here (no database, no clock of their own beyond ``now``):

- Covered are exactly the components of ``PUSH`` (a message with a body) or ``ASK`` (one without),
  each once and without parameters; the parameters are exactly those of ``PARAMETERS``.
- Everything that doesn't hang on the key is looked at first. What hangs on the key is one check
  with one refusal: an unknown key costs the same work as a known one.
- That a nonce was never seen is for the caller to keep: the library doesn't.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.digests import ContentDigest
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from nsor.sources.problems import Problem

ASK: Final = ("@method", "@target-uri", "@authority")
PUSH: Final = (*ASK, "content-digest", "content-type", "idempotency-key")
PARAMETERS: Final = ("created", "expires", "nonce", "keyid", "alg")
ALGORITHM: Final = "ed25519"
JSON_TYPE: Final = "application/json"
SKEW: Final = timedelta(seconds=60)
"""How far ``created`` may be from now, either way."""
LIFE: Final = timedelta(seconds=300)
"""How long after ``created`` a message may expire."""
LARGEST_BODY: Final = 256 * 1024
NONCE_BYTES: Final = 16
LONGEST_NONCE: Final = 64
LONGEST_FIELD: Final = 2048
_KEYID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NONCE: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_IDEMPOTENCY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(slots=True)
class Message:
    """A request as it is signed; ``url`` is the whole target, with scheme and authority."""

    method: str
    url: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature says of itself, all of it right but for the key."""

    keyid: str
    nonce: str
    created: datetime
    expires: datetime


class _One(HTTPSignatureKeyResolver):
    """The one key of a message."""

    def __init__(self, key: Ed25519PublicKey | Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key

    def resolve_private_key(self, key_id: str) -> Any:
        return self._key


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = SKEW


NOBODYS: Final = Ed25519PrivateKey.generate().public_key()
"""The key that an unknown key id is verified with: it fits nothing, and takes as long."""


def covered(message: Message) -> tuple[str, ...]:
    """Return what the signature of a message covers."""
    return ASK if message.method in ("GET", "HEAD") else PUSH


def examine(message: Message, now: datetime) -> Claim:
    """Return what a signature claims, after all is looked at that doesn't hang on the key.

    Raises ``Problem``: ``signature_missing``, ``signature_malformed``, ``components_wrong``,
    ``parameters_wrong``, ``signature_stale``, ``digest_wrong``, ``not_json``,
    ``bad_idempotency_key``.
    """
    names, given = _only_signature(message.headers)
    _require_covered(names, covered(message))
    claim = _claim(given)
    _require_fresh(claim, now)
    if message.method not in ("GET", "HEAD"):
        _require_body(message)
    return claim


def verify(message: Message, key: Ed25519PublicKey | None) -> None:
    """Raise ``Problem``, ``signature_wrong``, unless a key signed the message; None never did."""
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_One(key or NOBODYS))
    try:
        verifier.verify(message, max_age=None, require_components=covered(message))
    except (HTTPMessageSignaturesException, InvalidSignature, ValueError):
        raise Problem(
            "signature_wrong",
            "No key that is in force signed exactly this message: check the key, the key id, and"
            " that nothing of what is covered was changed on the way.",
        ) from None


def idempotency_key(message: Message) -> str:
    """Return the idempotency key. Raises ``Problem``, ``bad_idempotency_key``."""
    return require_idempotency_key(message.headers.get("idempotency-key", ""))


def require_idempotency_key(key: str) -> str:
    """Return a key of the right shape. Raises ``Problem``, ``bad_idempotency_key``."""
    if not _IDEMPOTENCY.fullmatch(key):
        raise Problem(
            "bad_idempotency_key",
            "Send one Idempotency-Key of 16 to 64 letters, digits, dashes and underscores, the"
            " same each time the same event is sent.",
        )
    return key


def sign(
    message: Message,
    key: Ed25519PrivateKey,
    keyid: str,
    *,
    now: datetime | None = None,
    lives: timedelta = LIFE,
) -> Message:
    """Return the message with the headers of its signature; the nonce is fresh."""
    created = now or datetime.now(UTC)
    headers = dict(message.headers)
    if message.method not in ("GET", "HEAD"):
        headers["Content-Digest"] = ContentDigest.create(message.body)
    signed = Message(message.method, message.url, headers, message.body)
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_One(key)).sign(
        signed,
        key_id=keyid,
        created=created,
        expires=created + lives,
        nonce=new_nonce(),
        label="sig",
        covered_component_ids=covered(message),
        use_existing_digest="Content-Digest" in headers,
    )
    return signed


def new_nonce() -> str:
    """Return a fresh nonce of 128 bits."""
    return secrets.token_urlsafe(NONCE_BYTES)


def require_nonce(nonce: object) -> str:
    """Return a nonce of 128 bits at least. Raises ``Problem``, ``parameters_wrong``."""
    if isinstance(nonce, str) and len(nonce) <= LONGEST_NONCE and _NONCE.fullmatch(nonce):
        plain = nonce.rstrip("=").replace("+", "-").replace("/", "_")
        try:
            octets = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
        except binascii.Error:
            octets = b""
        if len(octets) >= NONCE_BYTES:
            return nonce
    raise Problem(
        "parameters_wrong",
        f"The nonce is {NONCE_BYTES} random octets or more as base64, {LONGEST_NONCE} characters"
        " at most.",
    )


def accept_signature() -> str:
    """Return what a 401 tells of how to sign (RFC 9421, 5.1)."""
    parts = " ".join(f'"{name}"' for name in PUSH)
    return f'sig=({parts});created;expires;nonce;keyid;alg="{ALGORITHM}"'


def _only_signature(headers: Mapping[str, str]) -> tuple[list[object], dict[str, object]]:
    """Return what the one signature covers, and its parameters."""
    found = {name.lower(): value for name, value in headers.items()}
    inputs, signatures = found.get("signature-input", ""), found.get("signature", "")
    if not inputs or not signatures:
        raise Problem(
            "signature_missing", "Sign the message: send Signature-Input and Signature (RFC 9421)."
        )
    parsed = _dictionary(inputs)
    values = _dictionary(signatures)
    if len(parsed) != 1 or parsed.keys() != values.keys():
        raise _malformed("Send one signature, under the same label in both fields.")
    (value, parameters), (signature, extra) = *parsed.values(), *values.values()
    if not isinstance(value, list) or not isinstance(signature, bytes) or extra:
        raise _malformed("Signature-Input is a list of components, Signature a byte sequence.")
    names = [name if not more else None for name, more in value]
    return names, dict(parameters)


def _dictionary(text: str) -> dict[str, Any]:
    def twice(name: str, where: str) -> None:
        raise ValueError(f"twice in a {where}")

    if len(text) > LONGEST_FIELD:
        raise _malformed("The fields of a signature are longer than they can be.")
    try:
        found = http_sf.parse(text.encode("ascii"), tltype="dictionary", on_duplicate_key=twice)
    except (ValueError, TypeError):
        raise _malformed("Signature-Input and Signature are dictionaries (RFC 9651).") from None
    assert isinstance(found, dict)
    return found


def _require_covered(names: list[object], wanted: tuple[str, ...]) -> None:
    given = [name for name in names if isinstance(name, str)]
    if len(given) != len(names) or sorted(given) != sorted(wanted):
        listed = " ".join(wanted)
        raise Problem(
            "components_wrong",
            f"The signature covers each of these once, without parameters, and no more: {listed}.",
        )


def _claim(given: dict[str, object]) -> Claim:
    if sorted(given) != sorted(PARAMETERS):
        listed = ", ".join(PARAMETERS)
        raise Problem("parameters_wrong", f"A signature has exactly these parameters: {listed}.")
    if given["alg"] != ALGORITHM or type(given["alg"]) is not str:
        raise Problem("parameters_wrong", f"The algorithm is {ALGORITHM}.")
    keyid = given["keyid"]
    if type(keyid) is not str or not _KEYID.fullmatch(keyid):
        raise Problem("parameters_wrong", "The key id is the one that was given with the key.")
    return Claim(
        keyid=keyid,
        nonce=require_nonce(given["nonce"]),
        created=_moment(given["created"]),
        expires=_moment(given["expires"]),
    )


def _moment(value: object) -> datetime:
    if type(value) is int and 0 <= value < 2**33:
        return datetime.fromtimestamp(value, UTC)
    raise Problem("parameters_wrong", "created and expires are whole seconds since 1970.")


def _require_fresh(claim: Claim, now: datetime) -> None:
    if abs(now - claim.created) > SKEW:
        raise Problem(
            "signature_stale",
            f"created is within {SKEW.seconds} seconds of now: set the clock, and sign each time"
            " anew.",
        )
    if not timedelta(0) < claim.expires - claim.created <= LIFE or claim.expires <= now:
        raise Problem(
            "signature_stale",
            f"expires is after now, and at most {LIFE.seconds} seconds after created.",
        )


def _require_body(message: Message) -> None:
    found = {name.lower(): value for name, value in message.headers.items()}
    if found.get("content-type") != JSON_TYPE:
        raise Problem("not_json", f"The content type is {JSON_TYPE}, without parameters.")
    if "content-encoding" in found:
        raise Problem("not_json", "The body is sent as it is: no content encoding is taken.")
    require_idempotency_key(found.get("idempotency-key", ""))
    try:
        ContentDigest.verify(found.get("content-digest", ""), message.body)
    except (InvalidSignature, UnicodeEncodeError):
        raise Problem(
            "digest_wrong",
            "Content-Digest is the sha-256 or sha-512 of the body as it is sent (RFC 9530).",
        ) from None


def _malformed(detail: str) -> Problem:
    return Problem("signature_malformed", detail)
