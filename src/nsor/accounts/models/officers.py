"""Officers, as stored.

Rules that hold here: a name is one officer for ever; a secret and a password are stored only as
their hashes; who has left is kept, for their acts stay theirs; a name and a password are composed
(NFC), so that two keyboards write the same.
"""

import unicodedata
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What an officer may do; the room that acts decides which roles may."""

    ENTRY = "entry"
    APPROVAL = "approval"
    SUPERVISION = "supervision"
    AUDIT = "audit"
    ADMINISTRATION = "administration"
    SOURCE = "source"
    """A court, prison, prosecution office or police station that pushes events: never a person."""


PERSONS = tuple(role for role in Role if role is not Role.SOURCE)
"""The roles that a person can hold."""


NO_PASSWORD = "!"  # noqa: S105 - no secret
"""What Django takes for no password at all: nothing that is typed equals it."""


class Officers(BaseUserManager["Officer"]):
    """How Django's sign-in finds an officer."""


class Officer(AbstractBaseUser):
    """Somebody who acts on the register under their own name.

    ``secret_hash`` is of the secret for the command line, ``password`` of the one for the pages.
    """

    name = models.CharField(max_length=100, unique=True)
    role = models.CharField(max_length=14, choices=Role.choices)
    jurisdiction = models.CharField(max_length=60, blank=True)
    """``""`` for the whole country, else a province or a district: see ``nsor.places``."""
    password = models.CharField(max_length=128, default=NO_PASSWORD)
    secret_hash = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    """False once their access was ended."""
    added_at = models.DateTimeField(auto_now_add=True)
    last_address = models.CharField(max_length=45, blank=True)
    """From where they last signed in."""

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[Officers] = Officers()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="officer_role_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Take a password; ``save`` stores it."""
        super().set_password(raw_password and composed(raw_password))

    def check_password(self, raw_password: str) -> bool:
        """Tell whether this is the password; an unknown one takes as long."""
        return super().check_password(composed(raw_password))


def composed(text: str) -> str:
    """Return a text in Unicode's form NFC."""
    return unicodedata.normalize("NFC", text)
