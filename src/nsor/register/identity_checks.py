"""Whose number it is, as the identity authority says, held against what is entered.

Rules that hold here:

- Where an authority is named, no act that enters a number, or changes whose it is, is approved
  before each of its numbers agrees or a second officer has said why it may go on.
- No transaction is open while the authority is asked; it is asked by the worker.
- A death that it reports silences at once, and an officer looks at it after.
- Numbers that count are asked about again every ``AGAIN`` days: people die, and slips come out.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.identity.authority import AuthorityUnavailable, Holder, IdentityAuthority
from nsor.identity.comparing import Entered, differences
from nsor.register import acting, standing
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.models import (
    STOPPING,
    Batch,
    BatchKind,
    BatchState,
    CheckOutcome,
    Conviction,
    IdentityCheck,
    IdentityNumber,
    NumberKind,
    Offender,
    Standing,
)
from nsor.register.officers import require_reason, require_role
from nsor.register.people import Person, people
from nsor.secrecy.box import seal, unseal

AGAIN: Final = timedelta(days=30)
AT_ONCE: Final = 100
CHECKED: Final = (BatchKind.ENTRY, BatchKind.IMPORT, BatchKind.CORRECTION, BatchKind.MERGE)
_REASON_OF_DEATH: Final = "The identity authority reports the death."

Progress = Callable[[int], None]


class Looked(NamedTuple):
    """How many numbers were asked about, and how many of them stop an approval or died."""

    numbers: int = 0
    stopping: int = 0
    dead: int = 0


def check_waiting(authority: IdentityAuthority, progress: Progress = lambda done: None) -> Looked:
    """Ask about the numbers of the acts that wait, as far as the authority answers.

    Raises ``Refusal``: ``busy``.
    """
    looked = Looked()
    waiting = Batch.objects.filter(
        state=BatchState.SUBMITTED, kind__in=CHECKED, identity_checked_at=None
    )
    for batch in waiting.order_by("pk"):
        for chunk in _chunks_unchecked(batch):
            done, answered = _check(authority, chunk, batch)
            looked = _sum(looked, done)
            progress(looked.numbers)
            if not answered:
                return looked
        with short_write():
            Batch.objects.filter(pk=batch.pk).update(identity_checked_at=timezone.now())
    return looked


def look_again(
    authority: IdentityAuthority, most: int = 1000, progress: Progress = lambda done: None
) -> Looked:
    """Ask again about numbers that count, those asked about longest ago first.

    Raises ``Refusal``: ``busy``.
    """
    counting = IdentityNumber.objects.exclude(kind=NumberKind.PASSPORT).filter(
        offender__standing=Standing.ACTIVE, offender__deceased_on=None
    )
    due = list(
        counting.filter(looked_up_on=None).order_by("pk").values_list("pk", flat=True)[:most]
    ) or list(
        counting.filter(looked_up_on__lte=today() - AGAIN)
        .order_by("looked_up_on", "pk")
        .values_list("pk", flat=True)[:most]
    )
    looked = Looked()
    for start in range(0, len(due), AT_ONCE):
        chunk = due[start : start + AT_ONCE]
        done, answered = _check(authority, chunk, None)
        looked = _sum(looked, done)
        progress(looked.numbers)
        if not answered:
            break
    return looked


def require_agreement(batch: Batch) -> None:
    """Raise ``Refusal`` unless each number of an act agrees or was let pass.

    ``identity_differs``, ``identity_unchecked``.
    """
    if batch.kind not in CHECKED:
        return
    stopping = batch.identity_checks.filter(outcome__in=STOPPING, overridden_by=None)
    count = stopping.count()
    if count:
        raise Refusal(
            "identity_differs",
            f"The identity authority knows {count} of the numbers as somebody else's, or not at"
            " all: look at each against the evidence, and reject, or say why it may go on.",
        )
    if _unchecked(batch).exists():
        # A number may have come to the person since: have the worker look again.
        Batch.objects.filter(pk=batch.pk).update(identity_checked_at=None)
        raise Refusal(
            "identity_unchecked",
            "The identity authority was not asked about every number yet: wait for it, or say why"
            " it may go on without.",
        )


def let_pass(batch: Batch, officer: Officer, reason: str, number: int | None = None) -> int:
    """Have an act go on although a number differs, or all that weren't asked about.

    ``number`` is the row of a number that differs; None for those without an answer. Returns how
    many numbers that lets pass. Raises ``Refusal``: ``role_not_allowed``, ``reason_required``,
    ``own_entry``, ``nothing_to_pass``, ``busy``.
    """
    require_role(officer, Role.APPROVAL)
    reason = require_reason(reason)
    if batch.entered_by_id == officer.pk:
        raise Refusal("own_entry", "Another officer than the one who entered it must decide this.")
    with short_write():
        rows = _rows_to_pass(batch, number)
        for check in rows:
            _pass(check, officer, reason)
    return len(rows)


def settle(check: int, officer: Officer, reason: str) -> None:
    """Say of a number that counts what became of what the authority says of it.

    ``check`` is one of ``open_alarms``. Nothing else is changed by it: whoever finds the record
    wrong acts on the record. Raises ``Refusal``: ``role_not_allowed``, ``reason_required``,
    ``nothing_to_pass``, ``busy``.
    """
    require_role(officer, Role.APPROVAL)
    reason = require_reason(reason)
    with short_write():
        found = open_alarms().select_for_update(of=("self",)).filter(pk=check).first()
        if found is None:
            raise _nothing_to_pass()
        _pass(found, officer, reason)


def _pass(check: IdentityCheck, officer: Officer, reason: str) -> None:
    key = acting.key_of(check.number.offender)
    check.overridden_by, check.overridden_at = officer, timezone.now()
    check.sealed_reason = seal(key.key, reason.encode(), _about(check))
    check.save()
    details: dict[str, Json] = {"outcome": check.outcome, "reason": reason}
    if check.batch_id is not None:
        details["batch"] = check.batch_id
    acting.enter_in_trail(Act.IDENTITY_OVERRIDDEN, officer, check.number.offender, details, key)


def open_reason(check: IdentityCheck) -> str:
    """Return why a number was let pass, "" where it wasn't. Raises ``Refusal``: ``removed``."""
    sealed = bytes(check.sealed_reason)
    if not sealed:
        return ""
    return unseal(acting.key_of(check.number.offender).key, sealed, _about(check)).decode()


