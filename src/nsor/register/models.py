"""The register, as stored.

Rules that hold here:

- A conviction enters with a batch and counts once that batch is approved. It keeps the person's
  particulars as that batch gave them; an ``Offender`` takes them over at approval. So what a
  rejected batch said of somebody is never said again.
- Of a victim nothing is stored but the category.
- Nothing is answered from these tables: services follow ``Release`` and ``Publication``, which
  are never changed once released (the database itself refuses it, see the migrations).
- ``Publication.release`` has no sequence until it is released, and is invisible until then.
"""

from typing import ClassVar

from django.db import models

from nsor.accounts.models import Officer

NAME = 200
TEXT = 200
ADDRESS = 500


class Sex(models.TextChoices):
    """The recorded sex; it may differ from what the CNIC's last digit says."""

    MALE = "male"
    FEMALE = "female"
    X = "x"


class Relation(models.TextChoices):
    """Whose name stands beside the person's own."""

    FATHER = "father"
    HUSBAND = "husband"


class VictimCategory(models.TextChoices):
    """All that is ever stored of a victim (Anti-Rape Act 2021, s. 26)."""

    CHILD = "child"
    WOMAN = "woman"
    BOTH = "both"


class AppealState(models.TextChoices):
    """Where an appeal stands; a conviction that is stayed or quashed is silent."""

    NONE = "none"
    PENDING = "pending"
    STAYED = "stayed"
    QUASHED = "quashed"


STANDING_APPEALS = frozenset({AppealState.NONE.value, AppealState.PENDING.value})


class BatchKind(models.TextChoices):
    """What a batch asks for: a file of convictions, or an appeal state that speaks again."""

    IMPORT = "import"
    APPEAL = "appeal"


class BatchState(models.TextChoices):
    """``staging`` is invisible to all but its own import; ``discarded`` is what became of it."""

    STAGING = "staging"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    DISCARDED = "discarded"


LIVE_STATES = (BatchState.SUBMITTED, BatchState.APPROVED)
UNSEEN_STATES = (BatchState.STAGING, BatchState.DISCARDED)


class Batch(models.Model):
    """What one officer enters and another decides."""

    kind = models.CharField(max_length=8, choices=BatchKind.choices)
    state = models.CharField(max_length=10, choices=BatchState.choices, db_index=True)
    entered_by = models.ForeignKey(Officer, models.PROTECT, related_name="batches_entered")
    entered_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    submission = models.BigIntegerField(null=True, unique=True)
    """The place in the order in which batches were submitted; null before."""
    entries = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="batches_decided"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("entered_by")),
                name="batch_decided_by_another_officer",
            )
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Particulars(models.Model):
    """Who a person is, in both languages."""

    name_ur = models.CharField(max_length=NAME)
    father_name_ur = models.CharField(max_length=NAME)
    name_en = models.CharField(max_length=NAME)
    father_name_en = models.CharField(max_length=NAME)
    relation = models.CharField(max_length=7, choices=Relation.choices)
    sex = models.CharField(max_length=6, choices=Sex.choices)
    date_of_birth = models.DateField(null=True)
    address = models.CharField(max_length=ADDRESS, blank=True)
    district = models.CharField(max_length=TEXT, blank=True)

    class Meta:
        abstract = True


class Offender(Particulars):
    """A person of whom a batch was approved, or who was withdrawn before one could be."""

    cnic = models.CharField(max_length=13, unique=True)
    withdrawn = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"offender {self.pk}"


