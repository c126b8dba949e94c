"""The demo's telephones against an ESME that is the product's own session, in simulated time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpp34 import DeliverSm, SubmitSm

from nsor.demo import telephones as module
from nsor.demo.telephones import Telephones
from nsor.sms import reassembly, split
from nsor.sms.seams import Timer
from nsor.sms.smpp import events, pdu
from nsor.sms.smpp.session import Session
from nsor.sms.smpp.states import Role, State
from nsor.web.handset.line import LineError, Message

SIM = "923990000001"
OTHER_SIM = "923990000002"
DEADLINE = 10.0


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now
        self.later: list[Callable[[], None]] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        self.later.append(callback)
        return _NoTimer()


class _NoTimer:
    def cancel(self) -> None:
        raise AssertionError("nothing here is cancelled")


class Esme:
    """A gateway as the message centre sees it, whose answers are the test's to give."""

    def __init__(self, telephones: Telephones, password: str = "secret") -> None:
        self.session = Session(Role.ESME, window=64)
        self.received: list[tuple[int, DeliverSm]] = []
        self.statuses: list[int] = []
        self.connection = telephones.centre.connection()
        self.connection.connection_opened(self)
        self.session.bind(pdu.BIND_TRANSCEIVER, "demo", password, 0.0)
        self.flush()

    # the transport of the centre's half

    def write(self, data: bytes) -> None:
        for event in self.session.receive_data(data):
            if isinstance(event, events.MessageReceived):
                assert isinstance(event.message, DeliverSm)
                self.received.append((event.sequence, event.message))
            elif isinstance(event, events.MessageAnswered):
                self.statuses.append(event.status)

    def close(self) -> None: ...

    def abort(self) -> None:
        self.connection.connection_lost(None)

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def flush(self) -> None:
        data = self.session.data_to_send()
        if data:
            self.connection.data_received(data)

    @property
    def questions(self) -> list[DeliverSm]:
        """What came but receipts."""
        return [message for _, message in self.received if not message.esm_class & 0x3C]

    def take(self, status: int = pdu.ESME_ROK) -> None:
        """Answer all that came."""
        received, self.received = self.received, []
        for sequence, _ in received:
            self.session.answer_message(sequence, status)
        self.flush()

    def submit(self, octets: bytes, data_coding: int, esm_class: int, to: str = SIM) -> None:
        """Submit one part of a reply."""
        sequence = self.session.next_sequence()
        encoded = SubmitSm(
            "7000",
            to,
            octets,
            esm_class=esm_class,
            data_coding=data_coding,
            registered_delivery=1,
            sequence_number=sequence,
        ).encode()
        self.session.send_message(sequence, encoded, 0.0, None)
        self.flush()

    def reply(self, text: str, to: str = SIM, order: Callable[[list[Any]], Any] = list) -> None:
        """Submit a reply, its parts in the given order."""
        bodies = split.bodies(text)
        parts = split.with_header(bodies, reference=9)
        for octets in order(list(parts)):
            self.submit(octets, bodies.data_coding, 0x40 if len(parts) > 1 else 0, to)


