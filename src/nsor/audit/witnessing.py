"""What a witness decides: whether a checkpoint continues the last one that it cosigned.

After C2SP tlog-witness. Rules that hold here: nothing touches a file, a database or a clock. The
witness knows one log key and one last checkpoint; it accepts a tree that contains that one, or a
new epoch that names exactly that one and keeps a beginning of it. Anything else is refused.
"""

from typing import NamedTuple

from nsor.audit import note, request, tree
from nsor.audit.errors import TrailError
from nsor.audit.note import ED25519, Checkpoint, NoteError, Verifier
from nsor.audit.request import Request, Statement


class Known(NamedTuple):
    """What a witness remembers: the log's key, and the last checkpoint, None at first."""

    log_key: Verifier
    last: Checkpoint | None


class Accepted(NamedTuple):
    """What is to be cosigned; ``statement`` is that of the epoch that it opens, if it does."""

    checkpoint: Checkpoint
    statement: Statement | None


def consider(known: Known, asked: bytes, epoch: bytes | None) -> Accepted:
    """Return what is to be cosigned of the request ``asked``.

    ``epoch`` is the file with the statement of the newest epoch, if there is one. Raises
    ``TrailError``: ``bad_request``, ``unknown_log``, ``forged``, ``conflict`` (the log has not seen
    the last cosigned checkpoint yet), ``smaller_tree``, ``fork``, ``bad_proof``, ``bad_epoch``.
    """
    wanted = _parsed(asked)
    head = _signed_head(wanted, known.log_key)
    begun = known.last.origin if known.last else known.log_key.name
    if head.origin == begun:
        _require_continuation(known.last, head, wanted)
        return Accepted(head, None)
    if epoch is None or known.last is None:
        raise TrailError(
            "unknown_log",
            f"The checkpoint is of {head.origin}, and this witness knows {begun}.",
        )
    statement = _accepted_epoch(known.log_key, known.last, head.origin, epoch)
    _require_continuation(statement.restored, head, wanted)
    return Accepted(head, statement)


def _parsed(asked: bytes) -> Request:
    try:
        return request.parse(asked)
    except NoteError as error:
        raise TrailError("bad_request", f"The request can't be read: {error}") from None


def _signed_head(wanted: Request, log_key: Verifier) -> Checkpoint:
    try:
        head = note.parse_checkpoint(wanted.note.text)
    except NoteError as error:
        raise TrailError("bad_request", f"The checkpoint can't be read: {error}") from None
    _require_signature(wanted.note, head.origin, log_key)
    return head


def _require_signature(given: note.Note, origin: str, log_key: Verifier) -> None:
    try:
        note.verify(given, Verifier(origin, ED25519, log_key.public))
    except NoteError as error:
        raise TrailError("forged", f"The log has not signed this: {error}") from None


def _require_continuation(last: Checkpoint | None, head: Checkpoint, wanted: Request) -> None:
    size, root = (last.size, last.root) if last else (0, tree.EMPTY)
    if head.size < size:
        raise TrailError(
            "smaller_tree",
            f"The checkpoint covers {head.size} entries, and {size} were cosigned: entries are"
            " gone. Only a new epoch may say so.",
        )
    if head.size == size:
        if head.root != root:
            raise TrailError(
                "fork",
                f"The checkpoint covers {size} entries like the one that was cosigned, and they"
                " are not the same entries: the trail was forked.",
            )
        return
    if wanted.old != size:
        raise TrailError(
            "conflict",
            f"The request proves what follows {wanted.old} entries, and {size} were cosigned: the"
            " log has yet to read the file `cosigned`.",
        )
    if not tree.verify_consistency(size, head.size, root, head.root, wanted.proof):
        raise TrailError(
            "bad_proof",
            f"The proof doesn't show that the {size} entries cosigned begin the {head.size} of the"
            " checkpoint: the trail was forked, or the request is broken.",
        )


def _accepted_epoch(log_key: Verifier, last: Checkpoint, origin: str, epoch: bytes) -> Statement:
    try:
        given = request.parse(epoch)
        statement = request.parse_statement(given.note.text)
    except NoteError as error:
        raise TrailError("bad_epoch", f"The statement can't be read: {error}") from None
    if statement.origin != origin:
        raise TrailError("bad_epoch", "The statement is of another epoch than the checkpoint.")
    _require_signature(given.note, origin, log_key)
    if statement.last != last:
        raise TrailError(
            "fork",
            "The statement of the new epoch doesn't name the checkpoint that was cosigned last"
            f" ({last.origin}, {last.size} entries): the trail was forked.",
        )
    one, other = statement.officers
    if one == other:
        raise TrailError("bad_epoch", "The new epoch is stated by one officer, not by two.")
    restored = statement.restored
    older, newer = sorted((restored, last), key=lambda each: each.size)
    if given.old != older.size or not tree.verify_consistency(
        older.size, newer.size, older.root, newer.root, given.proof
    ):
        raise TrailError(
            "bad_proof",
            f"What was restored ({restored.size} entries) is not proven to be of the trail that"
            f" was cosigned ({last.size} entries).",
        )
    return statement
