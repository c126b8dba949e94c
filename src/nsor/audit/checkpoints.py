"""Checkpoints: the signed head of the tree, written where the database's owner doesn't write.

Rules that hold here: nothing is signed that contradicts what was signed before, and a trail that
is older than its last checkpoint (after a restore) signs nothing until a new epoch is opened.
Every file is replaced whole; who is killed anywhere leaves what the next call mends.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from nsor import durable
from nsor.audit import files, hashes, log, note, sequencing, trail_keys, tree
from nsor.audit.errors import TrailError
from nsor.audit.models import Epoch, Leaf
from nsor.audit.note import COSIGNATURE, ED25519, Checkpoint, NoteError, Verifier
from nsor.audit.request import Request


class Written(NamedTuple):
    """What a call wrote: the checkpoint, and how many entries were not in the one before."""

    checkpoint: Checkpoint
    added: int


def write_checkpoint() -> Written:
    """Put what is committed in order, sign the tree's head, and write the files.

    Safe to call at any time, on two machines at once, and again after a kill. Raises
    ``TrailError`` (``trail_behind``, ``trail_forked``, ``other_log``, ``bad_file``,
    ``trail_damaged``, ``key_unavailable``) and ``OSError``.
    """
    folder = Path(settings.AUDIT_DIR)
    with durable.locked(folder):
        epoch = log.current()
        verifier = log.verifier(epoch)
        for name in (files.CHECKPOINT, files.COSIGNED):
            _require_continuation(folder / name, verifier)
        _begin(folder, epoch)
        added = sequencing.sequence()
        size = hashes.size()
        head = Checkpoint(epoch.origin, size, hashes.root(size))
        _copy_leaves(leaves_path(folder, epoch.pk), size)
        _write_files(folder, epoch, head)
    return Written(head, added)


def keep_writing(stop: Event, failed: Callable[[Exception], None]) -> None:
    """Write a checkpoint every ``CHECKPOINT_EVERY`` seconds, and a last one when told to stop.

    ``failed`` is told of what went wrong; the next round tries again.
    """
    stopping = False
    while not stopping:
        stopping = stop.wait(settings.CHECKPOINT_EVERY)
        try:
            close_old_connections()
            write_checkpoint()
        except (TrailError, DatabaseError, OSError) as error:
            failed(error)


def leaves_path(folder: Path, epoch: int) -> Path:
    """Return where the copy of an epoch's leaves lies."""
    return folder / f"leaves-{epoch}"


def cosigned(folder: Path, public: bytes, witness: Verifier | None) -> Checkpoint | None:
    """Return the last cosigned checkpoint in a folder, None where there is none.

    Checked by the log's public key, and the witness's where it is known. Raises ``NoteError``.
    """
    written = files.read(folder / files.COSIGNED)
    if written is None:
        return None
    return signed_by(note.parse(written), public, witness)


def signed_by(given: note.Note, public: bytes, witness: Verifier | None = None) -> Checkpoint:
    """Return the checkpoint of a note signed by a log's key, of whatever epoch.

    Raises ``NoteError``.
    """
    found = note.parse_checkpoint(given.text)
    log.epoch_of(found.origin)
    keys = [Verifier(found.origin, ED25519, public)]
    return note.checkpoint_of(given, keys if witness is None else [*keys, witness])


def witness_key(folder: Path) -> Verifier | None:
    """Return the witness's key as the folder names it. Raises ``NoteError``."""
    written = files.read(folder / files.WITNESS_KEY)
    if written is None:
        return None
    return note.parse_verifier(written.decode(errors="replace"), COSIGNATURE)


def _require_continuation(path: Path, verifier: Verifier) -> None:
    """Refuse to sign anything that doesn't continue the checkpoint in a file."""
    written = files.read(path)
    if written is None:
        return
    try:
        held = note.parse_checkpoint(note.parse(written).text)
        theirs, ours = log.epoch_of(held.origin), log.epoch_of(verifier.name)
        if log.origin_of(verifier.public, theirs) != held.origin:
            raise TrailError(
                "other_log",
                f"The checkpoint in {path} is of another trail ({held.origin}): each database has"
                " a folder of its own.",
            )
        signed_by(note.parse(written), verifier.public)
    except NoteError as error:
        raise TrailError(
            "bad_file",
            f"The file {path} is no checkpoint of this trail ({error}): find out who wrote it,"
            " and move it away.",
        ) from None
    if theirs > ours or (theirs == ours and held.size > hashes.size()):
        raise TrailError(
            "trail_behind",
            f"The checkpoint in {path} covers {held.size} entries, more than this database holds:"
            " it was restored or cut. After a restore, open a new epoch.",
        )
    if theirs == ours and hashes.root(held.size) != held.root:
        raise TrailError(
            "trail_forked",
            f"The trail no longer contains what the checkpoint in {path} covers: run"
            " `nsor audit verify`.",
        )


def _begin(folder: Path, epoch: Epoch) -> None:
    """Sign the empty tree before its first leaf, so that leaves without a checkpoint tell a loss.

    The history doesn't name it: entries may be older than the first checkpoint.
    """
    if hashes.size() or files.read(folder / files.CHECKPOINT) is not None:
        return
    _keep_log_key(folder / files.LOG_KEY, epoch)
    empty = Checkpoint(epoch.origin, 0, tree.EMPTY)
    signed = note.sign(empty.text(), epoch.origin, trail_keys.signing())
    files.replace(folder / files.CHECKPOINT, str(signed))


def _copy_leaves(path: Path, size: int) -> None:
    """Bring the copy of the leaves up to the database's."""
    held = files.copied(path)
    if held < size:
        files.append_leaves(path, _leaves(held, size))


def _leaves(start: int, end: int) -> Iterator[tuple[int, bytes]]:
    rows = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for number, each in rows.values_list("entry", "hash").iterator(chunk_size=files.AT_ONCE):
        yield number, bytes(each)


def _write_files(folder: Path, epoch: Epoch, head: Checkpoint) -> None:
    private = trail_keys.signing()
    signed = note.sign(head.text(), epoch.origin, private)
    _keep_log_key(folder / files.LOG_KEY, epoch)
    before = files.read(folder / files.CHECKPOINT)
    if before != str(signed).encode():
        line = f"{head.origin} {head.size} {note.encoded(head.root)} {int(time.time())}"
        files.append_line(folder / files.HISTORY, line)
        files.replace(folder / files.CHECKPOINT, str(signed))
    if epoch.statement:
        _replace(folder / files.EPOCH, epoch.statement)
    _replace(folder / files.REQUEST, str(_request(folder, epoch, head, signed)))


def _request(folder: Path, epoch: Epoch, head: Checkpoint, signed: note.Note) -> Request:
    public = log.verifier(epoch).public
    try:
        last = cosigned(folder, public, witness_key(folder))
    except NoteError:  # of another witness than the folder names: have it start anew
        last = None
    old = epoch.restored
    if last is not None and last.origin == epoch.origin:
        old = last.size
    return Request(old, tuple(tree.consistency_proof(old, head.size, hashes.subtree)), signed)


def _keep_log_key(path: Path, epoch: Epoch) -> None:
    held = files.read(path)
    if held is not None:
        try:
            public = note.parse_verifier(held.decode(errors="replace"), ED25519).public
        except NoteError:
            public = b""
        if public != log.verifier(epoch).public:
            raise TrailError(
                "other_log",
                f"The file {path} names another key than this trail signs with: find out who"
                " wrote it.",
            )
    _replace(path, f"{epoch.log_key}\n")


def _replace(path: Path, content: str) -> None:
    if files.read(path) != content.encode():
        files.replace(path, content)
