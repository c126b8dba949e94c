"""The words that the record's fields take."""

from django.db import models


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
    """What is stored of a victim beside whether under 13 (Anti-Rape Act 2021, s. 26)."""

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


class NumberKind(models.TextChoices):
    """What an identity number is; all but a passport's are 13 digits, of one space."""

    CNIC = "cnic"
    NICOP = "nicop"
    POC = "poc"
    JUVENILE = "juvenile"
    PASSPORT = "passport"


class Standing(models.TextChoices):
    """A person's standing, beside whether two officers have spoken on a conviction of theirs."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"


class Ground(models.TextChoices):
    """Why somebody is suspended."""

    NONE = ""
    WITHDRAWN = "withdrawn", "wrongly listed"
    DISPUTE = "dispute", "the listing is disputed"
    COURT_ORDER = "court_order", "a court ordered it"
    REMOVAL = "removal", "removal awaits a second officer"
    BACKUP = "backup", "a restored backup lacks why this was silent: look at the documents"


class BatchKind(models.TextChoices):
    """What an act does."""

    IMPORT = "import"
    ENTRY = "entry"
    CORRECTION = "correction"
    APPEAL = "appeal"
    RESTORE = "restore"
    MERGE = "merge"
    UNMERGE = "unmerge"
    REMOVAL = "removal"
    SUSPENSION = "suspension"
    WITHDRAWAL = "withdrawal"
    DEATH = "death"
    EXPIRY = "expiry"
    LAW = "law"
    REVIEW = "review"


class BatchState(models.TextChoices):
    """``staging`` is invisible to all but its own import; ``discarded`` is what became of it."""

    STAGING = "staging"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    DISCARDED = "discarded"


LIVE_STATES = (BatchState.SUBMITTED, BatchState.APPROVED)
UNSEEN_STATES = (BatchState.STAGING, BatchState.DISCARDED)


class ReleaseKind(models.TextChoices):
    """``batch``: an approved file; ``act``: what one officer did to one person."""

    BATCH = "batch"
    ACT = "act"
