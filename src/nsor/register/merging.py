"""Making two records one, where they are of the same person, and undoing it.

Rules that hold here: both wait for a second officer; nothing is moved or deleted, so a merger can
be undone with everything as it was; a person who was merged has nobody merged into them. What
silenced the two together silences each after they were parted, until a second officer restores.
What waits about the two together is decided while they are one.
"""

from nsor.accounts.models import Officer, Role
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting, districts
from nsor.register.acting import Done
from nsor.register.approving import record_people
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Evidence,
    Ground,
    Offender,
    Standing,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import people
from nsor.register.publishing import lock_head
from nsor.register.search import indexing
from nsor.register.standing import record_standing, require_none_waiting


def merge(
    into: Offender,
    other: Offender,
    officer: Officer,
    reason: str,
    *,
    evidence: Evidence | None = None,
) -> Done:
    """Ask that ``other`` be one with ``into``, whose profile stands for both.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``not_mergeable``,
    ``already_waiting``, ``busy``.
    """
    return _ask(BatchKind.MERGE, into, other, officer, reason, evidence)


def unmerge(
    other: Offender, officer: Officer, reason: str, *, evidence: Evidence | None = None
) -> Done:
    """Ask that somebody be a person of their own again. Raises as ``merge`` does."""
    into = other.merged_into
    if into is None:
        raise Refusal("not_mergeable", "This person is merged into nobody.")
    return _ask(BatchKind.UNMERGE, into, other, officer, reason, evidence)


def apply_merge(offender: Offender, batch: Batch) -> None:
    """Make two records one, by the act that a second officer approves."""
    assert batch.other is not None, "a merger names both"
    _require_mergeable(offender, batch.other)
    batch.other.merged_into = offender
    batch.other.save(update_fields=["merged_into"])
    indexing.reindex([offender.pk])
    districts.refresh([offender.pk])


def apply_unmerge(offender: Offender, batch: Batch) -> None:
    """Make them two again, by the act that a second officer approves."""
    assert batch.other is not None, "a merger names both"
    if batch.other.merged_into_id != offender.pk:
        raise Refusal("not_mergeable", "This person is merged into nobody.")
    require_none_waiting(offender, BatchKind.CORRECTION)
    batch.other.merged_into = None
    batch.other.save(update_fields=["merged_into"])
    indexing.reindex([offender.pk])
    _keep_silent(batch.other, offender, batch)


def _keep_silent(other: Offender, whole: Offender, batch: Batch) -> None:
    """Have somebody stand as the whole did: what silenced the two may have been about either."""
    if whole.standing != Standing.ACTIVE:
        other.standing, other.ground = whole.standing, whole.ground
    elif whole.deceased_on is not None and other.deceased_on is None:
        other.standing, other.ground = Standing.SUSPENDED, Ground.DISPUTE
    record_standing(other, batch)
    # Whoever was approved while they were one has no profile of their own yet.
    record_people(people([other.pk]), batch)


def _ask(
    kind: BatchKind,
    into: Offender,
    other: Offender,
    officer: Officer,
    reason: str,
    evidence: Evidence | None,
) -> Done:
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    reason = require_reason(reason)
    with short_write():
        head = lock_head()
        into, other = (Offender.objects.get(pk=one.pk) for one in (into, other))
        for one in (into, other):
            require_none_waiting(one, BatchKind.MERGE, BatchKind.UNMERGE, BatchKind.REMOVAL)
        if kind == BatchKind.MERGE:
            _require_mergeable(into, other)
        else:
            require_none_waiting(into, BatchKind.CORRECTION)
        batch = acting.new_batch(kind, BatchState.DRAFT, into, officer, reason, evidence)
        batch.other = other
        acting.submit_batch(head, batch)
        details: dict[str, Json] = {
            "asks": kind.value,
            "batch": batch.pk,
            "other": other.pk,
            "reason": reason,
        }
        acting.enter_in_trail(Act.BATCH_SUBMITTED, officer, into, details)
    return Done("submitted", None, batch.pk)


def _require_mergeable(into: Offender, other: Offender) -> None:
    if into.pk == other.pk or into.merged_into_id or other.merged_into_id:
        raise Refusal("not_mergeable", "Merge two people, neither of whom is merged already.")
    if Offender.objects.filter(merged_into=other).exists():
        raise Refusal("not_mergeable", "Others are merged into this one: merge the other way.")
    for one in (into, other):
        if not acting.has_approved(one):  # or a number would be told that one officer alone entered
            raise Refusal(
                "not_mergeable", "Of one of the two nothing is approved: have the entry decided."
            )
        if one.standing != Standing.ACTIVE:
            raise Refusal(
                "not_mergeable", "Both must be active: have the suspension or removal decided."
            )
