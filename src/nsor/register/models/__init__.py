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

NAME = 200
TEXT = 200
ADDRESS = 500

__all__ = [
    "ADDRESS",
    "LIVE_STATES",
    "NAME",
    "STANDING_APPEALS",
    "TEXT",
    "UNSEEN_STATES",
    "AppealRecord",
    "AppealState",
    "Batch",
    "BatchKind",
    "BatchState",
    "Conviction",
    "Evidence",
    "FeedHead",
    "Ground",
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
    "Rotation",
    "SearchToken",
    "Sex",
    "Standing",
    "VictimCategory",
]
