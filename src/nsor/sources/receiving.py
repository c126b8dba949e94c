"""Taking one signed message: once, in its order, within its quota, with a receipt.

Rules that hold here:

- All of one push is one transaction: the nonce, the quota, the order number, what the event does,
  the push's own row and the entry in the trail. A process that dies leaves all of it or nothing.
- A source's row is locked meanwhile: of two messages of one source the second sees the first whole.
- What is refused changes nothing of the record: its transaction is undone, and a second one writes
  down that it was refused. What is too much, and the same message again and again, is only counted.
"""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db.utils import DatabaseError
from django.utils import timezone

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.errors import TrailError
from nsor.audit.leaf import Json
from nsor.keyring import KeyRingError
from nsor.register import acting
from nsor.register.entering import EntryRefused
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.officers import actor
from nsor.secrecy.box import SealBroken, seal, unseal
from nsor.sources import counting, effects, events, scope
from nsor.sources.effects import NO_CHANGE, Effect
from nsor.sources.models import (
    EventKind,
    MissingNumber,
    Push,
    PushState,
    Source,
    SourceKey,
    UsedNonce,
)
from nsor.sources.problems import FieldFault, Problem
from nsor.sources.signed import Signed

LARGEST_GAP: Final = 1000
"""By how much an order number may jump; also how many may be missing at once."""
SHOWN: Final = 100
"""How many missing numbers an answer names."""
_MINUTE: Final = 60
_DAY: Final = 86_400
_TRY_AGAIN: Final = 5
_BY_FAULT: Final = frozenset({"bad_value", "date_in_future", "bad_cnic", "may_name_victim"})
_NOT_NOW: Final = frozenset({"busy", "journal_unavailable", "no_policy"})
_ONLY_COUNTED: Final = frozenset({"too_many", "unavailable", "internal"})

_Result = TypeVar("_Result")


def take(signed: Signed, kind: EventKind, event: events.Event) -> dict[str, Any]:
    """Have an event take effect, and return what is answered.

    Raises ``Problem``; nothing is changed then, and ``refused`` has to be told.
    """
    return _as_problems(lambda: _take(signed, kind, event))


def answered_before(signed: Signed, kind: EventKind) -> dict[str, Any] | None:
    """Return what was answered when this very event came before, None where it didn't.

    Raises ``Problem``.
    """

    def found() -> dict[str, Any] | None:
        known = _known(signed)
        if known is None or known.kind != kind or _body_of(known) != signed.body:
            return None
        return _first_answer(known)

    return _as_problems(found)


def ask(signed: Signed, read: Callable[[Source], _Result]) -> _Result:
    """Return what a source asks for, once for each message that it signs. Raises ``Problem``."""

    def asked() -> _Result:
        with short_write():
            return read(_admitted(signed))

    return _as_problems(asked)


def refused(signed: Signed, kind: EventKind | None, problem: Problem) -> None:
    """Write down that a message of a known source was refused. Raises ``Problem``."""
    if problem.code in _ONLY_COUNTED:
        counting.count(problem.code, signed.source)
        return
    _as_problems(lambda: _write_refused(signed, kind, problem))


def missing(source: Source) -> list[int]:
    """Return the order numbers that have not come yet, the first ``SHOWN`` of them."""
    rows = MissingNumber.objects.filter(source=source).order_by("sequence")
    return list(rows.values_list("sequence", flat=True)[:SHOWN])


def _take(signed: Signed, kind: EventKind, event: events.Event) -> dict[str, Any]:
    with short_write():
        source = _admitted(signed)
        known = _known(signed)
        if known is not None:
            _require_same(known, signed, kind)
            return _first_answer(known)
        scope.require_kind(source, kind)
        now = timezone.now()
        _take_number(source, event.sequence, now)
        effect = effects.apply(source, kind, event)
        return _accepted(source, signed, kind, event, effect, now)


