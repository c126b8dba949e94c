"""The statistics, as stored: what is shown and nothing else.

Rules that hold here: counts that are hidden are hidden here too; nothing in it is about one person.
"""

from django.db import models


class StatisticsRun(models.Model):
    """The one row of what was counted last, and whether somebody asked for a new count."""

    counted_at = models.DateTimeField(null=True)
    """The moment as of which the tables are; null before the first count."""
    asked_at = models.DateTimeField(null=True)
    """When an officer asked for a count that wasn't begun yet."""
    tables = models.JSONField(default=list)
    """``statistics.Table`` as JSON."""

    def __str__(self) -> str:
        return f"statistics as of {self.counted_at}"
