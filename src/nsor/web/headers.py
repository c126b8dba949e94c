"""What every answer of the web application says to the browser about safety.

Rules that hold here: nothing remote, nothing inline, no frame; a page is never kept in a cache,
because it may show a person. (Static files are served beside Django and may be kept.) An answer
that says otherwise of itself, such as a document shown inside a page of ours, keeps what it says.
"""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class SafetyHeaders:
    """Middleware, sync and async, that sets the headers on whatever comes out, errors included."""

    sync_capable = True
    async_capable = True

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
    ) -> None:
        """Wrap the next handler."""
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer as the next handler does, with the headers."""
        response = self._get_response(request)
        if isinstance(response, HttpResponseBase):
            return _with_headers(response)
        return _later(response)


async def _later(response: Awaitable[HttpResponseBase]) -> HttpResponseBase:
    return _with_headers(await response)


def _with_headers(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if settings.WEB_HTTPS:
        # Django says it only where TLS ends at itself; here it ends at the proxy before it.
        value = f"max-age={settings.SECURE_HSTS_SECONDS}"
        response.headers.setdefault("Strict-Transport-Security", value)
    return response
