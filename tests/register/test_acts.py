"""Appeals and withdrawals: what silences acts at once, what speaks again waits."""

import pytest
from register_builders import ASLAM, Office, a_row, is_listed

from nsor.register import feed
from nsor.register.acting import open_reason
from nsor.register.models import AppealRecord, Batch


@pytest.mark.parametrize("state", ["stayed", "quashed"])
def test_a_stay_and_a_quashing_silence_at_once(office: Office, state: str) -> None:
    office.published(a_row())

    answer = office.appeals(state, cnic="35201-1234567-1")

    assert answer.object == {"state": state, "sequence": 2, "batch": None}
    newest = feed.read(1)[0]
    assert (newest.listed, newest.name_ur, newest.father_name_en) == (False, "", "")
    record = AppealRecord.objects.get()
    assert (record.from_state, record.to_state) == ("none", state)
    assert (record.batch.entered_by, record.batch.decided_by) == (office.amna, None)
    assert open_reason(record.batch) == "order of the court"


@pytest.mark.parametrize("state", ["none", "pending"])
def test_what_would_speak_again_waits_for_a_second_officer(office: Office, state: str) -> None:
    office.published(a_row())
    office.appeals("stayed")

    answer = office.appeals(state)

    batch = answer.object["batch"]
    assert answer.object == {"state": state, "sequence": None, "batch": batch}
    assert not is_listed()
    (shown,) = office.shows(batch)
    assert (shown["listed"], "محمد اسلم" in shown["text_ur"]) == (True, True)
    assert office.approves(batch).object == {"batch": batch, "published": 1, "sequence": 3}
    assert is_listed()


def test_a_rejected_appeal_batch_leaves_the_silence(office: Office) -> None:
    office.published(a_row())
    office.appeals("stayed")
    batch = office.appeals("none").object["batch"]

    words = ("batch", "reject", batch, "--officer", "Bilal", "--reason", "no order", "--json")
    assert office.run(*words).object == {"batch": batch, "state": "rejected"}
    assert not is_listed()


def test_a_quashing_meanwhile_outdates_what_would_speak_again(office: Office) -> None:
    office.published(a_row())
    office.appeals("stayed")
    batch = office.appeals("none").object["batch"]
    office.appeals("quashed")

    assert office.approves(batch).codes == ["outdated"]
    assert not is_listed()


def test_one_quashed_of_two_convictions_leaves_the_person_listed(office: Office) -> None:
    office.published(a_row(), a_row(case_number="2/2021"))

    assert office.appeals("quashed").exit_code == 0
    assert is_listed()
    assert office.appeals("quashed", case="2/2021").exit_code == 0
    assert not is_listed()


def test_an_appeal_against_what_still_waits_is_honoured_by_its_approval(office: Office) -> None:
    batch = office.entered(a_row())

    assert office.appeals("quashed").exit_code == 0
    assert office.approves(batch).object["published"] == 0
    assert not is_listed()


def test_a_withdrawal_silences_at_once_whatever_the_courts_said(office: Office) -> None:
    office.published(a_row())

    assert office.withdraws().object == {"state": "withdrawn", "sequence": 2, "batch": None}
    assert not is_listed()
    assert open_reason(Batch.objects.get(kind="withdrawal")) == "wrong number"
    office.appeals("stayed")
    office.approves(office.appeals("none").object["batch"])
    assert not is_listed()


def test_a_withdrawal_of_what_still_waits_is_honoured_by_its_approval(office: Office) -> None:
    batch = office.entered(a_row())
    office.withdraws()

    assert office.approves(batch).object["published"] == 0
    assert not is_listed()


def test_silencing_twice_does_no_harm(office: Office) -> None:
    office.published(a_row())

    assert [office.withdraws().exit_code for _ in range(2)] == [0, 0]
    assert [office.appeals("quashed").exit_code for _ in range(2)] == [0, 0]
    assert not is_listed()


@pytest.mark.parametrize("by", ["Chaudhry supervision", "Dua audit"])
def test_other_roles_may_not_act(sqlite_office: Office, by: str) -> None:
    sqlite_office.published(a_row())
    name, role = by.split()
    sqlite_office.hire(name, role)
    tail = ("--officer", name, "--reason", "x", "--json")

    assert sqlite_office.run("withdraw", ASLAM, *tail).codes == ["role_not_allowed"]
    appeal = sqlite_office.run("appeal", ASLAM, "stayed", "--case", "12/2020", *tail)
    assert appeal.codes == ["role_not_allowed"]
    assert is_listed()


def test_what_is_not_there_cannot_be_silenced(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())

    assert sqlite_office.withdraws("3520112345673").codes == ["not_registered"]
    assert sqlite_office.withdraws("123").codes == ["bad_cnic"]
    assert sqlite_office.appeals("stayed", case="no such").codes == ["unknown_case"]
    assert sqlite_office.appeals("stayed", cnic="3520112345673").codes == ["not_registered"]
    assert sqlite_office.appeals("lost").exit_code == 2
    blank = ("withdraw", ASLAM, "--officer", "Amna", "--reason", " ", "--json")
    assert sqlite_office.run(*blank).codes == ["reason_required"]


def test_a_second_wish_to_speak_again_is_refused(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    assert sqlite_office.appeals("none").codes == ["no_change"]
    sqlite_office.appeals("stayed")
    sqlite_office.appeals("none")

    assert sqlite_office.appeals("pending").codes == ["already_waiting"]


def test_an_act_is_told_in_a_sentence_without_json(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    words = ("withdraw", ASLAM, "--officer", "Amna", "--reason", "x")

    assert "took effect as number 2 of the feed." in sqlite_office.run(*words).stdout
    refused = sqlite_office.run("withdraw", "3520112345673", *words[2:])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Refused: Nobody of this CNIC is in the register")
