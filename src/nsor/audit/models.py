"""The trail, as stored.

Rules that hold here: every table is append-only (triggers refuse the rest); entries are inserted
by many writers at once and put in order afterwards, as leaves; nothing of a person is stored in
clear. The tables refer to each other without foreign keys: a writer shall wait for nobody, and
whether everything fits is what verification answers.
"""

from typing import ClassVar

from django.db import models

WORD = 64
"""Characters of an actor and of a subject at most."""


class Entry(models.Model):
    """One act. ``id`` is its number; numbers may have gaps where a transaction was undone."""

    at = models.BigIntegerField()
    """Microseconds since 1970 began, UTC."""
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=WORD)
    subject = models.CharField(max_length=WORD, db_index=True)
    commitment = models.BinaryField()
    """SHA-256 of the salt and the details."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], name="audit_entry_by_time"),
            models.Index(fields=["act", "at"], name="audit_entry_by_act"),
            models.Index(fields=["actor", "at"], name="audit_entry_by_actor"),
            models.Index(fields=["actor", "act", "at"], name="audit_entry_by_both"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Details(models.Model):
    """What an entry says beyond its columns, sealed with its salt."""

    entry = models.BigIntegerField(primary_key=True)
    key = models.BigIntegerField(null=True)
    """The person's key in the key store; None where a key of the trail seals."""
    trail_key = models.IntegerField(null=True)
    """Which key of the trail seals, where no person's does."""
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"details of entry {self.pk}"


class Leaf(models.Model):
    """The place of an entry in the tree, from 0."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"leaf {self.pk}"


class Tile(models.Model):
    """The root over 256**level whole leaves, so that nobody recomputes a million of them."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    root = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "index"], name="audit_tile_is_one")
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class TrailKey(models.Model):
    """A key of the trail, wrapped by a key of the ring; a rotation of the ring adds a wrapping."""

    number = models.IntegerField()
    """0 signs checkpoints; from 1 on, keys that seal details, the highest of them new ones."""
    ring_key = models.CharField(max_length=64)
    wrapped = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "ring_key"], name="audit_wrapping_is_one")
        ]

    def __str__(self) -> str:
        return f"trail key {self.number}"


class Epoch(models.Model):
    """The life of the trail from its beginning, or from a restore, on. ``id`` counts from 1."""

    id = models.IntegerField(primary_key=True)
    origin = models.CharField(max_length=WORD, unique=True)
    log_key = models.CharField(max_length=160)
    """The verifier key of the checkpoints."""
    statement = models.TextField()
    """How it was opened, with the proof and signed; empty for the first."""
    restored = models.BigIntegerField()
    """How many leaves it took over."""

    def __str__(self) -> str:
        return f"epoch {self.pk}"


TABLES = (Entry, Details, Leaf, Tile, TrailKey, Epoch)
