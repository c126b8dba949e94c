"""Looking for people who may be the same, a part at a time, as a page shows it.

Rules that hold here: a part takes a bounded time, however large a batch is; whoever is shown is in
the trail before (``duplicates``); of whoever lives outside the officer's jurisdiction nothing is
shown but the number of the record, until the officer gives a reason (``duplicates.show``).
"""

import time
from collections.abc import Iterator
from typing import Final, NamedTuple

from django.db.models import Q

from nsor.accounts.models import Officer, Role
from nsor.register import acting
from nsor.register.errors import Refusal
from nsor.register.jurisdiction import ReasonOf, no_reason
from nsor.register.models import Batch, Conviction, NotSame, Offender
from nsor.register.officers import require_role
from nsor.register.search import duplicates
from nsor.register.search.borne import borne
from nsor.register.search.duplicates import Alike, Candidate
from nsor.register.search.query import Row

FEW: Final = 4
"""How many people of a batch are looked at before the time is."""
MOST: Final = 10
"""How many people who look like others are shown at once."""
WITHIN: Final = 0.05
"""Seconds after which no more people of a batch are begun with."""


class Likely(NamedTuple):
    """Somebody who may be the same; ``row`` is None for whom the officer isn't shown.

    ``likeness`` is from 0 to 1.
    """

    offender: int
    likeness: float
    row: Row | None


class Same(NamedTuple):
    """A person, and who may be the same, the likeliest first."""

    person: Likely
    others: tuple[Likely, ...]


class Part(NamedTuple):
    """A part of a batch; ``after`` is where it ended, None at the end of the batch.

    ``looked_at`` is a number of people.
    """

    found: tuple[Same, ...]
    looked_at: int
    after: int | None


def part_of_batch(
    batch: Batch,
    officer: Officer,
    after: int = 0,
    *,
    within: float = WITHIN,
    reason_of: ReasonOf = no_reason,
) -> Part:
    """Look at some people of a batch as ``duplicates.of_batch`` does.

    ``after`` is where an earlier part ended. Raises ``Refusal``: ``role_not_allowed``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    until = time.monotonic() + within
    alike: list[Alike] = []
    looked_at = 0
    while True:
        some = _some(batch, after)
        if some:
            alike += duplicates.of_batch(batch, officer, rows=some)
            looked_at += len(some)
            after = some[-1]
        ended = len(some) < FEW
        if ended or len(alike) >= MOST or time.monotonic() >= until:
            break
    return Part(tuple(_same(alike, officer, reason_of)), looked_at, None if ended else after)


def look_alikes(offender: Offender, officer: Officer, reason_of: ReasonOf = no_reason) -> Same:
    """Return who may be the same as a person whom the officer may read.

    Raises ``Refusal``: ``role_not_allowed``, ``removed``, ``not_registered``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    root = acting.root(offender)
    acting.key_of(root)
    members = acting.members(root)
    profiles = borne(members)
    if not profiles:
        raise _nothing()
    profile = profiles.get(root.pk, next(iter(profiles.values())))[-1]
    other_than = frozenset({root.pk, *_found_different(members)})
    found = duplicates.likely_same(profile, other_than=other_than)
    alike = Alike(root.pk, tuple(found))
    [same] = _same([alike], officer, reason_of)
    if same.person.row is None:
        raise _nothing()
    return same


def _same(alike: list[Alike], officer: Officer, reason_of: ReasonOf = no_reason) -> Iterator[Same]:
    """Yield people with who they are, as far as the officer is shown them.

    Raises ``Refusal``: ``role_not_allowed``, ``busy``.
    """
    everybody = {one.offender: Candidate(one.offender, 1.0) for one in alike}
    everybody |= {other.offender: other for one in alike for other in one.candidates}
    shown = duplicates.show(list(everybody.values()), officer, reason_of)
    rows = {row.offender: row for row in shown}
    for one in alike:
        yield Same(
            Likely(one.offender, 1.0, rows.get(one.offender)),
            tuple(
                Likely(other.offender, other.likeness, rows.get(other.offender))
                for other in one.candidates
            ),
        )


def _some(batch: Batch, after: int) -> list[int]:
    rows = Conviction.objects.filter(batch=batch, offender__gt=after, offender__merged_into=None)
    return list(rows.order_by("offender").values_list("offender", flat=True).distinct()[:FEW])


def _found_different(members: list[int]) -> set[int]:
    pairs = NotSame.objects.filter(Q(one__in=members) | Q(other__in=members))
    return {row for pair in pairs.values_list("one", "other") for row in pair}


def _nothing() -> Refusal:
    return Refusal("not_registered", "Nothing is entered of this person that can be read.")
