"""The law, as stored.

Rules that hold here:

- A row is enacted when it is stored, and the database itself refuses to change or delete it (see
  the migrations). The law changes by a later row of the same key (each model's ``KEY``).
- On a day, of the rows of one key that hold on it (``valid_from`` to ``valid_to``), the one counts
  that begins last, and of those that begin on one day the one stored last. A row that lapses lets
  the one before it count again, as a lapsed ordinance does. A repeal is a row too.
- Every row says by which instrument, and by which change of two officers it came; ``change`` is
  null where the register began with it.
"""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from nsor.accounts.models import Officer
from nsor.law.choices import SETTINGS
from nsor.law.rules import FIELDS

_MARK = RegexValidator(r"\A[a-z0-9_]+\Z", "It is written with small letters, digits and _ alone.")
_SECTION = RegexValidator(r"\A[0-9]+[A-Z]*\Z", "It is a number with its letters, such as 377B.")
_STATUTE = RegexValidator(r"\A[A-Z]+\Z", "It is the statute's short name in capitals, such as PPC.")
_NAME = RegexValidator(
    r"\A[A-Z]+ [0-9]+[A-Z]*\Z", "It is a statute and a section, such as PPC 376."
)
_POSITIVE = MinValueValidator(1)


def known_fields(text: str) -> None:
    """Raise ``ValidationError`` where a rule would allow what is no field of a record."""
    unknown = [part for part in text.split(";") if part and part not in FIELDS]
    if unknown:
        raise ValidationError(f"It names, ;-separated, of: {', '.join(sorted(FIELDS))}.")


class ChangeKind(models.TextChoices):
    """Which table of the law a change adds a row to."""

    OFFENCE = "offence"
    SETTING = "setting"
    TIER_RULE = "tier_rule"
    TERM = "term"
    VERIFICATION = "verification"
    DUTY = "duty"
    DISCLOSURE_RULE = "disclosure_rule"


class ChangeState(models.TextChoices):
    """Where a change stands; one that was decided never changes again."""

    PROPOSED = "proposed"
    ENACTED = "enacted"
    REJECTED = "rejected"


class Head(models.Model):
    """The one row whose lock orders the changes: the number of the last one enacted."""

    version = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"law at version {self.version}"


class Change(models.Model):
    """A row of the law that one officer proposes and another enacts or rejects."""

    kind = models.CharField(max_length=16, choices=ChangeKind.choices)
    values = models.JSONField()
    """The columns of the row, by name."""
    repeals = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    instrument = models.TextField()
    retroactive = models.BooleanField(default=False)
    """Whether the proposer said that it is meant to reach back before the day of enactment."""
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=ChangeState.choices, db_index=True)
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    number = models.PositiveIntegerField(null=True, unique=True)
    """The version of the law that the change made; null unless it is enacted."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
                name="law_change_decided_by_another_officer",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=ChangeState.ENACTED, decided_by__isnull=False, number__isnull=False
                )
                | models.Q(state=ChangeState.REJECTED, decided_by__isnull=False, number=None)
                | models.Q(state=ChangeState.PROPOSED, decided_by=None, number=None),
                name="law_change_is_decided_or_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of the law"


class Row(models.Model):
    """What every row of the law has."""

    KEY: ClassVar[tuple[str, ...]]
    """The columns that say which rows replace each other."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    """The last day, or null where the row holds until another one counts."""
    repealed = models.BooleanField(default=False)
    """Whether the row says that nothing holds of its key."""
    instrument = models.TextField()
    change = models.OneToOneField(Change, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def key_values(self) -> tuple[object, ...]:
        """The values of ``KEY``."""
        return tuple(getattr(self, name) for name in self.KEY)


class Basis(models.TextChoices):
    """The lists of offences of the Anti-Rape (Investigation and Trial) Act 2021."""

    SECTION_2H = "s. 2(h)"
    SCHEDULE_I = "Schedule I"
    SCHEDULE_II = "Schedule II"


class Offence(Row):
    """One entry of the catalogue: a section that a basis names, and since when it is law.

    ``valid_from`` is when the basis began to name it; ``section_from`` when the section itself
    came into force, which is what an offence is held against.
    """

    KEY = ("statute", "section", "basis", "section_from")

    statute = models.CharField(max_length=8, validators=[_STATUTE])
    section = models.CharField(max_length=8, validators=[_SECTION])
    basis = models.CharField(max_length=12, choices=Basis.choices)
    only_if_connected_with = models.CharField(max_length=100, blank=True)
    """Empty, or what it must be connected with: it never makes a conviction registrable alone."""
    section_from = models.DateField()
    section_to = models.DateField(null=True, blank=True)
    """The last day on which the section was law, or null."""
    citation = models.TextField()
    """Where the section's own dates come from."""

    def __str__(self) -> str:
        return f"{self.statute} {self.section} ({self.basis})"


class Policy(Row):
    """A setting that an authority makes by instrument."""

    KEY = ("key",)

    key = models.CharField(max_length=50, choices=[(name, name) for name in SETTINGS])
    value = models.CharField(max_length=100)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "valid_from"], name="law_policy_in_force")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} from {self.valid_from}"

    def clean(self) -> None:
        """Raise ``ValidationError`` where the setting can't have the value."""
        setting = SETTINGS.get(self.key)
        if setting is not None and not setting.takes(self.value):
            raise ValidationError({"value": f"It is {setting.takes_what}."})


