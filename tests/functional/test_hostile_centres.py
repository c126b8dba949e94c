"""Message centres that break off, stall, throttle, refuse and talk nonsense.

Whatever a centre does: every message that the gateway acknowledged is answered, and the next one
is taken. The centre is packed by hand (``raw_centre``), the gateway is a real process.
"""

import itertools
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable

import pytest
from gateway_process import GatewayProcess, Steady
from raw_centre import (
    BIND_RX,
    BIND_TRX,
    BIND_TX,
    DELIVER_SM,
    ENQUIRE_LINK,
    GENERIC_NACK,
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
from sample_people import LISTED_MAN, UNLISTED
from waiting import eventually

Start = Callable[..., GatewayProcess]

ASKED = b"EN " + UNLISTED.encode()
ANSWERED = b"CNIC 5440112345677: no record of conviction for a sexual offence was found."
LISTED = LISTED_MAN.encode()
_SENDERS = itertools.count(1)

ESME_RINVCMDLEN, ESME_RINVCMDID, ESME_RINVBNDSTS = 0x02, 0x03, 0x04
ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR, ESME_RX_T_APPN = 0x58, 0x14, 0x08, 0x64


def answer(bind: RawBind, submit: Submit, status: int = 0, message_id: bytes = b"7") -> None:
    """Answer a submit_sm; an error has no body."""
    body = b"" if status else message_id + b"\0"
    bind.send(pack(SUBMIT_SM | RESPONSE, status, submit.sequence, body))


def read_submits(bind: RawBind, count: int) -> list[Submit]:
    """Read that many submits, none of them answered."""
    return [read_submit(bind.read()) for _ in range(count)]


def said(submit: Submit) -> Submit:
    """Return a submit without what differs from one attempt to the next."""
    return submit._replace(sequence=0, validity_period=b"")


def lives_on(bind: RawBind) -> None:
    """Check that the gateway still takes and answers messages on this connection."""
    # Each time another sender: the same one again might be a message that comes again.
    (part,) = bind.ask(0x5000, ASKED, source=b"92333%07d" % next(_SENDERS))
    assert part.short_message == ANSWERED
    assert bind.fence() == []


def metric(gateway: GatewayProcess, name: str) -> float:
    return gateway.metrics().get(name, 0.0)


# Connections that end


@pytest.mark.parametrize("breaks_off", [RawBind.close, RawBind.reset])
def test_a_message_whose_acknowledgement_was_never_read_is_answered_once(
    start_gateway: Start, centre: RawCentre, breaks_off: Callable[[RawBind], None]
) -> None:
    start_gateway(centre.url(operator="jazz"), NSOR_DAILY_LIMIT="0")
    bind = centre.accept_bind()
    bind.ask(1, ASKED, source=b"923000000001")

    bind.send(deliver_sm(2, ASKED))
    breaks_off(bind)
    again = centre.accept_bind()
    again.send(deliver_sm(1, ASKED))

    acknowledged, answers = [], []
    while not (acknowledged and answers):
        pdu = again.read()
        if pdu.command == DELIVER_SM | RESPONSE:
            acknowledged.append(pdu)
        else:
            answers.append(read_submit(pdu))
            answer(again, answers[-1])
    assert acknowledged == [Pdu(DELIVER_SM | RESPONSE, 0, 1, b"\0")]
    assert [part.short_message for part in answers] == [ANSWERED]
    assert again.fence() == []


def test_a_reply_that_was_under_way_goes_again_under_its_reference(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, LISTED))
    bind.expect_acknowledged(1)
    under_way = read_submits(bind, 2)

    bind.close()
    again = centre.accept_bind()

    assert [said(part) for part in again.reply()] == [said(part) for part in under_way]


def test_only_the_part_without_an_answer_goes_again(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz"))
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, LISTED))
    bind.expect_acknowledged(1)
    first, second = read_submits(bind, 2)
    answer(bind, second)
    assert bind.fence() == []

    bind.reset()
    again = centre.accept_bind()

    assert said(again.accept_submit()) == said(first)
    lives_on(again)
    eventually(lambda: metric(gateway, "nsor_sms_owed") == 0)


