"""What every act on one person has in common: its row, its place in the order, its traces.

Rules that hold here:

- An act is one short transaction under the feed's lock: its row, what it changes, what may be told
  then, and the entry in the trail are there together or not at all.
- Whoever comes out of an act silent is noted in the journal of silences before the transaction
  ends, so that no backup can bring them back; so is every stay and every quashing, for an older
  backup may hold that conviction alone.
- A reason is sealed under the key of the person whom it is about.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, NamedTuple

from django.utils import timezone

from nsor import cnic
from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import journal, lifecycle, numbering
from nsor.register.approving import decide
from nsor.register.errors import Refusal
from nsor.register.lifecycle import State, Step
from nsor.register.locks import short_write
from nsor.register.models import (
    STANDING_APPEALS,
    AppealRecord,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    Evidence,
    FeedHead,
    Offender,
)
from nsor.register.officers import actor, require_reason, require_role
from nsor.register.people import Person, people
from nsor.register.publishing import lock_head, publish_act
from nsor.secrecy import ring, subjects
from nsor.secrecy.box import seal, unseal
from nsor.secrecy.subjects import SubjectKey

SILENCES = frozenset(
    {BatchKind.APPEAL, BatchKind.SUSPENSION, BatchKind.WITHDRAWAL, BatchKind.DEATH}
)
"""Kinds of acts that, where one word is enough, a second officer looks at after."""
_REASONS = "batch-reasons"


class Done(NamedTuple):
    """What became of an act: the sequence where it took effect, or the batch that waits."""

    state: str
    sequence: int | None
    batch: int | None


class Deed(NamedTuple):
    """An act in the making: the locked head of the feed, and the act's own row."""

    head: FeedHead
    batch: Batch


@contextmanager
def at_once(
    kind: BatchKind,
    offender: Offender,
    officer: Officer | None,
    reason: str,
    evidence: Evidence | None = None,
    *,
    reviewed_after: bool = True,
) -> Iterator[Deed]:
    """Hold the transaction of an act that takes effect at once.

    ``reviewed_after`` is False where a second officer decides on what it prepares. Raises
    ``Refusal``: ``busy``.
    """
    with short_write():
        head = lock_head()
        batch = new_batch(kind, BatchState.APPROVED, offender, officer, reason, evidence)
        by_somebody = officer is not None or kind == BatchKind.DEATH  # as the authority reports it
        batch.awaits_review = reviewed_after and kind in SILENCES and by_somebody
        batch.district = offender.district
        decide(head, batch, None)
        yield Deed(head, batch)


def new_batch(
    kind: BatchKind,
    state: BatchState,
    offender: Offender,
    officer: Officer | None,
    reason: str,
    evidence: Evidence | None = None,
) -> Batch:
    """Write the row of an act on one person."""
    batch = Batch.objects.create(
        kind=kind,
        state=state,
        offender=offender,
        entered_by=officer,
        evidence=evidence,
        entries=1,
    )
    if reason:
        batch.sealed_reason = seal_reason(batch, reason, key_of(offender))
        batch.save(update_fields=["sealed_reason"])
    return batch


def submit_batch(head: FeedHead, batch: Batch) -> None:
    """Have a batch wait for its second officer. The head must be locked."""
    head.last_submission += 1
    head.save()
    batch.state = BatchState.SUBMITTED
    batch.submission = head.last_submission
    batch.submitted_at = timezone.now()
    batch.district = batch.offender.district if batch.offender else None
    batch.save()


def publish(deed: Deed, offenders: Iterable[int], officer: Officer | None) -> int:
    """Publish these people as they are now, and note in the journal whoever was silenced."""
    found = people(offenders)
    sequence = publish_act(deed.head, found, officer, deed.batch)
    note_silences(found, deed.batch)
    return sequence


def note_silences(found: Iterable[Person], batch: Batch) -> None:
    """Note in the journal those who are silent, or of whom the act silenced a conviction.

    To be called after their release. Raises ``Refusal``: ``journal_unavailable``.
    """
    appeals = AppealRecord.objects.filter(batch=batch).exclude(to_state__in=STANDING_APPEALS)
    hushed = set(appeals.values_list("conviction__offender", flat=True))
    silent = [
        person for person in found if not person.public or not hushed.isdisjoint(person.members)
    ]
    journal.append(batch, ([number.digits for number in person.numbers] for person in silent))


def enter_in_trail(
    act: Act,
    officer: Officer | None,
    offender: Offender,
    details: Mapping[str, Json],
    key: SubjectKey | None = None,
) -> int:
    """Enter an act on a person in the trail; what it says is sealed under the person's key."""
    return trail.record(
        act,
        actor=actor(officer),
        subject=f"offender:{offender.pk}",
        details=details,
        key=key or key_of(offender),
    )


