"""A workbook gives the rows that the CSV of its sheet would, and what attacks a reader none."""

import io
import struct
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from register_builders import ASLAM, Office, a_file, a_row, people_rows
from workbooks import a_workbook

from nsor.register import csvfile, spreadsheet
from nsor.register.csvfile import Broken, Record
from nsor.register.errors import Refusal
from nsor.register.importing import import_batch
from nsor.register.rehearsing import JudgedRow, Rehearsed, rehearse
from nsor.register.spreadsheet import Kind


def records_of(octets: bytes) -> list[Record | Broken]:
    """Return what is read from a workbook."""
    return list(spreadsheet.records(io.BytesIO(octets)))


def cells_of(*rows: Iterable[Any]) -> list[list[str]]:
    """Return the texts of the cells of a workbook with these rows."""
    return [one.cells for one in records_of(a_workbook(rows)) if isinstance(one, Record)]


def refusal_of(octets: bytes) -> str:
    """Return the code with which a file is refused, at its door or while it is read."""
    try:
        if spreadsheet.inspect(octets) is Kind.XLSX:
            records_of(octets)
    except Refusal as refusal:
        return refusal.code
    return ""


def test_cells_become_the_text_that_a_csv_file_would_hold() -> None:
    typed = [
        3520112345671,
        2.0,
        12.5,
        date(2020, 6, 1),
        datetime(2020, 6, 1),  # noqa: DTZ001 - a cell has no time zone
        True,
        "PPC 376",
        None,
    ]
    texts = ["3520112345671", "2", "12.5", "2020-06-01", "2020-06-01", "TRUE", "PPC 376", ""]
    heads = [f"h{place}" for place in range(8)]
    assert cells_of(heads, typed) == [heads, texts]


def test_a_number_of_which_digits_are_lost_is_a_fault_of_its_cell() -> None:
    head, row = records_of(a_workbook([["cnic", "court"], [35201123456710001, "A court"]]))
    assert isinstance(row, Record)
    assert [(one.place, one.code) for one in row.faults] == [(0, "bad_value")]
    assert isinstance(head, Record)
    assert not head.faults


def test_an_error_of_the_spreadsheet_is_a_fault_of_its_cell() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, ["cnic", "court"])
        sheet.write_formula(3, 2, "=1/0", None, "#DIV/0!")
    row = records_of(out.getvalue())[1]
    assert isinstance(row, Record)
    assert (row.line, row.cells) == (4, ["", ""])
    assert [(one.place, one.code) for one in row.faults] == [(1, "bad_value")]


def test_only_the_first_sheet_counts_and_empty_rows_are_passed_over() -> None:
    octets = a_workbook([[], ["cnic", "court"], [], ["", ""], ["1", "2"]], sheets=2)
    assert records_of(octets) == [Record(2, ["cnic", "court"]), Record(5, ["1", "2"])]


def test_a_formula_is_its_last_value() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "court")
        sheet.write_formula(1, 0, '="Sessions" & " Court"', None, "Sessions Court")
    assert records_of(out.getvalue())[1] == Record(2, ["Sessions Court"])


_CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12
)
_GOOD = st.sampled_from(
    ["", "x", "2020-06-01", "1899-01-01", "PPC 376", "PPC 999", "child", ASLAM, "1234567890123"]
)
_ROWS = st.lists(
    st.dictionaries(st.sampled_from(sorted(a_row())), st.one_of(_GOOD, _CELLS)), max_size=6
)


def found_in(office: Office, octets: bytes, kind: Kind) -> tuple[Rehearsed, list[JudgedRow]]:
    """Return what a rehearsal finds in a file."""
    rows: list[JudgedRow] = []
    read = csvfile.records if kind is Kind.CSV else spreadsheet.records
    found = rehearse(io.BytesIO(octets), office.amna, rows.append, read)  # type: ignore[arg-type]
    return found, rows


