"""Messages and receipts that come again, too early, or after a crash.

A message is the same one only where its acknowledgement may have been lost (Flow, point 2):
then one reply is owed. Otherwise the same text twice is two messages.
"""

import itertools
from collections import Counter
from collections.abc import Callable

import pytest
from gateway_process import GatewayProcess
from raw_centre import (
    DELIVER_SM,
    RESPONSE,
    SUBMIT_SM,
    UNBIND,
    Pdu,
    RawBind,
    RawCentre,
    Submit,
    deliver_sm,
    pack,
    read_submit,
    tlv,
)
from sample_people import UNLISTED
from waiting import eventually

from nsor import keyring
from nsor.sms.outbox.interface import Sent
from nsor.sms.outbox.sqlite import SqliteStore

Start = Callable[..., GatewayProcess]

ASKED = b"EN " + UNLISTED.encode()
ANSWERED = b"CNIC 5440112345677: no record of conviction for a sexual offence was found."
RECEIPT = 0x04


def replies_to(bind: RawBind, *messages: bytes) -> list[Submit]:
    """Deliver messages one after another; all are acknowledged. Returns the replies, accepted."""
    replies: list[Submit] = []
    for message in messages:
        bind.send(message)
        acknowledged = False
        while not acknowledged:
            pdu = bind.read()
            if pdu.command == DELIVER_SM | RESPONSE:
                assert pdu.status == 0
                acknowledged = True
            else:
                replies.append(accept(bind, pdu))
    replies += [accept(bind, pdu) for pdu in bind.fence()]
    return replies


def accept(bind: RawBind, pdu: Pdu) -> Submit:
    submit = read_submit(pdu)
    bind.send(pack(SUBMIT_SM | RESPONSE, 0, submit.sequence, b"1\0"))
    return submit


def kinds(replies: list[Submit]) -> Counter[tuple[bytes, bytes]]:
    return Counter((reply.destination[2], reply.short_message) for reply in replies)


ONE_TO_US = (b"923001234567", ANSWERED)


