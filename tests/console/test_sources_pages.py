"""The room of sources: what administrators propose and decide there, and what anybody sees."""

import json
import re

import pytest
from console_building import Desk, text_of
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from register_builders import ASLAM, Office
from source_builders import (
    WHY,
    Administrators,
    Court,
    a_conviction,
    a_court,
    administrators,
    new_key,
    public_pem,
)

from nsor.audit.models import Entry
from nsor.sources import files, services
from nsor.sources.client import Signer
from nsor.sources.models import MissingNumber, Proposal, Push, Source, SourceKey

SCOPE = {
    "events": ["convictions", "appeals"],
    "districts": ["punjab/lahore"],
    "per_minute": "60",
    "per_day": "5000",
    "silent_after_hours": "",
    "reason": WHY,
}
QUERIES_OF_THE_LIST = 8
QUERIES_OF_ONE = 8


@pytest.fixture
def two(sqlite_office: Office) -> Administrators:
    """Give the two administrators."""
    return administrators(sqlite_office)


@pytest.fixture
def court(sqlite_office: Office) -> Court:
    """Give a court."""
    return a_court(sqlite_office)


def _number(location: str) -> int:
    found = re.search(r"/(\d+)/$", location)
    assert found is not None
    return int(found[1])


def test_a_source_and_its_key_take_two_administrators(two: Administrators) -> None:
    one, other = Desk(two.one), Desk(two.other)
    proposed = one.post(
        "console-sources-add", data={"name": "Sessions Court Lahore", "kind": "court", **SCOPE}
    )
    assert proposed.status_code == 303
    number = _number(proposed.headers["Location"])

    own = one.post("console-sources-approve", number, data={})
    assert own.status_code == 422
    assert not Source.objects.exists()
    assert other.post("console-sources-approve", number, data={}).status_code == 303
    source = Source.objects.get()
    assert source.events == ["convictions", "appeals"]
    assert (source.officer.role, source.officer.jurisdiction) == ("source", "punjab/lahore")

    key = public_pem(Ed25519PrivateKey.generate())
    data = {"public": key, "valid_to": "2999-12-31", "reason": WHY}
    proposed = one.post("console-sources-key", source.pk, data=data)
    number = _number(proposed.headers["Location"])
    other.post("console-sources-approve", number, data={})
    assert SourceKey.objects.get().valid_to is not None
    acts = Entry.objects.filter(act__startswith="source_").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        *("source_proposed", "source_approved", "source_proposed", "source_approved"),
    ]


def test_a_rejected_source_is_never_made(two: Administrators) -> None:
    proposal = services.propose_source("A", "court", ["appeals"], [""], two.one, WHY)
    other = Desk(two.other)
    assert other.post("console-sources-reject", proposal.pk, data={}).status_code == 422
    answer = other.post("console-sources-reject", proposal.pk, data={"reason": "not known"})
    assert answer.status_code == 303
    assert not Source.objects.exists()
    assert Proposal.objects.get().decision_reason == "not known"


def test_faults_are_shown_beside_their_fields_with_what_was_typed(two: Administrators) -> None:
    desk = Desk(two.one)
    answer = desk.post(
        "console-sources-add",
        data={"name": "Kept name", "kind": "court", **SCOPE, "per_minute": "0"},
    )
    assert answer.status_code == 422
    assert "Kept name" in text_of(answer)
    assert 'id="id_per_minute_error"' in text_of(answer)


