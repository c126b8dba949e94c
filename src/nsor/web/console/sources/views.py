"""The pages of this room that show: the sources, one of them, a proposal, how a court connects.

Rules that hold here: of whom an event is about, nothing is shown.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from nsor.accounts.rooms import Room
from nsor.sources import figures
from nsor.sources.models import (
    EventKind,
    MissingNumber,
    Proposal,
    ProposalState,
    Push,
    PushState,
    Source,
    SourceKey,
)
from nsor.sources.receipts import state_of
from nsor.web.console.asking import ReasonForm, prefixed
from nsor.web.console.guard import administers, officer, room
from nsor.web.console.officers.places import named
from nsor.web.console.sources.forms import ChangeForm, GapForm, KeyForm

A_PAGE = 50
NEWEST = 20


@require_GET
@room(Room.SOURCES)
def index(request: HttpRequest) -> HttpResponse:
    """List the sources with their figures, and what waits."""
    found = figures.freshness()
    waiting = Proposal.objects.filter(state=ProposalState.PROPOSED)
    context = {
        "sources": found,
        "silent": [one for one in found if one.silent],
        "days": figures.DAYS,
        "refused_unknown": figures.refusals(),
        "waiting": waiting.select_related("source", "proposed_by").order_by("pk")[:A_PAGE],
        "administers": administers(request),
    }
    return render(request, "console/sources/index.html", context)


@require_GET
@room(Room.SOURCES)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one source."""
    return page_of(request, get_object_or_404(Source, pk=number))


@require_GET
@room(Room.SOURCES)
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """Show what is proposed, and ask for a decision."""
    return page_of_proposal(request, number)


@require_GET
@room(Room.SOURCES)
def connect(request: HttpRequest) -> HttpResponse:
    """Tell how a court connects."""
    context = {"address": settings.PUBLIC_URL, "kinds": EventKind.values}
    return render(request, "console/sources/connect.html", context)


def page_of(
    request: HttpRequest,
    source: Source,
    given: dict[str, Any] | None = None,
    failed: forms.Form | None = None,
) -> HttpResponse:
    """Return the page of one source, with the forms that an administrator has there."""
    pushes = Push.objects.filter(source=source).select_related("batch").order_by("-pk")
    context = {
        "source": source,
        "districts": [named(slug) for slug in source.districts],
        "keys": [
            (key, _in_force(key), prefixed(ReasonForm, f"revoke{key.pk}"))
            for key in source.keys.select_related("revoked_by").order_by("pk")
        ],
        "missing": MissingNumber.objects.filter(source=source).order_by("sequence")[:A_PAGE],
        "taken": [
            (push, state_of(push)) for push in pushes.filter(state=PushState.ACCEPTED)[:NEWEST]
        ],
        "refused": pushes.filter(state=PushState.REFUSED)[:NEWEST],
        "proposals": source.proposals.order_by("-pk")[:NEWEST],
        "administers": administers(request),
        "failed": failed,
        "change": prefixed(ChangeForm, "change", initial=_initial(source)),
        "key": prefixed(KeyForm, "key"),
        "stop": prefixed(ReasonForm, "stop"),
        "gap": prefixed(GapForm, "gap"),
    }
    status = 422 if failed else 200
    return render(request, "console/sources/one.html", context | (given or {}), status=status)


def page_of_proposal(
    request: HttpRequest, number: int, *, form: forms.Form | None = None, refused: str = ""
) -> HttpResponse:
    """Return the page of a proposal."""
    rows = Proposal.objects.select_related("source", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=number)
    mine = found.proposed_by_id == officer(request).pk
    is_open = found.state == ProposalState.PROPOSED
    context = {
        "proposal": found,
        "values": found.values,
        "districts": [named(slug) for slug in found.values.get("districts", ())],
        "mine": mine,
        "open": is_open,
        "decides": is_open and not mine and administers(request),
        "form": form or prefixed(ReasonForm, "reject"),
        "refused": refused,
    }
    status = 422 if form or refused else 200
    return render(request, "console/sources/proposal.html", context, status=status)


def _in_force(key: SourceKey) -> bool:
    now = timezone.now()
    begun = key.revoked_at is None and key.valid_from <= now
    return begun and (key.valid_to is None or now < key.valid_to)


def _initial(source: Source) -> dict[str, Any]:
    names = ("active", "events", "districts", "per_minute", "per_day", "silent_after_hours")
    return {name: getattr(source, name) for name in names}
