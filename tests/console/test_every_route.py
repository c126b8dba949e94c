"""Every route, walked as every role and as nobody, with what exists and with what doesn't.

A route that this module doesn't know fails the test: whoever adds one says here whose it is.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from console_building import Desk, text_of
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from register_builders import ASLAM, YOUSAF, Office, a_row

from nsor.accounts.models import PERSONS, Officer, Role
from nsor.accounts.rooms import ROLES, Room
from nsor.register.models import Conviction, Offender
from nsor.sources.models import Source

OPEN = frozenset(
    {
        "healthz",
        "handset",
        "handset-send",
        "handset-messages",
        "handset-sim",
        "handset-court",
        "openapi-json",
        "account_login",
        "account_first",
        "mfa_authenticate",
    }
)
"""What is for everybody: whether the process lives, the demo's handset, and ways to sign in."""

OWN = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    }
)
"""What is for whoever is signed in, about themselves alone."""

_EXAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "x", "uuidstr": "x"}
_ARABIC_NAME = "محمد اسلم"


class Route(NamedTuple):
    """An address with an example for each of its parts; ``room`` where it is a room's."""

    name: str
    address: str
    room: Room | None

    def __str__(self) -> str:
        return f"{self.name} {self.address}"


def _routes(resolver: URLResolver, before: str = "/") -> Iterator[Route]:
    for one in resolver.url_patterns:
        here = before + _example(one)
        if isinstance(one, URLResolver):
            yield from _routes(one, here)
            continue
        room = getattr(one.callback, "room", None)
        yield Route(one.name or "", here, room if isinstance(room, Room) else None)


def _example(one: URLPattern | URLResolver) -> str:
    text = str(one.pattern)
    while "<" in text:
        before, _, rest = text.partition("<")
        inner, _, after = rest.partition(">")
        text = before + _EXAMPLES[inner.partition(":")[0]] + after
    return text


ROUTES = list(_routes(get_resolver()))
OF_ROOMS = [route for route in ROUTES if route.room not in (None, Room.PUSHES)]
SIGNED = [route for route in ROUTES if route.room is Room.PUSHES]
"""Calls that a source signs: no session opens them."""


def test_every_route_is_known() -> None:
    for route in ROUTES:
        kinds = [route.room is not None, *(route.name in known for known in (OPEN, OWN))]
        assert sum(kinds) == 1, f"{route} is nobody's, or more than one kind's."
    names = {route.name for route in ROUTES}
    assert names >= OPEN | OWN, "a route that is gone is still named here"


def test_every_room_has_a_route_and_every_role_a_room() -> None:
    assert {route.room for route in ROUTES} - {None} == set(Room)
    assert {role for roles in ROLES.values() for role in roles} == set(Role)
    assert {role for role in Role if role in ROLES[Room.PUSHES]} == {Role.SOURCE}


@pytest.fixture
def people(sqlite_office: Office) -> dict[str, Officer | None]:
    """Give an officer of each role, and nobody."""
    found: dict[str, Officer | None] = {
        role.value: sqlite_office.hire(f"One of {role}", role) for role in PERSONS
    }
    return found | {"nobody": None}


def test_no_role_reaches_what_is_another_roles(people: dict[str, Officer | None]) -> None:
    for role, officer in people.items():
        desk = Desk(officer)
        for route in OF_ROOMS:
            assert route.room is not None
            if officer is not None and officer.role in ROLES[route.room]:
                continue
            for send in (desk.client.get, desk.client.post):
                answer = send(
                    f"/en{route.address}" if "/console" in route.address else route.address
                )
                reached = f"{role} {send.__name__} {route}: {answer.status_code}"
                if officer is None:
                    assert answer.status_code in (302, 405), reached
                    assert answer.status_code == 405 or "/login/" in answer["Location"], reached
                else:
                    assert answer.status_code in (403, 405), reached


def test_what_is_not_there_is_never_a_fault_of_ours(people: dict[str, Officer | None]) -> None:
    for role, officer in people.items():
        desk = Desk(officer)
        for route in ROUTES:
            if route.name == "handset-messages":
                continue
            for send in (desk.client.get, desk.client.post):
                answer = send(route.address)
                assert answer.status_code < 500, f"{role} {send.__name__} {route}"


def test_nobody_reaches_what_is_ones_own() -> None:
    desk = Desk()
    for route in ROUTES:
        if route.name in OWN - {"mfa_reauthenticate_webauthn"}:
            answer = desk.client.get(route.address)
            assert answer.status_code in (302, 405), route


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_no_session_opens_what_a_source_signs(name: str, people: dict[str, Officer | None]) -> None:
    [route] = [route for route in ROUTES if route.name == name]
    for officer in people.values():
        desk = Desk(officer)
        for send in (desk.client.get, desk.client.post):
            assert send(route.address).status_code in (400, 401, 405, 411, 415), route


def test_a_source_signs_nobody_in(sqlite_office: Office) -> None:
    machine = Officer.objects.create(name="A court", role=Role.SOURCE, secret_hash="!")
    desk = Desk(machine)
    for route in OF_ROOMS:
        assert desk.client.get(route.address).status_code in (302, 403, 405), route
    assert not Source.objects.exists()


def _with_own_ids(route: Route, offender: int, batch: int, conviction: int) -> str:
    """Return the address of a route about somebody of another district."""
    number = {"batch": batch, "draft": batch, "approval": batch, "appeal": conviction}
    words = route.address.split("/")
    for place, word in enumerate(words):
        if word == "1":
            before = words[place - 1]
            value = conviction if before == "conviction" else number.get(before, offender)
            words[place] = str(value)
    return "/".join(words)


@pytest.mark.parametrize("role", PERSONS)
def test_nobody_of_another_district_is_shown_without_a_reason(
    role: Role, sqlite_office: Office
) -> None:
    office = sqlite_office
    row = a_row(district="Lahore", address="Street 7, Lahore")
    office.published(row)
    waiting = office.entered(a_row(cnic=YOUSAF, case_number="9/2021", district="Lahore"))
    officer = office.hire(f"One of {role} in Karachi", role)
    officer.jurisdiction = "sindh/karachi-east"
    officer.save(update_fields=["jurisdiction"])
    desk = Desk(officer)
    for offender in Offender.objects.all():
        conviction = Conviction.objects.filter(offender=offender).first()
        assert conviction is not None
        for route in OF_ROOMS:
            address = _with_own_ids(route, offender.pk, waiting, conviction.pk)
            answer = desk.client.get(address)
            said = text_of(answer) if not answer.streaming else ""
            for secret in (ASLAM, "35201-1234567-1", YOUSAF, "Street 7", _ARABIC_NAME, "Aslam"):
                assert secret not in said, f"{role} {route}: {answer.status_code}"
