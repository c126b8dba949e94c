"""The statistics as an officer sees them: tables in both languages, a new count, a file."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from register_builders import Office, people_rows

from nsor.accounts.models import PERSONS, Officer
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.places import DISTRICTS, codes
from nsor.register import statistics
from nsor.register.models import StatisticsRun
from nsor.register.statistics.tables import Row, Table
from nsor.sources.models import Source
from nsor.web.console.statistics import csvfile, labels

PAGE = "console-statistics"
EXPORT = "console-statistics-export"


def counted(office: Office) -> Office:
    """Have eight in Lahore and thirty in Quetta be counted, and two of whom nobody knows where."""
    rows = list(people_rows(40))
    for place, row in enumerate(rows):
        row["district"] = "Lahore" if place < 8 else "Quetta" if place < 38 else ""
    office.published(*rows)
    statistics.refresh()
    return office


def at(office: Office, language: str = "en", role: str = "supervision") -> Desk:
    name = f"One of {role}"
    officer = Officer.objects.filter(name=name).first()
    return Desk(officer or office.hire(name, role), language)


def test_before_the_first_count_the_page_says_so(sqlite_office: Office) -> None:
    page = at(sqlite_office).get(PAGE)
    assert page.status_code == 200
    assert "Nothing was counted yet" in text_of(page)
    assert "<table" not in text_of(page)


def test_the_tables_in_english(sqlite_office: Office) -> None:
    page = text_of(at(counted(sqlite_office)).get(PAGE))

    assert page.count("<h1") == 1
    assert page.count("<table") == 4
    assert "How fresh the register is" in page
    for said in (
        "Balochistan",
        "Tier III",
        "PPC 376",
        "As of",
        "Earlier",
        "a child and a",
    ):
        assert said in page


def test_the_tables_in_urdu(sqlite_office: Office) -> None:
    page = text_of(at(counted(sqlite_office), "ur").get(PAGE))

    assert '<html lang="ur" dir="rtl">' in page
    assert "بلوچستان" in page
    assert "Balochistan" not in page
    # sections and numbers stay in their order inside Urdu
    assert '<bdi lang="en" dir="ltr">PPC 376</bdi>' in page
    assert "<td>40</td>" in page


def test_small_counts_are_hidden_on_the_page_and_in_what_a_chart_is_drawn_from(
    sqlite_office: Office,
) -> None:
    page = text_of(at(counted(sqlite_office)).get(PAGE))

    block = re.search(r'<script id="chart-places" type="application/json">(.*?)</script>', page)
    assert block is not None
    drawn = json.loads(block[1])
    by_name = dict(zip(drawn["names"], drawn["values"], strict=True))
    assert (by_name["Not known"], by_name["Punjab"], by_name["Balochistan"]) == (None, None, 30)
    cells = re.findall(r"<td>(.*?)</td>", page.split('id="freshness"')[0])
    shown = {int(re.sub(r"<[^>]+>|,", "", cell)) for cell in cells if "hidden" not in cell}
    assert shown.isdisjoint(range(1, 5))
    assert any("hidden" in cell for cell in cells)


def test_the_districts_of_a_province_have_a_page(sqlite_office: Office) -> None:
    counted(sqlite_office)
    for language, quetta, back in (("en", "Quetta", "Back to the"), ("ur", "کوئٹہ", "اعداد")):
        desk = at(sqlite_office, language)
        address = desk.address("console-statistics-province", "balochistan")
        assert f'href="{address}"' in text_of(desk.get(PAGE))
        page = text_of(desk.get("console-statistics-province", "balochistan"))
        assert f'<th scope="row">{quetta}</th><td>30</td><td>30</td>' in page
        assert page.count('scope="row"') == 1 + len(codes("balochistan"))
        assert back in page
    hidden = text_of(at(sqlite_office).get("console-statistics-province", "punjab"))
    assert hidden.count('<th scope="row">Lahore</th><td><span class="muted">hidden') == 1
    assert at(sqlite_office).get("console-statistics-province", "bavaria").status_code == 404


def test_before_the_first_count_a_province_says_so(sqlite_office: Office) -> None:
    page = at(sqlite_office).get("console-statistics-province", "punjab")
    assert "Nothing was counted yet" in text_of(page)


def test_a_table_with_too_little_in_it_says_why_it_is_not_shown(sqlite_office: Office) -> None:
    sqlite_office.published(*people_rows(3))
    statistics.refresh()
    page = text_of(at(sqlite_office).get(PAGE))
    assert page.count("There is too little in this table") == 4
    assert "<table" not in page


def test_how_fresh_each_source_is_stands_below(sqlite_office: Office) -> None:
    # given two sources, one that never spoke and one that is switched off
    for name, active in (("Sessions Court Lahore", True), ("Jail Quetta", False)):
        officer = sqlite_office.hire(name, "source")
        Source.objects.create(
            officer=officer,
            name=name,
            kind="court",
            active=active,
            events=["conviction"],
            districts=[],
            per_minute=1,
            per_day=1,
        )

    for language, silent in (("en", "switched off"), ("ur", "Jail Quetta")):
        page = text_of(at(sqlite_office, language, role="audit").get(PAGE))
        table = page.split('id="freshness"')[1]
        assert table.count("<tr>") == 3
        assert "<bdi>Sessions Court Lahore</bdi>" in table
        assert silent in table


@pytest.mark.parametrize("role", PERSONS)
def test_every_role_sees_them(role: str, sqlite_office: Office) -> None:
    assert at(sqlite_office, role=role).get(PAGE).status_code == 200


def test_the_page_asks_few_questions_and_is_light(sqlite_office: Office) -> None:
    counted(sqlite_office)
    desk = at(sqlite_office)
    desk.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(PAGE)
    # the session, the officer, the one row of what was counted, and four about sources
    assert len(asked) == 7, [one["sql"] for one in asked]
    assert len(page.content) < 100_000


def test_a_new_count_is_asked_for_once(sqlite_office: Office) -> None:
    counted(sqlite_office)
    desk = at(sqlite_office)

    answer = desk.post("console-statistics-ask", data={})

    assert (answer.status_code, answer.headers["Location"]) == (303, desk.address(PAGE))
    page = text_of(desk.get(PAGE))
    assert "A new count was asked for" in page
    assert desk.address("console-statistics-ask") not in page
    StatisticsRun.objects.update(counted_at=timezone.now() - timedelta(minutes=2))
    assert statistics.is_due()


def test_a_file_is_taken_after_a_choice_and_is_in_the_trail(sqlite_office: Office) -> None:
    counted(sqlite_office)
    desk = at(sqlite_office)
    assert desk.get(EXPORT).status_code == 200

    missing = desk.post(EXPORT, data={})
    assert missing.status_code == 422
    assert "There is a problem" in text_of(missing)
    assert not Entry.objects.filter(act=Act.EXPORTED).exists()

    file = desk.post(EXPORT, data={"table": "places"})

    assert file.status_code == 200
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="statistics-places.csv"'
    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["Province or district", "People", "Convictions"]
    assert len(rows) == 1 + 1 + 7 + len(DISTRICTS) + 1
    assert ["Quetta", "30", "30"] in rows
    assert ["Lahore", "hidden", "hidden"] in rows
    assert Entry.objects.filter(act=Act.EXPORTED).count() == 1


def test_a_file_speaks_the_language_of_the_page(sqlite_office: Office) -> None:
    counted(sqlite_office)
    file = at(sqlite_office, "ur").post(EXPORT, data={"table": "places"})
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert ["کوئٹہ", "30", "30"] in rows


def test_a_file_of_nothing_is_refused_in_a_sentence(sqlite_office: Office) -> None:
    answer = at(sqlite_office).post(EXPORT, data={"table": "years"})
    assert answer.status_code == 422
    assert "Nothing was counted yet" in text_of(answer)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_starts_a_formula(start: str) -> None:
    section = f"{start}HYPERLINK(1)"
    table = Table("sections", ("convictions",), (Row(section, 1, (7,)),))
    with translation.override("en"):
        rows = list(csv.reader(io.StringIO(csvfile.written(table).decode("utf-8-sig"), newline="")))
    assert rows[1] == [f"'{section}", "7"]


def test_every_row_and_column_has_a_name(sqlite_office: Office) -> None:
    counted(sqlite_office)
    for language in ("en", "ur"):
        with translation.override(language):
            for table in statistics.latest().tables:
                assert table.name in labels.TABLES
                assert all(labels.column_name(table, one) for one in table.columns)
                for row in table.rows:
                    name = labels.row_name(table, row.key)
                    assert name
                    assert "/" not in name
                    assert (name == row.key) <= (table.name != "places" and row.level == 1)
