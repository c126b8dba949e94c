"""A person's standing: suspending and restoring it, withdrawing who was wrongly listed, death.

Rules that hold here: what silences acts at once; what would speak again waits for a second officer.
A withdrawn or suspended person stays silent whatever is approved later, until restored. Restoring
undoes one silence: the suspension, or the death of somebody who isn't suspended.
"""

from datetime import date

from nsor.accounts.models import Officer, Role
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting, lifecycle, versions
from nsor.register.acting import Done
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.intervals import Span
from nsor.register.lifecycle import State
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Evidence,
    Ground,
    Offender,
    Registration,
    Standing,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import one_person
from nsor.register.publishing import lock_head


def withdraw(
    number: str, officer: Officer, reason: str, *, evidence: Evidence | None = None
) -> Done:
    """Silence somebody who was wrongly listed, whatever the courts said.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_cnic``,
    ``not_registered``, ``busy``.
    """
    reason = acting.allowed(lifecycle.WITHDRAW, officer, reason, evidence)
    offender = acting.find(number)
    if acting.state_of(offender) in (State.NEW, State.DRAFT):
        raise acting.not_registered()
    with acting.at_once(BatchKind.WITHDRAWAL, offender, officer, reason, evidence) as deed:
        offender = acting.lock(offender)
        lifecycle.WITHDRAW.require(acting.state_of(offender))
        offender.standing, offender.ground = Standing.SUSPENDED, Ground.WITHDRAWN
        record_standing(offender, deed.batch)
        sequence = acting.publish(deed, [offender.pk], officer)
        acting.enter_in_trail(Act.WITHDRAWN, officer, offender, {"reason": reason})
    return Done("withdrawn", sequence, None)


def suspend(
    offender: Offender,
    ground: Ground,
    officer: Officer,
    reason: str,
    *,
    evidence: Evidence | None = None,
) -> Done:
    """Silence a person for as long as a ground lasts: a dispute, a court's order.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_value``, ``wrong_state``,
    ``busy``.
    """
    reason = acting.allowed(lifecycle.SUSPEND, officer, reason, evidence)
    if ground not in (Ground.DISPUTE, Ground.COURT_ORDER):
        raise Refusal("bad_value", "The ground of a suspension is: dispute or court_order.")
    offender = acting.root(offender)
    with acting.at_once(BatchKind.SUSPENSION, offender, officer, reason, evidence) as deed:
        offender = acting.lock(offender)
        lifecycle.SUSPEND.require(acting.state_of(offender))
        if not _outlasts(offender.ground, ground):
            offender.standing, offender.ground = Standing.SUSPENDED, ground
        record_standing(offender, deed.batch)
        sequence = acting.publish(deed, [offender.pk], officer)
        details: dict[str, Json] = {"ground": ground.value, "reason": reason}
        acting.enter_in_trail(Act.SUSPENDED, officer, offender, details)
    return Done("suspended", sequence, None)


def _outlasts(old: str, new: Ground) -> bool:
    """Tell whether the ground of a suspension stays, though there is another one too.

    That of a removal doesn't: who rejects the removal doesn't reject what came after it.
    """
    if old == Ground.COURT_ORDER:
        return new == Ground.DISPUTE
    return old in (Ground.WITHDRAWN, Ground.BACKUP)


def restore(
    offender: Offender, officer: Officer, reason: str, *, evidence: Evidence | None = None
) -> Done:
    """Ask that a suspended person be told of again, or one recorded as dead who isn't suspended.

    A second officer decides.
    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``wrong_state``,
    ``already_waiting``, ``busy``.
    """
    reason = acting.allowed(lifecycle.RESTORE, officer, reason, evidence)
    offender = acting.root(offender)
    with short_write():
        head = lock_head()
        offender = acting.lock(offender)
        is_dead = _is_thought_dead(offender)
        if not is_dead:
            lifecycle.RESTORE.require(acting.state_of(offender))
        require_none_waiting(offender, BatchKind.RESTORE, BatchKind.REMOVAL)
        batch = acting.new_batch(
            BatchKind.RESTORE, BatchState.DRAFT, offender, officer, reason, evidence
        )
        acting.submit_batch(head, batch)
        details: dict[str, Json] = {"asks": "restore", "batch": batch.pk, "reason": reason}
        acting.enter_in_trail(Act.BATCH_SUBMITTED, officer, offender, details)
    return Done("deceased" if is_dead else "suspended", None, batch.pk)