def _admitted(signed: Signed) -> Source:
    """Return the source, locked, where it may send this message now; its nonce is used then."""
    source = Source.objects.select_for_update(of=("self",)).select_related("officer")
    found = source.get(pk=signed.source)
    if UsedNonce.objects.filter(source=found, nonce=signed.nonce).exists():
        raise Problem("replayed", "This message was sent before: sign each one anew.")
    if not SourceKey.objects.filter(keyid=signed.keyid, revoked_at=None).exists():
        raise Problem("signature_wrong", "No key that is in force signed exactly this message.")
    _spend(found)
    _use_nonce(found, signed)
    if not found.active or not found.officer.is_active:
        raise Problem("source_inactive", "This source was switched off: ask the register's staff.")
    return found


def _spend(source: Source) -> None:
    now = int(time.time())
    minute, day = now // _MINUTE, now // _DAY
    if source.minute != minute:
        source.minute, source.minute_spent = minute, 0
    if source.day != day:
        source.day, source.day_spent = day, 0
    for spent, quota, seconds in (
        (source.day_spent, source.per_day, _DAY),
        (source.minute_spent, source.per_minute, _MINUTE),
    ):
        if spent >= quota:
            wait = seconds - now % seconds
            raise Problem(
                "too_many",
                f"The quota of {quota} messages is used up: go on in {wait} seconds.",
                retry_after=wait,
            )
    source.minute_spent += 1
    source.day_spent += 1
    source.last_seen_at = timezone.now()
    source.save(
        update_fields=["minute", "minute_spent", "day", "day_spent", "last_seen_at"],
    )


def _use_nonce(source: Source, signed: Signed) -> None:
    UsedNonce.objects.filter(source=source, expires__lt=timezone.now()).delete()
    UsedNonce.objects.create(source=source, nonce=signed.nonce, expires=signed.keep_nonce_until)


def _known(signed: Signed) -> Push | None:
    """Return what was accepted under the idempotency key of a message."""
    accepted = Push.objects.filter(source=signed.source, state=PushState.ACCEPTED)
    return accepted.filter(idempotency_key=signed.idempotency_key).first()


def _first_answer(known: Push) -> dict[str, Any]:
    assert known.answer is not None, "what was accepted was answered"
    answer: dict[str, Any] = known.answer
    return answer


def _require_same(known: Push, signed: Signed, kind: EventKind) -> None:
    """Raise ``Problem``, ``idempotency_conflict``, unless this is the event that came before."""
    if known.kind == kind and _body_of(known) == signed.body:
        return
    raise Problem(
        "idempotency_conflict",
        "Another event came with this idempotency key: each event has a key of its own.",
    )


def _body_of(push: Push) -> bytes | None:
    """Return the body of a push, None where it can't be read any more."""
    if push.offender is None:
        return None
    try:
        whole = unseal(acting.key_of(push.offender).key, bytes(push.sealed), _about(push.receipt))
    except (Refusal, SealBroken):
        return None
    return whole.partition(b"\n\n")[2]


def _take_number(source: Source, sequence: int, now: datetime) -> None:
    """Take an order number: the next one, a later one, or one that was missing."""
    if sequence < source.next_sequence:
        late = MissingNumber.objects.filter(source=source, sequence=sequence)
        if not late.delete()[0]:
            raise Problem(
                "sequence_repeated",
                f"The next order number is {source.next_sequence}; this one came before.",
            )
        return
    skipped = range(source.next_sequence, sequence)
    waiting = MissingNumber.objects.filter(source=source).count()
    if waiting + len(skipped) > LARGEST_GAP:
        raise Problem(
            "sequence_too_far",
            f"The next order number is {source.next_sequence}, and {waiting} before it are missing:"
            " send those first.",
        )
    MissingNumber.objects.bulk_create(
        MissingNumber(source=source, sequence=one, noticed_at=now) for one in skipped
    )
    source.next_sequence = sequence + 1
    source.save(update_fields=["next_sequence"])


