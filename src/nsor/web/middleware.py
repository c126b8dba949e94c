"""How this application looks at answers on their way out, whether they come at once or later."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

Change = Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]


def changing(change: Change) -> Callable[[Any], Any]:
    """Return a middleware that answers with what ``change`` makes of each answer."""

    def middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
        if iscoroutinefunction(get_response):

            async def later(request: HttpRequest) -> HttpResponseBase:
                return change(request, await cast(Awaitable[Any], get_response(request)))

            return later

        def at_once(request: HttpRequest) -> HttpResponseBase:
            return change(request, get_response(request))

        return at_once

    return cast(Callable[[Any], Any], sync_and_async_middleware(middleware))
