"""A feed that became another one: withheld, of a new epoch, or with somebody erased."""

import pytest
from waiting import eventually

from nsor.disclosure.answers import Answerer
from tests.disclosure.builders import CNIC, listing, listings, silencing
from tests.disclosure.test_follower import FakeFeed, World


@pytest.fixture
def serving():
    worlds = []

    def make(*publications) -> World:
        worlds.append(World(FakeFeed(publications)).load().serve())
        return worlds[-1]

    yield make
    for world in worlds:
        world.end()


def kind(world: World, cnic: int = CNIC) -> str:
    return Answerer(world.directory, world.freshness, "7000").answer(str(cnic), "en").kind


def test_while_the_feed_is_withheld_nothing_is_answered(serving):
    world = serving(listing(1), *listings(9, first=2))
    assert kind(world) == "listed"
    # When a backup is restored that ends earlier, and waits for its officers
    world.feed.publications = world.feed.publications[:5]
    world.feed.is_withheld, world.feed.epoch = True, 2
    # Then whoever was listed isn't told of either
    eventually(lambda: kind(world) == "unavailable")
    # And when they have confirmed it, with one person silenced from the journal
    world.feed.publications.append(silencing(6))
    world.feed.is_withheld = False
    eventually(lambda: kind(world) == "not_listed")
    assert world.directory.sequence == 6


def test_a_feed_of_another_epoch_is_read_from_its_beginning(serving):
    world = serving(listing(1), *listings(4, first=2))
    # When another feed stands in its place that has grown past what was read of the old one
    world.feed.publications = [listing(1, CNIC + 1), *listings(20, first=2)]
    world.feed.epoch = 2
    eventually(lambda: world.directory.sequence == 21)
    assert kind(world) == "not_listed"
    assert kind(world, CNIC + 1) == "listed"


def test_who_was_erased_before_their_silence_was_read_is_not_told_of(serving):
    # Given somebody listed, whose silence nobody can open any more when the follower comes to it
    world = serving(*listings(3), listing(4))
    assert kind(world) == "listed"
    erased = silencing(5, 0)
    world.feed.publications = [*listings(3), listing(4, 0)._replace(listed=False), erased]
    eventually(lambda: kind(world) == "not_listed")
    assert world.directory.people == 3
    # And the feed is followed from there, without being read anew each time
    reads = world.feed.reads
    world.feed.publications.append(listing(6))
    eventually(lambda: kind(world) == "listed")
    assert world.feed.reads > reads
    assert world.directory.sequence == 6
