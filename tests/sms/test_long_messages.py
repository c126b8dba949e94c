"""Parts and their rows in the store: what a failed commit undoes is as if it had never come."""

from hypothesis import given
from hypothesis import strategies as st

from nsor.sms.long_messages import Arrival, LongMessages, language_of
from nsor.sms.outbox.interface import HeldPart
from nsor.sms.reassembly import Fragment, Outcome, Part

TEMPLATE = HeldPart(
    0, "jazz", "923001234567", 1, 1, "7000", 0, 1, 0, 0, 0, b"", 0, 0, 0
)  # fmt: skip
TEXTS = {1: b"EN 35201", 2: b"1234567", 3: b"1"}


def a_part(number: int, text: bytes | None = None, total: int = 3) -> Part:
    return Part(Fragment(TEXTS[number] if text is None else text, 0), 7, total, number)


def add(held: LongMessages, number: int, text: bytes | None = None) -> Arrival:
    return held.add(TEMPLATE, a_part(number, text), now=0.0)


def undo(arrival: Arrival) -> None:
    assert arrival.undo is not None
    arrival.undo()


def test_the_last_part_makes_it_whole_and_its_rows_go() -> None:
    held = LongMessages(60.0)
    first, second = add(held, 2), add(held, 1)

    last = add(held, 3)

    assert last.whole
    assert last.text == "EN 3520112345671"
    assert first.store is not None
    assert second.store is not None
    assert set(last.rows_done) == {first.store.number, second.store.number}
    assert held.expire(1000.0) == []


def test_a_part_that_was_refused_is_not_there_to_make_it_whole() -> None:
    held = LongMessages(60.0)
    undo(add(held, 1))

    assert not add(held, 2).whole
    assert not add(held, 3).whole
    assert add(held, 1).whole


def test_where_every_part_was_refused_nothing_expires() -> None:
    held = LongMessages(60.0)
    undo(add(held, 1))

    assert held.expire(1000.0) == []
    assert add(held, 2).outcome is Outcome.HELD, "it is not late either"


def test_a_whole_that_could_not_be_kept_waits_for_its_last_part_again() -> None:
    held = LongMessages(60.0)
    rows = {add(held, number).store for number in (1, 2)}
    undo(add(held, 3))

    again = add(held, 3)

    assert again.whole
    assert set(again.rows_done) == {row.number for row in rows if row is not None}


def test_a_copy_that_was_refused_leaves_the_part_that_is_stored() -> None:
    held = LongMessages(60.0)
    add(held, 1)
    copy = add(held, 1)
    assert copy.outcome is Outcome.DUPLICATE
    undo(copy)
    add(held, 2)

    assert add(held, 3).whole


def test_another_text_under_the_reference_gives_the_old_one_up() -> None:
    held = LongMessages(60.0)
    first = add(held, 1)

    other = add(held, 1, b"another")

    assert first.store is not None
    assert other.given_up == first.store
    assert other.rows_done == (first.store.number,)


def test_a_message_that_never_became_whole_is_told_by_its_first_part() -> None:
    held = LongMessages(60.0)
    third, first = add(held, 3), add(held, 1)
    assert held.expire(59.0) == []

    ((row, numbers),) = held.expire(61.0)

    assert first.store is not None
    assert third.store is not None
    assert row == first.store
    assert language_of(row) == "en"
    assert set(numbers) == {first.store.number, third.store.number}
    assert language_of(third.store) == "ur"


def test_a_restart_waits_a_whole_time_again_and_uses_no_number_twice() -> None:
    held = LongMessages(60.0)
    rows = [row for row in (add(held, 1).store, add(held, 2).store) if row is not None]
    again = LongMessages(60.0)

    again.restore(rows, rows[-1].number, 1000.0)

    assert again.expire(1059.0) == []
    fresh = again.add(TEMPLATE._replace(sender="923007654321"), a_part(1), 1059.0)
    assert fresh.store is not None
    assert fresh.store.number > rows[-1].number
    assert again.add(TEMPLATE, a_part(3), 1059.0).whole


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=25))
def test_only_parts_that_were_kept_count(steps: list[tuple[int, bool]]) -> None:
    """Parts in any order and number, each kept or refused; a model holds the kept ones."""
    held = LongMessages(60.0)
    rows: dict[int, HeldPart] = {}
    kept: set[int] = set()
    for number, keep in steps:
        arrival = add(held, number)
        assert arrival.whole == (len(kept | {number}) == 3 and number not in kept)
        if not keep:
            undo(arrival)
            continue
        if arrival.store is not None:
            rows[arrival.store.number] = arrival.store
        for done in arrival.rows_done:
            del rows[done]
        kept = set() if arrival.whole else kept | {number}
        assert {row.seqnum for row in rows.values()} == kept

    assert sorted(n for _, numbers in held.expire(100.0) for n in numbers) == sorted(rows)
