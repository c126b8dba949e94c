"""Reviews of a registration, as stored.

Rules that hold here: who reviewed, when and why are the act's (``Batch``); a review changes nothing
of what is told, whatever it finds: what follows of it is an act of its own.
"""

from datetime import date

from django.db import models

from nsor.register.models.acts import Batch


class Finding(models.TextChoices):
    """What a review of a registration found."""

    STAYS = "stays", "the registration goes on"
    ENDS = "ends", "the registration ought to end: its removal is asked for"


class Review(models.Model):
    """A review that was done."""

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="review")
    finding = models.CharField(max_length=5, choices=Finding.choices)
    due_on = models.DateField()
    """When it fell due."""
    done_on = models.DateField()

    def __str__(self) -> str:
        return f"review {self.pk}"

    @property
    def reviewed_to(self) -> date:
        """The day up to which it answers whatever reviews fall due."""
        return max(self.due_on, self.done_on)
