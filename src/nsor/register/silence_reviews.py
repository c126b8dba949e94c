"""Looking after at what silenced somebody on one word: a stay, a quashing, a death, a suspension.

Rules that hold here: the silence holds whatever becomes of the review; whoever finds it wrong asks
for what undoes it, as ever. Nobody reviews what they did themselves, and a review is written once.
"""

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register.acting import key_of
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.models import Batch, SilenceReview
from nsor.register.officers import actor, require_reason, require_role
from nsor.secrecy import subjects
from nsor.secrecy.box import seal, unseal
from nsor.secrecy.subjects import SubjectKey


def review_silence(batch: Batch, officer: Officer, note: str = "") -> SilenceReview:
    """Record that an officer looked at a silence after it took effect, and let it stand.

    Raises ``Refusal``: ``role_not_allowed``, ``may_name_victim``, ``own_entry``, ``not_to_review``,
    ``removed`` (a note about somebody of whom nothing can be kept), ``busy``.
    """
    require_role(officer, Role.APPROVAL)
    note = require_reason(note) if note.strip() else ""
    with short_write():
        batch = (
            Batch.objects.select_for_update(of=("self",))
            .select_related("offender")
            .get(pk=batch.pk)
        )
        if not batch.awaits_review or batch.offender is None:
            raise Refusal("not_to_review", "Nothing of this act waits to be looked at.")
        if batch.entered_by_id == officer.pk:
            raise Refusal("own_entry", "Another officer than the one who did it must look at this.")
        key = subjects.key(batch.offender.key_id)
        if note and key is None:
            key_of(batch.offender)
        review = SilenceReview(batch=batch, reviewed_by=officer, at=timezone.now())
        if note and key is not None:
            review.sealed_note = seal(key, note.encode(), _about(batch))
        review.save()
        batch.awaits_review = False
        batch.save(update_fields=["awaits_review"])
        details: dict[str, Json] = {"batch": batch.pk}
        if key is not None:
            details["note"] = note
        trail.record(
            Act.SILENCE_REVIEWED,
            actor=actor(officer),
            subject=f"offender:{batch.offender.pk}",
            details=details,
            key=SubjectKey(batch.offender.key_id, key) if key is not None else None,
        )
    return review


def note_of(review: SilenceReview) -> str:
    """Return what was noted, empty where nothing was. Raises ``Refusal``: ``removed``."""
    sealed, offender = bytes(review.sealed_note), review.batch.offender
    if not sealed or offender is None:
        return ""
    return unseal(key_of(offender).key, sealed, _about(review.batch)).decode()


def _about(batch: Batch) -> str:
    return f"batch/{batch.pk}/review"
