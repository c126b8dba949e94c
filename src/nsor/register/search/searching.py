"""Searching the register: by number, names in either script, district, section, status, dates.

Rules that hold here:

- Names are sealed. Tokens narrow the register to at most ``MOST`` people, who are opened and
  ranked; where more fit, nobody is shown and the officer is told what to add: nothing is left out
  silently.
- Every search is an entry in the trail, with what was asked and who was shown, also one that finds
  nobody. The entry is committed before anybody is shown. Where somebody holds the number that was
  asked for, it is sealed under that person's key, and tells nothing once they are removed.
- A search in a district of the officer's jurisdiction takes no reason, so it shows nobody who lives
  outside of it by now. Any other takes a reason.
- What is being read in, what was rejected and who was removed is never found.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nsor import places
from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.names.matching import name_similarity
from nsor.register import numbering, token_keys
from nsor.register.documents import Profile
from nsor.register.jurisdiction import is_outside, reason_told, require_reason_outside
from nsor.register.lifecycle import State
from nsor.register.locks import short_write
from nsor.register.models import UNSEEN_STATES, Conviction, Offender
from nsor.register.numbering import Holder
from nsor.register.officers import actor, require_role
from nsor.register.people import Person, people
from nsor.register.search import words
from nsor.register.search.borne import borne
from nsor.register.search.indexing import look_up
from nsor.register.search.narrowing import Filters, Narrowing, columns_naming, roots
from nsor.register.search.query import Number, Query, Results, Row
from nsor.register.search.seen import Seen, seen
from nsor.register.search.words import Word
from nsor.secrecy.subjects import SubjectKey

READERS = (Role.ENTRY, Role.APPROVAL, Role.SUPERVISION, Role.AUDIT)
MOST = 1_000
"""How many people a search opens at most."""
MOST_LOOSER = 300
"""How many it opens at most where a looser step is added to people who were found."""
ENOUGH = 20
"""From as many people on no looser step of the plan is taken."""
SHOWN = 50
ALIKE = 0.4
"""Beneath this likeness nobody is shown who was found by name."""
_NOBODYS = frozenset({State.NEW, State.REJECTED, State.REMOVED})
"""Where nobody stands whom a search may find."""
_FATHER_WEIGHT = 0.8
_NO_FATHER = 0.6
"""What stands for the likeness of the fathers where the record has none."""


class _Ranked(NamedTuple):
    likeness: float
    root: int
    found_as: str


class _Candidates(NamedTuple):
    rows: set[int]
    too_wide: bool = False
    looser: bool = False


def search(query: Query, officer: Officer, reason: str = "", limit: int = SHOWN) -> Results:
    """Search the register as an officer; at most ``limit`` people are shown.

    No text of a query is refused; one that isn't limited to a district of their jurisdiction takes
    a reason. Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``may_name_victim``,
    ``busy``; and ``nsor.keyring.KeyRingError`` where the ring lacks a key under which people are
    indexed.
    """
    require_role(officer, *READERS)
    query = query.tidied()
    district = _district_of(query)
    outside = is_outside(officer, district)
    if outside:
        reason = require_reason_outside(officer, district, reason)
    unreadable = query.unreadable()
    digits = query.digits()
    held = numbering.holder(digits) if digits else None
    if unreadable:
        results = Results(unreadable=unreadable)
    else:
        within = places.WHOLE_COUNTRY if outside else officer.jurisdiction
        results = _search(query, held, max(limit, 0), within)
    said = reason_told(officer, district, reason.encode("utf-8", "replace").decode())
    key = _key_of(held)
    with short_write():
        details = _told(query, results) | said
        trail.record(Act.SEARCHED, actor=actor(officer), details=details, key=key)
    return results


def _search(query: Query, held: Holder | None, limit: int, within: str) -> Results:
    if query.status in _NOBODYS:
        return Results()
    filters = Filters(
        columns_naming(query.section) if query.section else None,
        query.convicted_from,
        query.convicted_to,
        query.status,
    )
    candidates = _by_number(held) if query.number else _by_words(query, filters)
    if candidates.too_wide:
        return Results(too_wide=_too_wide(query))
    if not candidates.rows:
        token_keys.require_all()
    fit = {root: one for root, one in seen(candidates.rows).items() if one.fits(filters)}
    found = _living(within, fit)
    if query.needs_opening:
        ranked, looked_at = _ranked(query, found), len(found)
    else:
        ranked, looked_at = [_Ranked(1.0, root, "") for root in sorted(found, reverse=True)], 0
    return Results(
        rows=tuple(_rows(ranked[:limit], found)),
        found=len(ranked),
        looser=candidates.looser,
        looked_at=looked_at,
    )


def _living(within: str, found: dict[int, Seen]) -> dict[int, Seen]:
    """Return those who live within a jurisdiction; whoever has moved is found by old names too."""
    if within == places.WHOLE_COUNTRY:
        return found
    rows = Offender.objects.filter(pk__in=list(found)).values_list("pk", "district")
    districts = dict(rows)
    return {row: one for row, one in found.items() if places.covers(within, districts.get(row))}


def _by_number(held: Holder | None) -> _Candidates:
    if held is None:
        return _Candidates(set())
    row = Offender.objects.values_list("pk", "merged_into").filter(pk=held.offender).first()
    return _Candidates({row[1] or row[0]} if row else set())


def _by_words(query: Query, filters: Filters) -> _Candidates:
    """Take the steps of the plan until enough people are found, or none is left."""
    common = [look_up(group) for group in _groups_beside_names(query)]
    plan = words.plan(query.name, query.father)
    if not plan and (query.name or query.father):
        return _Candidates(set())  # nothing in it is a letter of a name
    if not plan and not common and not filters.any:
        return _Candidates(set(), too_wide=True)
    found: set[int] = set()
    looser = False
    narrowing = Narrowing(filters)
    for place, step in enumerate(plan or [()]):
        most = min(MOST, MOST_LOOSER) if found else MOST
        more = narrowing.step([*map(look_up, step), *common], most)
        if len(found | more) <= most:
            found |= more
        elif place == 0:
            return _Candidates(set(), too_wide=True)
        else:
            looser = True
        if len(found) >= ENOUGH:
            break
    return _Candidates(roots(found), too_wide=looser and not found, looser=looser)


def _groups_beside_names(query: Query) -> Iterable[Sequence[Word]]:
    if query.district:
        yield (Word("district", words.district_key(query.district)),)
    if born := words.born_group(query.born_from, query.born_to):
        yield born


def _too_wide(query: Query) -> str:
    if not query.asked():
        return "Say whom you look for: give a number, a name or anything else that is known."
    if query.asked().keys() <= {"born_from", "born_to"} and not words.born_group(
        query.born_from, query.born_to
    ):
        return f"The years of birth are too many to be looked up alone: add {query.to_add()}."
    return f"More than {MOST:,} people fit: add {query.to_add()}."


def _ranked(query: Query, found: dict[int, Seen]) -> list[_Ranked]:
    """Open those who were found, and return those who are like it, the likeliest first."""
    owner = {row: root for root, one in found.items() for row in one.members}
    alike = _Likeness(query)
    least = 0.0 if query.number else ALIKE
    best: dict[int, _Ranked] = {}
    for row, profiles in borne(owner).items():
        for profile in reversed(profiles):
            likeness, found_as = alike.of(profile)
            if likeness >= least and likeness > best.get(owner[row], _NOBODY).likeness:
                best[owner[row]] = _Ranked(likeness, owner[row], found_as)
    return sorted(best.values(), key=lambda one: (-one.likeness, -one.root))


_NOBODY = _Ranked(-1.0, 0, "")


class _Likeness:
    """How like the query people are; each name is compared once, however many bear it."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._compared: dict[tuple[str, str], float] = {}

    def of(self, profile: Profile) -> tuple[float, str]:
        """Return the likeness of a profile, and the name in it; it is -1 where a fact differs."""
        query = self._query
        if not _born_between(profile.born, query.born_from, query.born_to):
            return -1.0, ""
        if query.number and not words.lives_in(profile, query.district):
            return -1.0, ""
        person = words.person_name(profile)
        name, found_as = self._best(query.name, person.names())
        father, _ = self._best(query.father, person.fathers(), _NO_FATHER)
        if not query.name:
            return float(father), ""
        return float(name * father**_FATHER_WEIGHT), found_as

    def _best(self, asked: str, names: Sequence[str], none: float = 0.0) -> tuple[float, str]:
        if not asked:
            return 1.0, ""
        compared = [(self._compare(asked, name), name) for name in names]
        # Of names that fit as well as each other, the one in the script that was typed.
        typed = asked.isascii()
        return max(
            compared, key=lambda one: (one[0], one[1].isascii() == typed), default=(none, "")
        )

    def _compare(self, asked: str, name: str) -> float:
        known = self._compared.get((asked, name))
        if known is None:
            known = self._compared[(asked, name)] = name_similarity(asked, name)
        return known