def test_the_same_text_twice_on_a_living_connection_is_two_messages(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()

    assert kinds(replies_to(bind, deliver_sm(1, ASKED), deliver_sm(2, ASKED))) == {ONE_TO_US: 2}


def test_what_comes_again_on_another_bind_of_the_operator_is_the_same(
    start_gateway: Start, centre: RawCentre, other_centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz"), other_centre.url(operator="jazz"))
    bind, standing = centre.accept_bind(), other_centre.accept_bind()
    before = replies_to(bind, deliver_sm(1, ASKED))

    bind.reset()
    eventually(lambda: not up(gateway, centre))

    # The reply may have gone out on either bind.
    assert sum(kinds(before + replies_to(standing, deliver_sm(7, ASKED))).values()) == 1


def up(gateway: GatewayProcess, centre: RawCentre) -> bool:
    return any(
        value == 1
        for name, value in gateway.metrics().items()
        if name.startswith("nsor_bind_up") and f":{centre.port}/" in name
    )


def test_it_is_the_same_once_for_each_original(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    originals = replies_to(bind, deliver_sm(1, ASKED), deliver_sm(2, ASKED))
    assert len(originals) == 2

    bind.reset()
    again = centre.accept_bind()

    assert replies_to(again, deliver_sm(1, ASKED), deliver_sm(2, ASKED)) == []
    assert kinds(replies_to(again, deliver_sm(3, ASKED))) == {ONE_TO_US: 1}


def test_a_copy_whose_acknowledgement_is_lost_as_well_is_still_the_same(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    assert len(replies_to(bind, deliver_sm(1, ASKED))) == 1

    for _ in range(2):
        bind.reset()
        bind = centre.accept_bind()
        assert replies_to(bind, deliver_sm(1, ASKED)) == []

    assert kinds(replies_to(bind, deliver_sm(2, ASKED))) == {ONE_TO_US: 1}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"source": b"923001234568"}, id="another sender"),
        pytest.param({"short_message": ASKED + b" "}, id="another body"),
        pytest.param({"data_coding": 1}, id="another coding"),
        pytest.param({"destination": b"7001"}, id="another destination"),
        pytest.param(
            {"short_message": b"\x02\x70\x00" + ASKED, "esm_class": 0x40}, id="another header"
        ),
    ],
)
def test_anything_else_is_a_new_message(
    start_gateway: Start, centre: RawCentre, other: dict[str, object]
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    assert len(replies_to(bind, deliver_sm(1, ASKED))) == 1

    bind.reset()
    again = centre.accept_bind()

    fields = {"short_message": ASKED, **other}
    assert len(replies_to(again, deliver_sm(1, **fields))) == 1  # type: ignore[arg-type]
    assert replies_to(again, deliver_sm(2, ASKED)) == []


def test_another_operator_s_is_a_new_message(
    start_gateway: Start, centre: RawCentre, other_centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz"), other_centre.url(operator="zong"))
    jazz, zong = centre.accept_bind(), other_centre.accept_bind()
    assert len(replies_to(jazz, deliver_sm(1, ASKED))) == 1

    jazz.reset()
    eventually(lambda: not up(gateway, centre))

    assert kinds(replies_to(zong, deliver_sm(1, ASKED))) == {ONE_TO_US: 1}


def test_after_an_unbind_it_is_a_new_message(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    assert len(replies_to(bind, deliver_sm(1, ASKED))) == 1

    bind.send(pack(UNBIND, 0, 2))
    assert bind.read() == Pdu(UNBIND | RESPONSE, 0, 2, b"")
    again = centre.accept_bind()

    assert kinds(replies_to(again, deliver_sm(1, ASKED))) == {ONE_TO_US: 1}


def test_parts_that_come_again_are_the_same(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    first = deliver_sm(1, b"\x05\x00\x03\x2a\x02\x01" + ASKED[:9], esm_class=0x40)
    second = deliver_sm(2, b"\x05\x00\x03\x2a\x02\x02" + ASKED[9:], esm_class=0x40)
    assert replies_to(bind, first) == []

    bind.reset()
    again = centre.accept_bind()

    assert replies_to(again, first) == []
    assert kinds(replies_to(again, second)) == {ONE_TO_US: 1}


def test_after_a_kill_a_message_that_comes_again_is_the_same(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url())
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)
    under_way = read_submit(bind.read())

    gateway.kill()
    gateway.start()
    again = centre.accept_bind()

    replies = replies_to(again, deliver_sm(1, ASKED))
    assert [reply.short_message for reply in replies] == [under_way.short_message]


# Receipts


def receipt(sequence: int, message_id: bytes, *, in_tlv: bool) -> bytes:
    """Pack the receipt of a part that was delivered (SMPP 3.4 appendix B)."""
    text = b"sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000"
    if in_tlv:
        tlvs = tlv(0x001E, message_id + b"\0") + tlv(0x0427, b"\x02")
        return deliver_sm(sequence, text, esm_class=RECEIPT, tlvs=tlvs)
    return deliver_sm(sequence, b"id:" + message_id + b" " + text, esm_class=RECEIPT)


# How an identifier stands in the submit_sm_resp, and how in the receipt.
FORMS = [
    ("%d", "%d"),
    ("%d", "%X"),
    ("%x", "%d"),
    ("00%X", "%x"),
    ("%X", "000%x"),
    ("a-%d", "A-%d"),
]


def test_a_receipt_finds_its_part_in_every_form_of_id(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz"), NSOR_DAILY_LIMIT="0")
    bind = centre.accept_bind()
    cases = list(itertools.product(FORMS, (False, True), (False, True)))

    for number, ((submitted, receipted), early, in_tlv) in enumerate(cases, 0x12D687):
        submit = asked_and_not_answered(bind)
        response = submit_sm_resp(submit, (submitted % number).encode())
        report = receipt(2, (receipted % number).encode(), in_tlv=in_tlv)
        bind.send(report + response if early else response + report)
        assert bind.fence() == [Pdu(DELIVER_SM | RESPONSE, 0, 2, b"\0")]
    bind.send(submit_sm_resp(asked_and_not_answered(bind), b"without-a-receipt"))
    assert bind.fence() == []

    assert gateway.terminate_bound(bind) == 0
    assert [sent.message_id for sent in parts_without_a_receipt(gateway)] == ["without-a-receipt"]


def asked_and_not_answered(bind: RawBind) -> Submit:
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)
    return read_submit(bind.read())


def submit_sm_resp(submit: Submit, message_id: bytes) -> bytes:
    return pack(SUBMIT_SM | RESPONSE, 0, submit.sequence, message_id + b"\0")


def parts_without_a_receipt(gateway: GatewayProcess) -> list[Sent]:
    ring = keyring.load_or_make(gateway.home)
    store = SqliteStore(gateway.home / "outbox.sqlite3", ring, bytes(16))
    try:
        return store.recover().sent
    finally:
        store.close()
