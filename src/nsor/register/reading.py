"""Reading a whole record, which is an act: it leaves an entry in the trail.

Rules that hold here: the entry is committed before anything is shown, sealed under the person's
key; who was removed, and whoever is only being read in from a file, can't be read. What is shown
holds no key.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from nsor.accounts.models import Officer
from nsor.audit.acts import Act
from nsor.law.catalogue import section_names
from nsor.register import acting, documents
from nsor.register.documents import Profile
from nsor.register.errors import Refusal
from nsor.register.jurisdiction import reason_told, require_reason_outside
from nsor.register.lifecycle import State
from nsor.register.locks import short_write
from nsor.register.models import (
    AppealRecord,
    Batch,
    BatchState,
    Conviction,
    Evidence,
    IdentityNumber,
    Offender,
)
from nsor.register.models import Profile as ProfileRow
from nsor.register.officers import require_role
from nsor.register.people import Person, one_person
from nsor.register.search.borne import SEEN
from nsor.register.search.searching import READERS
from nsor.register.search.seen import seen
from nsor.register.terms import Term
from nsor.secrecy import subjects


@dataclass(frozen=True, slots=True, repr=False)
class NumberView:
    """An identity number, with the days between which its document is valid."""

    kind: str
    digits: str
    issued_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True, repr=False)
class ProfileView:
    """A version of who the person is: the days when it is so, and when it was recorded."""

    valid_from: date
    valid_to: date | None
    recorded_at: datetime | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class AppealView:
    """One change of a conviction's appeal state that took effect."""

    from_state: str
    to_state: str
    effective_on: date


