"""People, as stored.

Rules that hold here:

- Whatever tells who somebody is (numbers, names, addresses) is sealed under that person's own key;
  what is found by it is found by keyed tokens.
- A version says what was true in a span of days and which act recorded it. Versions are never
  changed: of those that hold on a day, the one that was recorded last is right.
- A merged person keeps every row; who they are together is the person that ``merged_into`` names.
"""

from typing import ClassVar

from django.db import models

from nsor.register.models.acts import Batch
from nsor.register.models.choices import Ground, NumberKind, Standing


class Offender(models.Model):
    """A person of whom a conviction was entered."""

    key_id = models.BigIntegerField(unique=True)
    standing = models.CharField(
        max_length=9, choices=Standing.choices, default=Standing.ACTIVE, db_index=True
    )
    ground = models.CharField(max_length=11, choices=Ground.choices, blank=True)
    deceased_on = models.DateField(null=True)
    tier = models.PositiveSmallIntegerField(null=True)
    term_ends = models.DateField(null=True, db_index=True)
    """The first day after the term; null while no term was worked out, and for life."""
    review_on = models.DateField(null=True, db_index=True)
    reviewed_to = models.DateField(null=True)
    """Reviews that fall due up to this day are done; null before the first."""
    district = models.PositiveSmallIntegerField(null=True)
    """The code of ``nsor.places`` for where they live (``nsor.register.districts``).

    0 where nobody knows, or none fits; null where nobody has looked yet.
    """
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="offender_no_district", condition=models.Q(district=None)
            )
        ]

    def __str__(self) -> str:
        return f"offender {self.pk}"


class IdentityNumber(models.Model):
    """A number under which a person is found; an answer is given for each."""

    offender = models.ForeignKey(Offender, models.PROTECT, related_name="numbers")
    kind = models.CharField(max_length=8, choices=NumberKind.choices)
    token = models.BinaryField(max_length=16, unique=True)
    sealed = models.BinaryField()
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    evidence = models.ForeignKey("register.Evidence", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    looked_up_on = models.DateField(null=True, db_index=True)
    """When the identity authority was last asked about it; null for never."""

    def __str__(self) -> str:
        return f"identity number {self.pk}"


class Version(models.Model):
    """What was so in a span of days, by an act; ``valid_to`` is the first day after, if any."""

    offender = models.ForeignKey(Offender, models.PROTECT, related_name="%(class)s_versions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_by = models.ForeignKey(Batch, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Profile(Version):
    """Who a person is: names, aliases, birth, marks, addresses (``documents.Profile``)."""

    sealed = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            # Whoever lives elsewhere since a version ended is looked at anew.
            models.Index(
                fields=["valid_to"], name="profile_ended", condition=~models.Q(valid_to=None)
            )
        ]

    def __str__(self) -> str:
        return f"profile {self.pk}"


class Registration(Version):
    """A person's standing on the register, with its tier, its term and its review."""

    standing = models.CharField(max_length=9, choices=Standing.choices)
    ground = models.CharField(max_length=11, choices=Ground.choices, blank=True)
    tier = models.PositiveSmallIntegerField(null=True)
    term_ends = models.DateField(null=True)
    review_on = models.DateField(null=True)
    deceased_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"registration {self.pk}"


class SearchToken(models.Model):
    """One keyed word under which a person is found by name, father's name, district or birth."""

    token = models.BigIntegerField()
    offender = models.ForeignKey(
        Offender,
        models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="search_tokens",
    )
    """Not checked by the database, which would cost an import more than writing the row does."""

    class Meta:
        # Each answers from the index alone: who has a token, and which tokens somebody has.
        indexes: ClassVar = [
            models.Index(fields=["token", "offender"], name="search_token"),
            models.Index(fields=["offender", "token"], name="search_offender"),
        ]

    def __str__(self) -> str:
        return f"search token {self.pk}"


class NotSame(models.Model):
    """Two people who look alike, and of whom an officer said that they are not the same."""

    one = models.ForeignKey(Offender, models.CASCADE, related_name="+")
    """The one with the lower number."""
    other = models.ForeignKey(Offender, models.CASCADE, related_name="+")
    officer = models.ForeignKey("accounts.Officer", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="not_same_once"),
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="not_same_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"not the same {self.pk}"


class KeyToDestroy(models.Model):
    """A key whose end is decided: destroyed after that time, also where a process died before."""

    key_id = models.BigIntegerField(unique=True)
    not_before = models.DateTimeField()

    def __str__(self) -> str:
        return f"key to destroy {self.pk}"


class Rotation(models.Model):
    """How far the look-up tokens have come to the ring's newest key."""

    ring_key = models.CharField(max_length=64, unique=True)
    done_to = models.BigIntegerField(default=0)
    """The last offender whose tokens are those of this key."""
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"rotation to {self.ring_key}"
