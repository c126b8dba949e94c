"""Approving, rejecting and showing a batch, and who may."""

import itertools

import pytest
from django.db import DatabaseError, connection
from register_builders import ASLAM, Office, a_row, is_listed, people_rows

from nsor.law.models import Policy
from nsor.register import feed
from nsor.register.deciding import approve_batch
from nsor.register.models import Profile, Publication, Release
from nsor.register.services import record_appeal, withdraw

KHAN = "3520112345673"


def test_an_approved_batch_is_published_person_by_person(office: Office) -> None:
    batch = office.entered(
        a_row(), a_row(case_number="2"), a_row(cnic=KHAN, name_ur="نور خان", name_en="Noor Khan")
    )
    assert feed.read(0) == []

    answer = office.approves(batch)

    assert answer.object == {"batch": batch, "published": 2, "sequence": 2}
    published = feed.read(0)
    assert [publication.sequence for publication in published] == [1, 2]
    assert published[0] == feed.Publication(
        1, int(ASLAM), True, "male", "father",
        "محمد اسلم", "غلام رسول", "Muhammad Aslam", "Ghulam Rasool",
    )  # fmt: skip
    assert feed.current(KHAN) == published[1]


@pytest.mark.parametrize(
    ("officer", "role", "code"),
    [
        ("Amna", "entry", "role_not_allowed"),
        ("Chaudhry", "supervision", "role_not_allowed"),
        ("Dua", "audit", "role_not_allowed"),
    ],
)
def test_an_officer_of_another_role_may_not_approve(
    office: Office, officer: str, role: str, code: str
) -> None:
    batch = office.entered(a_row())
    if officer != "Amna":
        office.hire(officer, role)

    answer = office.run("approve", str(batch), "--officer", officer, "--json")

    assert (answer.exit_code, answer.codes) == (1, [code])
    assert not is_listed()


@pytest.mark.parametrize("role", ["approval", "supervision", "audit"])
def test_only_an_entry_officer_enters(sqlite_office: Office, role: str) -> None:
    sqlite_office.hire("Another " + role, role)
    path = sqlite_office.file(b"cnic\n")
    answer = sqlite_office.run("import", path, "--officer", "Another " + role, "--json")

    assert (answer.exit_code, answer.codes) == (1, ["role_not_allowed"])


def test_an_officer_may_not_approve_what_they_entered(office: Office) -> None:
    office.published(a_row(appeal_state="stayed"))
    record = ("appeal", ASLAM, "none", "--case", "12/2020", "--officer", "Bilal", "--reason", "x")
    batch = office.run(*record, "--json").object["batch"]

    assert office.approves(batch).codes == ["own_entry"]
    reject = ("batch", "reject", batch, "--officer", "Bilal", "--reason", "x", "--json")
    assert office.run(*reject).codes == ["own_entry"]
    assert not is_listed()


@pytest.mark.parametrize("decided", ["approve", "reject"])
def test_a_batch_is_decided_once(office: Office, decided: str) -> None:
    batch = office.entered(a_row())
    words = [decided, str(batch), "--officer", "Bilal", "--json"]
    if decided == "reject":
        words = ["batch", *words, "--reason", "not signed"]
    assert office.run(*words).exit_code == 0

    assert office.approves(batch).codes == ["not_submitted"]
    assert office.run(
        "batch", "reject", str(batch), "--officer", "Bilal", "--reason", "x", "--json"
    ).codes == ["not_submitted"]
    assert feed.last_sequence() == (1 if decided == "approve" else 0)


def test_a_batch_that_is_not_there_is_refused(sqlite_office: Office) -> None:
    assert sqlite_office.approves(99).codes == ["unknown_batch"]
    assert sqlite_office.run("batch", "show", "99", "--json").codes == ["unknown_batch"]


