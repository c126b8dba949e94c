"""What the pages themselves store: jobs, and files between their preview and their entry.

Rules that hold here: nothing of a person is stored in clear; a row says how far something is, and
what it is about lies in the rooms below, or sealed in the store of documents.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer

ID = 32
"""Characters of a random name: 16 octets in hexadecimal digits."""


class JobState(models.TextChoices):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """A service said no; the code says why."""
    INTERRUPTED = "interrupted"
    """Its process died."""
    FAILED = "failed"


class Job(models.Model):
    """Long work that a page started for an officer."""

    id = models.CharField(max_length=ID, primary_key=True)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    """What it does, as a text of the translation files."""
    state = models.CharField(max_length=11, choices=JobState.choices)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    """0 where nobody knows."""
    result = models.JSONField(default=dict)
    refusal_code = models.CharField(max_length=60, blank=True)
    refusal_message = models.TextField(blank=True)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["officer", "state"], name="web_job_of_officer")]

    def __str__(self) -> str:
        return f"job {self.pk}"


class UploadState(models.TextChoices):
    """Where a file stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    UNREADABLE = "unreadable"
    """Its header or the whole of it can't be read: there are no rows to show."""
    ENTERING = "entering"
    ENTERED = "entered"
    DROPPED = "dropped"


class Upload(models.Model):
    """A file that an officer had checked, until it is entered or dropped, a day at most.

    What it holds and its name are sealed under a key of its own, in the store of documents.
    """

    id = models.CharField(max_length=ID, primary_key=True)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=UploadState.choices)
    kind = models.CharField(max_length=4)
    """``csv`` or ``xlsx``."""
    size = models.BigIntegerField()
    key_id = models.BigIntegerField()
    name_in_store = models.CharField(max_length=ID, blank=True)
    preview_in_store = models.CharField(max_length=ID, blank=True)
    sealed_name = models.BinaryField()
    pages = models.JSONField(default=dict)
    """Where each page of the preview lies in its file: lists of an offset and a length, by view."""
    counts = models.JSONField(default=dict)
    job = models.CharField(max_length=ID, blank=True)
    """The last job about it."""
    batch = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["officer", "-uploaded_at"], name="web_upload_of_officer"),
            models.Index(fields=["state", "uploaded_at"], name="web_upload_by_age"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"
