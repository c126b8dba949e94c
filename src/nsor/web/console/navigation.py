"""The links that a page shows of the rooms that the officer may enter."""

from typing import Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from nsor.accounts import sessions
from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room, rooms_of

NAMES: Final = {
    Room.QUEUE: ("console-queue", _("Work queue")),
    Room.ENTRY: ("console-entry", _("Enter a conviction")),
    Room.IMPORT: ("console-imports", _("Import a file")),
    Room.APPROVAL: ("console-approval", _("Approval")),
    Room.SEARCH: ("console-search", _("Search")),
    Room.DUPLICATES: ("console-duplicates", _("Duplicates")),
    Room.REVIEWS: ("console-reviews", _("Reviews due")),
    Room.POLICY: ("console-policy", _("Policy")),
    Room.TRAIL: ("console-trail", _("Audit trail")),
    Room.SOURCES: ("console-sources", _("Sources")),
    Room.STATISTICS: ("console-statistics", _("Statistics")),
    Room.OFFICERS: ("console-officers", _("Officers")),
    Room.OWN: ("console-own", _("My account")),
}
"""A record has no link: it is reached from the queue and by searching."""


class Link(NamedTuple):
    """A link of the navigation; ``here`` where the page that shows it lies in that room."""

    address: str
    name: str
    here: bool


def links(officer: Officer, path: str) -> list[Link]:
    """Return the links for an officer, on the page at ``path``."""
    return [
        Link(address, str(name), path.startswith(address))
        for address, name in (
            (reverse(NAMES[room][0]), NAMES[room][1]) for room in rooms_of(officer) if room in NAMES
        )
    ]


def navigation(request: HttpRequest) -> dict[str, object]:
    """Give templates ``navigation`` (a context processor)."""

    def found() -> list[Link]:
        if not isinstance(request.user, Officer) or not sessions.is_through(request.session):
            return []
        return links(request.user, request.path)

    return {"navigation": SimpleLazyObject(found)}
