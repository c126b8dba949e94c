"""The address that a form is sent to, opened as a page: it leads to the page with the form.

So it is after a proof was asked for in between, and where the language is switched on a page that
was shown again with faults.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


def sent_from(page: str) -> Callable[[_View], _View]:
    """Have a view take POST, and lead GET to a page of the same arguments."""

    def wrapped(view: _View) -> _View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return HttpResponseRedirect(reverse(page, args=args, kwargs=kwargs))
            return view(request, *args, **kwargs)

        return cast(_View, require_http_methods(["GET", "POST"])(answer))

    return wrapped
