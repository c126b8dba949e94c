"""Officers, as stored.

Rules that hold here: a name is one officer for ever; a secret is stored only as its hash.
"""

from typing import ClassVar

from django.db import models


class Role(models.TextChoices):
    """What an officer may do; the room that acts decides which roles may."""

    ENTRY = "entry"
    APPROVAL = "approval"
    SUPERVISION = "supervision"
    AUDIT = "audit"


class Officer(models.Model):
    """Somebody who acts on the register under their own name."""

    name = models.CharField(max_length=100, unique=True)
    role = models.CharField(max_length=12, choices=Role.choices)
    secret_hash = models.CharField(max_length=200)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="officer_role_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.name
