"""Who is a subscriber, and which ways of writing one number are one sender."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.sms.senders import subscriber


@pytest.mark.parametrize(
    ("address", "ton"),
    [
        ("+923001234567", 1),
        ("00923001234567", 0),
        ("923001234567", 1),
        ("923001234567", 0),
        ("03001234567", 2),
        ("03001234567", 0),
        ("+03001234567", 0),
        ("+00923001234567", 1),
        ("3001234567", 2),
    ],
)
def test_one_subscriber_however_the_number_is_written(address: str, ton: int) -> None:
    assert subscriber(address, ton) == "923001234567"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("1234567", "1234567"),
        ("123456789012345", "123456789012345"),
        ("+447700900123", "447700900123"),
        ("00447700900123", "447700900123"),
        ("0000000", "00000"),
        ("0421234567", "0421234567"),
    ],
)
def test_any_other_number_is_kept(address: str, canonical: str) -> None:
    assert subscriber(address, 1) == canonical


@pytest.mark.parametrize(
    "address",
    [
        "",
        "+",
        "7000",
        "123456",
        "+123456",
        "1234567890123456",
        "++923001234567",
        "923001234567+",
        "92300-1234567",
        "92 3001234567",
        "JAZZ",
        "NADRA7000",
        "۹۲۳۰۰۱۲۳۴۵۶۷",
        "９２３００１２３４５６７",
        "92300123456²",
        "923001234567\n",
        "-923001234567",
        "\ud800234567",
    ],
)
def test_anybody_else_is_no_subscriber(address: str) -> None:
    assert subscriber(address, 1) is None


@pytest.mark.parametrize(("ton", "known"), [(t, t in (0, 1, 2)) for t in range(-1, 9)])
def test_the_type_of_number_is_unknown_international_or_national(ton: int, known: bool) -> None:
    assert (subscriber("923001234567", ton) is not None) is known


@given(st.text() | st.from_regex(r"\+?[0-9]{5,17}", fullmatch=True), st.integers(0, 255))
def test_what_is_canonical_is_digits_alone(address: str, ton: int) -> None:
    digits = subscriber(address, ton)

    assert digits is None or (digits.isascii() and digits.isdigit() and len(digits) <= 15)
