"""The key ring: the secrets from which every other key is derived.

Rules that hold here:

- Keys never leave this module, only keys derived from them for a named purpose (HKDF, RFC 5869).
  The current key is used for new data; the others still open what they sealed.
- A ring is a file, or what a program of a key service prints (``NSOR_KEYS=command:...``). A file is
  written whole beside the old one and put in its place, with mode 0600. What a program adds, its
  service adds: it is never written from here.
- A key's name is never given twice, so that what one ring sealed is not taken for another's.
"""

import fcntl
import json
import os
import secrets
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nsor.durable import sync_folder

KEY_BYTES = 32
LONGEST_ID = 64
COMMAND = "command:"
COMMAND_WITHIN = 20.0
"""Seconds that a key service's program may take."""
COMMAND_KEEPS = 60.0
"""Seconds for which its answer is used before it is asked again."""


class KeyRingError(RuntimeError):
    """The key ring can't be used. The message says where it is and what would be right."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Secrets by id; ``current`` names the one that seals new data."""

    keys: dict[str, bytes]
    current: str

    def __repr__(self) -> str:
        """Name the keys, and tell none of them."""
        return f"KeyRing({', '.join(self.keys)}; current {self.current})"

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """Return 32 bytes for ``purpose``, from key ``key_id`` or else from the current one."""
        source = self.keys[key_id or self.current]
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(source)


class RingSource(Protocol):
    """Where a ring lies. Each method raises ``KeyRingError``."""

    keeps: ClassVar[float | None]
    """Seconds for which what was read may be used unseen; None where ``seen`` tells of changes."""

    def read(self) -> KeyRing:
        """Return the ring as it is now."""

    def read_or_make(self) -> KeyRing:
        """Return the ring as it is now; a file that isn't there is made."""

    def seen(self) -> object:
        """Return something that differs once the ring was changed, None where nobody can tell."""

    def add(self) -> KeyRing:
        """Add a fresh key and make it current; return the ring with it."""

    def drop(self, key_id: str) -> KeyRing:
        """Take a key out that is not the current one; return the ring without it."""

    def lies_within(self, folder: Path) -> bool:
        """Tell whether the ring lies in a folder, such as the one that it protects."""


def source(home: Path) -> RingSource:
    """Return where the ring lies: ``NSOR_KEYS``, or else ``keys.json`` in ``home``.

    Raises ``KeyRingError`` where ``NSOR_KEYS`` names no program.
    """
    named = os.environ.get("NSOR_KEYS", "")
    if named.startswith(COMMAND):
        return CommandRing(_words(named.removeprefix(COMMAND)))
    return FileRing(Path(named) if named else home / "keys.json")


def load_or_make(home: Path) -> KeyRing:
    """Open the key ring, or make one with a fresh key where there is none.

    Raises ``KeyRingError`` where it can't be understood or others may read it.
    """
    return source(home).read_or_make()


def lies_beside_data(home: Path) -> bool:
    """Tell whether the key ring lies in the folder that it protects."""
    return source(home).lies_within(home)


