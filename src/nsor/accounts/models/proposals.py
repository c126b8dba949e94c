"""What is proposed about officers, as stored.

Rules that hold here: who decides is neither who proposed nor whom it concerns, and what the system
proposed was seconded by somebody else again; the database holds all of it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from nsor.accounts.models.officers import Officer, Role


class Kind(models.TextChoices):
    """What a proposal would do."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    LINK = "link"


class State(models.TextChoices):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class OfficerProposal(models.Model):
    """A change of who may act, which waits for an administrator or was decided by one.

    ``proposed_by`` is null for what the command line proposed: then two administrators approve,
    ``seconded_by`` the first. ``officer`` is null as long as a new one isn't there.
    """

    kind = models.CharField(max_length=6, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="proposals")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=14, choices=Role.choices, blank=True)
    jurisdiction = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    seconded_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    """Why it was rejected."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=Q(state=State.OPEN),
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None)
                | Q(decided_by=None)
                | ~Q(decided_by=F("proposed_by")),
                name="proposal_second_administrator",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by=None)
                | Q(decided_by=None)
                | ~Q(decided_by=F("seconded_by")),
                name="proposal_two_of_the_systems",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED)
                | Q(decided_by__isnull=False)
                & (Q(proposed_by__isnull=False) | Q(seconded_by__isnull=False)),
                name="proposal_never_approved_by_one",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.ADD)
                | Q(officer__isnull=False)
                & (Q(decided_by=None) | ~Q(decided_by=F("officer")))
                & (Q(seconded_by=None) | ~Q(seconded_by=F("officer")))
                & (Q(proposed_by=None) | ~Q(proposed_by=F("officer"))),
                name="proposal_never_by_whom_it_concerns",
            ),
        ]
