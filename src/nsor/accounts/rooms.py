"""Which pages and calls there are for whom: one table.

Rules that hold here: every page and every call of the API belongs to one room; what a role is not
named for, it can't reach. What an officer may *do* there, the register's services decide.
"""

from enum import StrEnum
from typing import Final

from nsor.accounts.models import PERSONS, Officer, Role


class Room(StrEnum):
    """A part of the console."""

    QUEUE = "queue"
    ENTRY = "entry"
    CORRECTION = "correction"
    IMPORT = "import"
    APPROVAL = "approval"
    RECORD = "record"
    SEARCH = "search"
    DUPLICATES = "duplicates"
    REVIEWS = "reviews"
    POLICY = "policy"
    TRAIL = "trail"
    SOURCES = "sources"
    STATISTICS = "statistics"
    OFFICERS = "officers"
    OWN = "own"
    """The officer's own account."""
    PUSHES = "pushes"
    """The calls of the API by which sources push."""


_EITHER = frozenset({Role.ENTRY, Role.APPROVAL})

ROLES: Final[dict[Room, frozenset[Role]]] = {
    Room.QUEUE: frozenset(PERSONS),
    Room.ENTRY: frozenset({Role.ENTRY}),
    Room.CORRECTION: _EITHER,
    Room.IMPORT: frozenset({Role.ENTRY}),
    Room.APPROVAL: frozenset({Role.APPROVAL}),
    Room.RECORD: _EITHER | {Role.SUPERVISION},
    Room.SEARCH: _EITHER | {Role.SUPERVISION},
    Room.DUPLICATES: _EITHER,
    Room.REVIEWS: _EITHER | {Role.SUPERVISION},
    Room.POLICY: frozenset(PERSONS),
    Room.TRAIL: frozenset({Role.AUDIT}),
    Room.SOURCES: frozenset({Role.APPROVAL, Role.ADMINISTRATION, Role.AUDIT}),
    Room.STATISTICS: frozenset(PERSONS),
    Room.OFFICERS: frozenset({Role.ADMINISTRATION, Role.AUDIT}),
    Room.OWN: frozenset(PERSONS),
    Room.PUSHES: frozenset({Role.SOURCE}),
}


def may_enter(officer: Officer, room: Room) -> bool:
    """Tell whether a room is an officer's."""
    return officer.is_active and officer.role in ROLES[room]


def rooms_of(officer: Officer) -> tuple[Room, ...]:
    """Return the rooms of an officer, in the order in which pages name them."""
    return tuple(room for room in Room if may_enter(officer, room))
