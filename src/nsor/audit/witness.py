"""The second body's side: a key of its own, the last checkpoint, and a folder of exchange.

Rules that hold here: no database and no Django; what was cosigned is durable in the state before
anybody else can see it; a refusal changes nothing, and what was refused is kept as evidence.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nsor import durable
from nsor.audit import files, note, request, witnessing
from nsor.audit.errors import TrailError
from nsor.audit.note import COSIGNATURE, ED25519, Checkpoint, NoteError, Verifier
from nsor.audit.request import Statement
from nsor.audit.witnessing import Known

KEY = "key"
STATE = "state.json"
SEED_BYTES = 32
WAITS = frozenset({"no_request", "conflict", "no_log_key"})
"""Refusals that pass by themselves when the other side writes its files."""


class State(NamedTuple):
    """What a witness remembers; ``cosigned`` is the last note, empty at first."""

    log_key: str
    cosigned: str
    epochs: tuple[str, ...]


class Attended(NamedTuple):
    """The last checkpoint, whether it was cosigned just now, and the epoch that it opened."""

    checkpoint: Checkpoint
    fresh: bool
    opened: Statement | None


class Witness:
    """A witness whose state lies in a folder; one process at a time."""

    def __init__(self, exchange: Path, state: Path, log_key: str | None = None) -> None:
        """Open the state, or begin one with a fresh key.

        ``log_key`` is the log's verifier key; without it the one in the exchange folder is taken
        on first use, and kept. Raises ``TrailError``, ``bad_state``, and ``OSError``.
        """
        self._exchange, self._folder, self._log_key = exchange, state, log_key
        with durable.locked(state):
            self._private = self._key()
        public = note.public_of(self._private)
        name = f"nsor-witness/{hashlib.sha256(public).digest()[:8].hex()}"
        self.verifier = Verifier(name, COSIGNATURE, public)
        _write(state / files.WITNESS_KEY, f"{self.verifier}\n")

    def attend(self, now: Callable[[], float] = time.time) -> Attended:
        """Cosign what is asked for; return what that was.

        Raises ``TrailError`` as ``witnessing.consider`` does, with ``no_request``, ``no_log_key``,
        ``bad_state`` and ``other_log`` besides, and ``OSError``.
        """
        with durable.locked(self._folder):
            held = self._state()
            known = Known(self._pinned(held), self._last(held))
            self._publish(held)
            asked = files.read(self._exchange / files.REQUEST)
            if asked is None:
                raise TrailError("no_request", f"There is no request in {self._exchange} yet.")
            epoch = files.read(self._exchange / files.EPOCH)
            try:
                accepted = witnessing.consider(known, asked, epoch)
            except TrailError as refusal:
                self._keep_evidence(refusal, asked)
                raise
            if accepted.checkpoint == known.last:
                return Attended(accepted.checkpoint, False, None)
            given = note.Note(accepted.checkpoint.text(), _log_signature(asked, known.log_key))
            cosigned = note.cosign(given, self.verifier.name, self._private, int(now()))
            opened = () if accepted.statement is None else (accepted.statement.text(),)
            after = State(str(known.log_key), str(cosigned), (*held.epochs, *opened))
            _write(self._folder / STATE, json.dumps(after._asdict(), ensure_ascii=False), 0o600)
            self._publish(after)
        return Attended(accepted.checkpoint, True, accepted.statement)

    def _key(self) -> Ed25519PrivateKey:
        path = self._folder / KEY
        held = files.read(path)
        if held is None:
            if (self._folder / STATE).exists():
                raise TrailError("bad_state", f"The witness's key {path} is gone.")
            held = base64.b64encode(secrets.token_bytes(SEED_BYTES))
            files.replace(path, held.decode(), 0o600)
        if path.stat().st_mode & 0o077:
            raise TrailError("bad_state", f"Others can read {path}: set its mode to 0600.")
        try:
            seed = note.decoded(held.decode().strip(), SEED_BYTES)
        except (NoteError, UnicodeDecodeError):
            raise TrailError("bad_state", f"The file {path} holds no key of a witness.") from None
        return Ed25519PrivateKey.from_private_bytes(seed)

    def _state(self) -> State:
        path = self._folder / STATE
        written = files.read(path)
        if written is None:
            return State("", "", ())
        try:
            document: Mapping[str, Any] = json.loads(written)
            return State(
                str(document["log_key"]), str(document["cosigned"]), tuple(document["epochs"])
            )
        except (ValueError, KeyError, TypeError):
            raise TrailError("bad_state", f"The state {path} can't be read.") from None

    def _pinned(self, held: State) -> Verifier:
        """Return the log's key: as kept, as given, or on first use as the exchange names it."""
        given = self._log_key
        if not held.log_key and given is None:
            written = files.read(self._exchange / files.LOG_KEY)
            if written is None:
                raise TrailError(
                    "no_log_key", f"There is no {files.LOG_KEY} in {self._exchange} yet."
                )
            given = written.decode(errors="replace")
        try:
            named = note.parse_verifier(given, ED25519) if given else None
            kept = note.parse_verifier(held.log_key, ED25519) if held.log_key else None
        except NoteError as error:
            raise TrailError("bad_request", f"The log's key can't be read: {error}") from None
        pinned = kept or named
        assert pinned is not None
        if named is not None and named.public != pinned.public:
            raise TrailError(
                "other_log", "This state is of another log than the key that was given."
            )
        return pinned

    def _last(self, held: State) -> Checkpoint | None:
        if not held.cosigned:
            return None
        try:
            return note.checkpoint_of(note.parse(held.cosigned), [self.verifier])
        except NoteError as error:
            raise TrailError("bad_state", f"The last checkpoint is damaged: {error}") from None

    def _publish(self, held: State) -> None:
        """Show what was cosigned, also after a kill between the state and this."""
        if not (self._exchange / files.WITNESS_KEY).exists():
            files.replace(self._exchange / files.WITNESS_KEY, f"{self.verifier}\n")
        if held.cosigned:
            _write(self._exchange / files.COSIGNED, held.cosigned)

    def _keep_evidence(self, refusal: TrailError, asked: bytes) -> None:
        if refusal.code not in WAITS:
            name = f"refused-{hashlib.sha256(asked).hexdigest()[:16]}"
            _write(self._folder / name, asked.decode(errors="replace"))


def _log_signature(asked: bytes, log_key: Verifier) -> tuple[note.Signature, ...]:
    """Return the log's own signature lines of a request, and no others."""
    given = request.parse(asked).note
    origin = note.parse_checkpoint(given.text).origin
    key_id = Verifier(origin, ED25519, log_key.public).key_id
    return tuple(one for one in given.signatures if (one.name, one.key_id) == (origin, key_id))


def _write(path: Path, content: str, mode: int = 0o644) -> None:
    if files.read(path) != content.encode():
        files.replace(path, content, mode)
