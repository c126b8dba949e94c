"""The pages of this room of the console."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nsor.accounts import sessions
from nsor.accounts.acting import actor, short_write
from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.web.console.answers import see_other
from nsor.web.console.guard import officer, room
from nsor.web.console.officers.places import named

FEW_CODES = 3


@require_GET
@room(Room.OWN)
def index(request: HttpRequest) -> HttpResponse:
    """Show the officer's own account."""
    own = officer(request)
    context = {
        "own": own,
        "jurisdiction": named(own.jurisdiction),
        "before": _before(request),
        "sessions": sessions.of(own, request.session.session_key),
        **_factors(own),
    }
    return render(request, "console/own/index.html", context)


@require_POST
@room(Room.OWN)
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of the officer's sessions."""
    own = officer(request)
    with short_write():
        if sessions.end(own, number):
            _enter(own, 1)
            messages.success(request, _("The session was ended."))
    return see_other("console-own")


@require_POST
@room(Room.OWN)
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of the officer but this one."""
    own = officer(request)
    with short_write():
        count = sessions.end_others(own, request.session.session_key)
        if count:
            _enter(own, count)
    messages.success(request, _("All your other sessions were ended."))
    return see_other("console-own")


def _enter(own: Officer, count: int) -> None:
    details: dict[str, Json] = {"why": "officer", "count": count}
    trail.record(Act.SESSION_ENDED, actor=actor(own), details=details)


def _before(request: HttpRequest) -> dict[str, Any] | None:
    """Return when and from where the officer signed in before this session."""
    at, address = request.session.get(sessions.BEFORE) or (None, "")
    return {"at": datetime.fromisoformat(at), "address": address} if at else None


def _factors(own: Officer) -> dict[str, Any]:
    found = list(Authenticator.objects.filter(user=own).order_by("pk"))
    by_type = {one.type: one for one in found}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    left = len(codes.wrap().get_unused_codes()) if codes else 0
    passkeys = [one for one in found if one.type == Authenticator.Type.WEBAUTHN]
    app = by_type.get(Authenticator.Type.TOTP)
    return {
        "app": app,
        "passkeys": passkeys,
        "removable": len(passkeys) + bool(app) > 1,
        "codes_left": left,
        "few_codes": left <= FEW_CODES,
    }
