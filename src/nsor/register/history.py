"""What the register said about somebody on a day, as it was known at a moment.

Rules that hold here:

- What counts is what two officers stood behind by that moment, or one where one is enough; of what
  was told of a day by then, the last is right (``intervals``).
- A corrected conviction was never otherwise: its correction counts for all days, as known since.
  Who two records are is one answer for all days too, as known since the merger was approved.
- What may be told is judged by the law of the day that is asked about, the catalogue and the terms
  included; by what is known now of that law. Where no law was in force nobody was told of.
- Of a person who was removed nothing is read that tells who they were or what they did, at no
  moment: what is left is how they stood, and that they were removed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.law import catalogue, disclosing
from nsor.law.disclosing import ConvictionFacts, Disclosure, Facts
from nsor.law.rules import AppealState, VictimCategory
from nsor.register import documents, lifecycle, terms, versions
from nsor.register.documents import Case, Profile
from nsor.register.errors import Refusal
from nsor.register.intervals import Span, Told, said
from nsor.register.jurisdiction import district_of, reason_told, require_reason_outside
from nsor.register.lifecycle import State
from nsor.register.locks import short_write
from nsor.register.models import (
    AppealRecord,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    IdentityNumber,
    Offender,
    Review,
    Standing,
)
from nsor.register.officers import actor, require_role
from nsor.register.people import first_death
from nsor.register.terms import Term
from nsor.register.versions import Stand
from nsor.secrecy import subjects
from nsor.secrecy.subjects import SubjectKey

_NOON = time(12, tzinfo=ZoneInfo("Asia/Karachi"))
_DECIDED = (BatchState.APPROVED, BatchState.REJECTED)


class NumberView(NamedTuple):
    """One identity number; ``offender`` is the row that holds it."""

    offender: int
    kind: str
    digits: str
    issued_on: date | None
    expires_on: date | None

    def __repr__(self) -> str:
        return f"NumberView(offender={self.offender}, kind={self.kind!r})"


@dataclass(frozen=True, slots=True, repr=False)
class ConvictionView:
    """What was said of one conviction; ``registrable`` by the law of the day."""

    row: int
    offender: int
    case: Case
    sections: tuple[str, ...]
    convicted_on: date
    offence_on: date | None
    juvenile: bool
    court_order: bool
    victim_category: str
    victim_under_13: bool | None
    appeal_state: str
    registrable: bool


@dataclass(frozen=True, slots=True, repr=False)
class RecordView:
    """What the register said about somebody on the day ``on``, as known at ``known``.

    ``standing``, ``ground`` and ``profile`` are None, empty and None where nothing was said of that
    day. ``state`` is the life cycle's, of the facts that began by that day. ``term`` is None where
    no law was in force.
    """

    offender: int
    """The one that the others were merged into."""
    members: tuple[int, ...]
    on: date
    known: datetime
    state: State
    standing: str | None
    ground: str
    deceased_on: date | None
    profile: Profile | None
    numbers: tuple[NumberView, ...]
    convictions: tuple[ConvictionView, ...]
    term: Term | None
    disclosure: Disclosure
    """What the public might be told."""


def as_of(offender: Offender, on: date, known: datetime) -> RecordView | None:
    """Return what the register said about a person on a day, as known at a moment.

    ``on`` is a day in Pakistan; ``known`` says its zone. None where nothing of the person had been
    entered by then. Raises ``nsor.secrecy.box.SealBroken``.
    """
    return _Past(offender.pk, on, known).view()


def read_history(
    offender: Offender, on: date, known: datetime, officer: Officer, reason: str = ""
) -> RecordView | None:
    """Return what ``as_of`` does, and enter in the trail that an officer read it.

    Outside their jurisdiction they say why: where the person lives now decides. Raises ``Refusal``:
    ``role_not_allowed``, ``reason_required``, ``may_name_victim``,
    ``bad_value``, ``busy``.
    """
    require_role(officer, *Role)
    district = district_of(offender.pk)
    reason = require_reason_outside(officer, district, reason)
    if known.tzinfo is None:
        raise Refusal("bad_value", "The moment as known at which says its time zone.")
    view = as_of(offender, on, known)
    with short_write():
        key = subjects.key(offender.key_id)
        details: dict[str, Json] = {"on": on.isoformat(), "known": known.isoformat()}
        told = reason_told(officer, district, reason)
        if key is None:  # a reason may name the person, and would outlive their removal
            del told["reason"]
        details |= told
        trail.record(
            Act.HISTORY_READ,
            actor=actor(officer),
            subject=f"offender:{offender.pk}",
            details=details,
            key=SubjectKey(offender.key_id, key) if key else None,
        )
    return view


class _Past:
    """The rows of one person as known at a moment, and what they said of a day."""

    def __init__(self, offender: int, on: date, known: datetime) -> None:
        self._on = on
        self._known = known
        self._approved = Q(batch__state=BatchState.APPROVED, batch__decided_at__lte=known)
        self._root = _root_of(offender, known)
        self._members = (self._root, *_merged_into(self._root, known))
        rows = Offender.objects.in_bulk(self._members)
        keys = subjects.keys(row.key_id for row in rows.values())
        self._keys = {
            pk: keys[row.key_id]
            for pk, row in rows.items()
            if row.key_id in keys and row.standing != Standing.REMOVED
        }
        if self._root not in self._keys:  # removed: not even of whom they were one with
            self._keys = {}
        self._law = terms.law_of(on)

    def view(self) -> RecordView | None:
        logs = versions.stands(self._members)
        said_of = [said(logs[one], self._on, self._known) for one in self._members]
        stand = said_of[0]
        died = first_death(one.deceased_on for one in said_of if one)
        convictions = self._convictions()
        state = self._state(stand)
        if state is State.NEW and stand is None and not self._entered():
            return None
        profile = self._profile()
        term = self._term(convictions)
        return RecordView(
            offender=self._root,
            members=self._members,
            on=self._on,
            known=self._known,
            state=state,
            standing=stand.standing if stand else None,
            ground=stand.ground if stand else "",
            deceased_on=died if self._is_readable else None,
            profile=profile,
            numbers=self._numbers(),
            convictions=tuple(view for _, view in convictions),
            term=term,
            disclosure=self._disclosure(stand, died, convictions, term, profile),
        )

    @property
    def _is_readable(self) -> bool:
        return self._root in self._keys

    def _profile(self) -> Profile | None:
        if not self._is_readable:
            return None
        log = versions.profiles(self._root, self._keys[self._root])
        return said(log, self._on, self._known)

    def _convictions(self) -> list[tuple[Conviction, ConvictionView]]:
        """Return those that counted, in the order of their entry."""
        rows = Conviction.objects.filter(
            self._approved, offender__in=self._keys, convicted_on__lte=self._on
        ).order_by("pk")
        known = list(rows)
        chains = _chains(self._keys)
        replaced = set(
            Conviction.objects.filter(self._approved, offender__in=self._keys)
            .exclude(replaces=None)
            .values_list("replaces", flat=True)
        )
        records = self._appeals(chains)
        return [
            (row, self._conviction(row, records.get(chains[row.pk], [])))
            for row in known
            if row.pk not in replaced
        ]

    def _appeals(self, chains: Mapping[int, int]) -> dict[int, list[AppealRecord]]:
        """Return what was recorded of appeals by then, by the first row of the conviction."""
        records: dict[int, list[AppealRecord]] = {}
        found = AppealRecord.objects.filter(self._approved, conviction__offender__in=self._keys)
        for record in found.select_related("batch").order_by("batch__decision"):
            records.setdefault(chains[record.conviction_id], []).append(record)
        return records

    def _conviction(self, row: Conviction, records: Iterable[AppealRecord]) -> ConvictionView:
        log = [Told(self._known, Span(row.convicted_on), row.entered_appeal_state)]
        log += [Told(self._known, Span(one.effective_on), one.to_state) for one in records]
        law, names = self._law.catalogue, catalogue.section_names(row.sections)
        return ConvictionView(
            row=row.pk,
            offender=row.offender_id,
            case=documents.open_case(self._keys[row.offender_id], row.pk, bytes(row.sealed)),
            sections=names,
            convicted_on=row.convicted_on,
            offence_on=row.offence_on,
            juvenile=row.juvenile,
            court_order=row.court_order,
            victim_category=row.victim_category,
            victim_under_13=row.victim_under_13,
            appeal_state=said(log, self._on, self._known) or row.entered_appeal_state,
            registrable=bool(
                law and law.makes_registrable(names, row.offence_on, row.convicted_on)
            ),
        )

    def _numbers(self) -> tuple[NumberView, ...]:
        entered = Conviction.objects.filter(self._approved, offender__in=self._keys)
        counted = Q(
            recorded_by__state=BatchState.APPROVED, recorded_by__decided_at__lte=self._known
        ) | Q(pk__in=entered.values("number"))
        begun = Q(issued_on=None) | Q(issued_on__lte=self._on)
        rows = IdentityNumber.objects.filter(counted, begun, offender__in=self._keys)
        return tuple(
            NumberView(
                row.offender_id,
                row.kind,
                documents.open_number(self._keys[row.offender_id], row.pk, bytes(row.sealed)),
                row.issued_on,
                row.expires_on,
            )
            for row in rows.order_by("pk")
        )

    def _term(self, convictions: list[tuple[Conviction, ConvictionView]]) -> Term | None:
        if self._law.tiers is None:
            return None
        counted = []
        for row, view in convictions:
            row.registrable = view.registrable
            if view.appeal_state != "quashed":
                counted.append(row)
        return terms.of(counted, self._law.tiers, self._reviewed_to())

    def _reviewed_to(self) -> date | None:
        """Return up to which day reviews had been done by then."""
        done = Review.objects.filter(
            self._approved, batch__offender__in=self._members, done_on__lte=self._on
        )
        return max((review.reviewed_to for review in done), default=None)

    def _disclosure(
        self,
        stand: Stand | None,
        died: date | None,
        convictions: list[tuple[Conviction, ConvictionView]],
        term: Term | None,
        profile: Profile | None,
    ) -> Disclosure:
        if term is None:
            return disclosing.closed("")
        facts = Facts(
            standing=cast(disclosing.Standing, stand.standing if stand else "active"),
            suspension_ground=stand.ground if stand else "",
            edited=self._waits(voids=True),
            deceased_on=died,
            term_ends=term.ends,
            convictions=tuple(
                _facts_of(view, term) for _, view in convictions if profile and stand
            ),
        )
        noon = datetime.combine(self._on, _NOON)
        return disclosing.disclose(facts, "public", self._law.disclosure, noon)

    def _state(self, stand: Stand | None) -> State:
        """Return where the registration stood, by the acts that had been entered by then."""
        begun = Conviction.objects.filter(
            offender__in=self._members, convicted_on__lte=self._on, replaces=None
        )
        waiting = begun.exclude(
            Q(batch__state__in=_DECIDED) & Q(batch__decided_at__lte=self._known)
        )
        submitted = waiting.filter(batch__submitted_at__lte=self._known)
        drafted = waiting.filter(batch__entered_at__lte=self._known)
        return lifecycle.state_of(
            stand.standing if stand else "active",
            approved=begun.filter(self._approved).exists(),
            edited=self._waits(voids=True),
            submitted=submitted.exists(),
            drafted=drafted.exists(),
        )

    def _waits(self, *, voids: bool) -> bool:
        """Tell whether a change of approved facts waited for its second officer at the moment."""
        waiting = Batch.objects.filter(
            offender__in=self._members, voids=voids, submitted_at__lte=self._known
        ).exclude(Q(state__in=_DECIDED) & Q(decided_at__lte=self._known))
        return waiting.exists()

    def _entered(self) -> bool:
        """Tell whether anything of the person had been entered by then."""
        begun = Batch.objects.filter(entered_at__lte=self._known)
        # Two questions: asked as one, it would join every batch with all that it holds.
        return (
            begun.filter(offender__in=self._members).exists()
            or begun.filter(convictions__offender__in=self._members).exists()
        )


def _facts_of(view: ConvictionView, term: Term) -> ConvictionFacts:
    return ConvictionFacts(
        approved=True,
        sections_registrable=view.registrable,
        juvenile=view.juvenile,
        court_order_to_publish=view.court_order,
        appeal_state=cast(AppealState, view.appeal_state),
        victim_category=cast(VictimCategory, view.victim_category),
        victim_under_13=view.victim_under_13,
        tier=term.tier,
        convicted_on=view.convicted_on,
        edited=False,
    )


def _root_of(offender: int, known: datetime) -> int:
    """Return into whom somebody was merged, as known at a moment, or themselves."""
    last = _mergers(known).filter(other=offender).last()
    is_merged = last is not None and last.kind == BatchKind.MERGE
    return last.offender_id or offender if last and is_merged else offender


def _merged_into(root: int, known: datetime) -> list[int]:
    """Return those who were merged into somebody, as known at a moment."""
    acts = _mergers(known).filter(offender=root).values_list("other", "kind")
    last = {other: kind for other, kind in acts if other is not None}
    return [other for other, kind in last.items() if kind == BatchKind.MERGE]


def _mergers(known: datetime) -> QuerySet[Batch]:
    return Batch.objects.filter(
        kind__in=(BatchKind.MERGE, BatchKind.UNMERGE),
        state=BatchState.APPROVED,
        decided_at__lte=known,
    ).order_by("decision")


def _chains(offenders: Iterable[int]) -> dict[int, int]:
    """Return for each row of a conviction the first one that it corrects, or itself."""
    first: dict[int, int] = {}
    rows = Conviction.objects.filter(offender__in=offenders).order_by("pk")
    for row, replaces in rows.values_list("pk", "replaces"):
        first[row] = first.get(replaces or row, row)
    return first
