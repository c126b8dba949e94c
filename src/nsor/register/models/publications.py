"""The feed, as stored.

Rules that hold here: nothing is answered from the record; services follow ``Release`` and
``Publication``, which are never changed once released (the database itself refuses it, see the
migrations). A release has no sequence until it is released, and is invisible until then.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer
from nsor.register.models.acts import Batch
from nsor.register.models.choices import ReleaseKind
from nsor.register.models.people import IdentityNumber


class Release(models.Model):
    """A run of publications that became visible together."""

    kind = models.CharField(max_length=5, choices=ReleaseKind.choices)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="releases")
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    """Null where the clock did it."""
    base_sequence = models.BigIntegerField(null=True)
    """A publication's sequence is this plus its ordinal, which counts from 1."""
    last_sequence = models.BigIntegerField(null=True, unique=True)
    """Null while the release is prepared: nobody sees it then."""
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"release {self.pk}"


class Publication(models.Model):
    """What may be answered about one number from its sequence on. Names only where listed."""

    release = models.ForeignKey(
        Release, models.PROTECT, db_index=False, related_name="publications"
    )
    ordinal = models.PositiveIntegerField()
    number = models.ForeignKey(IdentityNumber, models.PROTECT, related_name="publications")
    listed = models.BooleanField()
    key_id = models.BigIntegerField()
    sealed = models.BinaryField()
    """``documents.Told``: the number, and where it is listed the names."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "ordinal"], name="publication_place")
        ]
        indexes: ClassVar = [
            # Those who were silenced are few: a follower finds them without reading past a batch.
            models.Index(
                fields=["release", "ordinal"],
                name="publication_silence",
                condition=models.Q(listed=False),
            )
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"
