"""A message centre that bears load: thousands of messages, redelivery, and slow answers.

It runs on a thread of its own, outlives the gateway's connections as an operator's centre does,
and shares no code with the gateway. Rules that hold here: a message is delivered until it is
acknowledged with status 0, again over another connection where one was lost, and again after
``retry_delay`` where the answer was "later"; every deliver_sm_resp and every submit_sm that came
is kept, in the order in which it came.
"""

import asyncio
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar

from raw_centre import (
    BIND_RX,
    BIND_TRX,
    BIND_TX,
    DELIVER_SM,
    ENQUIRE_LINK,
    RESPONSE,
    SUBMIT_SM,
    UNBIND,
    Pdu,
    Submit,
    deliver_sm,
    pack,
    read_submit,
)
from waiting import eventually

LATER = frozenset({0x14, 0x58, 0x64})
_UDH_INDICATOR = 0x40

Event = Literal["acknowledgement", "submit"]

_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Text:
    """One message of a subscriber, and what the gateway has said to it so far."""

    sender: str
    body: bytes
    data_coding: int = 0
    esm_class: int = 0
    deliveries: int = 0
    statuses: list[int] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        """Whether the gateway took it."""
        return 0 in self.statuses


class Taken(NamedTuple):
    """A submit_sm that came: during which life of the gateway, and what it was answered."""

    life: int
    submit: Submit
    status: int | None


class Piece(NamedTuple):
    """One part of a reply: ``number`` of ``total``; a single one has the reference 0."""

    reference: int
    total: int
    number: int
    octets: bytes


def piece_of(submit: Submit) -> Piece:
    """Read the header of a part (3GPP TS 23.040 section 9.2.3.24.1), where there is one."""
    message = submit.short_message
    if not submit.esm_class & _UDH_INDICATOR:
        return Piece(0, 1, 1, message)
    assert message[:3] == b"\x05\x00\x03", "the header of a part has an 8-bit reference"
    return Piece(message[3], message[4], message[5], message[6:])


@dataclass(slots=True)
class _Trigger:
    """What to do once ``left`` more of these events have come."""

    left: int
    events: tuple[Event, ...]
    action: Callable[[], None]