class Withdrawal(models.Model):
    """One act that silenced a person, whatever the courts said."""

    offender = models.ForeignKey(Offender, models.PROTECT, related_name="withdrawals")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class Conviction(Particulars):
    """A court's finding against the holder of a CNIC, as one batch entered it."""

    batch = models.ForeignKey(Batch, models.PROTECT, db_index=False, related_name="convictions")
    line = models.PositiveIntegerField()
    cnic = models.CharField(max_length=13, db_index=True)
    case_key = models.CharField(max_length=3 * TEXT)
    """The case number as it is compared: one person can't have the same case twice."""
    court = models.CharField(max_length=TEXT)
    case_number = models.CharField(max_length=TEXT)
    fir_number = models.CharField(max_length=TEXT, blank=True)
    police_station = models.CharField(max_length=TEXT, blank=True)
    sections = models.CharField(max_length=TEXT)
    """The catalogue's names of the sections, ``;``-separated."""
    registrable = models.BooleanField()
    catalogue_version = models.PositiveIntegerField()
    convicted_on = models.DateField()
    offence_on = models.DateField(null=True)
    juvenile = models.BooleanField()
    sentence = models.CharField(max_length=TEXT, blank=True)
    victim_category = models.CharField(max_length=5, choices=VictimCategory.choices)
    appeal_state = models.CharField(max_length=7, choices=AppealState.choices)
    warnings = models.CharField(max_length=TEXT, blank=True)
    """Codes of what the approver should know, ``;``-separated."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "cnic", "case_key"], name="conviction_once_in_a_batch"
            )
        ]

    def __str__(self) -> str:
        return f"conviction {self.pk}"


class AppealRecord(models.Model):
    """One change of a conviction's appeal state: who, when, why; and when it took effect."""

    conviction = models.ForeignKey(Conviction, models.PROTECT, related_name="appeals")
    from_state = models.CharField(max_length=7, choices=AppealState.choices)
    to_state = models.CharField(max_length=7, choices=AppealState.choices)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    batch = models.OneToOneField(Batch, models.PROTECT, null=True, related_name="appeal")
    effective_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"appeal record {self.pk}"


class Basis(models.TextChoices):
    """The lists of offences of the Anti-Rape (Investigation and Trial) Act 2021."""

    SECTION_2H = "s. 2(h)"
    SCHEDULE_I = "Schedule I"
    SCHEDULE_II = "Schedule II"


class Offence(models.Model):
    """One entry of the catalogue: a section that a basis names, and since when it is law."""

    version = models.PositiveIntegerField()
    statute = models.CharField(max_length=8)
    section = models.CharField(max_length=8)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    only_if_connected_with = models.CharField(max_length=100, blank=True)
    """Empty, or what it must be connected with: it never makes a conviction registrable alone."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    """The last day, or null while it is in force."""
    citation = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "statute", "section", "basis", "valid_from"],
                name="offence_once_in_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.statute} {self.section} ({self.basis})"


class Policy(models.Model):
    """A choice that an authority makes by instrument, from a date on."""

    key = models.CharField(max_length=50)
    value = models.CharField(max_length=100)
    valid_from = models.DateField()
    instrument = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key", "valid_from"], name="policy_key_valid_from")
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} from {self.valid_from}"


class FeedHead(models.Model):
    """The one row whose lock orders every act: the last sequence and the last submission."""

    last_sequence = models.BigIntegerField()
    last_submission = models.BigIntegerField()

    def __str__(self) -> str:
        return f"feed head at {self.last_sequence}"


class ReleaseKind(models.TextChoices):
    """``batch``: an approved file; ``act``: what one officer did to one person."""

    BATCH = "batch"
    ACT = "act"


class Release(models.Model):
    """A run of publications that became visible together."""

    kind = models.CharField(max_length=5, choices=ReleaseKind.choices)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="releases")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    base_sequence = models.BigIntegerField(null=True)
    """A publication's sequence is this plus its ordinal, which counts from 1."""
    last_sequence = models.BigIntegerField(null=True, unique=True)
    """Null while the release is prepared: nobody sees it then."""
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"release {self.pk}"


class Publication(models.Model):
    """What may be answered about a person from its sequence on. Names only where listed."""

    release = models.ForeignKey(
        Release, models.PROTECT, db_index=False, related_name="publications"
    )
    ordinal = models.PositiveIntegerField()
    cnic = models.BigIntegerField(db_index=True)
    listed = models.BooleanField()
    sex = models.CharField(max_length=6, choices=Sex.choices)
    relation = models.CharField(max_length=7, choices=Relation.choices)
    name_ur = models.CharField(max_length=NAME, blank=True)
    father_name_ur = models.CharField(max_length=NAME, blank=True)
    name_en = models.CharField(max_length=NAME, blank=True)
    father_name_en = models.CharField(max_length=NAME, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release", "ordinal"], name="publication_ordinal_in_release"
            )
        ]
        indexes: ClassVar = [
            # Those who were silenced are few: a follower finds them without reading past a batch.
            models.Index(
                fields=["release", "ordinal"],
                name="publication_silences",
                condition=models.Q(listed=False),
            )
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"
