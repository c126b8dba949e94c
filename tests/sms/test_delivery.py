"""The small parts of the way out: progress in a batch, editions of a reply, rate and validity.

How they work together is shown in simulated time (``tests/simulation``).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.disclosure.answers import Answer
from nsor.sms.operators import Rate, relative_time
from nsor.sms.outbox.interface import OwedReply
from nsor.sms.replies import (
    Batch,
    Decider,
    Part,
    Progress,
    Reply,
    count_attempt,
    remaining_parts,
    say,
    says,
)
from nsor.sms.smpp import pdu
from nsor.sms.split import bodies

LONG, OTHER_LONG, SHORT = "الف" * 40, "بے " * 60, "مختصر"
OWED = OwedReply(
    "jazz", "923001234567", 1, 1, 0, 1, "check", "ur", "3520112345671", True, 0, 7, b""
)


def a_reply(text: str = LONG) -> Reply:
    return Reply(OWED, "listed", bodies(text), 100.0, 100.0 + 3600)


# Progress


PROGRESS = st.builds(
    Progress, st.integers(0, 2**15 - 1), st.integers(0, 63), st.booleans(), st.booleans()
)


@given(st.lists(PROGRESS, min_size=1, max_size=20), st.data())
def test_a_batch_keeps_each_replys_progress_across_a_restart(
    notes: list[Progress], data: st.DataObject
) -> None:
    batch = Batch(1, len(notes))
    over = data.draw(st.sets(st.integers(0, len(notes) - 1)))
    for place, progress in enumerate(notes):
        batch.note(place, progress)
    for place in over:
        batch.finish(place)

    again = Batch(1, len(notes), bytes(batch.state))

    assert batch.remaining == len(notes) - len(over)
    for place, progress in enumerate(notes):
        assert again.is_finished(place) == (place in over)
        if place not in over:
            assert again.progress(place) == progress


def test_no_progress_passes_for_the_end() -> None:
    batch = Batch(1, 1)

    batch.note(0, Progress(0xFFFF, 1000, anew=True, counted=True))

    assert not batch.is_finished(0)
    assert batch.progress(0) == Progress(0x7FFF, 63, anew=True, counted=True)


def test_a_new_batch_has_no_progress() -> None:
    assert Batch(1, 3).progress(2) == Progress(0, 0, anew=False, counted=False)


# Editions


def test_the_parts_of_an_answer_share_their_reference() -> None:
    reply = a_reply()

    assert [message[:6] for message in reply.messages] == [
        bytes((5, 0, 3, 7, 2, 1)),
        bytes((5, 0, 3, 7, 2, 2)),
    ]
    assert [part.number for part in remaining_parts(reply)] == [0, 1]


def test_a_part_that_is_done_does_not_remain() -> None:
    reply = a_reply()
    reply.done = 0b01

    assert remaining_parts(reply) == [Part(reply, 1, 0)]


def test_saying_something_else_begins_anew_and_voids_what_was_under_way() -> None:
    reply = a_reply()
    reply.done = 0b01
    count_attempt(reply, 1)
    old = Part(reply, 1, 0)
    assert not old.is_void

    say(reply, bodies(OTHER_LONG), 8)

    assert old.is_void
    assert [part.number for part in remaining_parts(reply)] == list(range(len(reply.messages)))
    assert {message[3] for message in reply.messages} == {8}
    assert count_attempt(reply, 1) == 1


def test_a_reply_that_is_over_has_void_parts() -> None:
    reply = a_reply()
    part = remaining_parts(reply)[0]

    reply.finished = True

    assert part.is_void


@pytest.mark.parametrize(
    ("said", "same"), [(LONG, True), (OTHER_LONG, False), (SHORT, False), ("No record", False)]
)
def test_a_reply_knows_whether_it_says_just_that(said: str, same: bool) -> None:
    assert says(a_reply(), bodies(said)) is same


def test_attempts_are_counted_for_each_part_alone() -> None:
    reply = a_reply()

    assert [count_attempt(reply, 0), count_attempt(reply, 0), count_attempt(reply, 1)] == [1, 2, 1]


# Deciding


def a_decider(text: str) -> Decider:
    return Decider(
        lambda cnic, language: Answer("listed", f"{text} {cnic} {language}", 1),
        lambda language: f"unreadable {language}",
        lambda language: f"over {language}",
        lambda language: f"unavailable {language}",
    )


def test_a_check_is_decided_anew_and_the_rest_stays() -> None:
    decider = a_decider("listed:")

    again = decider.again(OWED)
    assert again.bodies == bodies("listed: 3520112345671 ur")
    assert again.kind == "listed"
    for kind in ("unreadable", "over_limit"):
        for language in ("ur", "en"):
            owed = OWED._replace(kind=kind, language=language)
            word = kind.split("_")[0]
            assert decider.again(owed).bodies == bodies(f"{word} {language}")
            assert decider.again(owed).kind == kind


def test_answers_of_several_parts_are_told_apart_by_their_digest() -> None:
    long, other = a_decider(LONG), a_decider(OTHER_LONG)

    assert long.again(OWED).digest == a_decider(LONG).again(OWED).digest
    assert long.again(OWED).digest != other.again(OWED).digest
    assert len(long.again(OWED).digest) == 8
    assert a_decider(SHORT).again(OWED).digest == b""


# Statuses, rate and validity


@pytest.mark.parametrize(
    ("status", "temporary"),
    [
        (pdu.ESME_RSYSERR, True),
        (pdu.ESME_RMSGQFUL, True),
        (pdu.ESME_RTHROTTLED, True),
        (pdu.ESME_RX_T_APPN, True),
        (0x400, True),
        (0x4FF, True),
        (0xFFFFFFFF, True),
        (0x3FF, False),
        (0x01, False),
        (0x0A, False),
        (0x0B, False),
        (0x45, False),
        (0x65, False),
        (0xFF, False),
    ],
)
def test_which_answers_mean_later(status: int, temporary: bool) -> None:
    assert pdu.is_temporary(status) is temporary


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "000000000001000R"),
        (0, "000000000001000R"),
        (59, "000000000059000R"),
        (60, "000000000100000R"),
        (21600, "000000060000000R"),
        (86399, "000000235959000R"),
        (86400, "000001000000000R"),
        (30 * 86400, "000030000000000R"),
    ],
)
def test_a_validity_is_written_in_the_relative_form(seconds: int, text: str) -> None:
    assert relative_time(seconds) == text
    assert len(text) == 16


@given(st.floats(0.5, 5000), st.lists(st.floats(0.0001, 2.0), min_size=1, max_size=200))
def test_a_rate_is_never_exceeded_over_any_span(per_second: float, waits: list[float]) -> None:
    rate, now, sent = Rate(per_second, 0.0), 0.0, []
    for wait in waits:
        now += wait
        for _ in range(rate.available(now) or 0):
            rate.spend()
            sent.append(now)

    depth = max(1.0, per_second / 100)
    for first in range(0, len(sent), max(1, len(sent) // 20)):
        for last in range(first, len(sent), max(1, len(sent) // 20)):
            span = sent[last] - sent[first]
            assert last - first + 1 <= depth + span * per_second + 1e-6


@given(st.floats(0.5, 5000))
def test_after_the_wait_one_may_go(per_second: float) -> None:
    rate, now = Rate(per_second, 0.0), 0.0
    for _ in range(20):
        while rate.available(now):
            rate.spend()
        now += rate.wait() * (1 + 1e-9)
        assert rate.available(now)


def test_without_a_rate_there_is_no_cap() -> None:
    assert Rate(0.0, 0.0).available(1e9) is None
