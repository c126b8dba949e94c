"""Delivery receipts: what is one, what it tells, and under which keys its message is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpp34 import Tlv

from nsor.sms.receipts import Receipt, canonical, is_receipt, message_id_keys, parse

STATES = {"delivered", "failed", "expired", "pending", "unknown"}


def receipted_message_id(value: bytes) -> Tlv:
    return Tlv(0x001E, value)


def message_state(value: bytes) -> Tlv:
    return Tlv(0x0427, value)


@pytest.mark.parametrize(
    ("esm_class", "tlvs", "expected"),
    [
        (0x00, [], False),
        (0x03, [], False),
        (0x40, [], False),
        (0xC0, [Tlv(0x0424, b"text")], False),
        (0x04, [], True),
        (0x08, [], True),
        (0x10, [], True),
        (0x18, [], True),
        (0x20, [], True),
        (0x44, [], True),
        (0x0C, [], True),  # reserved: no ordinary message either
        (0x00, [Tlv(0x0424, b"text"), receipted_message_id(b"1\x00")], True),
    ],
)
def test_what_is_a_receipt(esm_class: int, tlvs: list[Tlv], expected: bool) -> None:
    assert is_receipt(esm_class, tlvs) is expected


@pytest.mark.parametrize(
    ("octet", "state", "final"),
    [
        (b"\x00", "pending", False),
        (b"\x01", "pending", False),
        (b"\x02", "delivered", True),
        (b"\x03", "expired", True),
        (b"\x04", "failed", True),
        (b"\x05", "failed", True),
        (b"\x06", "pending", False),
        (b"\x07", "unknown", False),
        (b"\x08", "failed", True),
        (b"\x09", "failed", True),
        (b"\x63", "unknown", False),
        (b"", "unknown", False),
    ],
)
def test_the_state_by_tlv(octet: bytes, state: str, final: bool) -> None:
    tlvs = [message_state(octet), receipted_message_id(b"00Ab12\x00")]

    assert parse(b"", tlvs) == ("00Ab12", state, final)


APPENDIX_B = (
    b"id:0123456789 sub:001 dlvrd:001 submit date:2401311200 done date:2401311201 "
    b"stat:DELIVRD err:000 text:hello"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (APPENDIX_B, Receipt("0123456789", "delivered", True)),
        (APPENDIX_B.upper(), Receipt("0123456789", "delivered", True)),
        (b"ID: abc-12 Stat: Delivered", Receipt("abc-12", "delivered", True)),
        (b"stat:UNDELIV err:075 id:77", Receipt("77", "failed", True)),
        (b"text:x id:77 stat:EXPIRED", Receipt("77", "expired", True)),
        (b"id:77 status:REJECTD", Receipt("77", "failed", True)),
        (b"id:77 stat:DELETED", Receipt("77", "failed", True)),
        (b"id:77 stat:ENROUTE", Receipt("77", "pending", False)),
        (b"id:77 stat:ACCEPTD", Receipt("77", "pending", False)),
        (b"id:77 stat:UNKNOWN", Receipt("77", "unknown", False)),
        (b"id:77 stat:002", Receipt("77", "delivered", True)),
        (b"id:77 stat:099", Receipt("77", "unknown", False)),
        (b"id:77 sub:001 err:000 text:hello", Receipt("77", "unknown", False)),
        (b"id:77 stat:EXPIRED err:000 text:id:88 stat:DELIVRD", Receipt("77", "expired", True)),
        (b"mid:5 valid:6 id:77 substat:DELIVRD stat:FAILED", Receipt("77", "failed", True)),
        (b"stat:DELIVRD", Receipt(None, "delivered", True)),
        (b"\x00i\x00d\x00:\x007\x00 \x00s\x00t\x00a\x00t\x00:\x00E\x00X\x00P\x00I\x00R\x00E\x00D",
         Receipt("7", "expired", True)),
        (b"id:77 stat:EXPIRED\x00", Receipt("77", "expired", True)),
        (b"", Receipt(None, "unknown", False)),
        (b"id:", Receipt(None, "unknown", False)),
        (b"id:" + b"9" * 65 + b" stat:DELIVRD", Receipt(None, "delivered", True)),
        (b"id:" + b"9" * 64 + b" stat:DELIVRD", Receipt("9" * 64, "delivered", True)),
    ],
)  # fmt: skip
def test_the_text_where_there_are_no_tlvs(text: bytes, expected: Receipt) -> None:
    assert parse(text, []) == expected


def test_the_tlvs_are_believed_before_the_text() -> None:
    tlvs = [receipted_message_id(b"9f\x00"), message_state(b"\x05")]

    assert parse(APPENDIX_B, tlvs) == Receipt("9f", "failed", True)
    assert parse(APPENDIX_B, tlvs[:1]) == Receipt("9f", "delivered", True)
    assert parse(APPENDIX_B, tlvs[1:]) == Receipt("0123456789", "failed", True)


def test_an_identifier_that_no_smsc_gives_is_not_taken() -> None:
    assert parse(b"", [receipted_message_id(b"9" * 5000)]).message_id is None
    assert parse(b"id:7", [receipted_message_id(b"\x00")]).message_id == "7"


def test_the_text_may_come_as_payload() -> None:
    assert parse(b"", [Tlv(0x0424, b"id:7 stat:DELIVRD")]) == Receipt("7", "delivered", True)
    assert parse(b"id:8", [Tlv(0x0424, b"id:7 stat:DELIVRD")]).message_id == "8"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("0000012345", "12345"),
        ("ABCdef", "abcdef"),
        ("00AB", "ab"),
        ("0", "0"),
        ("000", "0"),
        ("", "0"),
        (" 7 ", "7"),
        ("a-b-c", "a-b-c"),
    ],
)
def test_the_form_under_which_an_identifier_is_stored(written: str, stored: str) -> None:
    assert canonical(written) == stored


@pytest.mark.parametrize(
    ("in_receipt", "in_response"),
    [
        ("255", "FF"),
        ("255", "000000ff"),
        ("0000000255", "FF"),
        ("FF", "255"),
        ("00ff", "0255"),
        ("16", "10"),
        ("10", "16"),
        ("10", "A"),
        ("10", "10"),
        ("0010", "10"),
        ("3B9ACA00", "1000000000"),
        ("1000000000", "3b9aca00"),
        ("18446744073709551615", "ffffffffffffffff"),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", "0F8FAD5B-D9CB-469F-A165-70867728950E"),
    ],
)
def test_a_message_is_found_in_whichever_base_it_was_named(
    in_receipt: str, in_response: str
) -> None:
    assert canonical(in_response) in message_id_keys(in_receipt)


def test_the_likeliest_key_comes_first_and_none_twice() -> None:
    assert message_id_keys("0010") == ("10", "a", "16")
    assert message_id_keys("7") == ("7",)
    assert message_id_keys("ff") == ("ff", "255")
    assert message_id_keys("1_0") == ("1_0",)
    assert message_id_keys("۱۰") == ("۱۰",)


def test_an_absurd_identifier_makes_no_absurd_number() -> None:
    assert message_id_keys("9" * 100_000) == ("9" * 64,)


@given(
    st.binary(max_size=2000),
    st.lists(st.builds(Tlv, st.sampled_from([0x1E, 0x424, 0x427, 0x1400]), st.binary(max_size=99))),
)
def test_no_octets_make_parsing_fail(short_message: bytes, tlvs: list[Tlv]) -> None:
    receipt = parse(short_message, tlvs)

    assert receipt.state in STATES
    assert receipt.message_id is None or 1 <= len(receipt.message_id) <= 64


@given(st.text())
def test_any_identifier_has_few_and_short_keys(message_id: str) -> None:
    keys = message_id_keys(message_id)

    assert keys[0] == canonical(message_id)
    assert len(keys) <= 3
    assert all(len(key) <= 3 * 64 for key in keys)
