"""What waits for whom: the lists of the work queue, told by clear columns alone.

Rules that hold here: nothing of a person is opened, and each list is read from an index of what
waits, so that it costs the same however many acts there are. A list is paged by the place of its
last row; nothing is counted but what is in such an index.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet

from nsor import places
from nsor.accounts.models import Officer
from nsor.register.models import Batch, BatchState

MOST_REJECTED: Final = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that waits for somebody; ``place`` is what the next page of its list begins after."""

    batch: int
    place: int
    kind: str
    since: datetime
    entries: int
    officer: int | None
    """Who entered or did it; None for the clock."""
    name: str
    district: int | None
    offender: int | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose acts a list holds: all, or those of the districts of a jurisdiction, or the others."""

    jurisdiction: str = places.WHOLE_COUNTRY
    outside: bool = False

    @property
    def is_whole(self) -> bool:
        """Tell whether no district is asked about."""
        return self.jurisdiction == places.WHOLE_COUNTRY

    def narrow(self, acts: QuerySet[Batch]) -> QuerySet[Batch]:
        """Return those of the acts that the list holds."""
        if self.is_whole:
            return acts.none() if self.outside else acts
        inside = Q(district__in=sorted(places.codes(self.jurisdiction)))
        return acts.filter(Q(district=None) | ~inside if self.outside else inside)


EVERYWHERE: Final = Reach()


def to_decide(
    reach: Reach = EVERYWHERE, *, kinds: Collection[str] = (), after: int = 0, most: int = 50
) -> list[Waiting]:
    """Return acts that wait for a second officer, the oldest first, after a place."""
    acts = rows_to_decide(reach, kinds=kinds, after=after)
    return _listed(acts, "submission", "submitted_at", most)


def rows_to_decide(reach: Reach, *, kinds: Collection[str], after: int) -> QuerySet[Batch]:
    """Return the rows that ``to_decide`` reads."""
    acts = reach.narrow(_submitted().filter(submission__gt=after))
    if kinds:
        acts = acts.filter(kind__in=list(kinds))
    return acts.order_by("submission")


def counts() -> dict[str, int]:
    """Return how many acts wait for a second officer, by kind."""
    # An order would be put into the grouping too.
    return dict(_submitted().order_by().values_list("kind").annotate(Count("pk")))


def to_review(reach: Reach = EVERYWHERE, *, after: int = 0, most: int = 50) -> list[Waiting]:
    """Return acts that silenced on one word and are yet to be looked at, the oldest first."""
    return _listed(rows_to_review(reach, after=after), "decision", "decided_at", most)


def rows_to_review(reach: Reach, *, after: int) -> QuerySet[Batch]:
    """Return the rows that ``to_review`` reads."""
    acts = Batch.objects.filter(awaits_review=True, decision__gt=after)
    return reach.narrow(acts).order_by("decision")


def reviews_to_do() -> int:
    """Return how many silences are yet to be looked at."""
    return Batch.objects.filter(awaits_review=True).count()


def my_drafts(officer: Officer, most: int = 50) -> list[Waiting]:
    """Return what an officer has entered and not submitted, the newest first."""
    return _mine(officer, BatchState.DRAFT, most)


def my_submitted(officer: Officer, most: int = 50) -> list[Waiting]:
    """Return what an officer has submitted and nobody has decided, the newest first."""
    return _mine(officer, BatchState.SUBMITTED, most)


def my_rejected(officer: Officer, most: int = MOST_REJECTED) -> list[Batch]:
    """Return the acts of an officer that were rejected last, the newest first."""
    acts = Batch.objects.filter(entered_by=officer, state=BatchState.REJECTED)
    return list(acts.select_related("decided_by", "offender").order_by("-pk")[:most])


def _submitted() -> QuerySet[Batch]:
    """Return what was submitted and not decided, as the index of it has it."""
    return Batch.objects.filter(submission__isnull=False, decided_at=None)


def _mine(officer: Officer, state: BatchState, most: int) -> list[Waiting]:
    acts = Batch.objects.filter(entered_by=officer, state=state).order_by("-pk")
    since = "entered_at" if state == BatchState.DRAFT else "submitted_at"
    return _listed(acts, "pk", since, most)


def _listed(acts: QuerySet[Batch], place: str, since: str, most: int) -> list[Waiting]:
    columns = ("kind", since, "entries", "entered_by", "entered_by__name", "district", "offender")
    return [
        Waiting(batch, where, kind, moment, entries, officer, name or "", district, offender)
        for batch, where, kind, moment, entries, officer, name, district, offender in (
            acts.values_list("pk", place, *columns)[:most]
        )
    ]
