"""The writing side of the feed.

Rules that hold here: a sequence is given only under the lock of the head row and in the
transaction that makes its release visible, so readers see no gap and no late arrival. Whatever
changes what may be told of a person takes that lock first and holds it for one short transaction.
"""

from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.register.models import (
    Batch,
    FeedHead,
    Publication,
    Release,
    ReleaseKind,
)
from nsor.register.people import Person


def lock_head() -> FeedHead:
    """Return the head row, locked until the transaction ends; SQLite's own lock is held then."""
    return FeedHead.objects.select_for_update().get()


def publication_of(person: Person, release: Release, ordinal: int) -> Publication:
    """Return what may be told of a person now; names only where the public may be told."""
    facts = person.particulars
    names = {
        name: getattr(facts, name) if person.public else ""
        for name in ("name_ur", "father_name_ur", "name_en", "father_name_en")
    }
    return Publication(
        release=release,
        ordinal=ordinal,
        cnic=int(person.cnic),
        listed=person.public,
        sex=facts.sex,
        relation=facts.relation,
        **names,
    )


def release_prepared(head: FeedHead, release: Release, count: int) -> int:
    """Make a prepared release of ``count`` publications visible; return its last sequence."""
    release.base_sequence = head.last_sequence
    release.last_sequence = head.last_sequence = head.last_sequence + count
    release.released_at = timezone.now()
    release.save()
    head.save()
    return head.last_sequence


def publish_act(
    head: FeedHead, person: Person, officer: Officer, batch: Batch | None = None
) -> int:
    """Publish one person as they are now; return the sequence. The head must be locked."""
    release = Release.objects.create(kind=ReleaseKind.ACT, batch=batch, officer=officer)
    publication_of(person, release, 1).save()
    return release_prepared(head, release, 1)
