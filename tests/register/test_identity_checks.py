"""Whose number it is, as the identity authority says: what stops an approval, and what silences."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings as django_settings
from register_builders import ASLAM, YOUSAF, Office, a_row, people_rows

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.disclosure.single import check
from nsor.identity.authority import AuthorityUnavailable, Holder
from nsor.register import identity_checks, services
from nsor.register.errors import Refusal
from nsor.register.models import Batch, CheckOutcome, IdentityCheck, IdentityNumber, Offender

WHY = "The card was seen; the authority has the old name."
HIM = Holder("محمد اسلم", "Muhammad Aslam", "غلام رسول", "Ghulam Rasool", "male", True)


class Authority:
    """One that knows whom it is told of, and counts the questions."""

    def __init__(self, **holders: Holder) -> None:
        self.holders = {number.lstrip("n"): holder for number, holder in holders.items()}
        self.asked: list[str] = []
        self.answers_left = 1_000_000

    def look_up(self, number: str) -> Holder | None:
        if not self.answers_left:
            raise AuthorityUnavailable("It is away.")
        self.answers_left -= 1
        self.asked.append(number)
        return self.holders.get(number)


def knowing(holder: Holder, number: str = ASLAM) -> Authority:
    return Authority(**{f"n{number}": holder})


@pytest.fixture(autouse=True)
def _an_authority_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_settings, "IDENTITY_URL", "http://127.0.0.1:1")


def told(number: str = ASLAM) -> str:
    return check(number, "public", short_code="7000").outcome


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        act()
    return raised.value.code


def test_who_agrees_is_approved(office: Office) -> None:
    batch = office.entered(a_row())
    identity_checks.check_waiting(knowing(HIM))
    services.approve(batch, office.bilal)
    assert told() == "listed"
    asked = Entry.objects.get(act="identity_checked")
    assert asked.subject == f"batch:{batch}"
    assert trail.details(asked.pk) == {"numbers": 1, "stopping": 0, "dead": 0}


def test_nothing_is_approved_before_the_authority_answered(office: Office) -> None:
    batch = office.entered(a_row())
    assert refused(lambda: services.approve(batch, office.bilal)) == "identity_unchecked"
    assert told() == "not_listed"


@pytest.mark.parametrize(
    "authority",
    [
        knowing(replace(HIM, name_ur="طارق محمود", name_en="Tariq Mehmood")),
        knowing(replace(HIM, sex="female")),
        Authority(),
    ],
)
def test_a_mismatch_stops_approval_until_a_second_officer_says_why(
    authority: Authority, office: Office
) -> None:
    number = office.entered(a_row())
    looked = identity_checks.check_waiting(authority)
    assert looked.stopping == 1
    assert refused(lambda: services.approve(number, office.bilal)) == "identity_differs"

    batch = Batch.objects.get(pk=number)
    [stopping] = identity_checks.checks_of(batch)
    row = stopping.number_id
    assert refused(lambda: identity_checks.let_pass(batch, office.amna, WHY, row)) == (
        "role_not_allowed"
    )
    assert refused(lambda: identity_checks.let_pass(batch, office.bilal, " ", row)) == (
        "reason_required"
    )
    identity_checks.let_pass(batch, office.bilal, WHY, row)
    services.approve(number, office.bilal)

    assert told() == "listed"
    assert Entry.objects.filter(act="identity_overridden").count() == 1
    [passed] = identity_checks.checks_of(batch)
    assert identity_checks.open_reason(passed) == WHY


def test_without_an_answer_a_second_officer_can_say_why_it_goes_on(office: Office) -> None:
    number = office.entered(*people_rows(3))
    away = knowing(HIM)
    away.answers_left = 0
    identity_checks.check_waiting(away)
    batch = Batch.objects.get(pk=number)

    assert identity_checks.let_pass(batch, office.bilal, WHY) == 3
    services.approve(number, office.bilal)

    assert refused(lambda: identity_checks.let_pass(batch, office.bilal, WHY)) == "nothing_to_pass"


def test_an_authority_that_goes_away_in_the_middle_is_asked_for_the_rest(office: Office) -> None:
    office.entered(*people_rows(5))
    authority = Authority()
    authority.answers_left = 2
    assert identity_checks.check_waiting(authority).numbers == 2
    authority.answers_left = 100
    assert identity_checks.check_waiting(authority).numbers == 3
    assert len(set(authority.asked)) == len(authority.asked) == 5
    assert identity_checks.check_waiting(authority).numbers == 0


def test_a_reported_death_silences_and_is_recorded_once(office: Office) -> None:
    django_settings.IDENTITY_URL = ""
    office.published(a_row())
    dead = knowing(replace(HIM, alive=False, died_on=date(2024, 3, 1)))

    looked = identity_checks.look_again(dead)

    assert (looked.dead, told()) == (1, "not_listed")
    assert Offender.objects.get().deceased_on == date(2024, 3, 1)
    [alarm] = identity_checks.open_alarms()
    assert alarm.outcome == CheckOutcome.DEAD
    IdentityNumber.objects.update(looked_up_on=None)
    identity_checks.look_again(dead)
    assert Batch.objects.filter(kind="death").count() == 1


def test_the_dead_of_another_name_are_somebody_else(office: Office) -> None:
    django_settings.IDENTITY_URL = ""
    office.published(a_row())
    other = Holder("طارق محمود", "Tariq Mehmood", "شیر خان", "Sher Khan", "male", False)
    assert identity_checks.look_again(knowing(other)).dead == 0
    assert told() == "listed"
    assert [one.outcome for one in identity_checks.open_alarms()] == [CheckOutcome.DIFFERS]


def test_numbers_are_asked_about_again_after_thirty_days_and_not_before(office: Office) -> None:
    django_settings.IDENTITY_URL = ""
    office.published(a_row())
    authority = knowing(HIM)
    identity_checks.look_again(authority)
    identity_checks.look_again(authority)
    assert authority.asked == [ASLAM]
    long_ago = date(2026, 1, 1)
    IdentityNumber.objects.update(looked_up_on=long_ago)
    identity_checks.look_again(authority)
    assert authority.asked == [ASLAM, ASLAM]


def test_a_number_that_came_to_the_person_since_is_asked_about_too(office: Office) -> None:
    django_settings.IDENTITY_URL = ""
    office.published(a_row())
    django_settings.IDENTITY_URL = "http://127.0.0.1:1"
    person = Offender.objects.get()
    done = services.correct(
        person, services.NumberAddition(kind="nicop", number=YOUSAF), office.amna, WHY
    )
    assert done.batch is not None
    authority = Authority(**{f"n{ASLAM}": HIM, f"n{YOUSAF}": HIM})
    identity_checks.check_waiting(authority)
    assert set(authority.asked) == {ASLAM, YOUSAF}
    services.approve(done.batch, office.bilal)
    assert told(YOUSAF) == "listed"


def test_what_was_asked_is_gone_with_whoever_is_removed(office: Office) -> None:
    batch = office.entered(a_row())
    identity_checks.check_waiting(knowing(HIM))
    services.approve(batch, office.bilal)
    done = services.remove(Offender.objects.get(), office.amna, WHY)
    assert done.batch is not None
    services.approve(done.batch, office.bilal)
    assert not IdentityCheck.objects.exists()
