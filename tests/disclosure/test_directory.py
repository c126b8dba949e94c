"""The directory against a plain dict, and the rules of the feed."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.disclosure.directory import Directory, FeedGapError, Person
from tests.disclosure.builders import CNIC, listing, listings, silencing

few_numbers = st.integers(10**12, 10**12 + 40)
any_number = st.integers(0, 10**13 - 1)
names = st.text(max_size=12)
changes = st.lists(
    st.tuples(
        few_numbers | any_number,
        st.booleans(),
        st.sampled_from(["male", "female", "x"]),
        st.sampled_from(["father", "husband"]),
        names,
        names,
        names,
        names,
    ),
    max_size=120,
)


@given(changes, few_numbers | any_number)
def test_it_holds_what_a_dict_would(changes, another):
    # Given a feed in which people are listed, listed anew and silenced
    directory, model = Directory(), {}
    for sequence, (cnic, listed, *fields) in enumerate(changes, start=1):
        # When each publication is applied
        directory.apply(
            listing(sequence, cnic, **dict(zip(FIELDS, fields, strict=True)), listed=listed)
        )
        if listed:
            model[cnic] = Person(*fields, sequence=sequence)
        else:
            model.pop(cnic, None)
        # Then the directory counts as the model does
        assert (len(directory), directory.sequence) == (len(model), sequence)
    # And everybody is found, and nobody else
    for cnic in {another, *(change[0] for change in changes)}:
        assert directory.get(cnic) == model.get(cnic)


FIELDS = ("sex", "relation", "name_ur", "father_name_ur", "name_en", "father_name_en")


def test_it_finds_everybody_and_nobody_else_after_many_splits():
    directory = Directory()
    people = listings(20_000)
    directory.apply_many(people)
    assert directory.people == 20_000
    assert all(directory.get(person.cnic).sequence == person.sequence for person in people)
    assert not any(directory.get(person.cnic + 1) for person in people)


def test_a_person_carries_the_publication_that_spoke_last():
    directory = Directory()
    directory.apply_many([listing(1), listing(2, name_ur="نیا نام")])
    assert directory.get(CNIC) == Person(
        "male", "father", "نیا نام", "محمد پرویز", "Aslam Pervaiz", "Muhammad Pervaiz", 2
    )


def test_somebody_silenced_is_gone_and_can_be_listed_again():
    directory = Directory()
    directory.apply_many([listing(1), silencing(2)])
    assert directory.get(CNIC) is None
    assert len(directory) == 0
    directory.apply(listing(3))
    assert directory.get(CNIC).sequence == 3


def test_to_silence_somebody_who_is_not_listed_changes_nothing_but_the_sequence():
    directory = Directory()
    directory.apply_many([listing(1), silencing(2, CNIC + 1)])
    assert (len(directory), directory.sequence) == (1, 2)


def test_what_was_applied_already_is_ignored():
    directory = Directory()
    directory.apply_many([listing(1), silencing(2), listing(1), silencing(2, CNIC + 1)])
    assert (len(directory), directory.sequence) == (0, 2)


def test_a_gap_in_the_feed_is_an_error_and_nothing_is_taken_over():
    directory = Directory()
    directory.apply(listing(1))
    with pytest.raises(FeedGapError, match="Publication 3 came after 1"):
        directory.apply_many([silencing(3)])
    assert (len(directory), directory.sequence) == (1, 1)


@pytest.mark.parametrize(
    "fields", [{"cnic": 10**13}, {"cnic": -1}, {"sex": "unknown"}, {"relation": "uncle"}]
)
def test_what_can_not_be_a_publication_is_an_error_and_nothing_is_taken_over(fields):
    directory = Directory()
    with pytest.raises(ValueError, match="publication 1 "):
        directory.apply(listing(1, **fields))
    assert (len(directory), directory.sequence) == (0, 0)


def test_a_silence_told_ahead_of_its_turn_acts_at_once():
    directory = Directory()
    directory.apply(listing(1))
    directory.silence(silencing(9))
    assert directory.get(CNIC) is None
    assert (len(directory), directory.sequence, directory.early_silences) == (0, 1, 1)
    assert (directory.known_to(CNIC), directory.known_to(CNIC + 1)) == (9, 1)


def test_what_is_older_than_an_early_silence_lists_nobody_and_what_is_newer_does():
    # Given somebody silenced ahead of the feed's order
    directory = Directory()
    directory.silence(silencing(3))
    # When older publications of that person come, then they are passed over, not left out
    directory.apply_many([listing(1), silencing(2)])
    assert (directory.get(CNIC), directory.sequence, directory.early_silences) == (None, 2, 1)
    # When the silence has its turn, then it is forgotten
    directory.apply(silencing(3))
    assert (directory.get(CNIC), directory.sequence, directory.early_silences) == (None, 3, 0)
    directory.apply(listing(4))
    assert directory.get(CNIC).sequence == 4


def test_each_early_silence_is_forgotten_at_its_own_turn():
    directory = Directory()
    directory.silence_many([silencing(1), silencing(9, CNIC + 1)])
    directory.apply(silencing(1))
    assert directory.early_silences == 1


def test_the_newest_early_silence_of_a_person_counts_in_whatever_order_they_are_told():
    directory = Directory()
    directory.silence_many([silencing(4), silencing(2)])
    directory.apply_many([listing(1), silencing(2), listing(3)])
    assert directory.get(CNIC) is None
    directory.apply_many([silencing(4), listing(5)])
    assert (directory.get(CNIC).sequence, directory.early_silences) == (5, 0)


def test_a_silence_whose_turn_has_been_is_not_told_again():
    directory = Directory()
    directory.apply_many([silencing(1), listing(2)])
    directory.silence_many([silencing(1), silencing(2)])
    assert (directory.get(CNIC).sequence, directory.early_silences) == (2, 0)


def test_early_silences_that_the_feed_never_came_to_are_forgotten_when_it_is_past_them():
    directory = Directory()
    directory.silence_many([silencing(2), silencing(3, CNIC + 1)])
    directory.apply_many(listings(3))
    assert directory.early_silences == 0
    directory.apply_many([listing(4), listing(5, CNIC + 1)])
    assert len(directory) == 5


@pytest.mark.parametrize("publication", [listing(5), silencing(5, 10**13), silencing(5, -1)])
def test_what_can_not_be_a_silence_is_an_error_and_nobody_is_silenced(publication):
    directory = Directory()
    directory.apply(listing(1))
    with pytest.raises(ValueError, match="ublication 5 "):
        directory.silence(publication)
    assert (len(directory), directory.early_silences) == (1, 0)


def test_a_directory_that_becomes_another_forgets_its_own_early_silences():
    old, fresh = Directory(), Directory()
    old.silence(silencing(9))
    fresh.silence(silencing(3, CNIC + 1))
    old.become(fresh)
    old.apply_many([listing(1), listing(2, CNIC + 1)])
    assert old.get(CNIC)
    assert old.get(CNIC + 1) is None


def test_a_directory_becomes_another_whole():
    old, fresh = Directory(), Directory()
    old.apply_many(listings(500))
    fresh.apply_many(listings(90))
    old.become(fresh)
    assert (len(old), old.sequence) == (90, 90)
    assert old.get(listings(1, first=90)[0].cnic).sequence == 90
    assert old.get(listings(1, first=91)[0].cnic) is None
    old.apply(listing(91))
    assert (len(old), old.sequence) == (91, 91)


def test_the_memory_of_what_is_no_longer_said_is_free_again():
    # Given a directory of 2,000 people
    directory = Directory()
    directory.apply_many(listings(2_000))
    tracemalloc.start()
    try:
        # When each of them is published twenty times more, always longer than before
        for n in range(40_000):
            cnic = 10**12 + 7919 * (n % 2_000 + 1)
            directory.apply(listing(2_001 + n, cnic, name_ur="ا" * (10 + n // 2_000)))
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Then what is held is about one record each
    assert grown < 2_000 * 400
    assert len(directory) == 2_000


def test_an_empty_directory_has_looked_at_nothing():
    assert Directory().known_to(CNIC) == 0


def test_a_listing_that_was_overtaken_counts_nobody():
    directory = Directory()
    directory.silence(silencing(2))
    directory.apply(listing(1))
    assert (directory.get(CNIC), len(directory), directory.people) == (None, 0, 0)
