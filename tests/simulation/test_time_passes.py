"""Promises that take minutes, hours or days to keep, one at a time."""

from functools import partial

from citizens import Question, a_long_text
from simulated_time import STARTS_AT
from world import OK, Mood, World, an_smsc

from nsor.disclosure import wording
from nsor.sms.smpp import pdu

LISTED, UNLISTED = "3520112345671", "5440112345677"
SENDER = "923001234567"
TO_MIDNIGHT = 86400.0 - (STARTS_AT + 5 * 3600) % 86400.0
NO_RECORD = wording.not_listed("ur", UNLISTED)
QUASHED = wording.not_listed("ur", LISTED)


def a_running_world(**fields: object) -> World:
    """Build a world whose gateway is bound, with one person listed."""
    world = World(**fields)  # type: ignore[arg-type]
    world.register.list_person(LISTED)
    gateway = world.boot()
    world.until(lambda: gateway.bound)
    return world


def a_long_question(world: World, sent: int = 2) -> Question:
    """Have a citizen send ``sent`` of the two parts of a text."""
    coding, bodies = a_long_text(f"EN {UNLISTED} please", 7, 2)
    kind = "check" if sent == 2 else "incomplete"
    return world.ask(
        Question("jazz", SENDER, kind, "en", UNLISTED, bodies[:sent], coding, 0.0)  # type: ignore[arg-type]
    )


def always(status: int | None) -> Mood:
    """Return a mood that answers every submit alike."""
    return lambda message: status


def has_taken_a_part(world: World) -> bool:
    """Whether the operator's word on one part has come."""
    return world.total("parts").total() == 1


def has_arrived(world: World, times: int) -> bool:
    """Whether so many texts have reached the gateway."""
    return len(world.tap.arrivals) == times


# A reply that waits


def test_a_reply_of_an_operator_that_is_down_waits_for_it() -> None:
    world = a_running_world(smscs=(an_smsc("jazz"), an_smsc("zong")))
    world.network.refuse("zong", 3600)
    world.centres["zong"].mood = always(None)
    world.check(UNLISTED, operator="zong")
    world.until(lambda: world.total("received").total() == 1)
    world.wire("zong").drop(0, 0)
    world.centres["zong"].mood = always(OK)

    world.run(3500)
    assert world.gateway is not None
    assert world.gateway.figures.owed == 1
    world.check(UNLISTED)
    world.until(lambda: world.read() == [NO_RECORD])

    world.until(lambda: world.read(operator="zong") != [], within=200)
    assert world.read(operator="zong") == [NO_RECORD]
    world.settle()


def test_a_reply_that_waited_says_what_is_true_when_it_goes() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = always(pdu.ESME_RTHROTTLED)
    world.check(LISTED)
    world.run(3)
    world.register.silence(LISTED)
    world.run(3)

    world.centres["jazz"].mood = always(OK)
    world.settle()

    assert world.read() == [QUASHED]


def test_a_reply_that_did_not_wait_is_not_decided_again() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = always(pdu.ESME_RSYSERR)
    world.check(LISTED)
    world.run(2)
    world.register.silence(LISTED)

    world.centres["jazz"].mood = always(OK)
    world.settle()

    (told,) = world.read()
    assert told.startswith("خبردار")


def test_where_a_part_has_gone_and_the_answer_changed_the_new_one_goes_whole() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = lambda m: OK if m.short_message[5] == 1 else pdu.ESME_RSYSERR
    world.check(LISTED)
    world.run(4)
    (first,) = [one for one in world.tap.submits if one.status == OK]
    world.register.list_person(LISTED, words=5)
    world.run(4)

    world.centres["jazz"].mood = always(OK)
    world.settle()

    (told,) = world.read()
    assert told.count("فرضی5671") == 5
    whole = [one for one in world.tap.submits if one.status == OK][1:]
    assert {one.place[0] for one in whole}.isdisjoint({first.place[0]})
    assert [one.place[2] for one in whole] == list(range(1, whole[0].place[1] + 1))


def test_after_a_crash_the_new_answer_never_joins_a_part_of_the_old() -> None:
    """Whatever the references are: a part of the old answer lies on the handset."""
    for seed in range(300):
        world = a_running_world(seed=seed)
        world.centres["jazz"].mood = lambda m: OK if m.short_message[5] == 1 else pdu.ESME_RSYSERR
        world.check(LISTED)
        world.until(partial(has_taken_a_part, world))
        if seed % 2:
            world.run(1)  # else the word of the part that has gone dies with the process
        world.crash()
        world.register.list_person(LISTED, words=3)
        world.centres["jazz"].mood = always(OK)
        world.boot()
        world.settle()

        (told,) = world.read()
        assert told.count("فرضی5671") == 3, seed
        (gone, *others) = [one for one in world.tap.submits if one.status == OK]
        assert gone.place[0] not in {one.place[0] for one in others}, seed


