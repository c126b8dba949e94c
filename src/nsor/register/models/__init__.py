"""The register, as stored: acts, people, cases and the feed, each in a module of its own."""

from nsor.register.evidence.models import Evidence
from nsor.register.models.acts import Batch, FeedHead
from nsor.register.models.cases import AppealRecord, Conviction, PassedAlarm
from nsor.register.models.choices import (
    LIVE_STATES,
    STANDING_APPEALS,
    UNSEEN_STATES,
    AppealState,
    BatchKind,
    BatchState,
    Ground,
    NumberKind,
    Relation,
    ReleaseKind,
    Sex,
    Standing,
    VictimCategory,
)
from nsor.register.models.drafts import EntryForm, FormDocument
from nsor.register.models.identity import STOPPING, CheckOutcome, IdentityCheck
from nsor.register.models.people import (
    IdentityNumber,
    KeyToDestroy,
    NotSame,
    Offender,
    Profile,
    Registration,
    Rotation,
    SearchToken,
)
from nsor.register.models.publications import Publication, Release
from nsor.register.models.reviews import Finding, Review
from nsor.register.models.silence_reviews import SilenceReview
from nsor.register.models.statistics import StatisticsRun

NAME = 200
TEXT = 200
ADDRESS = 500

__all__ = [
    "ADDRESS",
    "LIVE_STATES",
    "NAME",
    "STANDING_APPEALS",
    "STOPPING",
    "TEXT",
    "UNSEEN_STATES",
    "AppealRecord",
    "AppealState",
    "Batch",
    "BatchKind",
    "BatchState",
    "CheckOutcome",
    "Conviction",
    "EntryForm",
    "Evidence",
    "FeedHead",
    "Finding",
    "FormDocument",
    "Ground",
    "IdentityCheck",
    "IdentityNumber",
    "KeyToDestroy",
    "NotSame",
    "NumberKind",
    "Offender",
    "PassedAlarm",
    "Profile",
    "Publication",
    "Registration",
    "Relation",
    "Release",
    "ReleaseKind",
    "Review",
    "Rotation",
    "SearchToken",
    "Sex",
    "SilenceReview",
    "Standing",
    "StatisticsRun",
    "VictimCategory",
]
