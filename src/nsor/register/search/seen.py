"""How people stand, for many at once: what the filters of a search are judged by.

Rules that hold here: a person is one with those merged into them; an act that is being read in,
or was rejected, says nothing of anybody.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from nsor.register import lifecycle
from nsor.register.lifecycle import State
from nsor.register.models import Batch, BatchState, Conviction, Offender, Standing
from nsor.register.search.borne import SEEN
from nsor.register.search.narrowing import Filters


class Found(NamedTuple):
    """One conviction, as far as it is stored in clear."""

    sections: str
    convicted_on: date


@dataclass(slots=True)
class Seen:
    """A person in clear columns: the rows that are one with theirs, and how they stand."""

    members: list[int]
    state: State = State.NEW
    convictions: list[Found] = field(default_factory=list)

    def fits(self, filters: Filters) -> bool:
        """Tell whether the person is one whom the filters ask for."""
        if self.state in (State.NEW, State.REMOVED):
            return False
        if filters.status is not None and self.state != filters.status:
            return False
        return not filters.of_convictions or any(filters.takes(*one) for one in self.convictions)


def seen(roots: Iterable[int]) -> dict[int, Seen]:
    """Return how these people stand; each is the row that others may be merged into."""
    wanted = list(roots)
    found = {root: Seen([root]) for root in wanted}
    owner = {root: root for root in wanted}
    standing = dict(Offender.objects.filter(pk__in=wanted).values_list("pk", "standing"))
    merged = Offender.objects.filter(merged_into__in=wanted).only("merged_into")
    for row in merged:
        if row.merged_into_id is not None and row.pk not in found:
            found[row.merged_into_id].members.append(row.pk)
            owner[row.pk] = row.merged_into_id
    states: defaultdict[int, set[str]] = defaultdict(set)
    convictions = Conviction.objects.filter(
        offender__in=list(owner), current=True, batch__state__in=SEEN
    )
    fields = ("offender", "batch__state", "sections", "convicted_on")
    for offender, state, sections, convicted_on in convictions.values_list(*fields):
        states[owner[offender]].add(state)
        found[owner[offender]].convictions.append(Found(sections, convicted_on))
    edits = Batch.objects.filter(
        voids=True, state=BatchState.SUBMITTED, offender__in=list(owner)
    ).values_list("offender", flat=True)
    edited = {owner[offender] for offender in edits if offender is not None}
    for root, one in found.items():
        one.state = lifecycle.state_of(
            standing.get(root, Standing.REMOVED),
            approved=BatchState.APPROVED in states[root],
            edited=root in edited,
            submitted=BatchState.SUBMITTED in states[root],
            drafted=BatchState.DRAFT in states[root],
        )
    return found
