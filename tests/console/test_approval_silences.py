"""What silenced on one word is looked at after by another officer; false alarms are let pass."""

import pytest
from approval_building import WHY, acts_since, last_entry
from console_building import Desk, text_of
from register_builders import ASLAM, Office, a_row

from nsor.register import acting, services, waiting
from nsor.register.models import Ground, PassedAlarm, SilenceReview
from nsor.register.silence_reviews import note_of


@pytest.fixture
def stayed(sqlite_office: Office) -> int:
    """Have Amna record a stay; return its act."""
    sqlite_office.published(a_row())
    services.record_appeal(ASLAM, "12/2020", "stayed", sqlite_office.amna, WHY)
    return waiting.to_review()[0].batch


def test_a_stay_is_looked_at_and_leaves_the_list(sqlite_office: Office, stayed: int) -> None:
    desk = Desk(sqlite_office.bilal)
    listed = text_of(desk.get("console-approval-silences"))
    assert desk.address("console-approval-silence", stayed) in listed
    page = text_of(desk.get("console-approval-silence", stayed))
    assert "Aslam" in page
    assert WHY in page.replace("&#x27;", "'")
    before = last_entry()

    answer = desk.post("console-approval-look", stayed, data={"note": "I read the order."})

    assert answer.status_code == 303
    assert acts_since(before) == ["silence_reviewed"]
    assert waiting.to_review() == []
    assert note_of(SilenceReview.objects.get(batch=stayed)) == "I read the order."
    assert desk.get("console-approval-silence", stayed).status_code == 303


def test_nobody_looks_at_their_own_silence(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    services.suspend(acting.find(ASLAM), Ground.DISPUTE, sqlite_office.bilal, WHY)
    act = waiting.to_review()[0].batch
    desk = Desk(sqlite_office.bilal)

    assert "another officer looks at it" in text_of(desk.get("console-approval-silence", act))
    desk.post("console-approval-look", act, data={})

    assert waiting.reviews_to_do() == 1


def test_a_note_that_may_name_a_victim_is_refused_in_its_field(
    sqlite_office: Office, stayed: int
) -> None:
    answer = Desk(sqlite_office.bilal).post(
        "console-approval-look", stayed, data={"note": "Call 0300 1234567."}
    )

    assert answer.status_code == 422
    assert "id_note_error" in text_of(answer)
    assert waiting.reviews_to_do() == 1


def test_of_somebody_removed_since_it_can_be_closed_without_a_note(office: Office) -> None:
    office.published(a_row())
    aslam = acting.find(ASLAM)
    services.withdraw(ASLAM, office.amna, WHY)
    act = waiting.to_review()[0].batch
    asked = services.remove(aslam, office.amna, WHY)
    services.approve(asked.batch or 0, office.bilal)
    desk = Desk(office.bilal)

    assert "nothing of them can be read" in text_of(desk.get("console-approval-silence", act))
    assert desk.post("console-approval-look", act, data={"note": "x"}).status_code == 422
    assert desk.post("console-approval-look", act, data={}).status_code == 303
    assert waiting.reviews_to_do() == 0


def test_a_false_alarm_is_let_pass(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.bilal)
    assert desk.get("console-approval-alarms").status_code == 200
    typed = {"fingerprint": " 0123456789ABCDEF ", "reason": "It is the name of a street."}

    wrong = desk.post("console-approval-alarms", data=typed | {"fingerprint": "12"})
    passed = desk.post("console-approval-alarms", data=typed)
    again = desk.post("console-approval-alarms", data=typed)

    assert (wrong.status_code, passed.status_code, again.status_code) == (422, 303, 422)
    assert "It is the name of a street." in text_of(wrong)
    assert PassedAlarm.objects.count() == 1
