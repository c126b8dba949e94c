"""Opening a record, which is a read that the trail knows; asking why where the register asks.

Rules that hold here: nothing of a person is shown before the read is entered; a reason that was
given holds for that officer and that person for a quarter of an hour; a number that isn't there
can't be told from one of which nothing can be read yet.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, Protocol

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from nsor.register.errors import Refusal
from nsor.register.jurisdiction import ReasonOf, is_outside
from nsor.register.models import Offender
from nsor.register.reading import RecordView, read_record
from nsor.web.console import kept
from nsor.web.console.guard import officer
from nsor.web.console.record.forms import ReasonForm
from nsor.web.refusals import told

HOLDS: Final = timedelta(minutes=15)
"""For how long a reason holds."""
_KIND: Final = "reason"


class Page(Protocol):
    """A view that is given the person as stored, and the record as it was read."""

    def __call__(
        self, request: HttpRequest, row: Offender, record: RecordView, **more: Any
    ) -> HttpResponse:
        """Return the page."""


def of_record(view: Page) -> Callable[..., HttpResponse]:
    """Have a view be given a record, read; see the module. Merged rows lead to their person."""

    @wraps(view)
    def answer(request: HttpRequest, offender: int, **more: Any) -> HttpResponse:
        row = get_object_or_404(Offender, pk=offender)
        if row.merged_into_id is not None:
            match = request.resolver_match
            assert match is not None, "a page has an address"
            return redirect(match.view_name, row.merged_into_id)
        try:
            record = read_record(row, officer(request), reason_given(request, row))
        except Refusal as refusal:
            return refused(request, row, refusal)
        return view(request, row, record, **more)

    return answer


def reason_given(request: HttpRequest, row: Offender) -> str:
    """Return the reason that the officer gave a while ago for reading this person, or ``""``."""
    return reason_of(request)(row.pk)


def reason_of(request: HttpRequest) -> ReasonOf:
    """Return what tells the reason that the officer gave for reading the person of a row."""

    def given(row: int) -> str:
        found = kept.kept(request, _KIND, str(row))
        return found if isinstance(found, str) else ""

    return given


def hold_reason(request: HttpRequest, row: Offender, reason: str) -> None:
    """Have a reason hold for this person."""
    kept.keep(request, _KIND, str(row.pk), reason, HOLDS)


def first_opened(request: HttpRequest, *rows: Offender) -> HttpResponse | None:
    """Ask why a record is opened before anything is done with it that shows nothing of it.

    None where each lies in the officer's jurisdiction, or is open already.
    """
    for row in rows:
        if is_outside(officer(request), row.district) and not reason_given(request, row):
            return ask(request, row, ReasonForm())
    return None


def refused(request: HttpRequest, row: Offender, refusal: Refusal) -> HttpResponse:
    """Return the page of a read that was refused; raise ``Http404`` where there is nothing."""
    if refusal.code == "not_registered":
        raise Http404
    if refusal.code == "reason_required":
        return ask(request, row, ReasonForm(initial={"go_on_to": request.get_full_path()}))
    gone = refusal.code == "removed"
    context = {"number": row.pk, "sentence": told(refusal), "gone": gone}
    return render(request, "console/record/refused.html", context, status=410 if gone else 503)


def ask(request: HttpRequest, row: Offender, form: ReasonForm) -> HttpResponse:
    """Return the page that asks why the record is to be read, and shows nothing of it."""
    status = 422 if form.errors else 200
    context = {"number": row.pk, "form": form, "minutes": HOLDS.seconds // 60}
    return render(request, "console/record/reason.html", context, status=status)
