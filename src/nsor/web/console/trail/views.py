"""The pages of this room of the console.

Rules that hold here: a list shows what entries say in clear; the details of one are opened on
request, with a reason, and that is an act of its own.
"""

import json
import time
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts.rooms import Room
from nsor.audit import listing, proving, trail, verifying
from nsor.audit.acts import Act
from nsor.audit.errors import TrailError
from nsor.audit.listing import Place
from nsor.register.errors import Refusal
from nsor.register.officers import actor, require_reason
from nsor.secrecy.box import SealBroken
from nsor.web import jobs
from nsor.web.console.guard import officer, room
from nsor.web.console.trail import showing
from nsor.web.console.trail.forms import FilterForm, ReasonForm, initial, wanted
from nsor.web.console.trail.words import meaning
from nsor.web.console.trail.working import TITLE, VERIFY
from nsor.web.console.trail.working import verifying as verifying_work
from nsor.web.refusals import told

AT_ONCE = 50
_LARGEST = 2**63 - 1
_LATELY = 7 * 24 * 3600 * 1_000_000
"""Microseconds in which acts without an outcome are looked for, where not in the whole trail."""


@require_http_methods(["GET", "POST"])
@room(Room.TRAIL)
def index(request: HttpRequest) -> HttpResponse:
    """Show the entries that are looked for, the newest first."""
    query = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    if request.method == "POST":
        form = FilterForm(request.POST)
        if form.is_valid():
            asked = urlencode(form.address())
            return _to(f"{reverse('console-trail')}{'?' if asked else ''}{asked}")
        return render(request, "console/trail/index.html", {"form": form}, status=422)
    found = listing.entries(wanted(query), AT_ONCE + 1, _place(query.get("after", "")))
    shown = showing.shown(found[:AT_ONCE])
    more = ""
    if len(found) > AT_ONCE:
        last = found[AT_ONCE - 1]
        more = "?" + urlencode(query | {"after": f"{last.at}-{last.number}"})
    page = {
        "form": FilterForm(initial=initial(query)),
        "entries": shown,
        "more": more,
        "filtered": bool(set(query) - {"after"}),
        "first": "?" + urlencode({k: v for k, v in query.items() if k != "after"})
        if "after" in query
        else "",
    }
    return render(request, "console/trail/index.html", page)


@require_http_methods(["GET", "POST"])
@room(Room.TRAIL)
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show an entry, and its details where an officer asks for them with a reason."""
    found = listing.entry(number) if number <= _LARGEST else None
    if found is None:
        raise Http404("no such entry")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    page: dict[str, object] = {"entry": showing.shown([found])[0], "form": form}
    if form.is_bound and form.is_valid():
        try:
            page |= _opened(request, number, form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error("reason", told(refusal))
        except TrailError as error:
            form.add_error(None, told(error))
    return render(request, "console/trail/entry.html", page, status=422 if form.errors else 200)


@require_GET
@room(Room.TRAIL)
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out the proof that an entry is in the trail; nothing in it is a person's."""
    if number > _LARGEST:
        raise Http404("no such entry")
    try:
        found = proving.prove(number)
    except TrailError as error:
        if error.code == "unknown_entry":
            raise Http404("no such entry") from None
        messages.error(request, told(error))
        return _to(reverse("console-trail-entry", args=[number]))
    return HttpResponse(
        json.dumps(found._asdict()) + "\n",
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="proof-{number}.json"'},
    )


@require_GET
@room(Room.TRAIL)
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Show what is signed and witnessed of the trail."""
    try:
        page: dict[str, object] = {"state": showing.state()}
    except TrailError as error:
        page = {"fault": told(error)}
    return render(request, "console/trail/checkpoints.html", page)


@require_GET
@room(Room.TRAIL)
def unended(request: HttpRequest) -> HttpResponse:
    """Show the acts that were intended and of which nobody recorded how they ended."""
    whole = "all" in request.GET
    since = 0 if whole else (time.time_ns() // 1000) - _LATELY
    numbers = trail.without_outcome(since)
    newest = sorted(numbers, reverse=True)[:AT_ONCE]
    listed = [one for one in map(listing.entry, newest) if one is not None]
    page = {
        "entries": showing.shown(listed),
        "count": len(numbers),
        "most": AT_ONCE,
        "whole": whole,
    }
    return render(request, "console/trail/unended.html", page)


@require_http_methods(["GET", "POST"])
@room(Room.TRAIL)
def verify(request: HttpRequest) -> HttpResponse:
    """Have the whole trail be proved, and show what came of it lately."""
    if request.method == "POST":
        total = verifying.count()
        try:
            job = jobs.start(request, VERIFY, TITLE, verifying_work(officer(request)), total)
            return _to(reverse("console-trail-verification", args=[job]))
        except Refusal as refusal:
            messages.error(request, told(refusal))
            return _to(reverse("console-trail-verify"))
    page = {"jobs": jobs.recent(officer(request), VERIFY)}
    return render(request, "console/trail/verify.html", page)


@require_GET
@room(Room.TRAIL)
def verification(request: HttpRequest, job_id: str) -> HttpResponse:
    """Show how far the proving of the trail is, or what it found."""
    job = jobs.of(officer(request), job_id)
    answer = jobs.reload(request, job)
    if answer is not None:
        return answer
    findings = job.result.get("findings", [])
    assert isinstance(findings, list)
    page = {
        "job": job,
        "found": job.result,
        "findings": [(number, meaning(kind), message) for number, kind, message in findings],
    }
    return render(request, "console/trail/verification.html", page)


def _opened(request: HttpRequest, number: int, reason: str) -> dict[str, object]:
    """Enter that the details are read, and return them. Raises ``Refusal``, ``TrailError``."""
    why = require_reason(reason)
    with transaction.atomic():
        trail.record(
            Act.TRAIL_READ,
            actor=actor(officer(request)),
            subject=f"entry:{number}",
            details={"reason": why},
        )
    try:
        details = trail.details(number)
    except SealBroken:
        return {"broken": True}
    return {"destroyed": True} if details is None else {"details": showing.opened(details)}


def _place(text: str) -> Place | None:
    at, _dash, number = text.partition("-")
    if not (at.isascii() and at.isdigit() and number.isascii() and number.isdigit()):
        return None
    place = Place(int(at), int(number))
    return place if max(place) <= _LARGEST else None


def _to(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)
