"""What verification holds the database against: signed checkpoints, and the copy of the leaves.

Rules that hold here: nothing from the database is believed; the copy outside it only where it has
the roots that were signed; nothing is confirmed but by a cosignature that a witness's key
verified; each fault is a finding and the rest goes on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from nsor.audit import files, log, note, request, tree
from nsor.audit.checkpoints import leaves_path, signed_by
from nsor.audit.errors import TrailError
from nsor.audit.files import Copied
from nsor.audit.findings import Findings, Kind
from nsor.audit.models import Epoch
from nsor.audit.note import ED25519, Checkpoint, NoteError, Verifier

MICROSECONDS = 1_000_000
HISTORY_FIELDS = 4


class Evidence(NamedTuple):
    """What the verifier was given: the folder, and files that stand for those in it."""

    folder: Path
    cosigned: Path | None = None
    witness: Verifier | None = None


class Anchors(NamedTuple):
    """What was signed of the epoch that the database is in.

    ``cosigned`` is what the file of that name holds, 0 leaves where nothing; the log alone may
    have signed it, unless ``confirmed`` says that a witness's key verified a cosignature.
    ``found`` says whether there is any checkpoint at all.
    """

    cosigned: Checkpoint
    confirmed: bool
    found: bool
    signed: Checkpoint
    copy: Path | None
    """The copy of the leaves, where it has the roots that were signed."""
    copied: int
    """How many of its leaves are covered by them."""
    public: bytes


def gather(evidence: Evidence, findings: Findings) -> Anchors | None:
    """Return what to hold the database against, None for a trail that has not begun."""
    epochs = list(Epoch.objects.order_by("id"))
    named = _named_key(evidence.folder, findings)
    if not epochs:
        if named is not None:
            findings.add(Kind.LOG_CHANGED, None, "The database holds no log at all.")
        return None
    current = epochs[-1]
    public = named or _public(current)
    if public is None:
        findings.add(Kind.LOG_CHANGED, None, "Its key can't be read.")
        return None
    _check_epochs(epochs, public, findings)
    own = _read(evidence.folder / files.CHECKPOINT, public, None, findings)
    theirs = _read(
        evidence.cosigned or evidence.folder / files.COSIGNED, public, evidence.witness, findings
    )
    nothing = Checkpoint(current.origin, 0, tree.EMPTY)
    cosigned = _in_epoch(theirs, current, findings) or nothing
    signed = _in_epoch(own, current, findings) or nothing
    if signed.size < cosigned.size:
        signed = cosigned
    heads = sorted({cosigned, signed, *_earlier(current)}, key=lambda head: head.size)
    copy = leaves_path(evidence.folder, current.pk)
    copied = _covered(copy, heads, findings)
    return Anchors(
        cosigned,
        theirs is not None and evidence.witness is not None,
        own is not None or theirs is not None,
        signed,
        copy if copied else None,
        copied,
        public,
    )


def require_cosigned(path: Path, witness: Verifier | None) -> None:
    """Refuse a file, given to stand for ``cosigned``, that is no cosigned checkpoint at all.

    A checkpoint whose signatures are wrong passes: that is a finding. Raises ``TrailError``,
    ``bad_cosigned``; ``OSError``.
    """
    try:
        given = note.parse(path.read_bytes())
        head = note.parse_checkpoint(given.text)
        log.epoch_of(head.origin)
    except NoteError as error:
        raise TrailError(
            "bad_cosigned",
            f"The file {path} can't be used: it is no cosigned checkpoint ({error})",
        ) from None
    if witness is not None and all(one.name == head.origin for one in given.signatures):
        raise TrailError(
            "bad_cosigned",
            f"The file {path} can't be used: it is a checkpoint that no witness has cosigned.",
        )


def holds_checkpoint(folder: Path, held: Anchors | None) -> bool:
    """Tell whether a folder holds a checkpoint that the log signed, or any where none is held."""
    for name in (files.CHECKPOINT, files.COSIGNED):
        if held is None and (folder / name).exists():
            return True
        if held is not None and _read(folder / name, held.public, None, Findings()) is not None:
            return True
    return False


def times(folder: Path, origin: str) -> list[tuple[int, int]]:
    """Return the size and time (microseconds) of the checkpoints that the history names."""
    written = files.read(folder / files.HISTORY) or b""
    found: list[tuple[int, int]] = []
    for line in written.decode(errors="replace").splitlines():
        parts = line.split(" ")
        if len(parts) == HISTORY_FIELDS and parts[0] == origin:
            try:
                size, when = note.parse_size(parts[1]), note.parse_size(parts[3])
            except NoteError:
                continue
            found.append((size, when * MICROSECONDS))
    return sorted(found)


def copied_leaves(anchors: Anchors) -> Iterator[Copied]:
    """Return the leaves of the copy that signed roots cover."""
    return iter(()) if anchors.copy is None else files.leaves(anchors.copy, 0, anchors.copied)


def _named_key(folder: Path, findings: Findings) -> bytes | None:
    written = files.read(folder / files.LOG_KEY)
    if written is None:
        return None
    try:
        return note.parse_verifier(written.decode(errors="replace"), ED25519).public
    except NoteError:
        findings.add(Kind.LOG_CHANGED, None, f"The file {files.LOG_KEY} holds no key.")
        return None


def _public(epoch: Epoch) -> bytes | None:
    try:
        return log.verifier(epoch).public
    except NoteError:
        return None


def _read(
    path: Path, public: bytes, witness: Verifier | None, findings: Findings
) -> Checkpoint | None:
    written = files.read(path)
    if written is None:
        return None
    try:
        return signed_by(note.parse(written), public, witness)
    except NoteError as error:
        findings.add(Kind.BAD_SIGNATURE, None, f"In {path.name}: {error}")
        return None


def _in_epoch(head: Checkpoint | None, current: Epoch, findings: Findings) -> Checkpoint | None:
    """Return what a checkpoint says of the current epoch's tree, None where nothing."""
    if head is None or head.origin == current.origin:
        return head
    if log.epoch_of(head.origin) > current.pk:
        findings.add(Kind.TRUNCATED, None, f"A checkpoint is of {head.origin}, a later epoch.")
        return None
    statement = _statement(current)
    if statement is not None and statement.last == head:
        return statement.restored._replace(origin=current.origin)
    return None


