"""Removing a person from the register: silent at once, erased on a second officer's word.

Rules that hold here:

- Asking for a removal silences; the removal itself can't be undone, so two officers decide it.
- What is erased is everything that tells who the person was: the key that opens it is destroyed,
  which reaches every backup of the data, and the rows are emptied. What stays is that there was a
  registration, its acts, and the entries of the trail, which say nothing any more.
- The last silence in the feed is sealed under a key of its own that lives a day longer: a gateway
  that was away must still learn whom to be silent about.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting, districts, journal, lifecycle
from nsor.register.acting import Done
from nsor.register.approving import decidable, decide
from nsor.register.errors import Refusal
from nsor.register.evidence import store
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    Evidence,
    Ground,
    IdentityCheck,
    IdentityNumber,
    KeyToDestroy,
    Offender,
    Profile,
    SearchToken,
    Standing,
)
from nsor.register.officers import actor
from nsor.register.people import people
from nsor.register.publishing import lock_head, publish_act, throwaway_key
from nsor.register.standing import record_standing, require_none_waiting
from nsor.secrecy import subjects
from nsor.secrecy.tokens import TOKEN_BYTES

LAST_SILENCE_LIVES = timedelta(hours=24)
"""After as long without the feed a gateway answers nothing at all."""


def remove(
    offender: Offender, officer: Officer, reason: str, *, evidence: Evidence | None = None
) -> Done:
    """Ask that a person be removed; they are silent at once, and a second officer decides.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``wrong_state``,
    ``already_waiting``, ``busy``.
    """
    reason = acting.allowed(lifecycle.REMOVE, officer, reason, evidence)
    offender = acting.root(offender)
    with short_write():
        lock_head()
        offender = acting.lock(offender)
        lifecycle.REMOVE.require(acting.state_of(offender))
        require_none_waiting(offender, BatchKind.REMOVAL)
        asking = (offender, officer, reason, evidence)
        with acting.at_once(BatchKind.SUSPENSION, *asking, reviewed_after=False) as deed:
            if offender.standing == Standing.ACTIVE:
                offender.standing, offender.ground = Standing.SUSPENDED, Ground.REMOVAL
            record_standing(offender, deed.batch)
            sequence = acting.publish(deed, [offender.pk], officer)
        head = lock_head()
        batch = acting.new_batch(
            BatchKind.REMOVAL, BatchState.DRAFT, offender, officer, reason, evidence
        )
        acting.submit_batch(head, batch)
        details: dict[str, Json] = {"asks": "remove", "batch": batch.pk, "reason": reason}
        acting.enter_in_trail(Act.SUSPENDED, officer, offender, details)
    return Done("suspended", sequence, batch.pk)


def approve_removal(
    batch: Batch, officer: Officer, look: Callable[[Batch], None] = lambda held: None
) -> tuple[int, int]:
    """Remove a person, as an officer other than the one who asked for it.

    ``look`` may refuse under the feed's lock, before anything is done. Return (0, the feed's last
    sequence). Raises ``Refusal`` as ``approving.decidable`` does.
    """
    last_words = throwaway_key()
    with short_write():
        head = lock_head()
        batch = decidable(batch.pk, officer)
        look(batch)
        assert batch.offender_id is not None, "a removal names the person"
        offender = acting.lock(Offender(pk=batch.offender_id))
        decide(head, batch, officer)
        offender.standing, offender.ground = Standing.REMOVED, Ground.NONE
        record_standing(offender, batch)
        found = people([offender.pk])
        sequence = publish_act(head, found, officer, batch, last_words)
        acting.note_silences(found, batch)
        acting.enter_in_trail(Act.REMOVED, officer, offender, {"batch": batch.pk})
        rows = list(Offender.objects.filter(pk__in=acting.members(offender)))
        for row in rows:
            trail.record(
                Act.EXPUNGED, actor=actor(officer), subject=f"offender:{row.pk}", details={}
            )
        empty([row.pk for row in rows])
        now = timezone.now()
        KeyToDestroy.objects.bulk_create(
            [
                *(KeyToDestroy(key_id=row.key_id, not_before=now) for row in rows),
                KeyToDestroy(key_id=last_words.id, not_before=now + LAST_SILENCE_LIVES),
            ]
        )
    # The removal holds; what keeps the key from being destroyed now, the worker tries again.
    with suppress(Refusal, OSError, DatabaseError):
        destroy_due_keys()
    return 0, sequence


def destroy_due_keys() -> int:
    """Destroy the keys whose time has come, with the files they sealed; return how many.

    Safe to repeat, and to run on two machines.
    """
    due = list(KeyToDestroy.objects.filter(not_before__lte=timezone.now()))
    journal.note_destroyed(one.key_id for one in due)
    for one in due:
        subjects.destroy([one.key_id])
        for offender in Offender.objects.filter(key_id=one.key_id):
            store.destroy_files(offender)
        with short_write():
            if KeyToDestroy.objects.filter(pk=one.pk).delete()[0]:
                trail.record(Act.SUBJECT_KEY_DESTROYED, actor="system", subject=f"key:{one.key_id}")
    return len(due)


def empty(rows: list[int]) -> None:
    """Empty the rows of people whose keys are destroyed, so that nothing is found by them."""
    SearchToken.objects.filter(offender__in=rows).delete()
    Profile.objects.filter(offender__in=rows).update(sealed=b"")
    waiting = Batch.objects.filter(offender__in=rows)
    waiting.filter(state__in=(BatchState.DRAFT, BatchState.SUBMITTED)).update(
        state=BatchState.DISCARDED
    )
    gone = Offender.objects.filter(pk__in=rows)
    gone.update(standing=Standing.REMOVED, ground=Ground.NONE, district=districts.UNKNOWN)
    # A merger names both, whose reason is sealed under the key of one of them.
    naming = Batch.objects.filter(Q(offender__in=rows) | Q(other__in=rows))
    naming.update(sealed_reason=b"", sealed_decision=b"")
    IdentityCheck.objects.filter(number__offender__in=rows).delete()
    for number in IdentityNumber.objects.filter(offender__in=rows):
        number.token, number.sealed = secrets.token_bytes(TOKEN_BYTES), b""
        number.save(update_fields=["token", "sealed"])
    for conviction in Conviction.objects.filter(offender__in=rows):
        conviction.case_token = secrets.token_bytes(TOKEN_BYTES)
        conviction.name_token = conviction.father_token = conviction.sealed = b""
        conviction.save(update_fields=["case_token", "name_token", "father_token", "sealed"])
