"""Sealing the secrets of second factors with a key that is derived from the key ring.

Rules that hold here: the stored text names the ring's key that sealed it, so that a rotation can
bring it to the new one and a key that still seals something is not taken out of the ring.
"""

import base64
from collections import Counter
from collections.abc import Callable
from typing import Final

from allauth.mfa.models import Authenticator

from nsor.accounts.acting import short_write
from nsor.secrecy import ring
from nsor.secrecy.box import SealBroken, seal, unseal

_PURPOSE: Final = "accounts/second-factor"
_ABOUT: Final = "the secret of a second factor"
_SEALED: Final = ("secret", "seed")
"""The members of an authenticator's data that are sealed: a TOTP's and the recovery codes'."""
AT_ONCE: Final = 200


def sealed(text: str) -> str:
    """Return a secret as it is stored. Raises ``nsor.keyring.KeyRingError``."""
    return _sealed_under(text, ring.key_ids()[0])


def opened(stored: str) -> str:
    """Return the secret. Raises ``SealBroken``, ``nsor.keyring.KeyRingError``."""
    name, colon, octets = stored.rpartition(":")
    if not colon:
        raise SealBroken("The secret of a second factor names no key.")
    return unseal(ring.derived(_PURPOSE, name), base64.b64decode(octets), _ABOUT).decode()


def sealed_by() -> Counter[str]:
    """Return how many secrets each key of the ring seals, by the key's name."""
    rows = Authenticator.objects.values_list("data", flat=True)
    return Counter(_key_of(data[name]) for data in rows for name in _SEALED if name in data)


def seal_anew(ring_key: str, breathe: Callable[[], None]) -> None:
    """Bring every secret to one key of the ring, some at a time.

    Raises ``Busy``, ``SealBroken``, ``nsor.keyring.KeyRingError``.
    """
    after = 0
    while True:
        with short_write():
            rows = Authenticator.objects.select_for_update().filter(pk__gt=after).order_by("pk")
            some = list(rows[:AT_ONCE])
            for one in some:
                after = one.pk
                _bring(one, ring_key)
        if not some:
            return
        breathe()


def _bring(one: Authenticator, ring_key: str) -> None:
    stale = [name for name in _SEALED if name in one.data and _key_of(one.data[name]) != ring_key]
    for name in stale:
        one.data[name] = _sealed_under(opened(one.data[name]), ring_key)
    if stale:
        one.save(update_fields=["data"])


def _sealed_under(text: str, name: str) -> str:
    octets = seal(ring.derived(_PURPOSE, name), text.encode(), _ABOUT)
    return f"{name}:{base64.b64encode(octets).decode()}"


def _key_of(stored: str) -> str:
    return stored.rpartition(":")[0]
