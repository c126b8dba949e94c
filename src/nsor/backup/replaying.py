"""After a restore: everybody who was silenced or removed since the backup is so again.

Rules that hold here:

- The register doesn't guess what a court decided: whoever the journal names is suspended, on the
  ground that a backup was restored (or withdrawn, if that is what was noted), until two officers
  let them be told of again; also where only one of several convictions was stayed or quashed. Acts
  that wait and would do so unknowingly are rejected.
- People are found by decrypting each number and comparing its tokens, so that no rotation of the
  ring since then hides anybody.
- Whoever's key was destroyed is removed, whatever the backup says of them.
- Safe to run again from its beginning.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
from django.db.models import Q
from django.utils import timezone

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.backup.framing import Head
from nsor.register import acting, documents, journal, removal, standing
from nsor.register.calendar import today
from nsor.register.evidence import store
from nsor.register.journal import Damage, Destroyed, Point, Saved, Silence
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Ground,
    IdentityNumber,
    Offender,
    Registration,
    Standing,
)
from nsor.register.people import one_person
from nsor.register.publishing import lock_head
from nsor.secrecy import subjects
from nsor.secrecy.models import StoredKey

REASON = "A silence that was noted after the restored backup was taken is replayed."
_CHUNK = 1000


class Summary(msgspec.Struct, forbid_unknown_fields=True):
    """What a restore lost and what it replayed, in counts; no personal data.

    ``replayed`` counts people by the kind of act that silenced them last; ``not_in_backup`` those
    whom the backup doesn't know; ``keys_missing`` people whose key is gone though nothing says
    that it was destroyed; ``trail_lost`` entries that were signed and aren't there any more.
    """

    replayed: dict[str, int] = msgspec.field(default_factory=dict)
    not_in_backup: int = 0
    removed: int = 0
    keys_missing: int = 0
    trail_lost: int = 0
    trail_signed: bool = False
    """Whether checkpoints of the trail had been signed when the backup was taken."""
    damage: list[str] = msgspec.field(default_factory=list)


class Noted(NamedTuple):
    """A silence as it was found: the note's number, and the ring's key that it was made with."""

    number: int
    ring_key: str
    note: Silence


class Notes(NamedTuple):
    """What the journal says of the time after a backup; ``damage`` is whole sentences."""

    silences: list[Noted]
    destroyed: set[int]
    damage: list[str]


def notes_since(head: Head) -> Notes:
    """Read what the journal says of the time after a backup."""
    notes = Notes([], set(), [])
    names_backup = False
    for found in journal.read(Point(head.epoch, head.sequence, head.decision)):
        if isinstance(found, Damage):
            notes.damage.append(found.message)
        elif isinstance(found.note, Silence):
            notes.silences.append(Noted(found.number, found.ring_key, found.note))
        elif isinstance(found.note, Destroyed):
            notes.destroyed.update(found.note.keys)
        elif found.number == head.journal:
            names_backup = found.note == Saved(head.taken_at)
    if not names_backup:
        notes.damage.append("It lacks the note of this backup: it is another one, or begun anew.")
    return notes


def keys_missing(destroyed: set[int]) -> int:
    """Return how many people's keys are gone though nothing says that they were destroyed."""
    return sum(
        offender.key_id not in destroyed
        for chunk in _without_key()
        for offender in chunk
        if offender.standing != Standing.REMOVED
    )


def replay(notes: Notes, summary: Summary, progress: Callable[[int, int], None]) -> None:
    """Remove and silence again whoever was, and count it. Raises ``Refusal``: ``busy``."""
    subjects.destroy(notes.destroyed)
    for chunk in _without_key():
        for offender in chunk:
            if offender.standing != Standing.REMOVED:
                _remove(offender)
                summary.removed += 1
    found = _find(notes.silences, progress)
    named = {one.number for entries in found.values() for one in entries}
    summary.not_in_backup = len({one.number for one in notes.silences} - named)
    kinds: Counter[str] = Counter()
    for number, entries in found.items():
        if _silence(number, entries):
            kinds[entries[-1].note.kind] += 1
    summary.replayed = dict(kinds)


def _without_key() -> Iterator[list[Offender]]:
    """Yield those people, in chunks, whose key the key store lacks."""
    after = 0
    while chunk := list(Offender.objects.filter(pk__gt=after).order_by("pk")[:_CHUNK]):
        after = chunk[-1].pk
        wanted = [offender.key_id for offender in chunk]
        held: set[int] = set()
        for start in range(0, len(wanted), subjects.AT_ONCE):
            some = wanted[start : start + subjects.AT_ONCE]
            held.update(StoredKey.objects.filter(pk__in=some).values_list("pk", flat=True))
        gone = [offender for offender in chunk if offender.key_id not in held]
        if gone:
            yield gone


