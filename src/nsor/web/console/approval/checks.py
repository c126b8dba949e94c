"""What the identity authority said of each number of an act, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.register.identity_checks import checks_of
from nsor.register.models import STOPPING, Batch
from nsor.web.console.approval.telling import Told

SENTENCES: Final[dict[str, Promise]] = {
    "agrees": _("The authority knows the number as this person's."),
    "differs": _("The authority knows the number as somebody else's."),
    "unknown": _("The authority knows nobody of this number."),
    "dead": _("The authority says that whoever holds the number has died."),
    "unasked": _("The authority has not answered, and an officer let that pass."),
}
DIFFERENCES: Final[dict[str, Promise]] = {
    "name": _("the name differs"),
    "father_name": _("the father's name differs"),
    "sex": _("the sex differs"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Check:
    """One answer; ``is_open``: it stops the approval until an officer lets it pass."""

    number: int
    digits: str
    outcome: str
    sentence: Promise
    differences: tuple[Promise, ...]
    passed_by: str
    is_open: bool


def of(batch: Batch, told: Iterable[Told]) -> list[Check]:
    """Return what was answered about the numbers that are shown, what stops the act first."""
    digits = {one.row: one.digits for one in told}
    return [
        Check(
            number=one.number_id,
            digits=digits.get(one.number_id, ""),
            outcome=one.outcome,
            sentence=SENTENCES[one.outcome],
            differences=tuple(
                DIFFERENCES[name] for name in one.differences.split(";") if name in DIFFERENCES
            ),
            passed_by=one.overridden_by.name if one.overridden_by else "",
            is_open=one.outcome in STOPPING and one.overridden_by is None,
        )
        for one in checks_of(batch)
    ]
