"""The pages of this room of the console.

Rules that hold here: everybody reads the law; officers of entry and approval propose, and another
officer of approval decides, as the law's own services say.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts.models import Officer, Role
from nsor.accounts.rooms import Room
from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.errors import LawRefusal
from nsor.law.models import ROWS, Change, ChangeKind, ChangeState, Policy, Row
from nsor.law.rows import rows_in_force
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.policy import showing, words
from nsor.web.console.policy.forms import (
    DayForm,
    DecisionForm,
    ProposalForm,
    RowForm,
    day_of,
    setting_takes,
)
from nsor.web.refusals import told

AT_ONCE = 50
PUBLIC_SERVICE = "public_service"
_PROPOSE = (Role.ENTRY, Role.APPROVAL)
_ALWAYS_THERE = (ChangeKind.SETTING, ChangeKind.TERM)


@require_GET
@room(Room.POLICY)
def index(request: HttpRequest) -> HttpResponse:
    """Show the law of a day: who may be told what, settings, tiers, duties."""
    form = DayForm(request.GET if "on" in request.GET else None)
    day = form.cleaned_data["on"] if form.is_bound and form.is_valid() else today()
    if not form.is_bound:
        form = DayForm(initial={"on": day})
    page = {
        "form": form,
        "law": showing.law_of(day),
        "is_today": day == today(),
        "kinds": words.KINDS,
        "may_propose": _may_propose(request),
        "waiting": Change.objects.filter(state=ChangeState.PROPOSED).count(),
    }
    return render(request, "console/policy/index.html", page, status=422 if form.errors else 200)


@require_GET
@room(Room.POLICY)
def offences(request: HttpRequest) -> HttpResponse:
    """Show the catalogue of offences of a day."""
    day = day_of(request.GET.get("on", ""))
    page = {
        "day": day,
        "offences": showing.offences(day),
        "may_propose": _may_propose(request),
    }
    return render(request, "console/policy/offences.html", page)


@require_GET
@room(Room.POLICY)
def changes_list(request: HttpRequest) -> HttpResponse:
    """Show the changes that wait, and those that were decided, the newest first."""
    decided = Change.objects.exclude(state=ChangeState.PROPOSED).select_related(
        "proposed_by", "decided_by"
    )
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        decided = decided.filter(pk__lt=int(after))
    found = list(decided.order_by("-pk")[: AT_ONCE + 1])
    page = {
        "waiting": [] if after else list(showing.listed(changes.waiting())),
        "decided": list(showing.listed(found[:AT_ONCE])),
        "next": f"?after={found[AT_ONCE - 1].pk}" if len(found) > AT_ONCE else "",
        "first": "?" if after else "",
        "kinds": words.KINDS,
        "may_propose": _may_propose(request),
    }
    return render(request, "console/policy/changes.html", page)


@require_GET
@room(Room.POLICY)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Show a change beside what it replaces."""
    found = _change(number)
    page = _shown(found) | {"may_decide": _may_decide(found, officer(request))}
    return render(request, "console/policy/change.html", page)


@require_http_methods(["GET", "POST"])
@room(Room.POLICY)
@proved_again
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Enact or reject a change, as another officer than the one who proposed it."""
    found = _change(number)
    acting = officer(request)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            if form.cleaned_data["decision"] == "approve":
                changes.approve(number, acting)
                messages.success(request, _("The change is law from the day that it names."))
            else:
                changes.reject(number, acting, form.cleaned_data["reason"])
                messages.success(request, _("The change is rejected: the law is as it was."))
            return _to("console-policy-change", number)
        except LawRefusal as refusal:
            form.add_error(None, told(refusal))
    page = _shown(found) | {"form": form, "may_decide": _may_decide(found, acting)}
    return render(request, "console/policy/decide.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@room(Room.POLICY)
@proved_again
def propose(request: HttpRequest, kind: str) -> HttpResponse:
    """Propose a row of one table, made like an existing one where the address names it."""
    table = _kind(kind)
    like = _row(table, request.GET.get("like", ""))
    form = RowForm(table, like, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _may_propose(request):
        try:
            made = changes.propose(table, form.values(), officer(request), **form.common())
            return _proposed(request, made)
        except LawRefusal as refusal:
            form.refuse(refusal)
    page = {
        "form": form,
        "kind": table.value,
        "title": words.KINDS[table],
        "like": like,
        "takes": setting_takes() if table == ChangeKind.SETTING else [],
        "may_propose": _may_propose(request),
    }
    return render(request, "console/policy/propose.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@room(Room.POLICY)
@proved_again
def repeal(request: HttpRequest, kind: str, row: int) -> HttpResponse:
    """Propose that a row of one table holds no longer."""
    table = _kind(kind)
    found = _row(table, str(row))
    if found is None or table in _ALWAYS_THERE:
        raise Http404("no such row")
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _may_propose(request):
        key = {name: getattr(found, name) for name in found.KEY}
        try:
            made = changes.propose(table, key, officer(request), repeal=True, **form.common())
            return _proposed(request, made)
        except LawRefusal as refusal:
            form.refuse(refusal)
    page = {
        "form": form,
        "title": words.KINDS[table],
        "columns": [
            (words.column(table, name), words.value(table, name, getattr(found, name)))
            for name in changes.columns(type(found))
        ],
        "may_propose": _may_propose(request),
    }
    return render(request, "console/policy/repeal.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@room(Room.POLICY)
@proved_again
def public_service(request: HttpRequest) -> HttpResponse:
    """Propose to switch the service for the public off, or on again."""
    settings = {row.key: row for row in rows_in_force(Policy, today())}
    row = settings.get(PUBLIC_SERVICE)
    is_open = row is not None and row.value == "open"
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _may_propose(request):
        values = {"key": PUBLIC_SERVICE, "value": "closed" if is_open else "open"}
        try:
            made = changes.propose(ChangeKind.SETTING, values, officer(request), **form.common())
            return _proposed(request, made)
        except LawRefusal as refusal:
            form.refuse(refusal)
    waiting = [
        one
        for one in changes.waiting()
        if one.kind == ChangeKind.SETTING and one.values.get("key") == PUBLIC_SERVICE
    ]
    page = {
        "form": form,
        "row": row,
        "is_open": is_open,
        "waiting": waiting,
        "may_propose": _may_propose(request),
    }
    return render(request, "console/policy/service.html", page, status=422 if form.errors else 200)


def _proposed(request: HttpRequest, made: Change) -> HttpResponse:
    messages.success(request, _("The change is proposed. Another officer decides it."))
    return _to("console-policy-change", made.pk)


def _shown(found: Change) -> dict[str, Any]:
    return {
        "change": found,
        "kind": words.KINDS[found.kind],
        "differences": showing.differences(found),
        "replaces": showing.replaced(found) is not None,
    }


def _may_propose(request: HttpRequest) -> bool:
    return officer(request).role in _PROPOSE


def _may_decide(found: Change, acting: Officer) -> bool:
    return (
        found.state == ChangeState.PROPOSED
        and acting.role == Role.APPROVAL
        and found.proposed_by_id != acting.pk
    )


def _change(number: int) -> Change:
    found = (
        Change.objects.filter(pk=number).select_related("proposed_by", "decided_by").first()
        if number < 2**63
        else None
    )
    if found is None:
        raise Http404("no such change")
    return found


def _kind(kind: str) -> ChangeKind:
    if kind not in ChangeKind.values:
        raise Http404("no such table")
    return ChangeKind(kind)


def _row(kind: ChangeKind, number: str) -> Row | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return ROWS[kind]._default_manager.filter(pk=int(number)).first()


def _to(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
