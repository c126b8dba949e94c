"""The follower, with a feed and a serving thread that do as the test says."""

import queue
import threading

import pytest
from waiting import eventually

from nsor.disclosure import follower
from nsor.disclosure.answers import Freshness
from nsor.disclosure.directory import Directory
from nsor.disclosure.follower import PAGE, SLICE, FeedFollower
from nsor.register.feed import FeedStanding
from tests.disclosure.builders import CNIC, listing, listings, silencing


class FakeFeed:
    """A feed of a list of publications, which fails or hangs when it is told to."""

    def __init__(self, publications=()) -> None:
        self.publications = list(publications)
        self.is_open = True
        self.is_withheld = False
        self.epoch = 1
        self.failing = False
        self.fails_after: int | None = None
        self.hung_calls = 0
        self.closed = False
        self.reads = 0
        self.looks = 0
        self.look_fails = False
        self.during_read = lambda: None
        self._running = threading.Event()
        self._running.set()

    def hang(self) -> None:
        self._running.clear()

    def resume(self) -> None:
        self._running.set()

    def _obey(self) -> None:
        if not self._running.is_set():
            self.hung_calls += 1
            assert self._running.wait(30)
        if self.failing:
            raise OSError("the feed fails")

    def read(self, after, limit):
        self._obey()
        self.during_read()
        self.reads += 1
        return [p for p in self.publications if p.sequence > after][:limit]

    def read_silences(self, after, limit):
        self._obey()
        if self.look_fails:
            raise OSError("the feed fails")
        self.looks += 1
        ahead = [p for p in self.publications if p.sequence > after and not p.listed]
        return ahead[:limit]

    def stream(self, after):
        for publication in list(self.publications):
            self._obey()
            if publication.sequence == self.fails_after:
                self.fails_after = None
                raise OSError("the feed fails")
            if publication.sequence > after:
                yield publication

    def last_sequence(self):
        self._obey()
        return self.publications[-1].sequence if self.publications else 0

    def standing(self):
        self._obey()
        return FeedStanding(self.is_open, self.is_withheld, self.epoch)

    def close(self):
        self.closed = True


class World:
    """A follower of ``feed``; the serving thread is the test itself, one job at a time."""

    def __init__(self, feed: FakeFeed) -> None:
        self.now = 0.0
        self.feed = feed
        self.directory = Directory()
        self.freshness = Freshness(lambda: self.now, stale_after=300)
        self.jobs: queue.Queue = queue.Queue()
        self.loaded = threading.Event()
        self.progress: list[int] = []
        self.follower = FeedFollower(
            feed,
            self.directory,
            self.freshness,
            deliver=self.jobs.put,
            on_loaded=self.loaded.set,
            on_progress=self.progress.append,
            interval=0.001,
        )
        self._serving: threading.Thread | None = None

    def load(self) -> "World":
        self.follower.start()
        self.serve_one()
        assert self.loaded.is_set()
        return self

    def serve_one(self) -> None:
        self.jobs.get(timeout=20)()

    def serve(self) -> "World":
        """Do every job from now on, in a thread of its own."""
        self._serving = threading.Thread(target=self._serve_all)
        self._serving.start()
        return self

    def _serve_all(self) -> None:
        while (job := self.jobs.get()) is not None:
            job()

    def read_again(self) -> None:
        """Wait for a read that began from now on."""
        reads = self.feed.reads
        eventually(lambda: self.feed.reads >= reads + 2)

    def end(self) -> None:
        self.feed.resume()
        self.follower.stop()
        self.jobs.put(None)
        if self._serving:
            self._serving.join(20)
        assert self.follower.join(20)


@pytest.fixture
def follow():
    worlds = []

    def make(*publications) -> World:
        worlds.append(World(FakeFeed(publications)))
        return worlds[-1]

    yield make
    for world in worlds:
        if world.follower._thread.ident:
            world.end()


