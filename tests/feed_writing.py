"""Puts made-up publications straight into the feed, past the register's acts.

For what reads the feed: it needs thousands of people, and nothing of their cases.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.register import documents, models, numbering
from nsor.register.documents import Told
from nsor.register.numbering import Holder
from nsor.secrecy import subjects


def release(*publications: Any) -> models.Release:
    """Put publications at the end of the feed, all at once, as an approval does."""
    written = prepare(publications)
    head = models.FeedHead.objects.get()
    written.base_sequence = head.last_sequence
    written.last_sequence = head.last_sequence = head.last_sequence + len(publications)
    written.released_at = timezone.now()
    written.save()
    head.save()
    return written


def prepare(publications: Iterable[Any]) -> models.Release:
    """Write a release that nobody sees yet; what it tells is as ``feed.Publication`` has it."""
    told = list(publications)
    officer, _ = Officer.objects.get_or_create(name="approver", role="approval", secret_hash="-")
    holders = _holders({f"{one.cnic:013}" for one in told})
    written = models.Release.objects.create(kind="act", officer=officer)
    models.Publication.objects.bulk_create(
        _row(written, ordinal, one, holders[f"{one.cnic:013}"])
        for ordinal, one in enumerate(told, 1)
    )
    return written


def _row(written: models.Release, ordinal: int, one: Any, holder: Holder) -> models.Publication:
    names = (one.name_ur, one.father_name_ur, one.name_en, one.father_name_en)
    told = Told(one.cnic, one.sex, one.relation, *(names if one.listed else ("", "", "", "")))
    return models.Publication(
        release=written,
        ordinal=ordinal,
        number_id=holder.number,
        listed=one.listed,
        key_id=holder.key.id,
        sealed=documents.seal_told(holder.key.key, (written.pk, ordinal), told),
    )


def _holders(numbers: set[str]) -> dict[str, Holder]:
    known = numbering.holders(numbers)
    missing = sorted(numbers - known.keys())
    if not missing:
        return known
    with transaction.atomic():
        batch = models.Batch.objects.create(kind="import", state="approved")
        kinds = dict.fromkeys(missing, "cnic")
        return known | numbering.make_holders(kinds, batch, subjects.new_keys(len(missing)))
