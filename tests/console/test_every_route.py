"""Every address, walked as every role and as nobody, with what is there and is somebody else's.

Rules that hold here: ``routes.PAGES`` says whose each address is, and an address that it doesn't
know fails; whatever is walked to is really there (``elsewhere``), so that a refusal is a refusal.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from console_building import Desk
from django.http import HttpResponseBase
from django.urls import resolve
from django.utils import translation
from elsewhere import KARACHI, Lahore, of_lahore, secrets, typed_twin
from register_builders import Office
from routes import OF_ONE_OFFICER, OPEN, OWN, PAGES, PUSHES, Known, patterns
from source_builders import a_conviction, a_court

from nsor.accounts import refusals
from nsor.accounts.errors import Busy
from nsor.accounts.models import PERSONS, Officer, Role
from nsor.accounts.rooms import ROLES, Room
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register.models import Batch, EntryForm, FormDocument
from nsor.web.models import Upload

LANGUAGES = ("ur", "en")
METHODS = ("GET", "POST")
FILLED = {
    "apart-reason": "another date of birth",
    "merge-reason": "one person",
    "reject-reason": "not for us",
    "shown": "0.0",
    "note": "looked at",
    "confirm": "on",
    "on": "01/01/2021",
    "rows": "good",
}
"""What a form may be sent with that says of no record why it is opened."""
SHOW_PEOPLE = frozenset(
    {
        *("console-approval-batch", "console-approval-alike", "console-approval-silence"),
        *("console-approval-file", "console-approval-file-alike"),
        *("console-duplicates-batch", "console-duplicates-of", "console-duplicates-pair"),
        *("console-record", "console-record-past", "console-record-evidence"),
        *("console-record-suspend", "console-record-withdraw", "console-record-death"),
        *("console-record-restore", "console-record-remove"),
        *("console-entry-correct-profile", "console-entry-correct-conviction"),
        *("console-entry-add-number", "console-entry-appeal"),
        *("console-entry", "console-entry-form", "console-entry-draft", "console-imports-file"),
        *("console-queue", "console-queue-live", "console-search-results"),
    }
)
"""The pages that show people: to their own officers, and to officers of the district."""


def test_every_address_is_known() -> None:
    found = list(patterns())
    for one in found:
        kinds = [one.name in names for names in (OPEN, OWN, PUSHES, PAGES)]
        assert sum(kinds) == 1, f"Nobody said whose {one} is: say so in routes.py."
        if one.name in PAGES:
            assert one.room is PAGES[one.name].room, f"{one} is of another room."
        elif one.name in PUSHES:
            assert one.room is Room.PUSHES, one
        else:
            assert one.room is None, one
    assert {one.name for one in found} == OPEN | OWN | PUSHES | set(PAGES), "One of them is gone."


def test_every_room_has_a_page_and_every_role_a_room() -> None:
    assert {one.room for one in PAGES.values()} | {Room.PUSHES} == set(Room)
    assert {role for roles in ROLES.values() for role in roles} == set(Role)
    assert [room for room in Room if Role.SOURCE in ROLES[room]] == [Room.PUSHES]


@pytest.fixture
def lahore(sqlite_office: Office) -> Lahore:
    """Give a register of Lahore."""
    return of_lahore(sqlite_office)


def officers(office: Office, jurisdiction: str = "") -> dict[Role, Officer]:
    """Hire somebody of each role."""
    found = {}
    for role in PERSONS:
        one = office.hire(f"{role} of {jurisdiction or 'Pakistan'}", role)
        one.jurisdiction = jurisdiction
        one.save(update_fields=["jurisdiction"])
        found[role] = one
    return found


QUERIES = {
    "console-record-past": "?on=01/01/2026",
    "console-approval-file-alike": "?view=all",
    "console-approval-file": "?view=all",
    "console-reviews": "?place=",
    "console-approval": "?where=outside",
}
"""What shows more than the page alone would."""


def addresses(desk: Desk, lahore: Lahore, name: str, language: str) -> list[str]:
    """Return the addresses of a page, of all that there is."""
    desk.language = language
    query = QUERIES.get(name, "")
    return [desk.address(name, *arguments) + query for arguments in lahore.of[PAGES[name].of]]


def ask(desk: Desk, method: str, address: str, data: dict[str, str]) -> HttpResponseBase:
    """Open a page, or as a script does a part of one, or send a form to it."""
    if method == "PART":
        return desk.client.get(address, headers={"HX-Request": "true"})
    return desk.client.get(address) if method == "GET" else desk.client.post(address, data)


def refused(answer: HttpResponseBase, known: Known, *, nobody: bool) -> bool:
    """Tell whether whoever asked was kept out, or sent to a page that keeps them out."""
    if answer.status_code != 302:
        return answer.status_code == (405 if nobody else 403) or answer.status_code == 405
    if "/login/" in answer.headers["Location"]:
        return nobody
    path = answer.headers["Location"]
    with translation.override("en" if path.startswith("/en/") else "ur"):
        page = resolve(path).url_name
    return page in PAGES and PAGES[page].roles == known.roles


def test_no_role_reaches_what_is_another_roles(lahore: Lahore, sqlite_office: Office) -> None:
    machine = Officer.objects.create(name="A court", role=Role.SOURCE, secret_hash="!")
    people: dict[str, Officer | None] = {**officers(sqlite_office), "source": machine, "": None}
    others = Entry.objects.exclude(act=Act.PAGE_REFUSED)
    before = (others.count(), Batch.objects.count(), Upload.objects.count())
    for role, officer in people.items():
        desk = Desk(officer)
        for name, known in PAGES.items():
            if role in known.roles:
                continue
            for language in LANGUAGES:
                address = addresses(desk, lahore, name, language)[0]
                answers = [ask(desk, method, address, FILLED) for method in ("GET", "POST")]
                for answer in answers:
                    told = f"{role or 'nobody'} reached {address}: {answer.status_code}"
                    assert refused(answer, known, nobody=role not in PERSONS), told
                assert {one.status_code for one in answers} != {405}, address
    assert before == (others.count(), Batch.objects.count(), Upload.objects.count())


def test_who_asks_for_what_is_not_their_role_s_is_entered_by_the_page_s_name(
    sqlite_office: Office,
) -> None:
    assert Desk(sqlite_office.amna).get("console-officers").status_code == 403

    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.act, entry.actor) == (Act.PAGE_REFUSED, f"officer:{sqlite_office.amna.pk}")
    assert trail.details(entry.pk) == {"page": "console-officers"}


def test_a_page_is_refused_though_nothing_can_be_entered_now(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def busy() -> Iterator[None]:
        raise Busy("Others are writing.")
        yield

    monkeypatch.setattr(refusals, "short_write", busy)

    assert Desk(sqlite_office.amna).get("console-officers").status_code == 403


def shows(answer: HttpResponseBase, lahore: Lahore) -> list[str]:
    """Return what an answer tells of people of Lahore."""
    octets = b"" if answer.streaming else answer.content  # type: ignore[attr-defined]
    said = octets.decode("utf-8", "replace") + repr(answer.headers)
    found = [secret for secret in secrets() if secret in said]
    return found + (["a document"] if octets and octets in (lahore.paper,) else [])


def test_those_whose_it_is_are_shown_it(lahore: Lahore, sqlite_office: Office) -> None:
    """Else nothing is kept from anybody by nothing being there."""
    people = {role: Desk(one) for role, one in officers(sqlite_office).items()}
    people |= {Role.ENTRY: lahore.clerk, Role.APPROVAL: Desk(sqlite_office.bilal)}
    people[Role.AUDIT] = Desk(Officer.objects.get(name="Nadia"))
    showing = set()
    for name, known in PAGES.items():
        role = next(role for role in people if role in known.roles)
        for address in addresses(people[role], lahore, name, "en"):
            answer = people[role].client.get(address)
            assert answer.status_code in (200, 302, 303, 404, 405, 409), (role, address)
            if shows(answer, lahore):
                showing.add(name)
    assert showing == SHOW_PEOPLE


def test_what_is_one_officers_is_nobody_elses(lahore: Lahore, sqlite_office: Office) -> None:
    people = officers(sqlite_office)
    before = _of_officers()
    for name, known in PAGES.items():
        if known.of not in OF_ONE_OFFICER:
            continue
        for role in known.roles:
            desk = Desk(people[role])
            for address in addresses(desk, lahore, name, "en"):
                statuses = {ask(desk, method, address, {}).status_code for method in METHODS}
                assert statuses <= {404, 405}, f"{role} {address}"
                assert 404 in statuses, f"{role} {address}"
    assert before == _of_officers()


def _of_officers() -> list[object]:
    return [
        list(EntryForm.objects.order_by("pk").values("pk", "revision", "batch")),
        list(FormDocument.objects.order_by("pk").values("pk", "form")),
        list(Batch.objects.order_by("pk").values("pk", "state")),
        list(Upload.objects.order_by("pk").values("pk", "state", "job")),
    ]


def test_nobody_ends_anothers_session_or_takes_their_passkey(
    lahore: Lahore, sqlite_office: Office
) -> None:
    [(session,)] = lahore.of["session"]
    bilal = sqlite_office.bilal
    passkey = Authenticator.objects.create(
        user=bilal, type=Authenticator.Type.WEBAUTHN, data={"name": "a key", "credential": {}}
    )
    for officer in officers(sqlite_office).values():
        desk = Desk(officer)
        desk.post("console-own-session-end", session, data={})
        desk.post("console-own-sessions-end", data={})
        for method in METHODS:
            address = desk.address("mfa_remove_webauthn", passkey.pk)
            assert ask(desk, method, address, {}).status_code == 404
    assert UserSession.objects.filter(pk=session, user=bilal).exists()
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


@pytest.mark.parametrize("role", PERSONS)
def test_nobody_of_another_district_is_shown_without_a_reason(
    role: Role, lahore: Lahore, sqlite_office: Office
) -> None:
    desk = Desk(officers(sqlite_office, KARACHI)[role])
    if role is Role.ENTRY:
        lahore.of["form"].append((typed_twin(desk),))
    before = Entry.objects.latest("pk").pk
    for method, data, languages in (
        ("GET", {}, LANGUAGES),
        ("PART", {}, ("en",)),
        ("POST", {}, ("en",)),
        ("POST", FILLED, ("ur",)),
    ):
        for name, known in PAGES.items():
            if role not in known.roles:
                continue
            for language in languages:
                for address in addresses(desk, lahore, name, language):
                    answer = ask(desk, method, address, data)
                    told = f"{role} {method} {address}: {answer.status_code}"
                    assert answer.status_code < 500, told
                    assert shows(answer, lahore) == [], told
    read = Entry.objects.filter(pk__gt=before, act__in=(Act.RECORD_READ, Act.EVIDENCE_SERVED))
    subjects = {f"offender:{row}" for row in lahore.rows}
    assert not read.filter(subject__in=subjects).exists()


def test_no_session_opens_what_a_source_signs(lahore: Lahore, sqlite_office: Office) -> None:
    for officer in (*officers(sqlite_office).values(), None):
        desk = Desk(officer)
        for one in patterns():
            if one.name in PUSHES:
                address = one.text.replace("<uuidstr:receipt>", str(uuid.uuid4()))
                statuses = {ask(desk, method, address, {}).status_code for method in METHODS}
                assert statuses <= {401, 405}, one
                assert 401 in statuses, one


def test_a_source_is_told_of_nothing_but_its_own(sqlite_office: Office) -> None:
    ours = a_court(sqlite_office)
    other = a_court(sqlite_office, "Sessions Court Karachi", districts=(KARACHI,))
    pushed = ours.pushes("convictions", a_conviction())
    receipt = pushed.json()["receipt"]  # type: ignore[attr-defined]

    assert ours.asks(f"receipts/{receipt}").status_code == 200
    refusal = other.asks(f"receipts/{receipt}")
    unknown = other.asks(f"receipts/{uuid.uuid4()}")
    elsewhere = other.pushes("convictions", a_conviction())

    assert (refusal.status_code, refusal.content) == (404, unknown.content)
    assert elsewhere.status_code == 403
    assert "Sessions Court Lahore" not in other.asks("me").content.decode()


def test_nobody_reaches_what_is_ones_own() -> None:
    desk = Desk()
    for name in OWN:
        arguments = (1,) if name == "mfa_remove_webauthn" else ()
        for language in LANGUAGES:
            desk.language = language
            for method in METHODS:
                answer = ask(desk, method, desk.address(name, *arguments), {})
                told = f"{name} {method}: {answer.status_code}"
                if answer.status_code != 405:
                    assert answer.status_code in (302, 303), told
                    ways_in = ("/account/login/", "/account/reauthenticate/")
                    assert any(way in answer.headers["Location"] for way in ways_in), told
