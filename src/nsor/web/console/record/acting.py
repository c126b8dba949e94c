"""Doing an act on a person: its document first, then the act itself.

Rules that hold here: a reason that can't be taken is refused before a document is kept for it.
"""

from typing import Final

from nsor.accounts.models import Officer
from nsor.register import acting
from nsor.register.errors import Refusal
from nsor.register.evidence import files, store
from nsor.register.models import Evidence, Offender
from nsor.register.officers import require_reason
from nsor.register.reading import RecordView
from nsor.web.console.record.deeds import Deed
from nsor.web.console.record.forms import DeedForm
from nsor.web.refusals import told

_FIELDS: Final = {
    "reason_required": "reason",
    "may_name_victim": "reason",
    "date_in_future": "died_on",
    "bad_date": "died_on",
}


def perform(
    deed: Deed, row: Offender, record: RecordView, officer: Officer, form: DeedForm
) -> None:
    """Do what a valid form asks for. Raises ``Refusal`` as the services do."""
    require_reason(form.cleaned_data["reason"], silences=deed.silences)
    deed.do(row, record, officer, form, document_of(row, officer, form, deed.evidence))


def document_of(row: Offender, officer: Officer, form: DeedForm, kind: str) -> Evidence | None:
    """Return the document that goes with an act: one on the record, or a new one, kept now.

    Raises ``Refusal`` as ``store.add_evidence`` does; ``evidence_unscanned`` also where the store
    can't be written.
    """
    held = form.cleaned_data.get("evidence")
    if held is not None:
        return Evidence.objects.filter(pk=held, offender__in=acting.members(row)).first()
    sent = form.cleaned_data.get("document")
    if sent is None:
        return None
    octets = files.receive(sent.file)
    return store.add_evidence(row.pk, acting.key_of(row), octets, sent.name or "", officer, kind)


def refuse_in(form: DeedForm, refusal: Refusal) -> None:
    """Show a refusal in the form, at its field where it is about one."""
    field = _FIELDS.get(refusal.code)
    if refusal.code.startswith("evidence_"):
        field = "document"
    form.add_error(field if field in form.fields else None, told(refusal))