def test_a_wrong_secret_and_an_unknown_officer_are_told_alike(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(a_row())
    wrong = sqlite_office.run("approve", str(batch), "--officer", "Bilal", "--json", secret="wrong")
    unknown = sqlite_office.run("approve", str(batch), "--officer", "Nobody", "--json")

    assert wrong.exit_code == unknown.exit_code == 1
    assert wrong.object == unknown.object
    assert wrong.codes == ["bad_credentials"]
    assert not is_listed()


def test_without_a_secret_or_a_terminal_it_is_wrong_usage(sqlite_office: Office) -> None:
    answer = sqlite_office.run("approve", "1", "--officer", "Bilal", secret="")

    assert answer.exit_code == 2
    assert "NSOR_OFFICER_SECRET" in answer.stderr


def test_a_batch_shows_what_the_public_would_be_told(office: Office) -> None:
    batch = office.entered(
        a_row(),
        a_row(cnic=KHAN, case_number="2", juvenile="yes"),
        a_row(cnic="3520112345675", case_number="3", appeal_state="stayed"),
    )

    listed, juvenile, stayed = office.shows(batch)

    assert listed == {
        "cnic": ASLAM,
        "listed": True,
        "text_ur": "خبردار! محمد اسلم ولد غلام رسول سزا یافتہ مجرم ہے۔"
        " اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        "text_en": "Beware! Muhammad Aslam son of Ghulam Rasool is a convict."
        " Don't let him be around children and women.",
        "reasons": [],
        "warnings": [],
    }
    assert (juvenile["listed"], juvenile["reasons"]) == (False, ["juvenile"])
    assert KHAN in juvenile["text_en"]
    assert "no record" in juvenile["text_en"]
    assert (stayed["listed"], stayed["reasons"]) == (False, ["stayed"])
    text = office.run("batch", "show", str(batch)).stdout
    assert "35201-1234567-3" in text
    assert "Not listed: the person was under 18 at the offence." in text


def test_the_list_names_what_waits_and_who_entered_it(office: Office) -> None:
    batch = office.entered(a_row())

    (waiting,) = office.run("batch", "list", "--json").object["batches"]

    assert (waiting["batch"], waiting["entered_by"], waiting["entries"]) == (batch, "Amna", 1)
    office.approves(batch)
    assert office.run("batch", "list", "--json").object["batches"] == []


@pytest.mark.parametrize(
    "silent",
    [
        {"juvenile": "yes"},
        {"date_of_birth": "2001-05-02", "offence_on": "2019-05-01"},
        {"date_of_birth": "2003-01-01", "offence_on": "", "convicted_on": "2020-06-01"},
        {"appeal_state": "stayed"},
        {"appeal_state": "quashed"},
    ],
)
def test_a_person_whose_only_conviction_is_silent_is_never_published(
    office: Office, silent: dict[str, str]
) -> None:
    batch = office.entered(a_row(**silent))

    assert office.approves(batch).object == {"batch": batch, "published": 0, "sequence": 0}
    assert feed.read(0) == []


@pytest.mark.parametrize(
    "adult", [{"offence_on": "1998-01-01"}, {"appeal_state": "pending"}, {"juvenile": "no"}]
)
def test_a_conviction_that_stands_is_published(
    sqlite_office: Office, adult: dict[str, str]
) -> None:
    sqlite_office.published(a_row(**adult))

    assert is_listed()


def test_a_silent_conviction_beside_one_that_stands_changes_nothing(office: Office) -> None:
    office.published(
        a_row(appeal_state="quashed"),
        a_row(case_number="2", juvenile="yes"),
        a_row(case_number="3"),
    )

    assert is_listed()


def test_approval_leaves_a_withdrawal_standing(office: Office) -> None:
    office.published(a_row())
    office.withdraws()
    batch = office.entered(a_row(case_number="2"))

    (shown,) = office.shows(batch)
    answer = office.approves(batch)

    assert (shown["listed"], shown["reasons"], shown["warnings"]) == (
        False,
        ["withdrawn"],
        ["withdrawn"],
    )
    assert answer.object["published"] == 0
    assert not is_listed()


@pytest.mark.parametrize(
    "silence",
    [
        lambda office: withdraw(ASLAM, office.amna, "wrong number"),
        lambda office: record_appeal(ASLAM, "12/2020", "quashed", office.amna, "acquitted"),
    ],
)
@pytest.mark.parametrize("known_before", [False, True])
def test_a_silence_while_a_batch_is_prepared_is_honoured(
    office: Office, silence: object, known_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nsor.register.people.CHUNK", 2)
    if known_before:
        office.published(a_row(case_number="earlier", appeal_state="quashed"))
    batch = office.entered(a_row(), *people_rows(5))

    def silencing(people_prepared: int) -> None:
        if people_prepared == 6:
            silence(office)  # type: ignore[operator]

    approval = approve_batch(batch, office.bilal, progress=silencing)

    publications = feed.read(0)
    assert approval.published == 5
    assert not any(one.listed for one in publications if one.cnic == int(ASLAM))
    assert [one.sequence for one in publications] == list(range(1, approval.sequence + 1))
    assert not is_listed()


def test_what_speaks_again_while_a_batch_is_prepared_is_published_with_it(office: Office) -> None:
    batch = office.entered(a_row(appeal_state="stayed"), *people_rows(2))
    restored = record_appeal(ASLAM, "12/2020", "none", office.amna, "appeal dismissed").batch
    assert restored is not None

    approval = approve_batch(
        batch, office.bilal, progress=lambda _: approve_batch(restored, office.bilal)
    )

    assert approval.published == 3
    assert is_listed()


def test_an_approval_that_died_is_invisible_and_can_be_done_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nsor.register.people.CHUNK", 2)
    batch = office.entered(*people_rows(6))

    def dying(people_prepared: int) -> None:
        if people_prepared >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        approve_batch(batch, office.bilal, progress=dying)
    assert (Publication.objects.count(), feed.read(0), is_listed()) == (4, [], False)

    assert office.approves(batch).object == {"batch": batch, "published": 6, "sequence": 6}
    assert len(feed.read(0)) == 6
    assert Release.objects.count() == 1


def test_rejecting_a_batch_forgets_what_an_approval_that_died_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.published(*people_rows(1))
    batch = office.entered(*people_rows(1, start=1), a_row(cnic="3520100000001", case_number="b"))

    def dying(people_prepared: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        approve_batch(batch, office.bilal, progress=dying)
    office.run("batch", "reject", batch, "--officer", "Bilal", "--reason", "not signed")

    assert Publication.objects.count() == 1
    assert Profile.objects.count() == 1
    assert is_listed("3520100000001")


def test_published_rows_can_be_neither_changed_nor_deleted(office: Office) -> None:
    office.published(a_row())

    for table, act in itertools.product(
        ("register_publication", "register_release"), ("UPDATE {} SET id = 77", "DELETE FROM {}")
    ):
        with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
            cursor.execute(act.format(table))
    assert is_listed()


def test_what_makes_a_conviction_registrable_is_policy(sqlite_office: Office) -> None:
    old = a_row(offence_on="2014-01-01", convicted_on="2015-01-01")
    abduction = a_row(case_number="2", sections="PPC 365;PPC 34")
    assert sqlite_office.imports(abduction).codes == ["not_registrable"]
    for key, value in (
        ("registrable_basis", "Schedule I;Schedule II"),
        ("older_convictions_count", "no"),
    ):
        Policy.objects.create(key=key, value=value, valid_from="2024-01-01", instrument="S.R.O. 1")

    assert sqlite_office.imports(old).codes == ["not_registrable"]
    assert sqlite_office.imports(
        abduction | {"offence_on": "2023-01-01", "convicted_on": "2023-06-01"}
    ).exit_code == 0  # fmt: skip


def test_the_public_service_is_closed_by_policy(office: Office) -> None:
    assert feed.standing().public_open
    closing = {"key": "public_service", "value": "closed", "instrument": "S.R.O. 2"}

    Policy.objects.create(valid_from="2999-01-01", **closing)
    assert feed.standing().public_open
    Policy.objects.create(valid_from="2024-01-01", **closing)
    assert not feed.standing().public_open
