"""Bringing everything that is stored to the ring's current key, while the register serves.

Rules that hold here:

- One process does it at a time, in short transactions, each of which is whole by itself; a row
  keeps how far it has come. Killed anywhere, it goes on from there when it is run again, and adds
  no further key to the ring before what was begun is finished.
- Once a rotation has begun, nobody makes tokens under an older key (``token_keys``). What it
  changes of a person it changes under the locks of those who act on people.
- What the ring's key itself sealed outside of the database (the journal, the outbox of a gateway,
  backups) is left: the older keys stay in the ring for it.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils import timezone

from nsor.accounts import sealing
from nsor.audit import trail, trail_keys
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register import acting, documents, token_keys
from nsor.register.errors import Refusal
from nsor.register.locks import breathe, claim, lock_numbers, short_write
from nsor.register.models import (
    Batch,
    BatchState,
    Conviction,
    IdentityNumber,
    Offender,
    Rotation,
    SearchToken,
)
from nsor.register.numbering import number_token
from nsor.register.publishing import lock_head
from nsor.register.search import indexing
from nsor.secrecy import ring, rotation, subjects

AT_ONCE = 100
_CLAIM = 0
"""No batch has this number."""


class Rotated(NamedTuple):
    """What a rotation did: which key it came to, whether that is new, and what it moved to it."""

    ring_key: str
    added: bool
    person_keys: int
    people: int


def rotate(
    *, resume: bool = False, progress: Callable[[int, int], None] = lambda done, total: None
) -> Rotated:
    """Add a fresh key to the ring, and bring everything to it; or go on with what was begun.

    ``resume`` never adds a key: it brings everything to the ring's current one, which a key
    service may have added. ``progress`` is told how many pieces are done, of how many. Raises
    ``Refusal``: ``rotation_runs``, ``busy``; ``nsor.keyring.KeyRingError``.
    """
    with claim(_CLAIM) as held:
        if not held:
            raise Refusal(
                "rotation_runs",
                "Another process rotates the keys: let it finish, there is nothing to do here.",
            )
        added = not resume and not _is_begun()
        ring_key = (ring.add() if added else ring.refresh()).current
        under_way = _begin(ring_key)
        work = _Work(under_way, progress)
        trail_keys.rotate()
        _seal_reasons_anew(ring_key)
        sealing.seal_anew(ring_key, breathe)
        work.wrap_keys()
        work.make_tokens()
        work.wrap_keys()  # those that were made meanwhile by who hadn't seen the ring yet
        _finish(under_way)
    return Rotated(ring_key, added, work.person_keys, work.people)


def _is_begun() -> bool:
    """Tell whether a rotation was begun and isn't finished, be it that it only added its key."""
    with short_write():
        lock_numbers()
        newest = token_keys.for_new_tokens()
    unfinished = Rotation.objects.filter(finished_at=None).exists()
    return unfinished or newest != ring.refresh().current


def _begin(ring_key: str) -> Rotation:
    """Have every new token made under a key from now on."""
    with short_write():
        lock_numbers()
        lock_head()
        token_keys.require_all()
        newest = Rotation.objects.order_by("-pk").first()
        if newest is not None and newest.ring_key == ring_key:
            return newest
        Rotation.objects.filter(ring_key=ring_key).delete()  # the ring went back to an older key
        begun = Rotation.objects.create(ring_key=ring_key)
        trail.record(Act.KEYS_ROTATION_STARTED, actor="system", details={"ring_key": ring_key})
    return begun


def _finish(under_way: Rotation) -> None:
    """Note that nothing is under an older key any more."""
    with short_write():
        lock_numbers()
        lock_head()
        if under_way.finished_at is not None:
            return
        Rotation.objects.filter(pk__lt=under_way.pk).delete()
        Rotation.objects.filter(pk=under_way.pk).update(finished_at=timezone.now())
        details: dict[str, Json] = {"ring_key": under_way.ring_key}
        trail.record(Act.KEYS_ROTATION_FINISHED, actor="system", details=details)


