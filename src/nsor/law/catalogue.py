"""Which sections make a conviction registrable: the catalogue and the policy in force.

Rules that hold here: the lists and the choices are data, read once for an act; no section is named
in code. A section counts from its own date of force. An entry that counts only in connection with
another never makes a conviction registrable by itself: it is written with the other, such as
``PPC 511 with PPC 376`` (attempt), ``PPC 109 with PPC 377B`` (abetment), and counts where one list
in force has both of them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nsor.law.choices import bases
from nsor.law.models import Offence
from nsor.law.rows import policy_in_force, rows_in_force, version

__all__ = [
    "Catalogue",
    "Entry",
    "KnownSections",
    "in_force",
    "policy_in_force",
    "section_names",
    "sections_of",
]

_SPACES = re.compile(r"\s+")
_WITH = " with "


@dataclass(frozen=True, slots=True)
class Entry:
    """When a section of one list counts; ``valid_to`` is the last day, if there is one."""

    basis: str
    needs_another: bool
    """Whether it counts only in connection with another entry."""
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date | None) -> bool:
        """Tell whether the section was law on a day; an unknown day is no hindrance."""
        if day is None:
            return True
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class KnownSections:
    """The names that a record may use: of a section, or of one in connection with another."""

    offences: frozenset[str]
    """The sections that some list names by themselves, such as ``PPC 376``."""
    connecting: frozenset[str]
    """The sections that some list names in connection with another, such as ``PPC 511``."""

    def __contains__(self, name: str) -> bool:
        """Tell whether a name can be used."""
        *connecting, offence = sections_of(name)
        if not connecting:
            return offence in self.offences or offence in self.connecting
        return offence in self.offences and self.connecting.issuperset(connecting)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is needed to judge a conviction."""

    version: int
    """The version of the law, for the record."""
    known: KnownSections
    entries: Mapping[str, tuple[Entry, ...]]
    """What the lists in force say of each section; a section of no such list is not there."""
    no_conviction_before: date | None

    def makes_registrable(
        self, sections: Iterable[str], offence_on: date | None, convicted_on: date | None
    ) -> bool:
        """Tell whether a conviction under these sections belongs in the register."""
        if self.no_conviction_before and convicted_on and convicted_on < self.no_conviction_before:
            return False
        day = offence_on or convicted_on
        return any(self._counts(name, day) for name in sections)

    def _counts(self, name: str, day: date | None) -> bool:
        *connecting, offence = sections_of(name)
        found = self._lists_with(offence, day, needs_another=False)
        for section in connecting:
            found &= self._lists_with(section, day, needs_another=True)
        return bool(found)

    def _lists_with(self, section: str, day: date | None, *, needs_another: bool) -> set[str]:
        return {
            entry.basis
            for entry in self.entries.get(section, ())
            if entry.needs_another is needs_another and entry.holds_on(day)
        }


def section_names(text: str) -> tuple[str, ...]:
    """Return the sections of a ``;``-separated list, each once, in the catalogue's spelling."""
    names = (_SPACES.sub(" ", part).strip().upper() for part in text.split(";"))
    return tuple(dict.fromkeys(name.replace(_WITH.upper(), _WITH) for name in names if name))


def sections_of(name: str) -> tuple[str, ...]:
    """Return the sections in one name: those that connect, then the offence itself."""
    return tuple(name.split(_WITH))


def in_force(day: date | None = None) -> Catalogue:
    """Return the catalogue of a day, today if None, under its policy.

    Raises ``LawRefusal``: ``no_policy``.
    """
    lists = bases(policy_in_force("registrable_basis", day))
    older_count = policy_in_force("older_convictions_count", day) == "yes"
    offences = rows_in_force(Offence, day)
    return Catalogue(
        version=version(),
        known=_known(offences),
        entries=_entries(offence for offence in offences if offence.basis in lists),
        no_conviction_before=(
            None if older_count else date.fromisoformat(policy_in_force("act_in_force", day))
        ),
    )


def _known(offences: Iterable[Offence]) -> KnownSections:
    names: dict[bool, set[str]] = {False: set(), True: set()}
    for one in offences:
        names[bool(one.only_if_connected_with)].add(_name(one))
    return KnownSections(frozenset(names[False]), frozenset(names[True]))


def _entries(offences: Iterable[Offence]) -> dict[str, tuple[Entry, ...]]:
    entries: dict[str, tuple[Entry, ...]] = {}
    for one in offences:
        entry = Entry(one.basis, bool(one.only_if_connected_with), one.section_from, one.section_to)
        entries[_name(one)] = (*entries.get(_name(one), ()), entry)
    return entries


def _name(offence: Offence) -> str:
    return f"{offence.statute} {offence.section}"
