"""The SMPP session in both roles: what it reports and what it answers, byte by byte.

Every PDU that a test feeds, and every one that it expects, is packed here by hand.
"""

import itertools
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from smpp34 import DeliverSm, SubmitSm

from nsor.sms.smpp import pdu, states
from nsor.sms.smpp.events import (
    BindRefused,
    BindRequested,
    Bound,
    Event,
    MessageAnswered,
    MessageReceived,
    PduRefused,
    StreamBroken,
    UnbindRequested,
    Unbound,
)
from nsor.sms.smpp.session import Session, WrongStateError
from nsor.sms.smpp.states import Role, State

BIND_RX, BIND_TX, SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRX, OUTBIND = 1, 2, 4, 5, 6, 9, 0x0B
ENQUIRE_LINK, ALERT, RESPONSE, GENERIC_NACK = 0x15, 0x102, 0x80000000, 0x80000000
INVALID_LENGTH, INVALID_COMMAND, WRONG_STATE, ALREADY_BOUND = 0x02, 0x03, 0x04, 0x05
LONGEST_PDU = 68 * 1024

BIND_BODY = b"nsor\0secret\0\0\x34\0\0\0"
MESSAGE_BODY = b"\0\x01\x01923001234567\0\0\x017000\0\0\0\0\0\0\0\0\0\0\x0d3520112345671"
BINDS = {State.BOUND_TX: BIND_TX, State.BOUND_RX: BIND_RX, State.BOUND_TRX: BIND_TRX}
LIVING = [State.OPEN, *BINDS, State.UNBINDING]


class Packed(NamedTuple):
    """A PDU on the wire, taken apart."""

    command: int
    status: int
    sequence: int
    body: bytes = b""