def _seal_reasons_anew(ring_key: str) -> None:
    """Seal those reasons anew that the ring itself seals: those of whole files."""
    after = 0
    while True:
        with short_write():
            lock_head()
            waiting = Batch.objects.filter(offender=None, pk__gt=after).exclude(
                sealed_reason=b"", sealed_decision=b""
            )
            some = list(waiting.order_by("pk")[:AT_ONCE])
            for batch in some:
                after = batch.pk
                if acting.reason_keys(batch) != {ring_key}:
                    _seal_anew(batch)
        if not some:
            return
        breathe()


def _seal_anew(batch: Batch) -> None:
    if asked := acting.open_reason(batch):
        batch.sealed_reason = acting.seal_reason(batch, asked, None)
    if refused := acting.open_decision(batch):
        batch.sealed_decision = acting.seal_reason(batch, refused, None, "decision")
    batch.save(update_fields=["sealed_reason", "sealed_decision"])


class _Work:
    """The long part of a rotation, which tells how far it has come."""

    def __init__(self, under_way: Rotation, progress: Callable[[int, int], None]) -> None:
        self._rotation = under_way
        self._progress = progress
        self._left = Offender.objects.filter(pk__gt=under_way.done_to)
        self._total = rotation.left(under_way.ring_key)
        if under_way.finished_at is None:
            self._total += self._left.count()
        self.person_keys = 0
        self.people = 0

    def wrap_keys(self) -> None:
        """Wrap the people's keys under the new key."""
        for done in rotation.rewrap(self._rotation.ring_key):
            self.person_keys += done
            self._tell()
            breathe()

    def make_tokens(self) -> None:
        """Make every look-up token under the new key."""
        if self._rotation.finished_at is not None:
            return
        while done := self._make_some():
            self.people += done
            self._tell()
            breathe()

    def _make_some(self) -> int:
        ring_key = self._rotation.ring_key
        with short_write():
            # Whoever acts on a person holds one of the two: what is read stays so until it is
            # written, and somebody who is being removed gets no token back.
            lock_numbers()
            lock_head()
            rows = Offender.objects.filter(pk__gt=self._rotation.done_to).order_by("pk")
            some = dict(rows.values_list("pk", "key_id")[:AT_ONCE])
            if not some:
                return 0
            _make_number_tokens(some, ring_key)
            indexing.retoken(some)
            _index_staged(some)
            self._rotation.done_to = max(some)
            self._rotation.save(update_fields=["done_to"])
        return len(some)

    def _tell(self) -> None:
        done = self.person_keys + self.people
        self._progress(done, max(done, self._total))


def _index_staged(offenders: dict[int, int]) -> None:
    """Index those anew of whom an import that is under way has read something, and nobody else."""
    indexed = SearchToken.objects.filter(offender__in=offenders).values_list("offender", flat=True)
    bare = offenders.keys() - set(indexed)
    keys = subjects.keys(offenders[row] for row in bare)
    staged = Conviction.objects.filter(offender__in=bare, batch__state=BatchState.STAGING)
    indexing.add(
        (row.offender_id, documents.open_case(keys[key_id], row.pk, bytes(row.sealed)).person)
        for row in staged
        if (key_id := offenders[row.offender_id]) in keys
    )


def _make_number_tokens(offenders: dict[int, int], ring_key: str) -> None:
    """Make the tokens of these offenders' numbers; each offender is given with their key."""
    keys = subjects.keys(offenders.values())
    changed = []
    for row in IdentityNumber.objects.filter(offender__in=offenders).order_by("pk"):
        key = keys.get(offenders[row.offender_id])
        if key is None or not row.sealed:
            continue  # the person was removed: nothing finds them, and nothing shall
        number = documents.open_number(key, row.pk, bytes(row.sealed))
        row.token = number_token(number, ring_key)
        changed.append(row)
    IdentityNumber.objects.bulk_update(changed, ["token"])
