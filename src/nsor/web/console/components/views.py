"""The page that shows every component."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from nsor.accounts.rooms import Room
from nsor.register.lifecycle import State
from nsor.web.console.components.forms import Sample
from nsor.web.console.guard import room

_MOMENT = datetime.datetime(2026, 10, 31, 9, 5, tzinfo=datetime.UTC)


@require_GET
@room(Room.OWN)
def index(request: HttpRequest) -> HttpResponse:
    """Show every component, the form once as it is and once with its errors."""
    context = {
        "form": Sample(auto_id="fresh_%s"),
        "wrong": Sample({"cnic": "12345", "convicted_on": "soon", "name_ur": "محمد اسلم"}),
        "states": [state.value for state in State],
        "moment": _MOMENT,
        "day": _MOMENT.date(),
        "rows": [
            ("3520112345671", "محمد اسلم", "Muhammad Aslam", "published", 12),
            ("3520198765431", "یوسف علی", "Yousaf Ali", "submitted", 3400),
        ],
        "after": f"{request.path}?after=50",
    }
    return render(request, "console/components/index.html", context)
