"""The way back: the parts that wait for one operator, and the binds that they go out on.

Rules that hold here: a part goes out on any bind of its operator that has room, within the rate
of that bind's address; an answer that means "later" is no attempt and is tried again, with
backoff; one that never came was an attempt. What a part says, and whether it still goes, the
gateway decides just before (``prepare``). Nothing is written here; links are flushed by whoever
woke the gateway.
"""

from collections import deque
from collections.abc import Callable, Iterable
from math import ceil
from typing import Final, Protocol

from smpp34 import SubmitSm

from nsor.sms.link import Link
from nsor.sms.replies import Part
from nsor.sms.seams import Clock, Randomness, Timer

FIRST_BACKOFF: Final = 0.25
LONGEST_BACKOFF: Final = 30.0
FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 5.0
_UDH_INDICATOR: Final = 0x40


class Rate:
    """Submits a second on one address: a bucket of a hundredth of a second, 0 = no cap."""

    def __init__(self, per_second: float, now: float) -> None:
        self._per_second = per_second
        self._depth = max(1.0, per_second / 100)
        self._tokens = self._depth
        self._at = now

    def available(self, now: float) -> int | None:
        """Return how many may go now, or None where there is no cap."""
        if self._per_second == 0:
            return None
        self._tokens = min(self._depth, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        return int(self._tokens)

    def spend(self) -> None:
        """Count one that went."""
        self._tokens -= 1

    def wait(self) -> float:
        """Return the seconds until one may go."""
        return max(0.001, (1 - self._tokens) / self._per_second)


class Prepare(Protocol):
    """Decides, just before a part goes out, whether it does."""

    def __call__(self, part: Part, now: float) -> bool: ...


class Operator:
    """See the module."""

    def __init__(
        self,
        name: str,
        short_code: str,
        clock: Clock,
        randomness: Randomness,
        prepare: Prepare,
    ) -> None:
        self.name = name
        self.links: list[Link] = []
        self._rates: dict[Link, Rate] = {}
        self._short_code = short_code
        self._clock = clock
        self._randomness = randomness
        self._prepare = prepare
        self._validity_seconds = 0
        self._validity_text = ""
        self._ready: deque[Part] = deque()
        self._paused_until = 0.0
        self._throttles = 0
        self._timer: Timer | None = None
        self._stopped = False

    def add_link(self, link: Link, rate: Rate) -> None:
        """Add a bind; binds of one address share a rate."""
        self.links.append(link)
        self._rates[link] = rate

    def stop(self) -> None:
        """Let nothing more out."""
        self._stopped = True

    def enqueue(self, parts: Iterable[Part]) -> None:
        """Let parts wait for their turn."""
        self._ready.extend(parts)

    def later(self, part: Part, throttled: bool) -> None:
        """Try a part again after a while, since the operator said so."""
        reply = part.reply
        backoff = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(reply.backoff, 10))
        reply.backoff += 1
        delay = self._randomness.uniform(backoff / 2, backoff)
        self._clock.call_later(delay, lambda: self._again(part))
        now = self._clock.monotonic()
        if throttled and now >= self._paused_until:  # once for a window that is answered so
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._throttles, 10))
            self._throttles += 1
            self._paused_until = now + pause

    def taken(self) -> None:
        """Note that the operator took something: it does not throttle now."""
        self._throttles = 0

    def drop(self, over: Callable[[Part], bool], dropped: Callable[[Part], None]) -> None:
        """Take out the parts for which ``over`` holds, and tell of each."""
        kept: deque[Part] = deque()
        for part in self._ready:
            if over(part):
                dropped(part)
            else:
                kept.append(part)
        self._ready = kept

    def pump(self, now: float) -> None:
        """Send what may go now."""
        if not self._ready or self._stopped:
            return
        if now < self._paused_until:
            self._pump_later(self._paused_until - now)
            return
        wait: float | None = None
        for link in self.links:
            room = link.room
            if room <= 0:
                continue
            rate = self._rates[link]
            available = rate.available(now)
            if available is None:
                self._send(link, room, None, now)
            else:
                self._send(link, min(room, available), rate, now)
                if available < room:
                    wait = rate.wait()
            if not self._ready:
                return
        if wait is not None:
            self._pump_later(wait)
        self.links.append(self.links.pop(0))

    def flush(self) -> None:
        """Write what is queued on every bind."""
        for link in self.links:
            link.flush()

    def _send(self, link: Link, room: int, rate: Rate | None, now: float) -> None:
        ready, prepare, session = self._ready, self._prepare, link.session
        while room > 0 and ready:
            part = ready.popleft()
            reply = part.reply
            if reply.finished or part.edition != reply.edition:
                continue
            if now > reply.decided_until and not prepare(part, now):
                continue
            sequence = session.next_sequence()
            validity = self._validity(reply.expires_at - now)
            session.send_message(sequence, self._encode(part, sequence, validity), now, part)
            room -= 1
            if rate is not None:
                rate.spend()

    def _validity(self, left: float) -> str:
        seconds = ceil(left)
        if seconds != self._validity_seconds:
            self._validity_seconds = seconds
            self._validity_text = relative_time(seconds)
        return self._validity_text

    def _encode(self, part: Part, sequence: int, validity: str) -> bytes:
        reply = part.reply
        owed = reply.owed
        return SubmitSm(
            self._short_code,
            owed.sender,
            reply.messages[part.number],
            source_addr_ton=owed.source_ton,
            source_addr_npi=owed.source_npi,
            dest_addr_ton=owed.sender_ton,
            dest_addr_npi=owed.sender_npi,
            esm_class=_UDH_INDICATOR if len(reply.messages) > 1 else 0,
            validity_period=validity,
            registered_delivery=1,
            data_coding=reply.coding,
            sequence_number=sequence,
        ).encode()

    def _again(self, part: Part) -> None:
        if part.is_void:
            return
        self._ready.append(part)
        self.pump(self._clock.monotonic())
        self.flush()

    def _pump_later(self, delay: float) -> None:
        if self._timer is None:
            self._timer = self._clock.call_later(delay, self._pump_now)

    def _pump_now(self) -> None:
        self._timer = None
        self.pump(self._clock.monotonic())
        self.flush()


def relative_time(seconds: int) -> str:
    """Return a validity_period in the relative form (SMPP 3.4 section 7.1.1): YYMMDDhhmmss000R."""
    minutes, second = divmod(max(1, seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"0000{days:02d}{hour:02d}{minute:02d}{second:02d}000R"
