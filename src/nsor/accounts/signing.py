"""Officers' accounts as the command line acts on them, with the entries that the trail has of it.

Rules that hold here: the command line makes the first two administrators and whoever is there
before them; from then on it only proposes. Whoever signs in with a secret, or fails to, is
entered; the name that somebody typed who was refused is sealed, for it may be a secret typed into
the wrong field, or anybody's name.
"""

from dataclasses import dataclass

from nsor.accounts import links, proposals, services
from nsor.accounts.acting import SYSTEM, actor, short_write
from nsor.accounts.errors import BadCredentials, NotAllowed
from nsor.accounts.models import PERSONS, Officer, OfficerProposal, Role
from nsor.accounts.services import NAME_LENGTH, BadOfficer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json

__all__ = ["Hired", "add_officer", "hire", "link_anew", "sign_in"]


@dataclass(frozen=True)
class Hired:
    """What came of asking for an officer or a link: it was done, or proposed."""

    name: str
    role: str
    secret: str | None = None
    link: str | None = None
    """The token of a one-time link, which is stored nowhere."""
    proposal: OfficerProposal | None = None


def add_officer(name: str, role: str) -> tuple[Officer, str]:
    """Create an officer and return it with the secret that it acts with.

    The operator does this, who is no officer: the trail says that the system did. Raises
    ``BadOfficer``, ``OfficerExists``, ``Busy``.
    """
    with short_write():
        officer, secret = services.add_officer(name, role)
        _enter_added(officer)
        return officer, secret


def hire(name: str, role: str, jurisdiction: str = "") -> Hired:
    """Create an officer with a one-time link, or propose one where two administrators are there.

    Raises as ``nsor.accounts.proposals.propose_officer`` does.
    """
    if role not in PERSONS:
        raise BadOfficer(f"An officer's role is one of {', '.join(PERSONS)}.")
    with short_write():
        if len(proposals.administrators()) < proposals.NEEDED:
            officer, secret = services.add_officer(name, role, jurisdiction)
            link = links.issue(officer, SYSTEM)
            _enter_added(officer)
            return Hired(officer.name, officer.role, secret, link)
    proposal = proposals.propose_officer(name, role, jurisdiction, None)
    return Hired(proposal.name, role, proposal=proposal)


def link_anew(name: str) -> Hired:
    """Issue a fresh one-time link for an officer, or propose it.

    It is issued at once as long as two administrators haven't signed in yet, who could decide.
    Raises ``NotAllowed``, ``Busy``.
    """
    with short_write():
        officer = Officer.objects.filter(name=services.tidy(name), is_active=True).first()
        if officer is None or officer.role == Role.SOURCE:
            raise NotAllowed("unknown_officer", "There is no officer of this name.")
        came = Officer.objects.filter(role=Role.ADMINISTRATION, last_login__isnull=False)
        if came.count() < proposals.NEEDED:
            link = links.issue(officer, SYSTEM)
            return Hired(officer.name, officer.role, link=link)
    proposal = proposals.propose_link(officer, None, "")
    return Hired(officer.name, officer.role, proposal=proposal)


def sign_in(name: str, secret: str) -> Officer:
    """Return the officer of this name where the secret is theirs.

    Raises ``BadCredentials``, ``Busy``.
    """
    try:
        officer = services.authenticate(name, secret)
    except BadCredentials:
        with short_write():
            details = {"name": name[:NAME_LENGTH]}
            trail.record(Act.SIGN_IN_REFUSED, actor=SYSTEM, details=details)
        raise
    with short_write():
        trail.record(Act.SIGNED_IN, actor=actor(officer), details={"factors": ["secret"]})
    return officer


def _enter_added(officer: Officer) -> None:
    details: dict[str, Json] = {"name": officer.name, "role": officer.role}
    if officer.jurisdiction:
        details["jurisdiction"] = officer.jurisdiction
    trail.record(Act.OFFICER_ADDED, actor=SYSTEM, subject=actor(officer), details=details)
