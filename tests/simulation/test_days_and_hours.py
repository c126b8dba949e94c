"""Promises that take minutes, hours or days to keep, one at a time."""

from functools import partial

from citizens import Question, a_long_text
from scenes import (
    LISTED,
    NO_RECORD,
    SENDER,
    TO_MIDNIGHT,
    UNLISTED,
    a_long_question,
    a_running_world,
    always,
    has_arrived,
)
from simulated_time import STARTS_AT
from world import OK, an_smsc

from nsor.disclosure import wording
from nsor.sms.smpp import pdu

# Days and hours


def test_a_day_of_limits_ends_at_midnight_in_karachi() -> None:
    world = a_running_world(daily_limit=2, starts_at=STARTS_AT + TO_MIDNIGHT - 600)
    numbers = [f"61101{n:07d}1" for n in range(4)]
    for number in numbers[:3]:
        world.check(number)
        world.run(1)
    assert world.read() == [
        wording.not_listed("ur", numbers[0]),
        wording.not_listed("ur", numbers[1]),
        wording.over_limit("ur"),
    ]
    yesterday = {key for key in world.store.recover().keys if key.startswith("day:")}

    world.run(590)
    world.check(numbers[2])
    world.settle()
    assert len(world.read()) == 3, "the hour in which nothing more is said is not over"
    world.run(15)
    world.check(numbers[3])
    world.until(lambda: len(world.read()) == 4)

    assert world.read()[3] == wording.not_listed("ur", numbers[3])
    held = world.store.recover()
    assert yesterday.isdisjoint(held.keys)
    assert yesterday.isdisjoint(held.counted)


def test_a_day_ends_without_any_traffic_too() -> None:
    world = a_running_world(starts_at=STARTS_AT + TO_MIDNIGHT - 600)
    world.check(UNLISTED)
    world.run(590)
    assert [key for key in world.store.recover().keys if key.startswith("day:")]

    world.run(12)

    assert not [key for key in world.store.recover().counted if key.startswith("day:2026-09-21")]


def test_a_store_that_fails_at_midnight_forgets_the_day_when_it_can() -> None:
    world = a_running_world(starts_at=STARTS_AT + TO_MIDNIGHT - 600)
    world.check(UNLISTED)
    world.run(597)
    (yesterday,) = [key for key in world.store.recover().keys if key.startswith("day:")]
    world.outbox.failing_until = world.time.monotonic() + 30

    world.run(60)

    held = world.store.recover()
    assert yesterday not in held.keys
    assert yesterday not in held.counted


