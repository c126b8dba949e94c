"""The follower and the single check on a real register, in both kinds of database."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from feed_writing import prepare, release
from waiting import eventually

from nsor.accounts.models import Officer
from nsor.disclosure import single
from nsor.disclosure.answers import Answerer, Freshness
from nsor.disclosure.directory import Directory
from nsor.disclosure.follower import PAGE, SLICE, FeedFollower
from nsor.law.models import Policy
from nsor.register import feed, models
from tests.disclosure.builders import CNIC, listing, listings, silencing

LISTED = str(CNIC)
UNLISTED = "4210198765432"
BURST = 20_000
WARNING = "Beware! Aslam Pervaiz son of Muhammad Pervaiz is a convict."


def close_to_the_public() -> None:
    """Have the policy in force say that the public is answered no longer."""
    Policy.objects.create(
        key="public_service", value="closed", valid_from=date(2024, 1, 1), instrument="Test"
    )


class Serving:
    """An event loop in a thread of its own, with a directory that follows the real feed."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.loaded = threading.Event()
        self.directory = Directory()
        self.freshness = Freshness(time.monotonic, stale_after=300)
        self.answerer = Answerer(self.directory, self.freshness, "7000")
        self.follower = FeedFollower(
            feed,
            self.directory,
            self.freshness,
            deliver=self.loop.call_soon_threadsafe,
            on_loaded=self.loaded.set,
            on_progress=lambda count: None,
            interval=0.01,
        )

    def __enter__(self) -> "Serving":
        self.thread.start()
        self.follower.start()
        assert self.loaded.wait(30)
        return self

    def __exit__(self, *raised: object) -> None:
        self.follower.stop()
        assert self.follower.join(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()

    def kind(self, cnic: str) -> str:
        return self.answerer.answer(cnic, "ur").kind


@pytest.mark.usefixtures("database")
def test_a_directory_follows_the_register():
    # Given a register with more people than a slice, and one released after them
    release(*listings(2 * SLICE))
    release(listing(1))
    with Serving() as serving:
        # Then all of them are loaded
        assert serving.directory.people == 2 * SLICE + 1
        assert serving.answerer.answer(LISTED, "en").sequence == 2 * SLICE + 1
        assert serving.kind(UNLISTED) == "not_listed"
        # When one is silenced, another listed, and then many at once
        release(silencing(1), listing(1, int(UNLISTED)))
        eventually(lambda: serving.kind(UNLISTED) == "listed")
        assert serving.kind(LISTED) == "not_listed"
        release(*listings(3 * SLICE, first=5_000))
        eventually(lambda: serving.directory.people == 5 * SLICE + 1)
        # When the service is closed to the public
        close_to_the_public()
        eventually(lambda: serving.kind(UNLISTED) == "not_public")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("when", ["before it is followed", "while it is followed"])
def test_a_silence_is_applied_before_the_burst_that_was_released_before_it(when):
    # Given somebody listed, and a serving thread of which every job is looked at
    release(listing(1))
    with Serving() as serving:
        states: list[tuple[int, str]] = []
        first_job = threading.Event()
        silenced = threading.Event()

        def deliver(job: Callable[[], None]) -> None:
            serving.loop.call_soon_threadsafe(observe, job)

        def observe(job: Callable[[], None]) -> None:
            first_job.set()
            assert silenced.wait(30)
            job()
            states.append((serving.directory.sequence, serving.kind(LISTED)))

        serving.follower._deliver = deliver
        # When 20,000 are released at once, and a silence behind them
        release(*listings(BURST))
        if when == "while it is followed":
            assert first_job.wait(30)
        release(silencing(1))
        silenced.set()
        eventually(lambda: serving.directory.sequence == BURST + 2)

    # Then it is answered when no more than two pages of them have been applied
    applied = next(sequence for sequence, kind in states if kind == "not_listed")
    assert applied <= 1 + 2 * PAGE
    # And nobody is told of that person again, and all the others are listed
    assert {kind for sequence, kind in states if sequence > applied} == {"not_listed"}
    assert serving.directory.people == BURST
    assert serving.directory.early_silences == 0


@pytest.mark.usefixtures("database")
def test_the_feed_tells_of_silences_ahead_in_order_and_of_nothing_else():
    release(silencing(1), listing(2), silencing(3, CNIC + 1))
    release(*listings(10))
    release(silencing(1, CNIC + 2))
    # A release that is prepared is nobody's business
    prepare([silencing(1, CNIC + 3)])

    def silences(after: int, limit: int = 10) -> list[tuple[int, int]]:
        read = feed.read_silences(after, limit)
        assert read == [one for one in feed.stream(after) if not one.listed][:limit]
        return [(one.sequence, one.cnic) for one in read]

    assert silences(0) == [(1, CNIC), (3, CNIC + 1), (14, CNIC + 2)]
    assert silences(0, limit=2) == [(1, CNIC), (3, CNIC + 1)]
    assert silences(1) == [(3, CNIC + 1), (14, CNIC + 2)]
    assert silences(13) == [(14, CNIC + 2)]
    assert silences(14) == []


@pytest.mark.usefixtures("database")
def test_a_release_that_lacks_publications_is_no_end_of_the_feed():
    release(listing(1))
    head = models.FeedHead.objects.get()
    officer = Officer.objects.get()
    models.Release.objects.create(
        kind="act", officer=officer, base_sequence=1, last_sequence=2, released_at=timezone.now()
    )
    head.last_sequence = 2
    head.save()
    with pytest.raises(feed.FeedUnavailable, match="fewer publications"):
        feed.read(1)


@pytest.mark.usefixtures("database")
def test_a_single_check_says_what_the_short_code_says():
    release(listing(1), listing(2, CNIC + 1), silencing(3, CNIC + 1))
    listed = single.check("35201-1234567-1", "public", short_code="7000")
    assert listed.outcome == "listed"
    assert listed.text_en.startswith(WARNING)
    assert listed.text_ur.startswith("خبردار! اسلم پرویز ولد محمد پرویز سزا یافتہ مجرم ہے۔")
    for number in (UNLISTED, str(CNIC + 1)):
        assert single.check(number, "public", short_code="7000") == (
            "not_listed",
            f"شناختی کارڈ {number}: جنسی جرم میں سزا کا کوئی ریکارڈ نہیں ملا۔",
            f"CNIC {number}: no record of conviction for a sexual offence was found.",
        )


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("text", ["", "352011234567", "9520112345671", "check 3520112345671"])
def test_a_single_check_of_what_is_no_number_is_unreadable(text):
    assert single.check(text, "public", short_code="8001") == (
        "unreadable",
        "براہ کرم 13 ہندسوں کا شناختی کارڈ نمبر لکھ کر 8001 پر بھیجیں۔",
        "Please write the 13-digit CNIC number and send it to 8001.",
    )


@pytest.mark.usefixtures("database")
def test_a_single_check_tells_nothing_when_the_service_is_closed_to_the_public():
    release(listing(1))
    close_to_the_public()
    assert single.check(LISTED, "public", short_code="7000") == (
        "not_public",
        "یہ سروس عوام کے لیے دستیاب نہیں۔",
        "This service is not open to the public.",
    )


def test_a_single_check_without_a_database_is_unavailable(sqlite_database, tmp_path):
    release(listing(1))
    for file in tmp_path.glob("nsor.sqlite3*"):
        file.unlink()
    assert single.check(LISTED, "public", short_code="7000") == (
        "unavailable",
        "سروس عارضی طور پر دستیاب نہیں۔ براہ کرم کچھ دیر بعد کوشش کریں۔",
        "The service is temporarily unavailable. Please try again later.",
    )


def test_a_directory_lives_through_the_loss_of_its_database(sqlite_database, tmp_path):
    release(listing(1))
    with Serving() as serving:
        # When the database is gone for longer than the service may do without
        path = tmp_path / "nsor.sqlite3"
        path.rename(tmp_path / "away.sqlite3")
        serving.freshness.stale_after = 0.05
        eventually(lambda: serving.kind(UNLISTED) == "unavailable")
        # Then who is listed is still reported
        assert serving.kind(LISTED) == "listed"
        # And when it is back, nobody has to do anything
        (tmp_path / "away.sqlite3").rename(path)
        serving.freshness.stale_after = 300
        read_until = serving.freshness.last_read
        eventually(lambda: serving.freshness.last_read > read_until)
        assert serving.kind(UNLISTED) == "not_listed"
