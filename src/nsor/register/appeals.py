"""Where the appeal against a conviction stands.

Rules that hold here: a state that silences (a stay, a quashing) takes effect at once; one that
would let a conviction speak again waits for a second officer. Each is kept with the day from which
it held, and with the act that recorded it.
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
from nsor.register.people import one_person
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

    ``number`` is an identity number with or without dashes, ``case`` the court's case number.
    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_cnic``, ``bad_value``,
    ``not_registered``, ``unknown_case``, ``no_change``, ``already_waiting``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    reason = require_reason(reason)
    offender = acting.find(number)
    if state not in AppealState.values:
        choices = ", ".join(AppealState.values)
        raise Refusal("bad_value", f"An appeal state is one of: {choices}.")
    since = effective_on or today()
    if since > today():
        raise Refusal("date_in_future", "The appeal state holds since today or an earlier day.")
    if state in STANDING_APPEALS:
        return _ask(offender, case, state, officer, reason, since, evidence)
    conviction = _conviction(offender, case)
    owner = conviction.offender
    with acting.at_once(BatchKind.APPEAL, owner, officer, reason, evidence) as deed:
        conviction = _conviction(offender, case)
        record = _record(conviction, state, since, deed.batch)
        _take_effect(record)
        sequence = acting.publish(deed, [offender.pk], officer)
        details: dict[str, Json] = {"state": state, "since": since.isoformat(), "reason": reason}
        acting.enter_in_trail(Act.APPEAL_RECORDED, officer, owner, details)
        return Done(state, sequence, None)


def approve_appeal(batch: Batch, officer: Officer) -> tuple[int, int]:
    """Let a conviction speak again; return how many people are told of, and the last sequence.

    Raises ``Refusal``: ``outdated``. To be called in a short transaction under the feed's lock.
    """
    record = batch.appeal
    head = FeedHead.objects.get()
    live = Conviction.objects.filter(batch__state__in=LIVE_STATES, current=True)
    conviction = live.filter(pk=record.conviction_id).first()
    later = AppealRecord.objects.filter(conviction=record.conviction_id, pk__gt=record.pk)
    is_outdated = later.filter(batch__state=BatchState.APPROVED).exists()
    if conviction is None or is_outdated or conviction.appeal_state != record.from_state:
        raise Refusal(
            "outdated",
            "The appeal state has changed since this was entered: reject the batch, and have"
            " what is true now entered.",
        )
    record.conviction = conviction
    _take_effect(record)
    decide(head, batch, officer)
    owner = conviction.offender
    whole = acting.root(owner)
    sequence = acting.publish(Deed(head, batch), [whole.pk], officer)
    details: dict[str, Json] = {"state": record.to_state, "batch": batch.pk}
    acting.enter_in_trail(Act.APPEAL_APPROVED, officer, owner, details)
    person = one_person(whole.pk)
    return int(person is not None and person.public), sequence


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
        conviction = _conviction(offender, case)
        if conviction.appeal_state == state:
            raise Refusal("no_change", "This is the appeal state that the register holds already.")
        waiting = AppealRecord.objects.filter(
            conviction=conviction, batch__state=BatchState.SUBMITTED
        ).first()
        if waiting is not None:
            raise Refusal(
                "already_waiting",
                f"Batch {waiting.batch_id} about this case awaits approval: have it decided first.",
            )
        owner = conviction.offender
        batch = acting.new_batch(
            BatchKind.APPEAL, BatchState.DRAFT, owner, officer, reason, evidence
        )
        acting.submit_batch(head, batch)
        _record(conviction, state, since, batch)
        details: dict[str, Json] = {"state": state, "since": since.isoformat(), "reason": reason}
        acting.enter_in_trail(Act.APPEAL_RECORDED, officer, owner, details)
    return Done(state, None, batch.pk)


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


def _conviction(offender: Offender, case: str) -> Conviction:
    live = Conviction.objects.filter(
        offender__in=acting.members(offender), batch__state__in=LIVE_STATES, current=True
    ).select_related("offender")
    found = list(live)
    if not found:
        raise acting.not_registered()
    keys = subjects.keys(conviction.offender.key_id for conviction in found)
    for conviction in found:
        key = keys.get(conviction.offender.key_id)
        if key and tokens.under(key, "case", text.fold(case)) == bytes(conviction.case_token):
            return conviction
    raise Refusal(
        "unknown_case", "The person has no conviction of this case number: check the number."
    )
