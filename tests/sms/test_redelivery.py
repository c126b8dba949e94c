"""DESIGN's point 2, by example at its edges and against a model; a restart changes nothing.

The model knows no deques and no counters: it keeps every message that was stored and every
connection that ended, and looks through them all.
"""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nsor.sms.outbox.interface import Ended, Recovered, Seen
from nsor.sms.redelivery import Redeliveries

T = 1_790_000_000.0
TEXT = 11
ONE, TWO, THREE = 1, 2, 3


def comes_again(known: Redeliveries, operator: str, fingerprint: int, now: float) -> bool:
    """Ask as the gateway does."""
    return known.expects(operator, now) and known.take(operator, fingerprint) is not None


def after_a_loss(stored_at: float, lost_at: float, *, unbound: bool = False) -> Redeliveries:
    """Build what is known after a message was stored and its connection ended."""
    known = Redeliveries()
    known.stored(ONE, stored_at, [TEXT])
    known.ended(Ended(ONE, "jazz", lost_at, unbound))
    return known


@pytest.mark.parametrize(
    ("lost_after", "again_after", "same"),
    [
        (0.0, 0.0, True),
        (10.0, 1.0, True),
        (10.001, 1.0, False),
        (1.0, 120.0, True),
        (1.0, 120.001, False),
        (10.0, 120.0, True),
    ],
)
def test_the_edges_of_ten_and_of_a_hundred_and_twenty_seconds(
    lost_after: float, again_after: float, same: bool
) -> None:
    known = after_a_loss(T, T + lost_after)

    assert comes_again(known, "jazz", TEXT, T + lost_after + again_after) is same


def test_a_completed_unbind_leaves_nothing_to_expect() -> None:
    assert not comes_again(after_a_loss(T, T + 1, unbound=True), "jazz", TEXT, T + 2)


def test_while_the_connection_lives_the_same_text_is_another_message() -> None:
    known = Redeliveries()
    known.stored(ONE, T, [TEXT])

    assert not known.expects("jazz", T + 1)


def test_another_operator_or_another_text_is_another_message() -> None:
    known = after_a_loss(T, T + 1)

    assert not comes_again(known, "zong", TEXT, T + 2)
    assert not comes_again(known, "jazz", TEXT + 1, T + 2)
    assert comes_again(known, "jazz", TEXT, T + 2)


def test_each_original_comes_again_once() -> None:
    known = Redeliveries()
    known.stored(ONE, T, [TEXT, TEXT])
    known.ended(Ended(ONE, "jazz", T + 1, unbound=False))

    assert [comes_again(known, "jazz", TEXT, T + 2) for _ in range(3)] == [True, True, False]


def test_a_copy_stands_for_its_original_on_its_own_connection() -> None:
    known = after_a_loss(T, T + 1)
    assert comes_again(known, "jazz", TEXT, T + 2)
    known.stored(TWO, T + 2, [TEXT])
    assert not comes_again(known, "jazz", TEXT, T + 3)

    known.ended(Ended(TWO, "jazz", T + 4, unbound=False))

    assert comes_again(known, "jazz", TEXT, T + 123)


def test_a_copy_whose_commit_failed_is_expected_again() -> None:
    known = after_a_loss(T, T + 1)
    lost = known.take("jazz", TEXT)
    assert lost is not None

    known.put_back(lost, TEXT)

    assert comes_again(known, "jazz", TEXT, T + 2)


def test_what_was_being_stored_at_the_loss_is_expected_at_once() -> None:
    known = Redeliveries()
    known.ended(Ended(ONE, "jazz", T, unbound=False), being_stored=[TEXT])

    assert comes_again(known, "jazz", TEXT, T + 0.1)
    known.stored(ONE, T + 5, [TEXT])
    assert not comes_again(known, "jazz", TEXT, T + 6), "it stands for one copy only"


def test_what_could_not_be_stored_is_new_when_it_comes_again() -> None:
    known = Redeliveries()
    known.ended(Ended(ONE, "jazz", T, unbound=False), being_stored=[TEXT])

    known.refused(ONE, [TEXT])

    assert not comes_again(known, "jazz", TEXT, T + 1)


def test_a_connection_that_was_open_at_a_crash_was_lost_at_the_last_write() -> None:
    recovered = Recovered(
        last_write=T + 3,
        connections={ONE: "jazz", TWO: "jazz"},
        seen=[(T - 8, [Seen(ONE, 1, False)]), (T + 3, [Seen(TWO, 2, False)])],
    )
    known = Redeliveries()

    fresh = known.restore(recovered)

    assert fresh == [Ended(ONE, "jazz", T + 3, False), Ended(TWO, "jazz", T + 3, False)]
    assert not comes_again(known, "jazz", 1, T + 4), "it was stored more than 10 s before"
    assert comes_again(known, "jazz", 2, T + 123)