def test_a_workbook_and_a_csv_file_of_the_same_rows_give_the_same_findings(
    sqlite_office: Office,
) -> None:
    columns = list(a_row())

    @settings(max_examples=20, deadline=None)
    @given(_ROWS)
    def same(changes: list[dict[str, str]]) -> None:
        rows = [a_row(**change) for change in changes]
        as_csv = a_file(*rows) if rows else (",".join(columns) + "\n").encode()
        as_workbook = a_workbook([columns, *([row[name] for name in columns] for row in rows)])
        assert found_in(sqlite_office, as_workbook, Kind.XLSX) == found_in(
            sqlite_office, as_csv, Kind.CSV
        )

    same()


def a_zip(**members: bytes) -> bytes:
    """Return a ZIP file; ``workbook`` stands for the workbook's own part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, octets in members.items():
            packed.writestr("xl/workbook.xml" if name == "workbook" else f"{name}.xml", octets)
    return out.getvalue()


def grown(octets: bytes, old: bytes, new: bytes, member: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a workbook with a text of its first sheet replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as packed, zipfile.ZipFile(out, "w") as copy:
        for name in packed.namelist():
            held = packed.read(name)
            copy.writestr(name, held.replace(old, new) if name == member else held)
    return out.getvalue()


def lying(octets: bytes) -> bytes:
    """Return a ZIP file whose directory says that its members unpack to nearly nothing."""
    at = octets.find(b"PK\x01\x02")
    changed = bytearray(octets)
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", 10)
        at = octets.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


WORKBOOK = a_workbook([["cnic"], ["1"]])


def test_what_unpacks_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    swollen = a_zip(workbook=b" " * 1_000_000)
    assert refusal_of(lying(swollen)) == "upload_broken"
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", 100_000)
    assert refusal_of(swollen) == "upload_unsafe"


def test_cells_far_apart_take_no_memory_here() -> None:
    far = grown(WORKBOOK, b'r="A2"', b'r="XFD1048576"')
    assert refusal_of(far) in ("upload_unsafe", "upload_too_large", "upload_broken")


def test_a_text_that_is_shared_a_million_times_is_refused() -> None:
    text = "x" * 30_000
    shared = a_workbook([["court"], [text]])
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>1</v></c></row>' % (at, at) for at in range(3, 190_000)
    )
    bomb = grown(shared, b"</sheetData>", rows + b"</sheetData>")
    assert refusal_of(bomb) == "upload_unsafe"


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"", "upload_empty"),
        (b"%PDF-1.7\n", "upload_type"),
        (b"\x89PNG\r\n\x1a\n\0\0", "upload_type"),
        (a_zip(document=b"<w/>"), "upload_type"),
        (b"PK\x03\x04 and no more", "upload_broken"),
        (WORKBOOK[:-200], "upload_broken"),
        (a_zip(workbook=b"<not a workbook"), "upload_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "upload_type"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "upload_encrypted",
        ),
        ("cnic,name_ur\n".encode("utf-16"), "upload_type"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(octets: bytes, code: str) -> None:
    assert refusal_of(octets) == code


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_OCTETS", 10)
    assert refusal_of(b"cnic,name_ur\n") == "upload_too_large"


def test_a_rehearsal_finds_what_the_import_finds_and_enters_nothing(office: Office) -> None:
    office.published(a_row())
    rows = [
        a_row(),
        a_row(case_number="9/2021", name_ur="کوئی اور"),
        *people_rows(300),
        *people_rows(3, 297),
        a_row(cnic="3520177777771", case_number="1/2022", court=""),
        a_row(cnic="3520177777773", sex="female", case_number="2/2022", juvenile=""),
    ]
    found, judged = found_in(office, a_file(*rows), Kind.CSV)
    outcome = import_batch(io.BytesIO(a_file(*rows)), office.amna)

    assert outcome.batch is None
    assert [one for row in judged for one in row.errors] == list(outcome.errors)
    assert [one for row in judged for one in row.warnings] == list(outcome.warnings)
    assert (found.rows, found.rejected) == (len(rows), outcome.rejected)
