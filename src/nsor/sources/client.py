"""The reference client: pushes one event, and tries again where that is right.

Rules that hold here: it needs nothing of the register's but how a message is signed; each try is
signed anew, with the same idempotency key, so that an answer that was lost costs nothing; what was
refused for its content is never sent again.
"""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from nsor.register.errors import Refusal
from nsor.sources.signatures import JSON_TYPE, Message, sign

TRIES: Final = 5
TIMEOUT: Final = 10.0
"""Seconds for one try."""
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 60.0
_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Answered:
    """What the register answered: a receipt, or a problem document."""

    status: int
    document: Mapping[str, Any]

    @property
    def accepted(self) -> bool:
        """Tell whether the register did what was asked."""
        return self.status < 300


@dataclass(frozen=True, slots=True)
class Signer:
    """A source's private key, and the id under which the register knows it."""

    key: Ed25519PrivateKey
    keyid: str


def make_key(path: Path) -> str:
    """Write a fresh private key to a new file that its owner alone reads; return the public half.

    Both are PEM. Raises ``FileExistsError``.
    """
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return public.decode()


def read_signer(path: Path, keyid: str) -> Signer:
    """Return who signs. Raises ``Refusal``, ``bad_key``."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refusal("bad_key", "The file holds no private Ed25519 key: `nsor source keygen`.")
    return Signer(key, keyid)


def new_idempotency_key() -> str:
    """Return a key for one event."""
    return secrets.token_urlsafe(24)


def push(
    url: str,
    body: bytes,
    signer: Signer,
    *,
    idempotency_key: str,
    wait: Callable[[float], None] = time.sleep,
    transport: httpx.BaseTransport | None = None,
) -> Answered:
    """Push an event; raises ``Refusal``, ``unreachable``, where no try was answered."""
    headers = {"content-type": JSON_TYPE, "idempotency-key": idempotency_key}
    return _tried(Message("POST", _plain(url), headers, body), signer, wait, transport)


def ask(
    url: str,
    signer: Signer,
    *,
    wait: Callable[[float], None] = time.sleep,
    transport: httpx.BaseTransport | None = None,
) -> Answered:
    """Ask for a receipt, or for what is expected. Raises as ``push`` does."""
    return _tried(Message("GET", _plain(url), {}), signer, wait, transport)


def _plain(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise Refusal("bad_value", "The address is a whole one, without a query.")
    return url


def _tried(
    message: Message,
    signer: Signer,
    wait: Callable[[float], None],
    transport: httpx.BaseTransport | None,
) -> Answered:
    pause = _FIRST_WAIT
    answered: Answered | None = None
    with httpx.Client(timeout=TIMEOUT, transport=transport, trust_env=False) as client:
        for attempt in range(TRIES):
            if attempt:
                wait(pause)
                pause = min(2 * pause, _LONGEST_WAIT)
            signed = sign(message, signer.key, signer.keyid)
            try:
                answer = client.request(
                    signed.method, signed.url, headers=signed.headers, content=signed.body
                )
            except httpx.TransportError:
                continue
            answered = Answered(answer.status_code, _document(answer))
            if answer.status_code not in _AGAIN:
                return answered
            pause = max(pause, min(_retry_after(answer), _LONGEST_WAIT))
    if answered is None:
        raise Refusal("unreachable", "The register didn't answer: try again later.")
    return answered


def _document(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _retry_after(answer: httpx.Response) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdigit() else 0.0
