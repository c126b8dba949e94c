"""The pages of a search.

Rules that hold here: what is asked for is personal, so it is in no address: it is kept sealed in
the session, under a random name that the address of the results has. Whoever opens that address
again, or in the other language, searches again, and the trail knows.
"""

import secrets
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts.rooms import Room
from nsor.law.errors import LawRefusal
from nsor.register import terms
from nsor.register.errors import Refusal
from nsor.register.search.searching import search
from nsor.web.console import kept
from nsor.web.console.answers import see_other
from nsor.web.console.guard import officer, room
from nsor.web.console.search.forms import SearchForm, query_of
from nsor.web.console.search.showing import shown
from nsor.web.refusals import told

HOLDS: Final = timedelta(hours=1)
"""For how long a search can be opened again."""
_KIND: Final = "search"


@require_http_methods(["GET", "HEAD", "POST"])
@room(Room.SEARCH)
def index(request: HttpRequest) -> HttpResponse:
    """Show the form, and take a search."""
    if request.method != "POST":
        return _page(request, SearchForm())
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    name = secrets.token_urlsafe(16)
    kept.keep(request, _KIND, name, form.as_kept(), HOLDS)
    return see_other("console-search-results", name)


@require_GET
@room(Room.SEARCH)
def results(request: HttpRequest, name: str) -> HttpResponse:
    """Search for what was asked a while ago, and show who was found."""
    asked = kept.kept(request, _KIND, name)
    if not isinstance(asked, dict):
        return _page(request, SearchForm(), status=404, gone=True)
    query = query_of(asked)
    form = SearchForm(initial=asked)
    try:
        found = search(query, officer(request), asked.get("reason", ""))
    except Refusal as refusal:
        return _page(request, form, status=503, refused=told(refusal))
    return _page(request, form, shown=shown(query, found))


def _page(
    request: HttpRequest, form: SearchForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "sections": _sections(), **more}
    return render(request, "console/search/index.html", context, status=status)


def _sections() -> list[str]:
    """Return the sections that can be searched for; none while no law is in force."""
    try:
        return sorted(terms.law_now().catalogue.known.offences)
    except LawRefusal:
        return []
