"""The pages of this room of the console."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nsor.accounts.rooms import Room
from nsor.register.errors import Refusal
from nsor.web import jobs
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.imports import noting, showing, uploads
from nsor.web.console.imports.columns import all_columns
from nsor.web.console.imports.forms import NotedForm, UploadForm
from nsor.web.console.imports.reading import WHOLE
from nsor.web.console.imports.words import sentence
from nsor.web.console.imports.working import CHECK, ENTER, TITLES, checking, entering
from nsor.web.jobs import JobView
from nsor.web.models import Upload, UploadState
from nsor.web.refusals import told

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_VIEWS = (uploads.FAULTY, uploads.GOOD)
_IN_WORK = (UploadState.CHECKING, UploadState.ENTERING)


@require_http_methods(["GET", "POST"])
@room(Room.IMPORT)
def index(request: HttpRequest) -> HttpResponse:
    """Take a file to be checked, and show those that are open."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return _to(_taken(request, form))
            except Refusal as refusal:
                form.add_error("file", told(refusal))
    recent = uploads.recent(officer(request))
    names = uploads.names_of(recent)
    page = {
        "form": form,
        "files": [(one, names.get(one.pk, "")) for one in recent],
        "columns": all_columns(),
    }
    return render(request, "console/imports/index.html", page, status=422 if form.errors else 200)


@require_GET
@room(Room.IMPORT)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out an empty file with the columns of an import."""
    if kind not in _MEDIA_TYPES:
        raise Http404("no such kind")
    return _file(noting.empty(kind), kind, "import")


@require_GET
@room(Room.IMPORT)
def show(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Show a file: how far a job is, or its preview, or what became of it."""
    upload = uploads.of(officer(request), upload_id)
    job = jobs.of(officer(request), upload.job) if upload.job else None
    if job is not None and not job.is_running and upload.state in _IN_WORK:
        upload = uploads.of(officer(request), upload_id)  # the job may have ended just now
    answer = jobs.reload(request, job) if job else None
    if answer is not None:
        return answer
    page: dict[str, object] = {
        "upload": upload,
        "job": job,
        "name": uploads.names_of([upload]).get(upload.pk, ""),
        "stopped": upload.state in _IN_WORK and job is not None and not job.is_running,
        "refused_entry": _refused_entry(upload, job),
    }
    if upload.state == UploadState.UNREADABLE:
        page["faults"] = [(one, sentence(one)) for one in showing.whole_faults(upload)]
    if upload.state == UploadState.CHECKED:
        page |= _preview(request, upload)
    return render(request, "console/imports/file.html", page)


@require_POST
@room(Room.IMPORT)
def check(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Check a file again, as the register may have changed."""
    upload = uploads.of(officer(request), upload_id)
    _begin(request, upload, UploadState.CHECKING)
    return _to(upload)


@require_POST
@room(Room.IMPORT)
def enter(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Enter a file: all of it, or the rows without an error."""
    upload = uploads.of(officer(request), upload_id)
    only_valid = request.POST.get("which") == "valid"
    _begin(request, upload, UploadState.ENTERING, skip_invalid=only_valid)
    return _to(upload)


@require_POST
@room(Room.IMPORT)
def drop(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Drop a file."""
    upload = uploads.of(officer(request), upload_id)
    if _claimed(request, upload, UploadState.DROPPED):
        uploads.drop(upload)
        messages.success(request, _("The file was dropped. Nothing of it was entered."))
        return HttpResponseRedirect(reverse("console-imports"), status=303)
    return _to(upload)


@require_http_methods(["GET", "POST"])
@room(Room.IMPORT)
@proved_again
def noted(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Hand out a file with its errors noted."""
    upload = uploads.of(officer(request), upload_id)
    if upload.state != UploadState.CHECKED:
        return _to(upload)
    form = NotedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        try:
            return _file(noting.noted(upload, kind, officer(request)), kind, "import-errors")
        except Refusal as refusal:
            form.add_error(None, told(refusal))
    page = {
        "upload": upload,
        "form": form,
        "large": upload.counts["rows"] > noting.MOST_IN_WORKBOOK,
        "most": noting.MOST_IN_WORKBOOK,
    }
    return render(request, "console/imports/noted.html", page, status=422 if form.errors else 200)


def _taken(request: HttpRequest, form: UploadForm) -> Upload:
    """Keep the file of a form and have it checked. Raises ``Refusal``."""
    uploads.drop_old()
    file = form.cleaned_data["file"]
    upload = uploads.keep(file.read(), file.name, officer(request))
    try:
        _start(request, upload, CHECK)
    except Refusal:
        uploads.drop(upload)
        raise
    return upload


def _begin(
    request: HttpRequest, upload: Upload, state: UploadState, *, skip_invalid: bool = False
) -> None:
    """Start a job about a file that no other is at."""
    before = (upload.state, upload.job)
    if not _claimed(request, upload, state):
        return
    kind = CHECK if state == UploadState.CHECKING else ENTER
    try:
        _start(request, upload, kind, skip_invalid=skip_invalid)
    except Refusal as refusal:
        Upload.objects.filter(pk=upload.pk).update(state=before[0], job=before[1])
        messages.error(request, told(refusal))


def _start(request: HttpRequest, upload: Upload, kind: str, *, skip_invalid: bool = False) -> None:
    work = checking(upload.pk) if kind == CHECK else entering(upload.pk, skip_invalid=skip_invalid)
    job = jobs.start(request, kind, TITLES[kind], work, WHOLE)
    Upload.objects.filter(pk=upload.pk).update(job=job)


def _claimed(request: HttpRequest, upload: Upload, state: UploadState) -> bool:
    """Take a file that no job is at to another state; False where one is, or the file is gone."""
    job = jobs.of(officer(request), upload.job) if upload.job else None
    free = upload.state == UploadState.CHECKED or (
        upload.state in _IN_WORK and job is not None and not job.is_running
    )
    if not free:
        return False
    held = Upload.objects.filter(pk=upload.pk, state=upload.state, job=upload.job)
    return held.update(state=state, job="") == 1


def _refused_entry(upload: Upload, job: JobView | None) -> bool:
    """Tell whether the last job would have entered the file, and found that it can't be."""
    return (
        upload.state == UploadState.CHECKED
        and job is not None
        and job.kind == ENTER
        and job.state == "done"
    )


def _preview(request: HttpRequest, upload: Upload) -> dict[str, object]:
    faulty, good = (len(upload.pages.get(view, [])) for view in _VIEWS)
    wanted = request.GET.get("rows")
    view = wanted if wanted in _VIEWS else uploads.FAULTY if faulty else uploads.GOOD
    number = request.GET.get("page", "1")
    columns = showing.columns_of(upload)
    try:
        found = uploads.page(
            upload, view, int(number) if number.isascii() and number.isdigit() else 1
        )
    except Refusal as refusal:
        return {"gone": told(refusal)}
    counts = upload.counts
    return {
        "view": view,
        "views": [one for one, pages in zip(_VIEWS, (faulty, good), strict=True) if pages],
        "columns": columns,
        "table": showing.table(found.rows, columns),
        "page": found,
        "valid": counts["rows"] - counts["rejected"],
    }


def _to(upload: Upload) -> HttpResponse:
    return HttpResponseRedirect(reverse("console-imports-file", args=[upload.pk]), status=303)


def _file(octets: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        octets,
        content_type=_MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )
