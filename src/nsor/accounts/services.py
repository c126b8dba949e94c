"""Adding an officer, and telling that one is who they say.

Rules that hold here: a secret is made here with 256 random bits and shown once; an unknown
officer and a wrong secret get the same error after the same work.
"""

import secrets
import unicodedata
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from nsor import places
from nsor.accounts.errors import AccountError, BadCredentials, BadOfficer, OfficerExists
from nsor.accounts.models import Officer, Role
from nsor.accounts.models.officers import composed

__all__ = [
    "NAME_LENGTH",
    "AccountError",
    "BadCredentials",
    "BadOfficer",
    "OfficerExists",
    "add_officer",
    "authenticate",
    "is_taken",
    "require_good",
    "tidy",
]

NAME_LENGTH: Final = 100
SECRET_BYTES: Final = 32
TAKEN: Final = "There is an officer of this name already: choose another name."


def tidy(name: str) -> str:
    """Return a name as it is stored: composed, without spaces around it."""
    return composed(name).strip()


def require_good(name: str, role: str, jurisdiction: str) -> None:
    """Raise ``BadOfficer`` unless an officer can have this name, role and jurisdiction."""
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise BadOfficer(
            f"An officer's name is 1 to {NAME_LENGTH} characters, none of them a control character."
        )
    if role not in Role.values:
        raise BadOfficer(f"An officer's role is one of {', '.join(Role.values)}.")
    if jurisdiction and not places.is_jurisdiction(jurisdiction):
        raise BadOfficer(
            "A jurisdiction is a province or a district as the table of places writes them, such as"
            " punjab or punjab/lahore; none is the whole country."
        )


def is_taken(name: str) -> bool:
    """Tell whether somebody has this name, or one that is read as it is."""
    read = _as_read(name)
    return any(_as_read(one) == read for one in Officer.objects.values_list("name", flat=True))


def add_officer(name: str, role: str, jurisdiction: str = "") -> tuple[Officer, str]:
    """Create an officer and return it with the secret that it acts with.

    Raises ``BadOfficer`` and ``OfficerExists``.
    """
    name = tidy(name)
    require_good(name, role, jurisdiction)
    if is_taken(name):
        raise OfficerExists(TAKEN)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        with transaction.atomic():
            officer = Officer.objects.create(
                name=name, role=role, jurisdiction=jurisdiction, secret_hash=make_password(secret)
            )
    except IntegrityError:
        raise OfficerExists(TAKEN) from None
    return officer, secret


def authenticate(name: str, secret: str) -> Officer:
    """Return the officer of this name where the secret is theirs and they may still act.

    Raises ``BadCredentials``.
    """
    officer = Officer.objects.filter(name=tidy(name)).first()
    if officer is None:
        make_password(secret)
    elif check_password(secret, officer.secret_hash) and may_act(officer):
        return officer
    raise BadCredentials("No officer has this name and this secret: check both.")


def _as_read(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def may_act(officer: Officer) -> bool:
    """Tell whether somebody may sign in at all: a source never does, nor who has left."""
    return officer.is_active and officer.role != Role.SOURCE
