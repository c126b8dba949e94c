"""The page of officers: administrators propose and decide, auditors look."""

import re

import pytest
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from register_builders import Office
from sign_in_building import Browser

from nsor.accounts.models import Officer, OfficerProposal

WHY = {"reason": "needed at the district court"}
FARAH = {"name": "Farah", "role": "entry", "jurisdiction": "punjab/lahore", **WHY}


class Desks:
    """Two administrators, an auditor and a clerk at their desks."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.one = Desk(office.hire("One", "administration"))
        self.two = Desk(office.hire("Two", "administration"))
        self.auditor = Desk(office.hire("Hina", "audit"))
        self.clerk = Desk(office.amna)


@pytest.fixture
def desks(sqlite_office: Office) -> Desks:
    return Desks(sqlite_office)


def _only() -> OfficerProposal:
    return OfficerProposal.objects.get()


def test_an_officer_is_proposed_approved_and_signs_in_by_the_link(desks: Desks) -> None:
    asked = desks.one.post("console-officers-add", data=FARAH)
    assert asked.status_code == 303
    page = text_of(desks.two.get("console-officers-proposal", _only().pk))
    assert "Farah" in page
    assert "Lahore" in page
    assert WHY["reason"] in page

    shown = desks.two.post("console-officers-approve", _only().pk, data={})

    assert shown.status_code == 200
    token = re.search(r"/account/first/([\w-]{43})/", text_of(shown))
    assert token
    assert Browser().get("account_first", token[1]).status_code == 200
    again = desks.two.post("console-officers-approve", _only().pk, data={})
    assert again.status_code == 422
    assert token[1] not in text_of(again)
    assert token[1] not in text_of(desks.two.get("console-officers-proposal", _only().pk))


def test_who_proposed_is_offered_no_decision(desks: Desks) -> None:
    desks.one.post("console-officers-add", data=FARAH)
    page = text_of(desks.one.get("console-officers-proposal", _only().pk))
    assert "approve/" not in page
    refused = desks.one.post("console-officers-approve", _only().pk, data={})
    assert refused.status_code == 422
    assert "Another administrator has to decide" in text_of(refused)
    assert not Officer.objects.filter(name="Farah").exists()


def test_a_rejection_takes_a_reason(desks: Desks) -> None:
    desks.one.post("console-officers-add", data=FARAH)
    faulty = desks.two.post("console-officers-reject", _only().pk, data={"reason": ""})
    assert faulty.status_code == 422
    assert "There is a problem" in text_of(faulty)
    done = desks.two.post("console-officers-reject", _only().pk, data={"reason": "not needed"})
    assert done.status_code == 303
    assert "not needed" in text_of(desks.auditor.get("console-officers-proposal", _only().pk))


@pytest.mark.parametrize("page", ["change", "end", "link"])
def test_changes_ends_and_links_are_proposed_on_the_officers_page(desks: Desks, page: str) -> None:
    amna = desks.office.amna
    data = {"role": "approval", "jurisdiction": "", **WHY}
    faulty = desks.one.post(f"console-officers-{page}", amna.pk, data=data | {"reason": ""})
    assert faulty.status_code == 422
    assert desks.one.post(f"console-officers-{page}", amna.pk, data=data).status_code == 303
    assert (_only().kind, _only().officer) == (page, amna)
    twice = desks.two.post(f"console-officers-{page}", amna.pk, data=data)
    assert twice.status_code == 422
    assert "proposed already" in text_of(twice)


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(desks: Desks) -> None:
    answer = desks.one.post("console-officers-add", data=FARAH | {"name": "Amna"})
    assert answer.status_code == 422
    assert "There is an officer of this name already" in text_of(answer)
    assert 'value="Amna"' in text_of(answer)
    urdu = Desk(Officer.objects.get(name="One"), "ur")
    assert urdu.post("console-officers-add", data=FARAH | {"role": ""}).status_code == 422


def test_an_auditor_looks_and_does_nothing(desks: Desks) -> None:
    desks.one.post("console-officers-add", data=FARAH)
    amna = desks.office.amna
    for page, args in (
        ("console-officers", ()),
        ("console-officers-one", (amna.pk,)),
        ("console-officers-proposal", (_only().pk,)),
    ):
        seen = desks.auditor.get(page, *args)
        assert seen.status_code == 200
        assert 'method="post"' not in text_of(seen).split("<main")[1]
    for page, args in (
        ("console-officers-add", ()),
        ("console-officers-change", (amna.pk,)),
        ("console-officers-end", (amna.pk,)),
        ("console-officers-link", (amna.pk,)),
        ("console-officers-approve", (_only().pk,)),
        ("console-officers-reject", (_only().pk,)),
    ):
        assert desks.auditor.post(page, *args, data=FARAH).status_code == 403
        assert desks.clerk.post(page, *args, data=FARAH).status_code == 403
    assert _only().state == "open"


def test_nobody_proposes_about_themselves(desks: Desks) -> None:
    one = Officer.objects.get(name="One")
    assert "Propose the change" not in text_of(desks.one.get("console-officers-one", one.pk))
    data = {"role": "approval", "jurisdiction": "", **WHY}
    assert desks.one.post("console-officers-change", one.pk, data=data).status_code == 422


def test_a_source_has_no_page_here(desks: Desks) -> None:
    source = desks.office.hire("Sessions Court", "source")
    assert desks.one.get("console-officers-one", source.pk).status_code == 404
    assert "Sessions Court" not in text_of(desks.one.get("console-officers"))
    assert desks.one.get("console-officers-one", 10_000).status_code == 404
    assert desks.one.get("console-officers-proposal", 10_000).status_code == 404


def test_the_list_is_paged_and_its_queries_are_counted(desks: Desks) -> None:
    Officer.objects.bulk_create(
        Officer(name=f"Officer {number:03}", role="entry", secret_hash="!") for number in range(60)
    )
    with CaptureQueriesContext(connection) as seen:
        first = text_of(desks.one.get("console-officers"))
    assert len(seen) == 5  # session, officer, officers, proposals, administrators
    next_page = re.search(r"\?after=([0-9]+)", first)
    assert next_page
    second = text_of(desks.one.get("console-officers", query={"after": next_page[1]}))
    names = re.compile(r"<bdi>(Officer [0-9]{3}|Two)</bdi></a>")
    assert sorted(names.findall(first) + names.findall(second)) == [
        *(f"Officer {number:03}" for number in range(60)),
        "Two",
    ]
    assert len(first.encode()) < 100_000


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("page", ["console-officers", "console-officers-add", "console-own"])
def test_pages_are_shown_in_both_languages(desks: Desks, page: str, language: str) -> None:
    desk = Desk(Officer.objects.get(name="One"), language)
    shown = desk.get(page)
    assert shown.status_code == 200
    assert text_of(shown).count("<h1") == 1
    assert len(shown.content) < 100_000
