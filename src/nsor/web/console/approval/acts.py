"""An act on one person: reading it side by side, and deciding on it.

Rules that hold here: what is approved is exactly what was shown (a digest of all of it comes back
with the form, and is held against the register under its lock); each number is confirmed by its own
box; nobody decides on their own entry; a refusal changes nothing and is told in a sentence.
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts.rooms import Room
from nsor.register import identity_checks, proposed, services
from nsor.register.errors import Refusal
from nsor.register.models import UNSEEN_STATES, Batch, BatchKind, BatchState
from nsor.register.proposed import Proposal
from nsor.register.search import duplicates
from nsor.register.search.looking import Likely
from nsor.web.console.approval import checks, facts, opening, telling, warnings
from nsor.web.console.approval.forms import ApproveForm, LetPassForm, RejectForm, WhyForm, pairs
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.record.opening import reason_of
from nsor.web.console.sending import sent_from
from nsor.web.refusals import told

_NAMED = ("entered_by", "decided_by", "offender__merged_into", "other")
_HIDDEN = (*UNSEEN_STATES, BatchState.DRAFT)
_ENTERING = (BatchKind.ENTRY, BatchKind.IMPORT)
MOST_ALIKE = 10
MOST_OTHERS = 3


@require_http_methods(["GET", "POST"])
@room(Room.APPROVAL)
@proved_again
def act(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show an act side by side; POST says why a record outside of the jurisdiction is opened."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED:
        return render(request, "console/approval/decided.html", {"batch": batch})
    if batch.kind == BatchKind.IMPORT:
        return redirect("console-approval-file", number)
    return _page(request, number, why=_why(request))


@sent_from("console-approval-batch")
@room(Room.APPROVAL)
@proved_again
def approve(request: HttpRequest, number: int) -> HttpResponseBase:
    """Approve an act, as it was shown and with each number confirmed."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED or batch.kind == BatchKind.IMPORT:
        return redirect("console-approval-batch", number)
    try:
        proposal = proposed.gather(proposed.waiting_act(number))
        form = ApproveForm(pairs(proposal), request.POST)
        if form.data.get("shown") != _shown(proposal, list(_told(proposal))):
            raise proposed.changed()
        if not form.is_valid():
            return _page(request, number, form=form, status=422)
        approval = services.approve(number, officer(request), shown=proposal.digest)
    except Refusal as refusal:
        return _refused(request, number, refusal)
    count = approval.published
    messages.success(
        request,
        ngettext(
            "Approved. By it the public is told of %(count)d person.",
            "Approved. By it the public is told of %(count)d people.",
            count,
        )
        % {"count": count}
        if count
        else _("Approved. The public is told of nobody by it."),
    )
    return _to_queue()


@sent_from("console-approval-batch")
@room(Room.APPROVAL)
@proved_again
def reject(request: HttpRequest, number: int) -> HttpResponseBase:
    """Reject an act or a file, with a reason."""
    batch = visible(number)
    if opening.asks_why(request, batch):
        return see_other("console-approval-batch", number)
    form = RejectForm(request.POST)
    if not form.is_valid():
        if batch.state != BatchState.SUBMITTED:
            return see_other("console-approval-batch", number)
        return _reject_again(request, batch, form)
    try:
        services.reject(number, officer(request), form.cleaned_data["reason"])
    except Refusal as refusal:
        if refusal.code in ("may_name_victim", "reason_required"):
            form.add_error("reason", told(refusal))
            return _reject_again(request, batch, form)
        return _refused(request, number, refusal)
    messages.success(request, _("Rejected. Whoever entered it sees the reason."))
    return _to_queue()


@sent_from("console-approval-batch")
@room(Room.APPROVAL)
@proved_again
def let_pass(request: HttpRequest, number: int) -> HttpResponseBase:
    """Let a number pass that the identity authority doesn't confirm."""
    batch = visible(number)
    if opening.asks_why(request, batch):
        return see_other("console-approval-batch", number)
    form = LetPassForm(request.POST)
    if not form.is_valid():
        return _page(request, number, let_pass_form=form, status=422)
    chosen = form.cleaned_data["number"]
    try:
        identity_checks.let_pass(batch, officer(request), form.cleaned_data["reason"], chosen)
    except Refusal as refusal:
        return _refused(request, number, refusal)
    messages.success(request, _("The number may pass, and your reason is kept."))
    return see_other("console-approval-batch", number)


