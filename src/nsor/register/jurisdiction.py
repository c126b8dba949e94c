"""Whether an officer reads within their jurisdiction, and what it takes where they don't.

Rules that hold here: within it a reason may be given, outside it one has to be, in words, and the
entry of the trail says that it was outside; where nobody knows in which district somebody lives,
they are outside of every jurisdiction but the whole country.
"""

from collections.abc import Callable

from nsor import places
from nsor.accounts.models import Officer
from nsor.audit.leaf import Json
from nsor.register.models import Offender
from nsor.register.officers import require_reason

ReasonOf = Callable[[int], str]
"""Tells for which reason an officer opens the record of a row, "" for none."""


def no_reason(row: int) -> str:
    """Tell that an officer gave no reason."""
    return ""


def is_outside(officer: Officer, district: int | None) -> bool:
    """Tell whether the district of a code lies outside an officer's jurisdiction."""
    return not places.covers(officer.jurisdiction, district)


def require_reason_outside(officer: Officer, district: int | None, reason: str) -> str:
    """Return the reason without spaces around it; "" where none is needed and none was given.

    Raises ``Refusal``: ``reason_required``, ``may_name_victim``.
    """
    if reason.strip() or is_outside(officer, district):
        return require_reason(reason)
    return ""


def reason_told(officer: Officer, district: int | None, reason: str) -> dict[str, Json]:
    """Return what an entry of the trail says of why, and whether it was outside."""
    told: dict[str, Json] = {"reason": reason}
    if is_outside(officer, district):
        told["outside"] = True
    return told


def district_of(row: int) -> int | None:
    """Return the code of where the person of a row lives, merged ones as one; None: not known."""
    offender = Offender.objects.select_related("merged_into").get(pk=row)
    return (offender.merged_into or offender).district
