"""Messages in parts: what a deliver_sm carries, and how parts become a message, or don't."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpp34 import Tlv

from nsor.sms.reassembly import (
    PART_ALLOWANCE,
    Added,
    Expired,
    Fragment,
    Held,
    Key,
    Outcome,
    Part,
    Reassembler,
    parse_part,
    text_of,
)

TIMEOUT = 60.0


def sar(reference: bytes, total: bytes, seqnum: bytes) -> list[Tlv]:
    return [Tlv(0x020C, reference), Tlv(0x020E, total), Tlv(0x020F, seqnum)]


def payload(value: bytes) -> Tlv:
    return Tlv(0x0424, value)


def a_key(*, sender: str = "923001234567", reference: int = 7, total: int = 2) -> Key:
    return Key("jazz", sender, "7000", reference, total)


def gsm(text: bytes) -> Fragment:
    return Fragment(text, 0)


def a_reassembler(*, messages: int = 100, octets: int = 100_000) -> Reassembler:
    return Reassembler(messages, octets, TIMEOUT)


# What a deliver_sm carries.


CARRIED = [
    # No header.
    (b"352", 0, [], Part(gsm(b"352"))),
    (b"", 0, [], Part(gsm(b""))),
    # A reference of 8 bits, and of 16.
    (b"\x05\x00\x03\xab\x03\x02352", 0x40, [], Part(gsm(b"352"), 0xAB, 3, 2)),
    (b"\x06\x08\x04\xab\xcd\x03\x02352", 0x43, [], Part(gsm(b"352"), 0x1ABCD, 3, 2)),
    # After another element; the last of two.
    (b"\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\xab\x02\x01352", 0x40, [],
     Part(gsm(b"352"), 0xAB, 2, 1)),
    (b"\x0a\x00\x03\x01\x02\x01\x00\x03\x02\x02\x01352", 0x40, [], Part(gsm(b"352"), 2, 2, 1)),
    # The last of two that can be; an element that is cut off.
    (b"\x0a\x00\x03\x01\x02\x01\x00\x03\x02\x02\x00352", 0x40, [], Part(gsm(b"352"), 1, 2, 1)),
    (b"\x03\x00\x03\x07352", 0x40, [], Part(gsm(b"352"))),
    # National language shifts: single beside a reference, single and locking alone.
    (b"\x08\x00\x03\xab\x02\x01\x24\x01\x0d1", 0x40, [],
     Part(Fragment(b"1", 0, 0, 13), 0xAB, 2, 1)),
    (b"\x06\x24\x01\x0d\x25\x01\x0d1", 0x40, [], Part(Fragment(b"1", 0, 13, 13))),
    # The only part, and places that can't be: one of none, number zero, third of two.
    (b"\x05\x00\x03\xab\x01\x01352", 0x40, [], Part(gsm(b"352"))),
    (b"\x05\x00\x03\xab\x00\x01352", 0x40, [], Part(gsm(b"352"))),
    (b"\x05\x00\x03\xab\x02\x00352", 0x40, [], Part(gsm(b"352"))),
    (b"\x05\x00\x03\xab\x02\x03352", 0x40, [], Part(gsm(b"352"))),
    # Elements too short, too long and cut off; an empty header; nothing behind the header.
    (b"\x04\x00\x02\xab\x02352", 0x40, [], Part(gsm(b"352"))),
    (b"\x05\x00\x09\xab\x02\x01352", 0x40, [], Part(gsm(b"352"))),
    (b"\x01\x00352", 0x40, [], Part(gsm(b"352"))),
    (b"\x00352", 0x40, [], Part(gsm(b"352"))),
    (b"\x05\x00\x03\xab\x02\x01", 0x40, [], Part(gsm(b""), 0xAB, 2, 1)),
    # The flag without a header.
    (b"3520112345671", 0x40, [], Part(gsm(b"3520112345671"))),
    (b"", 0x40, [], Part(gsm(b""))),
    # The payload: alone, beside a short message, with a header.
    (b"", 0, [payload(b"352")], Part(gsm(b"352"))),
    (b"1", 0, [payload(b"352")], Part(gsm(b"1"))),
    (b"", 0x40, [payload(b"\x05\x00\x03\xab\x03\x02352")], Part(gsm(b"352"), 0xAB, 3, 2)),
    # The sar TLVs: with a short message, with a payload, incomplete, impossible, empty.
    (b"352", 0, sar(b"\xab\xcd", b"\x03", b"\x02"), Part(gsm(b"352"), 0x2ABCD, 3, 2)),
    (b"", 0, [*sar(b"\xab\xcd", b"\x03", b"\x02"), payload(b"352")],
     Part(gsm(b"352"), 0x2ABCD, 3, 2)),
    (b"352", 0, sar(b"\xab\xcd", b"\x03", b"\x02")[:2], Part(gsm(b"352"))),
    (b"352", 0, sar(b"\xab\xcd", b"\x03", b"\x04"), Part(gsm(b"352"))),
    (b"352", 0, sar(b"", b"", b""), Part(gsm(b"352"))),
    # A header before sar.
    (b"\x05\x00\x03\x07\x02\x01352", 0x40, sar(b"\xab\xcd", b"\x03", b"\x02"),
     Part(gsm(b"352"), 7, 2, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("short_message", "esm_class", "tlvs", "expected"), CARRIED)
def test_what_a_deliver_sm_carries(
    short_message: bytes, esm_class: int, tlvs: list[Tlv], expected: Part
) -> None:
    assert parse_part(short_message, esm_class, 0, tlvs) == expected


def test_one_number_in_two_kinds_of_header_is_two_references() -> None:
    parts = [
        parse_part(b"\x05\x00\x03\x07\x02\x01", 0x40, 0, []),
        parse_part(b"\x06\x08\x04\x00\x07\x02\x01", 0x40, 0, []),
        parse_part(b"", 0, 0, sar(b"\x00\x07", b"\x02", b"\x01")),
    ]

    assert len({part.reference for part in parts}) == 3


@given(
    st.binary(max_size=300) | st.builds(bytes.__add__, st.just(b"\x05\x00\x03"), st.binary()),
    st.integers(0, 255),
    st.lists(
        st.builds(Tlv, st.sampled_from([0x424, 0x20C, 0x20E, 0x20F, 0x1400]), st.binary(max_size=9))
    ),
)
def test_no_octets_make_parsing_fail(short_message: bytes, esm_class: int, tlvs: list[Tlv]) -> None:
    part = parse_part(short_message, esm_class, 8, tlvs)

    assert 1 <= part.seqnum <= part.total <= 255
    assert part.fragment.data_coding == 8


# The text of a message.


@pytest.mark.parametrize(
    ("fragments", "text"),
    [
        ([gsm(b"352")], "352"),
        ([gsm(b"352"), gsm(b"01")], "35201"),
        ([gsm(b"1\x1b"), gsm(b"\x652")], "1€2"),
        ([Fragment(b"\x06\xf3\x06", 8), Fragment(b"\xf5\x00", 8), Fragment(b"-", 8)], "۳۵-"),
        ([Fragment(b"\xd8\x3d", 8), Fragment(b"\xde\x00", 8)], "😀"),
        ([gsm(b"352"), Fragment(b"\x06\xf3", 8), Fragment(b"1", 3)], "352۳1"),
        ([Fragment(b"\x1b\x1c", 0, 0, 13), gsm(b"\x1c")], "۰Æ"),
        ([gsm(b"352"), Fragment(b"1", 4)], None),
        ([Fragment(b"1", 4)], None),
    ],
)
def test_octets_are_joined_before_they_are_decoded(
    fragments: list[Fragment], text: str | None
) -> None:
    assert text_of(fragments) == text


# Holding parts.


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_parts_in_any_order_make_the_message(order: tuple[int, ...]) -> None:
    # Given a message of three parts
    parts = {1: gsm(b"EN 35"), 2: gsm(b"201-1234567"), 3: gsm(b"-1")}
    reassembler = a_reassembler()

    # When they come in this order
    *before, last = [
        reassembler.add(a_key(total=3), seqnum, parts[seqnum], 0.0) for seqnum in order
    ]

    # Then the last one brings the whole message, and nothing is held any more
    assert before == [Added(Outcome.HELD), Added(Outcome.HELD)]
    assert last == Added(Outcome.COMPLETE, (parts[1], parts[2], parts[3]))
    assert text_of(last.fragments) == "EN 35201-1234567-1"
    assert (len(reassembler), reassembler.size, list(reassembler.items())) == (0, 0, [])


def test_a_message_of_one_part_is_whole_at_once() -> None:
    assert a_reassembler(messages=0).add(a_key(total=1), 1, gsm(b"3"), 0.0) == Added(
        Outcome.COMPLETE, (gsm(b"3"),)
    )


@pytest.mark.parametrize(
    "other",
    [
        a_key()._replace(operator="zong"),
        a_key()._replace(sender="923007654321"),
        a_key()._replace(destination="7001"),
        a_key()._replace(reference=8),
        a_key()._replace(total=3),
    ],
)
def test_parts_of_different_messages_are_kept_apart(other: Key) -> None:
    reassembler = a_reassembler()

    assert reassembler.add(a_key(), 1, gsm(b"a"), 0.0).outcome is Outcome.HELD
    assert reassembler.add(other, 2, gsm(b"b"), 0.0).outcome is Outcome.HELD
    assert len(reassembler) == 2


@pytest.mark.parametrize(("seqnum", "total"), [(0, 2), (3, 2), (-1, 2), (1, 0), (1, 256)])
def test_a_place_that_cannot_be_is_refused(seqnum: int, total: int) -> None:
    reassembler = a_reassembler()

    assert reassembler.add(a_key(total=total), seqnum, gsm(b"a"), 0.0) == Added(Outcome.INVALID)
    assert len(reassembler) == 0


def test_a_part_that_comes_again_is_no_new_one() -> None:
    reassembler = a_reassembler()
    reassembler.add(a_key(), 1, gsm(b"a"), 0.0)
    size = reassembler.size

    assert reassembler.add(a_key(), 1, gsm(b"a"), 1.0) == Added(Outcome.DUPLICATE)
    assert reassembler.size == size
    assert reassembler.add(a_key(), 2, gsm(b"b"), 2.0).fragments == (gsm(b"a"), gsm(b"b"))


def test_other_octets_under_a_number_begin_a_new_message() -> None:
    # Given two of three parts of a message
    reassembler = a_reassembler()
    key = a_key(total=3)
    reassembler.add(key, 2, gsm(b"b"), 0.0)
    reassembler.add(key, 1, gsm(b"a"), 0.0)

    # When another first part comes under the same reference
    added = reassembler.add(key, 1, gsm(b"A"), 1.0)

    # Then the old parts are handed back, and the new message is made of new parts alone
    assert added == Added(Outcome.REPLACED, (gsm(b"a"), gsm(b"b")))
    assert list(reassembler.items()) == [Held(key, 1, gsm(b"A"))]
    assert reassembler.size == 1 + PART_ALLOWANCE
    assert reassembler.add(key, 3, gsm(b"C"), 1.0).outcome is Outcome.HELD
    assert reassembler.add(key, 2, gsm(b"B"), 1.0).fragments == (gsm(b"A"), gsm(b"B"), gsm(b"C"))


def test_the_same_octets_in_another_coding_are_another_part() -> None:
    reassembler = a_reassembler()
    reassembler.add(a_key(), 1, gsm(b"1234"), 0.0)

    added = reassembler.add(a_key(), 1, Fragment(b"1234", 8), 0.0)

    assert added.outcome is Outcome.REPLACED


def test_a_reference_serves_again_once_its_message_is_whole() -> None:
    reassembler = a_reassembler()
    for _ in range(2):
        assert reassembler.add(a_key(), 1, gsm(b"a"), 0.0).outcome is Outcome.HELD
        assert reassembler.add(a_key(), 2, gsm(b"b"), 0.0).outcome is Outcome.COMPLETE


# Giving up.


def test_a_message_expires_once_its_next_part_has_not_come_in_time() -> None:
    reassembler = a_reassembler()
    first, second = a_key(reference=1, total=3), a_key(reference=2, total=3)
    reassembler.add(first, 1, gsm(b"EN"), 0.0)
    reassembler.add(second, 2, gsm(b"b"), 1.0)
    reassembler.add(first, 3, gsm(b"c"), 50.0)  # starts the wait anew

    assert reassembler.expire(60.9) == []
    assert reassembler.expire(61.0) == [Expired(second, None)]
    assert reassembler.expire(109.9) == []
    assert reassembler.expire(110.0) == [Expired(first, gsm(b"EN"))]
    assert reassembler.expire(1000.0) == []
    assert (len(reassembler), reassembler.size) == (0, 0)


def test_a_part_that_comes_again_does_not_lengthen_the_wait() -> None:
    reassembler = a_reassembler()
    reassembler.add(a_key(), 1, gsm(b"a"), 0.0)
    reassembler.add(a_key(), 1, gsm(b"a"), 59.0)

    assert reassembler.expire(60.0) == [Expired(a_key(), gsm(b"a"))]


def test_nobody_is_told_twice_of_one_message() -> None:
    # Given a message that has expired
    reassembler = a_reassembler()
    key = a_key(total=3)
    reassembler.add(key, 1, gsm(b"a"), 0.0)
    assert len(reassembler.expire(60.0)) == 1

    # When its other parts come after all
    late = [reassembler.add(key, seqnum, gsm(b"x"), 61.0) for seqnum in (2, 3)]

    # Then they are known to be late, and nothing is left to expire
    assert late == [Added(Outcome.LATE)] * 2
    assert reassembler.expire(1000.0) == []


def test_a_new_message_under_the_reference_of_an_expired_one_is_taken() -> None:
    reassembler = a_reassembler()
    for new_at in (61.0, 300.0):
        reassembler.add(a_key(), 1, gsm(b"a"), new_at - 61.0)
        reassembler.expire(new_at - 1.0)
        assert reassembler.add(a_key(), 1, gsm(b"A"), new_at).outcome is Outcome.HELD
        assert reassembler.add(a_key(), 2, gsm(b"B"), new_at).outcome is Outcome.COMPLETE


def test_lateness_is_forgotten_after_another_wait() -> None:
    reassembler = a_reassembler()
    reassembler.add(a_key(), 1, gsm(b"a"), 0.0)
    reassembler.expire(60.0)

    assert reassembler.add(a_key(), 2, gsm(b"b"), 120.0).outcome is Outcome.HELD


def test_no_more_expired_messages_are_remembered_than_may_be_held() -> None:
    # Given two messages that have expired where one may be held
    reassembler = a_reassembler(messages=1)
    older, newer = a_key(reference=1), a_key(reference=2)
    reassembler.restore([Held(older, 1, gsm(b"a")), Held(newer, 1, gsm(b"a"))], 0.0)
    assert len(reassembler.expire(60.0)) == 2

    # When their other parts come, only that of the newer is known to be late
    assert reassembler.add(newer, 2, gsm(b"b"), 61.0).outcome is Outcome.LATE
    assert reassembler.add(older, 2, gsm(b"b"), 61.0).outcome is Outcome.HELD


# Bounds.


def test_where_no_more_messages_fit_a_part_is_refused_and_nothing_is_lost() -> None:
    # Given as many messages as are allowed
    reassembler = a_reassembler(messages=2)
    for reference in (1, 2):
        reassembler.add(a_key(reference=reference, total=3), 1, gsm(b"a"), 0.0)

    # When one more begins, it is refused
    assert reassembler.add(a_key(reference=3), 1, gsm(b"a"), 0.0) == Added(Outcome.FULL)

    # Then those held go on, and room comes with the first that is whole
    assert reassembler.add(a_key(reference=1, total=3), 2, gsm(b"b"), 0.0).outcome is Outcome.HELD
    done = reassembler.add(a_key(reference=1, total=3), 3, gsm(b"c"), 0.0)
    assert done.outcome is Outcome.COMPLETE
    assert reassembler.add(a_key(reference=3), 1, gsm(b"a"), 0.0).outcome is Outcome.HELD


def test_where_memory_is_used_up_only_what_completes_is_taken() -> None:
    reassembler = a_reassembler(octets=100 + PART_ALLOWANCE)
    assert reassembler.add(a_key(), 1, gsm(b"a" * 100), 0.0).outcome is Outcome.HELD

    assert reassembler.add(a_key(reference=8), 1, gsm(b""), 0.0).outcome is Outcome.FULL
    assert reassembler.add(a_key(), 1, gsm(b"A" * 101), 0.0).outcome is Outcome.FULL
    assert reassembler.add(a_key(), 1, gsm(b"a" * 100), 0.0).outcome is Outcome.DUPLICATE
    assert reassembler.add(a_key(), 2, gsm(b"b" * 999), 0.0).outcome is Outcome.COMPLETE


def test_a_newer_message_may_take_the_room_of_the_one_it_replaces() -> None:
    reassembler = a_reassembler(messages=1, octets=100 + PART_ALLOWANCE)
    reassembler.add(a_key(), 1, gsm(b"a" * 100), 0.0)

    assert reassembler.add(a_key(), 1, gsm(b"A" * 100), 0.0).outcome is Outcome.REPLACED
    assert reassembler.size == 100 + PART_ALLOWANCE


def test_a_great_many_messages_expire_in_time_in_proportion() -> None:
    # Anything worse than linear would run into the time limit of the test run.
    reassembler = Reassembler(200_000, 10**9, TIMEOUT)
    for number in range(200_000):
        reassembler.add(a_key(sender=str(number)), 1, gsm(b"a"), float(number) / 10_000)

    assert sum(len(reassembler.expire(60.0 + second)) for second in range(21)) == 200_000


# After a restart.


def test_what_was_held_is_restored_with_a_whole_wait() -> None:
    # Given parts that were held when the process ended
    before = a_reassembler()
    key = a_key(total=3)
    before.add(key, 1, gsm(b"a"), 0.0)
    before.add(key, 3, gsm(b"c"), 1.0)
    before.add(a_key(reference=9), 2, Fragment(b"\x00d", 8, 13, 13), 2.0)

    # When they are restored, into less room than they had and with a clock of its own
    after = a_reassembler(messages=1, octets=1)
    assert after.restore(list(before.items()), 5000.0) == []

    # Then all of them are held, and wait anew
    assert list(after.items()) == list(before.items())
    assert after.size == before.size
    assert after.expire(5059.9) == []
    assert after.add(key, 2, gsm(b"b"), 5059.9).fragments == (gsm(b"a"), gsm(b"b"), gsm(b"c"))
    assert after.expire(5060.0) == [Expired(a_key(reference=9), None)]


def test_what_is_held_already_is_restored_once() -> None:
    reassembler = a_reassembler()
    reassembler.add(a_key(), 1, gsm(b"a"), 0.0)

    reassembler.restore([Held(a_key(), 1, gsm(b"a"))], 0.0)

    assert reassembler.size == 1 + PART_ALLOWANCE


def test_a_message_whose_parts_are_all_durable_is_whole_on_restoring() -> None:
    reassembler = a_reassembler()
    held = [
        Held(a_key(), 2, gsm(b"b")),
        Held(a_key(reference=8), 1, gsm(b"x")),
        Held(a_key(), 1, gsm(b"a")),
    ]

    assert reassembler.restore(held, 0.0) == [(a_key(), (gsm(b"a"), gsm(b"b")))]
    assert list(reassembler.items()) == held[1:2]


def test_a_message_whose_completion_failed_can_be_put_back() -> None:
    # Given a message that was whole, but whose reply could not be made durable
    reassembler = a_reassembler()
    reassembler.add(a_key(), 1, gsm(b"a"), 0.0)
    reassembler.add(a_key(), 2, gsm(b"b"), 0.0)

    # When the part that was durable is restored, and the other one comes again
    reassembler.restore([Held(a_key(), 1, gsm(b"a"))], 1.0)
    again = reassembler.add(a_key(), 2, gsm(b"b"), 2.0)

    # Then it is whole again
    assert again == Added(Outcome.COMPLETE, (gsm(b"a"), gsm(b"b")))


@pytest.mark.parametrize("again", [1, 2])
def test_a_part_that_comes_again_after_the_whole_is_given_up_as_repeated(again: int) -> None:
    reassembler = a_reassembler()
    parts = {1: gsm(b"a"), 2: gsm(b"b")}
    for seqnum, part in parts.items():
        reassembler.add(a_key(), seqnum, part, 0.0)

    assert reassembler.add(a_key(), again, parts[again], 1.0).outcome is Outcome.HELD
    (expired,) = reassembler.expire(1000.0)
    assert expired.repeated


def test_the_whole_message_again_is_another_message() -> None:
    reassembler = a_reassembler()
    for now in (0.0, 1.0):
        reassembler.add(a_key(), 1, gsm(b"a"), now)
        again = reassembler.add(a_key(), 2, gsm(b"b"), now)

        assert again == Added(Outcome.COMPLETE, (gsm(b"a"), gsm(b"b")))


def test_a_part_that_comes_again_is_never_joined_with_another_message_s() -> None:
    # Given a message that was whole, and its second part again
    reassembler = a_reassembler()
    for seqnum, octets in ((1, b"a"), (2, b"b"), (2, b"b")):
        reassembler.add(a_key(), seqnum, gsm(octets), 0.0)

    # When a new message comes under its reference
    first = reassembler.add(a_key(), 1, gsm(b"x"), 1.0)
    second = reassembler.add(a_key(), 2, gsm(b"y"), 1.0)

    # Then nobody is told of the old part, and the new message is read by itself
    assert first == Added(Outcome.REPLACED)
    assert second == Added(Outcome.COMPLETE, (gsm(b"x"), gsm(b"y")))


def test_a_part_long_after_the_whole_is_a_new_message_s() -> None:
    reassembler = a_reassembler()
    for seqnum, octets in ((1, b"a"), (2, b"b")):
        reassembler.add(a_key(), seqnum, gsm(octets), 0.0)

    reassembler.add(a_key(), 2, gsm(b"b"), 500.0)

    (expired,) = reassembler.expire(1000.0)
    assert not expired.repeated


# Any arrival.


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[bytes], list[int]]:
    """Parts of a UCS-2 text cut anywhere, and an order in which all come, some of them twice.

    The last part to come for the first time is the last of all.
    """
    octets = draw(st.text(min_size=1, max_size=60)).encode("utf-16-be")
    cuts = sorted(draw(st.sets(st.integers(1, len(octets) - 1), min_size=1, max_size=9)))
    parts = [octets[a:b] for a, b in itertools.pairwise([0, *cuts, len(octets)])]
    order = draw(st.permutations(range(1, len(parts) + 1)))
    again = draw(st.lists(st.sampled_from(order[:-1]), max_size=5))
    mixed = draw(st.permutations([*order[:-1], *again]))
    return parts, [*mixed, order[-1]]


@given(arrivals())
def test_parts_in_any_order_and_more_than_once_give_the_text(
    arrival: tuple[list[bytes], list[int]],
) -> None:
    parts, order = arrival
    key = a_key(total=len(parts))
    reassembler = a_reassembler()

    added = [reassembler.add(key, n, Fragment(parts[n - 1], 8), 0.0) for n in order]

    assert {one.outcome for one in added[:-1]} <= {Outcome.HELD, Outcome.DUPLICATE}
    assert added[-1].outcome is Outcome.COMPLETE
    assert text_of(added[-1].fragments) == b"".join(parts).decode("utf-16-be")


STEPS = st.lists(
    st.tuples(
        st.integers(1, 6),  # reference
        st.integers(0, 4),  # number of the part, of 3
        st.sampled_from([b"", b"a", b"bb" * 50]),
        st.floats(0, 30),  # seconds until it comes
    ),
    max_size=60,
)


@given(STEPS)
def test_every_part_is_accounted_for_and_memory_is_bounded(
    steps: list[tuple[int, int, bytes, float]],
) -> None:
    reassembler = a_reassembler(messages=3, octets=5 * PART_ALLOWANCE)
    owed: dict[Key, dict[int, Fragment]] = {}
    done: dict[Key, dict[int, Fragment]] = {}
    now = 0.0
    for reference, seqnum, octets, later in steps:
        now += later
        for key, first, repeated in reassembler.expire(now):
            parts = owed.pop(key)
            assert parts.get(1) == first
            assert not repeated or parts.items() <= done[key].items()
        key, fragment = a_key(reference=reference, total=3), gsm(octets)
        outcome, fragments = reassembler.add(key, seqnum, fragment, now)
        parts = owed.get(key, {})
        match outcome:
            case Outcome.HELD:
                assert seqnum not in parts
                owed[key] = {**parts, seqnum: fragment}
            case Outcome.COMPLETE:
                whole = {**owed.pop(key), seqnum: fragment}
                assert fragments == (whole[1], whole[2], whole[3])
                done[key] = whole
            case Outcome.DUPLICATE:
                assert parts[seqnum] == fragment
            case Outcome.REPLACED:
                assert parts.get(seqnum) != fragment
                if not fragments:  # nothing but parts of a message that was whole
                    assert parts.items() <= done[key].items()
                    assert done[key].get(seqnum) != fragment
                else:
                    assert fragments == tuple(parts[n] for n in sorted(parts))
                owed[key] = {seqnum: fragment}
            case Outcome.INVALID:
                assert seqnum in (0, 4)
            case Outcome.LATE | Outcome.FULL:
                assert seqnum not in parts or parts[seqnum] != fragment
        held = {(held.key, held.seqnum): held.fragment for held in reassembler.items()}
        assert held == {(key, n): part for key, parts in owed.items() for n, part in parts.items()}
        assert len(reassembler) <= 3
        assert reassembler.size <= 5 * PART_ALLOWANCE
        assert reassembler.size == sum(len(part.payload) + PART_ALLOWANCE for part in held.values())
