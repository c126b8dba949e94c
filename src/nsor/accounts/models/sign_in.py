"""What opens a sign-in, and what holds guessing up.

Rules that hold here: a link is stored as its hash alone; whose attempts are counted, and from
where, is a keyed hash, so that the table tells nothing of anybody; a count is never lost with a
process.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models.officers import Officer


class FirstLink(models.Model):
    """A link by which an officer chooses a password, once; ``token_hash`` is SHA-256 of its token.

    ``ended_at`` is when it stopped opening anything: it was used, or another took its place.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    used = models.BooleanField(default=False)


class Attempts(models.Model):
    """Attempts that failed since ``since``, of whom and from where ``key`` stands for.

    ``succeeded_at`` is when one last succeeded for it.
    """

    key = models.BinaryField(max_length=32, unique=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["since"], name="attempts_since")]


class LastCode(models.Model):
    """The time step of the last code that an officer was believed (RFC 6238, 5.2)."""

    officer = models.OneToOneField(Officer, on_delete=models.CASCADE)
    step = models.BigIntegerField()


class RefusedMinute(models.Model):
    """How many sign-ins were refused in one minute, counted from the epoch.

    ``entered`` have an entry in the trail of their own, ``further`` are summed up in one.
    """

    minute = models.BigIntegerField(unique=True)
    entered = models.PositiveIntegerField(default=0)
    further = models.PositiveIntegerField(default=0)
