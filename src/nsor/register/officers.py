"""Who may do what to the register."""

from nsor.accounts.models import Officer, Role
from nsor.register.errors import Refusal
from nsor.register.models import PassedAlarm
from nsor.screening import texts


def require_role(officer: Officer, *roles: Role) -> None:
    """Raise ``Refusal``, ``role_not_allowed``, unless the officer has one of the roles."""
    if officer.role not in roles:
        allowed = " or ".join(role.value for role in roles)
        raise Refusal(
            "role_not_allowed", f"This is for officers whose role is {allowed}: ask one of them."
        )


def require_reason(reason: str, *, silences: bool = False) -> str:
    """Return the reason without spaces around it.

    It is screened as every text is; where the act silences somebody, a word is no hindrance and
    only a number is. Raises ``Refusal``: ``reason_required``, ``may_name_victim``.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("reason_required", "Give the reason in words: it is kept with the act.")
    alarms = texts.screen("reason", reason)
    passed = set(PassedAlarm.objects.values_list("fingerprint", flat=True)) if alarms else set()
    for alarm in alarms:
        is_word = bool(alarm.words)
        if not (is_word and (silences or alarm.is_passed(passed))):
            raise Refusal("may_name_victim", texts.told_of(alarm))
    return reason


def actor(officer: Officer | None) -> str:
    """Return how the trail names who acts: an officer by number, or the clock."""
    return f"officer:{officer.pk}" if officer else "system"
