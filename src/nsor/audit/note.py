"""Signed notes, and the two signatures on them that the trail uses: the log's and a witness's.

After C2SP signed-note, tlog-checkpoint and tlog-cosignature (Ed25519). Rules that hold here:
nothing touches a file, a database or a clock; whatever can't be read is ``NoteError`` and nothing
else; a signature by an unknown key is left aside, one by a known key that is wrong refuses the
whole note.
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = 0x01
COSIGNATURE = 0x04
"""Signature types of C2SP signed-note: of a log, of a witness (with a time)."""

DASH = "\N{EM DASH} "
HASH_BYTES = 32
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
MOST_SIGNATURES = 64
LONGEST = 65_536
LARGEST_SIZE = 2**63 - 1
DIGITS = 19
LEAST_LINES = 3
_TIME = struct.Struct(">Q")


class NoteError(ValueError):
    """The text is no note, checkpoint or key, or isn't signed by who should have signed it."""


class Signature(NamedTuple):
    """One signature line: whose, and the octets after the key's id."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line, with its newline."""
        return f"{DASH}{self.name} {encoded(self.key_id + self.signature)}\n"


class Note(NamedTuple):
    """A text that ends in a newline, and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note as it is written to a file."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)


class Verifier(NamedTuple):
    """A public key under its name; ``kind`` is the signature type."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four octets that name this key in a signature line."""
        named = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """Return the verifier key: ``name+hex of the id+base64 of type and key``."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(bytes((self.kind,)) + self.public)}"


class Checkpoint(NamedTuple):
    """The head of a tree: whose, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed (C2SP tlog-checkpoint, without extension lines)."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


def encoded(octets: bytes) -> str:
    """Return base64 (RFC 4648, section 4)."""
    return base64.b64encode(octets).decode()


def decoded(text: str, size: int | None = None) -> bytes:
    """Return what base64 stands for. Raises ``NoteError`` also where it isn't ``size`` octets."""
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("A value is not base64.") from None
    if encoded(octets) != text:
        raise NoteError("A value is base64 with octets that mean nothing.")
    if size is not None and len(octets) != size:
        raise NoteError(f"A value has {len(octets)} octets instead of {size}.")
    return octets


def good_name(name: str) -> bool:
    """Tell whether a key may be named so."""
    return bool(name) and name.isprintable() and "+" not in name and not _spaced(name)


def _spaced(name: str) -> bool:
    return any(character.isspace() for character in name)


def parse(written: bytes | str) -> Note:
    """Read a note. Raises ``NoteError``."""
    try:
        text = written if isinstance(written, str) else written.decode()
        text.encode()
    except UnicodeError:
        raise NoteError("The note is not UTF-8.") from None
    if len(text) > LONGEST:
        raise NoteError(f"The note is longer than {LONGEST} characters.")
    if any(character < " " and character != "\n" for character in text):
        raise NoteError("The note holds a control character.")
    body, found, signed = text.rpartition("\n\n")
    if not found or not signed.endswith("\n"):
        raise NoteError("The note has no signature lines after an empty line at its end.")
    lines = signed[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"The note has more than {MOST_SIGNATURES} signatures.")
    return Note(body + "\n", tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    name, _, value = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not good_name(name):
        raise NoteError("A signature line is not an em dash, a name and base64.")
    octets = decoded(value)
    if len(octets) <= KEY_ID_BYTES:
        raise NoteError("A signature is too short.")
    return Signature(name, octets[:KEY_ID_BYTES], octets[KEY_ID_BYTES:])


def parse_verifier(text: str, kind: int) -> Verifier:
    """Read a verifier key of the given type. Raises ``NoteError``."""
    name, _, rest = text.strip().partition("+")
    written_id, _, value = rest.partition("+")
    octets = decoded(value, 1 + HASH_BYTES)
    verifier = Verifier(name, octets[0], octets[1:])
    if not good_name(name) or verifier.kind != kind or verifier.key_id.hex() != written_id:
        raise NoteError("The text is no verifier key: name+id+base64 of its type and its key.")
    return verifier


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text; extension lines are left aside. Raises ``NoteError``."""
    lines = text.split("\n")
    if len(lines) <= LEAST_LINES or lines[-1] or not all(lines[:-1]):
        raise NoteError("The checkpoint is not at least three lines, none of them empty.")
    return Checkpoint(lines[0], parse_size(lines[1]), decoded(lines[2], HASH_BYTES))


def parse_size(text: str) -> int:
    """Read a number of leaves in decimal. Raises ``NoteError``."""
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        raise NoteError("A tree's size is not a decimal number.")
    size = int(text)
    if str(size) != text or size > LARGEST_SIZE:
        raise NoteError("A tree's size has leading zeros or is too large.")
    return size


def public_of(private: Ed25519PrivateKey) -> bytes:
    """Return the 32 octets of the public key."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Note:
    """Return the note that a log signs (signature type 0x01)."""
    verifier = Verifier(name, ED25519, public_of(private))
    return Note(text, (Signature(name, verifier.key_id, private.sign(text.encode())),))


def cosign(note: Note, name: str, private: Ed25519PrivateKey, time: int) -> Note:
    """Return a note with a witness's cosignature added; ``time`` in seconds since 1970."""
    verifier = Verifier(name, COSIGNATURE, public_of(private))
    signed = private.sign(_timed(time, note.text))
    mine = Signature(name, verifier.key_id, _TIME.pack(time) + signed)
    return Note(note.text, (*note.signatures, mine))


def verify(note: Note, verifier: Verifier) -> int:
    """Check a note's signature; return its time, or 0 for a log's, which has none.

    Raises ``NoteError`` where the key has not signed, or any signature under its name and id is
    not by it.
    """
    signed = [
        one for one in note.signatures if (one.name, one.key_id) == (verifier.name, verifier.key_id)
    ]
    if not signed:
        raise NoteError(f"The note is not signed by {verifier.name}.")
    return max(_verified(note.text, one, verifier) for one in signed)


def _verified(text: str, one: Signature, verifier: Verifier) -> int:
    time, message, signature = 0, text.encode(), one.signature
    if verifier.kind == COSIGNATURE:
        if len(signature) != _TIME.size + SIGNATURE_BYTES:
            raise NoteError(f"The cosignature of {verifier.name} has not the right length.")
        time, signature = _TIME.unpack_from(signature)[0], signature[_TIME.size :]
        message = _timed(time, text)
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise NoteError(f"The signature of {verifier.name} is forged.") from None
    return time


def _timed(time: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def checkpoint_of(note: Note, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint in a note that all these keys signed. Raises ``NoteError``."""
    for verifier in verifiers:
        verify(note, verifier)
    return parse_checkpoint(note.text)