def checks_of(batch: Batch) -> QuerySet[IdentityCheck]:
    """Return what the authority said of the numbers of an act, what stops it first."""
    return batch.identity_checks.select_related("number", "overridden_by").order_by(
        F("overridden_by").desc(nulls_first=True), "pk"
    )


def open_alarms() -> QuerySet[IdentityCheck]:
    """Return what came out when numbers that count were asked about again, the oldest first."""
    return (
        IdentityCheck.objects.filter(batch=None, overridden_by=None)
        .exclude(outcome=CheckOutcome.AGREES)
        .select_related("number__offender")
        .order_by("checked_at", "pk")
    )


def _about(check: IdentityCheck) -> str:
    return f"identity-check/{check.number_id}/{check.batch_id}"


def _rows_to_pass(batch: Batch, number: int | None) -> list[IdentityCheck]:
    if number is not None:
        stopping = batch.identity_checks.filter(
            number=number, outcome__in=STOPPING, overridden_by=None
        )
        rows = list(stopping.select_related("number__offender"))
    else:
        rows = [
            IdentityCheck(
                number=one, batch=batch, outcome=CheckOutcome.UNASKED, checked_at=timezone.now()
            )
            for one in _unchecked(batch).select_related("offender")
        ]
    if not rows:
        raise _nothing_to_pass()
    return rows


def _nothing_to_pass() -> Refusal:
    return Refusal("nothing_to_pass", "Nothing of this act waits for such a word: look again.")


def _numbers(batch: Batch) -> QuerySet[IdentityNumber]:
    """Return the numbers that an act is about."""
    if batch.kind == BatchKind.IMPORT:
        entered = Conviction.objects.filter(batch=batch, number=OuterRef("pk"))
        found = IdentityNumber.objects.filter(Exists(entered))
    else:
        assert batch.offender_id is not None, "an act on one person names the person"
        members = acting.members(Offender.objects.get(pk=batch.offender_id))
        found = IdentityNumber.objects.filter(
            offender__in=[*members, *([batch.other_id] if batch.other_id else [])]
        )
    return found.exclude(kind=NumberKind.PASSPORT)