def test_a_centre_that_closes_its_half_is_left(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()

    bind.socket.shutdown(socket.SHUT_WR)

    assert bind.closed()
    lives_on(centre.accept_bind())


def test_a_centre_that_unbinds_is_answered_and_bound_again(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()

    bind.send(pack(UNBIND, 0, 77))

    assert bind.read() == Pdu(UNBIND | RESPONSE, 0, 77, b"")
    assert bind.closed()
    lives_on(centre.accept_bind())


def test_an_unbind_waits_for_what_is_in_flight(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url(window=1))
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, LISTED))
    bind.expect_acknowledged(1)
    (first,) = read_submits(bind, 1)

    bind.send(pack(UNBIND, 0, 2))
    assert bind.fence() == []
    answer(bind, first)

    assert bind.read() == Pdu(UNBIND | RESPONSE, 0, 2, b"")
    second = centre.accept_bind().accept_submit()
    assert second.short_message[:6] == first.short_message[:5] + b"\x02"


def test_what_crosses_the_unbind_of_a_gateway_that_stops_is_put_off(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url())
    bind = centre.accept_bind()
    assert gateway.process is not None
    gateway.process.terminate()
    unbind = bind.read()
    assert unbind.command == UNBIND

    bind.send(deliver_sm(9, ASKED))

    bind.expect_acknowledged(9, ESME_RX_T_APPN)
    bind.send(pack(UNBIND | RESPONSE, 0, unbind.sequence))
    assert gateway.process.wait(10) == 0


# Binds


def test_a_refused_bind_is_tried_again(start_gateway: Start, centre: RawCentre) -> None:
    gateway = start_gateway(centre.url())
    for status, body in ((0x0D, b""), (0x0E, b"centre\0")):
        bind = centre.accept()
        request = bind.read()
        bind.send(pack(request.command | RESPONSE, status, request.sequence, body))
        assert bind.closed()
    assert not gateway.readiness()["ready"]

    lives_on(centre.accept_bind())


def test_a_bind_that_is_never_answered_is_given_up(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url(response_timeout=0.8))
    silent = centre.accept()
    assert silent.read().command == BIND_TRX

    assert silent.closed()
    lives_on(centre.accept_bind())


def test_what_comes_before_the_bind_is_refused(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url())
    bind = centre.accept()
    request = bind.read()

    bind.send(deliver_sm(9, ASKED))

    bind.expect_acknowledged(9, ESME_RINVBNDSTS)
    assert bind.fence() == []
    bind.send(pack(request.command | RESPONSE, 0, request.sequence, b"centre\0"))
    lives_on(bind)


def test_messages_in_the_same_segment_as_the_bind_response_are_taken(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url())
    bind = centre.accept()
    request = bind.read()

    accepted = pack(request.command | RESPONSE, 0, request.sequence, b"centre\0")
    bind.send(accepted + deliver_sm(1, ASKED))

    bind.expect_acknowledged(1)
    assert [part.short_message for part in bind.reply()] == [ANSWERED]


def two_binds(centre: RawCentre) -> tuple[RawBind, RawBind]:
    """Accept a transmitter and a receiver, in whichever order they come."""
    by_command = {}
    for _ in range(2):
        bind = centre.accept()
        request = bind.read()
        bind.send(pack(request.command | RESPONSE, 0, request.sequence, b"centre\0"))
        by_command[request.command] = bind
    return by_command[BIND_TX], by_command[BIND_RX]


def test_with_two_binds_questions_come_on_one_and_answers_go_on_the_other(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url(bind="tx_rx"))
    transmitter, receiver = two_binds(centre)

    receiver.send(deliver_sm(1, LISTED))

    receiver.expect_acknowledged(1)
    assert len(transmitter.reply()) == 2
    assert receiver.fence() == []


