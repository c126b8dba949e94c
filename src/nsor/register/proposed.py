"""An act on one person that waits, as a second officer reads it: what is so, and what would be.

Rules that hold here:

- Reading it is reading a record: an entry of the trail is committed before anything is shown, and
  outside of the officer's jurisdiction a reason is asked for.
- What would be so is what approval makes so, worked out by the same functions (``people``).
- The digest stands for everything that was shown: where it differs when the act is decided, under
  the feed's lock, something has changed and nothing is decided.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting, documents, terms
from nsor.register.approving import submitted
from nsor.register.documents import Case
from nsor.register.errors import Refusal
from nsor.register.jurisdiction import is_outside, reason_told, require_reason_outside
from nsor.register.locks import short_write
from nsor.register.models import Batch, BatchKind, Conviction, Evidence, Offender
from nsor.register.officers import actor, require_role
from nsor.register.people import Person, people
from nsor.secrecy import subjects

_COLUMNS = (
    "pk",
    "batch_id",
    "offender_id",
    "number_id",
    "replaces_id",
    "sections",
    "registrable",
    "convicted_on",
    "offence_on",
    "sentenced_on",
    "released_on",
    "sentence_months",
    "juvenile",
    "court_order",
    "victim_category",
    "victim_under_13",
    "appeal_state",
    "warnings",
)


class Judged(NamedTuple):
    """A conviction and its case, opened."""

    conviction: Conviction
    case: Case

    def __repr__(self) -> str:
        return f"Judged({self.conviction})"


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """A person with the cases of the convictions that count."""

    person: Person
    judged: tuple[Judged, ...]

    @property
    def is_known(self) -> bool:
        """Tell whether anything of the person counts."""
        return bool(self.judged)


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """An act that waits, with the people whom it is about as they are and as they would be."""

    batch: Batch
    reason: str
    before: tuple[Side, ...]
    after: tuple[Side, ...]
    """Empty where the act removes the person."""
    evidence: tuple[Evidence, ...]
    """All documents about these people, the act's own first, then the newest."""
    digest: str

    @property
    def shown(self) -> tuple[Side, ...]:
        """The people whom an officer is asked about."""
        return self.after or self.before


def read_proposal(number: int, officer: Officer, reason: str = "") -> Proposal:
    """Return an act that waits, as an officer of approval reads it before deciding.

    Raises ``Refusal``: ``role_not_allowed``, ``unknown_batch``, ``not_submitted``,
    ``reason_required``, ``may_name_victim``, ``removed``, ``busy``.
    """
    require_role(officer, Role.APPROVAL)
    return _read(waiting_act(number), officer, reason)


def read_silence(number: int, officer: Officer, reason: str = "") -> Proposal:
    """Return an act that silenced on one word, as whoever looks at it after reads it.

    What is so and what would be are the same. Raises ``Refusal`` as ``read_proposal`` does, and
    ``not_to_review``.
    """
    require_role(officer, Role.APPROVAL)
    batch = Batch.objects.filter(pk=number, awaits_review=True).select_related("offender").first()
    if batch is None:
        raise Refusal("not_to_review", "Nothing of this act waits to be looked at.")
    return _read(batch, officer, reason)


class Page(NamedTuple):
    """Some people of a file, as they would be."""

    people: list[Person]
    next: int
    """What the next page begins after; 0 where this is the last."""


def read_page(
    batch: Batch,
    officer: Officer,
    reason: str = "",
    *,
    after: int = 0,
    most: int = 50,
    warned: bool = False,
) -> Page:
    """Return people of a file that waits, by their rows; with ``warned`` those who are odd alone.

    Raises ``Refusal`` as ``read_proposal`` does.
    """
    require_role(officer, Role.APPROVAL)
    found = rows_of_page(batch, after=after, most=most + 1, warned=warned)
    shown = people(found[:most], batch)
    districts = {person.offender.district for person in shown}
    for district in districts:
        reason = require_reason_outside(officer, district, reason)
    details: dict[str, Json] = {"reason": reason, "shown": found[:most]}
    if any(is_outside(officer, district) for district in districts):
        details["outside"] = True
    with short_write():
        trail.record(
            Act.RECORD_READ, actor=actor(officer), subject=f"batch:{batch.pk}", details=details
        )
    return Page(shown, found[most - 1] if len(found) > most else 0)


def rows_of_page(batch: Batch, *, after: int, most: int, warned: bool) -> list[int]:
    """Return the rows of people of a file, in order; with ``warned`` of those who are odd alone."""
    rows = Conviction.objects.filter(batch=batch, offender__gt=after)
    if warned:
        rows = rows.exclude(warnings="")
    return list(rows.order_by("offender").values_list("offender", flat=True).distinct()[:most])


