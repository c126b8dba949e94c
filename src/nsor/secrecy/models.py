"""The key store's one table.

Rules that hold here: it lies in a database of its own, whose backups replace each other; a key
that was destroyed is a row that is gone.
"""

from django.db import models


class StoredKey(models.Model):
    """The key of one person, wrapped by the ring."""

    wrapped = models.BinaryField()
    ring_key = models.CharField(max_length=64, db_index=True)
    """Which of the ring's keys wraps it."""
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key {self.pk}"
