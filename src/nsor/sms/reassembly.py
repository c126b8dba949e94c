"""Incoming messages in several parts: telling a part, holding it, joining the whole.

Rules that hold here:

- A part is acknowledged by itself once it is durable, never held back for its siblings. So
  everything held can be listed and restored, and a part that comes again is no new one.
- Nothing is dropped silently: what can't be held is refused, what never became whole is handed
  back by ``expire`` once, and what a newer message pushed out is reported.
- A part of a message that was whole already may come again, for its acknowledgement came late:
  nobody is told that it never became whole, and it is never joined with parts of another message.
  The whole message again is another message.
- A part that completes its message is always taken, however full it is: it makes room.
- Octets are joined first and decoded then: a character may be cut between two parts.
- Time comes in as ``now``, in seconds of a clock that never goes back.
- A malformed header is no reason to lose a text: what remains of it is read.

Sources: SMPP 3.4 sections 5.2.12, 5.3.2.22 to 24, 5.3.2.32; 3GPP TS 23.040 section 9.2.3.24.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import groupby
from typing import Final, NamedTuple

from smpp34 import Tlv

from nsor.sms.encoding import decode

UDH_INDICATOR: Final = 0x40
_MESSAGE_PAYLOAD: Final = 0x0424
_SAR_REFERENCE: Final = 0x020C
_SAR_TOTAL: Final = 0x020E
_SAR_SEQNUM: Final = 0x020F
_SAR: Final = frozenset((_SAR_REFERENCE, _SAR_TOTAL, _SAR_SEQNUM))
_CONCATENATED_8: Final = (0x00, 3)
_CONCATENATED_16: Final = (0x08, 4)
_SINGLE_SHIFT: Final = (0x24, 1)
_LOCKING_SHIFT: Final = (0x25, 1)

_KIND_16: Final = 0x10000
_KIND_SAR: Final = 0x20000

PART_ALLOWANCE: Final = 256
"""Octets that a held part counts for beside its payload: the objects around it."""


class Fragment(NamedTuple):
    """The text of one part, as octets, and what it takes to decode it."""

    payload: bytes
    data_coding: int
    locking: int = 0
    single: int = 0


class Part(NamedTuple):
    """A fragment and its place: number ``seqnum`` (from 1) of ``total``.

    ``reference`` holds the 16 bits of the reference, and above them the kind of header that it
    came in, for 7 in one kind and 7 in another are two messages. It is 0 where ``total`` is 1.
    """

    fragment: Fragment
    reference: int = 0
    total: int = 1
    seqnum: int = 1


class Key(NamedTuple):
    """What the parts of one message have in common."""

    operator: str
    sender: str
    destination: str
    reference: int
    total: int


class Outcome(Enum):
    """What became of a part."""

    HELD = "held"
    COMPLETE = "complete"
    DUPLICATE = "duplicate"
    """Held already, the same octets: make it durable again, for the first try may have failed."""
    REPLACED = "replaced"
    """Held; an older message with the reference was given up for it, its parts handed back."""
    LATE = "late"
    """Of a message that has expired: its sender has been told."""
    FULL = "full"
    """Refused for want of room: to be answered ESME_RMSGQFUL, and not to be made durable."""
    INVALID = "invalid"
    """Refused: ``seqnum`` is no number from 1 to ``total``, or ``total`` none from 1 to 255."""


class Added(NamedTuple):
    """The outcome, and with it the whole message (COMPLETE) or the one given up (REPLACED).

    With REPLACED no fragments mean that what was given up had been whole before.
    """

    outcome: Outcome
    fragments: tuple[Fragment, ...] = ()


class Expired(NamedTuple):
    """A message that never became whole. ``first`` is its first part, if that one came.

    ``repeated``: nothing came of it but parts of a message that was whole before.
    """

    key: Key
    first: Fragment | None
    repeated: bool = False


class Held(NamedTuple):
    """One part that is held, as ``items`` lists it and ``restore`` takes it."""

    key: Key
    seqnum: int
    fragment: Fragment


_HELD: Final = Added(Outcome.HELD)
_DUPLICATE: Final = Added(Outcome.DUPLICATE)
_LATE: Final = Added(Outcome.LATE)
_FULL: Final = Added(Outcome.FULL)
_INVALID: Final = Added(Outcome.INVALID)


def parse_part(short_message: bytes, esm_class: int, data_coding: int, tlvs: Sequence[Tlv]) -> Part:
    """Return the text that a deliver_sm carries and its place in a longer one.

    The payload is ``short_message``, or the TLV message_payload where that is empty. A place
    comes from the user data header, else from the three ``sar_*`` TLVs; one that can't be true
    (total 0, a number beyond the total) is ignored, as TS 23.040 asks.
    """
    if not tlvs and not esm_class & UDH_INDICATOR:
        return Part(Fragment(short_message, data_coding))
    sar: dict[int, int] = {}
    for tlv in tlvs:
        tag = tlv.tag
        if tag == _MESSAGE_PAYLOAD:
            short_message = short_message or tlv.value
        elif tag in _SAR and tlv.value:
            sar[tag] = int.from_bytes(tlv.value[-2:], "big")
    place = None
    locking = single = 0
    if esm_class & UDH_INDICATOR and short_message and short_message[0] < len(short_message):
        end = 1 + short_message[0]
        place, locking, single = _header(short_message[1:end])
        short_message = short_message[end:]
    if place is None and len(sar) == len(_SAR):
        place = _place(_KIND_SAR | sar[_SAR_REFERENCE], sar[_SAR_TOTAL], sar[_SAR_SEQNUM])
    return Part(Fragment(short_message, data_coding, locking, single), *(place or (0, 1, 1)))


_Place = tuple[int, int, int]


def _header(elements: bytes) -> tuple[_Place | None, int, int]:
    """Read the information elements of a user data header: place, locking and single shift.

    Of an element that is repeated the last one counts. Reading ends at one that is longer than
    what remains.
    """
    place: _Place | None = None
    locking = single = 0
    at = 0
    while at + 2 <= len(elements):
        kind, length = elements[at], elements[at + 1]
        value = elements[at + 2 : at + 2 + length]
        if len(value) < length:
            break
        element = (kind, length)
        if element == _CONCATENATED_8:
            place = _place(value[0], value[1], value[2]) or place
        elif element == _CONCATENATED_16:
            reference = _KIND_16 | int.from_bytes(value[:2], "big")
            place = _place(reference, value[2], value[3]) or place
        elif element == _SINGLE_SHIFT:
            single = value[0]
        elif element == _LOCKING_SHIFT:
            locking = value[0]
        at += 2 + length
    return place, locking, single


def _place(reference: int, total: int, seqnum: int) -> _Place | None:
    if not 1 <= seqnum <= total <= 255:
        return None
    return (reference, total, seqnum) if total > 1 else None


def text_of(fragments: Sequence[Fragment]) -> str | None:
    """Return the text of a whole message, or None where a part of it can't be read as text."""
    if len(fragments) == 1:
        return decode(*fragments[0])
    texts = []
    for coding, run in groupby(fragments, key=lambda fragment: fragment[1:]):
        text = decode(b"".join([fragment.payload for fragment in run]), *coding)
        if text is None:
            return None
        texts.append(text)
    return "".join(texts)


