"""The pages on which what is recorded is corrected, and an appeal is recorded.

Rules that hold here: a record is opened, which is a read, before its form is shown; what an act
does to what the public is told stands on the page before it is done. A document is kept with the
person before the act that it proves.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room
from nsor.places import DISTRICTS
from nsor.register import acting, documents, drafts, services
from nsor.register.acting import Done
from nsor.register.entering import EntryRefused, MaybeKnown
from nsor.register.errors import Refusal
from nsor.register.evidence import store
from nsor.register.evidence.files import receive
from nsor.register.models import STANDING_APPEALS, Conviction, Evidence, Offender
from nsor.register.reading import ConvictionView, RecordView
from nsor.web.console.answers import go_on_to
from nsor.web.console.entry.correction_forms import (
    Act,
    AppealForm,
    ConvictionCorrectionForm,
    NumberForm,
    ProfileForm,
)
from nsor.web.console.guard import officer, room
from nsor.web.console.record.opening import of_record, reason_of
from nsor.web.refusals import told

Do = Callable[[Evidence | None], Done]


def _of_person(
    view: Callable[[HttpRequest, Offender, RecordView], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Have a view be given a person whose record was opened."""

    @of_record
    def opened(
        request: HttpRequest, row: Offender, record: RecordView, **more: Any
    ) -> HttpResponse:
        return view(request, row, record)

    return wraps(view)(opened)


@require_http_methods(["GET", "POST"])
@room(Room.CORRECTION)
@_of_person
def profile(request: HttpRequest, row: Offender, record: RecordView) -> HttpResponse:
    """Correct who a person is."""
    sent = _sent(request)
    form = ProfileForm(None, *sent) if sent else ProfileForm(record.profile)

    def do(evidence: Evidence | None) -> Done:
        return services.correct(
            row,
            form.correction(evidence),
            officer(request),
            form.cleaned_data["reason"],
            evidence=evidence,
        )

    return _act(request, row, record, form, do, "profile")


@require_http_methods(["GET", "POST"])
@room(Room.CORRECTION)
@_of_person
def add_number(request: HttpRequest, row: Offender, record: RecordView) -> HttpResponse:
    """Add a number to a person; from a form of an entry, its number stands there already."""
    sent = _sent(request)
    form = NumberForm(*sent) if sent else NumberForm(initial=_typed(request))

    def do(evidence: Evidence | None) -> Done:
        return services.correct(
            row, form.correction(), officer(request), form.cleaned_data["reason"], evidence=evidence
        )

    return _act(request, row, record, form, do, "number")


def _of_conviction(
    view: Callable[[HttpRequest, Offender, RecordView, ConvictionView], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Have a view be given a conviction that counts, with the record that it is in."""

    @of_record
    def opened(
        request: HttpRequest, row: Offender, record: RecordView, **more: Any
    ) -> HttpResponse:
        found = [one for one in record.convictions if one.conviction == more["conviction"]]
        if not found:
            raise Http404
        return view(request, row, record, found[0])

    @wraps(view)
    def answer(request: HttpRequest, conviction: int) -> HttpResponse:
        row = get_object_or_404(
            Conviction.objects.select_related("offender__merged_into"), pk=conviction
        )
        return opened(request, acting.root(row.offender).pk, conviction=conviction)

    return answer


@require_http_methods(["GET", "POST"])
@room(Room.CORRECTION)
@_of_conviction
def conviction(
    request: HttpRequest, row: Offender, record: RecordView, found: ConvictionView
) -> HttpResponse:
    """Correct what a court found."""
    sent = _sent(request)
    form = ConvictionCorrectionForm(None, *sent) if sent else ConvictionCorrectionForm(found)

    def do(evidence: Evidence | None) -> Done:
        corrected = form.correction(Conviction.objects.get(pk=found.conviction))
        return services.correct(
            row, corrected, officer(request), form.cleaned_data["reason"], evidence=evidence
        )

    return _act(request, row, record, form, do, "conviction", found)


@require_http_methods(["GET", "POST"])
@room(Room.CORRECTION)
@_of_conviction
def appeal(
    request: HttpRequest, row: Offender, record: RecordView, found: ConvictionView
) -> HttpResponse:
    """Record where the appeal against a conviction stands."""
    form = AppealForm(*_sent(request))

    def do(evidence: Evidence | None) -> Done:
        return services.record_appeal(
            _number_of(found.conviction),
            found.case.case_number,
            form.cleaned_data["state"],
            officer(request),
            form.cleaned_data["reason"],
            effective_on=form.cleaned_data["effective_on"],
            evidence=evidence,
        )

    return _act(request, row, record, form, do, "appeal", found)


def _act(
    request: HttpRequest,
    row: Offender,
    record: RecordView,
    form: Act,
    do: Do,
    what: str,
    found: ConvictionView | None = None,
) -> HttpResponse:
    """Do an act where its form is whole, or show the form with what is wrong."""
    form.know(record.evidence)
    known: list[drafts.Shown] = []
    if form.is_bound and form.is_valid():
        done = _done(request, form, row, do, known)
        if done is not None:
            messages.success(request, _told(done))
            return go_on_to(_record_address(row))
    context = {
        "form": form,
        "record": record,
        "conviction": found,
        "known": known,
        "back": _record_address(row),
        "districts": DISTRICTS,
        "standing_appeals": STANDING_APPEALS,
    }
    status = 422 if form.is_bound else 200
    return render(request, f"console/entry/correct_{what}.html", context, status=status)


def _done(
    request: HttpRequest, form: Act, row: Offender, do: Do, known: list[drafts.Shown]
) -> Done | None:
    """Do an act; None where it was refused, which the form tells then.

    ``known`` is given who holds a number already.
    """
    try:
        return do(_evidence(form, row, officer(request)))
    except EntryRefused as refused:
        form.add_faults(refused)
    except Refusal as refusal:
        if isinstance(refusal, MaybeKnown):
            known += drafts.shown(refusal.candidates, officer(request), reason_of(request))
        field = "document" if refusal.code.startswith("evidence_") else None
        form.add_error(_FIELDS.get(refusal.code, field), told(refusal))
    return None


_FIELDS = {
    "known_number": "number",
    "bad_cnic": "number",
    "bad_passport": "number",
    "reason_required": "reason",
    "may_name_victim": "reason",
}


def _evidence(form: Act, row: Offender, who: Officer) -> Evidence | None:
    """Return the document that proves an act; one that is sent is kept first."""
    given = form.cleaned_data
    if given["document"] is None:
        return Evidence.objects.filter(pk=given["evidence"]).first() if given["evidence"] else None
    made = store.add_evidence(
        row.pk,
        acting.key_of(row),
        receive(given["document"]),
        given["document"].name,
        who,
        given["document_kind"],
    )
    form.keep(made)
    return made


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _typed(request: HttpRequest) -> dict[str, str]:
    number = request.GET.get("form", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return {}
    form = drafts.find(int(number), officer(request))
    if form is None:
        return {}
    return {name: form.values.get(name, "") for name in ("number_kind", "number")}


def _number_of(conviction: int) -> str:
    row = Conviction.objects.select_related("number", "offender").get(pk=conviction)
    key = acting.key_of(row.offender).key
    return documents.open_number(key, row.number_id, bytes(row.number.sealed))


def _told(done: Done) -> str:
    if done.batch is None:
        return _("This took effect at once.")
    return _("This waits for a second officer as act %(number)d.") % {"number": done.batch}


def _record_address(row: Offender) -> str:
    try:
        return reverse("console-record", args=[row.pk])
    except NoReverseMatch:
        return reverse("console-queue")
