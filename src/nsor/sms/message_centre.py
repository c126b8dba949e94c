"""A message centre (SMSC): the other role of the session, for the demo and for tests.

It keeps each message of a subscriber until an ESME has acknowledged it, and delivers it again
over another connection where one is lost, as an operator's centre does. What an ESME submits goes
to ``on_submit``, whose status is the answer. Receipts follow where they were asked for. Like the
gateway it calls nothing of the machine but the seams; sockets are put around it by the caller.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from smpp34 import DeliverSm, SubmitSm, Tlv

from nsor.sms.seams import Clock, Transport
from nsor.sms.smpp import events, pdu
from nsor.sms.smpp.session import Session
from nsor.sms.smpp.states import Role, State

RETRY_DELAY: Final = 1.0
_DELIVERY_RECEIPT: Final = 0x04
_RECEIPTED_MESSAGE_ID: Final = 0x001E
_MESSAGE_STATE: Final = 0x0427
_DELIVERED: Final = b"\x02"


class Message(NamedTuple):
    """A message on its way to an ESME. ``token``: whatever the sender knows it by."""

    token: Any
    source: str
    destination: str
    body: bytes
    data_coding: int = 0
    esm_class: int = 0
    source_ton: int = 1
    source_npi: int = 1
    destination_ton: int = 0
    destination_npi: int = 1
    tlvs: tuple[tuple[int, bytes], ...] = ()


Submitted = Callable[[SubmitSm, str], int | None]
"""Told of a submit_sm and the message_id it gets; returns the status, or None for no answer."""


class MessageCentre:
    """See the module. ``password`` is what an ESME has to give; ``window`` is ours, for a bind."""

    def __init__(
        self,
        clock: Clock,
        on_submit: Submitted,
        *,
        password: str,
        window: int = 10,
        system_id: str = "centre",
        on_acknowledged: Callable[[Message, int], None] = lambda message, status: None,
    ) -> None:
        self.clock = clock
        self.system_id = system_id
        self.password = password
        self.window = window
        self.on_submit = on_submit
        self.on_acknowledged = on_acknowledged
        self.connections: list[CentreConnection] = []
        self._waiting: deque[Message] = deque()
        self._last_id = 0

    @property
    def bound(self) -> bool:
        """Whether an ESME is bound."""
        return any(connection.bound for connection in self.connections)

    @property
    def waiting(self) -> int:
        """How many messages wait for an ESME that takes them."""
        return len(self._waiting)

    def connection(self) -> "CentreConnection":
        """Return the reading half of a connection that somebody opened."""
        return CentreConnection(self)

    def deliver(self, message: Message) -> None:
        """Deliver a message as soon as an ESME takes it."""
        self._waiting.append(message)
        self.pump()

    def pump(self) -> None:
        """Send what the windows let."""
        for connection in self.connections:
            while self._waiting and connection.room > 0:
                connection.send(self._waiting.popleft())
            connection.flush()

    def next_id(self) -> str:
        """Return the message_id of the next submit."""
        self._last_id += 1
        return f"{self._last_id:X}"

    def give_back(self, messages: list[Message]) -> None:
        """Deliver again what was not acknowledged, before anything else."""
        self._waiting.extendleft(reversed(messages))
        self.pump()

    def retry(self, message: Message) -> None:
        """Deliver again, in a while, what the ESME could not take."""
        self.clock.call_later(RETRY_DELAY, lambda: self.deliver(message))


class CentreConnection:
    """One connection of an ESME (``seams.Connection``)."""

    def __init__(self, centre: MessageCentre) -> None:
        self._centre = centre
        self._session = Session(Role.SMSC, centre.window)
        self._transport: Transport | None = None
        self._write_paused = False

    @property
    def bound(self) -> bool:
        """Whether an ESME is bound here."""
        return self._session.state in (State.BOUND_RX, State.BOUND_TX, State.BOUND_TRX)

    @property
    def room(self) -> int:
        """How many messages may be sent now."""
        return 0 if self._write_paused else self._session.room

    def send(self, message: Message) -> None:
        """Queue a deliver_sm; ``flush`` writes it."""
        sequence = self._session.next_sequence()
        encoded = DeliverSm(
            message.source,
            message.destination,
            message.body,
            source_addr_ton=message.source_ton,
            source_addr_npi=message.source_npi,
            dest_addr_ton=message.destination_ton,
            dest_addr_npi=message.destination_npi,
            esm_class=message.esm_class,
            data_coding=message.data_coding,
            tlvs=[Tlv(tag, value) for tag, value in message.tlvs],
            sequence_number=sequence,
        ).encode()
        self._session.send_message(sequence, encoded, self._centre.clock.monotonic(), message)

    def flush(self) -> None:
        """Write what is queued."""
        data = self._session.data_to_send()
        if data and self._transport is not None:
            self._transport.write(data)

    def unbind(self) -> None:
        """Ask the ESME to end the session."""
        self._session.unbind(self._centre.clock.monotonic())
        self.flush()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    # What the network tells

    def connection_opened(self, transport: Transport) -> None:
        """See ``Connection``."""
        self._transport = transport
        self._centre.connections.append(self)

    def connection_failed(self, reason: str) -> None:
        """See ``Connection``; a connection that was accepted can't fail to open."""

    def data_received(self, data: bytes) -> None:
        """See ``Connection``."""
        for event in self._session.receive_data(data):
            self._on_event(event)
        self.flush()
        self._centre.pump()

    def connection_lost(self, error: Exception | None) -> None:
        """See ``Connection``."""
        self._transport = None
        if self in self._centre.connections:
            self._centre.connections.remove(self)
        self._centre.give_back(self._session.take_waiting())

    def pause_writing(self) -> None:
        """See ``Connection``."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """See ``Connection``."""
        self._write_paused = False
        self._centre.pump()

    # Within

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.BindRequested():
                right = event.password == self._centre.password
                status = pdu.ESME_ROK if right else pdu.ESME_RINVPASWD
                self._session.answer_bind(event, status, self._centre.system_id)
            case events.MessageReceived(sequence, message):
                self._on_submit(sequence, message)
            case events.MessageAnswered(message, status, _):
                if status in (pdu.ESME_RX_T_APPN, pdu.ESME_RMSGQFUL):
                    self._centre.retry(message)
                else:
                    self._centre.on_acknowledged(message, status)
            case events.UnbindRequested(sequence):
                self._session.answer_unbind(sequence)
                self._close()
            case events.Unbound() | events.StreamBroken():
                self._close()
            case _:
                pass

    def _on_submit(self, sequence: int, message: Any) -> None:
        message_id = self._centre.next_id()
        status = self._centre.on_submit(message, message_id)
        if status is None:
            return
        self._session.answer_message(sequence, status, message_id)
        if status == pdu.ESME_ROK and message.registered_delivery & 1:
            self._centre.deliver(receipt(message, message_id))

    def _close(self) -> None:
        self.flush()
        if self._transport is not None:
            self._transport.close()


def receipt(message: SubmitSm, message_id: str) -> Message:
    """Return the receipt of a message that was delivered (SMPP 3.4 appendix B)."""
    text = (
        f"id:{message_id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 "
        "stat:DELIVRD err:000 text:"
    )
    return Message(
        None,
        message.destination_addr,
        message.source_addr,
        text.encode("ascii"),
        esm_class=_DELIVERY_RECEIPT,
        source_ton=message.dest_addr_ton,
        source_npi=message.dest_addr_npi,
        destination_ton=message.source_addr_ton,
        destination_npi=message.source_addr_npi,
        tlvs=(
            (_RECEIPTED_MESSAGE_ID, message_id.encode("ascii") + b"\0"),
            (_MESSAGE_STATE, _DELIVERED),
        ),
    )
