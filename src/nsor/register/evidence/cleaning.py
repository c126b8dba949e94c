"""Examining a document and making its copy, in a process of its own.

Rules that hold here: whatever a document does to a decoder ends with that process, which has a
little memory and time, opens no file, and knows no key; one that dies is a document refused. The
process imports nothing that needs a database.
"""

import json
import os
import subprocess
import sys
from typing import Final, NamedTuple

from nsor.register.confined import confine
from nsor.register.errors import Refusal
from nsor.register.evidence.copies import copy
from nsor.register.evidence.files import MediaType, inspect

SECONDS: Final = 60
MEMORY: Final = 1 << 30


class Cleaned(NamedTuple):
    """What a document is by its content, and the copy to serve."""

    media_type: MediaType
    copy: bytes


def examine(octets: bytes) -> Cleaned:
    """Tell what a document is and copy it without metadata.

    Raises ``Refusal``: ``evidence_type``, ``evidence_too_large``, ``evidence_broken``,
    ``evidence_unsafe``.
    """
    inspect(octets)
    try:
        child = subprocess.run(
            [sys.executable, "-B", "-P", "-m", "nsor.register.evidence.cleaning"],
            input=octets,
            capture_output=True,
            timeout=2 * SECONDS,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _deadly() from None
    head, _, copied = child.stdout.partition(b"\n")
    if child.returncode or not head:
        raise _deadly()
    said = json.loads(head)
    if "code" in said:
        raise Refusal(said["code"], said["message"])
    return Cleaned(MediaType(said["media_type"]), copied)


def _deadly() -> Refusal:
    return Refusal(
        "evidence_unsafe",
        "The file can't be read within the time and memory that a document takes: print it to a new"
        " PDF, or scan it again, and send that.",
    )


def _work() -> None:
    """Do the work of the process: a document comes in, one line of JSON and the copy go out."""
    octets = sys.stdin.buffer.read()
    confine(MEMORY, SECONDS)
    copied = b""
    try:
        media_type = inspect(octets)
        copied = copy(octets, media_type)
        said = {"media_type": media_type.value}
    except Refusal as refusal:
        said = {"code": refusal.code, "message": refusal.message}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + copied)


if __name__ == "__main__":
    _work()
