"""What a source's events do: each lands as it must, once, in its order, with a receipt."""

import json

import pytest
from register_builders import ASLAM, Office, a_row, is_listed
from source_builders import (
    a_conviction,
    a_court,
    a_death,
    a_release,
    a_transfer,
    an_appeal,
    new_key,
)

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.register import acting, services
from nsor.register.documents import Place
from nsor.register.models import Batch, Conviction
from nsor.register.people import one_person
from nsor.register.scheduled import forget_rejected
from nsor.sources.models import MissingNumber, Push, Source
from nsor.sources.receiving import SHOWN
from nsor.sources.services import close_gap


def _answer(response: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(response.content)  # type: ignore[attr-defined]
    return found


def test_a_conviction_waits_and_is_published_by_an_officer(office: Office) -> None:
    court = a_court(office)

    answer = court.pushes("convictions", a_conviction(sentence_months=120))

    assert answer.status_code == 202
    said = _answer(answer)
    assert said["state"] == "awaits_approval"
    assert (said["sequence"], said["missing"]) == (1, [])
    assert not is_listed()
    push = Push.objects.get()
    assert push.batch is not None
    assert push.batch.entered_by == court.source.officer
    services.approve(push.batch.pk, office.bilal)
    assert is_listed()
    receipt = _answer(court.asks(f"receipts/{said['receipt']}"))
    assert receipt["state"] == "approved"
    assert receipt["decided_at"] is not None
    assert receipt["published_at"] is not None
    assert Conviction.objects.get().sentence_months == 120


def test_a_rejected_conviction_is_told_of_with_the_reason(office: Office) -> None:
    court = a_court(office)
    said = _answer(court.pushes("convictions", a_conviction()))
    batch = Push.objects.get().batch
    assert batch is not None

    services.reject(batch.pk, office.bilal, "The judgment names another section.")

    receipt = _answer(court.asks(f"receipts/{said['receipt']}"))
    assert receipt["state"] == "rejected"
    assert receipt["reason"] == "The judgment names another section."


def test_a_known_number_with_the_same_names_is_the_same_person(office: Office) -> None:
    office.published(a_row())
    court = a_court(office)

    answer = court.pushes("convictions", a_conviction(case_number="77/2021"))

    assert answer.status_code == 202
    holders = Conviction.objects.values_list("offender", flat=True)
    assert len(set(holders)) == 1


def test_a_known_number_with_other_names_is_refused_with_the_field(office: Office) -> None:
    office.published(a_row())
    court = a_court(office)

    answer = court.pushes("convictions", a_conviction(case_number="77/2021", name_ur="یوسف علی"))

    assert answer.status_code == 422
    assert [one["code"] for one in _answer(answer)["errors"]] == ["name_conflict"]


def test_who_looks_alike_is_left_to_the_officer_who_approves(office: Office) -> None:
    office.published(a_row())
    court = a_court(office)

    answer = court.pushes("convictions", a_conviction(cnic="3520199999991", case_number="5/2021"))

    assert answer.status_code == 202


@pytest.mark.parametrize("result", ["stayed", "quashed", "acquitted"])
def test_what_silences_acts_at_once_and_waits_for_a_review(office: Office, result: str) -> None:
    office.published(a_row(district="Lahore"))
    assert is_listed()
    court = a_court(office)

    said = _answer(court.pushes("appeals", an_appeal(result)))

    assert said["state"] == "took_effect"
    assert not is_listed()
    push = Push.objects.get()
    assert push.at_once
    assert push.batch is not None
    assert push.batch.awaits_review
    services.review_silence(push.batch, office.bilal)
    push.batch.refresh_from_db()
    assert not push.batch.awaits_review


def test_what_would_speak_again_waits(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    court = a_court(office)
    court.pushes("appeals", an_appeal("stayed"))

    said = _answer(court.pushes("appeals", an_appeal("upheld", decided_on="2024-06-01")))

    assert said["state"] == "awaits_approval"
    assert not is_listed()
    batch = Push.objects.order_by("pk").last().batch  # type: ignore[union-attr]
    services.approve(batch.pk, office.bilal)  # type: ignore[union-attr]
    assert is_listed()


def test_what_is_known_already_takes_its_number_and_does_nothing(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    court = a_court(office)
    acts = Batch.objects.count()

    said = _answer(court.pushes("appeals", an_appeal("upheld")))

    assert (said["state"], said["missing"]) == ("nothing_to_change", [])
    assert Batch.objects.count() == acts


def test_a_release_waits_and_silences_nobody(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    court = a_court(office)

    said = _answer(court.pushes("releases", a_release()))

    assert said["state"] == "awaits_approval"
    assert is_listed()
    services.approve(Push.objects.get().batch.pk, office.bilal)  # type: ignore[union-attr]
    assert is_listed()
    released = Conviction.objects.filter(current=True).values_list("released_on", flat=True)
    assert [str(day) for day in released] == ["2024-01-15"]


def test_a_release_so_long_ago_that_the_term_is_over_silences_at_once(office: Office) -> None:
    days = {"offence_on": "1999-05-01", "convicted_on": "2000-06-01", "date_of_birth": "1950-01-01"}
    row = a_row(district="Lahore", sections="PPC 377", victim_category="woman", **days)
    batch = office.entered(row)
    Conviction.objects.update(sentence_months=600)
    services.approve(batch, office.bilal)
    assert is_listed()
    court = a_court(office)

    court.pushes("releases", a_release(released_on="2005-01-01"))

    assert not is_listed()


def test_a_transfer_waits_and_silences_nobody(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    court = a_court(office)

    said = _answer(court.pushes("transfers", a_transfer(district="Lahore")))

    assert said["state"] == "awaits_approval"
    assert is_listed()
    services.approve(Push.objects.get().batch.pk, office.bilal)  # type: ignore[union-attr]
    person = one_person(acting.find(ASLAM).pk)
    assert person is not None
    assert person.profile.places == (Place("prison", "Central Jail, Lahore", "Lahore"),)


def test_a_death_silences_at_once(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    court = a_court(office)

    said = _answer(court.pushes("deaths", a_death()))
    again = _answer(court.pushes("deaths", a_death()))

    assert said["state"] == "took_effect"
    assert again["state"] == "nothing_to_change"
    assert not is_listed()


def test_the_same_event_again_gets_the_first_answer(office: Office) -> None:
    court = a_court(office)
    key, event = new_key(), {"sequence": 1, **a_conviction()}

    first = court.pushes("convictions", event, key)
    again = court.pushes("convictions", event, key)

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert Conviction.objects.count() == 1


def test_a_gap_is_told_of_and_filled(office: Office) -> None:
    court = a_court(office)
    first = _answer(court.pushes("convictions", {"sequence": 3, **a_conviction()}))
    assert first["missing"] == [1, 2]
    assert _answer(court.asks("me"))["missing"] == [1, 2]

    late = a_conviction(cnic="3520198765431", name_ur="یوسف علی", name_en="Yousaf Ali")
    second = _answer(court.pushes("convictions", {"sequence": 1, **late}))

    assert second["missing"] == [2]
    me = _answer(court.asks("me"))
    assert (me["next_sequence"], me["missing"]) == (4, [2])
    close_gap(court.source, 2, office.bilal, "The court says that it was a test.")
    assert not MissingNumber.objects.exists()


def test_an_answer_names_only_so_many_missing_numbers(office: Office) -> None:
    court = a_court(office)
    said = _answer(court.pushes("convictions", {"sequence": 500, **a_conviction()}))
    assert said["missing"] == list(range(1, SHOWN + 1))


def test_what_was_pushed_is_kept_sealed_and_entered_in_the_trail(office: Office) -> None:
    court = a_court(office)

    court.pushes("convictions", a_conviction())

    push = Push.objects.get()
    assert ASLAM.encode() not in bytes(push.sealed)
    entry = Entry.objects.filter(act="source_push_accepted").get()
    assert entry.actor == f"officer:{court.source.officer_id}"
    details = trail.details(entry.pk)
    assert details is not None
    assert (details["push"], details["sequence"], details["kind"]) == (push.pk, 1, "convictions")


def test_who_was_pushed_can_be_forgotten(office: Office) -> None:
    court = a_court(office)
    court.pushes("convictions", a_conviction())
    push = Push.objects.get()
    services.reject(push.batch.pk, office.bilal, "Not ours.")  # type: ignore[union-attr]
    Batch.objects.update(decided_at="2020-01-01T00:00:00Z")
    forgotten = forget_rejected()

    assert forgotten is not None
    assert forgotten.people == 1
    assert Push.objects.get().offender is None


def test_what_is_expected_is_told(office: Office) -> None:
    court = a_court(office, events=("appeals", "deaths"))
    me = _answer(court.asks("me"))
    assert me["events"] == ["appeals", "deaths"]
    assert me["districts"] == ["punjab/lahore"]
    assert me["next_sequence"] == 1
    assert me["quota"]["minute_spent"] == 1  # type: ignore[index]
    assert Source.objects.get().last_seen_at is not None


def test_the_receipt_of_another_source_is_not_there(office: Office) -> None:
    court = a_court(office)
    other = a_court(office, "Sessions Court Multan", districts=("punjab/multan",))
    said = _answer(court.pushes("convictions", a_conviction()))

    answer = other.asks(f"receipts/{said['receipt']}")

    assert answer.status_code == 404
    assert _answer(answer)["code"] == "not_found"