def run(scenario: Callable[[Clock, Telephones], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario with telephones whose centre wants the password ``secret``."""

    async def timed() -> None:
        clock = Clock()
        async with asyncio.timeout(DEADLINE):
            await scenario(clock, Telephones(clock, "secret", "7000"))

    asyncio.run(timed())


def kinds(messages: Any) -> list[tuple[str, str]]:
    """Return kind and state of each message."""
    return [(message.kind, message.state) for message in messages]


def test_a_text_is_taken_and_answered_and_both_times_are_told() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)

        number = await telephones.send(SIM, "EN 3520112345671")
        (waiting,) = await telephones.messages(SIM, 0)
        clock.now += 0.002
        esme.take()
        (taken,) = await telephones.messages(SIM, waiting.version)
        clock.now += 0.003
        esme.reply("CNIC 3520112345671: no record.")
        question, reply = await telephones.messages(SIM, taken.version)

        assert (waiting.id, waiting.state, waiting.milliseconds) == (number, "waiting", None)
        assert (taken.state, taken.milliseconds) == ("taken", pytest.approx(2.0, abs=0.01))
        assert (question.id, question.state) == (number, "answered")
        assert reply.text == "CNIC 3520112345671: no record."
        assert (reply.kind, reply.state, reply.parts) == ("reply", "received", 1)
        assert (reply.encoding, reply.milliseconds) == ("gsm7", pytest.approx(5.0, abs=0.01))
        assert reply.id > number
        assert await telephones.messages(OTHER_SIM, 0) == []

    run(scenario)


def test_a_short_text_goes_as_a_subscriber_would_send_it() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, "EN [3520112345671]")
        await telephones.send(SIM, "۳۵۲۰۱")

        english, urdu = esme.questions
        assert (english.source_addr, english.source_addr_ton) == (SIM, 1)
        assert (english.destination_addr, english.dest_addr_ton) == ("7000", 0)
        assert (english.data_coding, english.esm_class) == (0, 0)
        assert english.short_message == b"EN \x1b<3520112345671\x1b>"
        assert (urdu.data_coding, urdu.short_message) == (8, "۳۵۲۰۱".encode("utf-16-be"))

    run(scenario)


@given(st.text(min_size=1, max_size=480))
def test_any_text_arrives_whole(text: str) -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, text)

        parts = []
        while esme.received:
            parts += [
                reassembly.parse_part(
                    message.short_message, message.esm_class, message.data_coding, message.tlvs
                )
                for message in esme.questions
            ]
            esme.take()
        assert [part.seqnum for part in parts] == list(range(1, len(parts) + 1))
        assert {part.total for part in parts} == {len(parts)}
        assert reassembly.text_of([part.fragment for part in parts]) == text
        (question,) = await telephones.messages(SIM, 0)
        assert (question.text, question.state, question.parts) == (text, "taken", len(parts))

    run(scenario)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400),
    st.randoms(use_true_random=False),
)
def test_a_reply_is_put_together_whatever_the_order_of_its_parts(text: str, random: Any) -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)

        esme.reply(text, order=lambda parts: random.sample(parts, len(parts)))

        (reply,) = await telephones.messages(SIM, 0)
        bodies = split.bodies(text)
        assert (reply.text, reply.parts) == (text, len(bodies.parts))
        assert reply.encoding == ("ucs2" if bodies.data_coding else "gsm7")
        assert set(esme.statuses) == {pdu.ESME_ROK}

    run(scenario)


def test_a_long_question_counts_as_taken_with_its_last_part() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, "x" * 400)
        first, *others = esme.received
        esme.received = [first]

        esme.take()
        (question,) = await telephones.messages(SIM, 0)
        assert (question.state, question.parts) == ("waiting", 3)
        esme.received = others
        esme.take()

        assert kinds(await telephones.messages(SIM, 0)) == [("question", "taken")]

    run(scenario)


def test_without_a_gateway_nothing_is_sent() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        with pytest.raises(LineError) as away:
            await telephones.send(SIM, "3520112345671")

        assert away.value.fault == "gateway_away"
        assert await telephones.messages(SIM, 0) == []

    run(scenario)


def test_a_gateway_with_another_password_is_no_gateway() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones, password="another")

        assert esme.session.state is not State.BOUND_TRX
        with pytest.raises(LineError):
            await telephones.send(SIM, "3520112345671")

    run(scenario)


def test_what_a_gateway_did_not_take_before_it_went_is_delivered_to_the_next() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        gone = Esme(telephones)
        await telephones.send(SIM, "3520112345671")
        gone.abort()

        following = Esme(telephones)
        clock.now += 3.0
        following.take()

        (question,) = await telephones.messages(SIM, 0)
        assert (question.state, question.milliseconds) == ("taken", pytest.approx(3000))

    run(scenario)


def test_a_text_that_the_gateway_refuses_for_good_is_refused() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, "x" * 200)

        esme.take(pdu.ESME_RSYSERR)

        assert kinds(await telephones.messages(SIM, 0)) == [("question", "refused")]

    run(scenario)


def test_a_text_that_the_gateway_cannot_take_now_waits_and_comes_again() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, "3520112345671")

        esme.take(pdu.ESME_RX_T_APPN)
        assert kinds(await telephones.messages(SIM, 0)) == [("question", "waiting")]
        clock.later.pop()()
        esme.take()

        assert kinds(await telephones.messages(SIM, 0)) == [("question", "taken")]

    run(scenario)


def test_a_reply_is_never_taken_for_one_to_a_text_that_was_passed_over() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        for text in ("3520112345671", "hello"):
            await telephones.send(SIM, text)
            esme.take()
            clock.now += 1.0

        esme.reply("Please write the 13-digit CNIC number and send it to 7000.")

        silent, hello, reply = await telephones.messages(SIM, 0)
        assert (silent.state, hello.state) == ("taken", "answered")
        assert reply.milliseconds == pytest.approx(1000)

    run(scenario)


def test_a_reply_is_never_for_a_text_that_the_gateway_has_yet_to_take() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, "3520112345671")
        esme.take()
        await telephones.send(SIM, "hello")

        esme.reply("CNIC 3520112345671: no record.")

        first, second, _ = await telephones.messages(SIM, 0)
        assert (first.state, second.state) == ("answered", "waiting")

    run(scenario)


def test_a_reply_that_overtakes_the_acknowledgement_is_still_the_answer() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        await telephones.send(SIM, "3520112345671")

        esme.reply("no record")
        esme.take()

        question, _ = await telephones.messages(SIM, 0)
        assert question.state == "answered"
        assert question.milliseconds is not None

    run(scenario)


def test_versions_rise_over_a_restart_and_while_the_clock_stands_still() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        Esme(telephones)
        for _ in range(3):
            await telephones.send(SIM, "3520112345671")
        before = [message.version for message in await telephones.messages(SIM, 0)]
        clock.now += 0.001

        restarted = Telephones(clock, "secret", "7000")
        Esme(restarted).reply("a reply that was still owed")
        (reply,) = await restarted.messages(SIM, max(before))

        assert before == sorted(set(before))
        assert reply.milliseconds is None

    run(scenario)


def test_who_waits_is_woken_by_their_own_news_only() -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        waiting = asyncio.create_task(telephones.messages(SIM, 0, wait=DEADLINE))
        await asyncio.sleep(0)

        esme.reply("for another", to=OTHER_SIM)
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        esme.reply("for this one")

        assert [message.text for message in await waiting] == ["for this one"]
        assert await telephones.messages("923990000009", 0, wait=0.01) == []

    run(scenario)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TELEPHONES", 2)
    monkeypatch.setattr(module, "MOST_MESSAGES", 3)

    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)
        for number in range(4):
            await telephones.send(SIM, f"text {number}")
        esme.take()
        texts: list[Message] = list(await telephones.messages(SIM, 0))
        esme.reply("one", to=OTHER_SIM)
        esme.reply("two", to="923990000003")

        assert [message.text for message in texts] == ["text 1", "text 2", "text 3"]
        assert {message.state for message in texts} == {"taken"}
        assert await telephones.messages(SIM, 0) == []

    run(scenario)


@given(st.binary(max_size=140), st.sampled_from([0, 3, 4, 8, 0xF4]), st.sampled_from([0, 0x40]))
def test_no_submit_stops_the_telephones(octets: bytes, data_coding: int, esm_class: int) -> None:
    async def scenario(clock: Clock, telephones: Telephones) -> None:
        esme = Esme(telephones)

        esme.submit(octets, data_coding, esm_class)
        esme.reply("after it", to=OTHER_SIM)

        assert esme.statuses == [pdu.ESME_ROK, pdu.ESME_ROK]
        assert [message.text for message in await telephones.messages(OTHER_SIM, 0)] == ["after it"]

    run(scenario)
