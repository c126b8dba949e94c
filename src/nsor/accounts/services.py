"""Adding an officer, and telling that one is who they say.

Rules that hold here: a secret is made here with 256 random bits and shown once; an unknown
officer and a wrong secret get the same error after the same work.
"""

import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from nsor.accounts.models import Officer, Role

NAME_LENGTH = 100
SECRET_BYTES = 32


class AccountError(Exception):
    """An act on an account was refused; ``code`` names why, the message says it in a sentence."""

    code = "account"


class BadOfficer(AccountError):  # noqa: N818
    """The name or the role of a new officer can't be."""

    code = "bad_officer"


class OfficerExists(AccountError):  # noqa: N818
    """The name is taken."""

    code = "officer_exists"


class BadCredentials(AccountError):  # noqa: N818
    """No officer has this name and this secret. Which of the two is wrong is not told."""

    code = "bad_credentials"


def add_officer(name: str, role: str) -> tuple[Officer, str]:
    """Create an officer and return it with the secret that it acts with.

    Raises ``BadOfficer`` and ``OfficerExists``.
    """
    name = name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise BadOfficer(
            f"An officer's name is 1 to {NAME_LENGTH} characters, none of them a control character."
        )
    if role not in Role.values:
        raise BadOfficer(f"An officer's role is one of {', '.join(Role.values)}.")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        with transaction.atomic():
            officer = Officer.objects.create(
                name=name, role=role, secret_hash=make_password(secret)
            )
    except IntegrityError:
        raise OfficerExists(
            "There is an officer of this name already: choose another name."
        ) from None
    return officer, secret


def authenticate(name: str, secret: str) -> Officer:
    """Return the officer of this name where the secret is theirs. Raises ``BadCredentials``."""
    officer = Officer.objects.filter(name=name.strip()).first()
    if officer is None:
        make_password(secret)
    elif check_password(secret, officer.secret_hash):
        return officer
    raise BadCredentials("No officer has this name and this secret: check both.")