def _accepted(
    source: Source,
    signed: Signed,
    kind: EventKind,
    event: events.Event,
    effect: Effect,
    now: datetime,
) -> dict[str, Any]:
    receipt = str(uuid.uuid4())
    key = acting.key_of(effect.offender)
    answer = {
        "receipt": receipt,
        "kind": kind.value,
        "sequence": event.sequence,
        "received_at": now.isoformat(timespec="seconds"),
        "state": "nothing_to_change" if effect.code == NO_CHANGE else _state(effect),
        "missing": missing(source),
    }
    push = Push.objects.create(
        receipt=receipt,
        source=source,
        keyid=signed.keyid,
        kind=kind,
        way=signed.way,
        state=PushState.ACCEPTED,
        code=effect.code,
        received_at=now,
        event_on=events.day_of(kind, event),
        idempotency_key=signed.idempotency_key,
        sequence=event.sequence,
        district=effect.district,
        at_once=effect.at_once,
        batch=effect.batch,
        offender=effect.offender,
        answer=answer,
        sealed=seal(key.key, signed.whole, _about(receipt)),
    )
    details: dict[str, Json] = {
        "push": push.pk,
        "source": source.pk,
        "kind": kind.value,
        "sequence": event.sequence,
        "way": signed.way.value,
        "keyid": signed.keyid,
        "sha256": hashlib.sha256(signed.whole).hexdigest(),
        "batch": effect.batch.pk if effect.batch else None,
    }
    acting.enter_in_trail(Act.SOURCE_PUSH_ACCEPTED, source.officer, effect.offender, details, key)
    return answer


def _state(effect: Effect) -> str:
    return "took_effect" if effect.at_once else "awaits_approval"


def _write_refused(signed: Signed, kind: EventKind | None, problem: Problem) -> None:
    with short_write():
        found = Source.objects.select_for_update(of=("self",)).select_related("officer")
        source = found.get(pk=signed.source)
        used = UsedNonce.objects.filter(source=source, nonce=signed.nonce).first()
        if used is not None and used.replayed:
            only_counted = True
        else:
            only_counted = False
            if used is None:
                _spend(source)
                _use_nonce(source, signed)
            else:
                used.replayed = True
                used.save(update_fields=["replayed"])
            _write_refusal(source, signed, kind, problem)
    if only_counted:
        counting.count(problem.code, source.pk)


def _write_refusal(
    source: Source, signed: Signed, kind: EventKind | None, problem: Problem
) -> None:
    details: dict[str, Json] = {
        "code": problem.code,
        "reason": problem.reason,
        "fields": sorted({one.field for one in problem.errors if one.field}),
        "kind": kind.value if kind else None,
        "way": signed.way.value,
        "keyid": signed.keyid,
    }
    if kind is not None:
        Push.objects.create(
            receipt=str(uuid.uuid4()),
            source=source,
            keyid=signed.keyid,
            kind=kind,
            way=signed.way,
            state=PushState.REFUSED,
            code=problem.reason or problem.code,
            received_at=timezone.now(),
            idempotency_key=signed.idempotency_key,
        )
    trail.record(
        Act.SOURCE_PUSH_REFUSED,
        actor=actor(source.officer),
        subject=f"source:{source.pk}",
        details=details,
    )


def _about(receipt: str) -> str:
    return f"push/{receipt}"


def _as_problems(act: Callable[[], _Result]) -> _Result:
    with _problems():
        return act()


@contextmanager
def _problems() -> Iterator[None]:
    """Turn what the register refuses, and what isn't there, into a ``Problem``."""
    try:
        yield
    except Refusal as refusal:
        raise problem_of(refusal) from None
    except (DatabaseError, KeyRingError, TrailError, SealBroken, OSError):
        raise _not_now() from None


def problem_of(refusal: Refusal) -> Problem:
    """Return how a refusal of the register is told to a source."""
    if isinstance(refusal, EntryRefused):
        errors = [FieldFault(*fault) for fault in refusal.faults]
        return Problem("invalid_event", "The event has faults.", errors=errors)
    if refusal.code in _NOT_NOW:
        return _not_now()
    code = "invalid_event" if refusal.code in _BY_FAULT else "conflict"
    return Problem(code, refusal.message, reason=refusal.code)


def _not_now() -> Problem:
    return Problem(
        "unavailable",
        "The register can't take events now: send it again, with the same idempotency key.",
        retry_after=_TRY_AGAIN,
    )