def allowed(step: Step, officer: Officer, reason: str = "", evidence: object = None) -> str:
    """Return the reason, tidied, where an officer may take a step.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``evidence_required``.
    """
    require_role(officer, *step.roles)
    if step.evidence and evidence is None:
        raise Refusal("evidence_required", "Add the document that proves this, and name it.")
    silences = step.target in (State.SUSPENDED, State.REMOVED)
    return require_reason(reason, silences=silences) if step.reason else reason.strip()


def state_of(offender: Offender) -> State:
    """Return where a person's registration stands now."""
    convictions = Conviction.objects.filter(offender=offender)

    def any_in(state: BatchState) -> bool:
        return convictions.filter(batch__state=state).exists()

    return lifecycle.state_of(
        offender.standing,
        approved=any_in(BatchState.APPROVED),
        edited=Batch.objects.filter(
            offender=offender, voids=True, state=BatchState.SUBMITTED
        ).exists(),
        submitted=any_in(BatchState.SUBMITTED),
        drafted=any_in(BatchState.DRAFT),
    )


def has_approved(offender: Offender) -> bool:
    """Tell whether a second officer has spoken on a conviction of a person or of their merger."""
    return Conviction.objects.filter(
        offender__in=members(offender), batch__state=BatchState.APPROVED
    ).exists()


def find(number: str) -> Offender:
    """Return the person who holds a number, as the root of a merger.

    ``number`` is one of 13 digits, with or without dashes, or a passport's. Raises ``Refusal``:
    ``bad_cnic``, ``not_registered``.
    """
    holder = numbering.holder(_identity_number(number))
    if holder is None:
        raise not_registered()
    return root(Offender.objects.get(pk=holder.offender))


def _identity_number(typed: str) -> str:
    try:
        return cnic.parse(typed)
    except cnic.CnicError as error:
        try:
            return numbering.passport_number(typed)
        except Refusal:
            raise Refusal("bad_cnic", str(error)) from None


def root(offender: Offender) -> Offender:
    """Return the person into whom somebody was merged, or themselves."""
    return offender.merged_into or offender


def lock(offender: Offender) -> Offender:
    """Return a person, merged ones as one, as they are stored now; the feed's lock keeps it so."""
    return root(Offender.objects.select_related("merged_into").get(pk=offender.pk))


def members(offender: Offender) -> list[int]:
    """Return the rows of a person: their own and those merged into it."""
    merged = Offender.objects.filter(merged_into=offender).values_list("pk", flat=True)
    return [offender.pk, *merged]


def not_registered() -> Refusal:
    """Return the refusal of a number that nobody holds."""
    return Refusal(
        "not_registered", "Nobody of this CNIC is in the register or awaits approval: check it."
    )


def key_of(offender: Offender) -> SubjectKey:
    """Return a person's key. Raises ``Refusal``: ``removed``."""
    key = subjects.key(offender.key_id)
    if key is None:
        raise Refusal("removed", "The person was removed, and nothing of them can be read.")
    return SubjectKey(offender.key_id, key)


def seal_reason(
    batch: Batch,
    reason: str,
    key: SubjectKey | None,
    what: Literal["reason", "decision"] = "reason",
) -> bytes:
    """Return a reason sealed for its act: under the person's key, or else under one of the ring.

    ``what`` tells why it was asked for from why a second officer said no. Where it is the ring's,
    that key's name stands before it, ended by a zero octet.
    """
    about = f"batch/{batch.pk}/{what}"
    if key:
        return seal(key.key, reason.encode(), about)
    name = ring.ring().current
    return name.encode() + b"\0" + seal(ring.derived(_REASONS, name), reason.encode(), about)


def open_reason(batch: Batch, key: bytes | None = None) -> str:
    """Return the reason of an act, empty where none was given.

    ``key`` is that of the person whom the act is about, where it is at hand. Raises ``Refusal``:
    ``removed``.
    """
    return _opened(batch, bytes(batch.sealed_reason), f"batch/{batch.pk}/reason", key)


def open_decision(batch: Batch, key: bytes | None = None) -> str:
    """Return why a second officer said no, empty where none did. Raises as ``open_reason``."""
    return _opened(batch, bytes(batch.sealed_decision), f"batch/{batch.pk}/decision", key)


def _opened(batch: Batch, sealed: bytes, about: str, key: bytes | None) -> str:
    if not sealed:
        return ""
    if batch.offender is not None:
        return unseal(key or key_of(batch.offender).key, sealed, about).decode()
    name, _, rest = sealed.partition(b"\0")
    return unseal(ring.derived(_REASONS, name.decode()), rest, about).decode()


def reason_keys(batch: Batch) -> set[str]:
    """Return which keys of the ring seal the reasons of an act: none where a person's does."""
    if batch.offender_id is not None:
        return set()
    reasons = (bytes(batch.sealed_reason), bytes(batch.sealed_decision))
    return {sealed.partition(b"\0")[0].decode() for sealed in reasons if sealed}
