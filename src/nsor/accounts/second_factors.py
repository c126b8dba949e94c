"""Second factors: which an officer has, and whether a code is one of theirs.

Rules that hold here: a code from an authenticator is believed once (RFC 6238, 5.2), one time step
early or late; a recovery code is spent by its use. Failures count before a code is looked at.
"""

import hmac
import time
import unicodedata
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.http import HttpRequest

from nsor.accounts import attempts, networks, refusals, sealing
from nsor.accounts.acting import short_write
from nsor.accounts.errors import TooMany
from nsor.accounts.models import LastCode, Officer

PRIMARY: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Those that an officer must have one of; recovery codes come with them."""
PERIOD: Final = 30
STEPS: Final = (-1, 0, 1)


def has_one(officer: Officer) -> bool:
    """Tell whether an officer has a second factor."""
    return bool(Authenticator.objects.filter(user=officer, type__in=PRIMARY).exists())


def lock(officer: Officer) -> None:
    """Have nobody else add or remove a factor of an officer before the open transaction ends."""
    Officer.objects.select_for_update().get(pk=officer.pk)


def remove_all(officer: Officer) -> None:
    """Remove every second factor of an officer inside the open transaction."""
    Authenticator.objects.filter(user=officer).delete()
    LastCode.objects.filter(officer=officer).delete()


def check(request: HttpRequest, officer: Officer, typed: str) -> Authenticator | None:
    """Return the factor whose code was typed, None where it is none's.

    Raises ``TooMany`` and ``Busy``.
    """
    limits = attempts.of_code(request, officer)
    try:
        attempts.reserve(limits)
    except TooMany:
        refusals.enter(officer.name, networks.address(request), "wait")
        raise
    found = _of_whom(officer, digits(typed))
    if found is None:
        refusals.enter(officer.name, networks.address(request), "code")
    else:
        attempts.succeeded(limits)
    return found


def digits(typed: str) -> str:
    """Return a code as ASCII digits, however it was typed; nothing where it can't be one."""
    kept = "".join(one for one in typed if not one.isspace() and one != "-")
    values = [unicodedata.digit(one, -1) for one in kept]
    return "" if -1 in values else "".join(map(str, values))


def accepted_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, about now; ``secret`` is in base 32."""
    now = int(time.time()) // PERIOD
    for step in (now + off for off in STEPS):
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if hmac.compare_digest(expected, code):
            return step
    return None


def believe(officer: Officer, step: int) -> bool:
    """Take the code of a time step, unless one of it or of a later one was taken before."""
    with short_write():
        LastCode.objects.bulk_create([LastCode(officer=officer, step=-1)], ignore_conflicts=True)
        taken = LastCode.objects.filter(officer=officer, step__lt=step).update(step=step)
    return taken == 1


def _of_whom(officer: Officer, code: str) -> Authenticator | None:
    if not code:
        return None
    for one in Authenticator.objects.filter(user=officer).exclude(type=Authenticator.Type.WEBAUTHN):
        if one.type == Authenticator.Type.TOTP:
            step = accepted_step(sealing.opened(one.data["secret"]), code)
            good = step is not None and believe(officer, step)
        else:
            good = bool(one.wrap().validate_code(code))
        if good:
            one.user = officer
            return one
    return None
