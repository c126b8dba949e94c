"""The pages of a record: all that is held of a person, as of a past moment, and acts on them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nsor.accounts.rooms import Room
from nsor.register import services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.models import Offender
from nsor.register.officers import require_reason
from nsor.register.reading import RecordView
from nsor.web.console.answers import go_on_to, see_other
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.record.acting import perform, refuse_in
from nsor.web.console.record.deeds import DEEDS, can_be_done
from nsor.web.console.record.forms import DeedForm, PastForm, ReasonForm
from nsor.web.console.record.opening import (
    ask,
    first_opened,
    hold_reason,
    of_record,
    reason_given,
    refused,
)
from nsor.web.console.record.showing import showing
from nsor.web.console.record.telling import told_then
from nsor.web.refusals import told


@require_GET
@room(Room.RECORD)
@of_record
def show(request: HttpRequest, row: Offender, record: RecordView, **more: Any) -> HttpResponse:
    """Show all that the register holds of a person now."""
    context = {
        "record": record,
        "shown": showing(row, record, officer(request), reason_given(request, row)),
        "past": PastForm(initial={"on": today()}),
        "today": today(),
    }
    return render(request, "console/record/index.html", context)


@require_POST
@room(Room.RECORD)
def reason(request: HttpRequest, offender: int) -> HttpResponse:
    """Take the reason for which a record is read, and go on to the page that was asked for."""
    row = get_object_or_404(Offender.objects.select_related("merged_into"), pk=offender)
    row = row.merged_into or row
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            given = require_reason(form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error("reason", told(refusal))
        else:
            hold_reason(request, row, given)
            return go_on_to(_asked_for(request, form, row))
    return ask(request, row, form)


def _asked_for(request: HttpRequest, form: ReasonForm, row: Offender) -> str:
    asked = form.cleaned_data["go_on_to"]
    if asked.startswith("/") and url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    ):
        return str(asked)
    return reverse("console-record", args=[row.pk])


@require_GET
@room(Room.RECORD)
def past(request: HttpRequest, offender: int) -> HttpResponse:
    """Show what the register said of a person on a day, as known at a moment."""
    row = get_object_or_404(Offender.objects.select_related("merged_into"), pk=offender)
    form = PastForm(request.GET) if request.GET else PastForm(initial={"on": today()})
    if not form.is_valid():
        context = {"number": row.pk, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "console/record/past_form.html", context, status=status)
    on, known = form.cleaned_data["on"], form.known()
    root = row.merged_into or row
    try:
        view = services.read_history(row, on, known, officer(request), reason_given(request, root))
    except Refusal as refusal:
        return refused(request, root, refusal)
    if view is None:
        context = {"number": row.pk, "form": form, "on": on, "known": known}
        return render(request, "console/record/past_nothing.html", context)
    context = {
        "number": row.pk,
        "view": view,
        "answers": told_then(view),
        "form": form,
        "is_now": on == today() and (timezone.now() - known).total_seconds() < 1,
    }
    return render(request, "console/record/past.html", context)


@of_record
def _deed(request: HttpRequest, row: Offender, record: RecordView, **more: Any) -> HttpResponse:
    """Show what an act on a person does, and do it."""
    chosen = DEEDS[more["name"]]
    if not can_be_done(chosen, record, officer(request)):
        context = {"record": record, "deed": chosen}
        return render(request, "console/record/not_now.html", context, status=409)
    form = chosen.form(record.evidence, **_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            perform(chosen, row, record, officer(request), form)
        except Refusal as refusal:
            refuse_in(form, refusal)
        else:
            messages.success(request, str(chosen.done))
            return see_other("console-record", record.offender)
    context = {"record": record, "deed": chosen, "form": form}
    return render(request, "console/record/deed.html", context, status=422 if form.errors else 200)


_METHODS = require_http_methods(["GET", "HEAD", "POST"])
deed = _METHODS(room(Room.RECORD)(_deed))
"""An act that silences, or tells nobody of anything: nothing holds it up."""
lasting_deed = _METHODS(room(Room.RECORD)(proved_again(_deed)))
"""An act that one officer can't take back."""


@require_http_methods(["GET", "HEAD", "POST"])
@room(Room.RECORD)
@proved_again
def unmerge(request: HttpRequest, offender: int) -> HttpResponse:
    """Ask that somebody who was merged be a person of their own again."""
    row = get_object_or_404(Offender.objects.select_related("merged_into"), pk=offender)
    root = row.merged_into
    if root is None or officer(request).role not in ("entry", "approval"):
        raise Http404
    asked = first_opened(request, root)
    if asked is not None:
        return asked
    form = DeedForm((), **_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.unmerge(row, officer(request), form.cleaned_data["reason"])
        except Refusal as refusal:
            refuse_in(form, refusal)
        else:
            messages.success(request, gettext("Undoing the merger awaits a second officer."))
            return see_other("console-record", root.pk)
    context = {"number": root.pk, "row": row.pk, "form": form}
    return render(
        request, "console/record/unmerge.html", context, status=422 if form.errors else 200
    )


def _given(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    return {"data": request.POST, "files": request.FILES}
