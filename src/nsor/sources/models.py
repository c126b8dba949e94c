"""Sources, their keys, and what they pushed, as stored.

Rules that hold here:

- A source acts as an officer of its own, who never signs in. What it may push, of which districts
  and how often is changed by two administrators (``Proposal``).
- What was pushed is sealed whole under the key of the person whom it is about, as the proof of what
  the source said. Of a refused push nothing is kept but that it was refused, and why.
- An order number and an idempotency key are taken by what was accepted alone.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer

NAME = 100
KEY = 64


class SourceKind(models.TextChoices):
    """Who pushes."""

    COURT = "court"
    PRISON = "prison"
    PROSECUTION = "prosecution"
    POLICE = "police"


class EventKind(models.TextChoices):
    """What is pushed; the value is the last part of its address."""

    CONVICTION = "convictions"
    APPEAL = "appeals"
    TRANSFER = "transfers"
    RELEASE = "releases"
    DEATH = "deaths"


class Source(models.Model):
    """A court, a prison, a prosecution office or a police station."""

    name = models.CharField(max_length=NAME, unique=True)
    kind = models.CharField(max_length=11, choices=SourceKind.choices)
    officer = models.OneToOneField(Officer, models.PROTECT, related_name="source")
    events = models.JSONField()
    """Which kinds of events it may push."""
    districts = models.JSONField()
    """The slugs of ``nsor.places`` that it speaks for; ``""`` is the whole country."""
    per_minute = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    silent_after_hours = models.PositiveIntegerField(null=True)
    """How long it may be silent; null: as long as is usual of it."""
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)
    next_sequence = models.BigIntegerField(default=1)
    last_seen_at = models.DateTimeField(null=True)
    """When it last sent something that it had signed."""
    minute = models.BigIntegerField(default=0)
    """The minute since 1970 in which ``minute_spent`` is counted."""
    minute_spent = models.PositiveIntegerField(default=0)
    day = models.BigIntegerField(default=0)
    day_spent = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"source {self.pk}"


class SourceKey(models.Model):
    """A key that a source signs with; the private half never comes here."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="keys")
    keyid = models.CharField(max_length=KEY, unique=True)
    public = models.CharField(max_length=64)
    """The 32 octets of the Ed25519 public key, in hexadecimal."""
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["public"], name="source_key_once"),
        ]

    def __str__(self) -> str:
        return f"key {self.pk} of source {self.source_id}"


class ProposalKind(models.TextChoices):
    """What a proposal would do."""

    SOURCE = "source"
    CHANGE = "change"
    KEY = "key"


class ProposalState(models.TextChoices):
    """Whether a second administrator has spoken."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Proposal(models.Model):
    """A source, a change of one, or a key, that waits for a second administrator."""

    kind = models.CharField(max_length=6, choices=ProposalKind.choices)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="proposals")
    values = models.JSONField()
    reason = models.TextField()
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.PROPOSED, db_index=True
    )
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
                name="source_proposal_decided_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class PushState(models.TextChoices):
    """Whether a push was taken."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Way(models.TextChoices):
    """How a push came."""

    API = "api"
    FOLDER = "folder"
    PAGE = "page"


class Push(models.Model):
    """One signed event, accepted or refused."""

    receipt = models.CharField(max_length=36, unique=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="pushes")
    keyid = models.CharField(max_length=KEY)
    kind = models.CharField(max_length=11, choices=EventKind.choices)
    way = models.CharField(max_length=6, choices=Way.choices)
    state = models.CharField(max_length=8, choices=PushState.choices)
    code = models.CharField(max_length=30, blank=True)
    """Why it was refused; of an accepted one empty, or ``no_change``."""
    received_at = models.DateTimeField()
    event_on = models.DateField(null=True)
    """The day of what happened."""
    idempotency_key = models.CharField(max_length=KEY)
    sequence = models.BigIntegerField(null=True)
    district = models.PositiveSmallIntegerField(null=True)
    """Where the court sits, of a conviction."""
    at_once = models.BooleanField(default=False)
    """Whether it took effect without a second officer, who looks at its act after."""
    batch = models.ForeignKey(
        "register.Batch", models.PROTECT, null=True, related_name="source_pushes"
    )
    offender = models.ForeignKey(
        "register.Offender", models.SET_NULL, null=True, related_name="source_pushes"
    )
    answer = models.JSONField(null=True)
    """What was answered, to be answered again."""
    sealed = models.BinaryField(default=b"")
    """The message as it was signed, under the person's key."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "idempotency_key"],
                condition=models.Q(state="accepted"),
                name="push_key_once",
            ),
            models.UniqueConstraint(
                fields=["source", "sequence"],
                condition=models.Q(state="accepted"),
                name="push_sequence_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "state", "received_at"], name="push_of_source"),
        ]

    def __str__(self) -> str:
        return f"push {self.pk}"


class MissingNumber(models.Model):
    """An order number that was jumped over and has not come yet."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="missing")
    sequence = models.BigIntegerField()
    noticed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "sequence"], name="missing_number_once")
        ]

    def __str__(self) -> str:
        return f"missing number {self.sequence} of source {self.source_id}"


class UsedNonce(models.Model):
    """A nonce that was used; kept for as long as its message could be taken."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=KEY)
    expires = models.DateTimeField(db_index=True)
    replayed = models.BooleanField(default=False)
    """Whether the trail tells already that it was sent again."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "nonce"], name="nonce_once")
        ]

    def __str__(self) -> str:
        return f"nonce {self.pk}"


class RefusedCount(models.Model):
    """How many pushes were refused in a minute for one reason, that leave no entry of their own."""

    minute = models.BigIntegerField()
    """Since 1970."""
    code = models.CharField(max_length=30)
    source = models.BigIntegerField(default=0)
    """The number of the source that it says it is of, where its key is known; else 0."""
    count = models.PositiveIntegerField()
    entered = models.PositiveIntegerField(default=0)
    """How many of them the trail has summed up."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["minute", "code", "source"], name="refused_count_once")
        ]

    def __str__(self) -> str:
        return f"refused in minute {self.minute}"