def test_a_message_on_a_transmitter_is_refused(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url(bind="tx_rx"))
    transmitter, receiver = two_binds(centre)

    transmitter.send(deliver_sm(1, ASKED))

    transmitter.expect_acknowledged(1, ESME_RINVBNDSTS)
    receiver.send(deliver_sm(2, ASKED))
    receiver.expect_acknowledged(2)
    assert [part.short_message for part in transmitter.reply()] == [ANSWERED]


@pytest.mark.parametrize("command", [SUBMIT_SM, BIND_RX, BIND_TX, BIND_TRX])
def test_what_only_a_gateway_may_send_is_refused(steady: Steady, command: int) -> None:
    bind = steady.bind

    bind.send(pack(command, 0, 5, b"nsor\0secret\0\0\x34\0\0\0"))

    assert bind.read() == Pdu(command | RESPONSE, ESME_RINVBNDSTS, 5, b"")
    lives_on(bind)


# Nonsense


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(struct.pack(">IIII", 0, ENQUIRE_LINK, 0, 0x0A0B0C0D), id="length 0"),
        pytest.param(struct.pack(">IIII", 15, DELIVER_SM, 0, 0x0A0B0C0D), id="length 15"),
        pytest.param(struct.pack(">IIII", 1 << 20, DELIVER_SM, 0, 0x0A0B0C0D), id="a mebibyte"),
        pytest.param(struct.pack(">IIII", 0xFFFFFFFF, 5, 0, 0x0A0B0C0D), id="all bits"),
        *(
            pytest.param(b"\xfe" + random.Random(seed).randbytes(500), id=f"random {seed}")
            for seed in range(3)
        ),
    ],
)
def test_a_length_that_cannot_be_true_ends_the_connection_and_loses_nothing(
    start_gateway: Start, centre: RawCentre, garbage: bytes
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)
    (under_way,) = read_submits(bind, 1)

    bind.send(garbage)

    sequence = int.from_bytes(garbage[12:16], "big")
    assert bind.read() == Pdu(GENERIC_NACK, ESME_RINVCMDLEN, sequence, b"")
    assert bind.closed()
    again = centre.accept_bind()
    assert said(again.accept_submit()) == said(under_way)
    lives_on(again)


