"""What the identity authority answered, as stored.

Rules that hold here: nothing of what it knows is kept but whether it agrees, and in what it
doesn't. A check belongs to the act that waits, or to none where a number was looked at again.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer
from nsor.register.models.acts import Batch


class CheckOutcome(models.TextChoices):
    """What came of asking whose number it is."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown", "the authority knows nobody of this number"
    DEAD = "dead", "the authority says that the holder died"
    UNASKED = "unasked", "an officer let it pass although the authority gave no answer"


STOPPING = (CheckOutcome.DIFFERS, CheckOutcome.UNKNOWN)
"""What stops an approval until a second officer says why it may go on."""


class IdentityCheck(models.Model):
    """One answer about one number."""

    number = models.ForeignKey(
        "register.IdentityNumber", models.CASCADE, related_name="identity_checks"
    )
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="identity_checks")
    outcome = models.CharField(max_length=8, choices=CheckOutcome.choices)
    differences = models.CharField(max_length=40, blank=True)
    """Fields that differ, ``;``-separated: ``name``, ``father_name``, ``sex``."""
    checked_at = models.DateTimeField()
    overridden_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    overridden_at = models.DateTimeField(null=True)
    sealed_reason = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="identity_check_once_an_act")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["checked_at"],
                name="identity_check_open",
                condition=models.Q(batch=None, overridden_by=None)
                & ~models.Q(outcome=CheckOutcome.AGREES),
            )
        ]

    def __str__(self) -> str:
        return f"identity check {self.pk}"
