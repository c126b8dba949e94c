"""Keyed hashes of senders and messages, under keys that die with their period.

A hash of an enumerable number protects nothing while its key lives. So each day (Asia/Karachi)
and each hour has a key of its own, made when first needed and destroyed when the period is over:
a day's at midnight, an hour's an hour after its end, since "any 60 minutes" looks back that far.
Rules that hold here: a clock that is set back by less than an hour stays in its period, one that
is set back further begins its period anew; a key is in ``take_new`` until a commit has made it
durable.
"""

from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from typing import Final

from nsor.sms.seams import Randomness

KARACHI: Final = timezone(timedelta(hours=5), "Asia/Karachi")  # no daylight saving since 2009
HOUR: Final = 3600.0
SET_BACK: Final = 3600.0
_DAY: Final = 86400.0
_KEY_BYTES: Final = 32


class KeyedHash:
    """A keyed hash of 64 bits, and the period whose key it is."""

    __slots__ = ("_base", "period")

    def __init__(self, period: str, key: bytes) -> None:
        self.period = period
        self._base = blake2b(digest_size=8, key=key)

    def of(self, data: bytes) -> int:
        """Return the hash of ``data``."""
        state = self._base.copy()
        state.update(data)
        return int.from_bytes(state.digest(), "little")


class Periods:
    """Gives the keyed hash of a time (``now``: seconds since 1970)."""

    def __init__(self, randomness: Randomness, recovered: dict[str, bytes]) -> None:
        self._randomness = randomness
        self._hashes = {name: KeyedHash(name, key) for name, key in recovered.items()}
        self._new: dict[str, bytes] = {}
        self._day: KeyedHash | None = None
        self._day_ends = 0.0
        self._hour: KeyedHash | None = None
        self._number = 0

    def day(self, now: float) -> KeyedHash:
        """Return the hash of the day that ``now`` is in."""
        if self._day is not None and self._day_ends - _DAY - SET_BACK <= now < self._day_ends:
            return self._day
        began = (now + 5 * HOUR) // _DAY
        self._day_ends = (began + 1) * _DAY - 5 * HOUR
        self._day = self._get(_day_name(now))
        return self._day

    def hour(self, now: float) -> KeyedHash:
        """Return the hash of the hour that ``now`` is in."""
        number = self._hour_number(now)
        if self._hour is None or number != self._number:
            self._number = number
            self._hour = self._get(f"hour:{number}")
        return self._hour

    def hour_before(self, now: float) -> KeyedHash | None:
        """Return the hash of the hour before, where it has a key."""
        return self._hashes.get(f"hour:{self._hour_number(now) - 1}")

    def _hour_number(self, now: float) -> int:
        set_back = self._number * HOUR - now
        return self._number if 0 < set_back <= SET_BACK else int(now // HOUR)

    def retire(self, now: float) -> list[str]:
        """Forget the keys whose time is over; returns their periods, to be forgotten durably."""
        current = {self.day(now).period, self.hour(now).period}
        before = self.hour_before(now)
        if before is not None:
            current.add(before.period)
        over = [period for period in self._hashes if period not in current]
        for period in over:
            del self._hashes[period]
            self._new.pop(period, None)
        return over

    def take_new(self) -> dict[str, bytes]:
        """Return the keys that are not durable yet, and count on them to become so."""
        new, self._new = self._new, {}
        return new

    def give_back(self, keys: dict[str, bytes]) -> None:
        """Take back keys that a failed commit did not make durable."""
        for period, key in keys.items():
            if period in self._hashes:
                self._new[period] = key

    def _get(self, period: str) -> KeyedHash:
        known = self._hashes.get(period)
        if known is None:
            key = self._randomness.token_bytes(_KEY_BYTES)
            self._new[period] = key
            known = self._hashes[period] = KeyedHash(period, key)
        return known


def _day_name(now: float) -> str:
    return f"day:{datetime.fromtimestamp(now, KARACHI):%Y-%m-%d}"
