"""Correcting what is recorded: a profile, a conviction, a further number.

Rules that hold here:

- Nothing is overwritten: a correction is a version of its own, with the day since when it was so.
- Every correction waits for a second officer. One that touches what the public is told, or what
  decides whether it is told, voids the approval: nothing is told until the correction is decided.
  A release alone voids nothing, unless the term is over by it: who leaves prison isn't to be
  unheard of just then.
- Whoever the corrected dates make a child at the offence is convicted as one from then on, unless a
  court ordered that the public be told; nobody becomes an adult but by a correction that says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from django.db.models import QuerySet

from nsor import cnic
from nsor.accounts.models import Officer
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.law import catalogue
from nsor.register import acting, checking, documents, lifecycle, numbering, versions
from nsor.register.acting import Deed, Done
from nsor.register.approving import record_people
from nsor.register.calendar import today
from nsor.register.checking import CASE_FIELDS, JUDGED, birth, taken
from nsor.register.entering import EntryRefused, MaybeKnown, require_new_case
from nsor.register.errors import Refusal
from nsor.register.evidence.models import EvidenceKind
from nsor.register.intervals import Span, amendment
from nsor.register.locks import lock_numbers, short_write
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
)
from nsor.register.numbering import Holder
from nsor.register.people import one_person, people
from nsor.register.publishing import lock_head
from nsor.register.rows import CHILD_BY_DATES, Fault, child_by_dates
from nsor.register.search import indexing
from nsor.register.search.duplicates import Candidate
from nsor.register.staging import comparable_for
from nsor.register.standing import require_none_waiting
from nsor.secrecy import ids
from nsor.secrecy.subjects import SubjectKey

TOLD = frozenset({*documents.NAMES, "relation", "sex"})
"""Fields of a profile that the public is told, or that word what it is told."""
_RELEASE = frozenset({"released_on"})
"""What a conviction's correction may say while the approved one goes on being told."""
BIRTH = frozenset({"date_of_birth", "birth_year"})
"""Fields of a profile that may make a child of the person, of whom the public is told nothing."""


@dataclass(frozen=True, slots=True)
class ProfileCorrection:
    """Who the person is: fields of ``documents.Profile``, since a day, today if None."""

    changes: dict[str, Any]
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class ConvictionCorrection:
    """What the court found: fields of ``checking.JUDGED`` and ``checking.CASE_FIELDS``."""

    conviction: Conviction
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NumberAddition:
    """A further identity number of the person."""

    number: str
    kind: NumberKind
    issued_on: date | None = None
    expires_on: date | None = None


Correction: TypeAlias = ProfileCorrection | ConvictionCorrection | NumberAddition


def correct(
    offender: Offender,
    correction: Correction,
    officer: Officer,
    reason: str,
    *,
    evidence: Evidence | None = None,
) -> Done:
    """Record a correction, which a second officer decides.

    Raises ``EntryRefused``, ``MaybeKnown`` (``known_number``), and ``Refusal``:
    ``role_not_allowed``, ``reason_required``, ``evidence_required``, ``wrong_state``,
    ``already_waiting``, ``no_change``, ``busy``.
    """
    reason = acting.allowed(lifecycle.CORRECT, officer, reason)
    offender = acting.root(offender)
    if evidence is None and _orders_publication(correction):
        raise Refusal("evidence_required", "Add the court's order as a document, and name it.")
    with short_write():
        lock_numbers()
        head = lock_head()
        offender = acting.lock(offender)
        _require_correctable(offender)
        batch = acting.new_batch(
            BatchKind.CORRECTION, BatchState.DRAFT, offender, officer, reason, evidence
        )
        key = acting.key_of(offender)
        if isinstance(correction, ProfileCorrection):
            batch.voids = _write_profile(offender, key, correction, batch)
        elif isinstance(correction, ConvictionCorrection):
            batch.voids = _write_conviction(offender, correction, batch)
        else:
            _write_number(offender, key, correction, batch, evidence)
        acting.submit_batch(head, batch)
        sequence = None
        if batch.voids:
            sequence = acting.publish(Deed(head, batch), [offender.pk], officer)
        details: dict[str, Json] = {"batch": batch.pk, "voids": batch.voids, "reason": reason}
        acting.enter_in_trail(_act_of(correction), officer, offender, details)
    return Done("submitted", sequence, batch.pk)


def apply_correction(offender: Offender, batch: Batch) -> None:
    """Have a correction count, by the act that a second officer approves.

    Raises ``Refusal``: ``outdated`` where another correction has replaced what this one would.
    """
    for conviction in batch.convictions.select_related("replaces"):
        _replace(conviction)
    if batch.voids:
        _judge_who_was_approved_since(offender, batch)
    record_people(people([offender.pk], batch), batch)
    indexing.reindex([offender.pk])