@dataclass(frozen=True)
class FileRing:
    """A ring in a file of mode 0600; a symbolic link stays one, and what it names is the file."""

    path: Path
    keeps: ClassVar[float | None] = None

    def read(self) -> KeyRing:
        """See ``RingSource``."""
        with self._failures("opened"):
            return self._read()

    def read_or_make(self) -> KeyRing:
        """See ``RingSource``."""
        with self._failures("opened"):
            if not self.path.exists():
                self._make()
            return self._read()

    def seen(self) -> object:
        """See ``RingSource``."""
        try:
            stat = os.stat(self.path)
        except OSError:
            return None
        return stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size

    def add(self) -> KeyRing:
        """See ``RingSource``."""
        return self._change(_with_a_fresh_key)

    def drop(self, key_id: str) -> KeyRing:
        """See ``RingSource``."""
        return self._change(lambda ring: _without(ring, key_id))

    def lies_within(self, folder: Path) -> bool:
        """See ``RingSource``."""
        return self.path.resolve().is_relative_to(folder.resolve())

    def _read(self) -> KeyRing:
        if self.path.stat().st_mode & 0o077:
            raise KeyRingError(
                f"The key ring {self.path} can be read by others: set its mode to 0600."
            )
        return _understood(self.path.read_bytes(), f"The key ring {self.path}")

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = _fresh_name({})
        ring = KeyRing({name: secrets.token_bytes(KEY_BYTES)}, name)
        with _written_beside(self.path, ring) as fresh:
            try:
                os.link(fresh, self.path)  # unlike a rename, never replaces a ring made meanwhile
            except FileExistsError:
                return
        sync_folder(self.path.parent)

    def _change(self, change: Callable[[KeyRing], KeyRing]) -> KeyRing:
        self.read()
        with self._failures("changed"):
            path = self.path.resolve(strict=True)
            with _alone_in(path.parent):
                for left in path.parent.glob(f".{path.name}.*"):  # by a process that was killed
                    left.unlink()
                ring = change(self._read())
                with _written_beside(path, ring) as fresh:
                    os.rename(fresh, path)
                sync_folder(path.parent)
                return ring

    @contextmanager
    def _failures(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise KeyRingError(
                f"The key ring {self.path} can't be {what}: {error.strerror}."
            ) from error


@dataclass(frozen=True)
class CommandRing:
    """A ring that a program prints, in the form of the file; it asks a key service for it."""

    words: tuple[str, ...]
    """The program and its arguments; no shell runs it."""
    keeps: ClassVar[float | None] = COMMAND_KEEPS

    def read(self) -> KeyRing:
        """See ``RingSource``."""
        called = f"The key service's program {self.words[0]}"
        try:
            code, printed = _run(self.words)
        except subprocess.TimeoutExpired:
            message = f"{called} gave no answer within {COMMAND_WITHIN:.0f} seconds."
            raise KeyRingError(message) from None
        except OSError as error:
            raise KeyRingError(f"{called} can't be run: {error.strerror}.") from None
        if code != 0:
            raise KeyRingError(
                f"{called} ended with the code {code} instead of 0: run it by hand to see why."
            )
        return _understood(printed, f"What {self.words[0]} prints")

    def read_or_make(self) -> KeyRing:
        """See ``RingSource``; a service's ring is never made from here."""
        return self.read()

    def seen(self) -> object:
        """See ``RingSource``."""
        return None

    def add(self) -> KeyRing:
        """See ``RingSource``; always raises."""
        raise KeyRingError(
            f"The key ring comes from {self.words[0]}: add a key there and make it current, then"
            " run `nsor keys rotate --resume`."
        )

    def drop(self, key_id: str) -> KeyRing:
        """See ``RingSource``; always raises."""
        raise KeyRingError(
            f"The key ring comes from {self.words[0]}: take the key {key_id} out there."
        )

    def lies_within(self, folder: Path) -> bool:
        """See ``RingSource``."""
        return False


def _words(command: str) -> tuple[str, ...]:
    """Return a program with its arguments, as a shell would read them."""
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        words = ()
    if not words:
        raise KeyRingError(
            "NSOR_KEYS names no program: write command:/path/to/program and its arguments."
        )
    return words


def _run(words: tuple[str, ...]) -> tuple[int, bytes]:
    """Run a program without a shell; return its exit code and what it prints.

    Raises ``OSError``, and ``subprocess.TimeoutExpired`` after everything that it began is ended.
    """
    with subprocess.Popen(  # noqa: S603 - the operator's own setting
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as started:
        try:
            printed, _ = started.communicate(timeout=COMMAND_WITHIN)
        except BaseException:
            os.killpg(started.pid, signal.SIGKILL)
            raise
        return started.returncode, printed


def _understood(written: bytes, what: str) -> KeyRing:
    """Return a ring from its JSON. Raises ``KeyRingError``, which tells nothing of it."""
    try:
        document = json.loads(written)
        keys = {str(name): bytes.fromhex(value) for name, value in document["keys"].items()}
        ring = KeyRing(keys, str(document["current"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyRingError(
            f'{what} is not of the form {{"current": "1", "keys": {{"1": "<hex>"}}}}.'
        ) from None
    if ring.current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyRingError(f"{what} lacks its current key, or a key is not 32 bytes.")
    if not all(name.isascii() and 0 < len(name) <= LONGEST_ID for name in keys):
        raise KeyRingError(f"{what} names a key by no 1 to {LONGEST_ID} ASCII letters.")
    return ring


def _with_a_fresh_key(ring: KeyRing) -> KeyRing:
    name = _fresh_name(ring.keys)
    return KeyRing({**ring.keys, name: secrets.token_bytes(KEY_BYTES)}, name)


def _without(ring: KeyRing, key_id: str) -> KeyRing:
    if key_id == ring.current or key_id not in ring.keys:
        raise KeyRingError(f"The key {key_id} is not one of the older keys of the ring.")
    return KeyRing({name: key for name, key in ring.keys.items() if name != key_id}, ring.current)


def _fresh_name(taken: Mapping[str, bytes]) -> str:
    """Return a name such as ``3-9f86d081``: how many keys there were, and chance."""
    return f"{len(taken) + 1}-{secrets.token_hex(4)}"


@contextmanager
def _written_beside(path: Path, ring: KeyRing) -> Iterator[Path]:
    """Yield a file with the ring in it, durable, and delete it at the end if it is still there."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    document = {
        "current": ring.current,
        "keys": {name: key.hex() for name, key in ring.keys.items()},
    }
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file)
            file.flush()
            if path.exists():  # who may read the old one, and nobody else, reads the new one
                stat = path.stat()
                os.fchown(file.fileno(), stat.st_uid, stat.st_gid)
            os.fsync(file.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Have other processes wait that would change a ring in this folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
