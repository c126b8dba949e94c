"""The pages of this room that act: what administrators propose, decide and end."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nsor.accounts.models import Role
from nsor.accounts.rooms import Room
from nsor.register.errors import Refusal
from nsor.sources import services
from nsor.sources.models import Proposal, Source, SourceKey
from nsor.web.console.answers import see_other
from nsor.web.console.asking import ReasonForm, prefixed, tried
from nsor.web.console.guard import administrators, not_yours, officer, proved_again, room
from nsor.web.console.sources.forms import (
    AddForm,
    ChangeForm,
    GapForm,
    KeyForm,
)
from nsor.web.console.sources.views import page_of, page_of_proposal
from nsor.web.refusals import told
from nsor.web.templatetags.nsor_web import KARACHI


@require_http_methods(["GET", "POST"])
@room(Room.SOURCES)
@administrators
@proved_again
def add(request: HttpRequest) -> HttpResponse:
    """Propose a new source."""
    form = AddForm(request.POST or None)
    if request.method == "POST":
        asked = tried(
            form,
            lambda: services.propose_source(
                **form.scope, officer=officer(request), reason=form.cleaned_data["reason"]
            ),
        )
        if asked:
            return _proposed(request, asked)
    status = 422 if request.method == "POST" else 200
    return render(request, "console/sources/add.html", {"form": form}, status=status)


@require_POST
@room(Room.SOURCES)
@administrators
@proved_again
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Propose another scope or quota."""
    source = _source(number)
    form = ChangeForm(request.POST, auto_id="change_%s")
    asked = tried(
        form,
        lambda: services.propose_change(
            source, **form.scope, officer=officer(request), reason=form.cleaned_data["reason"]
        ),
    )
    return _proposed(request, asked) if asked else page_of(request, source, {"change": form}, form)


@require_POST
@room(Room.SOURCES)
@administrators
@proved_again
def give_key(request: HttpRequest, number: int) -> HttpResponse:
    """Propose a key."""
    source = _source(number)
    form = prefixed(KeyForm, "key", data=request.POST)
    asked = tried(
        form,
        lambda: services.propose_key(
            source,
            form.cleaned_data["public"],
            officer(request),
            form.cleaned_data["reason"],
            valid_to=_end_of(form.cleaned_data["valid_to"]),
        ),
    )
    return _proposed(request, asked) if asked else page_of(request, source, {"key": form}, form)


@require_POST
@room(Room.SOURCES)
@administrators
@proved_again
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Switch a source off, at once."""
    source = _source(number)
    form = prefixed(ReasonForm, "stop", data=request.POST)
    done = _done(form, lambda: services.stop(source, officer(request), form.cleaned_data["reason"]))
    if not done:
        return page_of(request, source, {"stop": form}, form)
    messages.success(request, _("The source is switched off."))
    return see_other("console-sources-one", source.pk)


@require_POST
@room(Room.SOURCES)
@administrators
@proved_again
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke a key, at once."""
    key = get_object_or_404(SourceKey.objects.select_related("source"), pk=number)
    form = prefixed(ReasonForm, f"revoke{key.pk}", data=request.POST)
    done = _done(
        form, lambda: services.revoke_key(key, officer(request), form.cleaned_data["reason"])
    )
    if not done:
        return page_of(request, key.source, {}, form)
    messages.success(request, _("The key is revoked."))
    return see_other("console-sources-one", key.source_id)


@require_POST
@room(Room.SOURCES)
def close_gap(request: HttpRequest, number: int) -> HttpResponse:
    """Record that a missing number will never come."""
    source = _source(number)
    if officer(request).role not in (Role.APPROVAL, Role.ADMINISTRATION):
        return not_yours(request)
    form = prefixed(GapForm, "gap", data=request.POST)
    done = _done(
        form,
        lambda: services.close_gap(
            source,
            form.cleaned_data["sequence"],
            officer(request),
            form.cleaned_data["reason"],
        ),
    )
    if not done:
        return page_of(request, source, {"gap": form}, form)
    messages.success(request, _("The number is not missed any more."))
    return see_other("console-sources-one", source.pk)


@require_POST
@room(Room.SOURCES)
@administrators
@proved_again
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Approve what another administrator proposed."""
    get_object_or_404(Proposal, pk=number)
    try:
        services.approve(number, officer(request))
    except Refusal as refusal:
        return page_of_proposal(request, number, refused=told(refusal))
    messages.success(request, _("It was approved, and holds from now on."))
    return see_other("console-sources-proposal", number)


@require_POST
@room(Room.SOURCES)
@administrators
@proved_again
def reject(request: HttpRequest, number: int) -> HttpResponse:
    """Reject it, with a reason."""
    get_object_or_404(Proposal, pk=number)
    form = prefixed(ReasonForm, "reject", data=request.POST)
    rejected = tried(
        form, lambda: services.reject(number, officer(request), form.cleaned_data["reason"])
    )
    if not rejected:
        return page_of_proposal(request, number, form=form)
    messages.success(request, _("It was rejected."))
    return see_other("console-sources-proposal", number)


def _source(number: int) -> Source:
    return get_object_or_404(Source.objects.select_related("officer"), pk=number)


def _end_of(day: date | None) -> datetime | None:
    """Return the first moment after a day in Pakistan, None where there is none."""
    return datetime.combine(day + timedelta(days=1), time(), KARACHI) if day else None


def _done(form: forms.Form, act: Callable[[], None]) -> bool:
    def did() -> bool:
        act()
        return True

    return tried(form, did) is not None


def _proposed(request: HttpRequest, asked: Proposal) -> HttpResponse:
    messages.success(request, _("It is proposed. Another administrator has to approve it."))
    return see_other("console-sources-proposal", asked.pk)
