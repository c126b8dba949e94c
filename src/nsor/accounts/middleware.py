"""What holds for every request of somebody who signed in.

Rules that hold here: a session that is over is ended before anything is answered; who has no
second factor yet is nobody but on the pages that set one up, and whoever was given recovery codes
is shown nothing else before they say that they have them; what was typed into a form is never kept
to be sent again after a proof.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from nsor.accounts import sessions
from nsor.accounts.acting import actor, short_write
from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


def on_the_way(view: _View) -> _View:
    """Have a view be open to whoever signs in and isn't through with it."""
    view.on_the_way = True  # type: ignore[attr-defined]
    return view


def by_itself(view: _View) -> _View:
    """Have a view be what a page asks for by itself: no sign that its officer is there."""
    view.by_itself = True  # type: ignore[attr-defined]
    return view


class SignedIn(MiddlewareMixin):
    """Ends sessions, and keeps those out who aren't through with signing in."""

    def process_request(self, request: HttpRequest) -> None:
        """End a session that is over."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        officer = request.user
        if not isinstance(officer, Officer):
            return
        why = sessions.ended(request.session)
        if why is None:
            return
        with short_write():
            sessions.end_by_key(request.session.session_key)
            trail.record(Act.SESSION_ENDED, actor=actor(officer), details={"why": str(why)})
        logout(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send those on who aren't through with signing in."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not getattr(view, "by_itself", False) and isinstance(request.user, Officer):
            sessions.note_use(request.session)
        if getattr(view, "on_the_way", False) or not isinstance(request.user, Officer):
            return None
        in_console = getattr(view, "room", None) is not None
        if not sessions.is_proved(request.session):
            if in_console:
                return redirect("mfa_index")
            _be_nobody(request)
        elif in_console and sessions.CODES in request.session:
            return redirect("mfa_view_recovery_codes")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Ask for a proof where one is needed, and keep nothing of what was sent."""
        return ask_again(request) if isinstance(error, ReauthenticationRequired) else None


def ask_again(request: HttpRequest) -> HttpResponse:
    """Return the way to the proof of who asks, and from there back to the page."""
    back = urlencode({REDIRECT_FIELD_NAME: _page_of(request)})
    address = f"{reverse('account_reauthenticate')}?{back}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    response = redirect(address)
    response.status_code = 303
    return response


def _page_of(request: HttpRequest) -> str:
    """Return the page that is asked for, or the one from which a form was sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return urlsplit(came_from).path or "/"
    return request.path


def _be_nobody(request: HttpRequest) -> None:
    nobody = AnonymousUser()

    async def later() -> AnonymousUser:
        return nobody

    request.user = nobody
    request.auser = later
