"""What is a source's to tell.

Rules that hold here: a conviction is its own where the court sits in a district of the source, or
where none is named, the person lives there; whatever comes later is its own where the person lives
in such a district, or where the conviction was pushed by the source itself or from such a district.
A source of a part of the country isn't told whether somebody beyond its scope is registered.
"""

from collections.abc import Iterable

from nsor import places
from nsor.register import acting, appeals
from nsor.register.errors import Refusal
from nsor.register.models import LIVE_STATES, Conviction, Offender
from nsor.sources.events import Conviction as ConvictionTold
from nsor.sources.models import EventKind, Push, PushState, Source
from nsor.sources.problems import FieldFault, Problem

_UNKNOWN = frozenset({"not_registered", "unknown_case"})


def covers(source: Source, district: int | None) -> bool:
    """Tell whether a district is the source's."""
    return any(places.covers(slug, district) for slug in source.districts)


def require_kind(source: Source, kind: EventKind) -> None:
    """Raise ``Problem``, ``out_of_scope``, where the source doesn't tell of such events."""
    if kind not in source.events:
        told = ", ".join(source.events)
        raise Problem("out_of_scope", f"This source may push these events: {told}.")


def district_of(source: Source, told: ConvictionTold) -> int | None:
    """Return where a conviction was, None where it isn't known.

    Raises ``Problem``, ``out_of_scope``, where it isn't the source's.
    """
    found = places.find(told.court_district or told.district)
    code = found.code if found else None
    if not covers(source, code):
        raise Problem(
            "out_of_scope",
            "Name in court_district the district where the court sits: it is one of this source's.",
        )
    return code


def person(source: Source, number: str) -> Offender:
    """Return whom a number is of. Raises ``Problem``: ``invalid_event``, ``out_of_scope``, and
    ``Refusal``, ``not_registered``, to a source of the whole country alone.
    """
    try:
        return acting.find(number)
    except Refusal as refusal:
        if refusal.code == "bad_cnic":
            fault = FieldFault("cnic", refusal.code, refusal.message)
            raise Problem("invalid_event", "The event has faults.", errors=[fault]) from None
        raise _beyond(source, refusal) from None


def of_case(source: Source, offender: Offender, case: str) -> list[Conviction]:
    """Return the convictions of a case, which is the source's. Raises as ``person`` does."""
    try:
        found = appeals.of_case(offender, case)
    except Refusal as refusal:
        raise _beyond(source, refusal) from None
    _require_own(source, offender, found)
    return found


def require_person(source: Source, offender: Offender) -> None:
    """Raise ``Problem``, ``out_of_scope``, where nothing of a person is the source's."""
    found = Conviction.objects.filter(
        offender__in=acting.members(offender), batch__state__in=LIVE_STATES
    )
    if not found.exists():
        raise _beyond(source, acting.not_registered())
    _require_own(source, offender, found)


def _require_own(source: Source, offender: Offender, found: Iterable[Conviction]) -> None:
    rows = Offender.objects.filter(pk__in=acting.members(offender))
    if any(covers(source, code) for code in rows.values_list("district", flat=True)):
        return
    entered = {_first(one).batch_id for one in found}
    pushed = Push.objects.filter(
        batch__in=entered, kind=EventKind.CONVICTION, state=PushState.ACCEPTED
    )
    if not any(one.source_id == source.pk or covers(source, one.district) for one in pushed):
        raise _not_own()


def _first(conviction: Conviction) -> Conviction:
    """Return what a conviction was before it was corrected."""
    while conviction.replaces is not None:
        conviction = conviction.replaces
    return conviction


def _beyond(source: Source, refusal: Refusal) -> Exception:
    whole = refusal.code not in _UNKNOWN or places.WHOLE_COUNTRY in source.districts
    return refusal if whole else _not_own()


def _not_own() -> Problem:
    return Problem(
        "out_of_scope",
        "No conviction of this number and case is this source's: check both, and the source's"
        " districts.",
    )
