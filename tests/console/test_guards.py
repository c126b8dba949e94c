"""Every page names its room, and only the roles of that room reach it."""

import pytest
from console_building import Desk
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from register_builders import Office

from nsor.accounts.models import PERSONS
from nsor.accounts.rooms import ROLES, Room

PAGES = {
    Room.QUEUE: "console-queue",
    Room.ENTRY: "console-entry",
    Room.IMPORT: "console-imports",
    Room.APPROVAL: "console-approval",
    Room.POLICY: "console-policy",
    Room.OFFICERS: "console-officers",
}


def _views(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for one in resolver.url_patterns:
        found += _views(one) if isinstance(one, URLResolver) else [one]
    return found


def test_every_page_of_the_console_names_its_room() -> None:
    console = [one for one in _views(get_resolver()) if (one.name or "").startswith("console-")]
    assert len(console) >= len(PAGES)
    for one in console:
        assert isinstance(one.callback.room, Room), one.name


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize("role", PERSONS)
def test_only_the_roles_of_a_room_reach_its_page(
    where: Room, role: str, sqlite_office: Office
) -> None:
    desk = Desk(sqlite_office.hire(f"One of {role}", role))
    assert desk.get(PAGES[where]).status_code == (200 if role in ROLES[where] else 403)


@pytest.mark.parametrize("where", PAGES)
def test_nobody_is_asked_to_sign_in(where: Room, sqlite_office: Office) -> None:
    answer = Desk().get(PAGES[where])
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/")
    assert "login" in answer.headers["Location"]
