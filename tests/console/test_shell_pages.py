"""What every page of the console has: its language, its way in, its links, its headers."""

import re

import pytest
from console_building import Desk, text_of
from counted_queries import own_tables
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings
from register_builders import Office

from nsor.accounts.models import PERSONS
from nsor.accounts.rooms import Room, rooms_of
from nsor.web import headers, views, words
from nsor.web.console.navigation import NAMES

PAGE = "console-components"
KINDS = {"ur": "rtl", "en": "ltr"}


@pytest.mark.parametrize(("language", "direction"), KINDS.items())
@pytest.mark.parametrize("role", PERSONS)
def test_every_officer_sees_the_page_in_both_languages(
    role: str, language: str, direction: str, sqlite_office: Office
) -> None:
    officer = sqlite_office.hire(f"One of {role}", role)
    answer = Desk(officer, language).get(PAGE)
    assert answer.status_code == 200
    page = text_of(answer)
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert page.count("<h1") == 1
    with translation.override(language):
        for room in rooms_of(officer):
            if room in NAMES:
                assert f">{NAMES[room][1]}</a>" in page
        assert words.word(role, "role") in page


def test_the_shell_asks_the_register_nothing_and_the_session_little(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    with CaptureQueriesContext(connection) as asked:
        desk.get(PAGE)
    assert own_tables(asked) == []
    assert sum(one["sql"].startswith("SELECT") for one in asked) <= 3


def test_a_room_of_another_role_has_no_link(sqlite_office: Office) -> None:
    page = text_of(Desk(sqlite_office.amna).get(PAGE))
    for room in set(NAMES) - set(rooms_of(sqlite_office.amna)):
        assert f">{NAMES[room][1]}</a>" not in page


def test_the_page_s_own_room_is_marked(sqlite_office: Office) -> None:
    page = text_of(Desk(sqlite_office.amna).get("console-queue"))
    assert re.findall(r'aria-current="page">([^<]+)<', page) == [str(NAMES[Room.QUEUE][1])]


def test_the_same_page_is_a_link_away_in_the_other_language(sqlite_office: Office) -> None:
    urdu = text_of(Desk(sqlite_office.amna, "ur").get(PAGE))
    english = text_of(Desk(sqlite_office.amna, "en").get(PAGE))
    assert 'href="/en/console/components/" hreflang="en" lang="en"' in urdu
    assert 'href="/console/components/" hreflang="ur" lang="ur"' in english


def test_the_keyboard_reaches_the_text_first_and_leaves_by_a_form(sqlite_office: Office) -> None:
    page = text_of(Desk(sqlite_office.amna).get(PAGE))
    assert re.search(r'<body[^>]*>\s*<a class="skip" href="#main">', page)
    assert '<main id="main" tabindex="-1">' in page
    assert re.search(r'<form method="post" action="/en/account/[^"]*">', page)


def test_whoever_is_not_signed_in_comes_back_to_where_they_were_going() -> None:
    answer = Desk().get(PAGE)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("?next=/en/console/components/")


def test_a_part_of_a_page_has_the_whole_page_ask_to_sign_in() -> None:
    desk = Desk()
    answer = desk.client.get(desk.address(PAGE), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_of_another_role_is_told_in_a_page(sqlite_office: Office) -> None:
    answer = Desk(sqlite_office.amna).get("console-approval")
    assert answer.status_code == 403
    assert "officers of another role" in text_of(answer)


def test_an_error_is_summed_up_first_and_tied_to_its_field(sqlite_office: Office) -> None:
    page = text_of(Desk(sqlite_office.amna).get(PAGE))
    assert '<a href="#id_cnic">CNIC: An identity number has <bdi dir="ltr">13</bdi> digits' in page
    field = re.search(r'<input[^>]*id="id_cnic"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_cnic_helptext id_cnic_error"' in field[0]
    assert 'id="id_cnic_error"' in page
    group = re.search(r'<fieldset[^>]*id="id_appeal_group"[^>]*>', page)
    assert group
    assert 'aria-describedby="id_appeal_error"' in group[0]
    assert 'href="#id_appeal_group"' in page or 'href="#id_appeal_0"' in page


def test_days_and_moments_are_urdu_on_an_urdu_page(sqlite_office: Office) -> None:
    page = text_of(Desk(sqlite_office.amna, "ur").get(PAGE))
    assert '<time datetime="2026-10-31"><bdi>31 اکتوبر 2026</bdi></time>' in page
    assert "<bdi>31 اکتوبر 2026، 14:05</bdi>" in page
    english = text_of(Desk(sqlite_office.amna).get(PAGE))
    assert "<bdi>31 October 2026, 14:05</bdi>" in english


def test_nothing_is_inline(sqlite_office: Office) -> None:
    for language in KINDS:
        page = text_of(Desk(sqlite_office.amna, language).get(PAGE))
        assert " style=" not in page
        assert not re.search(r"\son\w+=", page)
        assert not re.search(r"<script[^>]*>[^<]", page)
        assert "<style" not in page


def test_a_page_s_headers_close_it(sqlite_office: Office) -> None:
    found = Desk(sqlite_office.amna).get(PAGE).headers
    policy = found["Content-Security-Policy"].split("; ")
    for rule in ("script-src 'self'", "style-src 'self'", "img-src 'self'", "object-src 'none'"):
        assert rule in policy
    assert "frame-ancestors 'none'" in policy
    assert found["Cache-Control"] == "no-store"
    assert found["Referrer-Policy"] == "same-origin"
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    assert found["X-Frame-Options"] == "DENY"


def test_over_tls_a_browser_is_told_to_stay_there(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    client = Client(headers={"host": "localhost"})
    assert "max-age=" in client.get("/healthz", secure=True).headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_a_document_that_says_of_itself_who_may_frame_it_keeps_its_word() -> None:
    own = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'"}
    sent = headers.safety_headers(lambda request: HttpResponse(b"%PDF", headers=own))(
        RequestFactory().get("/")
    )
    assert isinstance(sent, HttpResponse)
    assert sent.headers["Content-Security-Policy"] == own["Content-Security-Policy"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"


def test_a_status_alone_becomes_a_page_in_both_languages(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    answer = desk.post(PAGE, data={})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    page = text_of(answer)
    assert "can&#x27;t be opened in this way" in page
    assert "اس طرح نہیں کھلتا" in page
    assert page.index("opened in this way") < page.index("نہیں کھلتا")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 429, 500])
def test_each_error_has_its_page(status: int) -> None:
    handler = views.error_pages(lambda request: HttpResponse(status=status))
    assert callable(handler)
    with translation.override("ur"):
        page = handler(RequestFactory().get("/")).content.decode()
    assert page.count('<html lang="ur" dir="rtl">') == 1
    assert 'lang="en" dir="ltr"' in page


def test_an_answer_with_content_keeps_it() -> None:
    handler = views.error_pages(lambda request: HttpResponse(b"{}", status=422))
    assert callable(handler)
    assert handler(RequestFactory().get("/")).content == b"{}"


@pytest.mark.parametrize(
    ("table", "values"),
    [("role", PERSONS), ("state", words.WORDS["state"]), ("appeal", words.WORDS["appeal"])],
)
def test_a_word_is_another_word_in_urdu(table: str, values: tuple[str, ...]) -> None:
    with translation.override("ur"):
        for value in values:
            assert not words.word(value, table).isascii()
