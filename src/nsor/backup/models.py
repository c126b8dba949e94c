"""Restorations of this database, as stored.

Rules that hold here: this table is in no backup, so that loading one never touches it; the newest
row says how far the last restore has come.
"""

from typing import ClassVar

from django.db import models


class Stage(models.TextChoices):
    """How far a restore has come; only what is confirmed may be answered from."""

    LOADING = "loading"
    REPLAYING = "replaying"
    WAITING = "waiting"
    CONFIRMED = "confirmed"


class Restoration(models.Model):
    """One restore of a backup into this database."""

    stage = models.CharField(max_length=9, choices=Stage.choices)
    epoch = models.BigIntegerField()
    """The feed's, from this restore on."""
    started_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    """When the backup was taken."""
    digest = models.CharField(max_length=64)
    trail_epoch = models.IntegerField(null=True)
    """The trail's epoch as it was restored; a higher one was opened by the two officers."""
    summary = models.JSONField(default=dict)
    """``replaying.Summary``: what was lost and what was replayed, in counts."""
    first_officer = models.BigIntegerField(null=True)
    """The number of the officer who confirmed first; no foreign key, as officers are restored."""
    second_officer = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(second_officer=None)
                | ~models.Q(second_officer=models.F("first_officer")),
                name="restoration_confirmed_by_two_officers",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="confirmed") | models.Q(second_officer__isnull=False),
                name="restoration_confirmed_by_officers",
            ),
        ]

    def __str__(self) -> str:
        return f"restoration {self.pk}"


def newest() -> Restoration | None:
    """Return the last restore of this database, None where there was none."""
    return Restoration.objects.order_by("-pk").first()
