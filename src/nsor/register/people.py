"""People as the register knows them, gathered and opened, with what the public may be told.

Rules that hold here: everything that shows or publishes a person asks here, and what may be told
is ``nsor.law.disclosing.disclose`` and nothing else. A merged person is one with those merged into
them: the facts are those of all, the numbers too. A person whose key was destroyed is nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, cast

from django.db.models import Q
from django.utils import timezone

from nsor.law import disclosing
from nsor.law.catalogue import section_names
from nsor.law.disclosing import ConvictionFacts, Disclosure, Facts
from nsor.law.rules import AppealState as AppealWord
from nsor.law.rules import VictimCategory as VictimWord
from nsor.register import documents, terms
from nsor.register.documents import Profile
from nsor.register.models import (
    AppealState,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    Ground,
    IdentityNumber,
    NumberKind,
    Offender,
    Standing,
)
from nsor.register.models import Profile as ProfileRow
from nsor.register.terms import Term
from nsor.secrecy import subjects
from nsor.secrecy.subjects import SubjectKey

CHUNK = 1000
_ENTERING = frozenset({BatchKind.IMPORT, BatchKind.ENTRY})


class Number(NamedTuple):
    """One of a person's identity numbers; ``offender`` is the row that holds it."""

    row: int
    offender: int
    kind: str
    digits: str

    def __repr__(self) -> str:
        return f"Number(row={self.row}, offender={self.offender}, kind={self.kind!r})"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody as the register knows them, or would once an act is approved."""

    offender: Offender
    """The one that the others are merged into."""
    key: SubjectKey
    members: tuple[int, ...]
    """The numbers of the offender's rows, those merged into it included."""
    numbers: tuple[Number, ...]
    profile: Profile
    takes_profile: bool
    """Whether no approved profile is there yet: approval has to write one."""
    profile_from: date
    convictions: tuple[Conviction, ...]
    """Those that count, with the appeal state that they are judged by."""
    term: Term
    facts: Facts
    disclosure: Disclosure
    """What the public may be told while its service is open."""
    warnings: tuple[str, ...]
    begins_anew: bool = False
    """Whether their term had ended, and the act that is pretended convicts them anew."""

    @property
    def public(self) -> bool:
        """Tell whether the public may be told."""
        return self.disclosure.outcome == "listed"

    @property
    def silences(self) -> tuple[str, ...]:
        """Why the person is not public; empty where they are."""
        return self.disclosure.silences

    @property
    def answerable(self) -> tuple[Number, ...]:
        """The numbers that can be asked about by text: all but passports."""
        return tuple(one for one in self.numbers if one.kind != NumberKind.PASSPORT)


def people_of(batch: Batch) -> Iterator[list[Person]]:
    """Yield the people of a batch as they are once it is approved, in chunks."""
    after = 0
    while True:
        offenders = list(
            Conviction.objects.filter(batch=batch, offender__gt=after)
            .order_by("offender")
            .values_list("offender", flat=True)
            .distinct()[:CHUNK]
        )
        if not offenders:
            return
        after = offenders[-1]
        yield people(offenders, batch)


def one_person(offender: int, batch: Batch | None = None) -> Person | None:
    """Return a person as they are now, or as if ``batch`` had taken effect.

    None where the person's key was destroyed.
    """
    found = people([offender], batch)
    return found[0] if found else None


def people(offenders: Iterable[int], batch: Batch | None = None) -> list[Person]:
    """Return the people to whom these rows belong, each once, as if ``batch`` were approved."""
    return _Gathering(list(dict.fromkeys(offenders)), batch).people()


def first_death(days: Iterable[date | None]) -> date | None:
    """Return when a person died, of whom each merged record may know another day, or none."""
    return min((day for day in days if day), default=None)