def test_it_loads_the_directory_then_says_so(follow):
    world = follow(*listings(3 * SLICE), silencing(3 * SLICE + 1, 1))
    assert not world.freshness.loaded
    world.load()
    assert world.freshness.loaded
    assert world.freshness.public_open
    assert world.directory.sequence == 3 * SLICE + 1
    assert world.directory.people == 3 * SLICE
    assert world.progress == sorted(world.progress)
    assert world.progress[-1] == 3 * SLICE + 1


def test_an_empty_feed_is_loaded_too(follow):
    world = follow().load()
    assert world.freshness.loaded
    assert len(world.directory) == 0


def test_a_load_that_breaks_off_goes_on_where_it_broke_off(follow):
    world = follow(*listings(3 * SLICE))
    world.feed.fails_after = 2 * SLICE
    world.load()
    assert world.directory.sequence == 3 * SLICE


def test_a_feed_that_can_not_be_read_is_never_taken_for_loaded(follow):
    world = follow(*listings(10))
    world.feed.failing = True
    world.follower.start()
    eventually(lambda: world.follower._failure)
    assert not world.freshness.loaded
    assert world.jobs.empty()
    world.feed.failing = False
    world.serve_one()
    assert world.freshness.loaded


def test_what_is_published_later_is_followed(follow):
    world = follow(listing(1)).load().serve()
    world.feed.publications += [silencing(2), listing(3, CNIC + 1)]
    eventually(lambda: world.directory.sequence == 3)
    assert world.directory.get(CNIC) is None
    assert world.directory.get(CNIC + 1) is not None


def test_the_service_closes_and_opens_with_the_policy(follow):
    world = follow().load()
    world.feed.is_open = False
    eventually(lambda: not world.freshness.public_open)
    world.feed.is_open = True
    eventually(lambda: world.freshness.public_open)


def test_a_burst_comes_in_slices_each_of_which_waits_for_the_last_to_be_applied(follow):
    # Given a directory that serves
    world = follow().load()
    # When many people are published at once
    world.feed.publications += listings(10 * SLICE)
    applied = 0
    while applied < 10 * SLICE:
        job = world.jobs.get(timeout=20)
        reads = world.feed.reads
        # Then one slice is handed over, and nothing is read before it is applied
        assert world.jobs.empty()
        assert world.feed.reads == reads
        assert world.directory.sequence == applied
        job()
        assert 0 < world.directory.sequence - applied <= SLICE
        applied = world.directory.sequence
    assert len(world.directory) == 10 * SLICE


def test_it_is_up_to_date_since_the_beginning_of_the_read_that_found_nothing(follow):
    world = follow().load()

    def last_until_130():
        world.now = 130.0
        world.feed.hang()

    def end_at_100():
        world.now = 100.0
        world.feed.during_read = last_until_130

    # When a read begins at 100 and ends at 130, and the next one hangs
    world.feed.during_read = end_at_100
    eventually(lambda: world.feed.hung_calls)
    # Then it is known to be up to date at 100, and no later
    assert world.freshness.last_read == 100.0
    assert world.freshness.age() == 30.0


def test_it_is_not_up_to_date_before_what_was_read_is_applied(follow):
    world = follow().load()
    world.read_again()
    world.now = 50.0
    world.feed.publications.append(listing(1))
    job = world.jobs.get(timeout=20)
    world.now = 60.0
    assert world.freshness.last_read < 60.0
    job()
    eventually(lambda: world.freshness.last_read == 60.0)


def test_it_ages_while_the_feed_fails_and_recovers(follow):
    world = follow(listing(1)).load().serve()
    world.feed.failing = True
    eventually(lambda: world.follower._failure)
    read_until = world.freshness.last_read
    world.now = 1_000.0
    assert world.freshness.last_read == read_until
    assert world.freshness.is_stale()
    assert world.directory.get(CNIC)
    world.feed.publications.append(listing(2, CNIC + 1))
    world.feed.failing = False
    eventually(lambda: not world.freshness.is_stale())
    assert world.directory.get(CNIC + 1)


