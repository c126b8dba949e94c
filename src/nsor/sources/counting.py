"""Counting what is refused without an entry of its own, and summing it up by the minute.

Rules that hold here: a flood of messages that nobody known signed costs one write a second and
process, whatever it sends; each minute of it becomes one entry in the trail, which names the codes,
their counts, and the sources of those whose key was known. What a killed process had counted in its
last second is lost, and nothing else.
"""

import threading
import time
from collections import Counter
from typing import Final

from django.db import connection
from django.db.models import F

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register.locks import short_write
from nsor.sources.models import RefusedCount

EVERY: Final = 1.0
"""Seconds between two writes of what was counted."""
_MINUTE: Final = 60
_KEPT: Final = 60 * 24 * 90
"""Minutes for which a sum is kept for the pages; the trail keeps its entry."""

_lock = threading.Lock()
_counted: Counter[tuple[int, str, int]] = Counter()
_timer: threading.Timer | None = None
_due = 0.0
"""When the timer fires, by the monotonic clock."""


def count(code: str, source: int = 0) -> None:
    """Count a refusal; it is written within a second."""
    with _lock:
        _counted[int(time.time()) // _MINUTE, code, source] += 1
        if _timer is None or _due > time.monotonic() + EVERY:
            _come_again(EVERY)


def end() -> None:
    """Write what was counted, and leave the rest to other processes: this one ends."""
    flush()
    forget()


def forget() -> None:
    """Drop what was counted and isn't written, and come no more."""
    global _timer
    with _lock:
        _counted.clear()
        if _timer is not None:
            _timer.cancel()
            _timer = None


def flush() -> None:
    """Write what was counted; the sum of each minute that is over goes into the trail."""
    with _lock:
        taken = dict(_counted)
        _counted.clear()
    try:
        with short_write():
            for (minute, code, source), number in taken.items():
                _add(minute, code, source, number)
            sum_up()
    except BaseException:
        with _lock:
            _counted.update(taken)
        raise


def sum_up() -> int:
    """Enter each minute that is over in the trail, in the open transaction; return how many."""
    over = _over()
    rows = RefusedCount.objects.select_for_update().filter(minute__lt=over, entered__lt=F("count"))
    by_minute: dict[int, list[RefusedCount]] = {}
    for row in rows.order_by("minute", "code", "source"):
        by_minute.setdefault(row.minute, []).append(row)
    for minute, found in by_minute.items():
        refusals: list[Json] = [
            {"code": one.code, "source": one.source or None, "count": one.count - one.entered}
            for one in found
        ]
        details: dict[str, Json] = {"minute": minute * _MINUTE, "refusals": refusals}
        trail.record(Act.SOURCE_PUSHES_REFUSED, actor="system", details=details)
        for one in found:
            one.entered = one.count
            one.save(update_fields=["entered"])
    RefusedCount.objects.filter(minute__lt=over - _KEPT, entered=F("count")).delete()
    return len(by_minute)


def catch_up() -> int:
    """Do what a process that died left: sum up the minutes that are over; return how many."""
    if not RefusedCount.objects.filter(minute__lt=_over(), entered__lt=F("count")).exists():
        return 0
    with short_write():
        return sum_up()


def _add(minute: int, code: str, source: int, number: int) -> None:
    row, made = RefusedCount.objects.get_or_create(
        minute=minute, code=code, source=source, defaults={"count": number}
    )
    if not made:
        RefusedCount.objects.filter(pk=row.pk).update(count=F("count") + number)


def _over() -> int:
    """Return the first minute that another process may still count in."""
    return int(time.time() - 2 * EVERY) // _MINUTE


def _come_again(seconds: float) -> None:
    """Have the timer fire then, and no other time; the lock is held."""
    global _timer, _due
    if _timer is not None:
        _timer.cancel()
    _timer = threading.Timer(seconds, _by_timer)
    _timer.daemon = True
    _due = time.monotonic() + seconds
    _timer.start()


def _by_timer() -> None:
    """Write, and come again: at once for what is counted, after the minute to sum it up."""
    global _timer
    try:
        flush()
        is_open = RefusedCount.objects.filter(entered__lt=F("count")).exists()
    except Exception:  # whatever it is, what wasn't written is kept, and tried again
        is_open = True
    finally:
        connection.close()
    with _lock:
        _timer = None
        if _counted:
            _come_again(EVERY)
        elif is_open:
            _come_again(_MINUTE - time.time() % _MINUTE + 3 * EVERY)