def test_a_message_just_before_garbage_is_answered_when_it_comes_again(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()

    bind.send(deliver_sm(1, ASKED) + b"\xff" * 64)

    assert bind.closed()
    again = centre.accept_bind()
    again.send(deliver_sm(1, ASKED))
    pdus = [again.read(), again.read()]
    (submit,) = [read_submit(pdu) for pdu in pdus if pdu.command == SUBMIT_SM]
    assert Pdu(DELIVER_SM | RESPONSE, 0, 1, b"\0") in pdus
    answer(again, submit)
    assert submit.short_message == ANSWERED
    lives_on(again)


@pytest.mark.parametrize(
    "command", [0x00, 0x03, 0x07, 0x08, 0x0A, 0x21, 0x99, 0x103, 0x111, 0x10203, 0x7FFFFFFF]
)
def test_an_unknown_command_is_refused_and_the_session_lives_on(
    steady: Steady, command: int
) -> None:
    bind = steady.bind

    bind.send(pack(command, 0, 4711, b"\x01\x02\x03"))

    assert bind.read() == Pdu(GENERIC_NACK, ESME_RINVCMDID, 4711, b"")
    lives_on(bind)


def test_responses_that_nobody_waits_for_are_passed_over(
    steady: Steady,
) -> None:
    bind = steady.bind

    for command in (SUBMIT_SM, DELIVER_SM, ENQUIRE_LINK, BIND_TRX, UNBIND, 0x99):
        bind.send(pack(command | RESPONSE, 0, 999, b"x\0"))
    bind.send(pack(GENERIC_NACK, ESME_RINVCMDID, 0))

    assert bind.fence() == []
    lives_on(bind)


GOOD = deliver_sm(1, ASKED)[16:]
UNREADABLE_BODIES = {
    "empty": b"",
    "no end of a string": b"\xff" * 200,
    "cut in the addresses": GOOD[:10],
    "cut before sm_length": GOOD[: len(GOOD) - len(ASKED) - 1],
    "sm_length beyond the end": GOOD[:-3],
    "a tag without a length": GOOD + b"\x04\x24",
    "a parameter that is cut": GOOD + struct.pack(">HH", 0x020C, 2) + b"\x01",
    "a parameter longer than the message": GOOD + struct.pack(">HH", 0x0424, 0xFFFF) + b"abc",
    "a good parameter, then half of one": GOOD + tlv(0x020C, b"\0\x01") + b"\x02",
}


@pytest.mark.parametrize("body", UNREADABLE_BODIES.values(), ids=UNREADABLE_BODIES.keys())
def test_an_unreadable_body_is_refused_and_the_session_lives_on(
    steady: Steady, body: bytes
) -> None:
    bind = steady.bind

    bind.send(pack(DELIVER_SM, 0, 8, body))

    refused = bind.read()
    assert (refused.command, refused.sequence) == (DELIVER_SM | RESPONSE, 8)
    assert refused.status in (0xC0, 0xC2)
    lives_on(bind)


def test_bytes_that_come_one_by_one_are_read(steady: Steady) -> None:
    bind = steady.bind

    for octet in deliver_sm(1, ASKED):
        bind.send(bytes([octet]))

    bind.expect_acknowledged(1)
    assert [part.short_message for part in bind.reply()] == [ANSWERED]


# Silence and lateness


def test_a_centre_that_never_answers_enquire_link_is_left(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url(enquire_link=0.2, response_timeout=0.8))
    bind = centre.accept_bind()

    enquiry = bind._read_one()

    assert enquiry.command == ENQUIRE_LINK
    assert bind.closed()
    lives_on(centre.accept_bind())


def test_a_late_answer_costs_an_attempt_and_confuses_nothing(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz", response_timeout=0.8))
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)
    first, second = read_submits(bind, 2)
    assert said(first) == said(second)

    answer(bind, first)
    answer(bind, second)

    lives_on(bind)
    answered = 'nsor_sms_answered_total{kind="not_listed",operator="jazz"}'
    eventually(lambda: metric(gateway, answered) == 2)
    assert metric(gateway, "nsor_sms_unknown_total") == 0


def test_without_an_answer_a_part_is_tried_three_times_and_then_unknown(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz", response_timeout=0.8))
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, LISTED))
    bind.expect_acknowledged(1)

    attempts: Counter[Submit] = Counter()
    for _ in range(4):  # the first part is answered at once, the second never
        submit = read_submit(bind.read())
        attempts[said(submit)] += 1
        if submit.short_message[5] == 1:
            answer(bind, submit)

    assert sorted(attempts.values()) == [1, 3]
    eventually(lambda: metric(gateway, "nsor_sms_unknown_total") == 1)
    assert metric(gateway, "nsor_sms_owed") == 0
    lives_on(bind)


def test_attempts_are_counted_across_connections(start_gateway: Start, centre: RawCentre) -> None:
    gateway = start_gateway(centre.url())
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)

    for _ in range(3):
        (submit,) = read_submits(bind, 1)
        assert submit.short_message == ANSWERED
        bind.close()
        bind = centre.accept_bind()

    eventually(lambda: metric(gateway, "nsor_sms_unknown_total") == 1)
    lives_on(bind)


# "Later" and "never"


