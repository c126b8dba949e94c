"""Which sections make a conviction registrable: the catalogue and the policy in force.

Rules that hold here: the lists and the choices are data (``Offence``, ``Policy``), read once for
an act; no section is named in code. A section counts from its own date of force. An entry that
counts only in connection with another never makes a conviction registrable by itself.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.models import Offence, Policy

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """When a section makes a conviction registrable; ``valid_to`` is the last day, if there is."""

    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date | None) -> bool:
        """Tell whether the section was law on a day; an unknown day is no hindrance."""
        if day is None:
            return True
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is needed to judge a conviction."""

    version: int
    known: frozenset[str]
    """Every section that any basis names, such as ``PPC 376``."""
    registrable: dict[str, tuple[Entry, ...]]
    """Those that make a conviction registrable under the basis in force."""
    no_conviction_before: date | None

    def makes_registrable(
        self, sections: tuple[str, ...], offence_on: date | None, convicted_on: date | None
    ) -> bool:
        """Tell whether a conviction under these sections belongs in the register."""
        if self.no_conviction_before and convicted_on and convicted_on < self.no_conviction_before:
            return False
        day = offence_on or convicted_on
        return any(
            entry.holds_on(day) for name in sections for entry in self.registrable.get(name, ())
        )


def section_names(text: str) -> tuple[str, ...]:
    """Return the sections of a ``;``-separated list, each once, in the catalogue's spelling."""
    names = (_SPACES.sub(" ", part).strip().upper() for part in text.split(";"))
    return tuple(dict.fromkeys(name for name in names if name))


def policy_in_force(key: str, day: date | None = None) -> str:
    """Return the value of a policy on a day, today if None. Raises ``Refusal``: ``no_policy``."""
    row = (
        Policy.objects.filter(key=key, valid_from__lte=day or today())
        .order_by("-valid_from", "-id")
        .first()
    )
    if row is None:
        raise Refusal("no_policy", f"No policy {key} is in force: an authority must set one.")
    return row.value


def in_force(day: date | None = None) -> Catalogue:
    """Return the newest catalogue under the policy of a day, today if None. Raises ``Refusal``."""
    bases = section_bases(policy_in_force("registrable_basis", day))
    older_count = policy_in_force("older_convictions_count", day) == "yes"
    offences = list(Offence.objects.all())
    registrable: dict[str, tuple[Entry, ...]] = {}
    for offence in offences:
        if offence.basis in bases and not offence.only_if_connected_with:
            name = f"{offence.statute} {offence.section}"
            entry = Entry(offence.valid_from, offence.valid_to)
            registrable[name] = (*registrable.get(name, ()), entry)
    return Catalogue(
        version=Offence.objects.aggregate(newest=Max("version"))["newest"] or 0,
        known=frozenset(f"{offence.statute} {offence.section}" for offence in offences),
        registrable=registrable,
        no_conviction_before=(
            None if older_count else date.fromisoformat(policy_in_force("act_in_force", day))
        ),
    )


def section_bases(value: str) -> frozenset[str]:
    """Return the bases that a policy names, ``;``-separated."""
    return frozenset(part.strip() for part in value.split(";"))