class _Gathering:
    """The rows of a chunk of people, fetched by a query for each table."""

    def __init__(self, wanted: list[int], batch: Batch | None) -> None:
        self._batch = batch
        self._appeals: dict[int, str] = {}
        """The appeal states that the act records, by conviction."""
        if batch is not None and batch.kind == BatchKind.APPEAL:
            self._appeals = dict(batch.appeals.values_list("conviction", "to_state"))
        roots = dict(Offender.objects.filter(pk__in=wanted).values_list("pk", "merged_into"))
        self._order = list(dict.fromkeys(roots[one] or one for one in wanted if one in roots))
        rows = Offender.objects.filter(Q(pk__in=self._order) | Q(merged_into__in=self._order))
        self._rows = {row.pk: row for row in rows}
        self._members: dict[int, list[int]] = {root: [root] for root in self._order}
        for row in self._rows.values():
            if row.merged_into_id:
                self._members[row.merged_into_id].append(row.pk)
        if batch is not None:
            self._pretend(batch)
        self._keys = subjects.keys(row.key_id for row in self._rows.values())
        self._now = timezone.now()
        self._law = terms.law_now()
        self._fetch(list(self._rows))

    def _pretend(self, batch: Batch) -> None:
        """Have people stand as they would once an act that waits is approved."""
        root, other = batch.offender_id, batch.other_id
        if batch.kind == BatchKind.RESTORE and root in self._rows:
            self._pretend_restored(root)
        if not root or not other or root not in self._members:
            return
        if batch.kind == BatchKind.MERGE and other in self._members:
            self._members[root] += self._members.pop(other)
            self._order.remove(other)
        if batch.kind == BatchKind.UNMERGE and other in self._members[root]:
            self._members[root].remove(other)
            self._members[other] = [other]
            self._order.append(other)

    def _pretend_restored(self, root: int) -> None:
        """Undo the one silence that a restoring undoes: the suspension, or else the death."""
        if self._rows[root].standing == Standing.ACTIVE:
            for member in self._members[root]:
                self._rows[member].deceased_on = None
        self._rows[root].standing, self._rows[root].ground = Standing.ACTIVE, Ground.NONE

    def _fetch(self, rows: list[int]) -> None:
        counted = Q(batch__state=BatchState.APPROVED, current=True)
        if self._batch is not None:
            counted |= Q(batch=self._batch)
        self._convictions: defaultdict[int, list[Conviction]] = defaultdict(list)
        replaced = set()
        found = list(Conviction.objects.filter(counted, offender__in=rows).order_by("pk"))
        by_row = {conviction.pk: conviction for conviction in found}
        law = self._law.catalogue
        for conviction in found:
            conviction.registrable = law.makes_registrable(
                section_names(conviction.sections), conviction.offence_on, conviction.convicted_on
            )
            conviction.appeal_state = self._appeals.get(conviction.pk, conviction.appeal_state)
            if self._batch is not None and conviction.batch_id == self._batch.pk:
                replaced.add(conviction.replaces_id)
                if conviction.replaces_id in by_row:
                    conviction.appeal_state = by_row[conviction.replaces_id].appeal_state
        for conviction in found:
            if conviction.pk not in replaced:
                self._convictions[conviction.offender_id].append(conviction)
        approved = Q(recorded_by__state=BatchState.APPROVED)
        if self._batch is not None:
            approved |= Q(recorded_by=self._batch)
        self._profiles: defaultdict[int, list[ProfileRow]] = defaultdict(list)
        profiles = ProfileRow.objects.filter(approved, offender__in=rows)
        for profile in profiles.select_related("recorded_by"):
            self._profiles[profile.offender_id].append(profile)
        self._numbers: defaultdict[int, list[tuple[IdentityNumber, bool]]] = defaultdict(list)
        numbers = IdentityNumber.objects.filter(offender__in=rows).order_by("pk")
        for number in numbers.select_related("recorded_by"):
            own = self._batch is not None and number.recorded_by_id == self._batch.pk
            counts = own or number.recorded_by.state == BatchState.APPROVED
            self._numbers[number.offender_id].append((number, counts))
        edits = Batch.objects.filter(state=BatchState.SUBMITTED, voids=True, offender__in=rows)
        if self._batch is not None:
            edits = edits.exclude(pk=self._batch.pk)
        self._edited = set(edits.values_list("offender", flat=True))

    def people(self) -> list[Person]:
        found = (self._person(root) for root in self._order)
        return [person for person in found if person is not None]

    def _person(self, root: int) -> Person | None:
        offender = self._rows[root]
        members = tuple(self._members[root])
        convictions = tuple(one for member in members for one in self._convictions[member])
        key = self._keys.get(offender.key_id)
        if key is None:
            return None
        known = self._profile_of(root, members, convictions)
        if known is None:
            return None
        profile, since, is_approved = known
        term = terms.of(
            [one for one in convictions if one.appeal_state != AppealState.QUASHED],
            self._law.tiers,
            max((day for row in members if (day := self._rows[row].reviewed_to)), default=None),
        )
        begins_anew = self._begins_anew(offender, convictions, term)
        if begins_anew:
            offender.standing, offender.ground = Standing.ACTIVE, Ground.NONE
        facts = self._facts(offender, members, convictions, term)
        return Person(
            offender=offender,
            key=SubjectKey(offender.key_id, key),
            members=members,
            numbers=self._numbers_of(members, convictions),
            profile=profile,
            takes_profile=not is_approved and bool(convictions),
            profile_from=since,
            convictions=convictions,
            term=term,
            facts=facts,
            disclosure=disclosing.disclose(facts, "public", self._law.disclosure, self._now),
            warnings=self._warnings(convictions),
            begins_anew=begins_anew,
        )

    def _begins_anew(
        self, offender: Offender, convictions: tuple[Conviction, ...], term: Term
    ) -> bool:
        """Tell whether the act enters a conviction of somebody expired, whose term runs by it."""
        if self._batch is None or self._batch.kind not in _ENTERING:
            return False
        if offender.standing != Standing.EXPIRED or offender.ground:
            return False
        entered = self._batch.pk
        return (term.ends is None or term.ends > self._law.disclosure.day) and any(
            one.batch_id == entered and one.registrable and one.appeal_state != AppealState.QUASHED
            for one in convictions
        )

    def _profile_of(
        self, root: int, members: tuple[int, ...], convictions: tuple[Conviction, ...]
    ) -> tuple[Profile, date, bool] | None:
        """Return who a person is, since when, and whether that was approved.

        None where it can't be read any more: the person was removed.
        """
        version = self._version_of(root)
        row = version or self._first_entry(members, convictions)
        if row is None or not row.sealed:
            return None
        key = self._keys.get(self._rows[row.offender_id].key_id)
        if key is None:
            return None
        sealed = bytes(row.sealed)
        if isinstance(row, ProfileRow):
            return documents.open_profile(key, row.pk, sealed), row.valid_from, True
        return documents.open_case(key, row.pk, sealed).person, row.convicted_on, False

    def _numbers_of(
        self, members: tuple[int, ...], convictions: tuple[Conviction, ...]
    ) -> tuple[Number, ...]:
        entered = {conviction.number_id for conviction in convictions}
        found = []
        for member in members:
            key = self._keys.get(self._rows[member].key_id)
            if key is None:
                continue
            held = [(row, counts) for row, counts in self._numbers[member] if row.sealed]
            alone = not any(counts or row.pk in entered for row, counts in held)
            for row, counts in held:
                if counts or row.pk in entered or alone:
                    digits = documents.open_number(key, row.pk, bytes(row.sealed))
                    found.append(Number(row.pk, member, row.kind, digits))
        return tuple(found)

    def _version_of(self, root: int) -> ProfileRow | None:
        """Return the version that holds today and was recorded last; one that waits comes last."""
        today = self._law.disclosure.day
        held = [
            row
            for row in self._profiles[root]
            if row.valid_from <= today and (row.valid_to is None or today < row.valid_to)
        ]
        return max(
            held, key=lambda row: (row.recorded_by.decision or float("inf"), row.pk), default=None
        )

    def _first_entry(
        self, members: tuple[int, ...], convictions: tuple[Conviction, ...]
    ) -> Conviction | None:
        if convictions:
            return convictions[0]
        waiting = Conviction.objects.filter(offender__in=members)
        return (
            waiting.filter(batch__state__in=(BatchState.SUBMITTED, BatchState.DRAFT))
            .order_by("-pk")
            .first()
        )

    def _facts(
        self,
        offender: Offender,
        members: tuple[int, ...],
        convictions: tuple[Conviction, ...],
        term: Term,
    ) -> Facts:
        return Facts(
            standing=cast(disclosing.Standing, offender.standing),
            suspension_ground=offender.ground,
            edited=not self._edited.isdisjoint(members),
            deceased_on=first_death(self._rows[member].deceased_on for member in members),
            term_ends=term.ends,
            convictions=tuple(
                ConvictionFacts(
                    approved=True,
                    sections_registrable=conviction.registrable,
                    juvenile=conviction.juvenile,
                    court_order_to_publish=conviction.court_order,
                    appeal_state=cast(AppealWord, conviction.appeal_state),
                    victim_category=cast(VictimWord, conviction.victim_category),
                    victim_under_13=conviction.victim_under_13,
                    tier=term.tier,
                    convicted_on=conviction.convicted_on,
                    edited=False,
                )
                for conviction in convictions
            ),
        )

    def _warnings(self, convictions: tuple[Conviction, ...]) -> tuple[str, ...]:
        own = self._batch.pk if self._batch is not None else None
        return tuple(
            dict.fromkeys(
                code
                for conviction in convictions
                if conviction.batch_id == own
                for code in conviction.warnings.split(";")
                if code
            )
        )
