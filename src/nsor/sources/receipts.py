"""What a source is told when it asks: what became of a push, and what is expected next."""

from typing import Any

from nsor.register import acting
from nsor.register.errors import Refusal
from nsor.register.models import Batch, BatchState, Release
from nsor.sources.models import Push, PushState, Source
from nsor.sources.problems import Problem
from nsor.sources.receiving import missing

_STATES = {
    BatchState.APPROVED: "approved",
    BatchState.REJECTED: "rejected",
    BatchState.DISCARDED: "discarded",
}


def receipt(source: Source, receipt: str) -> dict[str, Any]:
    """Return what became of a push of a source.

    Raises ``Problem``, ``not_found``, for another's as for one that isn't there.
    """
    found = Push.objects.filter(source=source, receipt=receipt, state=PushState.ACCEPTED)
    push = found.select_related("batch", "batch__offender").first()
    if push is None:
        raise Problem("not_found", "This source has no receipt of this number.")
    return of_push(push)


def of_push(push: Push) -> dict[str, Any]:
    """Return what became of an accepted push."""
    batch = push.batch
    decided = batch.decided_at if batch and not push.at_once else None
    return {
        "receipt": push.receipt,
        "kind": push.kind,
        "sequence": push.sequence,
        "received_at": push.received_at.isoformat(timespec="seconds"),
        "state": state_of(push),
        "decided_at": decided.isoformat(timespec="seconds") if decided else None,
        "published_at": _published_at(push),
        "reason": _reason(batch),
    }


def state_of(push: Push) -> str:
    """Return where an accepted push stands."""
    if push.batch is None:
        return "nothing_to_change"
    if push.at_once:
        return "took_effect"
    return _STATES.get(BatchState(push.batch.state), "awaits_approval")


def expected(source: Source) -> dict[str, Any]:
    """Return what is expected of a source."""
    return {
        "name": source.name,
        "kind": source.kind,
        "events": source.events,
        "districts": source.districts,
        "next_sequence": source.next_sequence,
        "missing": missing(source),
        "quota": {
            "per_minute": source.per_minute,
            "minute_spent": source.minute_spent,
            "per_day": source.per_day,
            "day_spent": source.day_spent,
        },
    }


def _published_at(push: Push) -> str | None:
    released = (
        Release.objects.filter(batch=push.batch, last_sequence__isnull=False)
        .exclude(released_at=None)
        .order_by("last_sequence")
        .first()
        if push.batch and push.batch.state == BatchState.APPROVED
        else None
    )
    at = released.released_at if released else None
    return at.isoformat(timespec="seconds") if at else None


def _reason(batch: Batch | None) -> str:
    """Return why a second officer said no; empty where nobody did, or it can't be read any more."""
    if batch is None or batch.state != BatchState.REJECTED:
        return ""
    try:
        return acting.open_decision(batch)
    except Refusal:
        return ""
