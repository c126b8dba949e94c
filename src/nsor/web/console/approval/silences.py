"""What silenced somebody on one word, looked at after by a second officer.

Rules that hold here: the silence holds whatever is said here; who finds it wrong asks on the record
for what undoes it.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts.rooms import Room
from nsor.register import proposed, services, waiting
from nsor.register.errors import Refusal
from nsor.register.models import Batch
from nsor.register.proposed import Proposal
from nsor.web.console.approval import facts, opening, telling
from nsor.web.console.approval.acts import see_other, visible_act, why_page
from nsor.web.console.approval.forms import ReviewForm, WhyForm
from nsor.web.console.guard import officer, room
from nsor.web.console.paging import place_of
from nsor.web.console.queue.lists import shown
from nsor.web.console.sending import sent_from
from nsor.web.refusals import told

PAGE = 50


@require_GET
@room(Room.APPROVAL)
def silences(request: HttpRequest) -> HttpResponse:
    """List what silenced on one word and is yet to be looked at, the oldest first."""
    after = place_of(request)
    found = waiting.to_review(after=after, most=PAGE + 1)
    here = reverse("console-approval-silences")
    context = {
        "acts": shown(found[:PAGE], officer(request), page="console-approval-silence"),
        "next": f"{here}?after={found[PAGE - 1].place}" if len(found) > PAGE else "",
        "first": here if after else "",
    }
    return render(request, "console/approval/silences.html", context)


@require_http_methods(["GET", "POST"])
@room(Room.APPROVAL)
def silence(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show one of them; POST says why a record outside of the jurisdiction is opened."""
    why = WhyForm(request.POST) if request.method == "POST" else WhyForm()
    if why.is_bound and not why.is_valid():
        return render(request, "console/approval/why.html", {"form": why}, status=422)
    return _page(request, number, why=why)


@sent_from("console-approval-silence")
@room(Room.APPROVAL)
def look(request: HttpRequest, number: int) -> HttpResponseBase:
    """Record that a silence was looked at, and stands."""
    batch = visible_act(number)
    if opening.asks_why(request, batch):
        return see_other("console-approval-silence", number)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, number, form=form, status=422)
    try:
        services.review_silence(batch, officer(request), form.cleaned_data["note"])
    except Refusal as refusal:
        if refusal.code in ("may_name_victim", "removed"):
            form.add_error("note", told(refusal))
            return _page(request, number, form=form, status=422)
        messages.error(request, told(refusal))
        return see_other("console-approval-silences")
    messages.success(request, _("Looked at: the silence stands."))
    return see_other("console-approval-silences")


def _page(
    request: HttpRequest,
    number: int,
    *,
    why: WhyForm | None = None,
    form: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    why = why or WhyForm()
    batch = visible_act(number)
    proposal: Proposal | None = None
    try:
        proposal = _read(request, batch, why.cleaned_data["reason"] if why.is_bound else "")
    except Refusal as refusal:
        if refusal.code in ("reason_required", "may_name_victim"):
            return why_page(request, why, refusal)
        if refusal.code != "removed":  # then it can be marked as looked at, and no more
            messages.error(request, told(refusal))
            return see_other("console-approval-silences")
    context: dict[str, object] = {
        "batch": batch,
        "proposal": proposal,
        "is_own": batch.entered_by_id == officer(request).pk,
        "form": form or ReviewForm(),
    }
    if proposal is not None:
        people = [side.person for side in proposal.before]
        context |= {"groups": facts.groups(proposal), "told": list(telling.of_people(people))}
    return render(request, "console/approval/silence.html", context, status=status)


def _read(request: HttpRequest, batch: Batch, given: str) -> Proposal:
    reason = given or opening.reason_for(request, batch)
    proposal = proposed.read_silence(batch.pk, officer(request), reason)
    opening.hold(request, batch, given, [side.person.offender for side in proposal.before])
    return proposal
