"""Which log this trail is: its origin, its epoch, and its verifier key.

Rules that hold here: the origin of the first epoch follows from the signing key, which is made
once; a later epoch has the same key under a name of its own, so that a tree which begins again
after a restore is never taken for the one before it.
"""

import hashlib
import re

from django.db import IntegrityError, transaction

from nsor.audit import trail_keys
from nsor.audit.models import Epoch
from nsor.audit.note import ED25519, NoteError, Verifier, parse_verifier, public_of

_ORIGIN = re.compile(r"nsor/(?P<log>[0-9a-f]{16})(/epoch-(?P<epoch>[1-9][0-9]{0,8}))?")


def current() -> Epoch:
    """Return the epoch that the trail is in, the first one made on first use.

    Raises ``TrailError``, ``key_unavailable``.
    """
    held = Epoch.objects.order_by("-id").first()
    if held is not None:
        return held
    public = public_of(trail_keys.signing())
    origin = origin_of(public, 1)
    try:
        with transaction.atomic():
            return Epoch.objects.create(
                id=1,
                origin=origin,
                log_key=str(Verifier(origin, ED25519, public)),
                statement="",
                restored=0,
            )
    except IntegrityError:  # made by another one, meanwhile
        return Epoch.objects.get(pk=1)


def verifier(epoch: Epoch) -> Verifier:
    """Return the key that verifies an epoch's checkpoints. Raises ``NoteError``."""
    return parse_verifier(epoch.log_key, ED25519)


def origin_of(public: bytes, epoch: int) -> str:
    """Return the origin of an epoch's checkpoints: ``nsor/0123456789abcdef/epoch-2``."""
    named = f"nsor/{hashlib.sha256(public).digest()[:8].hex()}"
    return named if epoch == 1 else f"{named}/epoch-{epoch}"


def epoch_of(origin: str) -> int:
    """Return the number of the epoch that an origin names. Raises ``NoteError``."""
    found = _ORIGIN.fullmatch(origin)
    if found is None or found["epoch"] == "1":
        raise NoteError("The origin is not one of a trail of this register.")
    return int(found["epoch"] or 1)
