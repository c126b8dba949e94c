"""Encryption to a recipient whose key the server hasn't got: age (C2SP), X25519, by ``pyrage``.

Rules that hold here: streams of any length pass in constant memory; what age refuses (another key,
a changed octet, a stream that was cut) is ``BackupError`` with a sentence; what our own side raises
meanwhile comes out as it was raised.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage.x25519 import Identity, Recipient

from nsor.backup.errors import BackupError


def recipient(text: str) -> Recipient:
    """Return a recipient, such as ``age1...``. Raises ``BackupError``: ``bad_recipient``."""
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise BackupError(
            "bad_recipient",
            "The recipient is no public key of age: one begins with age1 and is made by"
            " `age-keygen` where the backups are kept.",
        ) from None


def identity(path: Path) -> Identity:
    """Return the secret key of a file as ``age-keygen`` writes it.

    Raises ``BackupError``: ``bad_identity``.
    """
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError as error:
        raise BackupError(
            "bad_identity", f"The key file {path} can't be opened: {error.strerror}."
        ) from None
    written = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        (line,) = written
        return Identity.from_str(line)
    except (ValueError, pyrage.IdentityError):
        raise BackupError(
            "bad_identity",
            f"The key file {path} holds no one secret key of age, a line that begins with"
            " AGE-SECRET-KEY-1.",
        ) from None


def encrypt(octets: Iterator[bytes], out: BinaryIO, to: Recipient) -> None:
    """Write the octets to ``out``, encrypted. Raises what they raise, and ``OSError``."""
    source = _Source(octets)
    sink = _Sink(out.write)
    try:
        pyrage.encrypt_io(source, sink, [to])
    except (pyrage.EncryptError, OSError) as error:
        raise source.error or sink.error or OSError(str(error)) from None
    if source.error or sink.error:
        raise source.error or sink.error or AssertionError


def decrypt(source: BinaryIO, take: Callable[[bytes], None], with_key: Identity) -> None:
    """Give ``take`` what was encrypted, each piece only after it was authenticated.

    Raises ``BackupError``: ``bad_backup``, ``other_recipient``; and what ``take`` raises.
    """
    sink = _Sink(take)
    try:
        pyrage.decrypt_io(source, sink, [with_key])
    except (pyrage.DecryptError, OSError, ValueError) as error:
        if sink.error is not None:
            raise sink.error from None
        if "matching" in str(error).lower():
            raise BackupError(
                "other_recipient", "The backup was encrypted to another key than this one."
            ) from None
        raise BackupError(
            "bad_backup",
            "The backup doesn't decrypt: it was changed or cut, or is no backup. Fetch it again,"
            " or take another one.",
        ) from None
    if sink.error is not None:
        raise sink.error


class _Source:
    """What age reads from: pieces of any size, given out in the sizes it asks for."""

    def __init__(self, octets: Iterator[bytes]) -> None:
        self._octets = octets
        self._held = bytearray()
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while len(self._held) < size or size < 0:
                self._held += next(self._octets)
        except StopIteration:
            size = size if 0 <= size < len(self._held) else len(self._held)
        except BaseException as error:
            self.error = error
            raise
        given = bytes(self._held[:size])
        del self._held[:size]
        return given


class _Sink:
    """What age writes to; remembers what went wrong there."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self.error: BaseException | None = None

    def write(self, octets: bytes) -> int:
        try:
            self._take(bytes(octets))
        except BaseException as error:
            self.error = error
            raise
        return len(octets)

    def flush(self) -> None:
        """Nothing is held back here."""
