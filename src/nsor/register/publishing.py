"""The writing side of the feed.

Rules that hold here: a sequence is given only under the lock of the head row and in the
transaction that makes its release visible, so readers see no gap and no late arrival. Whatever
changes what may be told of a person takes that lock first and holds it for one short transaction.
"""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.register import documents
from nsor.register.documents import Told, names_of
from nsor.register.models import Batch, FeedHead, Publication, Release, ReleaseKind
from nsor.register.people import Number, Person
from nsor.secrecy import subjects
from nsor.secrecy.subjects import SubjectKey


def lock_head() -> FeedHead:
    """Return the head row, locked until the transaction ends; SQLite's own lock is held then."""
    return FeedHead.objects.select_for_update().get()


def publications_of(
    person: Person, release: Release, ordinal: int, key: SubjectKey | None = None
) -> Iterator[Publication]:
    """Yield what may be told of a person now under each number, from an ordinal on."""
    for place, number in enumerate(person.answerable, ordinal):
        yield publication_of(person, number, release, place, key)


def publication_of(
    person: Person,
    number: Number,
    release: Release,
    ordinal: int,
    key: SubjectKey | None = None,
) -> Publication:
    """Return what may be told of a person now under one number; names only where listed.

    ``key`` seals it, the person's own where none is given.
    """
    chosen = key or person.key
    profile = person.profile
    names = names_of(profile) if person.public else ("", "", "", "")
    told = Told(int(number.digits), profile.sex, profile.relation, *names)
    return Publication(
        release=release,
        ordinal=ordinal,
        number_id=number.row,
        listed=person.public,
        key_id=chosen.id,
        sealed=documents.seal_told(chosen.key, (release.pk, ordinal), told),
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
    head: FeedHead,
    people: Iterable[Person],
    officer: Officer | None,
    batch: Batch,
    key: SubjectKey | None = None,
) -> int:
    """Publish people as they are now; return the last sequence. The head must be locked."""
    release = Release.objects.create(kind=ReleaseKind.ACT, batch=batch, officer=officer)
    rows: list[Publication] = []
    for person in people:
        rows += publications_of(person, release, len(rows) + 1, key)
    if not rows:
        release.delete()
        return head.last_sequence
    Publication.objects.bulk_create(rows)
    return release_prepared(head, release, len(rows))


def throwaway_key() -> SubjectKey:
    """Return a key for the last silence of somebody whose own key is about to be destroyed."""
    return subjects.new_keys(1)[0]