def _born_between(born: int | None, first: int | None, last: int | None) -> bool:
    if first is None and last is None:
        return True
    return born is not None and (first or born) <= born <= (last if last is not None else born)


def _rows(ranked: Sequence[_Ranked], found: dict[int, Seen]) -> Iterable[Row]:
    """Yield those who are shown, in their order; who was removed meanwhile is left out."""
    opened = {person.offender.pk: person for person in people(one.root for one in ranked)}
    for one in ranked:
        if person := opened.get(one.root):
            yield row_of(person, found[one.root], one.likeness, one.found_as)


def row_of(person: Person, stands: Seen, likeness: float, found_as: str = "") -> Row:
    """Return what is shown of a person who was found."""
    profile = person.profile
    return Row(
        offender=person.offender.pk,
        name_ur=profile.name_ur,
        name_en=profile.name_en,
        father_name_ur=profile.father_name_ur,
        father_name_en=profile.father_name_en,
        relation=profile.relation,
        born=profile.born,
        district=profile.district,
        numbers=tuple(Number(one.kind, one.digits) for one in person.numbers),
        state=stands.state,
        likeness=round(likeness, 3),
        found_as="" if found_as in (profile.name_ur, profile.name_en) else found_as,
    )


def _key_of(held: Holder | None) -> SubjectKey | None:
    """Return the key under which a search for somebody's number is sealed.

    None for whoever is known from a file that is being read in: should that be given up, their key
    goes without an entry in the trail, and would leave this one unreadable without a word.
    """
    if held is None:
        return None
    entered = Conviction.objects.filter(offender=held.offender)
    return held.key if entered.exclude(batch__state__in=UNSEEN_STATES).exists() else None


def _told(query: Query, results: Results) -> dict[str, Json]:
    return {
        "asked": dict(query.asked()),
        "found": results.found,
        "shown": [row.offender for row in results.rows],
        "too_wide": bool(results.too_wide),
    }


def _district_of(query: Query) -> int | None:
    """Return the code of the district that a query is limited to."""
    found = places.find(query.district)
    return found.code if found else None
