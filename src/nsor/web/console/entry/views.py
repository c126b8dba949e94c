"""The pages on which a conviction is entered: the list, the form, who is alike, the review.

Rules that hold here: whatever is typed is saved before anything else is done with it; a form of
another officer isn't there. What a page does is a plain form that is posted; a script only saves
the typing in between.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nsor.accounts.rooms import Room
from nsor.law import catalogue
from nsor.places import DISTRICTS
from nsor.register import drafts, entering
from nsor.register.drafts import OpenForm
from nsor.register.entering import EntryRefused, MaybeKnown
from nsor.register.errors import Refusal
from nsor.register.evidence.files import receive
from nsor.register.models import Batch
from nsor.web.console.answers import go_on_to, see_other
from nsor.web.console.entry import showing
from nsor.web.console.entry.documents import DocumentForm
from nsor.web.console.entry.forms import ROWS, ConvictionForm, rows_of, typed_in
from nsor.web.console.entry.values import values_of
from nsor.web.console.guard import officer, room
from nsor.web.console.record.opening import reason_of
from nsor.web.refusals import told

_STATUS = {"form_changed": 409, "unknown_form": 404, "busy": 503}

View = Callable[..., HttpResponse]


def of_own_form(view: View) -> View:
    """Have a view be given a form of the officer's own; any other isn't there."""

    @wraps(view)
    def answer(request: HttpRequest, number: int, **more: Any) -> HttpResponse:
        form = drafts.find(number, officer(request))
        if form is None:
            raise Http404
        return view(request, form, **more)

    return answer


@require_GET
@room(Room.ENTRY)
def index(request: HttpRequest) -> HttpResponse:
    """Show the officer's unfinished forms and drafts, and begin another."""
    context = {
        "forms": drafts.listed(officer(request)),
        "drafts": drafts.waiting_drafts(officer(request)),
        "kept_days": drafts.KEPT_DAYS,
    }
    return render(request, "console/entry/index.html", context)


@require_POST
@room(Room.ENTRY)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a form."""
    try:
        number = drafts.begin(officer(request))
    except Refusal as refusal:
        messages.error(request, told(refusal))
        return see_other("console-entry")
    return see_other("console-entry-form", number)


@require_GET
@room(Room.ENTRY)
@of_own_form
def form(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Show a form as it was saved."""
    return _form_page(request, form, ConvictionForm(form.values))


