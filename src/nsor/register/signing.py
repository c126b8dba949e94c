"""Officers' accounts with the entries that the trail has of them; ``accounts`` lies below it.

Rules that hold here: whoever signs in, or fails to, is entered; the name that somebody typed who
was refused is sealed, for it may be a secret typed into the wrong field, or anybody's name.
"""

from nsor.accounts import services
from nsor.accounts.models import Officer
from nsor.accounts.services import NAME_LENGTH, BadCredentials
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register.locks import short_write
from nsor.register.officers import actor


def add_officer(name: str, role: str) -> tuple[Officer, str]:
    """Create an officer and return it with the secret that it acts with.

    The operator does this, who is no officer: the trail says that the system did. Raises
    ``BadOfficer``, ``OfficerExists``, and ``Refusal``: ``busy``.
    """
    with short_write():
        officer, secret = services.add_officer(name, role)
        trail.record(
            Act.OFFICER_ADDED,
            actor="system",
            subject=actor(officer),
            details={"name": officer.name, "role": officer.role},
        )
    return officer, secret


def sign_in(name: str, secret: str) -> Officer:
    """Return the officer of this name where the secret is theirs.

    Raises ``BadCredentials``, and ``Refusal``: ``busy``.
    """
    try:
        officer = services.authenticate(name, secret)
    except BadCredentials:
        with short_write():
            details = {"name": name[:NAME_LENGTH]}
            trail.record(Act.SIGN_IN_REFUSED, actor="system", details=details)
        raise
    with short_write():
        trail.record(Act.SIGNED_IN, actor=actor(officer))
    return officer
