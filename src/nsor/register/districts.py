"""In which district a person lives: the code of ``nsor.places`` that is kept beside their row.

Rules that hold here:

- The code alone stands in clear; the words that it was found by are sealed in the profile.
- It follows the profile that holds today; where that names no district, the newest conviction that
  counts. It is set when a person is made, and anew whenever who they are is recorded.
- ``UNKNOWN`` is somebody of whom no one district is known. Null is somebody at whom nobody has
  looked yet, being from before there were codes: the worker does, in short transactions.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import F

from nsor import places
from nsor.register import documents
from nsor.register.calendar import today
from nsor.register.locks import Work, breathe, claim_work, short_write
from nsor.register.models import Conviction, Offender
from nsor.register.models import Profile as ProfileRow
from nsor.register.people import Person, people
from nsor.secrecy import subjects

UNKNOWN: Final = 0
CHUNK: Final = 500
LOOK_BACK: Final = timedelta(days=30)
"""How long ago a version of a profile may have ended that the worker still looks at."""
_TABLE: Final = Offender._meta.db_table
_FILL: Final = f"UPDATE {_TABLE} SET district = %s WHERE id = %s AND district IS NULL"  # noqa: S608
_SET: Final = f"UPDATE {_TABLE} SET district = %s WHERE id = %s"  # noqa: S608

Progress = Callable[[int], None]


def code_of(profile: documents.Profile) -> int:
    """Return the code of the district that a profile names, or else of one of its home addresses.

    ``UNKNOWN`` where it names no one district.
    """
    homes = [place for place in profile.places if place.kind == "home"]
    named = [(one.district, one.province) for one in homes]
    for district, province in ((profile.district, profile.province), *named):
        if found := places.find(district, province):
            return found.code
    return UNKNOWN


def of_person(person: Person) -> int:
    """Return the code of where a person lives. Raises ``nsor.secrecy.box.SealBroken``."""
    if found := code_of(person.profile):
        return found
    if person.takes_profile and len(person.convictions) == 1:
        return UNKNOWN  # the profile is that conviction's
    for conviction in reversed(person.convictions):
        if found := code_of(_particulars(person, conviction)):
            return found
    return UNKNOWN


def refresh(offenders: Iterable[int]) -> None:
    """Set where people live anew, in the transaction that changed them."""
    _write(_SET, [(of_person(person), person.offender.pk) for person in people(offenders)])


def fill(progress: Progress = lambda people: None) -> int | None:
    """Look at everybody who has no code yet, and at those of whom a version ended lately.

    Return at how many; None where another process is at it. Raises ``Refusal``: ``busy``.
    """
    with claim_work(Work.DISTRICTS) as held:
        if not held:
            return None
        looked_at = 0
        while rows := list(
            Offender.objects.filter(district=None)
            .order_by("pk")
            .values_list("pk", flat=True)[:CHUNK]
        ):
            _fill(rows)
            looked_at += len(rows)
            progress(looked_at)
            breathe()
        for rows in _chunks(_whose_version_ended()):
            with short_write():
                refresh(rows)
            looked_at += len(rows)
            progress(looked_at)
            breathe()
    return looked_at


def _fill(rows: list[int]) -> None:
    """Give each of these rows a code; who can't be read any more is nowhere."""
    found: dict[int, int] = {}
    for person in people(rows):
        found |= dict.fromkeys(person.members, of_person(person))
    with short_write():
        # Whoever was recorded since they were looked at has their code already.
        _write(_FILL, [(found.get(row, UNKNOWN), row) for row in rows])


def _particulars(person: Person, conviction: Conviction) -> documents.Profile:
    """Return who the person was said to be where a conviction was entered."""
    key: bytes | None = person.key.key
    if conviction.offender_id != person.offender.pk:
        key = subjects.key(conviction.offender.key_id)
    if key is None or not conviction.sealed:
        return person.profile
    return documents.open_case(key, conviction.pk, bytes(conviction.sealed)).person


def _whose_version_ended() -> list[int]:
    ended = ProfileRow.objects.filter(valid_to__gt=today() - LOOK_BACK, valid_to__lte=today())
    living = ended.exclude(sealed=b"").order_by(F("offender"))
    return list(dict.fromkeys(living.values_list("offender", flat=True)))


def _chunks(rows: list[int]) -> Iterable[list[int]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _write(statement: str, values: list[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:  # ten times faster than bulk_update
        cursor.executemany(statement, values)
