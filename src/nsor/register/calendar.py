"""The day that counts for the law and for policy: the day in Pakistan."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

_PAKISTAN = ZoneInfo("Asia/Karachi")


def today() -> date:
    """Return the date in Pakistan now."""
    return timezone.localdate(timezone=_PAKISTAN)
