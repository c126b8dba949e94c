"""Entering one conviction by hand: a draft, then submitted, then decided by a second officer.

Rules that hold here:

- What is entered is read by the same rules as a row of a file.
- A number that the register knows stops the entry until the officer says that it is that person;
  so does somebody who is likely the same, until the officer says that they are another. A source
  can't look at them: who is alike is left to whoever approves (``duplicates.of_batch``).
- A draft can be changed by who entered it; what is submitted can't: a second officer decides on
  exactly these facts.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from nsor.accounts.models import Officer, Role
from nsor.audit.acts import Act
from nsor.law import catalogue
from nsor.register import acting, districts, documents, lifecycle, text, versions
from nsor.register.approving import record_people
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.intervals import settled
from nsor.register.locks import lock_numbers, short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    EntryForm,
    NumberKind,
    Offender,
    PassedAlarm,
)
from nsor.register.numbering import (
    Forgetting,
    Holder,
    forget_holders,
    holder,
    make_holders,
    passport_number,
)
from nsor.register.officers import actor
from nsor.register.people import people
from nsor.register.publishing import lock_head
from nsor.register.rows import REQUIRED, Fault, Row, read_row, text_faults
from nsor.register.search import duplicates, indexing
from nsor.register.search.duplicates import Candidate, likely_same
from nsor.register.staging import (
    Comparable,
    comparable,
    comparable_for,
    comparable_of,
    known_convictions,
    name_conflicts,
)
from nsor.secrecy import ids, subjects


@dataclass(frozen=True, slots=True, repr=False)
class NewConviction:
    """What a court found, as an officer enters it; dates are days in Pakistan.

    ``sections`` as the catalogue names them, such as ``PPC 511 with PPC 376``. ``juvenile`` None:
    by the dates. ``number`` with or without dashes; a passport's begins with its country's code.
    """

    number: str
    case: documents.Case
    sections: tuple[str, ...]
    convicted_on: date
    victim_category: str
    kind: NumberKind = NumberKind.CNIC
    offence_on: date | None = None
    sentenced_on: date | None = None
    released_on: date | None = None
    sentence_months: int | None = None
    juvenile: bool | None = None
    victim_under_13: bool | None = None
    appeal_state: str = "none"


class EntryRefused(Refusal):
    """An entry has faults; ``faults`` lists each with its field."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Refuse for the first fault, and tell them all."""
        super().__init__(faults[0].code, " ".join(f"{one.field}: {one.message}" for one in faults))
        self.faults = faults


class MaybeKnown(Refusal):
    """The person may be in the register already; ``candidates`` are those to decide on."""

    def __init__(self, code: str, message: str, candidates: list[Candidate]) -> None:
        """Refuse until the officer has decided on the candidates."""
        super().__init__(code, message)
        self.candidates = candidates


def enter_conviction(
    new: NewConviction,
    officer: Officer,
    *,
    same_as: Offender | None = None,
    others: frozenset[int] = frozenset(),
    form: int | None = None,
) -> Batch:
    """Enter a conviction as a draft.

    ``same_as`` says who the known holder of the number is; ``others`` are the offenders who look
    alike and are not the same; ``form`` is what it is entered from (``drafts``). Raises
    ``EntryRefused``, ``MaybeKnown`` (``known_number``, ``likely_known``) and ``Refusal``:
    ``role_not_allowed``, ``form_entered``, ``busy``.
    """
    acting.allowed(lifecycle.ENTER, officer)
    row = _read(new)
    assert row.case is not None
    assert row.document is not None
    digits = row.case.cnic
    if officer.role != Role.SOURCE:
        _require_nobody_alike(digits, row.document.person, others)
    fresh = subjects.new_keys(1)
    with short_write():
        lock_numbers()
        known = holder(digits)
        _require_same(known, same_as)
        batch = Batch.objects.create(
            kind=BatchKind.ENTRY, state=BatchState.DRAFT, entered_by=officer, entries=1
        )
        if known is None:
            lives_in = {digits: districts.code_of(new.case.person)}
            known = make_holders({digits: new.kind.value}, batch, fresh, lives_in)[digits]
            indexing.add([(known.offender, new.case.person)])
            duplicates.keep_apart(known.offender, others, officer)
        batch.offender_id = known.offender
        batch.save(update_fields=["offender"])
        conviction = Conviction(pk=ids.allocate(Conviction, 1)[0], batch=batch, line=1)
        _fill(conviction, known, row, new)
        _require_no_clash(conviction)
        conviction.save(force_insert=True)
        if form is not None:
            _tie_to_form(batch, form, officer)
        offender = Offender.objects.get(pk=known.offender)
        acting.enter_in_trail(
            Act.CONVICTION_ENTERED, officer, offender, {"batch": batch.pk}, known.key
        )
    return batch


