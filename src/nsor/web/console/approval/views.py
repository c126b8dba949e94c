"""The list of what waits for a second officer: first what lies in the officer's jurisdiction."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from nsor.accounts.rooms import Room
from nsor.register import waiting
from nsor.register.models import BatchKind
from nsor.register.waiting import Reach
from nsor.web.console.guard import officer, room
from nsor.web.console.paging import place_of
from nsor.web.console.queue.lists import shown

PAGE = 50
DECIDABLE = (
    BatchKind.ENTRY,
    BatchKind.IMPORT,
    BatchKind.CORRECTION,
    BatchKind.APPEAL,
    BatchKind.RESTORE,
    BatchKind.MERGE,
    BatchKind.UNMERGE,
    BatchKind.REMOVAL,
)


@require_GET
@room(Room.APPROVAL)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits, of one kind or of all, within the jurisdiction or outside of it."""
    me = officer(request)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in DECIDABLE else []
    outside = bool(me.jurisdiction) and request.GET.get("where") == "outside"
    after = place_of(request)
    found = waiting.to_decide(
        Reach(me.jurisdiction, outside), kinds=kinds, after=after, most=PAGE + 1
    )
    counted = waiting.counts()
    context = {
        "acts": shown(found[:PAGE], me),
        "kinds": [(one.value, counted.get(one.value, 0)) for one in DECIDABLE],
        "kind": kinds[0] if kinds else "",
        "total": sum(counted.values()),
        "outside": outside,
        "has_jurisdiction": bool(me.jurisdiction),
        "next": _address(kinds, outside, found[PAGE - 1].place) if len(found) > PAGE else "",
        "first": _address(kinds, outside) if after else "",
    }
    return render(request, "console/approval/index.html", context)


def _address(kinds: list[str], outside: bool, after: int = 0) -> str:
    asked = {"kind": kinds[0]} if kinds else {}
    if outside:
        asked["where"] = "outside"
    if after:
        asked["after"] = str(after)
    return f"{reverse('console-approval')}?{urlencode(asked)}"
