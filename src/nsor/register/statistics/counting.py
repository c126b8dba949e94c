"""Counting the register: what is in clear, by SQL, in chunks of people.

Rules that hold here:

- What counts is a current, approved conviction that was not quashed, of a person who was not
  removed; a merged person is one, with the convictions of all. Whoever was convicted as a child
  counts as everybody does. Drafts, and what waits or was rejected, don't count.
- All that is counted of a person is counted by one statement, so that the tables agree with each
  other however much is approved meanwhile.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from nsor.law.catalogue import section_names
from nsor.register.models import AppealState, BatchState, Offender, Standing

CHUNK: Final = 20_000
"""People at once."""
_COUNTED: Final = """
    SELECT r.id AS person, COALESCE(r.district, 0) AS district, r.standing, r.tier,
        c.victim_category, SUBSTR(CAST(c.convicted_on AS text), 1, 4) AS year, c.sections
    FROM register_offender r {joined}
    JOIN register_batch b ON b.id = c.batch_id
    WHERE {chunk} AND r.standing <> %(removed)s AND c."current"
        AND c.appeal_state <> %(quashed)s AND b.state = %(approved)s
"""
_OWN: Final = _COUNTED.format(
    joined="JOIN register_conviction c ON c.offender_id = r.id",
    chunk="r.id > %(after)s AND r.id <= %(to)s AND r.merged_into_id IS NULL",
)
_MERGED: Final = _COUNTED.format(
    joined="JOIN register_offender o ON o.merged_into_id = r.id"
    " JOIN register_conviction c ON c.offender_id = o.id",
    chunk="o.merged_into_id > %(after)s AND o.merged_into_id <= %(to)s",
)
_COUNT: Final = f"""
    WITH counted AS MATERIALIZED ({_OWN} UNION ALL {_MERGED})
    SELECT 'place', CAST(district AS text), '', COUNT(DISTINCT person), COUNT(*)
    FROM counted GROUP BY district
    UNION ALL SELECT 'standing', standing, COALESCE(CAST(tier AS text), ''),
        COUNT(DISTINCT person), COUNT(*)
    FROM counted GROUP BY standing, tier
    UNION ALL SELECT 'victims', victim_category, year, 0, COUNT(*)
    FROM counted GROUP BY victim_category, year
    UNION ALL SELECT 'sections', sections, '', 0, COUNT(*)
    FROM counted GROUP BY sections
"""  # noqa: S608 - our own texts alone
_WORDS: Final = {
    "removed": Standing.REMOVED.value,
    "quashed": AppealState.QUASHED.value,
    "approved": BatchState.APPROVED.value,
}


@dataclass
class Counts:
    """How many there are: people and convictions by the code of the district, people by standing
    and tier, convictions by the victims' category and the year, and by each of their sections."""

    people_in: Counter[int] = field(default_factory=Counter)
    convictions_in: Counter[int] = field(default_factory=Counter)
    standing: Counter[tuple[str, str]] = field(default_factory=Counter)
    victims: Counter[tuple[str, int]] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)

    @property
    def people(self) -> int:
        """How many people there are."""
        return self.people_in.total()

    @property
    def convictions(self) -> int:
        """How many convictions there are."""
        return self.convictions_in.total()


def count(progress: Callable[[int], None] = lambda people: None) -> Counts:
    """Count the whole register. ``progress`` is told how many people were looked at."""
    counts = Counts()
    after = looked_at = 0
    while (to := _end_of_chunk(after)) is not None:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {**_WORDS, "after": after, "to": to})
            for line in cursor.fetchall():
                _add(counts, *line)
        after = to
        looked_at += CHUNK
        progress(looked_at)
    return counts


def _end_of_chunk(after: int) -> int | None:
    """Return the last row of the next chunk, None where there is none."""
    rows = Offender.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    full = list(rows[CHUNK - 1 : CHUNK])
    return full[0] if full else rows.last()


def _add(counts: Counts, kind: str, one: str, other: str, people: int, convictions: int) -> None:
    if kind == "place":
        counts.people_in[int(one)] += people
        counts.convictions_in[int(one)] += convictions
    elif kind == "standing":
        counts.standing[(one, other)] += people
    elif kind == "victims":
        counts.victims[(one, int(other))] += convictions
    else:
        for section in section_names(one):
            counts.sections[section] += convictions
