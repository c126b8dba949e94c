"""Convictions, as stored.

Rules that hold here:

- A conviction is what one act entered, and counts once that act is approved. It keeps the person's
  particulars as that act gave them; a ``Profile`` takes them over at approval. So what a rejected
  batch said of somebody is never said again.
- A correction is a row of its own that replaces another; ``current`` is the newest approved one.
- Of a victim nothing is stored but the category and whether under 13.
- What the law is applied to (sections, dates, appeal state) is in clear; what tells who, or which
  case, is sealed.
"""

from typing import ClassVar

from django.db import models

from nsor.register.models.acts import Batch
from nsor.register.models.choices import AppealState, VictimCategory
from nsor.register.models.people import Offender

SECTIONS = 200


class Conviction(models.Model):
    """A court's finding against a person, as one act entered it."""

    batch = models.ForeignKey(Batch, models.PROTECT, db_index=False, related_name="convictions")
    line = models.PositiveIntegerField()
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="convictions")
    number = models.ForeignKey("register.IdentityNumber", models.PROTECT, related_name="+")
    """Under which number it was entered."""
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    current = models.BooleanField(default=True)
    """False for what an approved correction replaced, and for a correction that still waits."""
    case_token = models.BinaryField(max_length=16)
    """The case number as it is compared: one person can't have the same case twice."""
    name_token = models.BinaryField(max_length=16)
    father_token = models.BinaryField(max_length=16)
    sealed = models.BinaryField()
    """``documents.Case``: court, case, FIR, sentence, and the particulars as they were given."""
    sections = models.CharField(max_length=SECTIONS)
    """The catalogue's names of the sections, ``;``-separated."""
    registrable = models.BooleanField()
    law_version = models.BigIntegerField()
    convicted_on = models.DateField(db_index=True)
    offence_on = models.DateField(null=True)
    sentenced_on = models.DateField(null=True)
    released_on = models.DateField(null=True)
    sentence_months = models.PositiveSmallIntegerField(null=True)
    juvenile = models.BooleanField()
    court_order = models.BooleanField(default=False)
    """Whether a court ordered that this conviction of a child be told to the public."""
    victim_category = models.CharField(max_length=5, choices=VictimCategory.choices)
    victim_under_13 = models.BooleanField(null=True)
    entered_appeal_state = models.CharField(max_length=7, choices=AppealState.choices)
    appeal_state = models.CharField(max_length=7, choices=AppealState.choices)
    """As it is now; its history begins with the entered one and goes on in ``AppealRecord``."""
    warnings = models.CharField(max_length=200, blank=True)
    """Codes of what the approver should know, ``;``-separated."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "offender", "case_token"], name="case_once_in_a_batch"
            )
        ]
        indexes: ClassVar = [
            # A search for a section asks this index which values occur, and who has one of them.
            models.Index(
                fields=["sections", "convicted_on", "offender"],
                name="conviction_sections",
                condition=models.Q(current=True),
            ),
            # Of a file the approver is shown first what was odd about it.
            models.Index(
                fields=["batch", "offender"],
                name="conviction_warned",
                condition=~models.Q(warnings=""),
            ),
        ]

    def __str__(self) -> str:
        return f"conviction {self.pk}"


class AppealRecord(models.Model):
    """One change of a conviction's appeal state: by which act, and from which day it held."""

    conviction = models.ForeignKey(Conviction, models.PROTECT, related_name="appeals")
    from_state = models.CharField(max_length=7, choices=AppealState.choices)
    to_state = models.CharField(max_length=7, choices=AppealState.choices)
    effective_on = models.DateField()
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="appeals")
    """One act records it of each conviction of the same case: a merged person may have several."""

    def __str__(self) -> str:
        return f"appeal record {self.pk}"


class PassedAlarm(models.Model):
    """A screening alarm that a second officer let pass: an address may hold such a word."""

    fingerprint = models.CharField(max_length=64, unique=True)
    officer = models.ForeignKey("accounts.Officer", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"passed alarm {self.pk}"