def _earlier(current: Epoch) -> set[Checkpoint]:
    statement = _statement(current)
    return set() if statement is None else {statement.restored}


def _statement(epoch: Epoch) -> request.Statement | None:
    if not epoch.statement:
        return None
    try:
        return request.parse_statement(request.parse(epoch.statement.encode()).note.text)
    except NoteError:
        return None


def _check_epochs(epochs: list[Epoch], public: bytes, findings: Findings) -> None:
    for epoch in epochs:
        origin = log.origin_of(public, epoch.pk)
        if epoch.origin != origin or _public(epoch) != public:
            findings.add(Kind.LOG_CHANGED, None, f"Epoch {epoch.pk} has another name or key.")
            continue
        if not _is_stated(epoch, Verifier(origin, ED25519, public)):
            findings.add(Kind.EPOCH_EDITED, None, f"It is epoch {epoch.pk}.")


def _is_stated(epoch: Epoch, verifier: Verifier) -> bool:
    if epoch.pk == 1:
        return not epoch.statement and not epoch.restored
    statement = _statement(epoch)
    if statement is None or statement.origin != epoch.origin:
        return False
    try:
        note.verify(request.parse(epoch.statement.encode()).note, verifier)
    except NoteError:
        return False
    return statement.restored.size == epoch.restored


def _covered(path: Path, heads: list[Checkpoint], findings: Findings) -> int:
    """Return up to where the copy has the roots that were signed."""
    if not path.exists():
        return 0
    frontier, covered = tree.Frontier(), 0
    leaves = files.leaves(path)
    for head in heads:
        for _ in range(head.size - covered):
            each = next(leaves, None)
            if each is None:
                findings.add(Kind.COPY_EDITED, None, f"It ends before leaf {head.size}.")
                return covered
            frontier.push(each.hash)
        if frontier.root() != head.root:
            findings.add(Kind.COPY_EDITED, None, f"Its first {head.size} leaves have another root.")
            return covered
        covered = head.size
    return covered