def _remove(offender: Offender) -> None:
    with acting.at_once(BatchKind.REMOVAL, offender, None, "") as deed:
        removal.empty([offender.pk])
        Registration.objects.create(
            offender=offender,
            valid_from=today(),
            recorded_by=deed.batch,
            standing=Standing.REMOVED,
        )
        _reject_waiting(Q(offender=offender), "")
        for act, subject in (
            (Act.EXPUNGED, f"offender:{offender.pk}"),
            (Act.SUBJECT_KEY_DESTROYED, f"key:{offender.key_id}"),
        ):
            trail.record(act, actor="system", subject=subject)
    store.destroy_files(offender)


def _find(silences: list[Noted], progress: Callable[[int, int], None]) -> dict[int, list[Noted]]:
    """Return who in the database is named, as roots of mergers, with the notes of each."""
    wanted: defaultdict[str, defaultdict[bytes, list[Noted]]]
    wanted = defaultdict(lambda: defaultdict(list))
    for entry in silences:
        for token in entry.note.tokens:
            wanted[entry.ring_key][token].append(entry)
    found: defaultdict[int, dict[int, Noted]] = defaultdict(dict)
    if not wanted:
        return {}
    done, total = 0, IdentityNumber.objects.count()
    for chunk in _numbers():
        keys = subjects.keys(row.offender.key_id for row in chunk)
        for row in chunk:
            key = keys.get(row.offender.key_id)
            if key is None:
                continue
            number = documents.open_number(key, row.pk, bytes(row.sealed))
            for ring_key, by_token in wanted.items():
                for entry in by_token.get(journal.number_token(number, ring_key), ()):
                    found[acting.root(row.offender).pk][entry.number] = entry
        done += len(chunk)
        progress(done, total)
    return {
        offender: [entries[number] for number in sorted(entries)]
        for offender, entries in found.items()
    }


def _numbers() -> Iterator[list[IdentityNumber]]:
    after = 0
    rows = IdentityNumber.objects.select_related("offender__merged_into").order_by("pk")
    while chunk := list(rows.filter(pk__gt=after)[:_CHUNK]):
        after = chunk[-1].pk
        yield chunk


def _silence(number: int, entries: list[Noted]) -> bool:
    """Suspend a person; tell whether that was needed."""
    with short_write():
        lock_head()
        offender = Offender.objects.get(pk=number)
        withdrawn = any(entry.note.kind == BatchKind.WITHDRAWAL for entry in entries)
        ground = Ground.WITHDRAWN if withdrawn else Ground.BACKUP
        if _is_silent_enough(offender, ground):
            return False
        with acting.at_once(BatchKind.SUSPENSION, offender, None, REASON) as deed:
            members = Offender.objects.filter(pk__in=acting.members(offender))
            members.exclude(standing=Standing.REMOVED).update(
                standing=Standing.SUSPENDED, ground=ground
            )
            offender.standing, offender.ground = Standing.SUSPENDED, ground
            if one_person(offender.pk) is not None:
                standing.record_standing(offender, deed.batch)
            _reject_waiting(Q(offender=offender, kind=BatchKind.RESTORE), REASON)
            acting.publish(deed, [offender.pk], None)
            noted: list[Json] = [
                {"at": entry.note.at.isoformat(), "kind": entry.note.kind, "note": entry.number}
                for entry in entries
            ]
            acting.enter_in_trail(Act.SILENCE_REPLAYED, None, offender, {"noted": noted})
    return True


def _is_silent_enough(offender: Offender, ground: Ground) -> bool:
    if offender.standing == Standing.REMOVED or offender.ground in (Ground.WITHDRAWN, ground):
        return True
    return offender.standing == Standing.EXPIRED and ground != Ground.WITHDRAWN


def _reject_waiting(which: Q, reason: str) -> None:
    for batch in Batch.objects.filter(which, state=BatchState.SUBMITTED):
        batch.state, batch.decided_at = BatchState.REJECTED, timezone.now()
        batch.save(update_fields=["state", "decided_at"])
        trail.record(
            Act.BATCH_REJECTED,
            actor="system",
            subject=f"batch:{batch.pk}",
            details={"reason": reason},
        )