def test_it_ages_while_the_feed_hangs_and_can_be_stopped(follow):
    world = follow(listing(1)).load()
    world.feed.hang()
    eventually(lambda: world.feed.hung_calls)
    world.now = 1_000.0
    assert world.freshness.is_stale()
    # When it is stopped, that does not wait for the feed
    world.follower.stop()
    assert not world.follower.join(0)
    # And when the feed is back, nothing is handed over any more
    world.feed.publications.append(listing(2, CNIC + 1))
    world.feed.resume()
    assert world.follower.join(20)
    assert world.jobs.empty()
    assert world.directory.sequence == 1


def test_it_can_be_stopped_while_the_serving_thread_does_nothing(follow):
    world = follow().load()
    world.feed.publications.append(listing(1))
    world.jobs.get(timeout=20)
    world.follower.stop()
    assert world.follower.join(20)
    assert world.feed.closed


def test_it_can_be_stopped_while_it_loads(follow):
    world = follow(*listings(10 * SLICE))
    world.follower._on_progress = lambda count: world.follower.stop()
    world.follower.start()
    assert world.follower.join(20)
    assert not world.freshness.loaded
    assert world.jobs.empty()


def test_it_lives_on_when_the_serving_thread_is_gone(follow):
    def gone(job):
        raise RuntimeError("the loop is closed")

    world = follow().load()
    world.follower._deliver, deliver = gone, world.follower._deliver
    world.feed.publications.append(listing(1))
    eventually(lambda: world.follower._failure)
    world.follower._deliver = deliver
    world.serve_one()
    assert world.directory.sequence == 1


def test_a_silence_overtakes_the_burst_before_it(follow):
    # Given somebody listed, and many people published with a silence behind them
    world = follow(listing(1)).load()
    world.read_again()
    world.feed.publications += [*listings(3 * PAGE, first=2), silencing(3 * PAGE + 2)]
    # When the first job is done
    world.serve_one()
    # Then that was the silence, and the feed's order is as it was
    assert world.directory.get(CNIC) is None
    assert world.directory.sequence == 1
    world.serve()
    eventually(lambda: world.directory.sequence == 3 * PAGE + 2)
    assert world.directory.people == 3 * PAGE
    assert world.directory.early_silences == 0


def test_a_silence_published_while_a_burst_is_applied_overtakes_the_next_page(follow):
    world = follow(listing(1)).load()
    world.read_again()
    world.feed.publications += listings(10 * PAGE, first=2)
    world.serve_one()
    world.feed.publications.append(silencing(10 * PAGE + 2))
    while world.directory.get(CNIC):
        world.serve_one()
    assert world.directory.sequence == PAGE + 1


def test_what_silences_ahead_does_not_hide_who_is_listed_after(follow):
    world = follow(listing(1)).load()
    world.read_again()
    world.feed.publications += [
        *listings(PAGE, first=2),
        silencing(PAGE + 2),
        listing(PAGE + 3, name_ur="نیا نام"),
    ]
    world.serve_one()
    assert world.directory.get(CNIC) is None
    world.serve()
    eventually(lambda: world.directory.sequence == PAGE + 3)
    assert world.directory.get(CNIC).name_ur == "نیا نام"


def test_each_part_of_the_feed_is_looked_through_once(follow):
    # Given a burst with more silences behind it than are looked for at once
    world = follow(*listings(2 * SLICE)).load()
    world.read_again()
    people = [person.cnic for person in world.feed.publications]
    burst = listings(8 * PAGE, first=2 * SLICE + 1)
    end = burst[-1].sequence
    world.feed.publications += [
        *burst,
        *(silencing(end + n, cnic) for n, cnic in enumerate(people, start=1)),
    ]
    # When it is followed, then the silences come first, a slice before each page
    world.serve_one()
    assert world.directory.early_silences == SLICE
    world.serve()
    eventually(lambda: world.directory.sequence == end + 2 * SLICE)
    assert world.directory.people == 8 * PAGE
    # And it was looked for them until all were found, and no more
    assert world.feed.looks == 2


