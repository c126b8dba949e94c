"""A second officer's word: on a file, or on an act about one person.

Rules that hold here: each kind of act on one person that waits has one function that makes it take
effect, in one short transaction under the feed's lock, with the entry in the trail. A file takes
longer, and has a module of its own (``approving``).
"""

from collections.abc import Callable

from django.conf import settings

from nsor.accounts.models import Officer
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import (
    acting,
    corrections,
    entering,
    identity_checks,
    lifecycle,
    merging,
    removal,
    standing,
)
from nsor.register.acting import Deed
from nsor.register.appeals import approve_appeal
from nsor.register.approving import (
    Approval,
    approve_import,
    begin_anew,
    decidable,
    decide,
    index_anew,
)
from nsor.register.locks import short_write
from nsor.register.models import Batch, BatchKind, Offender
from nsor.register.officers import require_role
from nsor.register.people import one_person, people
from nsor.register.proposed import require_as_shown
from nsor.register.publishing import lock_head

_Effect = Callable[[Offender, Batch], None]


def _apply_entry(offender: Offender, batch: Batch) -> None:
    found = people([offender.pk], batch)
    entering.apply_entry(offender, batch)
    begin_anew(person.offender.pk for person in found if person.begins_anew)
    index_anew(found, batch)


EFFECTS: dict[str, tuple[_Effect, Act]] = {
    BatchKind.ENTRY: (_apply_entry, Act.BATCH_APPROVED),
    BatchKind.CORRECTION: (corrections.apply_correction, Act.BATCH_APPROVED),
    BatchKind.RESTORE: (standing.apply_restore, Act.RESTORED),
    BatchKind.MERGE: (merging.apply_merge, Act.MERGED),
    BatchKind.UNMERGE: (merging.apply_unmerge, Act.UNMERGED),
}


def approve_batch(
    number: int,
    officer: Officer,
    *,
    progress: Callable[[int], None] = lambda entries: None,
    shown: str | None = None,
) -> Approval:
    """Approve a batch and publish it, as an officer other than the one who entered it.

    ``progress`` is told how many people of a file are prepared. ``shown`` is the digest of what the
    officer was shown, None where nobody asks. Raises ``Refusal``: ``role_not_allowed``,
    ``unknown_batch``, ``not_submitted``, ``own_entry``, ``in_progress``, ``changed``,
    ``outdated``, ``wrong_state``, ``identity_differs``, ``identity_unchecked``, ``busy``.
    """
    require_role(officer, *lifecycle.APPROVE.roles)
    batch = decidable(number, officer)
    if settings.IDENTITY_URL:
        identity_checks.require_agreement(batch)
    if batch.kind == BatchKind.IMPORT:
        require_as_shown(batch, shown)
        return approve_import(number, officer, progress)
    return Approval(number, *_approve_act(batch, officer, shown))


def _approve_act(batch: Batch, officer: Officer, shown: str | None) -> tuple[int, int]:
    """Return how many people the public is told of by an act, and the feed's last sequence."""
    if batch.kind == BatchKind.REMOVAL:
        return removal.approve_removal(batch, officer, lambda held: require_as_shown(held, shown))
    with short_write():
        head = lock_head()
        batch = decidable(batch.pk, officer)
        require_as_shown(batch, shown)
        if batch.kind == BatchKind.APPEAL:
            return approve_appeal(batch, officer)
        assert batch.offender_id is not None, "an act on one person names the person"
        offender = Offender.objects.get(pk=batch.offender_id)
        effect, act = EFFECTS[batch.kind]
        decide(head, batch, officer)
        effect(offender, batch)
        owners = batch.convictions.values_list("offender", flat=True)
        touched = [offender.pk, *([batch.other_id] if batch.other_id else []), *owners]
        sequence = acting.publish(Deed(head, batch), touched, officer)
        details: dict[str, Json] = {"batch": batch.pk, "kind": batch.kind}
        acting.enter_in_trail(act, officer, offender, details)
        person = one_person(offender.pk)
        return int(person is not None and person.public), sequence