class LoadCentre:
    """See the module. ``window``: deliver_sm without an answer, for each connection.

    ``answer`` is asked for the status of each submit_sm (None: it is never answered), and the
    answer goes out ``answer_delay`` seconds later. ``life`` is the test's to count up.
    """

    def __init__(self, *, window: int = 1000) -> None:
        self.window = window
        self.answer: Callable[[Submit], int | None] = lambda submit: 0
        self.answer_delay = 0.0
        self.retry_delay = 0.2
        self.redelivery_delay = 0.05
        self.answers_unbind = True
        self.life = 0
        self.texts: list[Text] = []
        self.taken: dict[str, list[Taken]] = {}
        self.unbinds = 0
        self._trigger: _Trigger | None = None
        self._waiting: deque[Text] = deque()
        self.connections: list[_Connection] = []
        self._last_id = 0
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="load-centre")
        self._thread.start()
        self.port = 0
        self.listen()

    # From the test's thread

    def url(self, **parameters: object) -> str:
        """Return the entry of NSOR_SMSC_URLS that leads here."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"smpp://nsor:secret@127.0.0.1:{self.port}?{query}"

    def call(self, function: Callable[[], _T]) -> _T:
        """Run ``function`` on the centre's thread, between two of its wake-ups."""

        async def run() -> _T:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)

    def listen(self) -> None:
        """Take connections (again, on the same port)."""

        async def run() -> asyncio.Server:
            return await self._loop.create_server(
                lambda: _Connection(self), "127.0.0.1", self.port, reuse_address=True
            )

        self._server = asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def go_down(self) -> None:
        """Refuse connections, and drop those there are."""

        def run() -> None:
            if self._server is not None:
                self._server.close()
            self._server = None
            self.drop(self.connections)

        self.call(run)

    def deliver(self, texts: Iterable[Text]) -> None:
        """Deliver messages as soon as a window has room for them."""
        fresh = list(texts)

        def run() -> None:
            self.texts += fresh
            self._waiting.extend(fresh)
            self.pump()

        self.call(run)

    def after(self, count: int, action: Callable[[], None], *events: Event) -> None:
        """Call ``action``, on the centre's thread, once that many more events have come.

        ``events``: which of them count, all where none is named.
        """
        kinds = events or ("acknowledgement", "submit")

        def run() -> None:
            self._trigger = _Trigger(count, kinds, action)

        self.call(run)

    @property
    def bound(self) -> int:
        """How many connections are bound."""
        return self.call(lambda: sum(one.bound for one in self.connections))

    @property
    def connected(self) -> bool:
        """Whether the gateway has any connection here; False once all that it wrote is read."""
        return self.call(lambda: bool(self.connections))

    def statuses(self) -> Counter[int]:
        """Count the statuses of every deliver_sm_resp."""
        return self.call(lambda: Counter(s for text in self.texts for s in text.statuses))

    def wait_until_acknowledged(self, texts: Iterable[Text], within: float = 60.0) -> None:
        """Wait until the gateway has taken all of these."""
        missing = list(texts)

        def all_acknowledged() -> bool:
            missing[:] = [text for text in missing if not text.acknowledged]
            return not missing

        self._wait(all_acknowledged, within, lambda: f"no acknowledgement of {missing[:3]}")

    def wait_until_answered(self, senders: Iterable[str], within: float = 60.0) -> None:
        """Wait until a whole reply to each of these senders was accepted."""
        missing = list(senders)

        def all_answered() -> bool:
            missing[:] = [sender for sender in missing if not self.whole_replies(sender)]
            return not missing

        self._wait(
            all_answered,
            within,
            lambda: (
                f"no answer to {len(missing)}, such as {missing[:3]}: "
                f"{[self.taken.get(sender) for sender in missing[:3]]}"
            ),
        )

    def _wait(self, done: Callable[[], bool], within: float, what: Callable[[], str]) -> None:
        try:
            eventually(lambda: self.call(done), within=within)
        except AssertionError:
            raise AssertionError(self.call(what)) from None

    def close(self) -> None:
        """End everything, the thread too."""
        self.go_down()
        self.call(lambda: None)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    # What the gateway has sent

    def accepted(self, sender: str, life: int | None = None) -> list[Piece]:
        """Return the parts that were accepted for a sender, in the order in which they came."""
        return [
            piece_of(one.submit)
            for one in self.taken.get(sender, ())
            if one.status == 0 and life in (None, one.life)
        ]

    def whole_replies(self, sender: str) -> list[str]:
        """Return the text of each reply of which every part was accepted, by its reference."""
        by_reference: dict[int, dict[int, bytes]] = {}
        totals: dict[int, int] = {}
        codings = {one.submit.data_coding for one in self.taken.get(sender, ())}
        for piece in self.accepted(sender):
            known = by_reference.setdefault(piece.reference, {})
            assert totals.setdefault(piece.reference, piece.total) == piece.total
            assert known.setdefault(piece.number, piece.octets) == piece.octets, (
                "two parts under one reference and number say different things"
            )
        coding = "utf-16-be" if 8 in codings else "ascii"
        return [
            b"".join(octets for _, octets in sorted(parts.items())).decode(coding)
            for reference, parts in by_reference.items()
            if len(parts) == totals[reference]
        ]

    # On the centre's thread

    def pump(self) -> None:
        """Send what the windows let, in turn."""
        for connection in self.connections:
            connection.send(self._waiting)

    def count(self, event: Event) -> None:
        """Count an event; pull the trigger where it is time."""
        trigger = self._trigger
        if trigger is None or event not in trigger.events:
            return
        trigger.left -= 1
        if trigger.left == 0:
            self._trigger = None
            trigger.action()

    def in_a_while(self, delay: float, action: Callable[[], None]) -> None:
        """Call ``action`` after ``delay`` seconds."""
        self._loop.call_later(delay, action)

    def stop_listening_to(self, connections: Iterable["_Connection"]) -> None:
        """Read nothing more of what comes: what is on its way will be lost with the connection."""
        for connection in connections:
            connection.stop_reading()

    def drop(self, connections: Iterable["_Connection"]) -> None:
        """Lose connections without a word."""
        for connection in list(connections):
            connection.abort()

    def take(self, connection: "_Connection", submit: Submit) -> None:
        """Keep a submit_sm and answer it in a while."""
        status = self.answer(submit)
        sender = submit.destination[2].decode()
        self.taken.setdefault(sender, []).append(Taken(self.life, submit, status))
        self.count("submit")
        if status is None:
            return
        self._last_id += 1
        body = b"%X\0" % self._last_id if status == 0 else b""
        answer = pack(SUBMIT_SM | RESPONSE, status, submit.sequence, body)
        if self.answer_delay:
            self._loop.call_later(self.answer_delay, connection.write, answer)
        else:
            connection.write(answer)

    def later(self, text: Text) -> None:
        """Deliver a message again in a while."""

        def again() -> None:
            self._waiting.append(text)
            self.pump()

        self.in_a_while(self.retry_delay, again)

    def opened(self, connection: "_Connection") -> None:
        """Take note of a connection."""
        self.connections.append(connection)

    def lost(self, connection: "_Connection", unanswered: list[Text]) -> None:
        """Deliver again what a lost connection left unanswered, before anything else."""
        self.connections.remove(connection)

        def again() -> None:
            self._waiting.extendleft(reversed(unanswered))
            self.pump()

        self.in_a_while(self.redelivery_delay, again)


