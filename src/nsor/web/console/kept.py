"""What the console keeps of an officer's between two pages, in their session.

Rules that hold here: it may be personal (a query, a reason), so it is sealed under a key of the
ring and bound to the officer; it ends by itself; of each kind the newest few are kept.
"""

import base64
import binascii
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.http import HttpRequest
from django.utils import timezone

from nsor.keyring import KeyRingError
from nsor.secrecy import ring
from nsor.secrecy.box import SealBroken, seal, unseal
from nsor.web.console.guard import officer

MOST: Final = 20
"""How many things of a kind are kept."""
_PURPOSE: Final = "console-sessions"


def keep(request: HttpRequest, kind: str, name: str, value: Any, ends: timedelta) -> None:
    """Keep a value under a name for so long; ``value`` is made of what JSON has."""
    key_id = ring.ring().current
    sealed = seal(
        ring.derived(_PURPOSE, key_id), msgspec.json.encode(value), _about(request, kind, name)
    )
    held = _held(request, kind)
    held.pop(name, None)
    held[name] = [
        key_id,
        int(_now() + ends.total_seconds()),
        base64.b64encode(sealed).decode(),
    ]
    request.session[_slot(kind)] = dict(list(held.items())[-MOST:])


def kept(request: HttpRequest, kind: str, name: str) -> Any:
    """Return what is kept under a name, None where nothing is or it has ended."""
    found = _held(request, kind).get(name)
    if found is None:
        return None
    key_id, ends, sealed = found
    if _now() > ends:
        return None
    try:
        opened = unseal(
            ring.derived(_PURPOSE, key_id),
            base64.b64decode(sealed),
            _about(request, kind, name),
        )
    except (SealBroken, KeyRingError, binascii.Error):
        return None
    return msgspec.json.decode(opened)


def _held(request: HttpRequest, kind: str) -> dict[str, Any]:
    return dict(request.session.get(_slot(kind), {}))


def _slot(kind: str) -> str:
    return f"kept-{kind}"


def _about(request: HttpRequest, kind: str, name: str) -> str:
    return f"session/{officer(request).pk}/{kind}/{name}"


def _now() -> float:
    return timezone.now().timestamp()