@dataclass(frozen=True, slots=True, repr=False)
class ConvictionView:
    """What a court found; ``state`` is that of the act that entered it."""

    conviction: int
    batch: int
    state: str
    case: documents.Case
    sections: tuple[str, ...]
    registrable: bool
    convicted_on: date
    offence_on: date | None
    sentenced_on: date | None
    released_on: date | None
    sentence_months: int | None
    juvenile: bool
    court_order: bool
    victim_category: str
    victim_under_13: bool | None
    appeal_state: str
    appeals: tuple[AppealView, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ActView:
    """One act on the person, whatever became of it; officers are told by name."""

    batch: int
    kind: str
    state: str
    entered_by: str
    entered_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    """Why it was asked for or done."""
    refused: str
    """Why a second officer said no."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A document about the person."""

    evidence: int
    kind: str
    media_type: str
    added_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class RecordView:
    """All that the register holds of a person now, those merged into them included."""

    offender: int
    merged: tuple[int, ...]
    """Rows that were merged into this one."""
    state: State
    ground: str
    deceased_on: date | None
    profile: Profile
    profiles: tuple[ProfileView, ...]
    """Every version that was approved, in the order of approval."""
    numbers: tuple[NumberView, ...]
    convictions: tuple[ConvictionView, ...]
    term: Term
    public: bool
    """Whether the public may be told while its service is open."""
    silences: tuple[str, ...]
    """Why not, as codes of ``nsor.law.disclosing``."""
    acts: tuple[ActView, ...]
    evidence: tuple[EvidenceView, ...]


def read_record(offender: Offender, officer: Officer, reason: str = "") -> RecordView:
    """Return the whole record of a person; outside their jurisdiction an officer says why.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``removed``,
    ``may_name_victim``, ``not_registered``, ``busy``.
    """
    require_role(officer, *READERS)
    root = acting.root(Offender.objects.select_related("merged_into").get(pk=offender.pk))
    reason = require_reason_outside(officer, root.district, reason)
    key = acting.key_of(root)
    person = one_person(root.pk)
    stands = seen([root.pk])[root.pk]
    if stands.state is State.REMOVED:
        raise Refusal("removed", "The person was removed, and nothing of them can be read.")
    if person is None or stands.state is State.NEW:
        raise Refusal("not_registered", "Nothing is entered of this person that can be read.")
    view = _view(person, stands.state)
    with short_write():
        details = reason_told(officer, root.district, reason)
        acting.enter_in_trail(Act.RECORD_READ, officer, root, details, key)
    return view


def _view(person: Person, state: State) -> RecordView:
    offender = person.offender
    keys = _keys(person.members)
    return RecordView(
        offender=offender.pk,
        merged=tuple(row for row in person.members if row != offender.pk),
        state=state,
        ground=offender.ground,
        deceased_on=offender.deceased_on,
        profile=person.profile,
        profiles=_profiles(keys),
        numbers=_numbers(person),
        convictions=_convictions(keys),
        term=person.term,
        public=person.public,
        silences=person.silences,
        acts=_acts(person.members, keys),
        evidence=_evidence(person.members),
    )


def _keys(members: tuple[int, ...]) -> dict[int, bytes]:
    """Return the keys of a person's rows, by row."""
    key_ids = dict(Offender.objects.filter(pk__in=members).values_list("pk", "key_id"))
    held = subjects.keys(key_ids.values())
    return {row: held[key_id] for row, key_id in key_ids.items() if key_id in held}


def _profiles(keys: dict[int, bytes]) -> tuple[ProfileView, ...]:
    rows = ProfileRow.objects.filter(
        offender__in=list(keys), recorded_by__state=BatchState.APPROVED
    )
    return tuple(
        ProfileView(
            row.valid_from,
            row.valid_to,
            row.recorded_by.decided_at,
            documents.open_profile(keys[row.offender_id], row.pk, bytes(row.sealed)),
        )
        for row in rows.select_related("recorded_by").order_by("recorded_by__decision", "pk")
    )


def _numbers(person: Person) -> tuple[NumberView, ...]:
    days = {
        row: (issued, expires)
        for row, issued, expires in IdentityNumber.objects.filter(
            pk__in=[one.row for one in person.numbers]
        ).values_list("pk", "issued_on", "expires_on")
    }
    return tuple(
        NumberView(one.kind, one.digits, *days.get(one.row, (None, None))) for one in person.numbers
    )


def _convictions(keys: dict[int, bytes]) -> tuple[ConvictionView, ...]:
    """Return the convictions that count or wait; not what a correction replaced."""
    rows = (
        Conviction.objects.filter(
            Q(current=True) | Q(batch__state=BatchState.SUBMITTED),
            offender__in=list(keys),
            batch__state__in=SEEN,
        )
        .select_related("batch")
        .order_by("convicted_on", "pk")
    )
    found = list(rows)
    appeals: defaultdict[int, list[AppealView]] = defaultdict(list)
    records = AppealRecord.objects.filter(conviction__in=found, batch__state=BatchState.APPROVED)
    for one in records.order_by("batch__decision"):
        appeals[one.conviction_id].append(
            AppealView(one.from_state, one.to_state, one.effective_on)
        )
    return tuple(_conviction(row, keys[row.offender_id], appeals[row.pk]) for row in found)


def _conviction(row: Conviction, key: bytes, appeals: list[AppealView]) -> ConvictionView:
    return ConvictionView(
        conviction=row.pk,
        batch=row.batch_id,
        state=row.batch.state,
        case=documents.open_case(key, row.pk, bytes(row.sealed)),
        sections=section_names(row.sections),
        registrable=row.registrable,
        convicted_on=row.convicted_on,
        offence_on=row.offence_on,
        sentenced_on=row.sentenced_on,
        released_on=row.released_on,
        sentence_months=row.sentence_months,
        juvenile=row.juvenile,
        court_order=row.court_order,
        victim_category=row.victim_category,
        victim_under_13=row.victim_under_13,
        appeal_state=row.appeal_state,
        appeals=tuple(appeals),
    )


def _acts(members: tuple[int, ...], keys: Mapping[int, bytes]) -> tuple[ActView, ...]:
    own = Batch.objects.filter(Q(offender__in=members) | Q(other__in=members))
    entered = Conviction.objects.filter(offender__in=members)
    numbers = {*own.values_list("pk", flat=True), *entered.values_list("batch", flat=True)}
    rows = (
        Batch.objects.filter(pk__in=numbers)
        .exclude(state__in=(BatchState.STAGING, BatchState.DISCARDED))
        .select_related("entered_by", "decided_by", "offender")
        .order_by("pk")
    )
    return tuple(
        ActView(
            batch=row.pk,
            kind=row.kind,
            state=row.state,
            entered_by=row.entered_by.name if row.entered_by else "",
            entered_at=row.entered_at,
            decided_by=row.decided_by.name if row.decided_by else "",
            decided_at=row.decided_at,
            reason=_told(row, acting.open_reason, keys),
            refused=_told(row, acting.open_decision, keys),
        )
        for row in rows
    )


def _told(
    act: Batch, opened: Callable[[Batch, bytes | None], str], keys: Mapping[int, bytes]
) -> str:
    """Return a reason of an act, "" where it was done to another, who was removed since."""
    try:
        return opened(act, keys.get(act.offender_id or 0))
    except Refusal:
        return ""


def _evidence(members: tuple[int, ...]) -> tuple[EvidenceView, ...]:
    rows = Evidence.objects.filter(offender__in=members).order_by("pk")
    return tuple(EvidenceView(row.pk, row.kind, row.media_type, row.added_at) for row in rows)
