"""Who may be the same person as somebody who is entered, or is in a batch that waits.

Rules that hold here:

- A likeness (``nsor.names.matching``) from ``LIKELY`` on is a list for an officer to decide on, and
  decides nothing. Two people of whom an officer said that they are not the same are not listed
  again; that they are the same is said by merging them.
- The father's names are compared with a husband's never.
- Of whoever lives outside the officer's jurisdiction nothing is shown but the number of the record,
  unless the officer says why: opening it takes a reason, and so does seeing it in a list.
- For one person a bounded number of others is opened, as what an entry waits for holds up every
  act. Of the commonest names those are looked at who were born in about the same year, or nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from nsor import places
from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.names.common import COMING_AND_GOING
from nsor.names.matching import LIKELY, PersonName, similarity
from nsor.register import acting
from nsor.register.documents import Profile
from nsor.register.errors import Refusal
from nsor.register.jurisdiction import ReasonOf, is_outside, no_reason, reason_told
from nsor.register.locks import short_write
from nsor.register.models import Batch, Conviction, NotSame, Offender
from nsor.register.officers import actor, require_role
from nsor.register.people import people
from nsor.register.search import words
from nsor.register.search.borne import borne
from nsor.register.search.indexing import look_up
from nsor.register.search.narrowing import Filters, Narrowing, roots
from nsor.register.search.query import Row
from nsor.register.search.searching import READERS, row_of
from nsor.register.search.seen import seen
from nsor.register.search.words import Word

MOST = 300
"""How many others are opened for one person at most."""
CHUNK = 200
_YEARS = 2
_NO_FILTERS = Filters()


class Candidate(NamedTuple):
    """Somebody who is likely the same person; ``likeness`` is from 0 to 1."""

    offender: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Alike:
    """A person of a batch, and who may be the same, the likeliest first."""

    offender: int
    candidates: tuple[Candidate, ...]


def likely_same(profile: Profile, *, other_than: frozenset[int] = frozenset()) -> list[Candidate]:
    """Return who is likely the same person, the likeliest first."""
    found: set[int] = set()
    narrowing = Narrowing()
    born = look_up(_around(profile.born)) if profile.born is not None else []
    for step in _steps(profile):
        groups = [look_up(group) for group in step]
        room = MOST - len(found)
        more = narrowing.step(groups, room)
        if len(more) > room and born:
            more = narrowing.step([*groups, born], room)
        if len(more) <= room:
            found |= more
    return _alike(profile, roots(found) - other_than)


def of_batch(
    batch: Batch, officer: Officer, *, rows: Collection[int] | None = None
) -> Iterator[Alike]:
    """Yield the people of a batch who may be the same as others of the batch or the register.

    Two people of the batch are told of once. ``rows`` are those of its people who are asked about,
    None for all. What is yielded is in the trail before it is. Raises ``Refusal``:
    ``role_not_allowed``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    after = 0
    while chunk := _chunk(batch, after, rows):
        after = chunk[-1]
        alike = list(_alike_of(batch, chunk))
        if alike:
            _shown(batch, alike, officer)
        yield from alike


def not_same(one: Offender, other: Offender, officer: Officer, reason: str = "") -> None:
    """Record that two people who look alike are not the same; they aren't listed again.

    Raises ``Refusal``: ``role_not_allowed``, ``same_record``, ``busy``.
    """
    require_role(officer, Role.ENTRY, Role.APPROVAL)
    if one.pk == other.pk:
        raise Refusal("same_record", "This is one record: name two.")
    with short_write():
        keep_apart(one.pk, {other.pk}, officer, reason)


def keep_apart(one: int, others: Collection[int], officer: Officer, reason: str = "") -> None:
    """Record in the open transaction that these others are not the same as one person."""
    known = Offender.objects.filter(pk__in=set(others) - {one}).order_by("pk")
    for other in known.values_list("pk", flat=True):
        low, high = sorted((one, other))
        _, made = NotSame.objects.get_or_create(
            one_id=low, other_id=high, defaults={"officer": officer, "at": timezone.now()}
        )
        if made:
            trail.record(
                Act.FOUND_DIFFERENT,
                actor=actor(officer),
                subject=f"offender:{one}",
                details={"other": other, "reason": reason},
            )


def show(
    candidates: Collection[Candidate], officer: Officer, reason_of: ReasonOf = no_reason
) -> list[Row]:
    """Return who the candidates are, as an officer sees them; it is in the trail before.

    Whoever lives outside the officer's jurisdiction is left out where ``reason_of`` has no reason.
    Raises ``Refusal``: ``role_not_allowed``, ``busy``.
    """
    require_role(officer, *READERS)
    outside = _outside([one.offender for one in candidates], officer)
    reasons = {row.pk: reason_of(row.pk) for row in outside}
    likeness = {one.offender: one.likeness for one in candidates if reasons.get(one.offender, True)}
    if not likeness:
        return []
    stands = seen(likeness)
    rows = [
        row_of(person, stands[person.offender.pk], likeness[person.offender.pk])
        for person in people(likeness)
        if person.offender.pk in likeness
    ]
    with short_write():
        trail.record(
            Act.DUPLICATES_SHOWN,
            actor=actor(officer),
            details={"shown": [row.offender for row in rows]},
        )
        opened = {row.offender for row in rows}
        for one in outside:
            if one.pk in opened:
                details = reason_told(officer, one.district, reasons[one.pk])
                acting.enter_in_trail(Act.DUPLICATES_SHOWN, officer, one, details)
    return sorted(rows, key=lambda row: -row.likeness)


