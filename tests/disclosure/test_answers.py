"""What is told, by what is listed and by how long the feed has not been read."""

import pytest

from nsor.disclosure.answers import Answerer, Freshness
from nsor.disclosure.directory import Directory
from tests.disclosure.builders import CNIC, listing, silencing

LISTED = str(CNIC)
UNLISTED = "4210198765432"
STALE_AFTER = 300.0
DAY = 86_400.0
WARNING = (
    "خبردار! اسلم پرویز ولد محمد پرویز سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
)


class Service:
    """An answerer of one listed person, at a clock that the test sets."""

    def __init__(self, *, age: float = 0.0, is_open: bool = True, loaded: bool = True) -> None:
        self.now = 1_000.0
        self.directory = Directory()
        self.directory.apply_many([listing(1), listing(2, 10**12), silencing(3, 10**12)])
        self.freshness = Freshness(lambda: self.now, STALE_AFTER)
        self.freshness.last_read = self.now
        self.freshness.public_open = is_open
        self.freshness.loaded = loaded
        self.answerer = Answerer(self.directory, self.freshness, "7000")
        self.now += age

    def kinds(self) -> tuple[str, str]:
        """Return the kind of the answer about a listed and about an unlisted number."""
        listed = self.answerer.answer(LISTED, "ur")
        unlisted = self.answerer.answer(UNLISTED, "ur")
        return listed.kind, unlisted.kind


@pytest.mark.parametrize(
    ("loaded", "is_open", "age", "kinds"),
    [
        (True, True, 0, ("listed", "not_listed")),
        (True, True, STALE_AFTER, ("listed", "not_listed")),
        (True, True, STALE_AFTER + 1, ("listed", "unavailable")),
        (True, True, DAY, ("listed", "unavailable")),
        (True, True, DAY + 1, ("unavailable", "unavailable")),
        (True, False, 0, ("not_public", "not_public")),
        (True, False, STALE_AFTER + 1, ("not_public", "not_public")),
        (True, False, DAY + 1, ("unavailable", "unavailable")),
        (False, True, 0, ("unavailable", "unavailable")),
        (False, False, 0, ("unavailable", "unavailable")),
        (False, True, DAY + 1, ("unavailable", "unavailable")),
    ],
)
def test_the_kind_of_an_answer(loaded, is_open, age, kinds):
    assert Service(loaded=loaded, is_open=is_open, age=age).kinds() == kinds


def test_the_service_recovers_when_the_feed_is_read_again():
    service = Service(age=DAY + 1)
    service.freshness.last_read = service.now
    assert service.kinds() == ("listed", "not_listed")


def test_a_warning_names_the_person_and_the_publication():
    assert Service().answerer.answer(LISTED, "ur") == ("listed", WARNING, 1)


def test_a_warning_in_english_uses_the_names_in_english():
    text = Service().answerer.answer(LISTED, "en").text
    assert text.startswith("Beware! Aslam Pervaiz son of Muhammad Pervaiz is a convict.")


def test_no_record_repeats_the_number_and_carries_the_state_it_was_said_from():
    kind, text, sequence = Service().answerer.answer(UNLISTED, "en")
    assert kind == "not_listed"
    assert text == f"CNIC {UNLISTED}: no record of conviction for a sexual offence was found."
    assert sequence == 3


def test_somebody_silenced_is_not_listed():
    assert Service().answerer.answer(str(10**12), "en").kind == "not_listed"


def test_no_record_of_somebody_silenced_ahead_of_the_feed_carries_that_silence():
    service = Service()
    service.directory.silence(silencing(9))
    kind, _, sequence = service.answerer.answer(LISTED, "ur")
    assert (kind, sequence) == ("not_listed", 9)
    assert service.answerer.answer(UNLISTED, "ur").sequence == 3


def test_no_record_in_urdu_is_in_urdu():
    text = Service().answerer.answer(UNLISTED, "ur").text
    assert text == f"شناختی کارڈ {UNLISTED}: جنسی جرم میں سزا کا کوئی ریکارڈ نہیں ملا۔"


@pytest.mark.parametrize(
    ("state", "urdu", "english"),
    [
        (
            {"is_open": False},
            "یہ سروس عوام کے لیے دستیاب نہیں۔",
            "This service is not open to the public.",
        ),
        (
            {"age": STALE_AFTER + 1},
            "سروس عارضی طور پر دستیاب نہیں۔ براہ کرم کچھ دیر بعد کوشش کریں۔",
            "The service is temporarily unavailable. Please try again later.",
        ),
        (
            {"loaded": False},
            "سروس عارضی طور پر دستیاب نہیں۔ براہ کرم کچھ دیر بعد کوشش کریں۔",
            "The service is temporarily unavailable. Please try again later.",
        ),
    ],
)
def test_why_nothing_is_told_is_said_in_the_language_asked_for(state, urdu, english):
    answerer = Service(**state).answerer
    assert answerer.answer(UNLISTED, "ur")[1:] == (urdu, 0)
    assert answerer.answer(UNLISTED, "en")[1:] == (english, 0)


def test_whatever_is_withheld_is_unavailable_though_it_was_read_just_now():
    service = Service()
    service.freshness.withheld = True
    assert service.kinds() == ("unavailable", "unavailable")


@pytest.mark.parametrize("state", [{"is_open": False}, {"loaded": False}, {"age": DAY + 1}])
def test_what_is_told_of_nothing_names_nobody_and_no_publication(state):
    answer = Service(**state).answerer.answer(LISTED, "ur")
    assert answer.sequence == 0
    assert "اسلم" not in answer.text
    assert LISTED not in answer.text


def test_the_texts_that_need_no_number_use_the_short_code():
    answerer = Service().answerer
    assert answerer.unreadable("ur") == (
        "براہ کرم 13 ہندسوں کا شناختی کارڈ نمبر لکھ کر 7000 پر بھیجیں۔"
    )
    assert answerer.unreadable("en") == (
        "Please write the 13-digit CNIC number and send it to 7000."
    )
    assert answerer.over_limit("en") == (
        "You have used up today's checks. Please try again tomorrow."
    )


@pytest.mark.parametrize(
    ("loaded", "age", "stale"),
    [(True, STALE_AFTER, False), (True, STALE_AFTER + 1, True), (False, 0, True)],
)
def test_stale_is_older_than_allowed_or_never_loaded(loaded, age, stale):
    freshness = Service(loaded=loaded, age=age).freshness
    assert freshness.is_stale() is stale
    assert freshness.age() == age


def test_nothing_is_known_at_the_start():
    freshness = Freshness(lambda: 5.0, STALE_AFTER)
    assert freshness.loaded is freshness.public_open is freshness.withheld is False
    assert freshness.age() == 0.0
