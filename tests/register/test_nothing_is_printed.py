"""What tells who somebody is shows nothing of itself where it is printed, nor can it be guessed."""

import hashlib
from datetime import UTC, datetime

import pytest
from history_playing import a_conviction
from register_builders import ASLAM, Office, a_row

from nsor.register import acting, documents, feed, history, numbering
from nsor.register.alarms import pass_alarm
from nsor.register.calendar import today
from nsor.register.documents import Alias, Place, Told
from nsor.register.errors import Refusal
from nsor.register.models import PassedAlarm
from nsor.register.people import one_person
from nsor.screening import texts

SECRETS = ("Aslam", "اسلم", ASLAM, "35201", "Mall Road", "12/2020")
BAZAAR = "House 4, Beti Bazaar, Lahore"


def require_silence(*things: object) -> None:
    for thing in things:
        for printed in (repr(thing), str(thing), f"{[thing]}"):
            assert not [secret for secret in SECRETS if secret in printed], printed


def test_documents_show_nothing() -> None:
    entry = a_conviction(ASLAM, "12/2020", name_en="Muhammad Aslam")
    told = Told(int(ASLAM), "male", "father", "محمد اسلم", "", "Aslam", "")

    require_silence(
        entry,
        entry.case,
        entry.case.person,
        Alias("اسلم", "Aslam"),
        Place("home", "4 Mall Road"),
        told,
        documents.changed(entry.case.person, {"address": "4 Mall Road"}),
    )


def test_people_and_what_is_told_of_them_show_nothing(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    held = numbering.holder(ASLAM)
    assert held is not None
    person = one_person(held.offender)
    assert person is not None
    view = history.as_of(person.offender, today(), datetime.now(UTC))
    assert view is not None

    require_silence(person, *person.numbers, person.profile, *feed.read(0))
    require_silence(view, *view.numbers, *view.convictions, view.profile)
    for printed in (repr(held), repr(held.key), repr(person)):
        assert repr(held.key.key) not in printed
        assert held.key.key.hex() not in printed
    assert f"SubjectKey(id={held.key.id})" in repr(held)


def _alarm() -> texts.Alarm:
    (found,) = texts.screen("address", BAZAAR)
    return found


def test_an_alarm_shows_no_word_and_its_fingerprint_can_not_be_guessed() -> None:
    alarm = _alarm()

    assert "beti" not in repr(alarm).lower()
    guessed = hashlib.sha256(f"address\nkinship\n{alarm.words}".encode()).hexdigest()
    assert alarm.fingerprint != guessed[:16]


def test_what_was_let_pass_passes_after_a_rotation_of_the_keys(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("NSOR_KEYS", f"{tmp_path}/own ring.json")
    office = sqlite_office
    office.published(a_row())
    before = _alarm().fingerprint
    pass_alarm(before, office.bilal, "It is a bazaar.")

    assert office.run("keys", "rotate", "--json").exit_code == 0

    assert _alarm().fingerprint != before
    assert _alarm().is_passed({one.fingerprint for one in PassedAlarm.objects.all()})
    assert office.imports(a_row(address=BAZAAR, case_number="7/2021")).exit_code == 0
    assert not _alarm().is_passed({"0123456789abcdef"})


def test_a_person_who_is_not_found_is_not_repeated_in_the_refusal(sqlite_office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        acting.find(ASLAM)

    require_silence(refused.value)
