"""What an event does to the record: through the register's services, as the source's officer.

Rules that hold here: to be called in one transaction with the push's own row; what only silences
acts at once, everything else waits for a second officer; what the register holds already is no
fault of the source, and does nothing.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from nsor.accounts.models import Officer
from nsor.register import acting, services
from nsor.register.calendar import today
from nsor.register.documents import Place
from nsor.register.errors import Refusal
from nsor.register.locks import lock_numbers
from nsor.register.models import Batch, BatchState, NumberKind, Offender
from nsor.register.people import one_person
from nsor.register.publishing import lock_head
from nsor.register.rows import day_faults
from nsor.register.services import ConvictionCorrection, NewConviction, ProfileCorrection
from nsor.sources import events, scope
from nsor.sources.models import EventKind, Source
from nsor.sources.problems import FieldFault, Problem

NO_CHANGE: Final = "no_change"
REASON: Final = "A source told of it: see what it pushed."
_APPEAL_STATES: Final = {
    "none": "none",
    "pending": "pending",
    "upheld": "none",
    "stayed": "stayed",
    "quashed": "quashed",
    "acquitted": "quashed",
}


class Effect(NamedTuple):
    """What an event did; ``batch`` is None where it did nothing (``code`` says so)."""

    offender: Offender
    batch: Batch | None
    at_once: bool = False
    code: str = ""
    district: int | None = None


def apply(source: Source, kind: EventKind, event: events.Event) -> Effect:
    """Have an event take effect.

    Raises ``Problem``: ``out_of_scope``, ``invalid_event``; and ``Refusal`` as the services do.
    """
    if kind is not EventKind.CONVICTION:
        _require_past(kind, event)
    return _EFFECTS[kind](source, event)


def _convict(source: Source, event: events.Event) -> Effect:
    told = cast(events.Conviction, event)
    where = scope.district_of(source, told)
    new = NewConviction(
        number=told.cnic,
        kind=NumberKind(told.number_kind),
        case=events.case_of(told),
        sections=tuple(told.sections),
        convicted_on=told.convicted_on,
        offence_on=told.offence_on,
        sentenced_on=told.sentenced_on,
        released_on=told.released_on,
        sentence_months=told.sentence_months,
        juvenile=told.juvenile,
        victim_category=told.victim_category,
        victim_under_13=told.victim_under_13,
        appeal_state=told.appeal_state,
    )
    officer = source.officer
    batch = services.submit(_entered(new, officer), officer)
    assert batch.offender is not None, "an entry names its person"
    return Effect(batch.offender, batch, district=where)


def _entered(new: NewConviction, officer: Officer) -> Batch:
    """Enter a conviction; of a number that is known it is that person's, if the names agree."""
    try:
        return services.enter_conviction(new, officer)
    except services.MaybeKnown as known:
        if known.code != "known_number":
            raise
        holder = Offender.objects.get(pk=known.candidates[0].offender)
        return services.enter_conviction(new, officer, same_as=holder)


def _appeal(source: Source, event: events.Event) -> Effect:
    told = cast(events.Appeal, event)
    offender = scope.person(source, told.cnic)
    found = scope.of_case(source, offender, told.case_number)
    state = _APPEAL_STATES[told.result]
    if all(one.appeal_state == state for one in found):
        return Effect(offender, None, code=NO_CHANGE)
    done = services.record_appeal(
        told.cnic,
        told.case_number,
        state,
        source.officer,
        REASON,
        effective_on=told.decided_on,
    )
    return _acted(source, found[0].offender, at_once=done.batch is None)


def _transfer(source: Source, event: events.Event) -> Effect:
    told = cast(events.Transfer, event)
    offender = scope.person(source, told.cnic)
    scope.require_person(source, offender)
    lock_numbers()
    lock_head()
    known = one_person(offender.pk)
    if known is None:
        raise Refusal("removed", "The person was removed, and nothing of them can be read.")
    prison = Place("prison", told.prison, told.district, told.province)
    others = tuple(one for one in known.profile.places if one.kind != prison.kind)
    change = ProfileCorrection({"places": (*others, prison)}, valid_from=told.transferred_on)
    return _corrected(source, offender, change)


def _release(source: Source, event: events.Event) -> Effect:
    told = cast(events.Release, event)
    offender = scope.person(source, told.cnic)
    found = scope.of_case(source, offender, told.case_number)
    approved = [one for one in found if one.batch.state == BatchState.APPROVED]
    if not approved:
        raise Refusal(
            "wrong_state", "The conviction awaits approval: push the release once it is approved."
        )
    change = ConvictionCorrection(approved[0], {"released_on": told.released_on})
    return _corrected(source, offender, change)


def _corrected(
    source: Source, offender: Offender, change: ProfileCorrection | ConvictionCorrection
) -> Effect:
    try:
        services.correct(offender, change, source.officer, REASON)
    except Refusal as refusal:
        if refusal.code != NO_CHANGE:
            raise
        return Effect(offender, None, code=NO_CHANGE)
    return _acted(source, offender, at_once=False)


def _die(source: Source, event: events.Event) -> Effect:
    told = cast(events.Death, event)
    offender = scope.person(source, told.cnic)
    scope.require_person(source, offender)
    rows = Offender.objects.filter(pk__in=acting.members(offender))
    if rows.filter(deceased_on=told.died_on).exists():
        return Effect(offender, None, code=NO_CHANGE)
    services.record_death(offender, told.died_on, source.officer, REASON)
    return _acted(source, offender, at_once=True)


def _acted(source: Source, offender: Offender, *, at_once: bool) -> Effect:
    """Return the act that the source's officer did last: it does one at a time."""
    batch = Batch.objects.filter(entered_by=source.officer).order_by("-pk").first()
    return Effect(offender, batch, at_once=at_once)


def _require_past(kind: EventKind, event: events.Event) -> None:
    field = events.DAYS[kind]
    faults = day_faults(field, events.day_of(kind, event), today())
    if faults:
        errors = [FieldFault(*one) for one in faults]
        raise Problem("invalid_event", "The event has faults.", errors=errors)


_EFFECTS: Final[dict[EventKind, Callable[[Source, events.Event], Effect]]] = {
    EventKind.CONVICTION: _convict,
    EventKind.APPEAL: _appeal,
    EventKind.TRANSFER: _transfer,
    EventKind.RELEASE: _release,
    EventKind.DEATH: _die,
}
