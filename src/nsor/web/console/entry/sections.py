"""Sections as a clerk types them, and those that may be meant.

Rules that hold here: pure; the catalogue is the law's, no section is named here. What is completed
is only what can be one section alone: ``376`` where one statute has it, ``511/376`` for an attempt.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from nsor.law.catalogue import Catalogue, KnownSections
from nsor.web.fields import plain_digits

MOST: Final = 40
_UNDER: Final = re.compile(r"^\s*(?:u/s|sections?|sec\.?|s\.)\s*", re.IGNORECASE)
_PARTS: Final = re.compile(r"\s*(?:\br/w\b|\bread with\b|\bwith\b|/|\+)\s*", re.IGNORECASE)
_STATUTE: Final = re.compile(r"^[A-Z]{2,}|[A-Z]{2,}$")
_SECTION: Final = re.compile(r"[\s\-.]*([0-9]+)\s*-?\s*([A-Z]?)[\s\-.]*")


class Suggestion(NamedTuple):
    """A name that may be meant, and whether it makes a conviction registrable on a day."""

    name: str
    registrable: bool


def complete(typed: str, known: KnownSections) -> str:
    """Return the catalogue's name of what was typed, or the text itself where none is meant."""
    names = [_name(part, known) for part in _parts(typed)]
    if not names or not all(names):
        return typed
    if len(names) == 1:
        return names[0]
    connecting = [name for name in names if name in known.connecting]
    offences = [name for name in names if name not in connecting]
    return " with ".join([*connecting, *offences]) if len(offences) == 1 else typed


def suggest(typed: str, law: Catalogue, day: date | None) -> list[Suggestion]:
    """Return the sections that may be meant, those that make a conviction registrable first."""
    *before, last = _PARTS.split(_UNDER.sub("", plain_digits(typed)))
    connecting = [_name(part, law.known) for part in before]
    if not all(name in law.known.connecting for name in connecting):
        return []
    found = list(_beginning(last, law.known.offences))
    alone = "" if before else _name(last, law.known)
    if alone in law.known.connecting and alone not in law.known.offences:
        connecting, found = [alone], sorted(law.known.offences, key=_order)
    names = [" with ".join([*connecting, name]) for name in found]
    judged = [Suggestion(name, law.makes_registrable([name], day, day)) for name in names]
    return sorted(judged, key=lambda one: not one.registrable)[:MOST]


def _parts(typed: str) -> list[str]:
    return [part for part in _PARTS.split(_UNDER.sub("", plain_digits(typed))) if part.strip()]


def _name(text: str, known: KnownSections) -> str:
    """Return the one section that a text names, "" for none or several."""
    upper = text.strip().upper()
    statute = _STATUTE.search(upper)
    found = _SECTION.fullmatch(_STATUTE.sub("", upper))
    if found is None:
        return ""
    ends = f" {found[1]}{found[2]}"
    begins = statute[0] if statute else ""
    names = [
        name
        for name in known.offences | known.connecting
        if name.endswith(ends) and begins in ("", name.removesuffix(ends))
    ]
    return names[0] if len(names) == 1 else ""


def _beginning(text: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the names that a text begins, with the statute or without it."""
    asked = re.sub(r"[^0-9A-Z]", "", text.upper())
    for name in sorted(names, key=_order):
        statute, _, section = name.partition(" ")
        if f"{statute}{section}".startswith(asked) or section.startswith(asked):
            yield name


def _order(name: str) -> tuple[str, int, str]:
    statute, _, section = name.partition(" ")
    return statute, int(re.sub(r"[^0-9]", "", section) or 0), section
