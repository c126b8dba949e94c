"""When the register is counted, and what was counted last.

Rules that hold here: one process counts at a time, and the pages read what it wrote; the worker
counts every ``EVERY``, or sooner where an officer asked, though never within ``AT_LEAST`` of the
last time: how one count differs from the next may be about one person.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils import timezone

from nsor.register.calendar import today
from nsor.register.locks import Work, claim_work, short_write
from nsor.register.models import StatisticsRun
from nsor.register.statistics import counting, tables
from nsor.register.statistics.tables import Table

EVERY: Final = timedelta(minutes=10)
AT_LEAST: Final = timedelta(minutes=1)
_ROW: Final = 1


class Statistics(NamedTuple):
    """What was counted last: the moment as of which it is, the tables, whether it is asked anew."""

    counted_at: datetime | None
    tables: tuple[Table, ...]
    is_asked: bool

    def table(self, name: str) -> Table | None:
        """Return the table of a name; None where there is none, or nothing was counted yet."""
        return next((one for one in self.tables if one.name == name), None)


def latest() -> Statistics:
    """Return what was counted last."""
    row = StatisticsRun.objects.filter(pk=_ROW).first()
    if row is None:
        return Statistics(None, (), is_asked=False)
    asked = row.asked_at is not None
    return Statistics(row.counted_at, tuple(tables.from_json(row.tables)), asked)


def ask() -> None:
    """Ask that the register be counted anew before it is due. Raises ``Refusal``: ``busy``."""
    with short_write():
        StatisticsRun.objects.update_or_create(pk=_ROW, defaults={"asked_at": timezone.now()})


def is_due() -> bool:
    """Tell whether the register is to be counted now."""
    row = StatisticsRun.objects.filter(pk=_ROW).values_list("counted_at", "asked_at").first()
    if row is None or row[0] is None:
        return True
    return row[0] <= timezone.now() - (EVERY if row[1] is None else AT_LEAST)


def refresh(progress: Callable[[int], None] = lambda people: None) -> int | None:
    """Count the register anew; return how many people there are.

    None where another process is at it. Raises ``Refusal``: ``busy``.
    """
    with claim_work(Work.STATISTICS) as held:
        if not held:
            return None
        began = timezone.now()
        counts = counting.count(progress)
        found = tables.to_json(tables.published(counts, today().year))
        with short_write():
            StatisticsRun.objects.update_or_create(
                pk=_ROW, defaults={"counted_at": began, "tables": found}
            )
            StatisticsRun.objects.filter(pk=_ROW, asked_at__lte=began).update(asked_at=None)
    return counts.people
