"""A page for those who bring a signed event as two files: an entry officer hands them in.

Rules that hold here: the signature says whose the event is; who hands it in decides nothing.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from nsor.accounts.rooms import Room
from nsor.sources.files import take_pair
from nsor.sources.models import Way
from nsor.sources.problems import Problem
from nsor.web.console.guard import room
from nsor.web.console.sources.forms import UploadForm


@require_http_methods(["GET", "POST"])
@room(Room.IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a pair of files, and show the receipt or what was refused."""
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    status = 200 if request.method in ("GET", "HEAD") else 422
    if status == 422 and form.is_valid():
        try:
            given = form.cleaned_data
            context["receipt"] = take_pair(given["event"], given["signature"], Way.PAGE)
            status = 200
        except Problem as problem:
            context["problem"] = problem
    return render(request, "console/sources/upload.html", context, status=status)
