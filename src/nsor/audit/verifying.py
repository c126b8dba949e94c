"""Proving the whole trail: every entry, its details, its place, and the signatures over all.

Rules that hold here: it reads and never writes; it goes on after a finding; what is not witnessed
yet is counted and is no fault.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from nsor.audit import anchors, hashes, note, rows
from nsor.audit.anchors import Anchors, Evidence
from nsor.audit.checkpoints import witness_key
from nsor.audit.comparing import Tree
from nsor.audit.errors import TrailError
from nsor.audit.findings import Finding, Findings, Kind
from nsor.audit.models import Entry
from nsor.audit.note import COSIGNATURE, NoteError, Verifier
from nsor.audit.sealed import LATE, SealedDetails


class Verified(NamedTuple):
    """How the trail was found.

    ``confirmed`` says whether a witness's key verified a cosignature; without that none are
    ``witnessed``. ``signed`` says whether any checkpoint was found, ``has_key`` whether a witness's
    key was.
    """

    entries: int
    witnessed: int
    confirmed: bool
    findings: list[Finding]
    further: int
    """How many more findings there were than are kept."""
    signed: bool
    has_key: bool

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings

    @property
    def not_witnessed(self) -> int:
        """Return how many entries came after the last cosigned checkpoint."""
        return max(0, self.entries - self.witnessed)


def verify(
    cosigned: Path | None = None,
    witness: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
    *,
    copy: bool = False,
) -> Verified:
    """Prove the trail against the last cosigned checkpoint, or else the log's own.

    ``cosigned`` is a file that stands for the one in ``AUDIT_DIR``; ``witness`` the verifier key
    that stands for its ``witness.vkey``; ``progress`` is told how many leaves were read. Of a
    ``copy`` (a backup, where no key is) the details aren't opened, and numbers may be left out, as
    the database that gave them may have left them out. Raises
    ``TrailError``: ``bad_witness_key``, ``bad_cosigned``, ``key_unavailable``;
    ``nsor.keyring.KeyRingError``.
    """
    folder = Path(settings.AUDIT_DIR)
    key = _witness(folder, witness)
    if cosigned is not None:
        anchors.require_cosigned(cosigned, key)
    evidence = Evidence(folder, cosigned, key)
    found = Findings()
    held = anchors.gather(evidence, found)
    end = hashes.size()
    details = SealedDetails(found, opens=not copy)
    if end and not anchors.holds_checkpoint(folder, held):
        more = f"Look whether the setting NSOR_AUDIT_DIR names the right folder: it is {folder}."
        found.add(Kind.CHECKPOINT_MISSING, None, more)
    entries, signed_at = 0, 0
    if held is not None:
        entries, signed_at = _compared(held, folder, end, details, found, progress)
    entries += _check_unsequenced(details, signed_at, found)
    if not copy:
        _check_numbers(found)
    confirmed = held is not None and held.confirmed
    return Verified(
        entries,
        min(held.cosigned.size, end) if held is not None and confirmed else 0,
        confirmed,
        found.kept,
        found.count - len(found.kept),
        held is not None and held.found,
        key is not None,
    )


def count() -> int:
    """Return about how many entries there are to verify."""
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def _witness(folder: Path, given: str | None) -> Verifier | None:
    try:
        if given is not None:
            return note.parse_verifier(given, COSIGNATURE)
        return witness_key(folder)
    except NoteError as error:
        raise TrailError("bad_witness_key", f"The witness's key can't be read: {error}") from None


def _compared(
    held: Anchors,
    folder: Path,
    end: int,
    details: SealedDetails,
    found: Findings,
    progress: Callable[[int], None],
) -> tuple[int, int]:
    """Return how many leaves there are, and when the last checkpoint was signed."""
    times = anchors.times(folder, held.signed.origin)
    signed_at = times[-1][1] if times else 0
    leaves = Tree(held, times, details, found).compare(end, progress)
    if held.signed.size > end:
        found.add(
            Kind.TRUNCATED,
            None,
            f"It holds {end} entries in order, and {held.signed.size} were signed.",
        )
    return leaves, signed_at


def _check_unsequenced(details: SealedDetails, signed_at: int, found: Findings) -> int:
    """Check what is in no tree yet; return how many entries that is."""
    total = 0
    for page in rows.unsequenced():
        total += len(page)
        details.check(page)
        for row in page:
            if not isinstance(row.at, int) or row.at < signed_at - LATE:
                found.add(Kind.BACK_DATED, row.entry)
    return total


def _check_numbers(found: Findings) -> None:
    gone = found.named(Kind.REMOVED)
    for number, before in rows.numbers_never_given():
        if number == before + 1 or not all(each in gone for each in range(before + 1, number)):
            found.add(Kind.SEQUENCE_JUMP, number, f"The one before it is {before}.")
