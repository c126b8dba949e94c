"""The pages of this room of the console: who may act, what is proposed, and what becomes of it.

Rules that hold here: auditors look and administrators propose and decide; a one-time link and a
secret are shown on the one page that answers the approval, and kept nowhere.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nsor.accounts import links, proposals
from nsor.accounts.errors import AccountError
from nsor.accounts.models import Officer, OfficerProposal, Role, State
from nsor.accounts.rooms import Room
from nsor.web.console.answers import see_other
from nsor.web.console.asking import ReasonForm, prefixed, tried
from nsor.web.console.guard import administers, administrators, officer, proved_again, room
from nsor.web.console.officers.forms import AddForm, StandingForm
from nsor.web.console.officers.places import named
from nsor.web.console.paging import place_of
from nsor.web.refusals import told

A_PAGE = 50
ENOUGH = 3
"""Administrators below which one who lost their second factor leaves nobody to help."""


@require_GET
@room(Room.OFFICERS)
def index(request: HttpRequest) -> HttpResponse:
    """List the officers and what is proposed."""
    people = Officer.objects.exclude(role=Role.SOURCE).order_by("name")
    if after := place_of(request):
        people = people.filter(name__gt=get_object_or_404(Officer, pk=after).name)
    found = list(people[: A_PAGE + 1])
    waiting = OfficerProposal.objects.filter(state=State.OPEN).select_related("proposed_by")
    context = {
        "officers": [(one, named(one.jurisdiction)) for one in found[:A_PAGE]],
        "next": found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        "waiting": [(one, named(one.jurisdiction)) for one in waiting.order_by("pk")[:A_PAGE]],
        "decides": administers(request),
        "few": len(proposals.administrators()) < ENOUGH,
    }
    return render(request, "console/officers/index.html", context)


@require_http_methods(["GET", "POST"])
@room(Room.OFFICERS)
@administrators
@proved_again
def add(request: HttpRequest) -> HttpResponse:
    """Propose a new officer."""
    form = AddForm(request.POST or None)
    if request.method == "POST":
        asked = tried(form, lambda: _propose(request, form.cleaned_data))
        if asked:
            return _proposed(request, asked)
    return render(request, "console/officers/add.html", {"form": form}, status=_status(request))


@require_GET
@room(Room.OFFICERS)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one officer."""
    return _page_of(request, _person(number))


@require_POST
@room(Room.OFFICERS)
@administrators
@proved_again
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Propose another role or jurisdiction."""
    person = _person(number)
    form = prefixed(StandingForm, "change", data=request.POST)

    def act() -> OfficerProposal:
        given = form.cleaned_data
        return proposals.propose_change(
            person, given["role"], given["jurisdiction"], officer(request), given["reason"]
        )

    return _asked(request, person, "change", form, act)


@require_POST
@room(Room.OFFICERS)
@administrators
@proved_again
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Propose that an officer's access end."""
    person = _person(number)
    form = prefixed(ReasonForm, "end", data=request.POST)

    def act() -> OfficerProposal:
        return proposals.propose_end(person, officer(request), form.cleaned_data["reason"])

    return _asked(request, person, "end", form, act)


@require_POST
@room(Room.OFFICERS)
@administrators
@proved_again
def link(request: HttpRequest, number: int) -> HttpResponse:
    """Propose a fresh one-time link."""
    person = _person(number)
    form = prefixed(ReasonForm, "link", data=request.POST)

    def act() -> OfficerProposal:
        return proposals.propose_link(person, officer(request), form.cleaned_data["reason"])

    return _asked(request, person, "link", form, act)


@require_GET
@room(Room.OFFICERS)
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """Show what is proposed, and ask for a decision."""
    return _page_of_proposal(request, _proposal(number))


