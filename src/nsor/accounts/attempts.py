"""How many attempts to sign in may fail, before others have to wait: by rate, never for good.

Rules that hold here:

- Nobody can lock others out. Failures count for an account *from a network*, for a network, and for
  a browser that signed in as this account before; never for an account alone. A browser that is
  known has a count of its own, which nobody else reaches; an address from which anybody signed in
  before doesn't wait for the failures of its neighbours. Whose sign-in it was makes no difference,
  or waiting would tell which accounts there are.
- An attempt is counted before it is tried, so that many at once are no more than one after the
  other, and taken back where it succeeds.
- Counts lie in the database, by keyed hash: they outlive a process, and where they can't be read
  nobody signs in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest
from django.utils import timezone

from nsor.accounts import devices, networks
from nsor.accounts.acting import short_write
from nsor.accounts.errors import TooMany
from nsor.accounts.models import Attempts, Officer
from nsor.secrecy import tokens

WINDOW: Final = timedelta(minutes=15)
KNOWN_FOR: Final = timedelta(days=90)
"""For how long an address is known after somebody last signed in from there."""
FROM_ONE_CLIENT: Final = 10
FROM_A_NETWORK: Final = 100
FROM_A_KNOWN_BROWSER: Final = 10
CODES_IN_A_SIGN_IN: Final = 5
CODES_OF_STRANGERS: Final = 20
"""Codes that may fail after the right password, from browsers that never signed in before."""


@dataclass(frozen=True)
class Limit:
    """What failures count for, and how many there may be within ``WINDOW``."""

    what: str
    most: int
    excuses: bool = False
    """Whether those named after it don't count once an attempt succeeded here lately."""

    @property
    def key(self) -> bytes:
        """The keyed hash under which it is stored."""
        return tokens.token("accounts/attempts", self.what)


def of_password(request: HttpRequest, name: str) -> list[Limit]:
    """Return what an attempt with a password counts for; ``name`` is as it was typed."""
    who = name.casefold()
    known = devices.known(request, who)
    if known is not None:
        return [Limit(f"device/{who}/{known}", FROM_A_KNOWN_BROWSER)]
    where = networks.address(request)
    return [
        Limit(f"client/{who}/{networks.narrow(where)}", FROM_ONE_CLIENT),
        Limit(f"address/{networks.narrow(where)}", FROM_A_NETWORK, excuses=True),
        Limit(f"network/{networks.wide(where)}", FROM_A_NETWORK),
    ]


def of_code(request: HttpRequest, officer: Officer) -> list[Limit]:
    """Return what an attempt with a code counts for, whoever makes it has the password."""
    who = officer.name.casefold()
    known = devices.known(request, who)
    own = f"codes/{who}/{known}" if known else f"codes/{who}"
    session = request.session.session_key or ""
    return [
        Limit(f"codes/{who}/session/{session}", CODES_IN_A_SIGN_IN),
        Limit(own, FROM_A_KNOWN_BROWSER if known else CODES_OF_STRANGERS),
    ]


def reserve(limits: Sequence[Limit]) -> None:
    """Count an attempt as failed before it is tried. Raises ``TooMany`` and ``Busy``."""
    keys = {limit.key: limit for limit in limits}
    with short_write():
        now = timezone.now()
        begun = now - WINDOW
        rows = _locked(list(keys), now)
        counting = _counting(limits, rows, now)
        full = [
            rows[key].since
            for key, limit in keys.items()
            if limit in counting and rows[key].since > begun and rows[key].failures >= limit.most
        ]
        if not full:
            Attempts.objects.filter(key__in=keys).update(
                failures=Case(When(since__gt=begun, then=F("failures") + 1), default=Value(1)),
                since=Case(When(since__gt=begun, then=F("since")), default=Value(now)),
            )
    if full:
        raise TooMany(max(1, int((max(full) + WINDOW - now).total_seconds()) + 1))


def succeeded(limits: Sequence[Limit]) -> None:
    """Take an attempt back that was counted and wasn't a failure. Raises ``Busy``."""
    with short_write():
        rows = Attempts.objects.filter(key__in=[limit.key for limit in limits], failures__gt=0)
        rows.update(failures=F("failures") - 1)


def signed_in(limits: Sequence[Limit]) -> None:
    """Note inside the open transaction that the account signed in whole, from where it did."""
    excusing = [limit.key for limit in limits if limit.excuses]
    Attempts.objects.filter(key__in=excusing).update(succeeded_at=timezone.now())


def forget_old() -> None:
    """Delete inside the open transaction what counts for nothing any more."""
    now = timezone.now()
    old = Attempts.objects.filter(since__lt=now - WINDOW).filter(
        Q(succeeded_at=None) | Q(succeeded_at__lt=now - KNOWN_FOR)
    )
    # What an attempt holds just now is left: waiting for it, each could wait for the other.
    free = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Attempts.objects.filter(pk__in=free).delete()


def _locked(keys: Sequence[bytes], now: datetime) -> dict[bytes, Attempts]:
    """Return the counts of some keys by key, locked; those that weren't there are begun."""
    rows: dict[bytes, Attempts] = {}
    while len(rows) < len(keys):  # again, where one was forgotten between the two statements
        Attempts.objects.bulk_create(
            [Attempts(key=key, since=now) for key in keys], ignore_conflicts=True
        )
        found = Attempts.objects.select_for_update().filter(key__in=keys).order_by("key")
        rows = {bytes(row.key): row for row in found}
    return rows


def _counting(
    limits: Sequence[Limit], rows: dict[bytes, Attempts], now: datetime
) -> Sequence[Limit]:
    """Return the limits up to the first that excuses those after it."""
    for place, limit in enumerate(limits):
        at = rows[limit.key].succeeded_at
        if limit.excuses and at is not None and at > now - KNOWN_FOR:
            return limits[: place + 1]
    return limits