def test_throttling_a_third_of_all_submits_loses_none(
    start_gateway: Start, centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz", window=16), NSOR_DAILY_LIMIT="0")
    bind = centre.accept_bind()
    senders = [b"92300%07d" % number for number in range(24)]
    bind.send(b"".join(deliver_sm(n, LISTED, source=s) for n, s in enumerate(senders, 1)))
    later = itertools.cycle(
        (ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR, ESME_RX_T_APPN, 0x400, 0x4FF, 0xFFFFFFFF)
    )
    chance = random.Random(7)
    acknowledged: set[int] = set()
    taken: Counter[tuple[bytes, int]] = Counter()
    references: dict[bytes, set[int]] = {}
    slower = 0

    while len(taken) < 2 * len(senders) or len(acknowledged) < len(senders):
        pdu = bind.read()
        if pdu.command == DELIVER_SM | RESPONSE:
            assert pdu.status == 0
            acknowledged.add(pdu.sequence)
            continue
        submit = read_submit(pdu)
        sender, seqnum = submit.destination[2], submit.short_message[5]
        references.setdefault(sender, set()).add(submit.short_message[3])
        if chance.random() < 0.3:
            status = next(later)
            slower += status in (ESME_RTHROTTLED, ESME_RMSGQFUL)
            answer(bind, submit, status)
        else:
            taken[sender, seqnum] += 1
            answer(bind, submit)

    assert taken == {(sender, seqnum): 1 for sender in senders for seqnum in (1, 2)}
    assert {len(used) for used in references.values()} == {1}
    eventually(lambda: metric(gateway, "nsor_sms_owed") == 0)
    assert metric(gateway, 'nsor_sms_throttled_total{operator="jazz"}') == slower
    assert metric(gateway, "nsor_sms_unknown_total") == 0


def test_later_is_no_attempt(start_gateway: Start, centre: RawCentre) -> None:
    gateway = start_gateway(centre.url())
    bind = centre.accept_bind()
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)

    for status in (ESME_RSYSERR, ESME_RX_T_APPN, 0x400, ESME_RMSGQFUL):
        answer(bind, *read_submits(bind, 1), status)

    assert bind.accept_submit().short_message == ANSWERED
    eventually(lambda: metric(gateway, "nsor_sms_owed") == 0)
    assert metric(gateway, "nsor_sms_unknown_total") == 0


@pytest.mark.parametrize("status", [0x01, 0x0A, 0x0B, 0x11, 0x45, 0xFF, 0x3FF])
def test_a_permanent_error_ends_the_reply(steady: Steady, status: int) -> None:
    gateway, bind = steady
    bind.send(deliver_sm(1, LISTED))
    bind.expect_acknowledged(1)
    first, second = read_submits(bind, 2)

    answer(bind, first, status)
    answer(bind, second)

    lives_on(bind)
    failed = f'nsor_sms_failed_total{{operator="jazz",status="{status:#010x}"}}'
    eventually(lambda: metric(gateway, failed) == 1)
    assert metric(gateway, "nsor_sms_owed") == 0


def test_a_submit_answered_with_generic_nack_ends_the_reply(steady: Steady) -> None:
    gateway, bind = steady
    bind.send(deliver_sm(1, ASKED))
    bind.expect_acknowledged(1)
    (submit,) = read_submits(bind, 1)

    bind.send(pack(GENERIC_NACK, ESME_RINVCMDLEN, submit.sequence))

    lives_on(bind)
    failed = 'nsor_sms_failed_total{operator="jazz",status="0x00000002"}'
    eventually(lambda: metric(gateway, failed) == 1)


# Windows, rates, and peers that do not read


def part_of_question(sequence: int, seqnum: int, text: bytes) -> bytes:
    return deliver_sm(sequence, bytes((5, 0, 3, 9, 2, seqnum)) + text, esm_class=0x40)


def test_a_window_of_one_on_both_sides_carries_long_messages(
    start_gateway: Start, centre: RawCentre
) -> None:
    start_gateway(centre.url(window=1))
    bind = centre.accept_bind()

    bind.send(part_of_question(1, 1, LISTED[:6]))
    bind.expect_acknowledged(1)
    bind.send(part_of_question(2, 2, LISTED[6:]))
    bind.expect_acknowledged(2)
    (first,) = read_submits(bind, 1)
    assert bind.fence() == []
    answer(bind, first)
    (second,) = read_submits(bind, 1)

    assert [first.short_message[5], second.short_message[5]] == [1, 2]


