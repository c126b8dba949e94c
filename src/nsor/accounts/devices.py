"""Browsers that signed in before: each has a mark in a cookie, by which its failures count apart.

Rules that hold here: a mark opens nothing; it only says that whoever guesses from elsewhere doesn't
make this browser wait. It names nobody: which account it is of can be told with the ring alone.
"""

import hmac
import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from nsor.secrecy import tokens

LASTS: Final = 180 * 24 * 3600
MARKS: Final = 8
"""How many accounts a shared browser is known to at most."""
_PURPOSE: Final = "accounts/device"


def known(request: HttpRequest, who: str) -> str | None:
    """Return the nonce of this browser's mark for an account, None where it has none."""
    for mark in _marks(request):
        nonce, _, given = mark.partition(".")
        promised = (one.hex() for one in tokens.tokens(_PURPOSE, f"{who}/{nonce}"))
        if any(hmac.compare_digest(one.encode(), given.encode()) for one in promised):
            return nonce
    return None


def mark(request: HttpRequest, response: HttpResponseBase, who: str) -> None:
    """Have the browser be known to an account that signed in whole."""
    if known(request, who) is not None:
        return
    nonce = secrets.token_hex(16)
    made = f"{nonce}.{tokens.token(_PURPOSE, f'{who}/{nonce}').hex()}"
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        "~".join([made, *_marks(request)][:MARKS]),
        max_age=LASTS,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _marks(request: HttpRequest) -> list[str]:
    return [one for one in request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split("~") if one][
        :MARKS
    ]