def pack(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def unpack(data: bytes) -> list[Packed]:
    pdus = []
    while data:
        length, *header = struct.unpack_from(">IIII", data)
        assert 16 <= length <= len(data), "half a PDU was written"
        pdus.append(Packed(*header, data[16:length]))
        data = data[length:]
    return pdus


def written(session: Session) -> list[Packed]:
    return unpack(session.data_to_send())


def a_session(role: Role, state: State, window: int = 4) -> Session:
    """Bring a session into a state as it would get there."""
    session = Session(role, window)
    if state is State.OPEN:
        return session
    command = BINDS.get(state, BIND_TRX)
    if role is Role.ESME:
        session.bind(command, "nsor", "secret", 0.0)
        (asked,) = written(session)
        assert session.receive_data(pack(command | RESPONSE, asked.sequence, b"centre\0"))
    else:
        (event,) = session.receive_data(pack(command, 1, BIND_BODY))
        assert isinstance(event, BindRequested)
        session.answer_bind(event, 0, "centre")
    if state is State.UNBINDING:
        session.unbind(0.0)
    session.data_to_send()
    assert session.state is state
    return session


# Every command in every state

BINDING = {BIND_RX, BIND_TX, BIND_TRX}
RECEIVING, SENDING = {State.BOUND_RX, State.BOUND_TRX}, {State.BOUND_TX, State.BOUND_TRX}
# SMPP 3.4 section 2.3, seen from the receiver; typed anew, not taken from the code's table.
ALLOWED = {
    Role.ESME: {
        DELIVER_SM: {*RECEIVING, State.UNBINDING},
        ALERT: RECEIVING,
        OUTBIND: {State.OPEN},
        UNBIND: {*BINDS, State.UNBINDING},
        ENQUIRE_LINK: set(LIVING),
    },
    Role.SMSC: {
        BIND_RX: {State.OPEN},
        BIND_TX: {State.OPEN},
        BIND_TRX: {State.OPEN},
        SUBMIT_SM: {*SENDING, State.UNBINDING},
        UNBIND: {*BINDS, State.UNBINDING},
        ENQUIRE_LINK: set(LIVING),
    },
}
REPORTED = {
    DELIVER_SM: MessageReceived,
    SUBMIT_SM: MessageReceived,
    UNBIND: UnbindRequested,
    BIND_RX: BindRequested,
    BIND_TX: BindRequested,
    BIND_TRX: BindRequested,
}
BODIES = {DELIVER_SM: MESSAGE_BODY, SUBMIT_SM: MESSAGE_BODY, **dict.fromkeys(BINDING, BIND_BODY)}
COMMANDS = [BIND_RX, BIND_TX, BIND_TRX, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, ALERT, OUTBIND]


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
@pytest.mark.parametrize("state", LIVING, ids=lambda state: state.value)
@pytest.mark.parametrize("command", COMMANDS, ids=hex)
def test_every_command_in_every_state(role: Role, state: State, command: int) -> None:
    session = a_session(role, state)

    events = session.receive_data(pack(command, 42, BODIES.get(command, b"")))

    if state in ALLOWED[role].get(command, ()):
        assert [type(event) for event in events] == [
            REPORTED[command] for _ in range(command in REPORTED)
        ]
        answers = [Packed(ENQUIRE_LINK | RESPONSE, 0, 42)] if command == ENQUIRE_LINK else []
        assert written(session) == answers
        return
    again = role is Role.SMSC and command in BINDING
    status = ALREADY_BOUND if again else WRONG_STATE
    assert events == [PduRefused(status)]
    body = b"\0" if command == DELIVER_SM else b""
    expected = [] if command in (ALERT, OUTBIND) else [Packed(command | RESPONSE, status, 42, body)]
    assert written(session) == expected


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
@pytest.mark.parametrize("state", LIVING, ids=lambda state: state.value)
@pytest.mark.parametrize("command", [0x00, 0x03, 0x08, 0x21, 0x103, 0x7FFFFFFF], ids=hex)
def test_an_unknown_command_is_nacked_in_every_state(
    role: Role, state: State, command: int
) -> None:
    session = a_session(role, state)

    assert session.receive_data(pack(command, 42, b"abc")) == [PduRefused(INVALID_COMMAND)]
    assert written(session) == [Packed(GENERIC_NACK, INVALID_COMMAND, 42)]
    assert session.state is state


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
@pytest.mark.parametrize("state", LIVING, ids=lambda state: state.value)
@pytest.mark.parametrize("command", [*COMMANDS, 0x99, 0x00], ids=hex)
def test_a_response_that_nobody_waits_for_is_passed_over(
    role: Role, state: State, command: int
) -> None:
    session = a_session(role, state)

    assert session.receive_data(pack(command | RESPONSE, 4242, b"x\0")) == []
    assert written(session) == []
    assert session.state is state


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
@pytest.mark.parametrize("length", [0, 1, 15, LONGEST_PDU + 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_length_that_cannot_be_true_breaks_the_stream(role: Role, length: int) -> None:
    session = a_session(role, State.BOUND_TRX)

    broken = struct.pack(">IIII", length, DELIVER_SM, 0, 42)
    events = session.receive_data(pack(ENQUIRE_LINK, 41) + broken + pack(ENQUIRE_LINK, 43))

    assert events == [StreamBroken()]
    assert written(session) == [
        Packed(ENQUIRE_LINK | RESPONSE, 0, 41),
        Packed(GENERIC_NACK, INVALID_LENGTH, 42),
    ]
    assert session.receive_data(pack(ENQUIRE_LINK, 44)) == []
    assert written(session) == []


def test_the_longest_pdu_is_taken() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)

    assert session.receive_data(pack(ENQUIRE_LINK, 1, bytes(LONGEST_PDU - 16))) == []
    assert written(session) == [Packed(ENQUIRE_LINK | RESPONSE, 0, 1)]


@pytest.mark.parametrize(
    ("role", "command"), [(Role.ESME, DELIVER_SM), (Role.SMSC, SUBMIT_SM)], ids=["esme", "smsc"]
)
@pytest.mark.parametrize("cut", range(1, len(MESSAGE_BODY)))
def test_a_message_that_is_cut_is_refused(role: Role, command: int, cut: int) -> None:
    session = a_session(role, State.BOUND_TRX)

    (event,) = session.receive_data(pack(command, 42, MESSAGE_BODY[:cut]))

    assert isinstance(event, PduRefused)
    (answer,) = written(session)
    assert (answer.command, answer.sequence) == (command | RESPONSE, 42)
    assert answer.status == event.status != 0


@pytest.mark.parametrize("body", [b"", b"nsor", b"nsor\0secret", b"a" * 17 + b"\0\0\0\x34\0\0\0"])
def test_a_bind_that_cannot_be_read_is_refused(body: bytes) -> None:
    session = Session(Role.SMSC, 1)

    (event,) = session.receive_data(pack(BIND_TRX, 1, body))

    assert isinstance(event, PduRefused)
    assert [(answer.command, answer.sequence) for answer in written(session)] == [
        (BIND_TRX | RESPONSE, 1)
    ]
    assert session.state is State.OPEN


# Binding and unbinding


@pytest.mark.parametrize(("state", "command"), BINDS.items())
def test_an_esme_binds(state: State, command: int) -> None:
    session = Session(Role.ESME, 4)
    session.bind(command, "nsor", "secret", 0.0)

    assert written(session) == [Packed(command, 0, 1, BIND_BODY)]
    assert session.room == 0
    assert session.receive_data(pack(command | RESPONSE, 1, b"centre\0")) == [Bound()]
    assert session.state is state
    assert session.room == (0 if state is State.BOUND_RX else 4)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (pack(BIND_TRX | RESPONSE, 1, b"", 0x0D), 0x0D),
        (pack(GENERIC_NACK, 1, b"", 0x03), 0x03),
        (pack(GENERIC_NACK, 1), 0x0D),
    ],
)
def test_a_bind_may_be_refused(answer: bytes, status: int) -> None:
    session = Session(Role.ESME, 4)
    session.bind(BIND_TRX, "nsor", "secret", 0.0)

    assert session.receive_data(answer) == [BindRefused(status)]
    assert session.state is State.OPEN


