"""The page of what falls due.

Rules that hold here: nothing personal is shown, so that a list is no reading of records; a place in
the list is a day and a row, and what can't be read of an address is as if it weren't there.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from nsor import places
from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room
from nsor.register.calendar import today
from nsor.register.due import Due, Place, What, falling_due
from nsor.web.console.guard import officer, room
from nsor.web.console.reviews.forms import DAYS, DueForm

SHOWN: Final = 50


class _Shown(NamedTuple):
    due: Due
    district: str


@require_GET
@room(Room.REVIEWS)
def index(request: HttpRequest) -> HttpResponse:
    """Show what falls due, what is late first."""
    form = DueForm(_asked(request, officer(request)))
    valid = form.is_valid()
    days = form.cleaned_data["days"] if valid else DAYS[-1]
    what = form.cleaned_data.get("what") or ""
    place = form.cleaned_data.get("place") or places.WHOLE_COUNTRY
    after = _place(request.GET.get("after", ""))
    page = falling_due(
        today() + timedelta(days=days),
        kinds=[What(what)] if what else list(What),
        districts=None if place == places.WHOLE_COUNTRY else sorted(places.codes(place)),
        after=after,
        most=SHOWN,
    )
    kept = {"days": days, "what": what, "place": place}
    context = {
        "form": form,
        "found": [_Shown(one, _named(one.district)) for one in page.found],
        "today": today(),
        "next": f"?{urlencode(kept | {'after': _written(page.after)})}" if page.after else "",
        "first": f"?{urlencode(kept)}" if after else "",
    }
    return render(request, "console/reviews/index.html", context, status=200 if valid else 422)


def _asked(request: HttpRequest, asking: Officer) -> dict[str, str]:
    """Return what is asked for; what isn't said is 90 days, and the officer's own jurisdiction."""
    given = request.GET
    return {
        "days": given.get("days", str(DAYS[-1])),
        "what": given.get("what", ""),
        "place": given.get("place", asking.jurisdiction),
    }


def _named(code: int | None) -> str:
    found = places.district(code)
    if found is None:
        return ""
    return found.name_ur if get_language() == "ur" else found.name_en


def _written(place: Place) -> str:
    return f"{place.on.isoformat()}.{place.row}.{place.what.value}"


def _place(text: str) -> Place | None:
    day, _, rest = text.partition(".")
    row, _, what = rest.partition(".")
    if not (row.isascii() and row.isdigit() and len(row) <= 18):
        return None
    try:
        return Place(date.fromisoformat(day), int(row), What(what))
    except ValueError:
        return None
