"""A file of convictions: its people page by page, and approving it as long work.

Rules that hold here: of each person is shown what of an act on one person would be told, but not
all that was entered; those who are odd come first. A file is approved beside the request, as it may
take a minute.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room
from nsor.register import proposed, services
from nsor.register.errors import Refusal
from nsor.register.models import Batch, BatchKind, BatchState
from nsor.register.people import Person
from nsor.web import jobs
from nsor.web.console.approval import opening, telling, warnings
from nsor.web.console.approval.acts import likely, see_other, visible, why_page
from nsor.web.console.approval.forms import ApproveFileForm, RejectForm, WhyForm
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.paging import place_of
from nsor.web.console.sending import sent_from
from nsor.web.refusals import told

KIND = "approve-file"
_TITLE = gettext_noop("Approving a file")
PAGE = 50


@require_http_methods(["GET", "POST"])
@room(Room.APPROVAL)
@proved_again
def file(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show a page of a file's people; POST says why those outside the jurisdiction are read."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED or batch.kind != BatchKind.IMPORT:
        return redirect("console-approval-batch", number)
    why = WhyForm(request.POST) if request.method == "POST" else WhyForm()
    if why.is_bound and not why.is_valid():
        return render(request, "console/approval/why.html", {"form": why}, status=422)
    return _page(request, batch, why=why)


@sent_from("console-approval-file")
@room(Room.APPROVAL)
@proved_again
def approve(request: HttpRequest, number: int) -> HttpResponseBase:
    """Begin to approve a file, and go to where its progress is seen."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED or batch.kind != BatchKind.IMPORT:
        return redirect("console-approval-batch", number)
    form = ApproveFileForm(request.POST)
    try:
        proposed.require_as_shown(batch, str(form.data.get("shown")))
        if batch.entered_by_id == officer(request).pk:
            raise Refusal("own_entry", "Another officer must decide this.")
        if not form.is_valid():
            return _page(request, batch, form=form, status=422)
        work = _approving(number, officer(request), form.cleaned_data["shown"])
        job = jobs.start(request, KIND, _TITLE, work, batch.entries)
    except Refusal as refusal:
        return _page(request, batch, refused=told(refusal), status=409)
    return see_other("console-approval-job", job)


@require_GET
@room(Room.APPROVAL)
def job(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show how far the approval of a file is, and how it ended."""
    seen = jobs.of(officer(request), name)
    if seen.kind != KIND:
        raise Http404("no such job")
    return jobs.reload(request, seen) or render(request, "console/approval/job.html", {"job": seen})


@require_GET
@room(Room.APPROVAL)
@proved_again
def alike(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show who may be the same as people of one page of a file."""
    batch = visible(number)
    if batch.state != BatchState.SUBMITTED or batch.kind != BatchKind.IMPORT:
        return redirect("console-approval-batch", number)
    after, warned = _place(request)
    rows = proposed.rows_of_page(batch, after=after, most=PAGE, warned=warned)
    if opening.asks_why(request, batch, rows):
        return redirect("console-approval-file", number)
    by_script = request.headers.get("HX-Request") == "true"
    template = "console/approval/_alike.html" if by_script else "console/approval/alike.html"
    return render(request, template, {"batch": batch, "alike": likely(request, batch, rows[:PAGE])})


def _approving(number: int, who: Officer, shown: str) -> jobs.Work:
    def work(progress: Callable[[int], None]) -> dict[str, object]:
        approval = services.approve(number, who, progress=progress, shown=shown)
        return {"batch": number, "published": approval.published}

    return work


def _page(
    request: HttpRequest,
    batch: Batch,
    *,
    why: WhyForm | None = None,
    form: ApproveFileForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    why = why or WhyForm()
    after, warned = _place(request)
    given = why.cleaned_data["reason"] if why.is_bound else ""
    odd = proposed.warned_of(batch)
    warned = warned and bool(odd)
    try:
        page = proposed.read_page(
            batch,
            officer(request),
            given or opening.reason_for(request, batch),
            after=after,
            most=PAGE,
            warned=warned,
        )
    except Refusal as refusal:
        return why_page(request, why, refusal)
    opening.hold(request, batch, given)
    here = reverse("console-approval-file", args=[batch.pk])
    view = "odd" if warned else "all"
    context = {
        "batch": batch,
        "is_own": batch.entered_by_id == officer(request).pk,
        "people": [_shown(person) for person in page.people],
        "service": telling.service(),
        "odd": odd,
        "warned": warned,
        "next": f"{here}?view={view}&after={page.next}" if page.next else "",
        "first": f"{here}?view={view}" if after else "",
        "place": f"view={view}&after={after}",
        "form": form or ApproveFileForm(initial={"shown": proposed.digest_of(batch)}),
        "reject_form": RejectForm(),
        "refused": refused,
    }
    return render(request, "console/approval/file.html", context, status=status)


def _place(request: HttpRequest) -> tuple[int, bool]:
    """Return what a page begins after, and whether it shows the odd ones alone: they come first."""
    return place_of(request), request.GET.get("view", "odd") == "odd"


def _shown(person: Person) -> dict[str, object]:
    return {
        "person": person,
        "told": [(one, telling.then(person, one)) for one in person.answerable],
        "why_not": telling.why_not(person),
        "warnings": warnings.of_person(person),
    }
