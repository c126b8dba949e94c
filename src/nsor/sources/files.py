"""An event as a pair of files: ``NAME.json``, and ``NAME.json.sig`` that signs it.

Rules that hold here: the signature is over a text of named lines that says everything which the
headers of a message say; a pair may be a week old, for it may lie in a drop for days, and its
nonce is kept for as long. What is in the pair decides whose it is and what kind of event: the name
of a file, and who laid it down, decide nothing.
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone as django_timezone
from pydantic import ValidationError

from nsor.sources import counting, events, receiving, signatures, strict_json
from nsor.sources.client import Signer
from nsor.sources.models import EventKind, Way
from nsor.sources.problems import Problem
from nsor.sources.signed import Signed, known_key

VERSION: Final = "nsor-source-file-v1"
OLDEST: Final = timedelta(days=7)
LARGEST_SIGNATURE: Final = 4096
_MEMBERS: Final = ("version", "kind", "keyid", "created", "nonce", "idempotency_key", "sha256")


def sign_file(body: bytes, kind: str, signer: Signer, idempotency_key: str) -> bytes:
    """Return what ``NAME.json.sig`` holds beside a ``NAME.json`` that holds ``body``."""
    said: dict[str, Any] = {
        "version": VERSION,
        "kind": kind,
        "keyid": signer.keyid,
        "created": int(datetime.now(UTC).timestamp()),
        "nonce": signatures.new_nonce(),
        "idempotency_key": idempotency_key,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    signature = signer.key.sign(_base(said))
    said["signature"] = base64.b64encode(signature).decode()
    return json.dumps(said, indent=1).encode() + b"\n"


def take_pair(body: bytes, signature: bytes, way: Way) -> dict[str, Any]:
    """Take the event of a pair of files; return what is answered.

    The same pair again gets the first answer again. Raises ``Problem``, which is written down.
    """
    try:
        signed, kind = signed_pair(body, signature, way)
    except Problem as problem:
        counting.count(problem.code)
        raise
    before = receiving.answered_before(signed, kind)
    if before is not None:
        return before
    try:
        event = _event(kind, body)
        return receiving.take(signed, kind, event)
    except Problem as problem:
        receiving.refused(signed, kind, problem)
        raise


def signed_pair(body: bytes, signature: bytes, way: Way) -> tuple[Signed, EventKind]:
    """Return whose a pair is, and its kind.

    Raises ``Problem``: ``too_large``, ``signature_malformed``, ``parameters_wrong``,
    ``signature_stale``, ``digest_wrong``, ``bad_idempotency_key``, ``signature_wrong``.
    """
    if len(body) > signatures.LARGEST_BODY or len(signature) > LARGEST_SIGNATURE:
        raise Problem("too_large", f"An event has {signatures.LARGEST_BODY} octets at most.")
    said = _said(signature)
    created = _fresh(said["created"])
    if said["sha256"] != hashlib.sha256(body).hexdigest():
        raise Problem("digest_wrong", "The sha256 is not that of the file beside it.")
    nonce = signatures.require_nonce(said["nonce"])
    key = signatures.require_idempotency_key(said["idempotency_key"])
    octets = _octets(said["signature"])

    def verify(public: Ed25519PublicKey | None) -> None:
        try:
            (public or signatures.NOBODYS).verify(octets, _base(said))
        except InvalidSignature:
            raise Problem(
                "signature_wrong", "No key that is in force signed exactly this file."
            ) from None

    known = known_key(said["keyid"], verify)
    signed = Signed(
        way=way,
        source=known.source_id,
        keyid=known.keyid,
        nonce=nonce,
        keep_nonce_until=created + OLDEST + signatures.SKEW,
        body=body,
        whole=_base(said) + b"signature: " + said["signature"].encode() + b"\n\n" + body,
        idempotency_key=key,
    )
    return signed, EventKind(said["kind"])


def _event(kind: EventKind, body: bytes) -> events.Event:
    try:
        return events.SHAPES[kind].model_validate(strict_json.parse(body))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise events.misshapen([dict(one) for one in faults]) from None


def _said(signature: bytes) -> dict[str, Any]:
    try:
        said = strict_json.parse(signature)
    except Problem as problem:
        raise Problem("signature_malformed", problem.detail) from None
    if sorted(said) != sorted((*_MEMBERS, "signature")) or said["version"] != VERSION:
        listed = ", ".join((*_MEMBERS, "signature"))
        raise Problem("signature_malformed", f"A signature file has these members: {listed}.")
    texts = [said[name] for name in said if name != "created"]
    if not all(isinstance(one, str) and one.isascii() and one.isprintable() for one in texts):
        raise Problem("signature_malformed", "All members but created are plain texts.")
    if said["kind"] not in EventKind.values:
        kinds = ", ".join(EventKind.values)
        raise Problem("parameters_wrong", f"The kind is one of: {kinds}.")
    return said


def _fresh(created: object) -> datetime:
    if type(created) is not int or not 0 <= created < 2**33:
        raise Problem("parameters_wrong", "created is whole seconds since 1970.")
    moment = datetime.fromtimestamp(created, UTC)
    now = django_timezone.now()
    if not now - OLDEST < moment <= now + signatures.SKEW:
        raise Problem("signature_stale", f"A pair of files is {OLDEST.days} days old at most.")
    return moment


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("signature_malformed", "The signature is base64.") from None


def _base(said: dict[str, Any]) -> bytes:
    """Return what is signed: each member but the signature, as a line."""
    return "".join(f"{name}: {said[name]}\n" for name in _MEMBERS).encode()
