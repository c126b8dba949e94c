"""The reason that an officer gave for opening an act or a file outside of their jurisdiction.

Rules that hold here: it is kept as for a record, sealed and for a quarter of an hour; given for an
act it holds for the records and the documents of the people whom the act is about.
"""

from collections.abc import Iterable

from django.http import HttpRequest

from nsor.register.jurisdiction import is_outside
from nsor.register.models import Batch, Offender
from nsor.web.console import kept
from nsor.web.console.guard import officer
from nsor.web.console.record.opening import HOLDS, hold_reason, reason_given

_KIND = "reason-of-act"


def reason_for(request: HttpRequest, batch: Batch) -> str:
    """Return the reason that was given for an act or for its person's record, or ``""``."""
    held = kept.kept(request, _KIND, str(batch.pk))
    if isinstance(held, str):
        return held
    if batch.offender is None:
        return ""
    return reason_given(request, batch.offender.merged_into or batch.offender)


def asks_why(request: HttpRequest, batch: Batch, rows: Iterable[int] = ()) -> bool:
    """Tell whether a reason is to be given yet before anything of an act is shown.

    ``rows`` are those of its people who are asked about, where it is a file.
    """
    if reason_for(request, batch):
        return False
    me = officer(request)
    people = Offender.objects.filter(pk__in=[*rows, batch.offender_id or 0])
    return any(
        is_outside(me, (one.merged_into or one).district)
        for one in people.select_related("merged_into")
    )


def hold(request: HttpRequest, batch: Batch, reason: str, people: Iterable[Offender] = ()) -> None:
    """Have a reason hold for an act, and for the people whom it is about."""
    if not reason:
        return
    kept.keep(request, _KIND, str(batch.pk), reason, HOLDS)
    for person in people:
        hold_reason(request, person, reason)