@pytest.mark.parametrize("answer", [BIND_TX | RESPONSE, ENQUIRE_LINK | RESPONSE, UNBIND | RESPONSE])
def test_the_answer_to_something_else_binds_nothing(answer: int) -> None:
    session = Session(Role.ESME, 4)
    session.bind(BIND_TRX, "nsor", "secret", 0.0)

    assert session.receive_data(pack(answer, 1, b"centre\0")) == []
    assert session.state is State.OPEN


def test_nobody_binds_twice_or_as_a_centre() -> None:
    for session in (a_session(Role.ESME, State.BOUND_TRX), Session(Role.SMSC, 4)):
        with pytest.raises(WrongStateError):
            session.bind(BIND_TRX, "nsor", "secret", 0.0)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_after_an_unbind_is_answered_nothing_is_read(role: Role) -> None:
    session = a_session(role, State.BOUND_TRX)
    session.unbind(1.0)
    (asked,) = written(session)

    assert asked.command == UNBIND
    assert session.room == 0
    assert session.receive_data(pack(UNBIND | RESPONSE, asked.sequence)) == [Unbound()]
    assert session.receive_data(pack(ENQUIRE_LINK, 9) + b"\0" * 64) == []
    assert written(session) == []


def test_an_answer_still_comes_in_while_unbinding() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    session.send_message(session.next_sequence(), b"message", 0.0, "one")
    session.unbind(1.0)

    assert session.receive_data(pack(SUBMIT_SM | RESPONSE, 2, b"7\0")) == [
        MessageAnswered("one", 0, "7")
    ]


# Our messages: window, sequence, answers


def test_the_window_holds_and_opens_again_with_each_answer() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX, window=2)
    first, second = (send(session, token) for token in ("one", "two"))

    assert session.room == 0
    with pytest.raises(WrongStateError):
        session.send_message(session.next_sequence(), b"", 0.0, "three")
    assert session.receive_data(pack(SUBMIT_SM | RESPONSE, second, b"7F\0")) == [
        MessageAnswered("two", 0, "7F")
    ]
    assert session.room == 1
    assert session.receive_data(pack(GENERIC_NACK, first)) == [
        MessageAnswered("one", INVALID_COMMAND, "")
    ]
    assert session.room == 2