def test_early_silences_are_no_more_than_fit(follow, monkeypatch):
    monkeypatch.setattr(follower, "MOST_EARLY_SILENCES", 3)
    world = follow(*listings(5)).load()
    world.read_again()
    burst = listings(3 * PAGE, first=6)
    end = burst[-1].sequence
    world.feed.publications += [
        *burst,
        *(silencing(end + n, person.cnic) for n, person in enumerate(listings(5), start=1)),
    ]
    while world.directory.sequence < end + 5:
        world.serve_one()
        assert world.directory.early_silences <= 3
    assert world.directory.people == 3 * PAGE


def test_a_look_for_silences_that_fails_is_made_again(follow):
    world = follow(listing(1)).load()
    world.read_again()
    world.feed.look_fails = True
    world.feed.publications += [*listings(PAGE, first=2), silencing(PAGE + 2)]
    eventually(lambda: world.follower._failure)
    assert world.jobs.empty()
    world.feed.look_fails = False
    world.serve_one()
    assert world.directory.get(CNIC) is None


def test_a_feed_cut_short_behind_its_early_silences_is_read_from_its_beginning(follow):
    # Given a silence that was taken over from far ahead in the feed
    world = follow(listing(1)).load()
    world.read_again()
    world.feed.publications += [*listings(5 * PAGE, first=2), silencing(5 * PAGE + 2)]
    world.serve_one()
    assert world.directory.get(CNIC) is None
    # When the database is restored from a copy that ends before it
    world.feed.publications = world.feed.publications[: 3 * PAGE]
    while world.directory.sequence != 3 * PAGE:
        world.serve_one()
    # Then who is listed there is listed
    assert world.directory.get(CNIC)
    assert world.directory.early_silences == 0
    # And later silences are found ahead again
    world.read_again()
    world.feed.publications += [*listings(PAGE, first=3 * PAGE + 1), silencing(4 * PAGE + 1)]
    world.serve_one()
    assert world.directory.get(CNIC) is None
    assert world.directory.sequence == 3 * PAGE


def test_a_gap_in_the_feed_is_never_passed_over(follow):
    # Given a feed that has lost a publication
    world = follow(listing(1)).load().serve()
    world.read_again()
    world.feed.publications.append(listing(3, CNIC + 2))
    eventually(lambda: world.follower._failure == "FeedGapError")
    # Then it ages
    world.now = 1_000.0
    assert world.freshness.is_stale()
    assert world.directory.sequence == 1
    # And goes on when the feed is whole
    world.feed.publications = [listing(1), listing(2, CNIC + 1), listing(3, CNIC + 2)]
    eventually(lambda: not world.freshness.is_stale())
    assert world.directory.people == 3


class RestoredFeed(FakeFeed):
    """A feed that says, as the register's does, when it ends before what was read of it."""

    def read(self, after, limit):
        if after > self.last_sequence():
            raise OSError("the feed ends before that")
        return super().read(after, limit)

    def stream(self, after):
        if after > self.last_sequence():
            raise OSError("the feed ends before that")
        yield from super().stream(after)


def test_an_older_copy_of_the_feed_is_read_from_its_beginning(follow):
    # Given a directory that has followed a feed to 500
    world = follow()
    world.feed = world.follower._feed = RestoredFeed(listings(500))
    world.load()
    # When the database is restored from a copy that ends at 300, and another is published there
    world.feed.publications = [*listings(300), listing(301)]
    # Then the old directory answers until the other is read, and is replaced in one job
    job = world.jobs.get(timeout=20)
    assert world.directory.sequence == 500
    job()
    assert world.directory.sequence == 301
    assert world.directory.get(CNIC)
    assert not world.directory.get(listings(1, first=301)[0].cnic)
    # And it is followed from there
    world.serve()
    world.feed.publications.append(silencing(302))
    eventually(lambda: world.directory.sequence == 302)


def test_a_feed_that_is_replaced_while_it_is_loaded_is_read_from_its_beginning(follow):
    world = follow()
    world.feed = world.follower._feed = RestoredFeed(listings(3 * SLICE))
    world.feed.fails_after = 2 * SLICE

    def restore(count):
        world.feed.publications = listings(10)

    world.follower._on_progress = restore
    world.load()
    assert world.directory.sequence == 10
