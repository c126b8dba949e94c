"""Acts on the register, as stored: what one officer enters and, where it must be, another decides.

Rules that hold here: an act is decided once, and never by the officer who entered it; the order of
decisions is the order in which the register learnt of things (``decision``). A reason may name
people: it is sealed.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer
from nsor.register.models.choices import BatchKind, BatchState


class Batch(models.Model):
    """One act: a file of convictions, one conviction, a correction, a stay, a removal."""

    kind = models.CharField(max_length=10, choices=BatchKind.choices)
    state = models.CharField(max_length=10, choices=BatchState.choices, db_index=True)
    entered_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="batches_entered"
    )
    """Null where the clock did it: a term that ended."""
    entered_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    submission = models.BigIntegerField(null=True, unique=True)
    """The place in the order in which batches were submitted; null before."""
    entries = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="batches_decided"
    )
    """Null while it waits, and where one officer's word is enough."""
    decided_at = models.DateTimeField(null=True)
    decision = models.BigIntegerField(null=True, unique=True)
    """The place in the order in which acts took effect; null while it waits or was rejected."""
    offender = models.ForeignKey(
        "register.Offender", models.PROTECT, null=True, related_name="acts"
    )
    """Whom the act is about; null for a file."""
    other = models.ForeignKey("register.Offender", models.PROTECT, null=True, related_name="+")
    """With whom a person is merged."""
    voids = models.BooleanField(default=False)
    """Whether it changes facts that were approved, so that they say nothing until it is decided."""
    evidence = models.ForeignKey(
        "register.Evidence", models.PROTECT, null=True, related_name="acts"
    )
    district = models.PositiveSmallIntegerField(null=True)
    """The code of ``nsor.places`` for where the person lived when it was entered."""
    awaits_review = models.BooleanField(default=False)
    """Whether it silenced on one word, and a second officer has yet to look at it."""
    identity_checked_at = models.DateTimeField(null=True)
    """When the identity authority had answered about each of its numbers; null before."""
    sealed_reason = models.BinaryField(default=b"")
    """Why it was asked for or done."""
    sealed_decision = models.BinaryField(default=b"")
    """Why a second officer said no."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("entered_by")),
                name="batch_decided_by_another_officer",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="batch_identity_unchecked",
                condition=models.Q(identity_checked_at=None, state=BatchState.SUBMITTED),
            ),
            # The work queue reads these alone, in order, however many acts there are.
            models.Index(
                fields=["submission", "kind", "district", "decided_at"],
                name="batch_waiting",
                # As SQLite proves it of a question: a state would be a parameter there.
                condition=models.Q(submission__isnull=False, decided_at=None),
            ),
            models.Index(
                fields=["decision", "kind", "district"],
                name="batch_awaits_review",
                condition=models.Q(awaits_review=True),
            ),
            models.Index(fields=["entered_by", "state", "id"], name="batch_of_officer"),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class FeedHead(models.Model):
    """The one row whose lock orders every act: the last numbers that were given."""

    last_sequence = models.BigIntegerField()
    last_submission = models.BigIntegerField()
    last_decision = models.BigIntegerField(default=0)
    epoch = models.BigIntegerField(default=1)
    """Grows when a backup was restored: the feed is another one then."""
    withheld = models.BooleanField(default=False)
    """Whether nothing is answered: a backup was restored and two officers have yet to confirm."""
    judged_under = models.BigIntegerField(default=0)
    """The last change of the law under which everybody was judged again."""
    judged_on = models.DateField(null=True)
    """The day by whose law that was; null before the first time."""

    def __str__(self) -> str:
        return f"feed head at {self.last_sequence}"
