"""What is stored of sources, as pages call it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.sources.models import EventKind, ProposalKind, ProposalState, SourceKind, Way

KINDS: Final[dict[str, Promise]] = {
    SourceKind.COURT: _("Court"),
    SourceKind.PRISON: _("Prison"),
    SourceKind.PROSECUTION: _("Prosecution"),
    SourceKind.POLICE: _("Police"),
}
EVENTS: Final[dict[str, Promise]] = {
    EventKind.CONVICTION: _("Convictions"),
    EventKind.APPEAL: _("Results of appeals"),
    EventKind.TRANSFER: _("Transfers to another prison"),
    EventKind.RELEASE: _("Releases"),
    EventKind.DEATH: _("Deaths"),
}
WAYS: Final[dict[str, Promise]] = {
    Way.API: _("from system to system"),
    Way.FOLDER: _("as a file in the folder"),
    Way.PAGE: _("as a file on this page"),
}
PROPOSALS: Final[dict[str, Promise]] = {
    ProposalKind.SOURCE: _("A new source"),
    ProposalKind.CHANGE: _("A change of a source"),
    ProposalKind.KEY: _("A key"),
}
STATES: Final[dict[str, Promise]] = {
    ProposalState.PROPOSED: _("waits for another administrator"),
    ProposalState.APPROVED: _("approved"),
    ProposalState.REJECTED: _("rejected"),
}
RECEIPTS: Final[dict[str, Promise]] = {
    "awaits_approval": _("awaits approval"),
    "took_effect": _("took effect at once"),
    "nothing_to_change": _("changed nothing"),
    "approved": _("approved"),
    "rejected": _("rejected"),
    "discarded": _("discarded"),
}
REFUSED: Final[dict[str, Promise]] = {
    "bad_json": _("The file or message is no JSON that is taken."),
    "too_large": _("The file is larger than an event can be."),
    "signature_malformed": _("The signature's file can't be read."),
    "parameters_wrong": _("The signature's particulars are wrong."),
    "digest_wrong": _("The signature is of another file."),
    "signature_stale": _("The signature is too old, or of a clock that is wrong."),
    "signature_wrong": _("No key that is in force signed this."),
    "bad_idempotency_key": _("The idempotency key is malformed."),
    "replayed": _("This was sent before."),
    "source_inactive": _("The source is switched off."),
    "out_of_scope": _("The event, or its place, isn't this source's."),
    "sequence_repeated": _("The order number was used before."),
    "sequence_too_far": _("The order number leaves too large a gap."),
    "conflict": _("What is recorded doesn't let the event take effect now."),
    "idempotency_conflict": _("The idempotency key was used for another event."),
    "invalid_event": _("Fields of the event have faults."),
    "too_many": _("The source's quota is used up."),
    "unavailable": _("The register can't take events now."),
}
"""Why a push was refused; a code without a sentence is shown as it is."""
TABLES: Final = {
    "kind": KINDS,
    "event": EVENTS,
    "way": WAYS,
    "proposal": PROPOSALS,
    "state": STATES,
    "receipt": RECEIPTS,
    "refused": REFUSED,
}
