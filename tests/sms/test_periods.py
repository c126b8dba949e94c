"""Keyed hashes whose keys die with their day or hour."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.sms.periods import KARACHI, Periods

HOUR = 3600.0
MIDNIGHT = datetime(2026, 3, 1, tzinfo=KARACHI).timestamp()
SENDER = b"923001234567"


class SeededRandomness:
    """The ``Randomness`` seam."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self.uniform = self._random.uniform

    def token_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)


def some_periods(recovered: dict[str, bytes] | None = None) -> Periods:
    return Periods(SeededRandomness(), recovered or {})


def test_a_day_is_karachis() -> None:
    periods = some_periods()

    before = periods.day(MIDNIGHT - 0.001)
    after = periods.day(MIDNIGHT)

    assert before.period == "day:2026-02-28"
    assert after.period == "day:2026-03-01"
    assert before.of(SENDER) != after.of(SENDER)
    assert periods.day(MIDNIGHT + 24 * HOUR - 0.001) is after
    assert datetime.fromtimestamp(MIDNIGHT, UTC).hour == 19


def test_within_a_period_a_hash_is_the_same_and_tells_senders_apart() -> None:
    periods = some_periods()
    one, later = periods.hour(MIDNIGHT), periods.hour(MIDNIGHT + HOUR - 0.001)

    assert one.of(SENDER) == later.of(SENDER)
    assert one.of(SENDER) != one.of(b"923001234568")
    assert one.of(SENDER) != periods.day(MIDNIGHT).of(SENDER)
    assert 0 <= one.of(SENDER) < 2**64


def test_the_hour_before_is_known_where_it_was_used() -> None:
    periods = some_periods()
    assert periods.hour_before(MIDNIGHT) is None

    first = periods.hour(MIDNIGHT)

    assert periods.hour_before(MIDNIGHT + HOUR) is first
    assert periods.hour_before(MIDNIGHT + 2 * HOUR) is None


def test_a_clock_that_is_set_back_stays_in_its_period() -> None:
    periods = some_periods()
    day, hour = periods.day(MIDNIGHT + 1), periods.hour(MIDNIGHT + 1)

    assert periods.day(MIDNIGHT - 60) is day
    assert periods.hour(MIDNIGHT - 60) is hour


def test_a_clock_that_was_far_ahead_goes_on_in_the_day_and_hour_that_it_is() -> None:
    periods = some_periods()
    now, by = MIDNIGHT - 30, 3 * 24 * HOUR
    was = periods.day(now), periods.hour(now)
    ahead = periods.day(now + by), periods.hour(now + by)

    assert (periods.day(now), periods.hour(now)) == was
    assert periods.day(MIDNIGHT).period == "day:2026-03-01"
    assert periods.hour(MIDNIGHT).period == f"hour:{MIDNIGHT / HOUR:.0f}"
    assert {one.period for one in ahead}.isdisjoint({one.period for one in was})


def test_a_clock_that_is_set_back_over_the_edge_of_an_hour_knows_the_hour_before() -> None:
    periods = some_periods()
    before = periods.hour(MIDNIGHT - 5)
    periods.hour(MIDNIGHT + 5)

    assert periods.hour_before(MIDNIGHT - 5) is before
    assert before.period not in periods.retire(MIDNIGHT - 5)


def test_keys_are_new_until_they_are_taken_and_again_when_given_back() -> None:
    periods = some_periods()
    periods.day(MIDNIGHT)
    periods.hour(MIDNIGHT)

    new = periods.take_new()
    assert {len(key) for key in new.values()} == {32}
    assert len(new) == 2
    assert periods.take_new() == {}

    periods.give_back(new)
    assert periods.take_new() == new


def test_recovered_keys_give_the_same_hashes_and_are_not_new() -> None:
    periods = some_periods()
    was = periods.day(MIDNIGHT).of(SENDER), periods.hour(MIDNIGHT).of(SENDER)

    again = Periods(SeededRandomness(9), periods.take_new())

    assert (again.day(MIDNIGHT).of(SENDER), again.hour(MIDNIGHT).of(SENDER)) == was
    assert again.take_new() == {}


def test_a_day_dies_at_midnight_and_an_hour_an_hour_after_its_end() -> None:
    periods = some_periods()
    at = MIDNIGHT - 1
    day, hour = periods.day(at).period, periods.hour(at).period

    assert periods.retire(at) == []
    assert periods.retire(MIDNIGHT) == [day]
    assert periods.retire(MIDNIGHT + HOUR - 0.001) == []
    assert periods.retire(MIDNIGHT + HOUR) == [hour]


def test_a_key_that_died_is_neither_kept_nor_given_back() -> None:
    periods = some_periods()
    periods.day(MIDNIGHT - 1)
    lost = periods.take_new()

    periods.retire(MIDNIGHT)
    periods.give_back(lost)

    assert "day:2026-02-28" not in periods.take_new()


def test_a_retired_key_was_never_made_durable_where_no_commit_came() -> None:
    periods = some_periods()
    periods.day(MIDNIGHT - 1)

    periods.retire(MIDNIGHT)

    assert "day:2026-02-28" not in periods.take_new()


@given(st.lists(st.floats(0, 40 * HOUR), max_size=30))
def test_whatever_the_times_no_more_than_three_keys_live_after_retiring(
    times: list[float],
) -> None:
    periods = some_periods()
    keys: dict[str, bytes] = {}
    for at in sorted(times):
        periods.day(MIDNIGHT + at)
        periods.hour(MIDNIGHT + at)
        keys |= periods.take_new()
        for over in periods.retire(MIDNIGHT + at):
            del keys[over]
        keys |= periods.take_new()
        assert len(keys) <= 3
        assert sum(key.startswith("day:") for key in keys) == 1


@pytest.mark.parametrize("data", [b"", b"x" * 10_000, bytes(range(256))])
def test_any_octets_have_a_hash(data: bytes) -> None:
    assert some_periods().day(MIDNIGHT).of(data) == some_periods().day(MIDNIGHT).of(data)
