"""Importing a file: what is entered, what is refused, and how that is told."""

from datetime import timedelta

import pytest
from register_builders import ASLAM, Office, a_file, a_row

from nsor.register.calendar import today
from nsor.register.models import Batch as BatchRow
from nsor.register.models import BatchState, Conviction
from nsor.register.numbering import holder

TOMORROW = (today() + timedelta(days=1)).isoformat()

FAULTY = [
    ({"cnic": "", "name_en": ""}, [("cnic", "required"), ("name_en", "required")]),
    ({"cnic": "0520112345671"}, [("cnic", "bad_cnic")]),
    ({"cnic": "35201-123456-71"}, [("cnic", "bad_cnic")]),
    ({"cnic": "۳۵۲۰۱۱۲۳۴۵۶۷۱"}, [("cnic", "bad_cnic")]),
    ({"convicted_on": "01/06/2020"}, [("convicted_on", "bad_date")]),
    ({"convicted_on": "2020-02-30"}, [("convicted_on", "bad_date")]),
    ({"convicted_on": "20200601"}, [("convicted_on", "bad_date")]),
    ({"convicted_on": TOMORROW}, [("convicted_on", "date_in_future")]),
    ({"offence_on": "1946-12-31"}, [("offence_on", "date_too_early")]),
    ({"offence_on": "2020-06-02"}, [("offence_on", "bad_value")]),
    ({"date_of_birth": "2019-05-01"}, [("date_of_birth", "bad_value")]),
    ({"relation": "wife"}, [("relation", "bad_value")]),
    ({"sex": "Male"}, [("sex", "bad_value")]),
    ({"juvenile": "maybe"}, [("juvenile", "bad_value")]),
    ({"juvenile": "no", "date_of_birth": "2005-01-01"}, [("juvenile", "bad_value")]),
    ({"victim_category": "man"}, [("victim_category", "bad_value")]),
    ({"appeal_state": "won"}, [("appeal_state", "bad_value")]),
    ({"name_en": "=cmd"}, [("name_en", "bad_value")]),
    ({"name_ur": "+محمد"}, [("name_ur", "bad_value")]),
    ({"court": "@court"}, [("court", "bad_value")]),
    ({"court": "12345"}, [("court", "no_letters")]),
    ({"father_name_en": "--"}, [("father_name_en", "no_letters")]),
    ({"name_ur": "محمد\u202eاسلم"}, [("name_ur", "bad_value")]),
    ({"name_en": "Muhammad\x00Aslam"}, [("name_en", "bad_value")]),
    ({"district": "La\nhore"}, [("district", "bad_value")]),
    ({"name_en": "A" * 201}, [("name_en", "too_long")]),
    ({"address": "A" * 501}, [("address", "too_long")]),
    ({"address": "A" * 60_000}, [("address", "too_long")]),
    ({"sentence": "\t" + "A" * 201}, [("sentence", "bad_value"), ("sentence", "too_long")]),
    ({"sections": "PPC 302"}, [("sections", "unknown_section")]),
    ({"sections": "PPC 376;376"}, [("sections", "unknown_section")]),
    ({"sections": " ; "}, [("sections", "required")]),
    ({"sections": "PPC 354"}, [("sections", "not_registrable")]),
    ({"sections": "PPC 34;PPC 511;PPC 109"}, [("sections", "not_registrable")]),
    ({"sections": "PPC 377A", "offence_on": "2015-01-01"}, [("sections", "not_registrable")]),
    ({"sections": "PECA 21", "offence_on": "", "convicted_on": "2016-01-01"},
     [("sections", "not_registrable")]),
]  # fmt: skip