def _replace(conviction: Conviction) -> None:
    old = conviction.replaces
    if old is not None:
        if not old.current:
            raise Refusal(
                "outdated",
                "Another correction has replaced this conviction since this was entered: reject the"
                " batch, and have what is true now entered.",
            )
        # What was recorded of the appeal while the correction waited is as true of the new one.
        conviction.appeal_state = old.appeal_state
        old.current = False
        old.save(update_fields=["current"])
    conviction.current = True
    conviction.save(update_fields=["current", "appeal_state"])


def _judge_who_was_approved_since(offender: Offender, batch: Batch) -> None:
    person = one_person(offender.pk)
    if person is None:
        return
    for conviction in _make_children(person.offender, {birth(person.profile)}, batch):
        _replace(conviction)


def _act_of(correction: Correction) -> Act:
    if isinstance(correction, NumberAddition):
        return Act.IDENTITY_ADDED
    return Act.JUVENILE_ORDER_RECORDED if _orders_publication(correction) else Act.CORRECTED


def _orders_publication(correction: Correction) -> bool:
    return isinstance(correction, ConvictionCorrection) and bool(
        correction.changes.get("court_order")
    )


def _require_correctable(offender: Offender) -> None:
    require_none_waiting(offender, BatchKind.CORRECTION, BatchKind.REMOVAL)
    lifecycle.CORRECT.require(acting.state_of(offender))
    if not acting.has_approved(offender):
        raise Refusal(
            "wrong_state", "Nothing of this person is approved yet: have the entry decided first."
        )


def _write_profile(
    offender: Offender, key: SubjectKey, correction: ProfileCorrection, batch: Batch
) -> bool:
    changes = taken(correction.changes, checking.PROFILE)
    voids = not (TOLD | BIRTH).isdisjoint(changes)
    since = correction.valid_from or today()
    _require_span(since, correction.valid_to, ends_by_itself=not voids)
    known = versions.profiles(offender.pk, key.key)
    amended = amendment(
        known, Span(since, correction.valid_to), lambda one: documents.changed(one, changes)
    )
    if not amended:
        raise Refusal("no_change", "This is what the register holds already.")
    faults = checking.profile_faults(amended[-1][1], changes)
    births = set() if BIRTH.isdisjoint(changes) else {birth(profile) for _, profile in amended}
    for born in births:
        faults += checking.birth_faults(born, _live(offender))
    faults += _photograph_faults(offender, changes.get("photograph"))
    if faults:
        raise EntryRefused(tuple(faults))
    rows = ids.allocate(Profile, len(amended))
    Profile.objects.bulk_create(
        versions.profile_row(offender, key, batch, row, *piece)
        for row, piece in zip(rows, amended, strict=True)
    )
    _make_children(offender, births, batch)
    return voids


def _photograph_faults(offender: Offender, number: int | None) -> list[Fault]:
    pictures = Evidence.objects.filter(
        offender__in=acting.members(offender),
        kind=EvidenceKind.PHOTOGRAPH,
        media_type__startswith="image/",
    )
    if number is None or pictures.filter(pk=number).exists():
        return []
    message = "A photograph is a picture that this record has as a document of the kind photograph."
    return [Fault("photograph", "bad_value", message)]


def _require_span(since: date, until: date | None, *, ends_by_itself: bool) -> None:
    if since > today() or (until is not None and until <= since):
        raise EntryRefused(
            (
                Fault(
                    "valid_from",
                    "bad_value",
                    "A correction holds since today or an earlier day, and ends after it began.",
                ),
            )
        )
    if until is not None and until > today() and not ends_by_itself:
        # The feed says one thing until the next act: nothing turns it back on a day to come.
        message = (
            "What the public is told, or is silent for, has no end that is still to come: leave it"
            " out, and correct again on that day."
        )
        raise EntryRefused((Fault("valid_to", "date_in_future", message),))


def _live(offender: Offender) -> QuerySet[Conviction]:
    """Return the convictions of a person, merged ones as one, that count now."""
    return (
        Conviction.objects.filter(
            offender__in=acting.members(offender), current=True, batch__state=BatchState.APPROVED
        )
        .select_related("offender")
        .order_by("pk")
    )