@require_GET
@room(Room.APPROVAL)
@proved_again
def alike(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show who may be the same as the person of an act: a page of its own, or a part of one."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED or opening.asks_why(request, batch):
        return redirect("console-approval-batch", number)
    return render(
        request,
        "console/approval/_alike.html" if _by_script(request) else "console/approval/alike.html",
        {"batch": batch, "alike": likely(request, batch)},
    )


def likely(
    request: HttpRequest, batch: Batch, rows: Collection[int] | None = None
) -> list[dict[str, object]]:
    """Return who may be the same as people of a batch, as far as the officer is shown them.

    It is in the trail before.
    """
    found = list(duplicates.of_batch(batch, officer(request), rows=rows))[:MOST_ALIKE]
    candidates = {one.offender: one for alike in found for one in alike.candidates[:MOST_OTHERS]}
    shown = duplicates.show(candidates.values(), officer(request), reason_of(request))
    opened = {row.offender: row for row in shown}
    return [
        {
            "offender": one.offender,
            "others": [
                Likely(other.offender, other.likeness, opened.get(other.offender))
                for other in one.candidates[:MOST_OTHERS]
            ],
        }
        for one in found
    ]


def why_page(request: HttpRequest, form: Form, refusal: Refusal) -> HttpResponse:
    """Ask why a record outside of the jurisdiction is opened."""
    if form.is_bound and not form.errors:
        form.add_error("reason", told(refusal))
    status = 422 if form.is_bound else 200
    return render(request, "console/approval/why.html", {"form": form}, status=status)


def _page(
    request: HttpRequest,
    number: int,
    *,
    why: WhyForm | None = None,
    form: ApproveForm | None = None,
    reject_form: RejectForm | None = None,
    let_pass_form: LetPassForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    why = why or WhyForm()
    if why.is_bound and not why.is_valid():
        return render(request, "console/approval/why.html", {"form": why}, status=422)
    try:
        proposal = _read(
            request, visible(number), why.cleaned_data["reason"] if why.is_bound else ""
        )
    except Refusal as refusal:
        if refusal.code in ("reason_required", "may_name_victim"):
            return why_page(request, why, refusal)
        return _refused_alone(request, refusal)
    told_then = list(_told(proposal))
    batch = proposal.batch
    shown = _shown(proposal, told_then)
    found = facts.groups(proposal)
    context: dict[str, Any] = {
        "proposal": proposal,
        "batch": batch,
        "is_own": batch.entered_by_id == officer(request).pk,
        "groups": found,
        "changes": [group for group in found if group.changed],
        "told": told_then,
        "service": telling.service(),
        "warnings": warnings.of(proposal),
        "checks": checks.of(batch, told_then),
        "unchecked": _is_to_be_asked(batch),
        "has_duplicates": batch.kind in _ENTERING,
        "form": _fresh(form, proposal, shown),
        "reject_form": reject_form or RejectForm(),
        "let_pass_form": let_pass_form or LetPassForm(),
        "refused": refused,
    }
    return render(request, "console/approval/act.html", context, status=status)


def _is_to_be_asked(batch: Batch) -> bool:
    """Tell whether the authority is to be asked about an act, and wasn't yet."""
    asked = settings.IDENTITY_URL and batch.kind in identity_checks.CHECKED
    return bool(asked) and batch.identity_checked_at is None


def _fresh(form: ApproveForm | None, proposal: Proposal, shown: str) -> ApproveForm:
    """Return the form that is sent again, or a new one that says what is shown now."""
    return form or ApproveForm(pairs(proposal), initial={"shown": shown})


def _read(request: HttpRequest, batch: Batch, given: str) -> Proposal:
    reason = given or opening.reason_for(request, batch)
    proposal = proposed.read_proposal(batch.pk, officer(request), reason)
    opening.hold(request, batch, given, [side.person.offender for side in proposal.before])
    return proposal


def _told(proposal: Proposal) -> Iterable[telling.Told]:
    people = [side.person for side in proposal.shown]
    return telling.of_people(people, erased=not proposal.after)


def _shown(proposal: Proposal, told_then: list[telling.Told]) -> str:
    """Return what stands for all that a page shows, the wording included."""
    words = repr([(one.row, one.then and tuple(one.then), one.why_not) for one in told_then])
    return f"{proposal.digest}.{hashlib.sha256(words.encode()).hexdigest()}"


def _why(request: HttpRequest) -> WhyForm | None:
    return WhyForm(request.POST) if request.method == "POST" else None


def visible(number: int) -> Batch:
    """Return a batch that was submitted, whatever became of it. Raises ``Http404``."""
    shown = Batch.objects.exclude(state__in=_HIDDEN).filter(submission__isnull=False)
    batch = (
        shown.select_related("entered_by", "decided_by", "offender__merged_into")
        .filter(pk=number)
        .first()
    )
    if batch is None:
        raise Http404("no such act")
    return batch


def visible_act(number: int) -> Batch:
    """Return an act that took effect or was decided. Raises ``Http404``."""
    shown = Batch.objects.exclude(state__in=_HIDDEN).select_related(
        "entered_by", "offender__merged_into"
    )
    batch = shown.filter(pk=number).first()
    if batch is None:
        raise Http404("no such act")
    return batch


def _refused(request: HttpRequest, number: int, refusal: Refusal) -> HttpResponseBase:
    """Show an act again with why it was refused; who decided it, where another was faster."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED:
        context = {"batch": batch, "refused": told(refusal)}
        return render(request, "console/approval/decided.html", context, status=409)
    if batch.kind == BatchKind.IMPORT:
        messages.error(request, told(refusal))
        return see_other("console-approval-file", number)
    return _page(request, number, refused=told(refusal), status=409)


def _refused_alone(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"refused": told(refusal)}
    return render(request, "console/approval/refused.html", context, status=409)


def _reject_again(request: HttpRequest, batch: Batch, form: RejectForm) -> HttpResponse:
    if batch.kind == BatchKind.IMPORT:
        context = {"batch": batch, "reject_form": form}
        return render(request, "console/approval/reject.html", context, status=422)
    return _page(request, batch.pk, reject_form=form, status=422)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _to_queue() -> HttpResponse:
    return see_other("console-queue")


def see_other(name: str, *args: object) -> HttpResponse:
    """Go on to another page after an act."""
    found = redirect(name, *args)
    found.status_code = 303
    return found
