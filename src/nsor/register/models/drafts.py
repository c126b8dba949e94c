"""Forms of entries that officers haven't finished, as stored.

Rules that hold here: what is typed, and every document added to it, is sealed under a key of the
form's own, which is destroyed when the form is forgotten. What a row tells without that key is who
types, and when it was saved.
"""

from django.db import models

from nsor.accounts.models import Officer
from nsor.register.models.acts import Batch

WRITER = 32


class EntryForm(models.Model):
    """A conviction as far as an officer has typed it, right or wrong."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="entry_forms")
    key_id = models.BigIntegerField(unique=True)
    sealed = models.BinaryField()
    """What was typed, by the name of the field (JSON)."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with each save."""
    writer = models.CharField(max_length=WRITER, blank=True)
    """The open page that saved last, by a random word of its own."""
    batch = models.OneToOneField(Batch, models.PROTECT, null=True, related_name="form")
    """The draft of the register that was entered from it; null before."""
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"form {self.pk}"


class FormDocument(models.Model):
    """A document that was added to a form; it goes to the person when the entry is submitted."""

    form = models.ForeignKey(EntryForm, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=17)
    size = models.PositiveIntegerField()
    """Octets of the document."""
    name_in_store = models.CharField(max_length=32, unique=True)
    declared_name = models.BinaryField()
    """The file's name as its sender gave it, sealed."""
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"document {self.pk} of a form"
