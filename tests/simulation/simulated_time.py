"""Time that passes only when a test lets it: an event heap behind the ``Clock`` seam.

Rules that hold here: callbacks run in the order of their times, and of their asking where the
times are the same; nothing sleeps; a process that has crashed is never called back.
"""

import heapq
from collections.abc import Callable
from random import Random

from nsor.sms.seams import Timer

STARTS_AT = 1_790_000_000.0  # 2026-09-21 18:13:20 in Karachi


class SimulatedTimer:
    """A callback that waits for its time."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """See ``Timer``."""
        self.callback = None


class SimulatedTime:
    """The world's time (a ``Clock``)."""

    def __init__(self, starts_at: float = STARTS_AT) -> None:
        self._starts_at = starts_at
        self._now = 0.0
        self._asked = 0
        self._heap: list[tuple[float, int, SimulatedTimer]] = []

    def time(self) -> float:
        """See ``Clock``."""
        return self._starts_at + self._now

    def monotonic(self) -> float:
        """See ``Clock``."""
        return self._now

    def set_clock(self, by: float) -> None:
        """Set the clock on the wall, back where ``by`` is negative; no time passes."""
        self._starts_at += by

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """See ``Clock``."""
        return self.call_at(self._now + max(0.0, delay), callback)

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call back at a time of ``monotonic``."""
        timer = SimulatedTimer(callback)
        self._asked += 1
        heapq.heappush(self._heap, (max(when, self._now), self._asked, timer))
        return timer

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self._now + seconds
        while self._heap and self._heap[0][0] <= end:
            self._step()
        self._now = end

    def run_until(self, condition: Callable[[], bool], within: float) -> bool:
        """Let time pass until ``condition`` holds, looked at after each event; tells if it does."""
        end = self._now + within
        while not condition():
            if not self._heap or self._heap[0][0] > end:
                self._now = end
                return condition()
            self._step()
        return True

    def _step(self) -> None:
        when, _, timer = heapq.heappop(self._heap)
        self._now = when
        if timer.callback is not None:
            timer.callback()


class ProcessClock:
    """The clock of one process: after ``die`` nothing of it is called any more."""

    def __init__(self, time: SimulatedTime) -> None:
        self._time = time
        self._alive = True
        self.time = time.time
        self.monotonic = time.monotonic

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """See ``Clock``."""
        return self._time.call_later(delay, lambda: callback() if self._alive else None)

    def die(self) -> None:
        """End the process."""
        self._alive = False


class SimulatedRandomness:
    """The ``Randomness`` seam under a seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.uniform = random.uniform

    def token_bytes(self, count: int) -> bytes:
        """See ``Randomness``."""
        return self._random.randbytes(count)
