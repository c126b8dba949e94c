"""Importing a file on the pages: every error in its cell, nothing entered before it is said."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
import python_calamine
from console_building import Desk, text_of
from counted_queries import own_tables
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from register_builders import ASLAM, Office, a_file, a_row, people_rows
from workbooks import a_workbook

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register.models import Batch, BatchState, Conviction, Offender
from nsor.register.rows import COLUMNS
from nsor.secrecy.models import StoredKey
from nsor.web import jobs
from nsor.web.console.imports import uploads
from nsor.web.console.imports.reading import NOTES
from nsor.web.console.imports.words import EXACT, sentence
from nsor.web.models import Upload, UploadState

FORMULA = "=HYPERLINK(1)"


def sends(desk: Desk, octets: bytes, name: str = "list.csv") -> Upload:
    """Have a file be checked; return it once that has ended."""
    answer = desk.post("console-imports", data={"file": SimpleUploadedFile(name, octets)})
    assert answer.status_code == 303, text_of(answer)
    return settled(Upload.objects.latest("uploaded_at"))


def settled(upload: Upload) -> Upload:
    """Return a file as it is once its job has ended."""
    upload.refresh_from_db()
    jobs.wait(upload.job)
    upload.refresh_from_db()
    return upload


def page_of(desk: Desk, upload: Upload, **query: str) -> str:
    """Return the page of a file."""
    answer = desk.get("console-imports-file", upload.pk, query=query)
    assert answer.status_code == 200
    return text_of(answer)


def enters(desk: Desk, upload: Upload, which: str) -> Upload:
    """Have a file be entered."""
    answer = desk.post("console-imports-enter", upload.pk, data={"which": which})
    assert answer.status_code == 303
    return settled(upload)


def noted(desk: Desk, upload: Upload, kind: str) -> HttpResponse:
    """Download a file with its errors noted."""
    return desk.post("console-imports-noted", upload.pk, data={"kind": kind})


def rows_of(octets: bytes) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"))))


FAULTY = [a_row(), a_row(cnic="0000000000000", case_number="2/2020", court="", sex="female")]


@pytest.mark.parametrize("language", ["ur", "en"])
def test_each_error_is_in_its_cell_and_nothing_is_entered(office: Office, language: str) -> None:
    desk = Desk(office.amna, language)
    before = (Batch.objects.count(), Offender.objects.count())

    upload = sends(desk, a_file(*FAULTY))
    page = page_of(desk, upload)

    assert upload.state == UploadState.CHECKED
    assert (Batch.objects.count(), Offender.objects.count()) == before
    tied = re.findall(r'<td class="wrong" aria-describedby="(f3-[0-9]+)"', page)
    assert len(tied) == 2
    assert all(f'id="{one}"' in page for one in tied)
    assert "0000000000000" in page
    assert ASLAM not in page
    good = page_of(desk, upload, rows="good")
    assert ASLAM in good
    assert 'class="wrong"' not in good


def test_a_workbook_is_entered_as_one_batch_that_waits(office: Office) -> None:
    desk = Desk(office.amna)
    rows = list(people_rows(3))
    columns = list(rows[0])
    octets = a_workbook([columns, *([row[name] for name in columns] for row in rows)])

    upload = sends(desk, octets, "list.xlsx")
    assert "Enter all rows" in page_of(desk, upload)
    upload = enters(desk, upload, "all")

    batch = Batch.objects.get(pk=upload.batch)
    assert (batch.state, batch.entries, batch.entered_by) == (BatchState.SUBMITTED, 3, office.amna)
    assert f"batch {batch.pk}" in page_of(desk, upload)


def test_only_the_rows_without_an_error_are_entered_where_the_officer_says_so(
    sqlite_office: Office,
) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(*FAULTY))
    assert "Enter all rows" not in page_of(desk, upload)
    upload = enters(desk, upload, "valid")
    assert Conviction.objects.filter(batch=upload.batch).count() == 1


def test_all_or_nothing_where_the_register_changed_after_the_check(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(a_row(), *people_rows(2)))
    sqlite_office.entered(a_row())
    upload = enters(desk, upload, "all")
    assert (upload.state, upload.batch) == (UploadState.CHECKED, None)
    assert "the register has changed" in page_of(desk, upload)
    desk.post("console-imports-check", upload.pk, data={})
    upload = settled(upload)
    assert upload.counts["rejected"] == 1


def test_what_was_entered_or_dropped_is_kept_no_more(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    entered = enters(desk, sends(desk, a_file(a_row())), "all")
    dropped = sends(desk, a_file(*people_rows(1, 5)))
    desk.post("console-imports-drop", dropped.pk, data={})
    dropped.refresh_from_db()

    assert (entered.state, dropped.state) == (UploadState.ENTERED, UploadState.DROPPED)
    keys = [entered.key_id, dropped.key_id]
    assert not StoredKey.objects.using("keys").filter(pk__in=keys).exists()
    assert not [one for one in Path(settings.EVIDENCE_DIR).rglob("*") if one.is_file()]
    assert noted(desk, dropped, "csv").status_code == 303


def test_what_is_kept_is_sealed(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(*FAULTY), "Aslam of Lahore.csv")
    written = b"".join(
        one.read_bytes() for one in Path(settings.EVIDENCE_DIR).rglob("*") if one.is_file()
    )
    rows = repr(Upload.objects.values_list()) + repr(list(jobs.Job.objects.values_list()))
    for said in (ASLAM, "Muhammad Aslam", "Aslam of Lahore"):
        assert said.encode() not in written
        assert said not in rows
    assert "Aslam of Lahore" in page_of(desk, upload)


def test_a_file_is_its_officers_alone(sqlite_office: Office) -> None:
    upload = sends(Desk(sqlite_office.amna), a_file(*FAULTY))
    other = Desk(sqlite_office.hire("Chanda", "entry"))
    assert other.get("console-imports-file", upload.pk).status_code == 404
    assert other.get("console-imports-noted", upload.pk).status_code == 404
    for name in ("enter", "drop", "check"):
        assert other.post(f"console-imports-{name}", upload.pk, data={}).status_code == 404
    approver = Desk(sqlite_office.bilal)
    assert approver.get("console-imports-file", upload.pk).status_code == 403


def test_after_a_day_a_file_is_dropped(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(*FAULTY))
    long_ago = timezone.now() - timedelta(hours=25)
    Upload.objects.filter(pk=upload.pk).update(uploaded_at=long_ago)
    assert ASLAM not in page_of(desk, upload)
    enters(desk, upload, "valid")
    assert not Batch.objects.exists()
    sends(desk, a_file(a_row()))
    upload.refresh_from_db()
    assert (upload.state, upload.name_in_store) == (UploadState.DROPPED, "")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_with_its_errors_noted_can_be_corrected_and_sent_again(
    sqlite_office: Office, kind: str
) -> None:
    desk = Desk(sqlite_office.amna)
    wrong = a_row(cnic="3520198765431", case_number="2/2020", convicted_on="")
    upload = sends(desk, a_file(a_row(address="-12 Mall Road"), wrong))

    octets = noted(desk, upload, kind).content
    rows = _read(octets, kind)
    head = rows[0]
    assert head[-1] == NOTES
    assert "convicted_on" in rows[2][-1]
    rows[2][head.index("convicted_on")] = "2020-06-01"
    again = _written(rows, kind)
    upload = enters(desk, sends(desk, again, f"again.{kind}"), "all")
    assert Conviction.objects.filter(batch=upload.batch).count() == 2


def _read(octets: bytes, kind: str) -> list[list[str]]:
    if kind == "csv":
        return rows_of(octets)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(octets))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).iter_rows()]


def _written(rows: list[list[str]], kind: str) -> bytes:
    if kind == "xlsx":
        return a_workbook(rows)
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_download_starts_a_formula(sqlite_office: Office, start: str) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(a_row(address=f"{start}1+1", court=FORMULA, cnic="=1")))
    for row in rows_of(noted(desk, upload, "csv").content):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    workbook = noted(desk, upload, "xlsx").content
    assert b"<f>" not in workbook
    assert any(FORMULA in row for row in _read(workbook, "xlsx"))


def test_a_download_is_entered_in_the_trail_before_and_after(office: Office) -> None:
    desk = Desk(office.amna)
    upload = sends(desk, a_file(*FAULTY))
    last = Entry.objects.order_by("pk").values_list("pk", flat=True).last()
    noted(desk, upload, "csv")
    acts = list(Entry.objects.filter(pk__gt=last).order_by("pk"))
    assert [one.act for one in acts] == [Act.EXPORTED, Act.OUTCOME_DONE]
    assert trail.details(acts[0].pk)["upload"] == upload.pk  # type: ignore[index]


def test_a_check_is_entered_in_the_trail(office: Office) -> None:
    sends(Desk(office.amna), a_file(*FAULTY))
    entry = Entry.objects.get(act=Act.FILE_CHECKED)
    assert entry.actor == f"officer:{office.amna.pk}"
    assert trail.details(entry.pk) == {"rows": 2, "rejected": 1}


@pytest.mark.parametrize("language", ["ur", "en"])
@pytest.mark.parametrize(
    "octets", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"]
)
def test_what_is_no_list_is_refused_on_the_form(
    sqlite_office: Office, octets: bytes, language: str
) -> None:
    desk = Desk(sqlite_office.amna, language)
    answer = desk.post("console-imports", data={"file": SimpleUploadedFile("a.csv", octets)})
    assert answer.status_code == 422
    assert 'href="#id_file"' in text_of(answer)
    assert not Upload.objects.exists()


def test_a_file_without_the_columns_names_them(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, b"cnic,colour\n1,2\n")
    assert upload.state == UploadState.UNREADABLE
    page = page_of(desk, upload)
    assert "The column name_ur is required" in page
    assert ">colour<" in page


def test_a_broken_workbook_is_told_on_its_page(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    whole = a_workbook([["cnic"], ["1"]])
    broken = whole.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml")
    upload = sends(desk, broken, "a.xlsx")
    page = page_of(desk, upload)
    assert "The workbook is damaged" in page
    assert "Drop the file" in page


def test_a_hundred_rows_are_paged(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(*people_rows(45)))
    first, last = page_of(desk, upload), page_of(desk, upload, page="3")
    assert first.count('<th scope="row"') == uploads.ROWS_OF_A_PAGE
    assert last.count('<th scope="row"') == 5
    assert "Page 3 of 3" in last
    assert "Page 3 of 3" in page_of(desk, upload, page="99")
    assert len(first.encode()) < 100_000


def test_the_page_while_a_job_is_under_way_works_with_and_without_script(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(a_row()))
    running = jobs.Job.objects.get(pk=upload.job)
    jobs.Job.objects.filter(pk=running.pk).update(state="running", heartbeat_at=timezone.now())
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.CHECKING)
    page = page_of(desk, upload)
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "<progress" in page

    jobs.Job.objects.filter(pk=running.pk).update(state="done")
    address = desk.address("console-imports-file", upload.pk)
    answer = desk.client.get(address, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("language", ["ur", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_empty_file_has_the_columns_that_an_import_takes(
    sqlite_office: Office, kind: str, language: str
) -> None:
    desk = Desk(sqlite_office.amna, language)
    octets = desk.get("console-imports-template", kind).content
    rows = _read(octets, kind)
    assert rows[0] == list(COLUMNS)
    upload = sends(desk, octets, f"empty.{kind}")
    assert upload.counts["faults"][0][2] == "required"


def test_pages_ask_the_database_a_counted_number_of_times(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    upload = sends(desk, a_file(*FAULTY, *people_rows(60)))
    for name, args, tables in (
        ("console-imports", (), ["web_upload"]),
        ("console-imports-file", (upload.pk,), ["web_upload", "web_job"]),
    ):
        desk.get(name, *args)
        with CaptureQueriesContext(connection) as asked:
            desk.get(name, *args)
        assert own_tables(asked) == tables


def test_what_is_wrong_with_a_cell_is_told_exactly_in_each_language(sqlite_office: Office) -> None:
    columns = list(a_row())
    wrong = a_row(name_en="=1", sections=";", convicted_on="2018-06-01")
    cells: list[object] = [35201123456710001, *([wrong[name] for name in columns][1:])]
    upload = sends(Desk(sqlite_office.amna), a_workbook([columns, cells]), "list.xlsx")
    found = [one for row in uploads.all_rows(upload, uploads.FAULTY) for one in row.errors]
    exact = [one for one in found if one.code == "bad_value"]
    assert {one.message for one in exact} <= set(EXACT)
    assert {one.field for one in exact} == {"cnic", "name_en", "offence_on"}
    with translation.override("ur"):
        told = {sentence(one) for one in exact}
    assert len(told) == len(exact)
    assert not any(re.search("[a-z]{3}", one) for one in told if "(text)" not in one)