class TierSet(models.TextChoices):
    """Whose tiers, terms and duties; the setting ``tier_set`` says which of them is switched on."""

    SORNA = "sorna"
    UK = "uk"


class InSet(Row):
    """A row of one of the sets."""

    tier_set = models.CharField(max_length=8, choices=TierSet.choices)

    class Meta:
        abstract = True


_TIERS = [(1, "I"), (2, "II"), (3, "III")]


class TierRule(InSet):
    """A class of convictions that is at least of a tier. An empty column sets no condition."""

    KEY = ("tier_set", "key")

    key = models.CharField(max_length=50, validators=[_MARK])
    tier = models.PositiveSmallIntegerField(choices=_TIERS)
    section = models.CharField(max_length=17, blank=True, validators=[_NAME])
    victim_under_13 = models.BooleanField(default=False)
    """Whether the rule speaks only of offences against a child under 13."""
    earlier_convictions = models.PositiveSmallIntegerField(default=0)
    """How many earlier registrable convictions there must be at least."""
    sentence_months_over = models.PositiveSmallIntegerField(null=True, blank=True)
    """The sentence is longer than this."""
    sentence_months_from = models.PositiveSmallIntegerField(null=True, blank=True)
    """The sentence is this long or longer."""

    def __str__(self) -> str:
        return f"tier {self.tier} of {self.tier_set} by {self.key}"


class RunsFrom(models.TextChoices):
    """From when a term counts."""

    RELEASE = "release"
    CONVICTION = "conviction"


class Term(InSet):
    """For how long a tier is registered, in months; an empty ``months`` is for life."""

    KEY = ("tier_set", "tier")

    tier = models.PositiveSmallIntegerField(choices=_TIERS)
    runs_from = models.CharField(max_length=10, choices=RunsFrom.choices)
    months = models.PositiveSmallIntegerField(null=True, blank=True, validators=[_POSITIVE])
    clean_record_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[_POSITIVE]
    )
    """The term of somebody with a clean record, where that shortens it."""
    juvenile_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[_POSITIVE]
    )
    """The term of somebody who was under 18, where that shortens it."""
    review_after_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[_POSITIVE]
    )
    """After how long the term itself is looked at again, where it ever is."""

    def __str__(self) -> str:
        return f"term of tier {self.tier} of {self.tier_set}"


class Verification(InSet):
    """How often a registrant of a tier shows themselves in person."""

    KEY = ("tier_set", "tier", "no_fixed_address")

    tier = models.PositiveSmallIntegerField(choices=_TIERS)
    no_fixed_address = models.BooleanField(default=False)
    every = models.PositiveSmallIntegerField(validators=[_POSITIVE])
    unit = models.CharField(max_length=6, choices=[("months", "months"), ("days", "days")])

    def __str__(self) -> str:
        return f"verification of tier {self.tier} of {self.tier_set}"


class Duty(InSet):
    """What a registrant must tell, and by when."""

    KEY = ("tier_set", "key")

    key = models.CharField(max_length=50, validators=[_MARK])
    what = models.CharField(max_length=200)
    """What must be told, in words that go after "tell of"."""
    what_ur = models.CharField(max_length=200)
    within = models.PositiveSmallIntegerField()
    unit = models.CharField(
        max_length=13,
        choices=[(unit, unit) for unit in ("hours", "days", "business_days")],
    )
    when = models.CharField(max_length=6, choices=[("before", "before"), ("after", "after")])
    longer_than_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    """For how long it must last to have to be told, where that matters."""
    in_person = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"duty {self.key} of {self.tier_set}"


class DisclosureRule(Row):
    """What an audience may be told of a class of convictions; an empty column is any value."""

    KEY = ("audience", "key")

    key = models.CharField(max_length=50, validators=[_MARK])
    audience = models.CharField(
        max_length=15,
        choices=[(name, name) for name in ("public", "institution", "law_enforcement")],
    )
    victim_category = models.CharField(
        max_length=5, blank=True, choices=[(name, name) for name in ("child", "woman", "both")]
    )
    victim_under_13 = models.BooleanField(null=True, blank=True)
    tier = models.PositiveSmallIntegerField(null=True, blank=True, choices=_TIERS)
    juvenile = models.BooleanField(null=True, blank=True)
    appeal_state = models.CharField(
        max_length=7,
        blank=True,
        choices=[(name, name) for name in ("none", "pending", "stayed", "quashed")],
    )
    standing = models.CharField(
        max_length=9,
        blank=True,
        choices=[(name, name) for name in ("active", "suspended", "expired", "deceased")],
    )
    tells = models.CharField(max_length=300, blank=True, validators=[known_fields])
    """The fields that may be told, ``;``-separated; empty where nothing may be."""

    def __str__(self) -> str:
        return f"{self.audience}: {self.key}"


ROWS: dict[ChangeKind, type[Row]] = {
    ChangeKind.OFFENCE: Offence,
    ChangeKind.SETTING: Policy,
    ChangeKind.TIER_RULE: TierRule,
    ChangeKind.TERM: Term,
    ChangeKind.VERIFICATION: Verification,
    ChangeKind.DUTY: Duty,
    ChangeKind.DISCLOSURE_RULE: DisclosureRule,
}
