"""A reply that waits: for its operator, for an answer, for the end of its validity."""

from functools import partial

import pytest
from scenes import (
    LISTED,
    NO_RECORD,
    QUASHED,
    UNLISTED,
    a_running_world,
    always,
    has_arrived,
    has_taken_a_part,
)
from world import OK, an_smsc

from nsor.sms.smpp import pdu

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


@pytest.mark.parametrize(("seconds", "again"), [(4.9, False), (5.1, True)])
def test_five_seconds_are_the_edge_of_having_waited(seconds: float, again: bool) -> None:
    world = a_running_world()
    world.check(LISTED)
    world.until(lambda: has_arrived(world, 1))
    world.wire().stall(seconds)
    world.register.silence(LISTED)

    world.settle()

    (told,) = world.read()
    assert (told == QUASHED) is again
    assert told.startswith("خبردار") is not again


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


def test_a_rate_is_held_and_nothing_waits_longer_than_it_asks() -> None:
    world = a_running_world(smscs=(an_smsc(rate=2.0),))
    for n in range(8):
        world.check(UNLISTED, f"92300000000{n}")

    world.settle(within=4.5)

    sent = [one.at for one in world.tap.submits]
    assert len(sent) == 8
    spans = [later - earlier for earlier, later in zip(sent, sent[2:], strict=False)]
    assert min(spans) >= 0.99