def test_every_fault_of_every_row_is_told_with_its_line(office: Office) -> None:
    rows = [
        a_row(**{"case_number": f"{place}/2020", **changes})
        for place, (changes, _) in enumerate(FAULTY)
    ]
    answer = office.imports(a_row(case_number="good"), *rows)

    found = [
        (error["line"], error["field"], error["code"])
        for error in answer.object["errors"]
        if error["code"] != "name_conflict"
    ]
    lines_before = [2]  # a line break inside a cell makes the lines that follow one more
    for changes, _ in FAULTY:
        lines_before.append(lines_before[-1] + 1 + changes.get("district", "").count("\n"))
    expected = [
        (line + 1, field, code)
        for line, (_, faults) in zip(lines_before, FAULTY, strict=False)
        for field, code in faults
    ]
    assert sorted(found) == sorted(expected)
    assert answer.exit_code == 1
    assert answer.object["entered"] == 0
    assert answer.object["batch"] is None
    assert answer.object["rejected"] == len(FAULTY)
    assert all(error["message"].endswith(".") for error in answer.object["errors"])
    assert ASLAM not in answer.stdout


def test_nothing_is_left_of_a_refused_file(office: Office) -> None:
    answer = office.imports(a_row(), a_row(case_number="13/2020", court=""))

    assert answer.object["entered"] == 0
    assert Conviction.objects.count() == 0
    assert [batch.state for batch in BatchRow.objects.all()] == [BatchState.DISCARDED]
    assert office.run("batch", "list", "--json").object == {"batches": []}


def test_valid_rows_are_entered_where_the_others_are_to_be_skipped(office: Office) -> None:
    answer = office.imports(
        a_row(), a_row(case_number="13/2020", court=""), options=("--skip-invalid",)
    )

    assert answer.exit_code == 0
    assert (answer.object["entered"], answer.object["rejected"]) == (1, 1)
    assert [person["cnic"] for person in office.shows(answer.object["batch"])] == [ASLAM]


def test_skipping_invalid_rows_refuses_a_file_without_a_valid_one(sqlite_office: Office) -> None:
    answer = sqlite_office.imports(a_row(court=""), options=("--skip-invalid",))

    assert answer.exit_code == 1
    assert answer.object["batch"] is None


def test_of_two_rows_that_clash_the_later_is_told(office: Office) -> None:
    answer = office.imports(
        a_row(),
        a_row(),
        a_row(case_number="other", name_ur="محمد اکرم"),
        a_row(case_number=" 12/2020 ", court="High Court"),
    )

    found = [(error["line"], error["code"]) for error in answer.object["errors"]]
    assert found == [(3, "duplicate_in_file"), (4, "name_conflict"), (5, "duplicate_in_file")]


def test_clashes_are_found_across_the_pieces_that_a_file_is_read_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nsor.register.importing.CHUNK", 1)

    answer = office.imports(a_row(), a_row(), a_row(case_number="2", father_name_ur="کریم"))

    assert answer.codes == ["duplicate_in_file", "name_conflict"]


@pytest.mark.parametrize("approved", [False, True])
def test_a_case_that_waits_or_was_approved_is_not_entered_again(
    office: Office, approved: bool
) -> None:
    (office.published if approved else office.entered)(a_row())

    answer = office.imports(a_row(), a_row(case_number="13/2020", name_ur="محمد اکرم"))

    assert answer.codes == ["already_registered", "name_conflict"]


def test_a_case_that_was_rejected_may_be_entered_anew_under_another_name(office: Office) -> None:
    batch = office.entered(a_row(name_ur="محمد اکرم"))
    office.run("batch", "reject", str(batch), "--officer", "Bilal", "--reason", "wrong name")

    answer = office.imports(a_row())

    assert answer.exit_code == 0
    assert answer.object["entered"] == 1


def test_names_that_differ_by_keyboard_alone_are_the_same_name(office: Office) -> None:
    office.entered(a_row(name_ur="علی کریم", father_name_ur="غلام\u200cرسول"))

    answer = office.imports(a_row(case_number="13", name_ur="علي  كريم", father_name_ur="غلامرسول"))

    assert answer.exit_code == 0
    assert office.shows(answer.object["batch"])[0]["text_ur"].count("علي كريم") == 1