def test_a_restart_knows_which_of_two_originals_has_come_again() -> None:
    """The same text twice in 14 seconds; only the later one may come again, and it did."""
    recovered = Recovered(
        last_write=T + 22,
        connections={ONE: "jazz", TWO: "jazz"},
        ended=[Ended(ONE, "jazz", T + 20, False), Ended(TWO, "jazz", T + 23, True)],
        seen=[
            (T + 1, [Seen(ONE, TEXT, False)]),
            (T + 15, [Seen(ONE, TEXT, False)]),
            (T + 22, [Seen(TWO, TEXT, True)]),
        ],
    )
    known = Redeliveries()
    known.restore(recovered)

    assert not comes_again(known, "jazz", TEXT, T + 40), "the citizen asks a third time"


@dataclass
class Model:
    """Stored messages and ended connections, looked through from the start each time."""

    stored: list[list[Any]] = field(default_factory=list)  # [connection, at, fingerprint, used]
    ended: dict[int, Ended] = field(default_factory=dict)

    def comes_again(self, operator: str, fingerprint: int, now: float) -> bool:
        """Tell by the letter of DESIGN's point 2."""
        lost = sorted((one for one in self.ended.values()), key=lambda one: one.at)
        for end in lost:
            if end.unbound or end.operator != operator or not now <= end.at + 120:
                continue
            for one in self.stored:
                connection, at, stored, used = one
                if (connection, stored, used) == (end.connection, fingerprint, False) and (
                    at >= end.at - 10
                ):
                    one[3] = True
                    return True
        return False


OPERATORS = {1: "jazz", 2: "jazz", 3: "zong", 4: "jazz", 5: "zong", 6: "jazz"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("message", "message", "message", "end", "unbind", "restart")),
        st.sampled_from(sorted(OPERATORS)),
        st.integers(1, 2),
        st.sampled_from((0.5, 1.0, 4.0, 9.5, 10.0, 60.0, 119.5)),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=400, deadline=None)
def test_it_is_the_letter_of_the_design_across_any_restarts(steps: list[Any]) -> None:
    known, model = Redeliveries(), Model()
    store = Recovered(last_write=T)
    now, new_number, open_now = T, 100, {}
    for name, operator in OPERATORS.items():
        new_number += 1
        open_now[name] = new_number
        store.connections[new_number] = operator
    for act, name, fingerprint, seconds in steps:
        now += seconds
        number, operator = open_now[name], OPERATORS[name]
        if act == "message":
            again = comes_again(known, operator, fingerprint, now)
            assert again == model.comes_again(operator, fingerprint, now)
            known.stored(number, now, [fingerprint])
            model.stored.append([number, now, fingerprint, False])
            store.seen.append((now, [Seen(number, fingerprint, again)]))
            store.last_write = now
        elif act == "restart":
            known = Redeliveries()
            fresh = known.restore(store)
            assert {one.connection for one in fresh} == set(open_now.values())
            assert {one.at for one in fresh} <= {store.last_write}
            store.ended.extend(fresh)
            model.ended.update((one.connection, one) for one in fresh)
            for other, other_operator in OPERATORS.items():
                new_number += 1
                open_now[other] = new_number
                store.connections[new_number] = other_operator
        else:
            end = Ended(number, operator, now, act == "unbind")
            known.ended(end)
            model.ended[number] = end
            store.ended.append(end)
            store.last_write = now
            new_number += 1
            open_now[name] = new_number
            store.connections[new_number] = operator


def test_memory_is_bounded_by_what_may_still_come() -> None:
    known = Redeliveries()
    random_numbers = random.Random(0)
    for second in range(2000):
        known.stored(ONE, T + second, [random_numbers.getrandbits(64)])
        known.ended(Ended(1000 + second, "jazz", T + second, unbound=False))
        known.expects("jazz", T + second)

    assert len(known._stored[ONE]) <= 12
    assert len(known._lost) <= 122


def test_lost_connections_are_forgotten_though_nothing_comes() -> None:
    known = Redeliveries()
    for second in range(2000):
        known.ended(Ended(second, "jazz", T + second, unbound=False))

    assert len(known._lost) <= 122


def test_a_loss_that_was_noted_by_a_clock_far_ahead_is_forgotten() -> None:
    known = after_a_loss(T + 86400, T + 86401)

    assert not comes_again(known, "jazz", TEXT, T)
    assert not known.expects_any
