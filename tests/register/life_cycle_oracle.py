"""What the public may be told, worked out anew from who did what: the oracle of the life cycle.

It knows the rules as sentences and nothing of the services: the public is told of somebody while
two different officers stand behind a conviction of theirs and behind their names, nothing silences
them, and no change of what was approved waits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

TERM_YEARS = 15
"""From the conviction; for life where two convictions stand."""


class Names(NamedTuple):
    """A person's names in both languages."""

    name_ur: str
    name_en: str


@dataclass(eq=False)
class Case:
    """A conviction, as far as it bears on what the public is told."""

    number: str
    names: Names
    convicted_on: date
    juvenile: bool
    appeal: str
    stood_behind: bool = False
    """Whether two officers are."""
    ordered: bool = False
    """Whether a court's order to publish was approved."""

    @property
    def speaks(self) -> bool:
        is_told = self.ordered or not self.juvenile
        return self.stood_behind and is_told and self.appeal in ("none", "pending")


@dataclass(eq=False)
class Record:
    """An offender's row: a person, or one of the two that were merged into one."""

    cnic: str
    offender: int
    cases: list[Case] = field(default_factory=list)
    names: Names | None = None
    standing: str = "active"
    ground: str = ""
    died: bool = False
    into: "Record | None" = None
    erased: bool = False

    @property
    def root(self) -> "Record":
        return self.into or self

    @property
    def told_names(self) -> Names | None:
        """The names that two officers stand behind."""
        approved = [case.names for case in self.cases if case.stood_behind]
        return self.names or (approved[0] if approved else None)

    def names_differ(self, names: Names) -> bool:
        """Tell whether another entry has other names, so that one of these may be refused."""
        return any(case.names != names for case in self.cases)


@dataclass(eq=False)
class Asked:
    """What waits for a second officer: by whom it was entered, and what their word would do."""

    batch: int
    kind: str
    by: str
    about: Record
    effect: Callable[[], None]
    voids: bool = False
    refused: Callable[[], None] = lambda: None
    """What a no does."""


class Told(NamedTuple):
    """What the public is told of a number; ``is_due`` where the clock's job has yet to run."""

    listed: bool
    name_en: str = ""
    is_due: bool = False


NOBODY = Told(listed=False)


class Oracle:
    """Everybody, and all that waits."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        """Who holds which number now."""
        self.erased: list[Record] = []
        self.waiting: list[Asked] = []

    def whole(self, record: Record) -> list[Record]:
        """Return the rows that are one person with this one, the root first."""
        root = record.root
        return [root, *(one for one in self.records.values() if one.into is root)]

    def told(self, cnic: str, today: date) -> Told:
        """Return what the public is told of a number."""
        record = self.records.get(cnic)
        if record is None:
            return NOBODY
        whole = self.whole(record)
        cases = [case for one in whole for case in one.cases if case.stood_behind]
        names = record.root.told_names
        is_silenced = (
            record.root.standing != "active"
            or any(one.died for one in whole)
            or any(asked.voids and asked.about in whole for asked in self.waiting)
        )
        if is_silenced or names is None or not any(case.speaks for case in cases):
            return NOBODY
        return Told(True, names.name_en, self.is_over(cases, today))

    @staticmethod
    def is_over(cases: list[Case], today: date) -> bool:
        """Tell whether the term is over; one conviction runs, two are for life."""
        counted = [case for case in cases if case.appeal != "quashed"]
        if len(counted) != 1:
            return False
        began = counted[0].convicted_on
        return today >= began.replace(year=began.year + TERM_YEARS)

    def decided(self, asked: Asked, *, approved: bool) -> None:
        """Have a second officer's word take effect."""
        self.waiting.remove(asked)
        if approved:
            asked.effect()
            return
        asked.refused()
        if asked.kind == "removal" and asked.about.root.ground == "removal":
            asked.about.root.standing, asked.about.root.ground = "active", ""

    def erase(self, record: Record) -> None:
        """Have nothing be left of a person."""
        for one in self.whole(record):
            one.erased = True
            self.erased.append(one)
            del self.records[one.cnic]
        self.waiting = [asked for asked in self.waiting if not asked.about.erased]

    def begins_anew(self, record: Record, case: Case, today: date) -> None:
        """Have somebody whose term had ended be active where it runs on by a new conviction."""
        cases = [one for row in self.whole(record) for one in row.cases if one.stood_behind]
        runs = case.appeal != "quashed" and not self.is_over(cases, today)
        if record.root.standing == "expired" and not record.root.ground and runs:
            record.root.standing = "active"

    def is_edited(self, record: Record) -> bool:
        """Tell whether a correction of a person waits."""
        whole = self.whole(record)
        return any(asked.kind == "correction" and asked.about in whole for asked in self.waiting)

    def is_stood_behind(self, record: Record) -> bool:
        """Tell whether two officers are behind a conviction of a person."""
        return any(case.stood_behind for one in self.whole(record) for case in one.cases)

    def restore(self, root: Record) -> None:
        """Undo the one silence that a restoring undoes: the suspension, or else the death."""
        if root.standing == "active":
            for one in self.whole(root):
                one.died = False
        root.standing, root.ground = "active", ""

    def part(self, other: Record) -> None:
        """Undo a merger: what silenced the two silences each."""
        whole, other.into = other.root, None
        if whole.standing != "active":
            other.standing, other.ground = whole.standing, whole.ground
        elif whole.died and not other.died:
            other.standing, other.ground = "suspended", "dispute"