def test_letters_and_joiners_are_kept_as_typed(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(a_row(name_ur="  نور\u200cجہاں  بي بي ", name_en="Noor  Jahan"))

    told = sqlite_office.shows(batch)[0]
    assert "نور\u200cجہاں بي بي" in told["text_ur"]
    assert "Noor Jahan" in told["text_en"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("", "no_header")]),
        (b"\n\n", [("", "no_header")]),
        (b"a;b;c\n1;2;3\n", [("", "no_header")]),
        ("نام,والد\n".encode(), [("", "no_header")]),
        ("cnic,court\n".encode("utf-16"), [("", "bad_encoding")]),
        (a_file(a_row()).replace(b"cnic,", b"cnic,nickname,", 1), [("nickname", "unknown_column")]),
        (a_file(a_row()).replace(b"court,", b"", 1), [("court", "missing_column")]),
        (a_file(a_row()).replace(b"cnic,", b"cnic,cnic,", 1), [("cnic", "bad_value")]),
        (a_file(a_row()).split(b"\n")[0], [("", "required")]),
    ],
)
def test_a_file_without_a_good_header_is_refused(
    sqlite_office: Office, content: bytes, expected: list[tuple[str, str]]
) -> None:
    path = sqlite_office.file(content)
    answer = sqlite_office.run("import", path, "--officer", "Amna", "--json", "--skip-invalid")

    assert answer.exit_code == 1
    assert [(error["field"], error["code"]) for error in answer.object["errors"]] == expected


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda line: line.replace(b"Aslam", b"Asl\xffam"), "bad_encoding"),
        (lambda line: line + b",more", "bad_value"),
        (lambda line: line.rsplit(b",", 1)[0], "bad_value"),
        (lambda line: b'"' + line, "bad_value"),
        (lambda line: b'"x"y,' + line, "bad_value"),
        (lambda line: b"x" * 300_000, "too_long"),
    ],
)
def test_a_line_that_is_no_row_is_told_and_the_next_are_read(
    sqlite_office: Office, spoil: object, code: str
) -> None:
    lines = a_file(a_row(case_number="1"), a_row(case_number="2"), a_row(case_number="3")).split(
        b"\n"
    )
    lines[2] = spoil(lines[2])  # type: ignore[operator]
    path = sqlite_office.file(b"\r\n".join(lines))

    answer = sqlite_office.run("import", path, "--officer", "Amna", "--json", "--skip-invalid")

    assert answer.exit_code == 0
    assert answer.object["entered"] == 2
    assert [(error["line"], error["code"]) for error in answer.object["errors"]] == [(3, code)]


def test_a_byte_order_mark_any_order_and_dashes_are_read(sqlite_office: Office) -> None:
    row = dict(reversed(a_row(cnic="35201-1234567-1", sections="ppc 376; PPC  377b").items()))
    path = sqlite_office.file(b"\xef\xbb\xbf" + a_file(row))

    assert sqlite_office.run("import", path, "--officer", "Amna").exit_code == 0
    conviction = Conviction.objects.get()
    assert holder(ASLAM).offender == conviction.offender_id
    assert conviction.sections == "PPC 376;PPC 377B"


def test_warnings_are_told_at_import_and_at_approval(office: Office) -> None:
    answer = office.imports(
        a_row(sex="female", date_of_birth=""),
        a_row(cnic="3520112345672", case_number="2", sex="x", juvenile="no", date_of_birth=""),
    )

    assert answer.exit_code == 0
    assert [(warning["line"], warning["code"]) for warning in answer.object["warnings"]] == [
        (2, "sex_differs_from_cnic"),
        (2, "age_at_offence_unknown"),
        (3, "sex_differs_from_cnic"),
    ]
    assert [person["warnings"] for person in office.shows(answer.object["batch"])] == [
        ["sex_differs_from_cnic", "age_at_offence_unknown"],
        ["sex_differs_from_cnic"],
    ]


def test_a_file_that_is_not_there_is_wrong_usage(sqlite_office: Office) -> None:
    answer = sqlite_office.run("import", "nowhere.csv", "--officer", "Amna", "--json")

    assert answer.exit_code == 2


def test_the_faults_are_told_in_sentences_without_json(sqlite_office: Office) -> None:
    path = sqlite_office.file(a_file(a_row(court="")))
    answer = sqlite_office.run("import", path, "--officer", "Amna")

    assert answer.exit_code == 1
    assert "Line 2, court: The column court must be filled in." in answer.stdout
    assert "Nothing was entered" in answer.stdout