def test_no_more_submits_wait_than_the_window_lets(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url(window=4), NSOR_DAILY_LIMIT="0")
    bind = centre.accept_bind()
    bind.send(b"".join(deliver_sm(n, ASKED, source=b"92300%07d" % n) for n in range(1, 21)))

    waiting: list[Submit] = []
    acknowledged = 0
    while acknowledged < 20:
        pdu = bind.read()
        if pdu.command == SUBMIT_SM:
            waiting.append(read_submit(pdu))
        else:
            acknowledged += 1
    waiting += [read_submit(pdu) for pdu in bind.fence()]
    assert len(waiting) == 4

    answered = 0
    while waiting:
        answer(bind, waiting.pop())
        answered += 1
        waiting += [read_submit(pdu) for pdu in bind.fence()]
        assert len(waiting) == min(4, 20 - answered)
    assert answered == 20


def test_no_more_submits_go_out_than_the_rate_lets(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url(rate=40), NSOR_DAILY_LIMIT="0")
    bind = centre.accept_bind()
    began = time.monotonic()

    bind.send(b"".join(deliver_sm(n, ASKED, source=b"92300%07d" % n) for n in range(1, 32)))
    answered = 0
    while answered < 31:
        pdu = bind.read()
        if pdu.command == SUBMIT_SM:
            answer(bind, read_submit(pdu))
            answered += 1

    # A bound from below: a slow machine can only make it longer.
    assert time.monotonic() - began >= 30 / 40


def test_a_centre_that_never_reads_cannot_fill_the_memory(
    start_gateway: Start, centre: RawCentre, other_centre: RawCentre
) -> None:
    gateway = start_gateway(
        centre.url(operator="jazz", response_timeout=1, enquire_link=0.5),
        other_centre.url(operator="zong"),
    )
    deaf, hearing = centre.accept_bind(), other_centre.accept_bind()
    before = resident_octets(gateway)
    flood = pack(ENQUIRE_LINK, 0, 1) * 4096

    sent = 0
    deaf.socket.settimeout(10)
    try:
        while sent < 256 << 20:
            sent += deaf.socket.send(flood)
    except (ConnectionError, TimeoutError):
        pass  # it stopped reading, and then left

    assert sent < 256 << 20
    assert resident_octets(gateway) - before < 64 << 20
    lives_on(hearing)


def resident_octets(gateway: GatewayProcess) -> int:
    assert gateway.process is not None
    with open(f"/proc/{gateway.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096


# Several operators


def test_each_reply_goes_back_through_its_own_operator(
    start_gateway: Start, centre: RawCentre, other_centre: RawCentre
) -> None:
    gateway = start_gateway(centre.url(operator="jazz"), other_centre.url(operator="zong"))
    jazz, zong = centre.accept_bind(), other_centre.accept_bind()

    jazz.send(deliver_sm(1, LISTED, source=b"923000000001"))
    zong.send(deliver_sm(1, ASKED, source=b"923450000001"))
    jazz.expect_acknowledged(1)
    zong.expect_acknowledged(1)

    assert {part.destination[2] for part in jazz.reply()} == {b"923000000001"}
    assert {part.destination[2] for part in zong.reply()} == {b"923450000001"}
    assert jazz.fence() == zong.fence() == []
    for operator in ("jazz", "zong"):
        assert metric(gateway, f'nsor_sms_received_total{{operator="{operator}"}}') == 1


def test_a_reply_waits_for_its_operator_and_takes_no_other_way(
    start_gateway: Start, centre: RawCentre, other_centre: RawCentre
) -> None:
    start_gateway(centre.url(operator="jazz"), other_centre.url(operator="zong"))
    jazz, zong = centre.accept_bind(), other_centre.accept_bind()
    jazz.send(deliver_sm(1, ASKED, source=b"923000000001"))
    jazz.expect_acknowledged(1)
    (under_way,) = read_submits(jazz, 1)

    jazz.close()
    (foreign,) = zong.ask(1, ASKED, source=b"923450000001")

    assert foreign.destination[2] == b"923450000001"
    assert zong.fence() == []
    assert said(centre.accept_bind().accept_submit()) == said(under_way)