@require_POST
@room(Room.OFFICERS)
@administrators
@proved_again
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Approve it; a link and a secret are shown this once."""
    found = _proposal(number)
    try:
        approved = proposals.approve_proposal(number, officer(request))
    except AccountError as error:
        return _page_of_proposal(request, found, refused=told(error))
    if approved.link is None:
        said = (
            _("It was approved, and holds from now on.")
            if approved.done
            else _("Noted. Another administrator has to approve it as well.")
        )
        messages.success(request, said)
        return see_other("console-officers-proposal", number)
    context = {
        "proposal": approved.proposal,
        "link": links.address(approved.link),
        "secret": approved.secret,
    }
    return render(request, "console/officers/link.html", context)


@require_POST
@room(Room.OFFICERS)
@administrators
@proved_again
def reject(request: HttpRequest, number: int) -> HttpResponse:
    """Reject it, with a reason."""
    found = _proposal(number)
    form = prefixed(ReasonForm, "reject", data=request.POST)
    rejected = tried(
        form,
        lambda: proposals.reject_proposal(number, officer(request), form.cleaned_data["reason"]),
    )
    if not rejected:
        return _page_of_proposal(request, found, form=form)
    messages.success(request, _("It was rejected."))
    return see_other("console-officers-proposal", number)


def _person(number: int) -> Officer:
    return get_object_or_404(Officer.objects.exclude(role=Role.SOURCE), pk=number)


def _proposal(number: int) -> OfficerProposal:
    rows = OfficerProposal.objects.select_related(
        "officer", "proposed_by", "seconded_by", "decided_by"
    )
    return get_object_or_404(rows, pk=number)


def _propose(request: HttpRequest, given: dict[str, Any]) -> OfficerProposal:
    return proposals.propose_officer(
        given["name"], given["role"], given["jurisdiction"], officer(request), given["reason"]
    )


def _asked(
    request: HttpRequest,
    person: Officer,
    name: str,
    form: forms.Form,
    act: Callable[[], OfficerProposal],
) -> HttpResponse:
    """Propose what a form of an officer's page asks for, or show the page with its faults."""
    asked = tried(form, act)
    return _proposed(request, asked) if asked else _page_of(request, person, {name: form}, form)


def _proposed(request: HttpRequest, asked: OfficerProposal) -> HttpResponse:
    messages.success(request, _("It is proposed. Another administrator has to approve it."))
    return see_other("console-officers-proposal", asked.pk)


def _page_of(
    request: HttpRequest,
    person: Officer,
    given: dict[str, Any] | None = None,
    failed: forms.Form | None = None,
) -> HttpResponse:
    standing = {"role": person.role, "jurisdiction": person.jurisdiction}
    about = Q(officer=person) | Q(name=person.name)
    context = {
        "person": person,
        "jurisdiction": named(person.jurisdiction),
        "proposals": OfficerProposal.objects.filter(about).order_by("-pk")[:A_PAGE],
        "proposes": administers(request) and person.is_active and person != officer(request),
        "failed": failed,
        "change": prefixed(StandingForm, "change", initial=standing),
        "end": prefixed(ReasonForm, "end"),
        "link": prefixed(ReasonForm, "link"),
    }
    status = _status(request)
    return render(request, "console/officers/one.html", context | (given or {}), status=status)


def _page_of_proposal(
    request: HttpRequest,
    found: OfficerProposal,
    *,
    form: forms.Form | None = None,
    refused: str = "",
) -> HttpResponse:
    own = officer(request)
    taken = {found.proposed_by_id, found.seconded_by_id, found.officer_id}
    mine = own.pk in taken or own.name == found.name
    context = {
        "proposal": found,
        "jurisdiction": named(found.jurisdiction),
        "before": found.officer and named(found.officer.jurisdiction),
        "open": found.state == State.OPEN,
        "decides": administers(request) and found.state == State.OPEN and not mine,
        "mine": mine,
        "form": form or prefixed(ReasonForm, "reject"),
        "refused": refused,
    }
    return render(request, "console/officers/proposal.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 200 if request.method in ("GET", "HEAD") else 422
