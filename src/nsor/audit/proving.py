"""Proving one entry to somebody who has neither the database nor this program.

Rules that hold here: what is printed holds no personal data, as the leaf holds none.
"""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from nsor.audit import files, hashes, log, note, tree
from nsor.audit.checkpoints import signed_by, witness_key
from nsor.audit.errors import TrailError
from nsor.audit.leaf import leaf_data
from nsor.audit.models import Entry, Leaf
from nsor.audit.note import NoteError, Verifier


class Proof(NamedTuple):
    """An inclusion proof (RFC 9162, 2.1.3) with the checkpoint that it leads to.

    ``leaf`` is the leaf's text; hashes are base64; ``witness_key`` is None where the checkpoint is
    not cosigned.
    """

    entry: int
    leaf: str
    leaf_index: int
    size: int
    proof: list[str]
    checkpoint: str
    log_key: str
    witness_key: str | None


def prove(number: int) -> Proof:
    """Return the proof of an entry, to the cosigned checkpoint where that covers it.

    Raises ``TrailError``: ``unknown_entry``, ``not_signed_yet``, ``bad_file``, ``trail_damaged``.
    """
    entry = Entry.objects.filter(pk=number).first()
    if entry is None:
        raise TrailError("unknown_entry", f"The trail has no entry {number}.")
    leaf = Leaf.objects.filter(entry=number).first()
    signed, witness = _covering(-1 if leaf is None else leaf.index)
    if leaf is None or signed is None:
        raise TrailError(
            "not_signed_yet",
            f"No checkpoint covers entry {number} yet: run `nsor audit checkpoint`, or wait for"
            " the next one.",
        )
    head = note.parse_checkpoint(signed.text)
    proof = tree.inclusion_proof(leaf.index, head.size, hashes.subtree)
    data = leaf_data(
        entry.pk, entry.at, entry.act, entry.actor, entry.subject, bytes(entry.commitment)
    )
    if not tree.verify_inclusion(tree.leaf_hash(data), leaf.index, head.size, proof, head.root):
        raise TrailError(
            "trail_damaged",
            f"Entry {number} is not what the checkpoint was signed over: run `nsor audit verify`.",
        )
    return Proof(
        number,
        data.decode(),
        leaf.index,
        head.size,
        [note.encoded(each) for each in proof],
        str(signed),
        log.current().log_key,
        None if witness is None else str(witness),
    )


def _covering(index: int) -> tuple[note.Note | None, Verifier | None]:
    """Return the checkpoint that covers a leaf, and the witness's key where it is cosigned."""
    folder, epoch = Path(settings.AUDIT_DIR), log.current()
    public = log.verifier(epoch).public
    try:
        witness = witness_key(folder)
        for name, cosigner in ((files.COSIGNED, witness), (files.CHECKPOINT, None)):
            written = files.read(folder / name)
            if written is None or (name == files.COSIGNED and witness is None):
                continue
            given = note.parse(written)
            head = signed_by(given, public, cosigner)
            if head.origin == epoch.origin and 0 <= index < head.size:
                return given, cosigner
    except NoteError as error:
        raise TrailError("bad_file", f"A checkpoint in {folder} can't be used: {error}") from None
    return None, None
