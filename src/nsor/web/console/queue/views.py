"""The first page after signing in: what waits for this officer, kept fresh with script."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from nsor.accounts.middleware import by_itself
from nsor.accounts.rooms import Room
from nsor.web.console.guard import officer, room
from nsor.web.console.queue.boards import board

_DIGITS = 16


@require_GET
@room(Room.QUEUE)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for the officer."""
    return render(request, "console/queue/index.html", _live(request))


@by_itself
@require_GET
@room(Room.QUEUE)
def live(request: HttpRequest) -> HttpResponse:
    """Return the part of the page that changes; 204 where it says what was ``seen``."""
    context = _live(request)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "console/queue/_live.html", context)


def _live(request: HttpRequest) -> dict[str, object]:
    lists = render_to_string(
        "console/queue/_board.html", {"board": board(officer(request))}, request
    )
    seen = hashlib.sha256(lists.encode()).hexdigest()[:_DIGITS]
    return {"lists": lists, "seen": seen}
