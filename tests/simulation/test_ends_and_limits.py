"""How connections and the gateway itself end, and what happens where a bound is reached."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from citizens import Question, a_long_text, a_text
from scenes import (
    LISTED,
    NO_RECORD,
    SENDER,
    TO_MIDNIGHT,
    UNLISTED,
    a_running_world,
    always,
    has_arrived,
)
from simulated_time import STARTS_AT
from world import OK, World, an_smsc

from nsor.disclosure import wording
from nsor.keyring import KeyRing
from nsor.sms import gateway as gateway_module
from nsor.sms import limits, link, operators
from nsor.sms.gateway import ABORT_PATIENCE, STOP_PATIENCE
from nsor.sms.metrics import GatewayCollector, exposition
from nsor.sms.outbox.sqlite import SqliteStore
from nsor.sms.smpp import pdu

DAY = 86400.0


def a_slow_store(world: World, seconds: float) -> None:
    """Let the commits that begin now take ``seconds`` at least."""
    world.outbox.slow_until = world.time.monotonic() + 60
    world.outbox.slowness = seconds / 0.2


def a_bind(world: World) -> float:
    """Wait for the gateway to be bound; returns when it is."""
    gateway = world.gateway
    assert gateway is not None
    world.until(lambda: gateway.bound, within=120)
    return world.time.monotonic()


def counted(world: World) -> int:
    """Return how many checks the store has counted."""
    return sum(sum(senders.values()) for senders in world.store.recover().counted.values())


# Connections


def test_a_peer_that_unbinds_while_the_store_is_slow_makes_one_text_no_two() -> None:
    world = a_running_world()
    a_slow_store(world, link.UNBIND_PATIENCE + 2)
    world.check(UNLISTED)
    world.until(partial(has_arrived, world, 1))

    world.centres["jazz"].centre.connections[0].unbind()
    world.settle(within=120)

    (first, again) = world.tap.arrivals
    assert first.wire is not again.wire
    assert first.status is None
    assert first.wire.number not in world.tap.unbound
    assert world.total("again") == {"jazz": 1}
    assert world.read() == [NO_RECORD]
    assert counted(world) == 1


def test_a_centre_that_takes_a_bind_only_to_drop_it_is_asked_ever_less_often() -> None:
    world = a_running_world()
    waits = []
    for _ in range(10):
        dropped = world.time.monotonic()
        world.wire().drop(0, 0)
        world.run(0.05)
        waits.append(a_bind(world) - dropped)
    longest = link.FIRST_BACKOFF * 2**link.MOST_FAILURES_ONCE_BOUND
    assert longest / 2 <= waits[-1] < longest + 1
    assert sum(waits[:3]) < 5

    world.run(link.STEADY_AFTER + 1)
    dropped = world.time.monotonic()
    world.wire().drop(0, 0)
    world.run(0.05)

    assert a_bind(world) - dropped < 2 * link.FIRST_BACKOFF


def test_a_link_that_flaps_does_not_use_up_the_attempts_at_once() -> None:
    world = a_running_world(smscs=(an_smsc(binds=5),))
    world.run(1)
    world.centres["jazz"].mood = always(None)
    world.tap.on_submit = lambda submit: submit.wire.drop(0.001, 0.001)
    world.check(UNLISTED)

    world.until(lambda: world.unknown == 1)

    first, second, third = (submit.at for submit in world.tap.submits)
    assert second - first >= operators.FIRST_BACKOFF / 2
    assert third - second >= operators.FIRST_BACKOFF


def test_two_entries_for_one_address_are_told_apart() -> None:
    world = a_running_world(smscs=(an_smsc(window=4), an_smsc(window=8, binds=2)))
    gateway = world.gateway
    assert gateway is not None
    world.run(1)

    text = exposition(GatewayCollector(gateway.figures, gateway.gauges)).decode()

    samples = [line.rsplit(" ", 1)[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(set(samples)) == len(samples)
    assert len({one.name for one in gateway.links}) == len(gateway.links) == 3
    assert sum(one.startswith("nsor_bind_up{") for one in samples) == 3
    reconnects = [one for one in samples if one.startswith("nsor_bind_reconnects_total")]
    assert reconnects == ['nsor_bind_reconnects_total{operator="jazz"}']


def test_a_window_that_is_throttled_pauses_its_operator_once() -> None:
    world = a_running_world(centre_window=16)
    senders = [f"9230000000{n:02d}" for n in range(16)]
    refusals = iter([pdu.ESME_RTHROTTLED] * 16)
    world.centres["jazz"].mood = lambda message: next(refusals, OK)
    for sender in senders:
        world.check(UNLISTED, sender)

    # As many pauses as refusals would be seconds.
    world.until(lambda: all(world.read(sender) for sender in senders), within=1.5)

    assert world.total("throttled") == {"jazz": 16}


# The end of the gateway


def test_an_attempt_that_the_end_cut_off_is_counted_over_the_restart() -> None:
    world = a_running_world()
    world.centres["jazz"].mood = always(None)
    world.check(UNLISTED)
    for life in (1, 2, 3):
        world.until(lambda sent=life: len(world.tap.submits) == sent)  # type: ignore[misc]
        world.stop()
        assert bool(world.store.recover().owed) is (life < 3)
        world.boot()
    world.run(60)

    assert len(world.tap.submits) == 3
    assert world.unknown == 1


@pytest.mark.parametrize("asked_before_the_end", [True, False])
def test_a_store_that_hangs_holds_up_the_end_no_longer_than_agreed(
    asked_before_the_end: bool,
) -> None:
    world = a_running_world()
    gateway = world.gateway
    assert gateway is not None
    a_slow_store(world, 10_000)
    if asked_before_the_end:
        world.check(UNLISTED)
        world.until(partial(has_arrived, world, 1))

    ended: list[bool] = []
    gateway.stop(lambda: ended.append(True))
    world.run(STOP_PATIENCE + ABORT_PATIENCE)
    assert ended == [True]

    world.crash()
    world.check(UNLISTED)
    world.boot()
    world.settle()
    assert set(world.read()) == {NO_RECORD}
    assert len(world.read()) == 1 + asked_before_the_end


# Bounds


def test_where_no_further_sender_can_be_counted_all_wait_for_midnight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_SENDERS", 2)
    world = a_running_world(starts_at=STARTS_AT + TO_MIDNIGHT - 60)
    gateway = world.gateway
    assert gateway is not None
    for sender in ("923000000001", "923000000002"):
        world.check(UNLISTED, sender)
        world.run(1)
    world.check(UNLISTED)
    world.run(50)
    assert world.read() == []
    assert {one.status for one in world.tap.arrivals[2:]} == {pdu.ESME_RX_T_APPN}
    assert gateway.refuses_for_want_of_room

    world.run(10)
    world.settle()

    assert world.read() == [NO_RECORD]
    assert not gateway.refuses_for_want_of_room


def a_repeat_over_the_limit(world: World, number: int) -> None:
    """Have one citizen, who was told so, ask once more."""
    world.check(f"61101{number:07d}1")


def a_lone_part(world: World, number: int) -> None:
    """Have another citizen send the first of two parts."""
    coding, bodies = a_long_text(f"EN {UNLISTED} please", 7, 2)
    sender = f"9230000001{number:02d}"
    world.ask(Question("jazz", sender, "incomplete", "en", UNLISTED, bodies[:1], coding, 0.0))


@pytest.mark.parametrize("asks", [a_repeat_over_the_limit, a_lone_part])
def test_whatever_waits_for_a_commit_is_bounded_though_no_reply_is_owed_for_it(
    asks: Callable[[World, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_module, "MOST_UNCOMMITTED", 5)
    world = a_running_world(daily_limit=1, centre_window=20)
    for number in range(2):
        a_repeat_over_the_limit(world, number)
        world.run(1)
    a_slow_store(world, 5)
    for number in range(2, 12):
        asks(world, number)
        world.run(0.05)

    statuses = [one.status for one in world.tap.arrivals[2:]]

    assert statuses == [None] * 5 + [pdu.ESME_RMSGQFUL] * 5


# Senders


@pytest.mark.parametrize("sender", [SENDER, f"+{SENDER}", "03001234567"])
def test_the_service_never_answers_itself(sender: str) -> None:
    world = World()
    world.config = replace(world.config, short_code=SENDER)
    world.register.list_person(LISTED)
    world.boot()
    coding, bodies = a_text(LISTED)

    world.ask(Question("jazz", sender, "check", "ur", LISTED, bodies, coding, 0.0))
    world.until(partial(has_arrived, world, 1))
    world.run(5)

    assert world.tap.arrivals[0].status == OK
    assert world.owed == []


# Clocks


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A real store: which rows a key may have is its word."""
    made = SqliteStore(tmp_path / "outbox.sqlite3", KeyRing({"1": b"k" * 32}, "1"), b"0" * 16)
    yield made
    made.close()


@pytest.mark.parametrize("slow", [0.0, 3.0])
def test_a_clock_that_was_days_ahead_for_a_moment_leaves_each_day_its_limit(
    slow: float, store: SqliteStore
) -> None:
    world = a_running_world(daily_limit=1, store=store)
    world.check(UNLISTED)
    world.settle()
    world.run(1)
    if slow:  # what the jump there and the jump back ask of the store comes in one commit
        a_slow_store(world, slow)
        world.check(UNLISTED, "923000000001")
        world.until(partial(has_arrived, world, 2))
    world.time.set_clock(3 * DAY)
    world.run(1.5)
    world.time.set_clock(-3 * DAY)

    said = []
    for day in range(3):
        for again in (False, True):
            told = len(world.read())
            world.check(f"61101000{day}{again:d}011")
            world.until(lambda before=told: len(world.read()) > before)  # type: ignore[misc]
            said.append(world.read()[-1] == wording.over_limit("ur"))
            world.settle()
            world.crash()
            world.boot()
        world.run(DAY)

    assert said == [False, True] * 3
