"""Whether a silence that one officer's word, or a source's, was enough for was looked at after.

Rules that hold here: the act itself says that it awaits its review (``Batch.awaits_review``); what
came of it is written once. A note may name people: it is sealed under the person's key.
"""

from django.db import models

from nsor.accounts.models import Officer
from nsor.register.models.acts import Batch


class SilenceReview(models.Model):
    """That a second officer looked at a silence, found it right, and what they noted."""

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="silence_review")
    reviewed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sealed_note = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"silence review {self.pk}"
