"""The handset without a browser: pages, forms, the made-up SIM, and what is said when it fails."""

import html
import re
import time

import pytest
from django.test import Client

from nsor.demo import sample
from nsor.web.handset import bubbles, views
from nsor.web.handset.line import MAX_TEXT, Fault, Message
from nsor.web.handset.words import WORDS, Words
from tests.web.doubles import FakeLine

JSON = {"Accept": "application/json"}


def a_message(**changes: object) -> Message:
    """Return a question that the gateway has taken, but for ``changes``."""
    message: dict[str, object] = {
        "id": 1,
        "version": 1,
        "kind": "question",
        "text": "3520112345671",
        "at": time.time(),
        "parts": 1,
        "encoding": "gsm7",
        "state": "taken",
        "milliseconds": 2.0,
    }
    return Message(**(message | changes))  # type: ignore[arg-type]


def sim_on(page: str) -> str:
    """Return the number of the SIM that a page shows."""
    found = re.search(r'data-sim="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(("path", "language", "way"), [("/", "ur", "rtl"), ("/en/", "en", "ltr")])
def test_the_page_says_its_language_and_direction(
    client: Client, line: FakeLine, path: str, language: str, way: str
) -> None:
    page = client.get(path).content.decode()

    assert f'<html lang="{language}" dir="{way}">' in page
    assert str(WORDS["title"][language]) in page  # type: ignore[index]
    assert str(WORDS["notice"][language]) in page  # type: ignore[index]


def test_without_script_a_text_is_answered_on_the_page_that_follows(
    client: Client, line: FakeLine
) -> None:
    client.get("/")

    answer = client.post("/send", {"text": sample.MAN}, follow=True)

    assert answer.redirect_chain == [("/", 303)]
    page = answer.content.decode()
    assert line.replies[f"ur {sample.MAN}"] in page
    assert 'lang="ur" dir="rtl"' in page
    assert '<bdi dir="ltr">UCS-2</bdi>' in page


def test_the_english_page_gets_english_answers_from_its_examples(
    client: Client, line: FakeLine
) -> None:
    page = client.get("/en/").content.decode()
    assert f'value="EN {sample.WOMAN}"' in page

    answer = client.post("/en/send", {"text": f"EN {sample.WOMAN}"}, follow=True)

    assert "daughter of" in answer.content.decode()


def test_a_conversation_belongs_to_one_sim(client: Client, line: FakeLine) -> None:
    client.get("/")
    client.post("/send", {"text": sample.MAN})

    other = Client().get("/").content.decode()

    assert line.replies[f"ur {sample.MAN}"] not in other


def test_a_new_sim_is_another_number_with_an_empty_conversation(
    client: Client, line: FakeLine
) -> None:
    old = sim_on(client.get("/").content.decode())
    client.post("/send", {"text": sample.MAN})

    page = client.post("/sim", follow=True).content.decode()

    assert sim_on(page) != old
    assert line.replies[f"ur {sample.MAN}"] not in page


def test_the_sim_is_made_up_and_stays_for_the_browser_session(
    client: Client, line: FakeLine
) -> None:
    first = client.get("/")
    sim = sim_on(first.content.decode())

    assert re.fullmatch(r"92399\d{7}", sim)
    assert sim_on(client.get("/en/").content.decode()) == sim
    cookie = first.cookies["nsor_sim"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


def test_a_sim_that_somebody_wrote_into_the_cookie_is_not_taken(
    client: Client, line: FakeLine
) -> None:
    client.cookies["nsor_sim"] = "923001234567"

    assert sim_on(client.get("/").content.decode()) != "923001234567"


@pytest.mark.parametrize("fault", ["centre_down", "gateway_away"])
@pytest.mark.parametrize("language", ["ur", "en"])
def test_a_fault_is_a_whole_sentence_and_the_text_is_kept(
    client: Client, line: FakeLine, fault: Fault, language: str
) -> None:
    line.fault = fault
    path = "/send" if language == "ur" else "/en/send"
    sentence = WORDS[fault][language]  # type: ignore[index]

    page = client.post(path, {"text": "check 35201-1234567-1"})
    script = client.post(path, {"text": "check 35201-1234567-1"}, headers=JSON)

    assert page.status_code == script.status_code == 503
    assert sentence in html.unescape(page.content.decode())
    assert 'value="check 35201-1234567-1"' in page.content.decode()
    assert script.json() == {"error": sentence}


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_text_is_not_sent(client: Client, line: FakeLine, text: str) -> None:
    answer = client.post("/en/send", {"text": text})

    assert answer.status_code == 400
    assert "Please write a text before you send it." in answer.content.decode()
    assert line.sent == []


def test_a_text_that_is_too_long_is_not_sent(client: Client, line: FakeLine) -> None:
    answer = client.post("/en/send", {"text": "1" * (MAX_TEXT + 1)}, headers=JSON)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": f"The text is longer than {MAX_TEXT} characters, so it was not sent."
    }
    assert line.sent == []


def test_markup_in_a_text_is_shown_and_never_run(client: Client, line: FakeLine) -> None:
    client.get("/")

    page = client.post("/send", {"text": "<script>alert(1)</script>"}, follow=True)

    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(" in page.content.decode()


def test_without_script_a_silent_gateway_does_not_hold_the_page(
    client: Client, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_WAIT_WITHOUT_SCRIPT", 0.05)
    line.silent = True
    client.get("/en/")

    page = client.post("/en/send", {"text": sample.MAN}, follow=True).content.decode()

    assert f'<bdi dir="ltr">{sample.MAN}</bdi>' in page
    assert 'data-state="taken"' in page


def test_news_after_a_version_are_html_and_the_next_version(client: Client, line: FakeLine) -> None:
    client.get("/")
    client.post("/send", {"text": sample.MAN}, headers=JSON)

    first = client.get("/messages", {"after": 0}).json()

    assert [entry["id"] for entry in first["messages"]] == [1, 3]
    assert 'class="message reply"' in first["messages"][1]["html"]
    assert first["after"] == 3


@pytest.mark.parametrize("after", ["", "-1", "x", "1.5", "٣", "9" * 40])
def test_a_version_that_is_none_is_refused(client: Client, line: FakeLine, after: str) -> None:
    client.get("/")

    assert client.get("/messages", {"after": after}).status_code == 400


def test_a_script_without_a_sim_is_refused(line: FakeLine) -> None:
    assert Client().get("/messages", {"after": 0}).status_code == 400


@pytest.mark.parametrize(
    ("message", "age", "late"),
    [
        (a_message(), 60, True),
        (a_message(state="waiting", milliseconds=None), 60, True),
        (a_message(), 0, False),
        (a_message(state="answered"), 60, False),
        (a_message(state="refused"), 60, False),
        (a_message(kind="reply", state="received"), 60, False),
    ],
)
def test_only_a_question_that_waits_too_long_is_late(
    message: Message, age: int, late: bool
) -> None:
    assert bubbles.bubble(message, Words("en"), message.at + age).late is late


def test_a_refused_question_says_so_and_claims_no_time() -> None:
    words = Words("en", code="7000", seconds=10)

    shown = bubbles.html(a_message(state="refused"), words, time.time())

    assert '<p class="beneath refused">The gateway did not take this message.' in shown
    assert " ms" not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("خبردار! EN", ("ur", "rtl")),
        ("EN خبردار", ("en", "ltr")),
        ("35201-1234567-1", (None, "ltr")),
        ("۳۵۲۰۱ نمبر", ("ur", "rtl")),
        ("", (None, "ltr")),
    ],
)
def test_a_bubble_takes_its_language_from_its_first_letter(
    text: str, expected: tuple[str | None, str]
) -> None:
    assert bubbles.written_in(text) == expected


def test_both_languages_have_the_same_words_and_places_for_numbers() -> None:
    for key, texts in WORDS.items():
        assert set(texts) == {"ur", "en"}, key
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert places[0] == places[1], key


def test_the_limit_of_zero_is_told_as_no_limit(client: Client, line: FakeLine) -> None:
    page = client.get("/en/").content.decode()
    assert 'check <bdi dir="ltr">20</bdi> numbers a day' in page
