"""Under which keys of the ring the register's look-up tokens are made.

Rules that hold here:

- The database says which key new tokens are made under, not the ring of whoever writes: a process
  that hasn't seen a new ring yet would else write under the old key behind a rotation's back, and
  one number could get two holders. A rotation names the new key while it holds the feed's lock and
  that of all numbers; who writes tokens holds one of the two.
- That nobody is found is the truth only where the ring holds every key that tokens may be under.
"""

from django.utils import timezone

from nsor.register.models import Rotation
from nsor.secrecy import ring


def for_new_tokens() -> str:
    """Return the key that tokens are to be made under, in the transaction that writes them.

    Raises ``nsor.keyring.KeyRingError``.
    """
    newest = Rotation.objects.order_by("-pk").values_list("ring_key", flat=True).first()
    if newest is not None:
        return newest
    first = ring.ring().current
    Rotation.objects.create(ring_key=first, finished_at=timezone.now())
    return first


def require_all() -> None:
    """Raise ``nsor.keyring.KeyRingError`` unless the ring holds every key that tokens are under.

    To be called after a look-up that found nobody.
    """
    ring.require(Rotation.objects.values_list("ring_key", flat=True))
