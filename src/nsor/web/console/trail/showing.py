"""Entries, checkpoints and findings as the pages of this room show them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from nsor.accounts.models import Officer
from nsor.audit import checkpoints, files, hashes, log, note
from nsor.audit.listing import Listed
from nsor.audit.models import Entry, Leaf
from nsor.audit.note import NoteError
from nsor.web.console.trail.words import meaning

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """An entry on a page; ``officer`` is empty where the clock acted."""

    number: int
    at: datetime
    act: str
    meaning: str
    officer: str
    actor: str
    subject: str
    about_entry: int | None
    """The entry that it is about, if it is about one."""


def shown(listed: Iterable[Listed]) -> list[Shown]:
    """Return entries with the names of who acted."""
    found = list(listed)
    names = _names({one.actor for one in found})
    return [
        Shown(
            one.number,
            _BEGINNING + timedelta(microseconds=one.at),
            one.act,
            meaning(one.act),
            names.get(one.actor, ""),
            one.actor,
            one.subject,
            _entry_in(one.subject),
        )
        for one in found
    ]


def _names(actors: set[str]) -> dict[str, str]:
    numbers = {
        int(number): actor
        for actor in actors
        for kind, _, number in [actor.partition(":")]
        if kind == "officer" and number.isdigit()
    }
    rows = Officer.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {numbers[number]: name for number, name in rows}


def _entry_in(subject: str) -> int | None:
    kind, _, number = subject.partition(":")
    return int(number) if kind == "entry" and number.isdigit() and len(number) < 19 else None


def opened(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details of an entry as names and texts."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2))
        for name, value in sorted(details.items())
    ]


@dataclass(frozen=True)
class Head:
    """A checkpoint as its file holds it; ``fault`` says in English why it can't be read."""

    size: int | None = None
    written_at: datetime | None = None
    origin: str = ""
    root: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Checkpoints:
    """What is signed and witnessed of the trail."""

    entries: int
    """Entries in order, and those that are not yet."""
    last: Head | None
    cosigned: Head | None
    witness: str
    """The name of the witness's key, empty where none is known."""
    log_key: str
    witness_fault: str = ""

    @property
    def not_witnessed(self) -> int:
        """Return how many entries came after the last cosigned checkpoint."""
        held = self.cosigned.size if self.cosigned and self.cosigned.size else 0
        return max(0, self.entries - held) if self.witness else self.entries


def state() -> Checkpoints:
    """Return which checkpoints there are. Raises ``TrailError``: ``key_unavailable``."""
    folder = Path(settings.AUDIT_DIR)
    epoch = log.current()
    public = log.verifier(epoch).public
    witness, fault = None, ""
    try:
        witness = checkpoints.witness_key(folder)
    except NoteError as error:
        fault = str(error)
    newest = Leaf.objects.order_by("-index").values_list("entry", flat=True).first() or 0
    return Checkpoints(
        entries=hashes.size() + Entry.objects.filter(pk__gt=newest).count(),
        last=_head(folder / files.CHECKPOINT, public, None),
        cosigned=_head(folder / files.COSIGNED, public, witness),
        witness="" if witness is None else str(witness),
        log_key=epoch.log_key,
        witness_fault=fault,
    )


def _head(path: Path, public: bytes, witness: note.Verifier | None) -> Head | None:
    written = files.read(path)
    if written is None:
        return None
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        found = checkpoints.signed_by(note.parse(written), public, witness)
    except NoteError as error:
        return Head(written_at=at, fault=str(error))
    return Head(found.size, at, found.origin, note.encoded(found.root))
