"""Going on after a restore: a new epoch, which says what it continues and what was lost.

Rules that hold here: an epoch is opened by two different officers, names the last checkpoint that
was witnessed, and proves that what was restored is of that tree. The officers' own part is that
they authenticated to this server; the log signs that they did (``docs/audit.md`` states the limit).
"""

import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from nsor import durable
from nsor.audit import files, hashes, log, note, request, trail, trail_keys, tree
from nsor.audit.acts import Act
from nsor.audit.checkpoints import cosigned, leaves_path, signed_by, witness_key, write_checkpoint
from nsor.audit.errors import TrailError
from nsor.audit.models import Epoch
from nsor.audit.note import ED25519, Checkpoint, NoteError, Verifier
from nsor.audit.request import Request, Statement


def open_epoch(
    officers: tuple[str, str], lost: str, last_witnessed: Checkpoint | None = None
) -> Epoch:
    """Open a new epoch of a restored trail, write its first checkpoint, and return it.

    ``officers`` are two that authenticated, as ``officer:12``; ``lost`` says in words what was
    lost and why; ``last_witnessed`` is the last checkpoint that a witness cosigned, by default the
    one in ``AUDIT_DIR``. The copy of the leaves in ``AUDIT_DIR`` must be there. Raises
    ``TrailError``: ``two_officers``, ``reason_required``, ``not_witnessed``, ``other_log``,
    ``no_copy``, ``not_a_beginning``, ``bad_file``, and as ``write_checkpoint`` does.
    """
    reason = " ".join(lost.split())
    if len(set(officers)) != len(officers) or not all(officers):
        raise TrailError("two_officers", "A new epoch is opened by two different officers.")
    if not reason or len(reason) > request.LONGEST_REASON or not reason.isprintable():
        raise TrailError(
            "reason_required",
            f"Say in 1 to {request.LONGEST_REASON} characters what was lost, and why.",
        )
    folder = Path(settings.AUDIT_DIR)
    with durable.locked(folder), transaction.atomic():
        hashes.take_turn()
        restored = log.current()
        public = log.verifier(restored).public
        last = last_witnessed or _last_cosigned(folder, public)
        if log.origin_of(public, _epoch_of(last)) != last.origin:
            raise TrailError("other_log", f"The checkpoint is of another trail, {last.origin}.")
        number = 1 + max(restored.pk, _epoch_of(last), _last_signed(folder, public))
        statement, proof = _stated(folder, log.origin_of(public, number), last, officers, reason)
        signed = note.sign(statement.text(), statement.origin, trail_keys.signing())
        old = min(statement.restored.size, last.size)
        trail.record(
            Act.EPOCH_OPENED,
            actor=officers[0],
            subject=f"epoch:{number}",
            details={"statement": statement.text()},
        )
        opened = Epoch.objects.create(
            id=number,
            origin=statement.origin,
            log_key=str(Verifier(statement.origin, ED25519, public)),
            statement=str(Request(old, proof, signed)),
            restored=statement.restored.size,
        )
    write_checkpoint()
    return opened


def _stated(
    folder: Path, origin: str, last: Checkpoint, officers: tuple[str, str], reason: str
) -> tuple[Statement, tuple[bytes, ...]]:
    """Return the statement, and the proof that what was restored and ``last`` are one tree."""
    size = hashes.size()
    restored = Checkpoint(origin, size, hashes.root(size))
    first_lost = last_lost = 0
    subtree: tree.Subtree = hashes.subtree
    if size < last.size:
        copy = leaves_path(folder, _epoch_of(last))
        whole = list(files.leaves(copy, 0, last.size))
        subtree = _subtree_of([each.hash for each in whole])
        if len(whole) < last.size or subtree(0, last.size) != last.root:
            raise TrailError(
                "no_copy",
                f"The copy of the leaves, {copy}, is not that of the last checkpoint witnessed:"
                " bring it back from where the folder is copied to.",
            )
        lost = [each.entry for each in whole[size:]]
        first_lost, last_lost = min(lost), max(lost)
    if subtree(0, min(size, last.size)) != (restored.root if size < last.size else last.root):
        raise TrailError(
            "not_a_beginning",
            "What was restored is not a beginning of the trail that was witnessed: restore"
            " another backup.",
        )
    proof = tree.consistency_proof(min(size, last.size), max(size, last.size), subtree)
    now = int(time.time())
    statement = Statement(origin, last, restored, first_lost, last_lost, reason, officers, now)
    return statement, tuple(proof)


def _subtree_of(leaves: list[bytes]) -> tree.Subtree:
    return lambda start, end: tree.root(leaves[start:end])


def _last_cosigned(folder: Path, public: bytes) -> Checkpoint:
    try:
        found = cosigned(folder, public, witness_key(folder))
    except NoteError as error:
        raise TrailError("bad_file", f"The file {folder / files.COSIGNED}: {error}") from None
    if found is None:
        raise TrailError(
            "not_witnessed",
            f"There is no {folder / files.COSIGNED}: ask the witness for the last checkpoint that"
            " it cosigned.",
        )
    return found


def _last_signed(folder: Path, public: bytes) -> int:
    """Return the epoch of the last checkpoint that this log signed, as the folder knows it."""
    written = files.read(folder / files.CHECKPOINT)
    if written is None:
        return 0
    try:
        return _epoch_of(signed_by(note.parse(written), public))
    except NoteError as error:
        raise TrailError("bad_file", f"The file {folder / files.CHECKPOINT}: {error}") from None


def _epoch_of(checkpoint: Checkpoint) -> int:
    try:
        return log.epoch_of(checkpoint.origin)
    except NoteError as error:
        raise TrailError("other_log", str(error)) from None
