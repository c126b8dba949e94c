"""An office before a call, and calls that a table can hold; see ``acts_table``."""

import io
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.utils import timezone
from evidence_builders import a_paper
from law_building import CHILDREN, a_conviction, enacted, judged, term_of
from register_builders import ASLAM, Office, a_file, a_row

from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import Change
from nsor.register import (
    acting,
    drafts,
    services,
)
from nsor.register.entering import MaybeKnown
from nsor.register.evidence import disk, store
from nsor.register.evidence.models import Evidence
from nsor.register.locks import short_write
from nsor.register.models import (
    Batch,
    EntryForm,
    FeedHead,
    FormDocument,
    KeyToDestroy,
    Offender,
    PassedAlarm,
)
from nsor.secrecy import subjects
from nsor.secrecy.models import StoredKey

Call = Callable[[], object]
Builder = Callable[[Office], Call]

LONG_AGO = timezone.now() - timedelta(days=91)
OTHER = "3520100000001"
WHY = "as the court ordered"
FINGERPRINT = "0123456789abcdef"


def published(office: Office) -> Offender:
    office.published(a_row())
    return acting.find(ASLAM)


def two(office: Office) -> tuple[Offender, Offender]:
    office.published(a_row(), a_row(cnic=OTHER, case_number="7/2020"))
    return acting.find(ASLAM), acting.find(OTHER)


def merged(office: Office) -> Offender:
    root, other = two(office)
    services.approve(services.merge(root, other, office.amna, WHY).batch or 0, office.bilal)
    return Offender.objects.get(pk=other.pk)


def draft(office: Office) -> Batch:
    return services.enter_conviction(a_conviction(), office.amna)


def form(office: Office) -> int:
    return drafts.begin(office.amna, {"name_en": "Muhammad Aslam"})


def old_form(office: Office) -> None:
    EntryForm.objects.filter(pk=form(office)).update(updated_at=LONG_AGO)


def form_with_document(office: Office) -> tuple[int, int]:
    """Return a form and its document."""
    number = form(office)
    drafts.add_document(number, office.amna, a_paper(), "judgment.pdf", "judgment")
    return number, FormDocument.objects.get().pk


def form_entered(office: Office) -> tuple[int, Batch]:
    """Return a form with a document, and the draft that was entered from it."""
    number, _ = form_with_document(office)
    return number, drafts.enter(number, office.amna, a_conviction())


def form_alike(office: Office) -> tuple[int, Offender]:
    """Return a form, and somebody known who holds its number."""
    known, number = published(office), form(office)
    with suppress(MaybeKnown):
        drafts.enter(number, office.amna, a_conviction())
    return number, known


def proposal(office: Office) -> Change:
    return changes.propose("disclosure_rule", CHILDREN, office.amna, WHY, today(), "S.R.O. 1")


def document(office: Office) -> tuple[Offender, Evidence]:
    offender = published(office)
    return offender, adds(office, offender, "judgment.pdf")


def adds(office: Office, offender: Offender, name: str) -> Evidence:
    key = acting.key_of(offender)
    return store.add_evidence(offender.pk, key, a_paper(), name, office.amna, "judgment")


def over(office: Office) -> Offender:
    """Publish somebody whose term is over since."""
    published(office)
    enacted(office, "term", term_of(12))
    Offender.objects.update(term_ends=today())
    return acting.find(ASLAM)


def reviewable(office: Office) -> Offender:
    """Publish somebody a review of whose term is late."""
    enacted(office, "term", term_of(None, review_after_months=12))
    return published(office)


def orphan(_: Office) -> None:
    subjects.new_keys(1)
    StoredKey.objects.update(made_at=LONG_AGO)


def stray_file(_: Office) -> None:
    name = disk.new_name()
    disk.write(name, b"sealed")
    os.utime(disk.path(name), times=(LONG_AGO.timestamp(), LONG_AGO.timestamp()))


def dead_key(_: Office) -> None:
    KeyToDestroy.objects.create(key_id=subjects.new_keys(1)[0].id, not_before=timezone.now())


def rejected(office: Office) -> None:
    batch = office.entered(a_row())
    services.reject(batch, office.bilal, WHY)
    Batch.objects.filter(pk=batch).update(decided_at=LONG_AGO)


def silenced(office: Office) -> Batch:
    """Have Amna silence somebody on her own word."""
    published(office)
    services.withdraw(ASLAM, office.amna, WHY)
    return Batch.objects.get(awaits_review=True)


def changed_law(office: Office) -> None:
    published(office)
    judged()
    enacted(office, "disclosure_rule", CHILDREN)


def passed(office: Office) -> None:
    PassedAlarm.objects.create(fingerprint=FINGERPRINT, officer=office.bilal, at=timezone.now())


def withheld(_: Office) -> None:
    FeedHead.objects.update(withheld=True)


def after(prepare: Callable[[Office], Any], call: Callable[[Office, Any], object]) -> Builder:
    """Return a builder: what ``prepare`` returns is given to the call."""

    def build(office: Office) -> Call:
        prepared = prepare(office)
        return lambda: call(office, prepared)

    return build


def plain(call: Callable[[Office], object]) -> Builder:
    """Return a builder of a call that needs no preparation."""
    return lambda office: lambda: call(office)


def imported(office: Office, officer: Any) -> object:
    return services.import_batch(io.BytesIO(a_file(a_row())), officer)


def in_a_transaction(call: Call) -> None:
    with short_write():
        call()