def _make_children(
    offender: Offender, births: Iterable[date | None], batch: Batch
) -> list[Conviction]:
    """Write, as part of a correction, that a child was convicted where one of these births says so.

    Return what is to replace the convictions.
    """
    made: list[Conviction] = []
    known = list(births)
    line = batch.convictions.count()
    for old in _live(offender).filter(juvenile=False, court_order=False):
        if not any(child_by_dates(born, old.offence_on, old.convicted_on) for born in known):
            continue
        key = acting.key_of(old.offender)
        document = documents.open_case(key.key, old.pk, bytes(old.sealed))
        row = _replacement(old, batch, line + len(made) + 1)
        row.juvenile = True
        row.sealed = documents.seal_case(key.key, row.pk, document)
        row.save(force_insert=True)
        made.append(row)
    return made


def _replacement(old: Conviction, batch: Batch, line: int) -> Conviction:
    row = Conviction.objects.get(pk=old.pk)
    row.pk, row._state.adding = ids.allocate(Conviction, 1)[0], True
    row.batch, row.line, row.replaces, row.current = batch, line, old, False
    return row


def _write_conviction(offender: Offender, correction: ConvictionCorrection, batch: Batch) -> bool:
    old = _live(offender).filter(pk=correction.conviction.pk).first()
    if old is None:
        raise Refusal("outdated", "The conviction is none of this person's that counts now.")
    changes = taken(correction.changes, JUDGED | CASE_FIELDS)
    key = acting.key_of(old.offender)
    before = documents.open_case(key.key, old.pk, bytes(old.sealed))
    told = {name: value for name, value in changes.items() if name in CASE_FIELDS}
    faults = checking.case_faults(told)
    document = documents.Case(
        person=before.person,
        **{name: told.get(name, getattr(before, name)) for name in CASE_FIELDS},
    )
    values = {name: value for name, value in changes.items() if name in JUDGED}
    if "sections" in values:
        values["sections"] = ";".join(catalogue.section_names(values["sections"]))
    if all(getattr(old, name) == value for name, value in values.items()) and document == before:
        raise Refusal("no_change", "This is what the register holds already.")
    row = _replacement(old, batch, 1)
    for name, value in values.items():
        setattr(row, name, value)
    _judge_anew(row)
    person = one_person(offender.pk)
    born = birth(person.profile if person else before.person)
    faults += [*checking.conviction_faults(row), *_age_faults(row, born, values)]
    if faults:
        raise EntryRefused(tuple(faults))
    row.case_token = comparable_for(key.key, document, 0).case
    if "case_number" in told:
        require_new_case(row)
    row.sealed = documents.seal_case(key.key, row.pk, document)
    row.save(force_insert=True)
    if values.keys() <= _RELEASE and row.juvenile == old.juvenile:
        return _is_over(offender, batch) if values else False
    return True


def _is_over(offender: Offender, batch: Batch) -> bool:
    """Tell whether the term is over by what a correction says."""
    person = one_person(offender.pk, batch)
    ends = person.term.ends if person else None
    return ends is not None and ends <= today()


def _judge_anew(row: Conviction) -> None:
    """Judge a conviction by the law of its days."""
    law = catalogue.in_force()
    names = catalogue.section_names(row.sections)
    row.law_version = law.version
    row.registrable = law.makes_registrable(names, row.offence_on, row.convicted_on)


def _age_faults(row: Conviction, born: date | None, values: Mapping[str, Any]) -> list[Fault]:
    """Have a conviction be a child's where the dates say so, unless a court ordered otherwise."""
    if not row.court_order and child_by_dates(born, row.offence_on, row.convicted_on):
        if values.get("juvenile") is False:
            return [CHILD_BY_DATES]
        row.juvenile = True
    dated = not {"offence_on", "convicted_on"}.isdisjoint(values)
    return checking.birth_faults(born, [row]) if dated else []


def _write_number(
    offender: Offender,
    key: SubjectKey,
    addition: NumberAddition,
    batch: Batch,
    evidence: Evidence | None,
) -> None:
    if addition.kind == NumberKind.PASSPORT:
        number = numbering.passport_number(addition.number)
    else:
        try:
            number = cnic.parse(addition.number)
        except cnic.CnicError as error:
            raise Refusal("bad_cnic", str(error)) from None
    known = numbering.holder(number)
    if known is not None:
        raise MaybeKnown(
            "known_number",
            "The register knows this number: look at the person; the two may have to be merged.",
            [Candidate(known.offender, 1.0)],
        )
    row = ids.allocate(IdentityNumber, 1)[0]
    made = numbering.number_row(Holder(row, offender.pk, key), number, addition.kind, batch)
    made.issued_on, made.expires_on = addition.issued_on, addition.expires_on
    made.evidence = evidence
    made.save(force_insert=True)
