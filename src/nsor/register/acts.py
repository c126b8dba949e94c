"""What one officer does to one person: an appeal state, a withdrawal.

Rules that hold here: an act that silences takes effect at once, in one short transaction under the
feed's lock; one that would let a conviction speak again waits for a second officer. Each is kept
with who, when and why. A withdrawn person stays silent whatever is approved later.
"""

from typing import NamedTuple

from django.utils import timezone

from nsor import cnic
from nsor.accounts.models import Officer, Role
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
    FeedHead,
    Offender,
    Withdrawal,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import PARTICULARS, one_person
from nsor.register.publishing import lock_head, publish_act
from nsor.register.rows import fold_case


class Act(NamedTuple):
    """What became of an act: the sequence where it took effect, or the batch that waits."""

    state: str
    sequence: int | None
    batch: int | None


def record_appeal(number: str, case: str, state: str, officer: Officer, reason: str) -> Act:
    """Record where an appeal against a conviction stands.

    ``number`` is a CNIC with or without dashes, ``case`` the court's case number. Raises
    ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_cnic``, ``bad_value``,
    ``not_registered``, ``unknown_case``, ``no_change``, ``already_waiting``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    reason = require_reason(reason)
    digits = _digits(number)
    if state not in AppealState.values:
        choices = ", ".join(AppealState.values)
        raise Refusal("bad_value", f"An appeal state is one of: {choices}.")
    with short_write():
        head = lock_head()
        conviction = _conviction(digits, case)
        if state in STANDING_APPEALS:
            return _ask(conviction, state, officer, reason, head)
        _record(conviction, state, officer, reason, None)
        conviction.appeal_state = state
        conviction.save(update_fields=["appeal_state"])
        return Act(state, publish_act(head, one_person(digits), officer), None)


def withdraw(number: str, officer: Officer, reason: str) -> Act:
    """Silence somebody who was wrongly listed, whatever the courts said.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_cnic``,
    ``not_registered``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    reason = require_reason(reason)
    digits = _digits(number)
    with short_write():
        head = lock_head()
        offender = _offender(digits)
        offender.withdrawn = True
        offender.save(update_fields=["withdrawn"])
        Withdrawal.objects.create(
            offender=offender, officer=officer, reason=reason, at=timezone.now()
        )
        return Act("withdrawn", publish_act(head, one_person(digits), officer), None)


def _ask(conviction: Conviction, state: str, officer: Officer, reason: str, head: FeedHead) -> Act:
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
    head.last_submission += 1
    head.save()
    batch = Batch.objects.create(
        kind=BatchKind.APPEAL,
        state=BatchState.SUBMITTED,
        entered_by=officer,
        submitted_at=timezone.now(),
        submission=head.last_submission,
        entries=1,
    )
    _record(conviction, state, officer, reason, batch)
    return Act(state, None, batch.pk)


def _record(
    conviction: Conviction, state: str, officer: Officer, reason: str, batch: Batch | None
) -> None:
    now = timezone.now()
    AppealRecord.objects.create(
        conviction=conviction,
        from_state=conviction.appeal_state,
        to_state=state,
        officer=officer,
        reason=reason,
        recorded_at=now,
        batch=batch,
        effective_at=None if batch else now,
    )


def _digits(number: str) -> str:
    try:
        return cnic.parse(number)
    except cnic.CnicError as error:
        raise Refusal("bad_cnic", str(error)) from None


def _conviction(digits: str, case: str) -> Conviction:
    live = Conviction.objects.filter(cnic=digits, batch__state__in=LIVE_STATES)
    if not live.exists():
        raise _not_registered()
    conviction = live.filter(case_key=fold_case(case)).first()
    if conviction is None:
        raise Refusal(
            "unknown_case", "The person has no conviction of this case number: check the number."
        )
    return conviction


def _offender(digits: str) -> Offender:
    offender = Offender.objects.filter(cnic=digits).first()
    entry = (
        Conviction.objects.filter(cnic=digits, batch__state__in=LIVE_STATES).order_by("pk").first()
    )
    if entry is None and not (offender and offender.withdrawn):
        raise _not_registered()
    if offender is not None:
        return offender
    particulars = {name: getattr(entry, name) for name in PARTICULARS}
    return Offender.objects.create(cnic=digits, **particulars)


def _not_registered() -> Refusal:
    return Refusal(
        "not_registered", "Nobody of this CNIC is in the register or awaits approval: check it."
    )
