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
