"""The gateway and our message centre against SMPP stacks that others wrote.

smpp34 brings a server and a client in Rust, smpplib a client and a codec in Python. Neither shares
a line with the session under test.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.smpp
from gateway_process import GatewayProcess
from raw_centre import RawBind, RawCentre, pack
from sample_people import LISTED_MAN, UNLISTED
from smpp34 import Client, DeliverSmEvent, Esme, Server, SubmitSmEvent, Unbound
from waiting import eventually, free_port

from nsor.sms.machine import AsyncioAdapter, LoopClock
from nsor.sms.message_centre import Message, MessageCentre

Start = Callable[..., GatewayProcess]

PATIENCE = 20.0
CHECK = b"EN " + UNLISTED.encode()
ANSWERED = b"CNIC 5440112345677: no record of conviction for a sexual offence was found."
WARNING = (
    "خبردار! فرضی اسلم خان ولد فرضی غلام رسول سزا یافتہ مجرم ہے۔ "
    "اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
)


# The gateway, bound to smpp34's server


async def next_of(server: Server, kind: type) -> object:
    """Return the next event; it has to be of that kind."""
    event = await asyncio.wait_for(server.next(), PATIENCE)
    assert isinstance(event, kind), event
    return event


async def submits(server: Server, count: int) -> list[SubmitSmEvent]:
    """Take submits and accept each."""
    taken = []
    for number in range(count):
        event = await next_of(server, SubmitSmEvent)
        assert isinstance(event, SubmitSmEvent)
        event.accept(f"{number:x}")
        taken.append(event)
    return taken


def test_the_gateway_serves_smpp34_s_server(start_gateway: Start) -> None:
    port = free_port()

    async def talk() -> None:
        server = Server("127.0.0.1", port, system_id="centre")
        await server.start()
        gateway = start_gateway(f"smpp://nsor:secret@127.0.0.1:{port}?operator=jazz&enquire_link=1")
        esme = await next_of(server, Esme)
        assert isinstance(esme, Esme)
        assert esme.system_id == "nsor"
        assert esme.can_receive

        question = {"source_addr": "923001234567", "source_addr_ton": 1, "source_addr_npi": 1}
        taken = await esme.deliver_sm("7000", LISTED_MAN.encode(), **question)
        assert taken.is_success
        # It hands on what came together in any order.
        parts = sorted(await submits(server, 2), key=lambda part: part.short_message[:6])
        assert b"".join(part.short_message[6:] for part in parts).decode("utf-16-be") == WARNING
        assert [part.short_message[4:6] for part in parts] == [b"\2\1", b"\2\2"]
        assert {(part.source_addr, part.destination_addr) for part in parts} == {
            ("7000", "923001234567")
        }

        taken = await esme.deliver_sm("7000", CHECK, **question)
        assert taken.is_success
        (part,) = await submits(server, 1)
        assert (part.short_message, part.data_coding, part.esm_class) == (ANSWERED, 0, 0)

        assert gateway.process is not None
        gateway.process.terminate()
        await next_of(server, Unbound)
        await server.stop()
        assert await asyncio.to_thread(gateway.process.wait, PATIENCE) == 0

    asyncio.run(talk())


def test_the_gateway_keeps_what_smpp34_s_server_rejects(start_gateway: Start) -> None:
    port = free_port()

    async def talk() -> None:
        server = Server("127.0.0.1", port, system_id="centre")
        await server.start()
        start_gateway(f"smpp://nsor:secret@127.0.0.1:{port}")
        esme = await next_of(server, Esme)
        assert isinstance(esme, Esme)

        await esme.deliver_sm("7000", CHECK, source_addr="923001234567", source_addr_ton=1)
        for status in (0x58, 0x14, 0x08):
            event = await next_of(server, SubmitSmEvent)
            assert isinstance(event, SubmitSmEvent)
            event.reject(status)

        (part,) = await submits(server, 1)
        assert part.short_message == ANSWERED
        await server.stop()

    asyncio.run(talk())


# The gateway, every PDU of it read by smpplib and every one to it written by smpplib


class SmpplibCentre:
    """A message centre made of smpplib's codec, on one connection of the gateway."""

    def __init__(self, bind: RawBind) -> None:
        self._bind = bind
        self._sequence = 0

    def next_sequence(self) -> int:
        """Return the sequence number of the next request, as smpplib asks for it."""
        self._sequence += 1
        return self._sequence

    def write(self, command: str, sequence: int | None = None, **fields: object) -> int:
        made = smpplib.smpp.make_pdu(command, client=self, sequence=sequence, **fields)
        self._bind.send(made.generate())
        return int(made.sequence)

    def read(self, command: str) -> Any:
        """Read the next PDU that is no enquire_link; it has to be of that command."""
        pdu = self._bind.read()
        read = smpplib.smpp.parse_pdu(pack(*pdu), client=self)
        assert read is not None
        assert read.command == command
        return read