@require_POST
@room(Room.ENTRY)
@of_own_form
def save(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Save what is typed; a row more, where that was asked for."""
    values = typed_in(request.POST)
    more = request.POST.get("more", "")
    if more in ROWS:
        values[f"{more}_rows"] = str(rows_of(more, values) + 1)
    try:
        form = _save(request, form, values)
    except Refusal as refusal:
        return _not_saved(request, form, values, refusal)
    if _is_partial(request):
        return render(request, "console/entry/saved.html", {"entry": form, "oob": True})
    if more in ROWS:
        row = rows_of(more, values)
        name = f"{more}_ur_{row}" if more == "alias" else f"{more}_{row}"
        return _at(form, name)
    messages.success(request, _("The form is saved."))
    return see_other("console-entry-form", form.number)


@require_POST
@room(Room.ENTRY)
@of_own_form
def check(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Save the form, and enter it as a draft of the register where nothing is wrong with it."""
    values = typed_in(request.POST)
    try:
        form = _save(request, form, values)
    except Refusal as refusal:
        return _not_saved(request, form, values, refusal)
    return _enter(request, form)


@require_http_methods(["GET", "POST"])
@room(Room.ENTRY)
@of_own_form
def alike(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Show who may be the same person beside what was typed, and take what the officer says."""
    if request.method == "POST":
        said = {
            one.offender: request.POST.get(f"person_{one.offender}", "") for one in form.undecided
        }
        if "mistyped" in said.values():
            return _at(form, "number")
        for number, word in said.items():
            if word == "add":
                address = reverse("console-entry-add-number", args=[number])
                return go_on_to(f"{address}?form={form.number}")
        same = next((number for number, word in said.items() if word == "same"), None)
        others = [number for number, word in said.items() if word == "another"]
        drafts.decide(form.number, officer(request), same=same, others=others)
        if same is not None or others:
            return _enter(request, drafts.find(form.number, officer(request)) or form)
    try:
        shown = drafts.candidates(form.number, officer(request), reason_of(request))
    except Refusal as refusal:
        return _refused(request, refusal)
    if not shown:
        return see_other("console-entry-form", form.number)
    context = showing.alike(form, shown)
    status = 422 if request.method == "POST" else 200
    return render(request, "console/entry/alike.html", context, status=status)


@require_GET
@room(Room.ENTRY)
def draft(request: HttpRequest, batch: int) -> HttpResponse:
    """Show a draft as it was entered, before it is submitted."""
    return _draft_page(request, batch)


@require_POST
@room(Room.ENTRY)
def change(request: HttpRequest, batch: int) -> HttpResponse:
    """Go back to the form of a draft; where that is gone, make it anew of what was entered."""
    entered = drafts.entered(batch, officer(request))
    if entered is None:
        raise Http404
    if entered.form is not None:
        return see_other("console-entry-form", entered.form)
    try:
        number = drafts.begin(
            officer(request), values_of(entered), Batch.objects.get(pk=entered.batch)
        )
    except Refusal as refusal:
        return _draft_page(request, batch, refusal)
    return see_other("console-entry-form", number)


@require_POST
@room(Room.ENTRY)
def submit(request: HttpRequest, batch: int) -> HttpResponse:
    """Submit a draft to a second officer."""
    try:
        drafts.submit(batch, officer(request))
    except Refusal as refusal:
        return _draft_page(request, batch, refusal)
    messages.success(
        request, _("Draft %(number)d waits for a second officer now.") % {"number": batch}
    )
    return see_other("console-entry")


@require_http_methods(["GET", "POST"])
@room(Room.ENTRY)
@of_own_form
def discard(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Ask whether a form, and the draft of it, are to be discarded; discard them."""
    if request.method == "POST":
        try:
            drafts.discard(form.number, officer(request))
        except Refusal as refusal:
            return _refused(request, refusal)
        messages.success(request, _("The form is discarded. Nothing of it is left."))
        return see_other("console-entry")
    back = reverse("console-entry-form", args=[form.number])
    return render(request, "console/entry/discard.html", {"back": back, "batch": form.batch})


@require_http_methods(["GET", "POST"])
@room(Room.ENTRY)
def discard_draft(request: HttpRequest, batch: int) -> HttpResponse:
    """The same of a draft whose form is gone."""
    entered = drafts.entered(batch, officer(request))
    if entered is None:
        raise Http404
    if entered.form is not None:
        return see_other("console-entry-discard", entered.form)
    if request.method == "POST":
        try:
            entering.discard_draft(Batch.objects.get(pk=batch), officer(request))
        except Refusal as refusal:
            return _refused(request, refusal)
        messages.success(request, _("The draft is discarded."))
        return see_other("console-entry")
    back = reverse("console-entry-draft", args=[batch])
    return render(request, "console/entry/discard.html", {"back": back, "batch": batch})


@require_POST
@room(Room.ENTRY)
@of_own_form
def add_document(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Save the form, and add a document to it."""
    values = typed_in(request.POST)
    try:
        form = _save(request, form, values)
    except Refusal as refusal:
        return _not_saved(request, form, values, refusal)
    sent = DocumentForm(request.POST, request.FILES)
    if sent.is_valid():
        file = sent.cleaned_data["document"]
        try:
            drafts.add_document(
                form.number,
                officer(request),
                receive(file),
                file.name,
                sent.cleaned_data["document_kind"],
            )
        except Refusal as refusal:
            sent.add_error("document", told(refusal))
        else:
            return _at(form, "document")
    return _form_page(request, form, ConvictionForm(form.values), documents=sent, status=422)


@require_POST
@room(Room.ENTRY)
@of_own_form
def remove_document(request: HttpRequest, form: OpenForm, document: int) -> HttpResponse:
    """Save the form, and take a document off it."""
    values = typed_in(request.POST)
    try:
        form = _save(request, form, values)
        drafts.remove_document(form.number, officer(request), document)
    except Refusal as refusal:
        return _not_saved(request, form, values, refusal)
    return _at(form, "document")


def _save(request: HttpRequest, form: OpenForm, values: dict[str, str]) -> OpenForm:
    seen = request.POST.get("seen", "")
    return drafts.save(
        form.number,
        officer(request),
        values,
        writer=request.POST.get("writer", "")[:32],
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
        leaves=not _is_partial(request),
    )


def _enter(request: HttpRequest, form: OpenForm) -> HttpResponse:
    checked = ConvictionForm(form.values, checked=True)
    if checked.is_valid():
        try:
            batch = drafts.enter(form.number, officer(request), checked.new_conviction())
        except MaybeKnown:
            return see_other("console-entry-alike", form.number)
        except EntryRefused as refused:
            checked.add_faults(refused)
        except Refusal as refusal:
            checked.add_error(None, told(refusal))
        else:
            return see_other("console-entry-draft", batch.pk)
    checked.focus_first_error()
    return _form_page(request, drafts.find(form.number, officer(request)) or form, checked, 422)


def _not_saved(
    request: HttpRequest, form: OpenForm, values: dict[str, str], refusal: Refusal
) -> HttpResponse:
    """Show what was typed again, and why it isn't saved."""
    status = _STATUS.get(refusal.code, 422)
    if status == 404:
        raise Http404
    if _is_partial(request):
        context = {"entry": form, "refused": told(refusal)}
        return render(request, "console/entry/saved.html", context, status=422)
    shown = ConvictionForm(values)
    return _form_page(request, form, shown, status, refused=told(refusal))


def _form_page(
    request: HttpRequest,
    form: OpenForm,
    shown: ConvictionForm,
    status: int = 200,
    *,
    documents: DocumentForm | None = None,
    refused: str = "",
) -> HttpResponse:
    focus = request.GET.get("at", "") or ("" if shown.is_bound else "number")
    if not documents and focus in shown.fields and not refused:
        shown.fields[focus].widget.attrs["autofocus"] = True
    documents = documents or DocumentForm()
    if documents.errors or focus == "document":
        documents.fields["document"].widget.attrs["autofocus"] = True
    context = {
        "entry": form,
        "form": shown,
        "documents": documents,
        "refused": refused,
        "writer": secrets.token_hex(16),
        "districts": DISTRICTS,
        "can_add": {kind: rows_of(kind, form.values) < most for kind, (_, most) in ROWS.items()},
        "law": sorted(catalogue.in_force().known.offences),
    }
    return render(request, "console/entry/form.html", context, status=status)


def _draft_page(request: HttpRequest, batch: int, refusal: Refusal | None = None) -> HttpResponse:
    entered = drafts.entered(batch, officer(request))
    if entered is None:
        if refusal is not None:
            return _refused(request, refusal)
        raise Http404
    context = showing.draft(entered)
    if isinstance(refusal, EntryRefused):
        context["refused"] = showing.told_faults(refusal)
    elif refusal is not None:
        context["refused"] = [told(refusal)]
    return render(request, "console/entry/draft.html", context, status=422 if refusal else 200)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = _STATUS.get(refusal.code, 422)
    if status == 404 or refusal.code == "not_a_draft":
        raise Http404
    return render(request, "console/entry/refused.html", {"sentence": told(refusal)}, status=status)


def _at(form: OpenForm, field: str) -> HttpResponse:
    """Return to a form, and there to a field."""
    address = reverse("console-entry-form", args=[form.number])
    return go_on_to(f"{address}?at={field}#id_{field}")


def _is_partial(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
