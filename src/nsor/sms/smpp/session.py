"""One SMPP 3.4 session in either role: bytes in, events out.

Theory of operation: ``receive_data`` takes whatever a socket gave and returns what happened;
what is to be written gathers in the session until ``data_to_send`` takes it, so that one
wake-up makes one write. Requests of ours wait under their sequence number, oldest first, with
the time at which they were sent; times come from the caller, there is no clock here. Memory is
bounded: at most one PDU of the longest length is held, and as many requests as the window lets.

No byte string from a peer raises: what can't be read is answered as the specification says.
"""

from collections.abc import Callable, Sequence
from typing import Any

from smpp34 import DeliverSm, SmppError, SubmitSm, decode

from nsor.sms.smpp import events, pdu
from nsor.sms.smpp.states import (
    BOUND_BY,
    KNOWN_REQUESTS,
    RECEIVABLE,
    UNANSWERED,
    Role,
    State,
    may_send,
)

_MESSAGES = (DeliverSm, SubmitSm)


class WrongStateError(RuntimeError):
    """We tried to send what this state does not allow: an error of ours, not the peer's."""


class Session:
    """See the module. ``window``: how many messages of ours may wait for an answer."""

    def __init__(self, role: Role, window: int) -> None:
        self.role = role
        self.window = window
        # What waits for an answer: sequence -> (command, sent at, token), in the order sent.
        self._waiting: dict[int, tuple[int, float, Any]] = {}
        self._messages_waiting = 0
        self._sequence = 0
        self._buffer = bytearray()
        self._needed = pdu.HEADER_LENGTH
        self._out: list[bytes] = []
        self._receivable = RECEIVABLE[role]
        self._message = pdu.DELIVER_SM if role is Role.ESME else pdu.SUBMIT_SM
        self._our_message = pdu.SUBMIT_SM if role is Role.ESME else pdu.DELIVER_SM
        self._our_message_resp = self._our_message | pdu.RESPONSE
        self._set_state(State.OPEN)
        self._requests: dict[int, Callable[[int, bytes, list[events.Event]], None]] = {
            pdu.BIND_TRANSMITTER: self._on_bind(pdu.BIND_TRANSMITTER),
            pdu.BIND_RECEIVER: self._on_bind(pdu.BIND_RECEIVER),
            pdu.BIND_TRANSCEIVER: self._on_bind(pdu.BIND_TRANSCEIVER),
            pdu.UNBIND: self._on_unbind,
            pdu.ENQUIRE_LINK: self._on_enquire_link,
        }

    @property
    def state(self) -> State:
        """What has been agreed on this connection."""
        return self._state

    def _set_state(self, state: State) -> None:
        self._state = state
        # Asked for each message: not looked up in the tables each time.
        self._may_send = may_send(self.role, state)
        self._may_receive = state in self._receivable[self._message]
        self._closed = state is State.CLOSED

    @property
    def room(self) -> int:
        """How many messages may be sent now: 0 where the state or the window forbids it."""
        return self.window - self._messages_waiting if self._may_send else 0

    @property
    def messages_waiting(self) -> int:
        """How many messages of ours wait for an answer."""
        return self._messages_waiting

    def take_waiting(self) -> list[Any]:
        """Return the tokens of all messages without an answer, and forget them (link lost)."""
        tokens = [
            token for command, _, token in self._waiting.values() if command == self._our_message
        ]
        self._waiting.clear()
        self._messages_waiting = 0
        return tokens

    def take_overdue(self, sent_before: float) -> tuple[list[Any], bool]:
        """Forget requests sent before that time.

        Returns the tokens of the messages among them, and whether any other request (a bind, an
        enquire_link, an unbind) was among them, which means that the peer is gone.
        """
        tokens = []
        peer_gone = False
        overdue = []
        for sequence, (command, sent_at, token) in self._waiting.items():
            if sent_at >= sent_before:
                break
            overdue.append(sequence)
            if command == self._our_message:
                tokens.append(token)
            else:
                peer_gone = True
        for sequence in overdue:
            del self._waiting[sequence]
        self._messages_waiting -= len(tokens)
        return tokens, peer_gone

    def data_to_send(self) -> bytes:
        """Return what is to be written, and forget it."""
        out = self._out
        if not out:
            return b""
        data = out[0] if len(out) == 1 else b"".join(out)
        out.clear()
        return data

    # What we ask

    def bind(self, command_id: int, system_id: str, password: str, now: float) -> None:
        """Ask to be bound (``pdu.BIND_*``)."""
        if self.role is not Role.ESME or self.state is not State.OPEN:
            raise WrongStateError("An ESME binds once, on a new connection.")
        sequence = self._await(command_id, now, None)
        self._out.append(pdu.bind(command_id, sequence, system_id, password))

    def enquire_link(self, now: float) -> None:
        """Ask whether the peer is alive."""
        sequence = self._await(pdu.ENQUIRE_LINK, now, None)
        self._out.append(pdu.header_only(pdu.ENQUIRE_LINK, 0, sequence))

    def unbind(self, now: float) -> None:
        """Ask to end the session; ``Unbound`` follows."""
        self._set_state(State.UNBINDING)
        sequence = self._await(pdu.UNBIND, now, None)
        self._out.append(pdu.header_only(pdu.UNBIND, 0, sequence))

    def next_sequence(self) -> int:
        """Return the sequence number of the next request (1 to 0x7FFFFFFF, section 3.2)."""
        self._sequence = self._sequence + 1 if self._sequence < pdu.LAST_SEQUENCE else 1
        return self._sequence

    def send_message(self, sequence: int, encoded: bytes, now: float, token: Any) -> None:
        """Send a message of ours, encoded under ``next_sequence()``; it takes a place.

        Raises ``WrongStateError`` where there is no room.
        """
        if self._messages_waiting >= self.window or not self._may_send:
            raise WrongStateError("A message was sent without room for it.")
        self._waiting[sequence] = (self._our_message, now, token)
        self._messages_waiting += 1
        self._out.append(encoded)

    # What we answer

    def answer_message(self, sequence: int, status: int, message_id: str = "") -> None:
        """Answer a ``MessageReceived``: deliver_sm_resp as ESME, submit_sm_resp as SMSC."""
        if self.role is Role.ESME:
            self._out.append(pdu.deliver_sm_resp(status, sequence))
        else:
            self._out.append(pdu.submit_sm_resp(status, sequence, message_id))

    def acknowledge(self, sequences: Sequence[int], status: int) -> None:
        """Answer many deliver_sm alike, as ESME."""
        self._out.append(pdu.deliver_sm_resps(status, sequences))

    def answer_bind(self, request: events.BindRequested, status: int, system_id: str) -> None:
        """Accept (ESME_ROK) or refuse a bind."""
        if status == pdu.ESME_ROK:
            self._set_state(BOUND_BY[request.command_id])
        self._out.append(pdu.bind_resp(request.command_id, status, request.sequence, system_id))

    def answer_unbind(self, sequence: int) -> None:
        """Agree to the end of the session."""
        self._set_state(State.CLOSED)
        self._out.append(pdu.header_only(pdu.UNBIND | pdu.RESPONSE, 0, sequence))

    # What we hear

    def receive_data(self, data: bytes) -> list[events.Event]:
        """Take bytes as a socket gave them; return what happened, in order."""
        happened: list[events.Event] = []
        if self._closed:
            return happened
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return happened
            data = bytes(self._buffer)
            self._buffer.clear()
        rest = self._read_pdus(data, happened)
        if not self._closed:
            self._buffer += rest
        return happened

    def _read_pdus(self, data: bytes, happened: list[events.Event]) -> bytes:
        """Read every whole PDU of ``data``; returns what is left of it."""
        position, end = 0, len(data)
        unpack, message, answer = pdu.HEADER.unpack_from, self._message, self._our_message_resp
        while end - position >= pdu.HEADER_LENGTH:
            length, command, status, sequence = unpack(data, position)
            if length < pdu.HEADER_LENGTH or length > pdu.LONGEST_PDU:
                return self._break_stream(sequence, happened)
            after = position + length
            if after > end:
                self._needed = length
                return data[position:]
            if command == message:
                self._on_message(sequence, data[position:after], happened)
            elif command == answer:
                self._on_message_answer(sequence, status, data[position + 16 : after], happened)
            elif command & pdu.RESPONSE:
                self._on_response(command, status, sequence, happened)
            else:
                self._on_request(command, sequence, data[position:after], happened)
            if self._closed:
                return b""
            position = after
        return self._begin_of_pdu(data[position:], happened)

    def _begin_of_pdu(self, rest: bytes, happened: list[events.Event]) -> bytes:
        """Look at the length of a PDU whose header has not come whole."""
        self._needed = pdu.HEADER_LENGTH
        if len(rest) < 4:
            self._needed = 4
        elif not pdu.HEADER_LENGTH <= int.from_bytes(rest[:4], "big") <= pdu.LONGEST_PDU:
            return self._break_stream(0, happened)
        return rest

    def _break_stream(self, sequence: int, happened: list[events.Event]) -> bytes:
        self._out.append(pdu.header_only(pdu.GENERIC_NACK, pdu.ESME_RINVCMDLEN, sequence))
        self._set_state(State.CLOSED)
        happened.append(events.StreamBroken())
        return b""

    def _on_message_answer(
        self, sequence: int, status: int, body: bytes, happened: list[events.Event]
    ) -> None:
        waited = self._waiting.get(sequence)
        if waited is None or waited[0] != self._our_message:
            return
        del self._waiting[sequence]
        self._messages_waiting -= 1
        message_id = body[:64].partition(b"\0")[0].decode("latin-1")
        happened.append(events.MessageAnswered(waited[2], status, message_id))

    def _on_message(self, sequence: int, data: bytes, happened: list[events.Event]) -> None:
        if not self._may_receive:
            self._refuse(self._message, pdu.ESME_RINVBNDSTS, sequence, happened)
            return
        try:
            message = decode(data)
            if not isinstance(message, _MESSAGES):
                raise pdu.MalformedError(pdu.ESME_RINVPARLEN)
            if not pdu.is_whole(message, len(data)):
                pdu.check_optional_parameters(data)
        except (SmppError, ValueError):
            self._refuse(self._message, pdu.ESME_RINVPARLEN, sequence, happened)
        except pdu.MalformedError as malformed:
            self._refuse(self._message, malformed.status, sequence, happened)
        else:
            happened.append(events.MessageReceived(sequence, message))

    def _on_request(
        self, command: int, sequence: int, data: bytes, happened: list[events.Event]
    ) -> None:
        if command not in KNOWN_REQUESTS:
            self._out.append(pdu.header_only(pdu.GENERIC_NACK, pdu.ESME_RINVCMDID, sequence))
            happened.append(events.PduRefused(pdu.ESME_RINVCMDID))
            return
        if self.state not in self._receivable.get(command, frozenset()):
            bound_again = command in BOUND_BY and self.role is Role.SMSC
            status = pdu.ESME_RALYBND if bound_again else pdu.ESME_RINVBNDSTS
            self._refuse(command, status, sequence, happened)
            return
        handler = self._requests.get(command)
        if handler is not None:
            handler(sequence, data[16:], happened)

    def _refuse(
        self, command: int, status: int, sequence: int, happened: list[events.Event]
    ) -> None:
        happened.append(events.PduRefused(status))
        if command in UNANSWERED:
            return
        if command == pdu.DELIVER_SM:
            self._out.append(pdu.deliver_sm_resp(status, sequence))
        else:
            self._out.append(pdu.header_only(command | pdu.RESPONSE, status, sequence))

    def _on_bind(self, command: int) -> Callable[[int, bytes, list[events.Event]], None]:
        def handle(sequence: int, body: bytes, happened: list[events.Event]) -> None:
            try:
                asked = pdu.read_bind(body)
            except pdu.MalformedError as malformed:
                self._refuse(command, malformed.status, sequence, happened)
                return
            happened.append(
                events.BindRequested(sequence, command, asked.system_id, asked.password)
            )

        return handle

    def _on_unbind(self, sequence: int, _body: bytes, happened: list[events.Event]) -> None:
        self._set_state(State.UNBINDING)
        happened.append(events.UnbindRequested(sequence))

    def _on_enquire_link(self, sequence: int, _body: bytes, _: list[events.Event]) -> None:
        self._out.append(pdu.header_only(pdu.ENQUIRE_LINK | pdu.RESPONSE, 0, sequence))

    def _on_response(
        self, command: int, status: int, sequence: int, happened: list[events.Event]
    ) -> None:
        waited = self._waiting.get(sequence)
        if waited is None or command not in (waited[0] | pdu.RESPONSE, pdu.GENERIC_NACK):
            return
        asked, _, token = self._waiting.pop(sequence)
        if asked == self._our_message:  # a generic_nack: the message was not taken
            self._messages_waiting -= 1
            happened.append(events.MessageAnswered(token, status or pdu.ESME_RINVCMDID, ""))
        elif asked in BOUND_BY:
            self._on_bind_answer(asked, command, status, happened)
        elif asked == pdu.UNBIND:
            self._set_state(State.CLOSED)
            happened.append(events.Unbound())

    def _on_bind_answer(
        self, asked: int, command: int, status: int, happened: list[events.Event]
    ) -> None:
        if status == pdu.ESME_ROK and command != pdu.GENERIC_NACK:
            self._set_state(BOUND_BY[asked])
            happened.append(events.Bound())
        else:
            happened.append(events.BindRefused(status or pdu.ESME_RBINDFAIL))

    def _await(self, command: int, now: float, token: Any) -> int:
        sequence = self.next_sequence()
        self._waiting[sequence] = (command, now, token)
        return sequence