def test_an_hours_key_lives_for_one_more_hour() -> None:
    world = a_running_world()
    hour = int(world.time.time() // 3600)
    world.check("salaam", text="salaam")
    world.until(lambda: bool(world.read()))
    ends = (hour + 1) * 3600 - world.time.time()

    world.run(ends + 3590)
    assert f"hour:{hour}" in world.store.recover().keys
    world.run(15)

    held = world.store.recover()
    assert f"hour:{hour}" not in held.keys
    assert held.notices == []


def test_a_restart_keeps_what_was_counted() -> None:
    world = a_running_world(daily_limit=2)
    for n in range(2):
        world.check(f"61101{n:07d}1")
        world.run(1)
    world.crash()
    world.run(200)
    world.boot()

    world.check("6110100000091")
    world.until(lambda: len(world.read()) == 3)

    assert world.read()[2] == wording.over_limit("ur")


def test_a_key_whose_first_commit_failed_is_kept_by_the_next() -> None:
    world = a_running_world(daily_limit=1)
    world.outbox.failing_until = world.time.monotonic() + 3
    world.outbox.failure_rate = 1.0
    world.check("6110100000001")
    world.settle()
    world.crash()
    world.boot()

    world.check("6110100000011")
    world.until(lambda: len(world.read()) == 2)

    assert world.read()[1] == wording.over_limit("ur")


def test_any_sixty_minutes_count_across_the_hour_and_a_crash() -> None:
    world = a_running_world()
    for n in range(5):
        world.check("", text=f"salaam {n}")
        world.run(1)
    assert len(world.read()) == 5
    world.crash()
    world.run(1800)
    world.boot()
    world.check("", text="salaam 5")
    world.run(5)
    assert len(world.read()) == 5

    world.run(1800)
    world.check("", text="salaam 6")
    world.until(lambda: len(world.read()) == 6)


def test_days_pass_and_leave_nothing_behind() -> None:
    world = a_running_world(smscs=(an_smsc(enquire_link=3600.0),), reply_validity=3600)
    senders = [f"9230000000{n:02d}" for n in range(12)]
    for sender in senders:
        world.check(UNLISTED, sender)
        world.check("", sender, text="salaam")
        world.run(6 * 3600)
        world.wire().drop(0, 0)
        world.run(60)
    world.check(UNLISTED, "923000000099")
    world.settle()
    world.run(300)
    world.check(UNLISTED, "923000000098")
    world.settle()

    held = world.store.recover()
    assert len(held.keys) <= 3, "today, this hour, and the one before"
    assert (held.ended, held.notices, held.parts, held.owed) == ([], [], [], [])
    assert len(held.connections) == 1
    assert sum(len(entries) for _, entries in held.seen) == 1
    assert len(held.sent) <= 2 * 6 + 2, "what became of a part is known for a day"
    assert all(len(world.read(sender)) == 2 for sender in senders)


# Parts that never come


def test_a_message_that_never_becomes_whole_is_unreadable_once() -> None:
    world = a_running_world()
    a_long_question(world, sent=1)

    world.run(58)
    assert world.read() == []
    world.run(10)

    assert world.read() == [wording.unreadable("en", "7000")]
    world.run(600)
    assert len(world.read()) == 1
    assert world.store.recover().parts == []


def test_a_part_is_waited_for_across_a_crash() -> None:
    world = a_running_world()
    question = a_long_question(world, sent=1)
    world.until(lambda: question.is_taken)
    world.run(30)
    world.crash()
    world.run(300)
    world.boot()

    world.run(55)
    assert world.read() == [], "it waits a whole time again"
    world.run(10)
    assert world.read() == [wording.unreadable("en", "7000")]


def test_the_last_part_may_come_after_a_crash() -> None:
    world = a_running_world()
    question = a_long_question(world, sent=1)
    world.until(lambda: question.is_taken)
    world.crash()
    world.boot()
    coding, bodies = a_long_text(f"EN {UNLISTED} please", 7, 2)
    world.ask(Question("jazz", SENDER, "check", "en", UNLISTED, bodies[1:], coding, 0.0))

    world.settle()

    assert world.read() == [wording.not_listed("en", UNLISTED)]
    world.run(200)
    assert len(world.read()) == 1


def test_parts_that_were_refused_leave_nothing_behind() -> None:
    """A store that fails between two parts makes neither of them unreadable."""
    for seed in range(40):
        world = a_running_world(seed=seed, part_timeout=5.0, centre_window=1 + seed % 3)
        world.outbox.failing_until = world.time.monotonic() + 0.5 + seed % 8
        a_long_question(world)
        world.settle(within=60)
        world.run(60)

        assert world.read() == [wording.not_listed("en", UNLISTED)], seed
        assert world.store.recover().parts == []


# The feed


def test_a_stale_feed_silences_no_record_but_no_warning() -> None:
    world = a_running_world()
    world.register.feed_down()
    world.run(299)
    world.check(UNLISTED, "923000000001")
    world.run(5)
    world.check(UNLISTED, "923000000002")
    world.check(LISTED, "923000000003")
    world.settle()

    assert world.read("923000000001") == [NO_RECORD]
    assert world.read("923000000002") == [wording.unavailable("ur")]
    assert world.read("923000000003")[0].startswith("خبردار")


def test_after_a_day_without_the_feed_nothing_is_answered_and_nothing_counted() -> None:
    world = a_running_world(daily_limit=1)
    world.register.feed_down()
    world.run(24 * 3600 + 1)
    for _ in range(3):
        world.check(LISTED)
        world.run(1)
    assert world.read() == [wording.unavailable("ur")] * 3

    world.register.feed_up()
    world.check(LISTED)
    world.settle()

    assert world.read()[3].startswith("خبردار")


def test_a_waiting_unavailable_becomes_an_answer_and_is_counted_once() -> None:
    world = a_running_world(daily_limit=1)
    world.register.feed_down()
    world.run(400)
    world.centres["jazz"].mood = always(pdu.ESME_RSYSERR)
    world.check(UNLISTED)
    world.run(6)
    world.register.feed_up()
    world.run(30)
    world.crash()
    world.boot()
    world.centres["jazz"].mood = always(OK)
    world.settle()

    assert world.read() == [NO_RECORD]
    counted = world.store.recover().counted
    assert [sum(senders.values()) for senders in counted.values()] == [1]


def test_a_waiting_unavailable_is_counted_though_the_store_fails_as_it_goes() -> None:
    world = a_running_world(daily_limit=1)
    world.register.feed_down()
    world.run(400)
    world.centres["jazz"].mood = always(pdu.ESME_RSYSERR)
    world.check(UNLISTED)
    world.run(6)
    world.register.feed_up()
    world.outbox.failing_until = world.time.monotonic() + 40
    world.outbox.failure_rate = 1.0
    world.centres["jazz"].mood = always(OK)
    world.run(60)
    assert world.read() == [NO_RECORD]

    world.check("6110100000011")
    world.settle()

    assert world.read() == [NO_RECORD, wording.over_limit("ur")]


def test_after_a_crash_an_unavailable_one_is_not_looked_up_over_the_limit() -> None:
    world = a_running_world(daily_limit=1)
    world.register.feed_down()
    world.run(400)
    world.centres["jazz"].mood = always(pdu.ESME_RSYSERR)
    for n in range(3):
        world.check(f"61101{n:07d}1")
    world.run(3)
    world.crash()
    world.register.feed_up()
    world.boot()
    world.centres["jazz"].mood = always(OK)
    world.settle()

    assert sum(text != wording.unavailable("ur") for text in world.read()) == 1
    assert len(world.read()) == 3


# The network


def test_a_peer_that_falls_silent_is_found_out_and_bound_again() -> None:
    world = a_running_world(smscs=(an_smsc(enquire_link=5.0),))
    world.wire().fall_silent(patience=30)
    world.check(UNLISTED)

    world.until(lambda: bool(world.read()), within=60)

    assert world.read() == [NO_RECORD]


def test_a_copy_that_overtakes_the_commit_of_its_original_is_the_same_message() -> None:
    """The disk stalls, the centre loses patience and delivers on another bind."""
    for failing in (False, True):
        world = a_running_world(smscs=(an_smsc(binds=2),))
        world.outbox.slow_until, world.outbox.slowness = world.time.monotonic() + 1, 8.0
        world.check(UNLISTED)
        world.until(partial(has_arrived, world, 1))
        world.tap.arrivals[0].wire.drop(0, 0.1)
        world.until(partial(has_arrived, world, 2))
        if failing:
            world.outbox.failing_until = world.time.monotonic() + 9
        world.settle()

        assert world.read() == [NO_RECORD]
        assert len(world.owed) == 1


def test_a_loss_is_known_after_a_restart_though_the_store_failed_at_that_moment() -> None:
    world = a_running_world(smscs=(an_smsc("jazz"), an_smsc("zong")))
    world.run(1)
    world.check(UNLISTED)
    world.until(lambda: bool(world.owed))
    world.network.refuse("jazz", 60)
    world.wire("jazz").broken = True  # the acknowledgement is on its way, and never arrives
    world.outbox.failing_until = world.time.monotonic() + 5
    world.outbox.failure_rate = 1.0
    world.wire("jazz").drop(0.5, 0.5)
    world.run(50)
    world.check(LISTED, operator="zong")
    world.until(lambda: bool(world.read(operator="zong")))
    world.crash()
    world.boot()

    world.settle(within=120)

    assert world.read() == [NO_RECORD]
    assert [one.operator for _, _, one in world.owed] == ["jazz", "zong"]


def test_it_stops_within_ten_seconds_whatever_the_other_side_does() -> None:
    for trouble in ("none", "silent", "no answers", "slow store"):
        world = a_running_world(smscs=(an_smsc(binds=2), an_smsc("zong", bind="tx_rx")))
        world.check(LISTED)
        if trouble == "silent":
            world.wire().fall_silent(60)
        elif trouble == "no answers":
            world.centres["jazz"].mood = always(None)
        elif trouble == "slow store":
            world.outbox.slow_until, world.outbox.slowness = world.time.monotonic() + 60, 3.0
        world.run(0.5)

        world.stop()
        world.boot()
        world.centres["jazz"].mood = always(OK)
        world.settle(within=120)
        assert world.read(), trouble


def test_a_failing_store_is_asked_no_oftener_the_longer_it_fails() -> None:
    world = a_running_world()
    world.outbox.failing_until = world.time.monotonic() + 1000
    world.outbox.failure_rate = 1.0
    for n in range(20):
        world.check(UNLISTED, f"9230000000{n:02d}")
        world.run(0.05)
    world.run(1)
    world.network.refuse("jazz", 1000)
    world.wire().drop(0, 0)
    world.run(10)
    before = len(world.trace)

    world.run(100)

    failed = [line for line in world.trace[before:] if line.endswith("commit failed")]
    assert 90 <= len(failed) <= 210, "once a second, and once for housekeeping"