def send(session: Session, token: object, now: float = 0.0) -> int:
    sequence = session.next_sequence()
    session.send_message(sequence, b"", now, token)
    return sequence


@pytest.mark.parametrize(
    ("body", "message_id"),
    [(b"", ""), (b"\0", ""), (b"12ab\0tail", "12ab"), (b"x" * 100, "x" * 64)],
)
def test_the_message_id_of_an_answer(body: bytes, message_id: str) -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    sequence = send(session, "one")

    assert session.receive_data(pack(SUBMIT_SM | RESPONSE, sequence, body)) == [
        MessageAnswered("one", 0, message_id)
    ]


def test_a_second_answer_is_passed_over() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    answer = pack(SUBMIT_SM | RESPONSE, send(session, "one"), b"7\0")

    assert len(session.receive_data(answer + answer)) == 1
    assert session.room == 4


def test_an_answer_of_the_wrong_kind_answers_nothing() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    sequence = send(session, "one")

    assert session.receive_data(pack(DELIVER_SM | RESPONSE, sequence, b"\0")) == []
    assert session.receive_data(pack(ENQUIRE_LINK | RESPONSE, sequence)) == []
    assert session.messages_waiting == 1


def test_sequence_numbers_run_from_1_to_0x7fffffff_and_begin_anew() -> None:
    session = Session(Role.ESME, 1)
    assert session.next_sequence() == 1
    session._sequence = 0x7FFFFFFE

    assert [session.next_sequence() for _ in range(3)] == [0x7FFFFFFF, 1, 2]


def test_what_is_overdue_is_given_up_oldest_first() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    send(session, "one", 1.0)
    send(session, "two", 2.0)
    late = send(session, "three", 3.0)

    assert session.take_overdue(3.0) == (["one", "two"], False)
    assert session.take_overdue(3.0) == ([], False)
    assert session.room == 3
    assert session.take_waiting() == ["three"]
    assert session.receive_data(pack(SUBMIT_SM | RESPONSE, late, b"7\0")) == []


@pytest.mark.parametrize("asks", [Session.enquire_link, Session.unbind])
def test_another_request_that_is_overdue_means_that_the_peer_is_gone(asks: object) -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    asks(session, 1.0)  # type: ignore[operator]

    assert session.take_overdue(1.0) == ([], False)
    assert session.take_overdue(1.5) == ([], True)


def test_a_message_is_answered_in_the_words_of_each_role() -> None:
    esme, smsc = (a_session(role, State.BOUND_TRX) for role in Role)
    esme.answer_message(7, 0)
    esme.answer_message(8, 0x14)
    smsc.answer_message(9, 0, "1F")
    smsc.answer_message(10, 0x58)

    assert written(esme) == [
        Packed(DELIVER_SM | RESPONSE, 0, 7, b"\0"),
        Packed(DELIVER_SM | RESPONSE, 0x14, 8, b"\0"),
    ]
    assert written(smsc) == [
        Packed(SUBMIT_SM | RESPONSE, 0, 9, b"1F\0"),
        Packed(SUBMIT_SM | RESPONSE, 0x58, 10),
    ]


def test_events_of_different_kinds_are_never_equal() -> None:
    assert len({Bound(), Unbound(), StreamBroken()}) == 3
    assert len({BindRefused(5), UnbindRequested(5), PduRefused(5)}) == 3


# Any bytes, in any slices

sequences = st.integers(0, 0xFFFFFFFF)
commands = st.sampled_from([*COMMANDS, *(c | RESPONSE for c in COMMANDS), GENERIC_NACK, 0x99])
bodies = st.one_of(
    st.binary(max_size=60), st.just(MESSAGE_BODY), st.just(BIND_BODY), st.just(b"7\0")
)
pdus = st.builds(
    pack, commands, st.one_of(st.integers(0, 6), sequences), bodies, st.sampled_from([0, 0, 1, 88])
)
mutilated = st.builds(
    lambda data, at, octet: data[: at % len(data)] + bytes([octet]) + data[at % len(data) + 1 :],
    pdus,
    st.integers(0, 200),
    st.integers(0, 255),
)
streams = st.lists(st.one_of(pdus, pdus, pdus, mutilated, st.binary(max_size=40)), max_size=12).map(
    b"".join
)


