"""Where the appeal against a conviction stands.

Rules that hold here: a state that silences (a stay, a quashing) takes effect at once; one that
would let a conviction speak again waits for a second officer. Each is kept with the day from which
it held, and with the act that recorded it. It is about a case: where somebody was entered under two
numbers, one act reaches each conviction of that case.
"""

from datetime import date

from nsor.accounts.models import Officer, Role
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting, text
from nsor.register.acting import Deed, Done
from nsor.register.approving import decide
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.models import (
    LIVE_STATES,
    STANDING_APPEALS,
    AppealRecord,
    AppealState,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    Evidence,
    FeedHead,
    Offender,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import people
from nsor.register.publishing import lock_head
from nsor.secrecy import subjects, tokens


def record_appeal(
    number: str,
    case: str,
    state: str,
    officer: Officer,
    reason: str,
    *,
    effective_on: date | None = None,
    evidence: Evidence | None = None,
) -> Done:
    """Record where an appeal against a conviction stands, since a day, today if None.

    ``number`` is as ``acting.find`` takes it, ``case`` the court's case number.
    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_cnic``, ``bad_value``,
    ``not_registered``, ``unknown_case``, ``no_change``, ``already_waiting``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL, Role.SOURCE)
    reason = require_reason(reason, silences=state not in STANDING_APPEALS)
    offender = acting.find(number)
    if state not in AppealState.values:
        choices = ", ".join(AppealState.values)
        raise Refusal("bad_value", f"An appeal state is one of: {choices}.")
    since = effective_on or today()
    if since > today():
        raise Refusal("date_in_future", "The appeal state holds since today or an earlier day.")
    if state in STANDING_APPEALS:
        return _ask(offender, case, state, officer, reason, since, evidence)
    with short_write():
        lock_head()
        found = of_case(offender, case)
        owner = found[0].offender
        with acting.at_once(BatchKind.APPEAL, owner, officer, reason, evidence) as deed:
            for conviction in found:
                _take_effect(_record(conviction, state, since, deed.batch))
            sequence = acting.publish(deed, [owner.pk], officer)
            _enter_in_trail(found, state, since, officer, reason)
    return Done(state, sequence, None)


def approve_appeal(batch: Batch, officer: Officer) -> tuple[int, int]:
    """Let a conviction speak again; return how many people are told of, and the last sequence.

    Raises ``Refusal``: ``outdated``. To be called in a short transaction under the feed's lock.
    """
    head = FeedHead.objects.get()
    records = list(batch.appeals.select_related("conviction__offender", "conviction__batch"))
    for record in records:
        _require_up_to_date(record)
        _take_effect(record)
    decide(head, batch, officer)
    owners = {record.conviction.offender_id: record.conviction.offender for record in records}
    sequence = acting.publish(Deed(head, batch), owners, officer)
    for owner in owners.values():
        details: dict[str, Json] = {"state": records[0].to_state, "batch": batch.pk}
        acting.enter_in_trail(Act.APPEAL_APPROVED, officer, owner, details)
    return sum(person.public for person in people(owners)), sequence


def _require_up_to_date(record: AppealRecord) -> None:
    conviction = record.conviction
    later = AppealRecord.objects.filter(conviction=conviction, pk__gt=record.pk)
    if (
        not conviction.current
        or conviction.batch.state not in LIVE_STATES
        or conviction.appeal_state != record.from_state
        or later.filter(batch__state=BatchState.APPROVED).exists()
    ):
        raise Refusal(
            "outdated",
            "The appeal state has changed since this was entered: reject the batch, and have"
            " what is true now entered.",
        )


def _ask(
    offender: Offender,
    case: str,
    state: str,
    officer: Officer,
    reason: str,
    since: date,
    evidence: Evidence | None,
) -> Done:
    with short_write():
        head = lock_head()
        found = [one for one in of_case(offender, case) if one.appeal_state != state]
        if not found:
            raise Refusal("no_change", "This is the appeal state that the register holds already.")
        waiting = AppealRecord.objects.filter(
            conviction__in=found, batch__state=BatchState.SUBMITTED
        ).first()
        if waiting is not None:
            raise Refusal(
                "already_waiting",
                f"Batch {waiting.batch_id} about this case awaits approval: have it decided first.",
            )
        batch = acting.new_batch(
            BatchKind.APPEAL, BatchState.DRAFT, found[0].offender, officer, reason, evidence
        )
        acting.submit_batch(head, batch)
        for conviction in found:
            _record(conviction, state, since, batch)
        _enter_in_trail(found, state, since, officer, reason)
    return Done(state, None, batch.pk)


def _enter_in_trail(
    found: list[Conviction], state: str, since: date, officer: Officer, reason: str
) -> None:
    """Enter the act for each row of offenders that it reaches, as a merger may be undone."""
    details: dict[str, Json] = {"state": state, "since": since.isoformat(), "reason": reason}
    for owner in {one.offender_id: one.offender for one in found}.values():
        acting.enter_in_trail(Act.APPEAL_RECORDED, officer, owner, details)


def _record(conviction: Conviction, state: str, since: date, batch: Batch) -> AppealRecord:
    return AppealRecord.objects.create(
        conviction=conviction,
        from_state=conviction.appeal_state,
        to_state=state,
        effective_on=max(since, conviction.convicted_on),
        batch=batch,
    )


def _take_effect(record: AppealRecord) -> None:
    record.conviction.appeal_state = record.to_state
    record.conviction.save(update_fields=["appeal_state"])


def of_case(offender: Offender, case: str) -> list[Conviction]:
    """Return the convictions of a case of a person, merged ones as one, that count or wait.

    Raises ``Refusal``: ``not_registered``, ``unknown_case``.
    """
    members = acting.members(acting.lock(offender))
    live = Conviction.objects.filter(
        offender__in=members, batch__state__in=LIVE_STATES, current=True
    )
    known = list(live.select_related("offender").order_by("pk"))
    if not known:
        raise acting.not_registered()
    keys = subjects.keys(conviction.offender.key_id for conviction in known)
    wanted = {number: tokens.under(key, "case", text.fold(case)) for number, key in keys.items()}
    found = [one for one in known if wanted.get(one.offender.key_id) == bytes(one.case_token)]
    if not found:
        raise Refusal(
            "unknown_case", "The person has no conviction of this case number: check the number."
        )
    return found
