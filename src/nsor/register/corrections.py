"""Correcting what is recorded: a profile, a conviction, a further number.

Rules that hold here:

- Nothing is overwritten: a correction is a version of its own, with the day since when it was so.
- Every correction waits for a second officer. One that touches what the public is told, or what
  decides whether it is told, voids the approval: nothing is told until the correction is decided.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from nsor import cnic
from nsor.accounts.models import Officer
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.law import catalogue
from nsor.register import acting, documents, lifecycle, numbering, text, versions
from nsor.register.acting import Deed, Done
from nsor.register.approving import record_people
from nsor.register.calendar import today
from nsor.register.entering import EntryRefused, MaybeKnown, text_faults
from nsor.register.errors import Refusal
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
from nsor.register.people import people
from nsor.register.publishing import lock_head
from nsor.register.rows import Fault
from nsor.register.search import indexing
from nsor.register.search.duplicates import Candidate
from nsor.register.staging import comparable_for
from nsor.register.standing import require_none_waiting
from nsor.secrecy import ids
from nsor.secrecy.subjects import SubjectKey

TOLD = frozenset({*documents.NAMES, "relation", "sex"})
"""Fields of a profile that the public is told, or that word what it is told."""
CASE_FIELDS = frozenset({"court", "case_number", "fir_number", "police_station", "sentence"})
JUDGED = frozenset(
    {
        "sections",
        "convicted_on",
        "offence_on",
        "sentenced_on",
        "released_on",
        "sentence_months",
        "juvenile",
        "court_order",
        "victim_category",
        "victim_under_13",
    }
)
"""Fields of a conviction that decide whether the public is told."""


@dataclass(frozen=True, slots=True)
class ProfileCorrection:
    """Who the person is: fields of ``documents.Profile``, since a day, today if None."""

    changes: dict[str, Any]
    valid_from: date | None = None
    valid_to: date | None = None

    def changed(self, profile: documents.Profile) -> documents.Profile:
        """Return a profile with these changes. Raises ``TypeError`` for a field that it lacks."""
        return documents.changed(profile, self.changes)


@dataclass(frozen=True, slots=True)
class ConvictionCorrection:
    """What the court found: fields of ``JUDGED`` and ``CASE_FIELDS``."""

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
        head = lock_head()
        lock_numbers()
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
    """Have a correction count, by the act that a second officer approves."""
    for conviction in batch.convictions.all():
        old = conviction.replaces
        if old is not None:
            # What was recorded of the appeal while the correction waited is as true of the new one.
            conviction.appeal_state = old.appeal_state
            old.current = False
            old.save(update_fields=["current"])
        conviction.current = True
        conviction.save(update_fields=["current", "appeal_state"])
    record_people(people([offender.pk], batch), batch)
    indexing.reindex([offender.pk])


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
    since = correction.valid_from or today()
    _require_span(since, correction.valid_to)
    known = versions.profiles(offender.pk, key.key)
    try:
        amended = amendment(known, Span(since, correction.valid_to), correction.changed)
    except TypeError:
        raise Refusal("bad_value", "A field of the correction is none of a profile's.") from None
    if not amended:
        raise Refusal("no_change", "This is what the register holds already.")
    profile = amended[-1][1]
    faults = [fault for name in correction.changes for fault in _faults_of(profile, name)]
    if faults:
        raise EntryRefused(tuple(faults))
    rows = ids.allocate(Profile, len(amended))
    Profile.objects.bulk_create(
        versions.profile_row(offender, key, batch, row, *piece)
        for row, piece in zip(rows, amended, strict=True)
    )
    return not TOLD.isdisjoint(correction.changes)


def _require_span(since: date, until: date | None) -> None:
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


def _faults_of(profile: documents.Profile, name: str) -> list[Fault]:
    value = getattr(profile, name)
    if name in documents.NAMES and not (isinstance(value, str) and text.has_letters(value)):
        return [Fault(name, "no_letters", "A name is written with letters.")]
    texts = [value] if isinstance(value, str) else []
    if name == "aliases":
        texts = [one for alias in value for one in (alias.name_ur, alias.name_en) if one]
    if name == "places":
        texts = [place.text for place in value]
    checked = {"aliases": "alias", "places": "address"}.get(name, name)
    return [fault for one in texts for fault in text_faults(checked, one)]


def _write_conviction(offender: Offender, correction: ConvictionCorrection, batch: Batch) -> bool:
    old = Conviction.objects.filter(
        pk=correction.conviction.pk,
        offender__in=acting.members(offender),
        current=True,
        batch__state=BatchState.APPROVED,
    ).first()
    if old is None:
        raise Refusal("outdated", "The conviction is none of this person's that counts now.")
    unknown = correction.changes.keys() - JUDGED - CASE_FIELDS
    if unknown:
        raise Refusal("bad_value", "A field of the correction is none of a conviction's.")
    key = acting.key_of(old.offender)
    before = documents.open_case(key.key, old.pk, bytes(old.sealed))
    told = {name: correction.changes[name] for name in CASE_FIELDS & correction.changes.keys()}
    faults = [fault for name, value in told.items() for fault in text_faults(name, value)]
    document = documents.Case(
        person=before.person,
        **{name: told.get(name, getattr(before, name)) for name in CASE_FIELDS},
    )
    values = {name: value for name, value in correction.changes.items() if name in JUDGED}
    if "sections" in values:
        values["sections"] = ";".join(catalogue.section_names(values["sections"]))
    if all(getattr(old, name) == value for name, value in values.items()) and document == before:
        raise Refusal("no_change", "This is what the register holds already.")
    row = Conviction.objects.get(pk=old.pk)
    row.pk, row._state.adding = ids.allocate(Conviction, 1)[0], True
    row.batch, row.line, row.replaces, row.current = batch, 1, old, False
    for name, value in values.items():
        setattr(row, name, value)
    faults += _judged(row)
    if faults:
        raise EntryRefused(tuple(faults))
    row.case_token = comparable_for(key.key, document, 0).case
    row.sealed = documents.seal_case(key.key, row.pk, document)
    row.save(force_insert=True)
    return bool(values)


def _judged(row: Conviction) -> list[Fault]:
    """Judge a conviction again by the law of its days; return what is wrong with it."""
    law = catalogue.in_force()
    names = catalogue.section_names(row.sections)
    row.law_version = law.version
    row.registrable = law.makes_registrable(names, row.offence_on, row.convicted_on)
    found = []
    if not names or any(name not in law.known for name in names):
        message = "Name sections of the catalogue, such as PPC 376;PPC 377B."
        found.append(Fault("sections", "unknown_section", message))
    if row.offence_on and row.offence_on > row.convicted_on:
        message = "The offence is dated after the conviction: it comes before, or on the day."
        found.append(Fault("offence_on", "bad_value", message))
    if row.convicted_on > today():
        found.append(Fault("convicted_on", "date_in_future", "The date lies in the future."))
    return found


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