def change_draft(batch: Batch, new: NewConviction, officer: Officer) -> Batch:
    """Replace what a draft says, as the officer who entered it; the number stays.

    Raises ``EntryRefused``, and ``Refusal``: ``not_a_draft``, ``number_differs``, ``busy``.
    """
    row = _read(new)
    assert row.case is not None
    with short_write():
        lock_head()
        batch = _draft(batch, officer)
        conviction = batch.convictions.get()
        known = holder(row.case.cnic)
        if known is None or known.offender != conviction.offender_id:
            raise Refusal("number_differs", "The draft is of another number: make a new one.")
        _fill(conviction, known, row, new)
        _require_no_clash(conviction)
        conviction.save()
        indexing.reindex([known.offender])
        districts.refresh([known.offender])
        acting.enter_in_trail(
            Act.DRAFT_CHANGED, officer, conviction.offender, {"batch": batch.pk}, known.key
        )
    return batch


def discard_draft(batch: Batch, officer: Officer) -> None:
    """Discard a draft, and the person if nothing else was entered of them.

    Raises ``Refusal``: ``not_a_draft``, ``busy``.
    """
    with short_write():
        lock_head()
        batch = _draft(batch, officer)
        assert batch.offender is not None, "a draft names its person"
        acting.enter_in_trail(Act.DRAFT_DISCARDED, officer, batch.offender, {"batch": batch.pk})
        batch.convictions.all().delete()
        batch.state, batch.offender, batch.evidence = BatchState.DISCARDED, None, None
        batch.save()
    forget_holders(batch, Forgetting(actor(officer)))


def submit(batch: Batch, officer: Officer) -> Batch:
    """Have a draft wait for its second officer; nothing of it can be changed from then on.

    Raises ``EntryRefused`` where what was submitted since the draft was made clashes with it, and
    ``Refusal``: ``role_not_allowed``, ``not_a_draft``, ``busy``.
    """
    acting.allowed(lifecycle.SUBMIT, officer)
    with short_write():
        head = lock_head()
        batch = _draft(batch, officer)
        _require_no_clash(batch.convictions.get())
        assert batch.offender is not None, "a draft names its person"
        acting.submit_batch(head, batch)
        acting.enter_in_trail(Act.BATCH_SUBMITTED, officer, batch.offender, {"batch": batch.pk})
    return batch


def apply_entry(offender: Offender, batch: Batch) -> None:
    """Have a conviction count, by the act that a second officer approves."""
    record_people(people([offender.pk], batch), batch)


def _draft(batch: Batch, officer: Officer) -> Batch:
    found = Batch.objects.filter(pk=batch.pk, kind=BatchKind.ENTRY, entered_by=officer).first()
    if found is None or found.state != BatchState.DRAFT:
        raise Refusal("not_a_draft", "This is no draft of yours any more.")
    return found


def _tie_to_form(batch: Batch, form: int, officer: Officer) -> None:
    free = Q(batch=None) | Q(batch__state=BatchState.DISCARDED)
    if not EntryForm.objects.filter(free, pk=form, officer=officer).update(batch=batch):
        raise Refusal("form_entered", "This form was entered in another window: look at that one.")


def _read(new: NewConviction) -> Row:
    passed = frozenset(PassedAlarm.objects.values_list("fingerprint", flat=True))
    passport = passport_number(new.number) if new.kind == NumberKind.PASSPORT else ""
    row = read_row(_cells(new), catalogue.in_force(), today(), passed, passport)
    more = tuple(_further_faults(new))
    if row.faults or more:
        raise EntryRefused((*row.faults, *more))
    return row


def _further_faults(new: NewConviction) -> list[Fault]:
    person, found = new.case.person, order_faults(new)
    if person.birth_year is not None and not 1900 <= person.birth_year <= today().year:
        found.append(Fault("birth_year", "bad_value", "A year of birth has four digits."))
    if not person.sex:
        found.append(Fault("sex", "required", "A passport doesn't tell the sex: choose it."))
    texts = [("marks", person.marks), ("province", person.province)]
    texts += [("address", place.text) for place in person.places]
    texts += [("alias", name) for name in alias_texts(person)]
    for field, value in texts:
        found += typed_faults(field, value)
    return found


def order_faults(new: NewConviction | Conviction) -> list[Fault]:
    """Return what is wrong with the days after a conviction, and with the victim's age."""
    found = []
    if new.victim_under_13 and new.victim_category == "woman":
        found.append(
            Fault(
                "victim_under_13", "bad_value", "A victim under 13 is a child: say child or both."
            )
        )
    for field in ("sentenced_on", "released_on"):
        day = getattr(new, field)
        if day is not None and day < new.convicted_on:
            found.append(Fault(field, "bad_value", "The day is not before the conviction."))
    return found


