"""Letting a false alarm of the screening pass: an address may hold a word of kinship.

Rules that hold here: an officer of approval says so, with a reason; it counts from then on for the
same word between the same two words of the same field, whoever enters it. Who met the alarm isn't
known: what was refused is not kept, and so not by whom it was entered. That the same person enters
and passes is prevented by their roles, of which an officer has one.
"""

import re

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.models import PassedAlarm
from nsor.register.officers import actor, require_reason, require_role

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


def pass_alarm(fingerprint: str, officer: Officer, reason: str) -> PassedAlarm:
    """Let an alarm pass from now on, by the fingerprint that its message gives.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_fingerprint``,
    ``already_passed``, ``busy``.
    """
    require_role(officer, Role.APPROVAL)
    reason = require_reason(reason)
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise Refusal(
            "bad_fingerprint",
            "An alarm is named by the 16 digits and letters a to f at the end of its message; one"
            " about a number has none, and nobody may let it pass.",
        )
    with short_write():
        passed, is_new = PassedAlarm.objects.get_or_create(
            fingerprint=fingerprint, defaults={"officer": officer, "at": timezone.now()}
        )
        if not is_new:
            raise Refusal("already_passed", "This alarm was let pass already.")
        trail.record(
            Act.FALSE_ALARM_PASSED,
            actor=actor(officer),
            details={"fingerprint": fingerprint, "reason": reason},
        )
    return passed
