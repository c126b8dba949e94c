"""Parts of the form that change while it is typed: what a number tells, which section is meant.

Rules that hold here: what is asked comes by POST, so that it stands in no address; nothing of the
register's people is looked up.
"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from nsor.accounts.rooms import Room
from nsor.law import catalogue
from nsor.web.console.entry import numbers, sections
from nsor.web.console.guard import room
from nsor.web.fields import DayField

_LONGEST = 60


@require_POST
@room(Room.ENTRY)
def number(request: HttpRequest) -> HttpResponse:
    """Say whether a number is written right, and what it tells."""
    given = (request.POST.get(name, "")[:_LONGEST] for name in ("number_kind", "number", "sex"))
    return render(request, "console/entry/number.html", {"said": numbers.tell(*given)})


@require_POST
@room(Room.ENTRY)
def section(request: HttpRequest) -> HttpResponse:
    """Return the sections that may be meant by what is typed in one of the fields."""
    names = [name for name in request.POST if name.startswith("section_")]
    typed = request.POST.get(names[0], "")[:_LONGEST] if names else ""
    try:
        day = DayField(required=False).clean(request.POST.get("offence_on", "")[:_LONGEST])
    except ValidationError:
        day = None
    found = sections.suggest(typed, catalogue.in_force(), day)
    return render(request, "console/entry/sections.html", {"found": found})