def typed_faults(field: str, value: str) -> list[Fault]:
    """Return what is wrong with a text as an officer typed it, by the name of its column."""
    if not value:
        message = f"The column {field} must be filled in."
        return [Fault(field, "required", message)] if field in REQUIRED else []
    if value != text.tidy(value):
        message = "Write visible characters, single spaces and zero-width joiners only."
        return [Fault(field, "bad_value", message)]
    passed = frozenset(PassedAlarm.objects.values_list("fingerprint", flat=True))
    return text_faults(field, value, passed)


def alias_texts(person: documents.Profile) -> list[str]:
    """Return every text of a person's aliases."""
    return [name for alias in person.aliases for name in (alias.name_ur, alias.name_en) if name]


def _cells(new: NewConviction) -> dict[str, str]:
    case, person = new.case, new.case.person
    days = {"offence_on": new.offence_on, "date_of_birth": person.date_of_birth}
    return {
        "cnic": new.number,
        **{name: getattr(person, name) for name in documents.NAMES},
        "relation": person.relation,
        "sex": person.sex,
        "address": person.address,
        "district": person.district,
        "court": case.court,
        "case_number": case.case_number,
        "fir_number": case.fir_number,
        "police_station": case.police_station,
        "sentence": case.sentence,
        "sections": ";".join(new.sections),
        "convicted_on": new.convicted_on.isoformat(),
        "victim_category": new.victim_category,
        "appeal_state": new.appeal_state,
        "juvenile": {None: "", True: "yes", False: "no"}[new.juvenile],
        **{name: day.isoformat() if day else "" for name, day in days.items()},
    }


def _fill(conviction: Conviction, known: Holder, row: Row, new: NewConviction) -> None:
    assert row.values is not None
    assert row.document is not None
    read = row.document.person
    person = documents.changed(
        new.case.person, {name: getattr(read, name) for name in (*documents.NAMES, "address")}
    )
    document = documents.Case(
        person=person,
        **{
            name: getattr(row.document, name)
            for name in ("court", "case_number", "fir_number", "police_station", "sentence")
        },
    )
    compared = comparable_for(known.key.key, document, 0)
    values: dict[str, Any] = {
        **row.values,
        "offender_id": known.offender,
        "number_id": known.number,
        "case_token": compared.case,
        "name_token": compared.name,
        "father_token": compared.father,
        "sealed": documents.seal_case(known.key.key, conviction.pk, document),
        "sentenced_on": new.sentenced_on,
        "released_on": new.released_on,
        "sentence_months": new.sentence_months,
        "victim_under_13": new.victim_under_13,
    }
    for name, value in values.items():
        setattr(conviction, name, value)


def _require_no_clash(conviction: Conviction) -> None:
    require_new_case(conviction)
    known = known_convictions({conviction.offender_id}, conviction.batch_id)
    others = [one for one in known[conviction.offender_id] if one.batch_id != conviction.batch_id]
    own = comparable_of(conviction)
    if not any(name_conflicts(own, others)):
        return
    conflicts = tuple(name_conflicts(own, others, _approved_names(conviction.offender)))
    if conflicts:
        raise EntryRefused(conflicts)


def _approved_names(offender: Offender) -> list[Comparable]:
    """Return the names under which a person was ever known, as the register has it now."""
    own = acting.key_of(offender).key
    found = []
    for row in {offender, acting.root(offender)}:
        for _, profile in settled(versions.profiles(row.pk, acting.key_of(row).key)):
            names = (text.fold(profile.name_ur), text.fold(profile.father_name_ur))
            found.append(comparable(own, "", *names, 0))
    return found


def require_new_case(conviction: Conviction) -> None:
    """Raise ``EntryRefused`` where the person has a case already: it counts, waits, or is drafted.

    A correction is not compared with what it replaces.
    """
    same = Conviction.objects.filter(
        Q(batch__state__in=(BatchState.DRAFT, BatchState.SUBMITTED))
        | Q(batch__state=BatchState.APPROVED, current=True),
        offender=conviction.offender_id,
        case_token=conviction.case_token,
    ).exclude(pk__in=[one for one in (conviction.pk, conviction.replaces_id) if one])
    if same.exists():
        raise EntryRefused(
            (
                Fault(
                    "case_number",
                    "already_registered",
                    "The register has this case of this number already, or it awaits approval.",
                ),
            )
        )


def _require_same(known: Holder | None, same_as: Offender | None) -> None:
    if known is not None and (same_as is None or same_as.pk != known.offender):
        raise MaybeKnown(
            "known_number",
            "The register knows this number: look at the person, and say whether it is theirs.",
            [Candidate(known.offender, 1.0)],
        )


def _require_nobody_alike(number: str, person: documents.Profile, others: frozenset[int]) -> None:
    """Raise ``MaybeKnown`` where a new person is like somebody; slow, so it locks nothing."""
    if holder(number) is not None:
        return
    alike = likely_same(person, other_than=others)
    if alike:
        raise MaybeKnown(
            "likely_known",
            "The person may be in the register under another number: decide on each who is alike.",
            alike,
        )