def sliced(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def comparable(events: Sequence[Event]) -> list[object]:
    """Return events with messages, which the codec can't compare, as what they say."""
    return [
        (event.sequence, event.message.source_addr, event.message.short_message)
        if isinstance(event, MessageReceived)
        else event
        for event in events
    ]


@given(
    role=st.sampled_from(Role),
    state=st.sampled_from(LIVING),
    stream=streams,
    cuts=st.lists(st.integers(0, 5000), max_size=30),
)
@settings(max_examples=300, deadline=None)
def test_the_same_bytes_in_any_slices_are_the_same_events(
    role: Role, state: State, stream: bytes, cuts: list[int]
) -> None:
    whole, in_slices = (a_session(role, state) for _ in range(2))
    for session in (whole, in_slices):
        if session.room:
            send(session, "one")
            session.data_to_send()

    at_once = whole.receive_data(stream)
    piecemeal = [event for piece in sliced(stream, cuts) for event in in_slices.receive_data(piece)]

    assert comparable(piecemeal) == comparable(at_once)
    assert in_slices.state is whole.state
    answers, expected = written(in_slices), written(whole)
    if StreamBroken() in at_once:  # cut inside the broken header, its sequence is not known yet
        assert answers.pop()[:2] == expected.pop()[:2] == (GENERIC_NACK, INVALID_LENGTH)
    assert answers == expected


@given(
    role=st.sampled_from(Role),
    state=st.sampled_from(LIVING),
    pieces=st.lists(st.one_of(streams, st.binary(max_size=2000)), max_size=20),
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise_and_no_more_than_a_pdu_is_held(
    role: Role, state: State, pieces: list[bytes]
) -> None:
    session = a_session(role, state)

    for piece in pieces:
        session.receive_data(piece)
        written(session)

        assert len(session._buffer) < LONGEST_PDU
        assert session.messages_waiting <= session.window


def test_a_pdu_that_never_ends_is_held_once() -> None:
    session = a_session(Role.ESME, State.BOUND_TRX)
    announced = struct.pack(">IIII", LONGEST_PDU, DELIVER_SM, 0, 1)

    for piece in [announced, *[bytes(1000)] * 69]:
        assert session.receive_data(piece) == []
        assert len(session._buffer) < LONGEST_PDU
    (event,) = session.receive_data(bytes(LONGEST_PDU - 16 - 69_000) + pack(ENQUIRE_LINK, 2)[:5])

    assert isinstance(event, PduRefused)
    assert len(session._buffer) == 5


# Both roles, talking to each other


class BothRoles(RuleBasedStateMachine):
    """An ESME and an SMSC with a wire between them that cuts what it carries anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.esme, self.smsc = Session(Role.ESME, 3), Session(Role.SMSC, 2)
        self.wires = {self.esme: bytearray(), self.smsc: bytearray()}  # towards each
        self.owed: dict[Session, list[int]] = {self.esme: [], self.smsc: []}
        self.sent: dict[Session, list[str]] = {self.esme: [], self.smsc: []}
        self.taken: dict[Session, list[str]] = {self.esme: [], self.smsc: []}
        self.answered: dict[Session, list[str]] = {self.esme: [], self.smsc: []}
        self.bind_asked = self.unbinding = False

    def peer(self, session: Session) -> Session:
        return self.smsc if session is self.esme else self.esme

    def push(self, session: Session) -> None:
        self.wires[self.peer(session)] += session.data_to_send()

    @precondition(lambda self: not self.bind_asked)
    @rule(command=st.sampled_from([BIND_TX, BIND_RX, BIND_TRX]))
    def bind(self, command: int) -> None:
        self.esme.bind(command, "nsor", "secret", 0.0)
        self.bind_asked = True
        self.push(self.esme)

    @rule(ours=st.booleans(), count=st.integers(1, 200))
    def carry(self, ours: bool, count: int) -> None:
        receiver = self.esme if ours else self.smsc
        wire = self.wires[receiver]
        data = bytes(wire[:count])
        del wire[:count]
        for event in receiver.receive_data(data):
            self.on_event(receiver, event)
        self.push(receiver)

    def on_event(self, receiver: Session, event: Event) -> None:
        match event:
            case BindRequested():
                receiver.answer_bind(event, 0, "centre")
            case MessageReceived(sequence, message):
                self.taken[receiver].append(message.short_message.decode())
                self.owed[receiver].append(sequence)
            case MessageAnswered(token, status, _):
                assert status == 0
                self.answered[receiver].append(token)
            case UnbindRequested(sequence):
                receiver.answer_unbind(sequence)
            case Bound() | Unbound():
                pass
            case _:
                raise AssertionError(event)

    @rule(ours=st.booleans())
    def send(self, ours: bool) -> None:
        session, kind = (self.esme, SubmitSm) if ours else (self.smsc, DeliverSm)
        if session.room == 0:
            return
        text = str(len(self.sent[session]))
        sequence = session.next_sequence()
        encoded = kind("1", "2", text.encode(), sequence_number=sequence).encode()
        session.send_message(sequence, encoded, 0.0, text)
        self.sent[session].append(text)
        self.push(session)

    @rule(ours=st.booleans(), which=st.integers(0, 9))
    def answer(self, ours: bool, which: int) -> None:
        session = self.esme if ours else self.smsc
        owed = self.owed[session]
        if owed and session.state is not State.CLOSED:
            session.answer_message(owed.pop(which % len(owed)), 0, "7")
            self.push(session)

    @rule(ours=st.booleans())
    def enquire(self, ours: bool) -> None:
        session = self.esme if ours else self.smsc
        if session.state is not State.CLOSED:
            session.enquire_link(0.0)
            self.push(session)

    @precondition(lambda self: self.esme.state in BINDS and not self.owed_to(self.esme))
    @rule()
    def unbind(self) -> None:
        self.unbinding = True
        self.esme.unbind(0.0)
        self.push(self.esme)

    def owed_to(self, session: Session) -> int:
        return session.messages_waiting

    @invariant()
    def messages_arrive_in_order_and_none_is_made_up(self) -> None:
        for session in (self.esme, self.smsc):
            peer = self.peer(session)
            assert self.taken[peer] == self.sent[session][: len(self.taken[peer])]
            assert set(self.answered[session]) <= set(self.taken[peer])
            assert len(set(self.answered[session])) == len(self.answered[session])

    @invariant()
    def windows_hold(self) -> None:
        for session in (self.esme, self.smsc):
            assert 0 <= session.messages_waiting <= session.window

    def teardown(self) -> None:
        """Carry everything, answer everything: then nothing waits but what an unbind cut off."""
        for _ in range(20):
            for ours in (True, False):
                self.carry(ours, 1 << 20)
                while self.owed[self.esme if ours else self.smsc] and not self.unbinding:
                    self.answer(ours, 0)
        if not self.unbinding:
            for session in (self.esme, self.smsc):
                assert sorted(self.answered[session]) == sorted(self.sent[session])
                assert session.messages_waiting == 0


TestBothRoles = BothRoles.TestCase
TestBothRoles.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


# The page in the docs


def test_the_diagram_in_the_docs_is_that_of_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "smpp-states.md"

    assert f"```mermaid\n{states.diagram()}```\n" in page.read_text("utf-8")


def test_the_constants_are_those_of_the_specification() -> None:
    assert pdu.LONGEST_PDU == LONGEST_PDU
    assert pdu.is_temporary(0x58)
    assert pdu.is_temporary(0x400)
    assert not pdu.is_temporary(0x3FF)