class _Message:
    """The parts of one message that have come so far."""

    __slots__ = ("deadline", "parts", "repeated", "size")

    def __init__(self, deadline: float, repeated: bool) -> None:
        self.deadline = deadline
        self.repeated = repeated
        self.parts: dict[int, Fragment] = {}
        self.size = 0

    def put(self, seqnum: int, fragment: Fragment) -> None:
        self.parts[seqnum] = fragment
        self.size += len(fragment.payload) + PART_ALLOWANCE

    def take_out(self, seqnum: int) -> None:
        self.size -= len(self.parts.pop(seqnum).payload) + PART_ALLOWANCE

    def in_order(self) -> tuple[Fragment, ...]:
        return tuple([self.parts[seqnum] for seqnum in sorted(self.parts)])


class _Late(NamedTuple):
    """A message that has expired: which parts of it had come, and until when that is known."""

    deadline: float
    seqnums: frozenset[int]


class _Done(NamedTuple):
    """A message that was whole: hashes of its parts, and until when they may come again."""

    deadline: float
    parts: frozenset[int]


class Reassembler:
    """Holds the parts of messages until each is whole, within bounds of number and of memory.

    ``capacity_messages`` bounds the messages held, ``capacity_bytes`` their payloads with an
    allowance of ``PART_ALLOWANCE`` for each part, ``timeout`` (seconds) the wait for the next
    part of a message.

    A caller whose store fails after ``add`` lets go of the part with ``drop`` where it was held:
    it was refused, and comes again. After COMPLETE the message is no longer held: to get it back,
    give what was durable of it to ``restore``.
    """

    def __init__(self, capacity_messages: int, capacity_bytes: int, timeout: float) -> None:
        self._capacity_messages = capacity_messages
        self._capacity_bytes = capacity_bytes
        self._timeout = timeout
        # All are in the order of their deadlines: what gets a part moves to the end. A plain
        # dict slows down where its front is taken off again and again.
        self._messages: OrderedDict[Key, _Message] = OrderedDict()
        self._late: OrderedDict[Key, _Late] = OrderedDict()
        self._done: OrderedDict[Key, _Done] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        """Return the number of messages held."""
        return len(self._messages)

    @property
    def size(self) -> int:
        """Octets held, as ``capacity_bytes`` counts them."""
        return self._size

    def add(self, key: Key, seqnum: int, fragment: Fragment, now: float) -> Added:
        """Take a part, and tell what became of it; with the last one comes the whole message.

        Other octets under a number that is held already mean that the sender uses the reference
        for a new message: the old one is given up.
        """
        if not 1 <= seqnum <= key.total <= 255:
            return _INVALID
        late = self._late.get(key)
        if late is not None:
            if seqnum not in late.seqnums and now < late.deadline:
                return _LATE
            del self._late[key]
        message = self._messages.get(key)
        known = message.parts.get(seqnum) if message else None
        if known == fragment:
            return _DUPLICATE
        repeated = self._is_repeated(key, seqnum, fragment, now)
        over = message is not None and (known is not None or (message.repeated and not repeated))
        if message is not None and not over and len(message.parts) == key.total - 1:
            self._forget(key)
            message.put(seqnum, fragment)
            self._remember(key, message, now)
            return Added(Outcome.COMPLETE, message.in_order())
        if key.total == 1:
            return Added(Outcome.COMPLETE, (fragment,))
        given_up = message if over else None
        if not self._has_room(message, given_up, fragment):
            return _FULL
        if given_up is not None:
            self._forget(key)
            self._hold(key, seqnum, fragment, now, repeated)
            return Added(Outcome.REPLACED, () if given_up.repeated else given_up.in_order())
        self._hold(key, seqnum, fragment, now, repeated)
        return _HELD

    def expire(self, now: float) -> list[Expired]:
        """Give up the messages whose next part has not come in time, and return each once.

        A part that comes within another ``timeout`` is LATE, so that nobody is told twice. Of
        expired messages no more are remembered than may be held.
        """
        while self._done and next(iter(self._done.values())).deadline <= now:
            self._done.popitem(last=False)
        expired = []
        while self._messages:
            key, message = next(iter(self._messages.items()))
            if message.deadline > now:
                break
            self._forget(key)
            expired.append(Expired(key, message.parts.get(1), message.repeated))
            self._late[key] = _Late(now + self._timeout, frozenset(message.parts))
            if len(self._late) > self._capacity_messages:
                self._late.popitem(last=False)
        return expired

    def drop(self, key: Key, seqnum: int) -> None:
        """Let go of a part, as if it had never come; one that is not held is passed over."""
        message = self._messages.get(key)
        if message is None or seqnum not in message.parts:
            return
        if len(message.parts) == 1:
            self._forget(key)
            return
        self._size -= message.size
        message.take_out(seqnum)
        self._size += message.size

    def items(self) -> Iterator[Held]:
        """List every part that is held."""
        for key, message in self._messages.items():
            for seqnum, fragment in message.parts.items():
                yield Held(key, seqnum, fragment)

    def restore(self, held: Iterable[Held], now: float) -> list[tuple[Key, tuple[Fragment, ...]]]:
        """Hold again what was durable, each message with a whole ``timeout`` to wait.

        What was acknowledged once is taken whatever the capacity. Returns the messages that turn
        out to be whole; they are not held.
        """
        keys: dict[Key, None] = {}
        for key, seqnum, fragment in held:
            self._done.pop(key, None)  # what was whole was not durable
            message = self._messages.get(key)
            if message is None or seqnum not in message.parts:
                self._hold(key, seqnum, fragment, now)
            keys[key] = None
        whole = []
        for key in keys:
            message = self._messages[key]
            if len(message.parts) == key.total:
                self._forget(key)
                whole.append((key, message.in_order()))
        return whole

    def _has_room(
        self, message: _Message | None, given_up: _Message | None, fragment: Fragment
    ) -> bool:
        if message is None and len(self._messages) >= self._capacity_messages:
            return False
        freed = given_up.size if given_up else 0
        wanted = len(fragment.payload) + PART_ALLOWANCE
        return self._size - freed + wanted <= self._capacity_bytes

    def _remember(self, key: Key, message: _Message, now: float) -> None:
        self._done.pop(key, None)
        self._done[key] = _Done(now + self._timeout, frozenset(map(hash, message.parts.items())))
        if len(self._done) > self._capacity_messages:
            self._done.popitem(last=False)

    def _is_repeated(self, key: Key, seqnum: int, fragment: Fragment, now: float) -> bool:
        done = self._done.get(key)
        return done is not None and now < done.deadline and hash((seqnum, fragment)) in done.parts

    def _hold(
        self, key: Key, seqnum: int, fragment: Fragment, now: float, repeated: bool = False
    ) -> None:
        message = self._messages.pop(key, None) or _Message(0.0, repeated)
        message.deadline = now + self._timeout
        self._messages[key] = message
        self._size -= message.size
        message.put(seqnum, fragment)
        self._size += message.size

    def _forget(self, key: Key) -> None:
        self._size -= self._messages.pop(key).size
