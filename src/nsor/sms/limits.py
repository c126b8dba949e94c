"""How often a sender is answered.

``daily_limit`` checks a day (Asia/Karachi; 0: every limit off), then one "over the limit" in any
60 minutes; five "unreadable" in any 60 minutes. Rules that hold here: senders are known by keyed
hashes only; what is counted here is taken back by the caller where the commit that keeps it
fails; where no count can be kept (``full``), nothing may be answered.
"""

from collections import Counter
from typing import Final, Literal

from nsor.sms.outbox.interface import Notice
from nsor.sms.periods import HOUR, Periods

NoticeKind = Literal["over_limit", "unreadable"]

MOST_NOTICES: Final[dict[NoticeKind, int]] = {"over_limit": 1, "unreadable": 5}
# A bound on memory: about 100 octets a sender.
MOST_SENDERS: Final = 20_000_000


class Limits:
    """See the module. ``now``: seconds since 1970."""

    def __init__(self, daily_limit: int, periods: Periods) -> None:
        self._daily_limit = daily_limit
        self._periods = periods
        self._counted_period = ""
        self._counted: dict[int, int] = {}
        self._notices: dict[tuple[str, int], list[Notice]] = {}

    @property
    def full(self) -> bool:
        """Whether no further sender can be counted."""
        return len(self._counted) >= MOST_SENDERS

    def restore(
        self, counted: dict[str, dict[int, int]], notices: list[Notice], now: float
    ) -> None:
        """Take up what was durable before a restart."""
        period = self.roll(now)
        self._counted = Counter(counted.get(period, {}))
        for notice in notices:
            self._remember(notice)

    def sender(self, subscriber: str, now: float) -> int:
        """Return today's hash of a subscriber, for ``admits`` and ``count``."""
        day = self._periods.day(now)
        if day.period != self._counted_period:
            self.roll(now)
        return day.of(subscriber.encode())

    @property
    def counted_period(self) -> str:
        """The day whose hashes ``count`` takes."""
        return self._counted_period

    def admits(self, sender: int) -> bool:
        """Tell whether one more check may be looked up for this sender."""
        return self._daily_limit == 0 or self._counted.get(sender, 0) < self._daily_limit

    def count(self, sender: int) -> bool:
        """Count a check that the directory answered; tells whether counts are kept at all."""
        if self._daily_limit == 0:
            return False
        self._counted[sender] = self._counted.get(sender, 0) + 1
        return True

    def take_back(self, period: str, senders: list[int]) -> None:
        """Uncount checks whose commit failed."""
        if period != self._counted_period:
            return
        for sender in senders:
            left = self._counted.get(sender, 0) - 1
            if left > 0:
                self._counted[sender] = left
            else:
                self._counted.pop(sender, None)

    def notice(self, kind: NoticeKind, subscriber: str, now: float) -> Notice | None:
        """Return the notice to keep where one more reply of this kind may be owed, or None.

        Not to be called where every limit is off.
        """
        data = subscriber.encode()
        current = self._periods.hour(now)
        known = list(self._notices.get((current.period, current.of(data)), ()))
        before = self._periods.hour_before(now)
        if before is not None:
            known += self._notices.get((before.period, before.of(data)), ())
        recent = sum(1 for one in known if one.kind == kind and one.at > now - HOUR)
        if recent >= MOST_NOTICES[kind]:
            return None
        notice = Notice(current.period, current.of(data), now, kind)
        self._remember(notice)
        return notice

    @property
    def off(self) -> bool:
        """Whether every limit is off."""
        return self._daily_limit == 0

    def take_back_notice(self, notice: Notice) -> None:
        """Forget a notice whose commit failed."""
        known = self._notices.get((notice.period, notice.sender), [])
        if notice in known:
            known.remove(notice)

    def forget(self, periods: list[str]) -> None:
        """Drop the notices of periods that are over."""
        if periods:
            self._notices = {k: v for k, v in self._notices.items() if k[0] not in periods}

    def _remember(self, notice: Notice) -> None:
        self._notices.setdefault((notice.period, notice.sender), []).append(notice)

    def roll(self, now: float) -> str:
        """Begin a new day where one has begun; returns its period."""
        period = self._periods.day(now).period
        if period != self._counted_period:
            self._counted_period = period
            self._counted = {}
        return period
