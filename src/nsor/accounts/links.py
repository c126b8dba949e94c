"""The one-time link by which an officer chooses a password.

Rules that hold here: a token has 256 random bits and is stored as its hash alone; it opens once,
within three days, and stops opening as soon as another is issued or the officer's access ends.
Looking at a link changes nothing, so that a program that looks at addresses spends none.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from nsor.accounts import sessions
from nsor.accounts.acting import actor, short_write
from nsor.accounts.models import FirstLink, Officer
from nsor.accounts.models.officers import NO_PASSWORD
from nsor.accounts.second_factors import remove_all
from nsor.accounts.services import may_act
from nsor.audit import trail
from nsor.audit.acts import Act

LASTS: Final = timedelta(hours=72)
TOKEN_BYTES: Final = 32
PATH: Final = "/account/first/{}/"
"""Where the page of a link is; written out, so that the command line needs no page loaded."""


def issue(officer: Officer, by: str) -> str:
    """Make a link inside the open transaction and return its token, which is stored nowhere.

    The officer's password, second factors, sessions and earlier links end. ``by`` is who acts, as
    the trail names them.
    """
    end(officer)
    officer.password = NO_PASSWORD
    officer.save(update_fields=["password"])
    remove_all(officer)
    sessions.end_all(officer)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    FirstLink.objects.create(
        officer=officer, token_hash=_hash(token), issued_at=now, expires_at=now + LASTS
    )
    trail.record(Act.LINK_ISSUED, actor=by, subject=actor(officer))
    return token


def address(token: str) -> str:
    """Return a link whole, to be given to its officer."""
    return f"{settings.PUBLIC_URL}{PATH.format(token)}"


def end(officer: Officer) -> None:
    """Have no link of an officer open anything any more."""
    FirstLink.objects.filter(officer=officer, ended_at=None).update(ended_at=timezone.now())


def officer_of(token: str) -> Officer | None:
    """Return whose link this is, None where it opens nothing (any more)."""
    link = _open_link(token)
    return link.officer if link else None


def use(token: str, password: str, address: str) -> Officer | None:
    """Set the password of a link's officer and spend the link; None where it opens nothing.

    Raises ``Busy``.
    """
    with short_write():
        link = _open_link(token)
        if link is None:
            return None
        now = timezone.now()
        spent = FirstLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=now, used=True)
        if not spent:
            return None
        officer = link.officer
        officer.set_password(password)
        officer.save(update_fields=["password"])
        who = actor(officer)
        trail.record(Act.LINK_USED, actor=who, subject=who, details={"address": address})
        trail.record(Act.PASSWORD_SET, actor=who, subject=who)
        return officer


def _open_link(token: str) -> FirstLink | None:
    link = (
        FirstLink.objects.select_related("officer")
        .filter(token_hash=_hash(token), ended_at=None, expires_at__gt=timezone.now())
        .first()
    )
    return link if link and may_act(link.officer) else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
