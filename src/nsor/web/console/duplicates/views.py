"""The pages of people who may be the same: where to look, a pair side by side, the decision."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from nsor.accounts.rooms import Room
from nsor.register import services, waiting
from nsor.register.errors import Refusal
from nsor.register.jurisdiction import is_outside
from nsor.register.models import Batch, BatchKind, BatchState, Offender
from nsor.register.officers import require_reason
from nsor.register.reading import RecordView, read_record
from nsor.register.search import duplicates, looking
from nsor.web.console.answers import see_other
from nsor.web.console.duplicates.comparing import lines
from nsor.web.console.duplicates.forms import ApartForm, MergeForm
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.record.opening import first_opened, reason_given, reason_of, refused
from nsor.web.console.search.showing import likeness
from nsor.web.refusals import told

_MERGERS = (BatchKind.MERGE, BatchKind.UNMERGE)
_ENTRIES = (BatchKind.ENTRY, BatchKind.IMPORT)
_SHOWN = 50


@require_GET
@room(Room.DUPLICATES)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits: mergers to be decided, and entries among whom to look."""
    after = _number(request.GET.get("after", ""))
    entries = waiting.to_decide(kinds=_ENTRIES, after=after, most=_SHOWN + 1)
    more = entries[_SHOWN:]
    context = {
        "mergers": waiting.to_decide(kinds=_MERGERS, most=_SHOWN),
        "entries": entries[:_SHOWN],
        "next": f"?after={entries[_SHOWN - 1].place}" if more else "",
        "first": reverse("console-duplicates") if after else "",
    }
    return render(request, "console/duplicates/index.html", context)


@require_GET
@room(Room.DUPLICATES)
def of_person(request: HttpRequest, offender: int) -> HttpResponse:
    """Show who may be the same as a person."""
    row = get_object_or_404(Offender.objects.select_related("merged_into"), pk=offender)
    if row.merged_into_id is not None:
        return redirect("console-duplicates-of", row.merged_into_id)
    try:
        if is_outside(officer(request), row.district):
            read_record(row, officer(request), reason_given(request, row))
        same = looking.look_alikes(row, officer(request), reason_of(request))
    except Refusal as refusal:
        return refused(request, row, refusal)
    context = {"person": same.person, "found": _in_words(same)}
    return render(request, "console/duplicates/person.html", context)


@require_GET
@room(Room.DUPLICATES)
def of_batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Show who among the people of a waiting entry may be the same as others."""
    act = get_object_or_404(Batch, pk=batch, kind__in=_ENTRIES, state=BatchState.SUBMITTED)
    after = _number(request.GET.get("after", ""))
    try:
        part = looking.part_of_batch(
            act, officer(request), after, within=looking.WITHIN, reason_of=reason_of(request)
        )
    except Refusal as refusal:
        sentence = {"sentence": told(refusal)}
        return render(request, "console/duplicates/refused.html", sentence, status=503)
    context = {
        "batch": act,
        "part": part,
        "found": [(same.person, _in_words(same)) for same in part.found],
        "next": f"?after={part.after}" if part.after is not None else "",
        "first": request.path if after else "",
    }
    return render(request, "console/duplicates/batch.html", context)


def _in_words(same: looking.Same) -> list[tuple[looking.Likely, str]]:
    return [(other, likeness(other.likeness)) for other in same.others]


@require_GET
@room(Room.DUPLICATES)
def pair(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Show two records side by side."""
    return _compare(request, one, other)


@require_POST
@room(Room.DUPLICATES)
def apart(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Take the decision that two people are not the same."""
    first, second = _both(one, other)
    asked = first_opened(request, first, second)
    if asked is not None:
        return asked
    form = ApartForm(request.POST)
    if form.is_valid():
        try:
            reason = require_reason(form.cleaned_data["reason"])
            duplicates.not_same(first, second, officer(request), reason)
        except Refusal as refusal:
            form.add_error("reason", told(refusal))
        else:
            messages.success(request, gettext("Kept: they are two people."))
            return see_other("console-duplicates-of", first.pk)
    return _compare(request, one, other, apart_form=form)


@require_POST
@room(Room.DUPLICATES)
@proved_again
def merge(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Ask that two records be one."""
    first, second = _both(one, other)
    asked = first_opened(request, first, second)
    if asked is not None:
        return asked
    form = MergeForm(one, other, data=request.POST)
    if form.is_valid():
        into, gone = (first, second) if form.cleaned_data["into"] == one else (second, first)
        try:
            services.merge(into, gone, officer(request), form.cleaned_data["reason"])
        except Refusal as refusal:
            field = "reason" if refusal.code in ("reason_required", "may_name_victim") else None
            form.add_error(field, told(refusal))
        else:
            messages.success(request, gettext("The merger awaits a second officer."))
            return see_other("console-record", into.pk)
    return _compare(request, one, other, merge_form=form)


def _compare(
    request: HttpRequest,
    one: int,
    other: int,
    *,
    apart_form: ApartForm | None = None,
    merge_form: MergeForm | None = None,
) -> HttpResponse:
    read: list[RecordView] = []
    for row in _both(one, other):
        try:
            read.append(read_record(row, officer(request), reason_given(request, row)))
        except Refusal as refusal:
            return refused(request, row, refusal)
    context = {
        "first": read[0],
        "second": read[1],
        "lines": list(lines(*read)),
        "apart": apart_form or ApartForm(),
        "merge": merge_form or MergeForm(one, other),
    }
    status = 422 if apart_form or merge_form else 200
    return render(request, "console/duplicates/pair.html", context, status=status)


def _both(one: int, other: int) -> tuple[Offender, Offender]:
    """Return two people. Raises ``Http404`` unless they are two, neither of them merged."""
    if one == other:
        raise Http404
    people = Offender.objects.filter(merged_into=None)
    return get_object_or_404(people, pk=one), get_object_or_404(people, pk=other)


def _number(text: str) -> int:
    """Return a place in a list, 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
