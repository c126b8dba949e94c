"""The line between the handset's page and the demo's message centre, as the page needs it.

Rules that hold here: an interface and its data, no transport; a subscriber's number is always an
argument and never part of an error; without ``install`` there is no handset, so production, which
never calls it, has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

Fault = Literal["centre_down", "gateway_away", "bad_request"]

MAX_TEXT = 480
"""Characters that one text may have: about seven UCS-2 parts."""


class LineError(Exception):
    """The message centre did not do what was asked; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        """Keep the reason; a page finds its words by it."""
        super().__init__(fault)
        self.fault: Fault = fault


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One text as the handset shows it, whole, however many parts it travelled in.

    ``version`` rises with every change of any message, also over a restart of the message centre,
    so "what changed after version N" is all that a page has to ask. ``at`` is POSIX seconds.
    ``milliseconds`` is the time from the ``deliver_sm`` to its response for a question, and from
    the question's ``deliver_sm`` to the last part of the reply for a reply; ``None`` until known.
    """

    id: int
    version: int
    kind: Literal["question", "reply"]
    text: str
    at: float
    parts: int
    encoding: Literal["gsm7", "ucs2"]
    state: Literal["waiting", "taken", "refused", "answered", "received"]
    milliseconds: float | None = None


class HandsetLine(Protocol):
    """What the page asks of the message centre. ``sender`` is digits, such as 923990000000."""

    async def send(self, sender: str, text: str) -> int:
        """Send ``text`` to the short code; return the message's id.

        Raises ``LineError``: no centre, or no gateway is bound to it.
        """
        ...

    async def messages(self, sender: str, after: int, wait: float = 0.0) -> Sequence[Message]:
        """Return the sender's messages whose version is above ``after``, oldest first.

        Where there is none, wait up to ``wait`` seconds for one. Raises ``LineError``.
        """
        ...


class Example(msgspec.Struct, frozen=True):
    """A made-up number to try: its 13 digits, who it is, and what will be seen."""

    cnic: str
    who_ur: str
    who_en: str
    sees_ur: str
    sees_en: str


@dataclass(frozen=True)
class Handset:
    """All that the page needs: the line, the numbers to try, and what it says of the service.

    ``daily_limit`` is checks per sender and day, 0 for none.
    """

    line: HandsetLine
    examples: Sequence[Example]
    short_code: str
    daily_limit: int


_installed: Handset | None = None


def install(handset: Handset | None) -> None:
    """Give this process a handset, or (``None``) take it away."""
    global _installed
    _installed = handset


def installed() -> Handset | None:
    """Return this process's handset, or ``None`` where the demo is off."""
    return _installed
