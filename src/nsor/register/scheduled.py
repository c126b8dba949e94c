"""What the clock does, beside judging people again when the law changes (``law_changes``).

Rules that hold here: each work is safe to run twice, to miss a day, to run on two machines, and to
die in its middle; one process at a time is at it. It is many short transactions, with an entry of
the trail in each that changes something. What can't be undone waits while a restored backup isn't
confirmed. ``progress`` is told between two transactions how many were looked at.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from django.db import IntegrityError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register import entry_forms, journal, standing
from nsor.register.approving import clear_prepared
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.evidence import store
from nsor.register.locks import Work, breathe, claim_work, short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    EntryForm,
    Evidence,
    FeedHead,
    IdentityNumber,
    KeyToDestroy,
    Offender,
    Publication,
    Standing,
)
from nsor.register.numbering import Forgetting, forget_holders
from nsor.register.people import CHUNK, people
from nsor.register.removal import destroy_due_keys
from nsor.secrecy import subjects
from nsor.secrecy.box import SealBroken
from nsor.secrecy.models import StoredKey
from nsor.secrecy.router import KEYS

__all__ = [
    "Expired",
    "Forgotten",
    "Review",
    "destroy_due_keys",
    "expire_due",
    "forget_forms",
    "forget_rejected",
    "reviews_due",
    "sweep_files",
    "sweep_keys",
]

REJECTED_KEPT_DAYS = 90
KEY_IS_YOUNG = timedelta(days=1)
"""Whoever makes a person writes the person down sooner than this after making the key."""

Progress = Callable[[int], None]


class Expired(NamedTuple):
    """How many registrations ended, of how many people who were looked at; how many failed."""

    looked_at: int = 0
    expired: int = 0
    failed: int = 0


class Forgotten(NamedTuple):
    """How many people were forgotten; of how many batches it failed."""

    people: int = 0
    failed: int = 0


class Review(NamedTuple):
    """A review of a registration: of whom, when it falls due, and the tier; no personal data."""

    offender: int
    on: date
    tier: int


def expire_due(progress: Progress = lambda people: None) -> Expired | None:
    """End the registrations whose term is over; None where another process is at it.

    One that fails is counted, and the others go on. Raises ``Refusal``: ``busy``.
    """
    with claim_work(Work.EXPIRY) as held:
        if not held:
            return None
        looked_at = expired = failed = 0
        for offender in _whose_term_ends():
            try:
                expired += standing.expire(offender) is not None
            except SealBroken:
                failed += 1
            looked_at += 1
            progress(looked_at)
            breathe()
    return Expired(looked_at, expired, failed)


def reviews_due(ahead: int) -> list[Review]:
    """Return the reviews that fall due within as many days, those that are late too, by date."""
    until = today() + timedelta(days=ahead)
    hinted = _registered().filter(review_on__lte=until)
    found = [
        Review(person.offender.pk, person.term.review_on, person.term.tier)
        for chunk in _chunks(hinted)
        for person in people(chunk)
        if person.convictions
        and person.term.review_on is not None
        and person.term.review_on <= until
    ]
    return sorted(set(found), key=lambda review: (review.on, review.offender))


def forget_rejected(
    after_days: int = REJECTED_KEPT_DAYS, progress: Progress = lambda batches: None
) -> Forgotten | None:
    """Delete the people known only from batches that were rejected so many days ago or earlier.

    Those too of what was discarded, where that died half done. None where another process is at
    it. A batch of which it fails is counted, and the others go on. Raises ``Refusal``:
    ``withheld``, ``busy``, ``journal_unavailable``.
    """
    with claim_work(Work.FORGETTING) as held:
        if not held:
            return None
        _require_confirmed()
        before = timezone.now() - timedelta(days=after_days)
        over = Q(state=BatchState.REJECTED, decided_at__lt=before) | Q(state=BatchState.DISCARDED)
        batches = Batch.objects.filter(
            over,
            Exists(IdentityNumber.objects.filter(recorded_by=OuterRef("pk"))),
            kind__in=(BatchKind.IMPORT, BatchKind.ENTRY),
        )
        forgotten = failed = 0
        for done, batch in enumerate(batches.order_by("pk"), 1):
            try:
                clear_prepared(batch)
                forgotten += forget_holders(batch, Forgetting("system", before))
            except (SealBroken, IntegrityError):
                failed += 1
            progress(done)
    return Forgotten(forgotten, failed)


def forget_forms(
    after_days: int = entry_forms.KEPT_DAYS, progress: Progress = lambda forms: None
) -> int | None:
    """Forget the forms of entries that nobody saved for so many days, or that were submitted.

    Return how many; None where another process is at it. Raises ``Refusal``: ``withheld``,
    ``busy``, ``journal_unavailable``.
    """
    with claim_work(Work.FORGETTING) as held:
        if not held:
            return None
        _require_confirmed()
        forgotten = 0
        for forgotten, form in enumerate(entry_forms.due(after_days), 1):
            entry_forms.forget(form, "system")
            progress(forgotten)
            breathe()
    return forgotten


def sweep_keys() -> int | None:
    """Destroy the keys of people that nothing refers to, left by processes that died.

    Return how many; None where another process is at it. Raises ``Refusal``: ``withheld``,
    ``busy``, ``journal_unavailable``.
    """
    with claim_work(Work.SWEEPING) as held:
        if not held:
            return None
        _require_confirmed()
        swept = 0
        # Publications have no index of their keys: they are asked once, and about the few alone.
        for some in _some(key for keys in _old_keys() for key in keys - _held(keys)):
            orphans = sorted(set(some) - _sealing(some))
            if not orphans:
                continue
            with short_write():
                trail.record(Act.ORPHANS_SWEPT, actor="system", details={"keys": list(orphans)})
            journal.note_destroyed(orphans)
            subjects.destroy(orphans)
            swept += len(orphans)
    return swept


def sweep_files() -> int | None:
    """Delete the files of documents that no row names; None where another process is at it.

    Raises ``Refusal``: ``withheld``, ``busy``.
    """
    with claim_work(Work.SWEEPING) as held:
        if not held:
            return None
        _require_confirmed()
        swept = store.sweep_orphans()
        if swept:
            with short_write():
                trail.record(Act.ORPHANS_SWEPT, actor="system", details={"files": swept})
    return swept


def _require_confirmed() -> None:
    if FeedHead.objects.get().withheld:
        raise Refusal(
            "withheld",
            "A backup was restored, and two officers have yet to confirm it: nothing is deleted"
            " until then.",
        )


def _registered() -> QuerySet[Offender]:
    """Return the rows of all who are registered, those merged into somebody who is included."""
    return Offender.objects.annotate(
        stands=Coalesce("merged_into__standing", F("standing"))
    ).filter(stands__in=(Standing.ACTIVE, Standing.SUSPENDED))


def _whose_term_ends() -> Iterator[Offender]:
    due = _registered().filter(term_ends__lte=today())
    for chunk in _chunks(due):
        yield from Offender.objects.filter(pk__in=chunk).select_related("merged_into")


def _chunks(people_of_interest: QuerySet[Offender]) -> Iterator[list[int]]:
    after = 0
    while True:
        rows = people_of_interest.filter(pk__gt=after).order_by("pk")
        chunk = list(rows.values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            return
        after = chunk[-1]
        yield chunk


def _old_keys() -> Iterator[set[int]]:
    """Yield the numbers of the keys that are older than a day, in chunks."""
    after = 0
    old = StoredKey.objects.using(KEYS).filter(made_at__lt=timezone.now() - KEY_IS_YOUNG)
    while True:
        rows = old.filter(pk__gt=after).order_by("pk")
        chunk = list(rows.values_list("pk", flat=True)[: subjects.AT_ONCE])
        if not chunk:
            return
        after = chunk[-1]
        yield set(chunk)


def _held(keys: set[int]) -> set[int]:
    """Return those of some keys that a person or a form has, or whose end is decided already."""
    return {
        number
        for model in (Offender, KeyToDestroy, EntryForm)
        for number in model.objects.filter(key_id__in=keys).values_list("key_id", flat=True)
    }


def _sealing(keys: list[int]) -> set[int]:
    """Return those of some keys that sealed something beside a person's own row."""
    return {
        number
        for model in (Publication, Evidence)
        for number in model.objects.filter(key_id__in=keys).values_list("key_id", flat=True)
    }


def _some(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while some := list(islice(rest, subjects.AT_ONCE)):
        yield some
