"""Who reaches a page: every view of the console names its room here.

Rules that hold here: a view without a guard is a fault, and a test finds it; whoever isn't signed
in is asked to, and whoever is of another role is told in a sentence.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from nsor.accounts import refusals, sessions
from nsor.accounts.errors import Busy
from nsor.accounts.middleware import ask_again
from nsor.accounts.models import Officer, Role
from nsor.accounts.rooms import Room, may_enter

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A part of a page: have the whole page be loaded anew, which then asks to sign in.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    asked = request.path if request.method in ("GET", "HEAD") else reverse("console-queue")
    return redirect_to_login(asked)


def room(where: Room) -> Callable[[_View], _View]:
    """Have a view be for the roles of one room; ``view.room`` names it."""

    def guarded(view: _View) -> _View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not may_enter(officer(request), where):
                return not_yours(request)
            return view(request, *args, **kwargs)

        answer.room = where  # type: ignore[attr-defined]
        return cast(_View, answer)

    return guarded


def proved_again(view: _View) -> _View:
    """Have whoever acts prove again who they are, where the last proof is over five minutes old.

    What was typed is kept nowhere meanwhile: the form is shown anew after the proof.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sessions.is_fresh(request):
            return ask_again(request)
        return view(request, *args, **kwargs)

    return cast(_View, answer)


def administers(request: HttpRequest) -> bool:
    """Tell whether an administrator asks; to be called behind ``room`` only."""
    return officer(request).role == Role.ADMINISTRATION


def administrators(view: _View) -> _View:
    """Have a view be for administrators alone of those whose room it is; behind ``room``."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not administers(request):
            return not_yours(request)
        return view(request, *args, **kwargs)

    return cast(_View, answer)


def not_yours(request: HttpRequest) -> HttpResponse:
    """Say that a page is not for the officer's role, and enter that they asked for it.

    It is refused whether it can be entered now or not.
    """
    found = request.resolver_match
    with suppress(Busy):
        refusals.enter_page(officer(request), found.view_name if found else "")
    return render(request, "console/not_yours.html", status=403)


def open_to_all(view: _View) -> _View:
    """Have a view be for everybody, signed in or not; ``view.room`` is None."""
    view.room = None  # type: ignore[attr-defined]
    return view


def officer(request: HttpRequest) -> Officer:
    """Return the officer who asks; to be called behind ``room`` only."""
    assert isinstance(request.user, Officer)
    return request.user