def _unchecked(batch: Batch) -> QuerySet[IdentityNumber]:
    asked = IdentityCheck.objects.filter(batch=batch, number=OuterRef("pk"))
    return _numbers(batch).filter(~Exists(asked))


def _chunks_unchecked(batch: Batch) -> Iterator[list[int]]:
    after = 0
    while True:
        chunk = list(
            _unchecked(batch)
            .filter(pk__gt=after)
            .order_by("pk")
            .values_list("pk", flat=True)[:AT_ONCE]
        )
        if not chunk:
            return
        yield chunk
        after = chunk[-1]


def _check(
    authority: IdentityAuthority, numbers: list[int], batch: Batch | None
) -> tuple[Looked, bool]:
    """Ask about numbers and store what came; tell whether the authority answered to the end."""
    rows = dict(IdentityNumber.objects.filter(pk__in=numbers).values_list("pk", "offender"))
    known = [
        (number, person)
        for person in people(set(rows.values()), batch)
        for number in person.numbers
        if number.row in rows
    ]
    answers: list[tuple[int, Person, Holder | None]] = []
    for number, person in known:
        try:
            answers.append((number.row, person, authority.look_up(number.digits)))
        except AuthorityUnavailable:
            break
    return _store(answers, batch), len(answers) == len(known)


def _store(answers: Iterable[tuple[int, Person, Holder | None]], batch: Batch | None) -> Looked:
    checks: list[IdentityCheck] = []
    died: dict[int, date] = {}
    for row, person, holder in answers:
        outcome, differing = _outcome(person, holder)
        if outcome is CheckOutcome.DEAD:
            assert holder is not None
            died[person.offender.pk] = min(holder.died_on or today(), today())
        checks.append(
            IdentityCheck(
                number_id=row,
                batch=batch,
                outcome=outcome,
                differences=";".join(differing),
                checked_at=timezone.now(),
            )
        )
    # Deaths first: whoever dies in between asks again, and a death that is known does nothing.
    for offender, day in died.items():
        standing.record_reported_death(Offender.objects.get(pk=offender), day, _REASON_OF_DEATH)
    looked = Looked(len(checks), sum(one.outcome in STOPPING for one in checks), len(died))
    if not checks:
        return looked
    kept = checks if batch is not None else [one for one in checks if _is_news(one)]
    with short_write():
        IdentityCheck.objects.bulk_create(kept, ignore_conflicts=True)
        IdentityNumber.objects.filter(pk__in=[one.number_id for one in checks]).update(
            looked_up_on=today()
        )
        trail.record(
            Act.IDENTITY_CHECKED,
            actor="system",
            subject=f"batch:{batch.pk}" if batch is not None else "",
            details=looked._asdict(),
        )
    return looked


def _is_news(check: IdentityCheck) -> bool:
    """Tell whether what came out isn't known already, let pass or open."""
    if check.outcome == CheckOutcome.AGREES:
        return False
    return not IdentityCheck.objects.filter(
        number=check.number_id, outcome=check.outcome, differences=check.differences
    ).exists()


def _outcome(person: Person, holder: Holder | None) -> tuple[CheckOutcome, tuple[str, ...]]:
    if holder is None:
        return CheckOutcome.UNKNOWN, ()
    found = differences(_entered(person), holder)
    if found:
        return CheckOutcome.DIFFERS, found
    return (CheckOutcome.AGREES if holder.alive else CheckOutcome.DEAD), ()


def _entered(person: Person) -> Entered:
    profile = person.profile
    return Entered(
        profile.name_ur,
        profile.name_en,
        profile.father_name_ur,
        profile.father_name_en,
        profile.relation == "husband",
        profile.sex,
    )


def _sum(one: Looked, other: Looked) -> Looked:
    return Looked(*(a + b for a, b in zip(one, other, strict=True)))