def test_the_gateway_is_understood_by_smpplib(start_gateway: Start, centre: RawCentre) -> None:
    gateway = start_gateway(centre.url())
    smsc = SmpplibCentre(centre.accept())

    bind = smsc.read("bind_transceiver")
    assert (bind.system_id, bind.password, bind.interface_version) == (b"nsor", b"secret", 0x34)
    smsc.write("bind_transceiver_resp", bind.sequence, system_id="centre")

    question = {
        **{"source_addr": "923001234567", "source_addr_ton": 1, "source_addr_npi": 1},
        **{"destination_addr": "7000", "dest_addr_ton": 0, "dest_addr_npi": 1},
    }
    asked = smsc.write("deliver_sm", short_message=CHECK, **question)
    assert smsc.read("deliver_sm_resp").sequence == asked
    submit = smsc.read("submit_sm")
    assert (submit.source_addr, submit.destination_addr) == (b"7000", b"923001234567")
    assert (submit.source_addr_npi, submit.dest_addr_ton, submit.dest_addr_npi) == (1, 1, 1)
    assert (submit.short_message, submit.data_coding) == (ANSWERED, 0)
    assert submit.validity_period.endswith(b"000R")
    assert submit.registered_delivery == 1
    smsc.write("submit_sm_resp", submit.sequence, message_id="1f")

    payload = {"short_message": b"", "message_payload": LISTED_MAN.encode("utf-16-be")}
    smsc.write("deliver_sm", data_coding=8, **payload, **question)
    smsc.read("deliver_sm_resp")
    text = b""
    for _ in range(2):
        submit = smsc.read("submit_sm")
        assert (submit.esm_class, submit.data_coding) == (0x40, 8)
        text += submit.short_message[6:]
        smsc.write("submit_sm_resp", submit.sequence, message_id="20")
    assert text.decode("utf-16-be") == WARNING

    enquiry = smsc.write("enquire_link")
    assert smsc.read("enquire_link_resp").sequence == enquiry
    unknown = smsc.write("query_sm", message_id="1f", source_addr="7000")
    refused = smsc.read("generic_nack")
    assert (refused.sequence, refused.status) == (unknown, smpplib.consts.SMPP_ESME_RINVCMDID)

    assert gateway.process is not None
    gateway.process.terminate()
    smsc.write("unbind_resp", smsc.read("unbind").sequence)
    assert gateway.process.wait(PATIENCE) == 0


# Our message centre, bound to by smpplib's client and smpp34's


class Centre:
    """A message centre of ours that listens in a thread of its own."""

    def __init__(self) -> None:
        self.submitted: list[bytes] = []
        self.acknowledged: list[tuple[object, int]] = []
        self._loop = asyncio.new_event_loop()
        self._centre = MessageCentre(
            LoopClock(self._loop),
            lambda message, _: self.submitted.append(message.short_message) or 0,
            password="secret",
            on_acknowledged=lambda message, status: self.acknowledged.append(
                (message.token, status)
            ),
        )
        self._server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: AsyncioAdapter(self._centre.connection()), "127.0.0.1", 0
            )
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def deliver(self, token: str, text: bytes) -> None:
        message = Message(token, "923001234567", "7000", text)
        self._loop.call_soon_threadsafe(self._centre.deliver, message)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _end(self) -> None:
        self._server.close()
        for connection in list(self._centre.connections):
            connection.abort()
        self._loop.call_later(0, self._loop.stop)


@pytest.fixture
def our_centre() -> Iterator[Centre]:
    made = Centre()
    yield made
    made.close()


def smpplib_client(centre: Centre) -> smpplib.client.Client:
    return smpplib.client.Client(
        "127.0.0.1", centre.port, timeout=PATIENCE, allow_unknown_opt_params=True
    )


def test_smpplib_s_client_is_served_by_our_centre(our_centre: Centre) -> None:
    with smpplib_client(our_centre) as client:
        received: list[Any] = []
        sent: list[Any] = []
        client.set_message_received_handler(lambda pdu: received.append(pdu))
        client.set_message_sent_handler(lambda pdu: sent.append(pdu))
        client.connect()
        assert client.bind_transceiver(system_id="esme", password="secret").status == 0

        our_centre.deliver("one", CHECK)
        while not received:
            client.read_once()
        assert (received[0].source_addr, received[0].short_message) == (b"923001234567", CHECK)
        eventually(lambda: our_centre.acknowledged == [("one", 0)])

        client.send_message(
            **{"source_addr": "7000", "source_addr_ton": 0, "source_addr_npi": 1},
            **{"destination_addr": "923001234567", "dest_addr_ton": 1, "dest_addr_npi": 1},
            **{"short_message": ANSWERED, "registered_delivery": True},
        )
        while not sent or len(received) < 2:
            client.read_once()
        assert our_centre.submitted == [ANSWERED]
        assert received[1].receipted_message_id == sent[0].message_id
        assert received[1].esm_class == 0x04
        assert client.unbind().command == "unbind_resp"


def test_smpplib_s_client_is_refused_with_a_wrong_password(our_centre: Centre) -> None:
    with smpplib_client(our_centre) as client:
        client.connect()

        with pytest.raises(smpplib.exceptions.PDUError) as refused:
            client.bind_transceiver(system_id="esme", password="wrong")

        assert refused.value.args[1] == smpplib.consts.SMPP_ESME_RINVPASWD
        client.state = smpplib.consts.SMPP_CLIENT_STATE_OPEN


@pytest.mark.parametrize("bind_type", ["TRX", "RX", "TX"])
def test_smpp34_s_client_is_served_by_our_centre(our_centre: Centre, bind_type: str) -> None:
    async def talk() -> None:
        client = Client("127.0.0.1", our_centre.port, "esme", "secret", bind_type=bind_type)
        smsc = await client.connect()
        if bind_type != "RX":
            taken = await smsc.submit_sm("923001234567", ANSWERED, source_addr="7000")
            assert (taken.is_success, taken.message_id) == (True, "1")
        if bind_type != "TX":
            our_centre.deliver("one", CHECK)
            event = await asyncio.wait_for(smsc.next(), PATIENCE)
            assert isinstance(event, DeliverSmEvent)
            assert (event.source_addr, event.short_message) == ("923001234567", CHECK)
            await asyncio.to_thread(eventually, lambda: our_centre.acknowledged == [("one", 0)])
        await smsc.unbind()
        await client.stop()

    asyncio.run(talk())
    assert our_centre.submitted == ([] if bind_type == "RX" else [ANSWERED])
