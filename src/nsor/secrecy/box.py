"""Sealing: AES-256-GCM over what is stored of a person.

Rules that hold here: each sealing has a fresh random nonce; what it is about (the record and the
field) is bound to it, so that a sealed value moved to another row opens no more. A key seals far
fewer than 2**32 values (NIST SP 800-38D, 8.3): it is one person's.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
TAG_BYTES = 16


class SealBroken(Exception):  # noqa: N818
    """What was sealed can't be opened: another key, another record, or it was changed."""


def seal(key: bytes, plaintext: bytes, about: str) -> bytes:
    """Return the nonce, the ciphertext and the tag of ``plaintext``, bound to ``about``.

    ``key`` is 32 bytes; ``about`` names record and field, such as ``offender/12/profile``.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """Return what was sealed about ``about``. Raises ``SealBroken``."""
    return unseal_with(AESGCM(key), sealed, about)


def unseal_with(opener: AESGCM, sealed: bytes, about: str) -> bytes:
    """Return what was sealed, with a cipher that opens many. Raises ``SealBroken``."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken(f"What is sealed about {about} is too short to be whole.")
    try:
        return opener.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
    except InvalidTag:
        raise SealBroken(f"What is sealed about {about} doesn't open with its key.") from None
