"""Recording that a registration was reviewed, as the law asks of those without an end.

Rules that hold here: one officer's word is enough, as nothing is told otherwise by it; what a
review finds wrong is put right by acts of their own. The next review falls due by the law.
"""

from datetime import date, timedelta
from typing import Final

from nsor.accounts.models import Officer, Role
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting
from nsor.register.acting import Done
from nsor.register.approving import record_people
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Evidence,
    Finding,
    Offender,
    Registration,
    Review,
    Standing,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import Person, one_person
from nsor.register.publishing import lock_head

REVIEWERS: Final = (Role.ENTRY, Role.APPROVAL, Role.SUPERVISION)
AHEAD: Final = timedelta(days=90)
"""A review may be done so long before it falls due."""


def record_review(
    offender: Offender,
    officer: Officer,
    finding: str,
    reason: str,
    *,
    evidence: Evidence | None = None,
) -> Done:
    """Record that a registration was reviewed; ``finding`` is one of ``Finding``.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_value``, ``not_due``,
    ``removed``, ``busy``.
    """
    require_role(officer, *REVIEWERS)
    reason = require_reason(reason)
    if finding not in Finding.values:
        raise Refusal("bad_value", f"A review finds one of: {', '.join(Finding.values)}.")
    with short_write():
        lock_head()
        person, due_on = _due(acting.lock(offender))
        root = person.offender
        with acting.at_once(BatchKind.REVIEW, root, officer, reason, evidence) as deed:
            review = Review(
                batch=deed.batch,
                finding=finding,
                due_on=due_on,
                done_on=today(),
            )
            review.save()
            _put_off(person, review.reviewed_to, deed.batch)
            details: dict[str, Json] = {"finding": finding, "reason": reason}
            acting.enter_in_trail(Act.REVIEW_DONE, officer, root, details)
    return Done("reviewed", None, None)


def is_due(person: Person) -> bool:
    """Tell whether a review of somebody may be recorded now."""
    on = person.term.review_on
    registered = person.offender.standing in (Standing.ACTIVE, Standing.SUSPENDED)
    return bool(registered and person.convictions and on and on <= today() + AHEAD)


def _due(offender: Offender) -> tuple[Person, date]:
    """Return a person, and when their review falls due. Raises ``Refusal``."""
    acting.key_of(offender)
    person = one_person(offender.pk)
    due_on = person.term.review_on if person else None
    if person is None or due_on is None or not is_due(person):
        raise Refusal(
            "not_due",
            f"No review of this registration falls due within {AHEAD.days} days: wait for the day"
            " that the record names.",
        )
    return person, due_on


def _put_off(person: Person, reviewed_to: date, batch: Batch) -> None:
    """Store up to when a person is reviewed, and when the next review falls due."""
    rows = Offender.objects.filter(pk__in=person.members)
    rows.update(reviewed_to=reviewed_to)
    after = one_person(person.offender.pk)
    assert after is not None, "the person was there a moment ago"
    record_people([after], batch)
    waiting = Registration.objects.filter(
        offender__in=person.members, recorded_by__state=BatchState.SUBMITTED
    )
    if not waiting.exists():  # else a sooner day may be hinted for what is about to be approved
        rows.update(review_on=after.term.review_on)
