"""Limits, by example and against a model that counts in plain lists."""

import random
from collections import Counter, defaultdict

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from nsor.sms import limits as limits_module
from nsor.sms.limits import Limits
from nsor.sms.outbox.interface import Notice
from nsor.sms.periods import Periods

HOUR, DAY = 3600.0, 86400.0
NOW = 1_790_000_000.0
ALI, SANA = "923001234567", "923007654321"


class SeededRandomness:
    """The ``Randomness`` seam."""

    def __init__(self) -> None:
        self._random = random.Random(0)
        self.uniform = self._random.uniform

    def token_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)


def some_limits(daily: int = 2) -> Limits:
    return Limits(daily, Periods(SeededRandomness(), {}))


def check(limits: Limits, subscriber: str, now: float = NOW) -> bool:
    """Ask for a check as the gateway does; tells whether it is looked up."""
    sender = limits.sender(subscriber, now)
    return limits.admits(sender) and limits.count(sender)


def test_a_sender_has_its_checks_and_no_more() -> None:
    limits = some_limits()

    assert [check(limits, ALI) for _ in range(4)] == [True, True, False, False]
    assert check(limits, SANA)


def test_without_a_limit_nothing_is_counted() -> None:
    limits = some_limits(0)
    sender = limits.sender(ALI, NOW)

    assert limits.off
    assert limits.admits(sender)
    assert not limits.count(sender)


def test_what_is_taken_back_was_never_counted() -> None:
    limits = some_limits()
    check(limits, ALI)
    check(limits, ALI)
    sender = limits.sender(ALI, NOW)

    limits.take_back(limits.counted_period, [sender])

    assert check(limits, ALI)
    assert not check(limits, ALI)


def test_yesterdays_counts_are_taken_back_from_nobody() -> None:
    limits = some_limits()
    yesterday = limits.sender(ALI, NOW)
    limits.count(yesterday)
    period = limits.counted_period
    today = limits.sender(ALI, NOW + DAY)
    limits.count(today)

    limits.take_back(period, [yesterday, today])

    assert limits.counted_period != period
    assert check(limits, ALI, NOW + DAY)
    assert not check(limits, ALI, NOW + DAY)


def test_over_the_limit_is_said_once_in_any_sixty_minutes() -> None:
    limits = some_limits()

    assert limits.notice("over_limit", ALI, NOW)
    assert limits.notice("over_limit", ALI, NOW + HOUR - 0.001) is None
    assert limits.notice("over_limit", SANA, NOW + 1)
    assert limits.notice("over_limit", ALI, NOW + HOUR)


def test_unreadable_is_said_five_times_in_any_sixty_minutes_of_its_own() -> None:
    limits = some_limits()
    assert limits.notice("over_limit", ALI, NOW)

    for n in range(5):
        assert limits.notice("unreadable", ALI, NOW + n * 600)
    assert limits.notice("unreadable", ALI, NOW + 3599) is None
    assert limits.notice("unreadable", ALI, NOW + 3600)
    assert limits.notice("unreadable", ALI, NOW + 3601) is None


def test_a_notice_that_is_taken_back_may_be_said_again() -> None:
    limits = some_limits()
    notice = limits.notice("over_limit", ALI, NOW)
    assert notice is not None

    limits.take_back_notice(notice)
    limits.take_back_notice(notice)

    assert limits.notice("over_limit", ALI, NOW)


def test_a_restart_keeps_counts_and_notices() -> None:
    periods = Periods(SeededRandomness(), {})
    limits = Limits(2, periods)
    sender = limits.sender(ALI, NOW)
    limits.count(sender)
    notice = limits.notice("over_limit", ALI, NOW)
    assert notice is not None

    again = Limits(2, Periods(SeededRandomness(), periods.take_new()))
    again.restore(
        {limits.counted_period: {sender: 1}, "day:1999-01-01": {sender: 9}}, [notice], NOW
    )

    assert check(again, ALI)
    assert not check(again, ALI)
    assert again.notice("over_limit", ALI, NOW + 60) is None


def test_notices_of_periods_that_are_over_are_forgotten() -> None:
    limits = some_limits()
    notice = limits.notice("over_limit", ALI, NOW)
    assert notice is not None

    limits.forget([])
    assert limits.notice("over_limit", ALI, NOW) is None
    limits.forget([notice.period])
    assert limits.notice("over_limit", ALI, NOW)


def test_where_no_further_sender_can_be_counted_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits_module, "MOST_SENDERS", 2)
    limits = some_limits()

    assert check(limits, ALI)
    assert not limits.full
    assert check(limits, SANA)
    assert limits.full
    limits.sender(ALI, NOW + DAY)
    assert not limits.full


class LimitsAgainstLists(RuleBasedStateMachine):
    """The model keeps every time at which something was admitted, and looks at them all."""

    @initialize(daily=st.integers(1, 4))
    def begin(self, daily: int) -> None:
        self.periods = Periods(SeededRandomness(), {})
        self.limits = Limits(daily, self.periods)
        self.daily = daily
        self.now = NOW
        self.keys: dict[str, bytes] = {}
        self.checks: defaultdict[str, list[float]] = defaultdict(list)
        self.durable: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.said: defaultdict[tuple[str, str], list[Notice]] = defaultdict(list)

    @rule(seconds=st.one_of(st.floats(0, 120), st.floats(0, 2 * HOUR), st.just(DAY)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        over = self.periods.retire(self.now)
        self.limits.forget(over)
        for period in over:
            self.durable.pop(period, None)
            self.keys.pop(period, None)

    @rule(who=st.sampled_from((ALI, SANA)), kept=st.booleans())
    def asks(self, who: str, kept: bool) -> None:
        today = [at for at in self.checks[who] if _day(at) == _day(self.now)]
        sender = self.limits.sender(who, self.now)

        admitted = self.limits.admits(sender)

        assert admitted == (len(today) < self.daily)
        if not admitted:
            return
        assert self.limits.count(sender)
        if kept:
            self.checks[who].append(self.now)
            self.durable[self.limits.counted_period][sender] += 1
        else:
            self.limits.take_back(self.limits.counted_period, [sender])

    @rule(
        who=st.sampled_from((ALI, SANA)),
        kind=st.sampled_from(("over_limit", "unreadable")),
        kept=st.booleans(),
    )
    def is_told(self, who: str, kind: str, kept: bool) -> None:
        most = {"over_limit": 1, "unreadable": 5}[kind]
        recent = [one for one in self.said[who, kind] if one.at > self.now - HOUR]

        notice = self.limits.notice(kind, who, self.now)  # type: ignore[arg-type]

        assert (notice is not None) == (len(recent) < most)
        if notice is None:
            return
        if kept:
            self.said[who, kind].append(notice)
        else:
            self.limits.take_back_notice(notice)

    @rule()
    @precondition(lambda self: hasattr(self, "limits"))
    def restarts(self) -> None:
        self.keys |= self.periods.take_new()
        self.periods = Periods(SeededRandomness(), self.keys)
        self.limits = Limits(self.daily, self.periods)
        notices = [one for told in self.said.values() for one in told if one.period in self.keys]
        counted = {period: dict(counts) for period, counts in self.durable.items()}
        self.limits.restore(counted, notices, self.now)


def _day(at: float) -> float:
    return (at + 5 * HOUR) // DAY


TestLimitsAgainstLists = LimitsAgainstLists.TestCase
TestLimitsAgainstLists.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