def test_a_name_that_an_officer_has_is_taken(two: Administrators) -> None:
    answer = Desk(two.one).post(
        "console-sources-add", data={"name": "Amna", "kind": "court", **SCOPE}
    )
    assert answer.status_code == 422
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("bad", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n"])
def test_what_is_no_public_key_is_refused(two: Administrators, court: Court, bad: str) -> None:
    before = Proposal.objects.count()
    data = {"public": bad, "valid_to": "", "reason": WHY}
    answer = Desk(two.one).post("console-sources-key", court.source.pk, data=data)
    assert answer.status_code == 422
    assert Proposal.objects.count() == before


def test_revoking_and_switching_off_act_at_once(two: Administrators, court: Court) -> None:
    desk = Desk(two.one)
    key = SourceKey.objects.get()
    assert desk.post("console-sources-revoke", key.pk, data={"reason": "lost"}).status_code == 303
    assert SourceKey.objects.get().revoked_by == two.one
    stopped = desk.post("console-sources-stop", court.source.pk, data={"reason": "moved"})
    assert stopped.status_code == 303
    assert not Source.objects.get().active


def test_a_change_of_scope_takes_two(two: Administrators, court: Court) -> None:
    data = {**SCOPE, "active": "on", "events": ["deaths"], "districts": ["punjab"]}
    proposed = Desk(two.one).post("console-sources-change", court.source.pk, data=data)
    assert Source.objects.get().events != ["deaths"]
    number = _number(proposed.headers["Location"])
    Desk(two.other).post("console-sources-approve", number, data={})
    source = Source.objects.get()
    assert (source.events, source.districts) == (["deaths"], ["punjab"])
    assert source.officer.jurisdiction == "punjab"


@pytest.mark.parametrize("role", ["approval", "audit"])
def test_others_see_and_do_not_propose(sqlite_office: Office, court: Court, role: str) -> None:
    desk = Desk(sqlite_office.hire("Hina", role))
    assert desk.get("console-sources").status_code == 200
    assert desk.get("console-sources-one", court.source.pk).status_code == 200
    key, source = SourceKey.objects.get(), court.source.pk
    for page, number in (
        ("console-sources-change", source),
        ("console-sources-key", source),
        ("console-sources-stop", source),
        ("console-sources-revoke", key.pk),
        ("console-sources-approve", Proposal.objects.first().pk),  # type: ignore[union-attr]
    ):
        assert desk.post(page, number, data={"reason": WHY}).status_code == 403, page
    assert desk.get("console-sources-add").status_code == 403


def test_gaps_and_refusals_are_shown_and_a_gap_is_closed(
    sqlite_office: Office, court: Court
) -> None:
    court.pushes("convictions", {"sequence": 2, **a_conviction()})
    court.pushes("convictions", {"sequence": 3, **a_conviction(sections=["PPC 0"])})
    desk = Desk(sqlite_office.bilal)
    page = text_of(desk.get("console-sources-one", court.source.pk))
    assert "Fields of the event have faults." in page
    assert "A number that will never come" in page

    data = {"sequence": "1", "reason": "The court says that it was a test."}
    assert desk.post("console-sources-gap", court.source.pk, data=data).status_code == 303
    assert not MissingNumber.objects.exists()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_opens_in_both_languages(
    two: Administrators, court: Court, language: str
) -> None:
    desk = Desk(two.one, language)
    proposal = services.propose_source("A", "court", ["appeals"], [""], two.other, WHY)
    for page, args in (
        ("console-sources", ()),
        ("console-sources-connect", ()),
        ("console-sources-add", ()),
        ("console-sources-one", (court.source.pk,)),
        ("console-sources-proposal", (proposal.pk,)),
    ):
        answer = desk.get(page, *args)
        assert answer.status_code == 200, page
        assert text_of(answer).count("<h1") == 1
        ids = re.findall(r'\bid="([^"]+)"', text_of(answer))
        assert len(ids) == len(set(ids)), page


def test_the_pages_ask_a_counted_number_of_queries(two: Administrators, court: Court) -> None:
    for number in range(1, 4):
        court.pushes("convictions", {"sequence": number, **a_conviction(case_number=f"{number}/1")})
    desk = Desk(two.one)
    desk.get("console-sources")
    with CaptureQueriesContext(connection) as listed:
        desk.get("console-sources")
    with CaptureQueriesContext(connection) as one:
        desk.get("console-sources-one", court.source.pk)
    assert (len(listed), len(one)) == (QUERIES_OF_THE_LIST, QUERIES_OF_ONE)


def _pair(court: Court, event: dict[str, object]) -> dict[str, SimpleUploadedFile]:
    body = json.dumps(event).encode()
    signature = files.sign_file(body, "convictions", Signer(court.key, court.keyid), new_key())
    return {
        "event": SimpleUploadedFile("event.json", body),
        "signature": SimpleUploadedFile("event.json.sig", signature),
    }


def test_a_clerk_s_files_are_handed_in_by_an_entry_officer(
    sqlite_office: Office, court: Court
) -> None:
    desk = Desk(sqlite_office.amna)
    answer = desk.post(
        "console-sources-upload", data=_pair(court, {"sequence": 1, **a_conviction()})
    )
    push = Push.objects.get()
    assert answer.status_code == 200
    assert push.receipt in text_of(answer)
    assert push.way == "page"
    assert push.batch is not None
    assert push.batch.entered_by == court.source.officer


def test_files_that_are_refused_are_told_of_by_field(sqlite_office: Office, court: Court) -> None:
    desk = Desk(sqlite_office.amna)
    bad = {"sequence": 1, **a_conviction(sections=["PPC 0"])}
    answer = desk.post("console-sources-upload", data=_pair(court, bad))
    assert answer.status_code == 422
    assert "sections" in text_of(answer)
    assert ASLAM not in text_of(answer)


def test_only_entry_officers_hand_files_in(two: Administrators) -> None:
    assert Desk(two.one).get("console-sources-upload").status_code == 403
