"""What is stored under each key of the ring, and taking a key out that nothing needs any more.

Rules that hold here: a key is counted by name alone, and nothing is told of it. What lies where the
register can't look (the outbox of a gateway, a backup) is not counted: who takes a key out is told.
"""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from nsor.accounts import sealing
from nsor.audit.models import TrailKey
from nsor.register import acting, journal
from nsor.register.errors import Refusal
from nsor.register.models import Batch, Rotation
from nsor.secrecy import ring, rotation

STRAGGLERS = timedelta(hours=1)
"""For as long after a rotation a process may still be under way that hadn't seen its key."""


class KeyUse(NamedTuple):
    """How much is under one key of the ring; all but the first three are numbers of things."""

    id: str
    current: bool
    in_ring: bool
    person_keys: int
    tokens: bool
    """Whether look-up tokens may be under it."""
    reasons: int
    trail_keys: int
    """Keys of the trail that no other key of the ring wraps."""
    journal_notes: int
    second_factors: int
    """Secrets of officers' second factors."""

    @property
    def needed(self) -> bool:
        """Tell whether anything that the register sees is under it."""
        return any(self[3:])


def key_use() -> list[KeyUse]:
    """Return every key that the ring holds or that something is under, the current one first.

    Raises ``nsor.keyring.KeyRingError``.
    """
    held = ring.key_ids()
    person_keys = rotation.wrapped_by()
    tokens = set(Rotation.objects.values_list("ring_key", flat=True))
    reasons = _reasons()
    trail_keys = _trail_keys()
    notes = Counter(one.ring_key for one in journal.read() if isinstance(one, journal.Entry))
    factors = sealing.sealed_by()
    stray = {*person_keys, *tokens, *reasons, *trail_keys, *notes, *factors} - set(held)
    return [
        KeyUse(
            id=name,
            current=name == held[0],
            in_ring=name in held,
            person_keys=person_keys.get(name, 0),
            tokens=name in tokens,
            reasons=reasons[name],
            trail_keys=trail_keys[name],
            journal_notes=notes[name],
            second_factors=factors[name],
        )
        for name in (*held, *sorted(stray))
    ]


def retire(key_id: str) -> None:
    """Take a key out of the ring that nothing is under any more, so far as the register sees.

    Raises ``Refusal``: ``unknown_key``, ``current_key``, ``key_in_use``, ``rotation_unfinished``,
    ``too_early``; ``nsor.keyring.KeyRingError``.
    """
    found = {one.id: one for one in key_use() if one.in_ring}.get(key_id)
    if found is None:
        raise Refusal("unknown_key", f"The ring has no key {key_id}: `nsor keys show` lists them.")
    if found.current:
        raise Refusal("current_key", "This key seals what is new: run `nsor keys rotate` first.")
    if found.needed:
        raise Refusal("key_in_use", f"The key {key_id} is still needed: {_told(found)}.")
    if Rotation.objects.filter(finished_at=None).exists():
        raise Refusal("rotation_unfinished", "Finish the rotation first: run `nsor keys rotate`.")
    if Rotation.objects.filter(finished_at__gt=timezone.now() - STRAGGLERS).exists():
        raise Refusal(
            "too_early",
            "The last rotation ended less than an hour ago, and a process may still be at work that"
            " had not seen its key: try again later.",
        )
    ring.drop(key_id)


def _told(use: KeyUse) -> str:
    counts = (
        (use.person_keys, "keys of people"),
        (use.reasons, "reasons of whole files"),
        (use.trail_keys, "keys of the trail"),
        (use.journal_notes, "notes of the journal of silences"),
        (use.second_factors, "secrets of second factors"),
    )
    parts = [f"it holds {count} {what}" for count, what in counts if count]
    if use.tokens:
        parts.append("look-up tokens are made with it")
    return ", ".join(parts)


def _reasons() -> Counter[str]:
    sealed = Batch.objects.filter(offender=None).exclude(sealed_reason=b"", sealed_decision=b"")
    return Counter(name for batch in sealed.iterator() for name in acting.reason_keys(batch))


def _trail_keys() -> Counter[str]:
    held = set(ring.key_ids())
    wrappings: dict[int, set[str]] = {}
    for number, name in TrailKey.objects.values_list("number", "ring_key"):
        wrappings.setdefault(number, set()).add(name)
    # A wrapping that another key of the ring stands in for is not needed.
    alone = ((names & held) or names for names in wrappings.values())
    return Counter(next(iter(names)) for names in alone if len(names) == 1)