class _Connection(asyncio.Protocol):
    """One connection of the gateway."""

    def __init__(self, centre: LoadCentre) -> None:
        self._centre = centre
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._unanswered: dict[int, Text] = {}
        self._sequence = 0
        self._bind = 0

    @property
    def bound(self) -> bool:
        return bool(self._bind)

    def send(self, waiting: deque[Text]) -> None:
        if self._bind not in (BIND_RX, BIND_TRX):
            return
        out = []
        while waiting and len(self._unanswered) < self._centre.window:
            text = waiting.popleft()
            self._sequence += 1
            text.deliveries += 1
            self._unanswered[self._sequence] = text
            out.append(
                deliver_sm(
                    self._sequence,
                    text.body,
                    source=text.sender.encode(),
                    data_coding=text.data_coding,
                    esm_class=text.esm_class,
                )
            )
        if out:
            self.write(b"".join(out))

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def stop_reading(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._centre.opened(self)

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data
        at = 0
        while len(data) - at >= 16:
            length, command, status, sequence = struct.unpack_from(">IIII", data, at)
            if len(data) - at < length:
                break
            self._on_pdu(Pdu(command, status, sequence, data[at + 16 : at + length]))
            at += length
        self._buffer = data[at:]
        self._centre.pump()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._centre.lost(self, list(self._unanswered.values()))

    def _on_pdu(self, pdu: Pdu) -> None:
        if pdu.command == SUBMIT_SM:
            self._centre.take(self, read_submit(pdu))
        elif pdu.command == DELIVER_SM | RESPONSE:
            self._on_answer(pdu)
        elif pdu.command in (BIND_RX, BIND_TX, BIND_TRX):
            self._bind = pdu.command
            self.write(pack(pdu.command | RESPONSE, 0, pdu.sequence, b"centre\0"))
        elif pdu.command == ENQUIRE_LINK:
            self.write(pack(ENQUIRE_LINK | RESPONSE, 0, pdu.sequence))
        elif pdu.command == UNBIND:
            self._centre.unbinds += 1
            if self._centre.answers_unbind:
                self._bind = 0
                self.write(pack(UNBIND | RESPONSE, 0, pdu.sequence))

    def _on_answer(self, pdu: Pdu) -> None:
        text = self._unanswered.pop(pdu.sequence)
        text.statuses.append(pdu.status)
        if pdu.status in LATER:
            self._centre.later(text)
        elif pdu.status == 0:
            self._centre.count("acknowledgement")
