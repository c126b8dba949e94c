"""What every answer of the web application says to the browser about safety.

Rules that hold here: nothing remote, nothing inline, no frame; a page is never kept in a cache,
because it may show a person. (Static files are served beside Django and may be kept.) An answer
that says otherwise of itself, such as a document shown inside a page of ours, keeps what it says.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from nsor.web.middleware import changing

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


def _with_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if settings.WEB_HTTPS:
        # Django says it only where TLS ends at itself; here it ends at the proxy before it.
        value = f"max-age={settings.SECURE_HSTS_SECONDS}"
        response.headers.setdefault("Strict-Transport-Security", value)
    return response


safety_headers = changing(_with_headers)
"""Middleware that sets the headers on whatever comes out, errors included."""
