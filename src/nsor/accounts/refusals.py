"""Entering that a sign-in or a page was refused.

Rules that hold here:

- Nobody who isn't signed in can flood the trail: the first sign-ins of each minute have an entry
  each, with the name that was typed, sealed, for it may be a secret typed into the wrong field;
  those after are counted, and summed up in one entry once the minute is over.
- Of a page that is not for an officer's role the entry has its name alone, and never the address.
"""

import time
from typing import Final

from nsor.accounts import attempts
from nsor.accounts.acting import SYSTEM, actor, short_write
from nsor.accounts.models import Officer, RefusedMinute
from nsor.accounts.services import NAME_LENGTH
from nsor.audit import trail
from nsor.audit.acts import Act

IN_A_MINUTE: Final = 30
"""Refused sign-ins that have an entry of their own."""


def enter(name: str, address: str, what: str) -> None:
    """Enter a sign-in that was refused; ``what`` is ``password``, ``code`` or ``wait``.

    Raises ``Busy``.
    """
    minute = int(time.time()) // 60
    with short_write():
        sum_up(minute)
        RefusedMinute.objects.bulk_create([RefusedMinute(minute=minute)], ignore_conflicts=True)
        row = RefusedMinute.objects.select_for_update().get(minute=minute)
        if row.entered >= IN_A_MINUTE:
            row.further += 1
        else:
            row.entered += 1
            details = {"name": name[:NAME_LENGTH], "address": address, "what": what}
            trail.record(Act.SIGN_IN_REFUSED, actor=SYSTEM, details=details)
        row.save()


def enter_page(officer: Officer, page: str) -> None:
    """Enter that an officer asked for a page, by its name, that isn't theirs. Raises ``Busy``."""
    with short_write():
        trail.record(Act.PAGE_REFUSED, actor=actor(officer), details={"page": page})


def sum_up(now: int | None = None) -> int:
    """Enter, inside the open transaction, the minutes that are over; return how many there were.

    ``now`` is the present minute, counted from the epoch.
    """
    present = int(time.time()) // 60 if now is None else now
    over = list(RefusedMinute.objects.select_for_update().filter(minute__lt=present))
    if not over:
        return 0
    for one in over:
        if one.further:
            details = {"minute": one.minute * 60, "further": one.further}
            trail.record(Act.SIGN_INS_REFUSED, actor=SYSTEM, details=details)
    RefusedMinute.objects.filter(pk__in=[one.pk for one in over]).delete()
    attempts.forget_old()
    return len(over)


def sum_up_minutes() -> int:
    """Enter the minutes that are over, as the scheduled work does. Raises ``Busy``."""
    with short_write():
        return sum_up()