def warned_of(batch: Batch) -> int:
    """Return how many convictions of a file were odd."""
    return Conviction.objects.filter(batch=batch).exclude(warnings="").count()


def _read(batch: Batch, officer: Officer, reason: str) -> Proposal:
    proposal = gather(batch)
    read = [side.person.offender for side in proposal.before]
    for one in read:
        reason = require_reason_outside(officer, one.district, reason)
    with short_write():
        for one in read:
            details = {"batch": batch.pk, **reason_told(officer, one.district, reason)}
            acting.enter_in_trail(Act.RECORD_READ, officer, one, details)
    return proposal


def waiting_act(number: int) -> Batch:
    """Return an act on one person that waits, whoever entered it.

    Raises ``Refusal``: ``unknown_batch``, ``not_submitted``.
    """
    batch = submitted(number)
    if batch.kind == BatchKind.IMPORT or batch.offender_id is None:
        raise Refusal("unknown_batch", "There is no batch of this number.")
    return batch


def require_as_shown(batch: Batch, digest: str | None) -> None:
    """Raise ``Refusal``, ``changed``, unless an act is still as it was shown; None: not asked.

    Whoever holds the feed's lock is sure that it stays so.
    """
    if digest is not None and digest != digest_of(batch):
        raise changed()


def changed() -> Refusal:
    """Return the refusal to decide on what isn't any more as it was shown."""
    return Refusal(
        "changed",
        "What was shown has changed since: nothing was decided. Look at it again as it is now.",
    )


def digest_of(batch: Batch) -> str:
    """Return what stands for everything that is shown of an act, or of a file as a whole."""
    if batch.kind != BatchKind.IMPORT:
        return gather(batch).digest
    return _digest(batch, "", (), (), ())


def gather(batch: Batch) -> Proposal:
    """Return an act on one person with everything that is shown of it. Raises as reading does."""
    assert batch.offender is not None, "an act on one person names the person"
    touched = [acting.lock(batch.offender).pk]
    touched += [batch.other_id] if batch.other_id else []
    touched += batch.appeals.values_list("conviction__offender", flat=True)
    before = people(touched)
    after = [] if batch.kind == BatchKind.REMOVAL else people(touched, batch)
    if not before:
        raise Refusal("removed", "The person was removed, and nothing of them can be read.")
    keys = _keys(row for person in (*before, *after) for row in person.members)
    sides = tuple(_side(person, keys) for person in before)
    later = tuple(_side(person, keys) for person in after)
    reason = acting.open_reason(batch)
    evidence = _evidence(batch, keys)
    return Proposal(
        batch=batch,
        reason=reason,
        before=sides,
        after=later,
        evidence=evidence,
        digest=_digest(batch, reason, sides, later, evidence),
    )


def _keys(rows: Iterable[int]) -> dict[int, bytes]:
    key_ids = dict(Offender.objects.filter(pk__in=set(rows)).values_list("pk", "key_id"))
    held = subjects.keys(key_ids.values())
    return {row: held[key_id] for row, key_id in key_ids.items() if key_id in held}


def _side(person: Person, keys: dict[int, bytes]) -> Side:
    judged = tuple(
        Judged(one, documents.open_case(keys[one.offender_id], one.pk, bytes(one.sealed)))
        for one in person.convictions
        if one.offender_id in keys
    )
    return Side(person, judged)


def _evidence(batch: Batch, members: Iterable[int]) -> tuple[Evidence, ...]:
    rows = Evidence.objects.filter(offender__in=list(members)).order_by("-pk")
    return tuple(sorted(rows, key=lambda row: row.pk != batch.evidence_id))


def _digest(
    batch: Batch,
    reason: str,
    before: tuple[Side, ...],
    after: tuple[Side, ...],
    evidence: tuple[Evidence, ...],
) -> str:
    law, _ = terms.moment()
    everything = (
        (batch.pk, batch.kind, batch.state, batch.submission, batch.entries, batch.voids),
        (batch.offender_id, batch.other_id, batch.evidence_id, batch.entered_by_id),
        reason,
        law,
        [_plain(side) for side in before],
        [_plain(side) for side in after],
        [(one.pk, one.kind, one.sha256) for one in evidence],
    )
    return hashlib.sha256(msgspec.json.encode(everything)).hexdigest()


def _plain(side: Side) -> tuple[Any, ...]:
    """Return all that is shown of a person, in an order that no database has a say in."""
    person, offender = side.person, side.person.offender
    return (
        (offender.pk, offender.standing, offender.ground, offender.deceased_on),
        sorted(person.members),
        sorted(tuple(one) for one in person.numbers),
        person.profile,
        tuple(person.term),
        person.disclosure.outcome,
        sorted(person.silences),
        sorted(
            ((*(getattr(one, name) for name in _COLUMNS), case) for one, case in side.judged),
            key=lambda row: row[0],
        ),
    )
