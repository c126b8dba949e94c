"""Who may do what to the register."""

from nsor.accounts.models import Officer, Role
from nsor.register.errors import Refusal


def require_role(officer: Officer, *roles: Role) -> None:
    """Raise ``Refusal``, ``role_not_allowed``, unless the officer has one of the roles."""
    if officer.role not in roles:
        allowed = " or ".join(role.value for role in roles)
        raise Refusal(
            "role_not_allowed", f"This is for officers whose role is {allowed}: ask one of them."
        )


def require_reason(reason: str) -> str:
    """Return the reason without spaces around it. Raises ``Refusal``: ``reason_required``."""
    if not reason.strip():
        raise Refusal("reason_required", "Give the reason in words: it is kept with the act.")
    return reason.strip()


def actor(officer: Officer | None) -> str:
    """Return how the trail names who acts: an officer by number, or the clock."""
    return f"officer:{officer.pk}" if officer else "system"
