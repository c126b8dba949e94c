"""What the gateway asks of a store, and what a store gives back after a restart.

One ``Write`` is made durable whole or not at all. Replies are owed in batches, as they were
committed; a reply is known by its batch's number and its place in it. Nothing of a person may be
readable in what a store writes: senders and identity numbers are sealed, and what stays once a
reply is done are keyed hashes, whose keys (``new_keys``) are destroyed with their period.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

PROGRESS_OCTETS = 3
"""Octets in which ``Write.progress`` says how far one reply has got."""

ReplyKind = Literal["check", "unreadable", "over_limit"]


class OutboxError(Exception):
    """The store could not keep what it was given; nothing of it was kept."""


class OutboxInUseError(OutboxError):
    """Another process works on this store."""


class OwedReply(NamedTuple):
    """A reply that is owed: everything needed to decide and to send it (again)."""

    operator: str
    sender: str
    sender_ton: int
    sender_npi: int
    source_ton: int
    source_npi: int
    kind: ReplyKind
    language: Literal["ur", "en"]
    cnic: str
    counted: bool
    received_at: float
    reference: int
    digest: bytes


class HeldPart(NamedTuple):
    """One part of a long message whose siblings have not come yet (``reassembly``)."""

    number: int
    operator: str
    sender: str
    sender_ton: int
    sender_npi: int
    destination: str
    source_ton: int
    source_npi: int
    reference: int
    total: int
    seqnum: int
    payload: bytes
    data_coding: int
    locking: int
    single: int


class Seen(NamedTuple):
    """A message that was taken, so that it is known when it comes again (``redelivery``)."""

    connection: int
    fingerprint: int
    again: bool


class Notice(NamedTuple):
    """A sender was told off: an "over the limit" or an "unreadable" reply was owed."""

    period: str
    sender: int
    at: float
    kind: Literal["over_limit", "unreadable"]


class Sent(NamedTuple):
    """The operator took a part, under this message_id in its canonical form."""

    batch: int
    place: int
    part: int
    operator: str
    message_id: str


class Receipted(NamedTuple):
    """The operator told what became of a part."""

    batch: int
    place: int
    part: int
    state: int


class Ended(NamedTuple):
    """A connection ended, with a completed unbind or without."""

    connection: int
    operator: str
    at: float
    unbound: bool


@dataclass(slots=True)
class Write:
    """What one commit makes durable, whole or not at all."""

    at: float = 0.0
    batch: int = 0
    owed: list[OwedReply] = field(default_factory=list)
    progress: dict[int, bytes] = field(default_factory=dict)
    finished: list[int] = field(default_factory=list)
    opened: list[tuple[int, str]] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    forget_seen_before: float = 0.0
    counted_period: str = ""
    counted: list[int] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    parts: list[HeldPart] = field(default_factory=list)
    parts_done: list[int] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    receipted: list[Receipted] = field(default_factory=list)
    forget_sent_before: float = 0.0
    new_keys: dict[str, bytes] = field(default_factory=dict)
    retired_periods: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Recovered:
    """What a store held when it was opened."""

    last_write: float = 0.0
    last_batch: int = 0
    last_connection: int = 0
    last_part: int = 0
    owed: list[tuple[int, list[OwedReply], bytes]] = field(default_factory=list)
    connections: dict[int, str] = field(default_factory=dict)
    ended: list[Ended] = field(default_factory=list)
    seen: list[tuple[float, list[Seen]]] = field(default_factory=list)
    counted: dict[str, dict[int, int]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    parts: list[HeldPart] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)


class Outbox(Protocol):
    """A store as the gateway sees it: commits are answered later, on the gateway's thread."""

    def commit(self, write: Write, done: Callable[[OutboxError | None, float], None]) -> None:
        """Make ``write`` durable, then call ``done`` with the error, or None, and its seconds.

        One commit at a time: the next one is asked for after ``done``.
        """
        ...
