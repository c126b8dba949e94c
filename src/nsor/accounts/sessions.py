"""The sessions of officers: when one ends, what was proved in it, and which there are.

Rules that hold here: a session ends after fifteen idle minutes and after twelve hours in all, by
the server's clock; it is written to at most once a minute for being used. What isn't noted in it
was not proved.
"""

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final, NamedTuple

from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from nsor.accounts.models import Officer

IDLE: Final = 15 * 60
IN_ALL: Final = 12 * 3600
NOTED_EVERY: Final = 60
PROOF_LASTS: Final = 5 * 60

BEGAN: Final = "nsor.began"
SEEN: Final = "nsor.seen"
PROVED: Final = "nsor.second_factor"
CODES: Final = "nsor.codes_to_keep"
BEFORE: Final = "nsor.signed_in_before"


class Ended(StrEnum):
    """Why a session ended by itself."""

    IDLE = "idle"
    IN_ALL = "twelve_hours"


class Seen(NamedTuple):
    """A session as its officer sees it; ``number`` names it in forms."""

    number: int
    began: Any
    address: str
    browser: str
    here: bool


def begin(session: SessionBase) -> None:
    """Note that somebody signs in now."""
    session[BEGAN] = session[SEEN] = time.time()


def ended(session: SessionBase) -> Ended | None:
    """Tell whether a session is over."""
    return _over(session.get(BEGAN, 0), session.get(SEEN, 0), time.time())


def note_use(session: SessionBase) -> None:
    """Note that a session is used, to the minute."""
    now = time.time()
    if now - session.get(SEEN, 0) >= NOTED_EVERY:
        session[SEEN] = now


def _over(began: float, seen: float, now: float) -> Ended | None:
    if now - began >= IN_ALL:
        return Ended.IN_ALL
    return Ended.IDLE if now - seen >= IDLE else None


def prove(request: HttpRequest) -> None:
    """Note that a second factor was proved, under a new key of the session."""
    if request.session.get(PROVED):
        return
    old = request.session.session_key
    request.session[PROVED] = True
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def is_proved(session: SessionBase) -> bool:
    """Tell whether a second factor was proved in a session."""
    return bool(session.get(PROVED))


def is_through(session: SessionBase) -> bool:
    """Tell whether somebody is through with signing in, and kept their recovery codes."""
    return is_proved(session) and CODES not in session


def note_proof(request: HttpRequest, officer: Officer) -> None:
    """Note that an officer proved just now who they are."""
    record_authentication(request, officer, "proof", reauthenticated=True)


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether who asks proved within five minutes who they are."""
    records = get_authentication_records(request, request.user)
    last = max((float(one["at"]) for one in records if one.get("reauthenticated")), default=0.0)
    return 0 <= time.time() - last < PROOF_LASTS


def factors(request: HttpRequest, officer: Officer) -> list[str]:
    """Return how an officer signed in: ``password`` and ``totp``, for instance."""
    records = get_authentication_records(request, officer)
    named = [str(one.get("type") or one.get("method")) for one in records]
    return [one for one in dict.fromkeys(named) if one != "proof"]


def of(officer: Officer, here: str | None) -> list[Seen]:
    """Return an officer's sessions, the newest first; ``here`` is the key of the one that asks."""
    rows = list(UserSession.objects.filter(user=officer).order_by("-created_at", "-pk"))
    keys = [row.session_key for row in rows]
    held = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    data = {one.session_key: one.get_decoded() for one in held}
    now = time.time()
    alive = {
        key for key, one in data.items() if _over(one.get(BEGAN, 0), one.get(SEEN, 0), now) is None
    }
    return [
        Seen(row.pk, row.created_at, row.ip, row.user_agent, row.session_key == here)
        for row in rows
        if row.session_key in alive
    ]


def end(officer: Officer, number: int) -> bool:
    """End one of an officer's sessions inside the open transaction; False where it isn't theirs."""
    rows = UserSession.objects.filter(user=officer, pk=number)
    return bool(_end(rows))


def end_others(officer: Officer, here: str | None) -> int:
    """End an officer's sessions but one inside the open transaction; return how many."""
    return _end(UserSession.objects.filter(user=officer).exclude(session_key=here))


def end_all(officer: Officer) -> int:
    """End every session of an officer inside the open transaction; return how many."""
    return _end(UserSession.objects.filter(user=officer))


def _end(rows: Iterable[UserSession]) -> int:
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_by_key(key: str | None) -> None:
    """Forget a session of this key inside the open transaction."""
    UserSession.objects.filter(session_key=key).delete()


def forget_over() -> None:
    """Delete inside the open transaction the sessions that can't be used any more."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
