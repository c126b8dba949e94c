"""How the outbox seals what it holds of a person.

AES-256-GCM under a key of its own for each time that a store is opened, derived from the key
ring with a fresh salt, so that a counter can be the nonce and none is ever used twice.
A sealed blob: key ring id (1 octet length, then ASCII), salt (16), nonce (12), ciphertext.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nsor.keyring import KeyRing

_SALT = 16
_NONCE = 12


class SealError(Exception):
    """A blob can't be opened: it was altered, or its key is not on the key ring."""


class Sealer:
    """Seals and opens blobs. ``salt``: 16 random octets, never used before."""

    def __init__(self, ring: KeyRing, purpose: str, salt: bytes) -> None:
        self._ring = ring
        self._purpose = purpose
        self._ciphers: dict[bytes, AESGCM] = {}
        self._prefix = self._prefix_of(ring.current, salt)
        self._cipher = self._cipher_of(self._prefix)
        self._counter = 0

    def seal(self, plain: bytes, label: bytes) -> bytes:
        """Seal ``plain``; ``label`` says where it belongs, and must be given to open it."""
        self._counter += 1
        nonce = self._counter.to_bytes(_NONCE, "big")
        return self._prefix + nonce + self._cipher.encrypt(nonce, plain, label)

    def open(self, sealed: bytes, label: bytes) -> bytes:
        """Open what ``seal`` made. Raises ``SealError``."""
        head = 1 + sealed[0] + _SALT if sealed else 0
        nonce = sealed[head : head + _NONCE]
        if len(nonce) < _NONCE:
            raise SealError("A sealed blob is cut off.")
        try:
            return self._cipher_of(sealed[:head]).decrypt(nonce, sealed[head + _NONCE :], label)
        except (InvalidTag, KeyError, UnicodeDecodeError) as error:
            raise SealError(
                "A sealed blob was altered, or its key is not on the key ring (NSOR_KEYS)."
            ) from error

    @staticmethod
    def _prefix_of(key_id: str, salt: bytes) -> bytes:
        name = key_id.encode("ascii")
        return bytes([len(name)]) + name + salt

    def _cipher_of(self, prefix: bytes) -> AESGCM:
        cipher = self._ciphers.get(prefix)
        if cipher is None:
            key_id, salt = prefix[1 : 1 + prefix[0]].decode("ascii"), prefix[1 + prefix[0] :]
            key = self._ring.derive(f"{self._purpose} {salt.hex()}", key_id)
            cipher = self._ciphers[prefix] = AESGCM(key)
        return cipher
