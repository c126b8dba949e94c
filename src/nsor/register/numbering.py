"""From an identity number to the person who holds it.

Rules that hold here: a number is found by its token and never stored in clear; who isn't there
yet is made with a key of their own, before anything of them is sealed.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.audit.trail import NewEntry
from nsor.register import documents, journal, token_keys
from nsor.register.errors import Refusal
from nsor.register.locks import breathe, lock_numbers, short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    Evidence,
    IdentityNumber,
    NumberKind,
    Offender,
    Profile,
    Publication,
    Registration,
    SearchToken,
)
from nsor.secrecy import ids, subjects, tokens
from nsor.secrecy.subjects import SubjectKey

CHUNK = 1000
PURPOSE = "identity-number"
_PASSPORT = re.compile(r"([A-Z]{3})[- ]?([A-Z0-9]{5,15})")


class Holder(NamedTuple):
    """Who holds a number: the row of the number, of the offender, and the person's key."""

    number: int
    offender: int
    key: SubjectKey


def number_token(number: str, ring_key: str) -> bytes:
    """Return a number's token under one key of the ring. 13 digits are one space of numbers.

    Raises ``nsor.keyring.KeyRingError``.
    """
    return tokens.token(PURPOSE, number, ring_key)


def passport_number(typed: str) -> str:
    """Return a passport's number as it is compared, such as ``GBR-123456789``.

    Raises ``Refusal``: ``bad_passport``.
    """
    found = _PASSPORT.fullmatch(typed.strip().upper())
    if found is None:
        raise Refusal(
            "bad_passport",
            "A passport is written as the country's three letters, a dash and its number, such as"
            " GBR-123456789.",
        )
    return f"{found[1]}-{found[2]}"


def holders(numbers: Iterable[str]) -> dict[str, Holder]:
    """Return who holds these numbers, so far as the register knows them and holds their key.

    Raises ``nsor.keyring.KeyRingError``, also where a number is not found and the ring lacks a key
    that it may be stored under.
    """
    by_token = {one: number for number in set(numbers) for one in tokens.tokens(PURPOSE, number)}
    found: dict[str, tuple[int, int, int]] = {}
    asked = list(by_token)
    for start in range(0, len(asked), subjects.AT_ONCE):
        rows = IdentityNumber.objects.filter(token__in=asked[start : start + subjects.AT_ONCE])
        for token, *ids_ in rows.values_list("token", "pk", "offender", "offender__key_id"):
            found[by_token[bytes(token)]] = (ids_[0], ids_[1], ids_[2])
    if found.keys() != set(by_token.values()):
        token_keys.require_all()
    keys = subjects.keys(key_id for _, _, key_id in found.values())
    return {
        number: Holder(row, offender, SubjectKey(key_id, keys[key_id]))
        for number, (row, offender, key_id) in found.items()
        if key_id in keys
    }


def holder(number: str) -> Holder | None:
    """Return who holds a number, None where the register knows nobody. Raises as ``holders``."""
    return holders((number,)).get(number)


def make_holders(
    kinds: Mapping[str, str],
    batch: Batch,
    keys: Iterable[SubjectKey],
    districts: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Holder]:
    """Make a person for each of these numbers, of the kinds given; return the new holders.

    To be called in the transaction that writes what is entered of them; ``keys`` gives a fresh
    key for each, ``districts`` the code of where the person of a number lives, so far as known.
    """
    spare = iter(keys)
    chosen = {number: next(spare) for number in kinds}
    offenders = ids.allocate(Offender, len(chosen))
    rows = ids.allocate(IdentityNumber, len(chosen))
    made = {
        number: Holder(row, offender, key)
        for (number, key), offender, row in zip(chosen.items(), offenders, rows, strict=True)
    }
    Offender.objects.bulk_create(
        Offender(pk=one.offender, key_id=one.key.id, district=districts.get(number))
        for number, one in made.items()
    )
    ring_key = token_keys.for_new_tokens()
    IdentityNumber.objects.bulk_create(
        _number_row(one, number, kinds[number], batch, ring_key) for number, one in made.items()
    )
    return made


def number_row(holder: Holder, number: str, kind: str, batch: Batch) -> IdentityNumber:
    """Return the row of a number, which nobody may hold yet, to be written in this transaction."""
    return _number_row(holder, number, kind, batch, token_keys.for_new_tokens())


