"""What this room stores: officers, what opens a sign-in, and proposals about officers."""

from nsor.accounts.models.officers import NO_PASSWORD, PERSONS, Officer, Officers, Role
from nsor.accounts.models.proposals import Kind, OfficerProposal, State
from nsor.accounts.models.sign_in import Attempts, FirstLink, LastCode, RefusedMinute

__all__ = [
    "NO_PASSWORD",
    "PERSONS",
    "Attempts",
    "FirstLink",
    "Kind",
    "LastCode",
    "Officer",
    "OfficerProposal",
    "Officers",
    "RefusedMinute",
    "Role",
    "State",
]