def record_death(
    offender: Offender,
    died_on: date,
    officer: Officer,
    reason: str,
    *,
    evidence: Evidence | None = None,
) -> Done:
    """Record that a person died; the public is told of them no more.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``date_in_future``, ``removed``,
    ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL, Role.SOURCE)
    reason = require_reason(reason, silences=True)
    if died_on > today():
        raise Refusal("date_in_future", "The day of death is today or an earlier one.")
    return _die(acting.root(offender), died_on, officer, reason, evidence)


def record_reported_death(offender: Offender, died_on: date, reason: str) -> Done | None:
    """Record a death that the identity authority reports; the clock's own act, safe to repeat.

    None where the death is known. Raises ``Refusal``: ``removed``, ``busy``.
    """
    offender = acting.lock(offender)
    dead = Offender.objects.filter(pk__in=acting.members(offender), deceased_on__isnull=False)
    if offender.standing == Standing.REMOVED or dead.exists():
        return None
    return _die(offender, died_on, None, reason, None)


def _die(
    offender: Offender,
    died_on: date,
    officer: Officer | None,
    reason: str,
    evidence: Evidence | None,
) -> Done:
    with acting.at_once(BatchKind.DEATH, offender, officer, reason, evidence) as deed:
        offender = acting.lock(offender)
        offender.deceased_on = died_on
        record_standing(offender, deed.batch, died_on)
        sequence = acting.publish(deed, [offender.pk], officer)
        details: dict[str, Json] = {"died_on": died_on.isoformat(), "reason": reason}
        acting.enter_in_trail(Act.DEATH_RECORDED, officer, offender, details)
    return Done("deceased", sequence, None)


def expire(offender: Offender, batch_reason: str = "The term is over.") -> Done | None:
    """End a registration whose term is over; the clock's own act, so safe to repeat.

    None where the person's term isn't over, or they left the register before. Raises ``Refusal``:
    ``busy``.
    """
    offender = acting.root(offender)
    with short_write():
        lock_head()
        offender = acting.lock(offender)
        person = one_person(offender.pk)
        state = acting.state_of(offender)
        due = person is not None and person.term.ends is not None and person.term.ends <= today()
        if person is None or state not in lifecycle.EXPIRE.sources or not due:
            _look_again_at(offender, person.term.ends if person else None)
            return None
        with acting.at_once(BatchKind.EXPIRY, offender, None, batch_reason) as deed:
            # Who was wrongly listed stays so: a later conviction alone doesn't have them told of.
            kept = offender.ground if _outlasts(offender.ground, Ground.NONE) else Ground.NONE
            offender.standing, offender.ground = Standing.EXPIRED, kept
            record_standing(offender, deed.batch, person.term.ends)
            sequence = acting.publish(deed, [offender.pk], None)
            acting.enter_in_trail(Act.EXPIRED, None, offender, {"reason": batch_reason})
    return Done("expired", sequence, None)


def _look_again_at(offender: Offender, ends: date | None) -> None:
    if offender.term_ends != ends:
        offender.term_ends = ends
        offender.save(update_fields=["term_ends"])


def apply_restore(offender: Offender, batch: Batch) -> None:
    """Undo a suspension, or a death by mistake, by an act that a second officer approves."""
    is_dead = _is_thought_dead(offender)
    if not is_dead:
        lifecycle.RESTORE.require(acting.state_of(offender))
    since = Batch.objects.filter(offender=offender, state=BatchState.APPROVED, pk__gt=batch.pk)
    silencing = (BatchKind.SUSPENSION, BatchKind.WITHDRAWAL, BatchKind.DEATH)
    if since.filter(kind__in=silencing).exists():
        raise Refusal(
            "outdated",
            "The person was silenced again since this was asked for: reject the batch, and have it"
            " asked for anew if that is over too.",
        )
    if is_dead:
        _record_life(offender, batch)
        return
    offender.standing, offender.ground = Standing.ACTIVE, Ground.NONE
    record_standing(offender, batch)


def _is_thought_dead(offender: Offender) -> bool:
    """Tell whether somebody is active but for a death, their own or of a record merged into it."""
    dead = Offender.objects.filter(pk__in=acting.members(offender), deceased_on__isnull=False)
    return offender.standing == Standing.ACTIVE and dead.exists()


def _record_life(offender: Offender, batch: Batch) -> None:
    """Store that a person never died, in each of their records."""
    dead = Offender.objects.filter(pk__in=acting.members(offender), deceased_on__isnull=False)
    logs = versions.stands(one.pk for one in dead)
    for one in dead:
        assert one.deceased_on is not None
        alive = versions.amended(logs[one.pk], Span(one.deceased_on), {"deceased_on": None})
        Registration.objects.bulk_create(
            versions.version(one, batch, days, stand) for days, stand in alive
        )
    dead.update(deceased_on=None)


def record_standing(offender: Offender, batch: Batch, since: date | None = None) -> None:
    """Store how a person stands, and that it is so since a day, today if None.

    What differs from how they are stored: standing and ground, or the death. Raises ``Refusal``:
    ``removed``.
    """
    before = acting.lock(offender)
    offender.save(update_fields=["standing", "ground", "deceased_on"])
    person = one_person(offender.pk)
    if person is None:
        raise Refusal("removed", "The person was removed, and nothing of them can be read.")
    changes: list[tuple[Span, dict[str, object]]] = []
    day = since or today()
    if (before.standing, before.ground) != (offender.standing, offender.ground):
        stands: dict[str, object] = {"standing": offender.standing}
        if offender.standing != Standing.EXPIRED or not offender.ground:
            stands["ground"] = offender.ground  # else it is as it was, each day on its own
        changes.append((Span(day), stands))
    if before.deceased_on != offender.deceased_on:
        if before.deceased_on is not None and before.deceased_on < day:
            changes.append((Span(before.deceased_on, day), {"deceased_on": None}))
        changes.append((Span(day), {"deceased_on": offender.deceased_on}))
    log = versions.stands([offender.pk])[offender.pk]
    Registration.objects.bulk_create(versions.changed_stand(person, log, batch, changes))


def require_none_waiting(offender: Offender, *kinds: BatchKind) -> None:
    """Raise ``Refusal``, ``already_waiting``, where an act of such a kind awaits approval."""
    waiting = Batch.objects.filter(
        offender__in=acting.members(offender), kind__in=kinds, state=BatchState.SUBMITTED
    ).first()
    if waiting is not None:
        raise Refusal(
            "already_waiting",
            f"Batch {waiting.pk} about this person awaits approval: have it decided first.",
        )