def _number_row(
    holder: Holder, number: str, kind: str, batch: Batch, ring_key: str
) -> IdentityNumber:
    return IdentityNumber(
        pk=holder.number,
        offender_id=holder.offender,
        kind=NumberKind(kind).value,
        token=number_token(number, ring_key),
        sealed=documents.seal_number(holder.key.key, holder.number, number),
        recorded_by=batch,
    )


def forget_number(batch: Batch) -> None:
    """Let go of a number that a rejected act added, so that whose it is can be registered.

    It stays where it was published, or where something else was entered under it. To be called in
    a transaction that holds the lock of all numbers.
    """
    added = IdentityNumber.objects.filter(recorded_by=batch)
    for used_by in (Publication, Conviction):
        added = added.exclude(Exists(used_by.objects.filter(number=OuterRef("pk"))))
    added.delete()


class Forgetting(NamedTuple):
    """Who forgets people of whom entries of the trail may tell."""

    actor: str
    before: datetime | None = None
    """Who is known from what was rejected since then is kept; None: rejected counts for nothing."""


def forget_holders(batch: Batch, forgetting: Forgetting | None = None) -> int:
    """Delete the people who were made for a batch and of whom nothing else was entered.

    Their keys are destroyed; return how many there were. Whoever was withdrawn stays, so that the
    withdrawal stands. Without ``forgetting`` nobody has seen the batch, and the trail is silent.
    """
    after = forgotten = 0
    while True:
        made = IdentityNumber.objects.filter(recorded_by=batch, pk__gt=after).order_by("pk")
        chunk = list(made.values_list("pk", "offender")[:CHUNK])
        if not chunk:
            return forgotten
        after = chunk[-1][0]
        with short_write():
            lock_numbers()
            keys = _forget({offender for _, offender in chunk}, batch, forgetting)
        journal.note_destroyed(keys)
        subjects.destroy(keys)
        forgotten += len(keys)
        breathe()


def _forget(candidates: set[int], batch: Batch, forgetting: Forgetting | None) -> list[int]:
    gone = candidates - _known_otherwise(candidates, forgetting.before if forgetting else None)
    keys = dict(Offender.objects.filter(pk__in=gone).values_list("pk", "key_id"))
    if forgetting is not None and gone:
        _enter_in_trail(keys, batch, forgetting)
    Batch.objects.filter(offender__in=gone).update(
        offender=None, evidence=None, sealed_reason=b"", sealed_decision=b""
    )
    for rows in (
        Conviction.objects.filter(offender__in=gone),
        Profile.objects.filter(offender__in=gone),
        Registration.objects.filter(offender__in=gone),
        SearchToken.objects.filter(offender__in=gone),
        IdentityNumber.objects.filter(offender__in=gone),
        Evidence.objects.filter(offender__in=gone),  # the sweep takes the files
        Offender.objects.filter(pk__in=gone),
    ):
        rows.delete()
    return list(keys.values())


def _known_otherwise(candidates: set[int], before: datetime | None) -> set[int]:
    """Return those of whom more is known than what was rejected before a moment."""
    discarded = Q(batch__state=BatchState.DISCARDED)
    rejected = Q(batch__state=BatchState.REJECTED)
    if before is not None:
        rejected &= Q(batch__decided_at__lt=before)
    entered = Conviction.objects.filter(offender__in=candidates).exclude(discarded | rejected)
    acts = Batch.objects.filter(Q(offender__in=candidates) | Q(other__in=candidates))
    if before is not None:
        acts = acts.exclude(kind=BatchKind.ENTRY, state=BatchState.REJECTED, decided_at__lt=before)
    return {
        *entered.values_list("offender", flat=True),
        *(one for pair in acts.values_list("offender", "other") for one in pair if one),
    }


def _enter_in_trail(keys: Mapping[int, int], batch: Batch, forgetting: Forgetting) -> None:
    """Say that what was entered of people can't be read any more; ``keys`` by their rows.

    The key is named too: what was entered of their batches is sealed with it as well.
    """
    entries = []
    for offender, key in sorted(keys.items()):
        for act, subject in (
            (Act.EXPUNGED, f"offender:{offender}"),
            (Act.SUBJECT_KEY_DESTROYED, f"key:{key}"),
        ):
            entries.append(NewEntry(act, forgetting.actor, subject))
    if forgetting.before is not None:
        details: dict[str, Json] = {"people": len(keys)}
        of_batch = f"batch:{batch.pk}"
        entries.append(NewEntry(Act.REJECTED_FORGOTTEN, forgetting.actor, of_batch, details))
    trail.record_all(entries)
