"""What the identity authority says of numbers that count: shown to an approver, and settled."""

from console_building import Desk, text_of
from register_builders import ASLAM, Office, a_row

from nsor.audit.models import Entry
from nsor.identity.authority import Holder
from nsor.register import identity_checks
from nsor.register.models import Offender

WHY = "The card was seen again; the authority has the old name."


class Authority:
    """It knows whoever holds any number as somebody else."""

    def look_up(self, number: str) -> Holder | None:
        return Holder("طارق محمود", "Tariq Mehmood", "شیر خان", "Sher Khan", "male", True)


def doubted(office: Office) -> int:
    office.published(a_row())
    identity_checks.look_again(Authority())
    return identity_checks.open_alarms().get().pk


def test_what_the_authority_doubts_is_shown_by_record_and_settled(office: Office) -> None:
    check = doubted(office)
    desk = Desk(office.bilal)
    assert "numbers that the identity authority doubts" in text_of(desk.get("console-queue"))

    page = text_of(desk.get("console-approval-identities"))
    answer = desk.post("console-approval-settle", data={"check": check, "reason": WHY})

    assert f"/console/record/{Offender.objects.get().pk}/" in page
    assert "the name differs" in page
    assert "Aslam" not in page
    assert ASLAM[5:12] not in page
    assert answer.status_code == 303
    assert not identity_checks.open_alarms().exists()
    assert Entry.objects.filter(act="identity_overridden").count() == 1
    assert "says nothing" in text_of(desk.get("console-approval-identities"))


def test_without_a_reason_or_twice_nothing_is_settled(sqlite_office: Office) -> None:
    check = doubted(sqlite_office)
    desk = Desk(sqlite_office.bilal)

    bare = desk.post("console-approval-settle", data={"check": check, "reason": " "})
    assert bare.status_code == 422
    assert "Give the reason" in text_of(bare)
    assert identity_checks.open_alarms().count() == 1

    desk.post("console-approval-settle", data={"check": check, "reason": WHY})
    again = desk.post("console-approval-settle", data={"check": check, "reason": WHY})
    assert again.status_code == 422
    assert "Nothing of this act waits" in text_of(again)


def test_a_death_that_the_authority_reports_is_looked_at(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())

    class Dead:
        def look_up(self, number: str) -> Holder | None:
            return Holder(
                "محمد اسلم", "Muhammad Aslam", "غلام رسول", "Ghulam Rasool", "male", False
            )

    identity_checks.look_again(Dead())

    page = text_of(Desk(sqlite_office.bilal, "ur").get("console-approval-identities"))
    assert "انتقال" in page or "وفات" in page