def test_an_answer_that_changed_twice_around_a_crash_is_sent_whole() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = always(pdu.ESME_RSYSERR)
    world.check(LISTED)
    world.run(6)
    world.register.list_person(LISTED, words=3)
    world.centres["jazz"].mood = lambda m: OK if m.short_message[5] == 1 else pdu.ESME_RSYSERR
    world.run(30)
    world.crash()
    world.register.list_person(LISTED, words=2)  # what it said at first
    world.centres["jazz"].mood = always(OK)
    world.boot()
    world.settle()

    (told,) = world.read()
    assert told.count("فرضی5671") == 2


# Attempts and validity


def test_a_part_that_is_never_answered_is_unknown_after_three_attempts() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = always(None)
    world.check(UNLISTED)

    world.settle(within=120)

    assert len(world.tap.submits) == 3
    assert world.unknown == 1
    assert world.total("answered").total() == world.total("failed").total() == 0
    first, _, third = world.tap.submits
    assert 20 <= third.at - first.at <= 24


def test_one_part_is_retried_alone_under_its_reference() -> None:
    world = a_running_world()
    silent = iter([True, False])
    world.centres["jazz"].mood = lambda m: None if m.short_message[5] == 2 and next(silent) else OK
    world.check(LISTED)

    world.settle(within=60)

    assert [one.place[2] for one in world.tap.submits] == [1, 2, 2]
    assert len({one.place[0] for one in world.tap.submits}) == 1
    assert world.unknown == 0


def test_a_temporary_error_is_tried_again_until_the_validity_ends() -> None:
    for status in (pdu.ESME_RSYSERR, pdu.ESME_RX_T_APPN, 0x400, 0xFFFF):
        world = a_running_world(reply_validity=3600)
        world.centres["jazz"].mood = always(status)
        world.check(UNLISTED)

        world.run(3590)
        assert world.gateway is not None
        assert world.gateway.figures.owed == 1
        world.settle(within=60)

        assert world.total("failed") == {("jazz", "expired"): 1}
        assert world.unknown == 0
        assert 100 <= len(world.tap.submits) <= 250
        assert all(one.at < 3601 for one in world.tap.submits)


def test_a_temporary_error_is_no_attempt() -> None:
    world = a_running_world()
    answers = iter([None, 0x400, None, 0x400, 0x400, OK])
    world.centres["jazz"].mood = lambda m: next(answers)
    world.check(UNLISTED)

    world.settle(within=120)

    assert world.read()[-1] == NO_RECORD
    assert world.total("answered").total() == 1
    assert len(world.tap.submits) == 6


def test_a_permanent_error_ends_the_reply() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = always(pdu.ESME_RINVPARLEN)
    world.check(LISTED)

    world.settle()

    assert world.total("failed") == {("jazz", "0x000000c2"): 1}
    assert len(world.tap.submits) <= 2


def test_what_is_left_of_the_validity_is_told_to_the_operator() -> None:
    world = a_running_world(reply_validity=7200)
    world.centres["jazz"].mood = always(pdu.ESME_RSYSERR)
    world.check(UNLISTED)
    world.run(3600)

    first, last = world.tap.submits[0], world.tap.submits[-1]
    assert first.validity == "000000020000000R"
    left = 7200 - last.at
    hours, minutes, seconds = (int(last.validity[n : n + 2]) for n in (6, 8, 10))
    assert abs(hours * 3600 + minutes * 60 + seconds - left) < 2


def test_replies_that_nobody_could_take_expire_without_a_connection() -> None:
    world = a_running_world(reply_validity=600)
    world.centres["jazz"].mood = always(pdu.ESME_RTHROTTLED)
    for n in range(5):
        world.check(UNLISTED, f"92300000000{n}")
    world.run(5)
    world.network.refuse("jazz", 10_000)
    world.wire().drop(0, 0)

    world.run(700)

    assert world.total("failed") == {("jazz", "expired"): 5}
    assert world.store.recover().owed == []


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

    assert sum(text != wording.over_limit("ur") for text in world.read()) == 1
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


def test_a_failing_store_is_asked_again_once_a_second_and_no_more() -> None:
    world = a_running_world()
    world.outbox.failing_until = world.time.monotonic() + 1000
    for n in range(20):
        world.check(UNLISTED, f"9230000000{n:02d}")
    world.run(100)
    world.centres["jazz"].centre._waiting.clear()
    before = len([line for line in world.trace if "commit failed" in line])
    world.run(100)

    after = len([line for line in world.trace if "commit failed" in line])
    assert after - before <= 400
