"""What an officer does, by name. Each function says in its own module what holds of it.

Rules that hold here: nothing but names; pages, commands and sources change the record through these
and no other. It is searched by ``search.searching``, and one record is read by ``reading``.
"""

from nsor.register.appeals import record_appeal
from nsor.register.batches import reject_batch as reject
from nsor.register.corrections import (
    ConvictionCorrection,
    NumberAddition,
    ProfileCorrection,
    correct,
)
from nsor.register.deciding import approve_batch as approve
from nsor.register.entering import (
    EntryRefused,
    MaybeKnown,
    NewConviction,
    change_draft,
    discard_draft,
    enter_conviction,
    submit,
)
from nsor.register.history import read_history
from nsor.register.importing import import_batch
from nsor.register.merging import merge, unmerge
from nsor.register.removal import remove
from nsor.register.reviews import record_review
from nsor.register.silence_reviews import review_silence
from nsor.register.standing import expire, record_death, restore, suspend, withdraw

__all__ = [
    "ConvictionCorrection",
    "EntryRefused",
    "MaybeKnown",
    "NewConviction",
    "NumberAddition",
    "ProfileCorrection",
    "approve",
    "change_draft",
    "correct",
    "discard_draft",
    "enter_conviction",
    "expire",
    "import_batch",
    "merge",
    "read_history",
    "record_appeal",
    "record_death",
    "record_review",
    "reject",
    "remove",
    "restore",
    "review_silence",
    "submit",
    "suspend",
    "unmerge",
    "withdraw",
]
