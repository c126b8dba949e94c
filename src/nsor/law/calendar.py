"""The day that counts for the law and for policy: the day in Pakistan."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

_PAKISTAN = ZoneInfo("Asia/Karachi")


@lru_cache(maxsize=16)
def day_in_pakistan(now: datetime) -> date:
    """Return the day that it is in Pakistan. Raises ``ValueError`` for a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("The time must say its zone.")
    return now.astimezone(_PAKISTAN).date()


def today() -> date:
    """Return the date in Pakistan now."""
    return day_in_pakistan(timezone.now())