def _outside(rows: Collection[int], officer: Officer) -> list[Offender]:
    """Return those of these people who live outside the officer's jurisdiction."""
    if officer.jurisdiction == places.WHOLE_COUNTRY:
        return []
    found = Offender.objects.filter(pk__in=rows).order_by("pk")
    return [one for one in found if is_outside(officer, one.district)]


def _alike_of(batch: Batch, chunk: list[int]) -> Iterator[Alike]:
    """Yield those of a chunk who look like others; a pair within the batch comes once."""
    decided = _decided(chunk)
    for row, profiles in borne(chunk).items():
        found = likely_same(profiles[-1], other_than=frozenset({row, *decided[row]}))
        told = _earlier_in(batch, row, [one.offender for one in found])
        left = tuple(one for one in found if one.offender not in told)
        if left:
            yield Alike(row, left)


def _chunk(batch: Batch, after: int, asked: Collection[int] | None) -> list[int]:
    rows = Conviction.objects.filter(batch=batch, offender__gt=after, offender__merged_into=None)
    if asked is not None:
        rows = rows.filter(offender__in=list(asked))
    return list(rows.order_by("offender").values_list("offender", flat=True).distinct()[:CHUNK])


def _earlier_in(batch: Batch, row: int, others: list[int]) -> set[int]:
    earlier = Conviction.objects.filter(
        batch=batch, offender__in=[other for other in others if other < row]
    )
    return set(earlier.values_list("offender", flat=True))


def _decided(rows: Collection[int]) -> defaultdict[int, set[int]]:
    """Return with whom each of these people was found not to be the same."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    pairs = NotSame.objects.filter(Q(one__in=rows) | Q(other__in=rows))
    for one, other in pairs.values_list("one", "other"):
        found[one].add(other)
        found[other].add(one)
    return found


def _shown(batch: Batch, alike: list[Alike], officer: Officer) -> None:
    pairs = [[one.offender, *(other.offender for other in one.candidates)] for one in alike]
    with short_write():
        trail.record(
            Act.DUPLICATES_SHOWN,
            actor=actor(officer),
            subject=f"batch:{batch.pk}",
            details={"shown": pairs},
        )


def _steps(profile: Profile) -> list[words.Step]:
    """Return what to look up; who has another father's name can hardly be likely the same.

    Name and father as they tell most; two words of the name and the years around the birth; one
    word of the name and the father's name, or where none is to compare, the years.
    """
    kinds: dict[str, list[Word]] = {"both": [], "pair": [], "father": [], "one": []}
    for word in sorted(words.words_of(profile)):
        if word.kind == "father" and profile.relation == "father":
            kinds["father" if word.text.startswith("/") else "both"].append(word)
        elif word.kind == "name":
            kinds["pair" if "+" in word.text else "one"].append(word)
    kinds["one"] = [w for w in kinds["one"] if w.text not in COMING_AND_GOING] or kinds["one"]
    both, pair, father, one = map(tuple, kinds.values())
    born = _around(profile.born) if profile.born is not None else ()
    asked = [(both,), (pair, born or father), (one, father or born)]
    steps = (tuple(group for group in step if group) for step in asked if step[0])
    return list(dict.fromkeys(steps))


def _around(born: int) -> tuple[Word, ...]:
    return words.born_group(born - _YEARS, born + _YEARS)


def _alike(profile: Profile, roots: Collection[int]) -> list[Candidate]:
    found = {root: one for root, one in seen(roots).items() if one.fits(_NO_FILTERS)}
    owner = {row: root for root, one in found.items() for row in one.members}
    best: dict[int, float] = {}
    for row, profiles in borne(owner).items():
        likeness = max((_likeness(profile, other) for other in profiles), default=0.0)
        if likeness >= LIKELY:
            best[owner[row]] = max(likeness, best.get(owner[row], 0.0))
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return [Candidate(root, round(likeness, 3)) for root, likeness in ranked]


def _likeness(one: Profile, other: Profile) -> float:
    names = (words.person_name(one), words.person_name(other))
    if one.relation != other.relation:
        names = (_without_father(names[0]), _without_father(names[1]))
    return similarity(*names)


def _without_father(name: PersonName) -> PersonName:
    return name._replace(father_ur="", father_en="")
