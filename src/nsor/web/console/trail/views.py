"""The pages of this room of the console."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nsor.accounts.rooms import Room
from nsor.web.console.guard import room


@require_GET
@room(Room.TRAIL)
def index(request: HttpRequest) -> HttpResponse:
    """Show the first page of the room."""
    return render(request, "console/trail/index.html")
