"""An officer of approval lets a false alarm of the screening pass."""

import json

import pytest
from click.testing import CliRunner
from law_building import a_conviction
from register_builders import Office, a_row

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.commands.alarms import alarm
from nsor.register import documents
from nsor.register.alarms import pass_alarm
from nsor.register.entering import EntryRefused, NewConviction, enter_conviction
from nsor.register.errors import Refusal
from nsor.register.models import PassedAlarm
from nsor.screening import texts

ADDRESS = "House 4, Beti Bazaar, Lahore"
"""A word of kinship that is the name of a place."""


def _fingerprint(text: str = ADDRESS) -> str:
    (found,) = texts.screen("address", text)
    return found.fingerprint


def _living_at_the_bazaar() -> NewConviction:
    case = a_conviction().case
    person = documents.changed(case.person, {"address": ADDRESS})
    return a_conviction(case=documents.Case(case.court, case.case_number, person))


def test_what_was_let_pass_is_entered_from_then_on(office: Office) -> None:
    with pytest.raises(EntryRefused) as refused:
        enter_conviction(_living_at_the_bazaar(), office.amna)
    assert _fingerprint() in str(refused.value)
    assert office.imports(a_row(address=ADDRESS)).codes == ["may_name_victim"]

    passed = pass_alarm(_fingerprint(), office.bilal, "It is the name of a bazaar.")

    assert passed.officer == office.bilal
    assert enter_conviction(_living_at_the_bazaar(), office.amna).pk
    rows = (a_row(address=ADDRESS, cnic="3520100000001", case_number="7/2020", name_ur="کریم"),)
    assert office.imports(*rows).exit_code == 0


def test_it_is_in_the_trail_with_the_reason(office: Office) -> None:
    pass_alarm(_fingerprint(), office.bilal, " It is a bazaar. ")

    entry = Entry.objects.get(act=Act.FALSE_ALARM_PASSED)
    assert (entry.actor, entry.subject) == (f"officer:{office.bilal.pk}", "")
    assert trail.details(entry.pk) == {"fingerprint": _fingerprint(), "reason": "It is a bazaar."}


@pytest.mark.parametrize(
    ("fingerprint", "who", "reason", "code"),
    [
        ("", "bilal", "why", "bad_fingerprint"),
        ("0123456789abcde", "bilal", "why", "bad_fingerprint"),
        ("0123456789ABCDEF", "bilal", "why", "bad_fingerprint"),
        ("0123456789abcdef\n", "bilal", "why", "bad_fingerprint"),
        ("0123456789abcdef", "bilal", " ", "reason_required"),
        ("0123456789abcdef", "amna", "why", "role_not_allowed"),
    ],
)
def test_what_can_not_be_let_pass_is_refused(
    sqlite_office: Office, fingerprint: str, who: str, reason: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        pass_alarm(fingerprint, getattr(sqlite_office, who), reason)
    assert refused.value.code == code
    assert not PassedAlarm.objects.exists()


def test_an_alarm_about_a_number_has_nothing_to_be_let_pass_by(sqlite_office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        pass_alarm(_fingerprint("House 35201-1234567-1"), sqlite_office.bilal, "why")
    assert refused.value.code == "bad_fingerprint"


def test_what_was_let_pass_already_is_refused(office: Office) -> None:
    pass_alarm(_fingerprint(), office.bilal, "It is a bazaar.")

    with pytest.raises(Refusal) as refused:
        pass_alarm(_fingerprint(), office.bilal, "It is a bazaar.")
    assert refused.value.code == "already_passed"


def test_the_command_lets_an_alarm_pass(office: Office) -> None:
    words = ["pass", _fingerprint(), "--officer", "Bilal", "--reason", "It is a bazaar.", "--json"]

    answer = CliRunner().invoke(alarm, words, env={"NSOR_OFFICER_SECRET": office.secrets["Bilal"]})

    assert json.loads(answer.stdout) == {"fingerprint": _fingerprint()}
    assert PassedAlarm.objects.get().officer == office.bilal
