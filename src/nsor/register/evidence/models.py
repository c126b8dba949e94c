"""A document that proves something about an offender, as stored.

Rules that hold here: a row is written after its files are durable; it never changes. What a row
tells without a key is only kind, type, size and who added it when.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer

STORE_NAME = 32
MEDIA_TYPE = 20


class EvidenceKind(models.TextChoices):
    """What a document is to the register."""

    JUDGMENT = "judgment"
    ORDER = "order"
    JAIL_ROLL = "jail_roll"
    DEATH_CERTIFICATE = "death_certificate"
    IDENTITY_PAPER = "identity_paper"
    PHOTOGRAPH = "photograph"
    OTHER = "other"


class Evidence(models.Model):
    """A document: its original as it came, and a copy without metadata, each a sealed file."""

    offender = models.ForeignKey("register.Offender", models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=17, choices=EvidenceKind.choices)
    media_type = models.CharField(max_length=MEDIA_TYPE)
    """As the content tells it, such as ``application/pdf``."""
    size = models.PositiveIntegerField()
    """Octets of the original."""
    sha256 = models.CharField(max_length=64)
    """Of the original as it came, hexadecimal."""
    name_in_store = models.CharField(max_length=STORE_NAME, unique=True)
    copy_in_store = models.CharField(max_length=STORE_NAME, unique=True)
    key_id = models.BigIntegerField()
    """The number of the subject key that sealed the files and the declared name."""
    declared_name = models.BinaryField()
    """The file's name as its sender gave it, sealed; it is never used as a path."""
    added_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        app_label = "register"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"
