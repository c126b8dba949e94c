"""Octets to text and back, against the tables of 3GPP TS 23.038 typed as literals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.sms.encoding import URDU, decode, encode, encode_gsm7, encode_ucs2

# 3GPP TS 23.038 section 6.2.1, by column of the printed table (b7 b6 b5), rows 0 to 15; at 0x1B
# stands the escape.
DEFAULT_ALPHABET = [
    "@ £ $ ¥ è é ù ì ò Ç LF Ø ø CR Å å",
    "Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Æ æ ß É",
    "SP ! \" # ¤ % & ' ( ) * + , - . /",
    "0 1 2 3 4 5 6 7 8 9 : ; < = > ?",
    "¡ A B C D E F G H I J K L M N O",
    "P Q R S T U V W X Y Z Ä Ö Ñ Ü §",
    "¿ a b c d e f g h i j k l m n o",
    "p q r s t u v w x y z ä ö ñ ü à",
]
NAMES = {"LF": "\n", "CR": "\r", "SP": " "}
SEPTETS = [
    (septet, NAMES.get(name, name))
    for septet, name in enumerate(" ".join(DEFAULT_ALPHABET).split())
    if name != "ESC"
]
EXTENSION = [
    (b"\x1b\x0a", "\f"),
    (b"\x1b\x14", "^"),
    (b"\x1b\x28", "{"),
    (b"\x1b\x29", "}"),
    (b"\x1b\x2f", "\\"),
    (b"\x1b\x3c", "["),
    (b"\x1b\x3d", "~"),
    (b"\x1b\x3e", "]"),
    (b"\x1b\x40", "|"),
    (b"\x1b\x65", "€"),
]


def test_the_default_alphabet_is_that_of_the_specification() -> None:
    assert len(SEPTETS) == 127
    for septet, character in SEPTETS:
        assert decode(bytes([septet]), 0) == character
        assert encode_gsm7(character) == bytes([septet])


@pytest.mark.parametrize(("octets", "character"), EXTENSION)
def test_the_extension_table_is_that_of_the_specification(octets: bytes, character: str) -> None:
    assert decode(b"a" + octets + b"b", 0) == f"a{character}b"
    assert encode_gsm7(character) == octets


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"", ""),
        (b"35201-1234567-1", "35201-1234567-1"),
        (b"35201\x111234567\x111", "35201_1234567_1"),
        (b"EN 3520112345671", "EN 3520112345671"),
        (b"a\x80b\xff3520112345671", "a\ufffdb\ufffd3520112345671"),
        (b"\x1b\x41", "A"),  # not in the extension: as the basic alphabet has it
        (b"\x1b\x31\x32", "12"),
        (b"1\x1b", "1 "),  # nothing after the escape
        (b"1\x1b\x1b2", "1 2"),  # escape to a further table: a space
        (b"\x1b\x1b\x65", " e"),
        (b"\x1b\xff1", "\ufffd1"),
        (b"\x1b\n", "\f"),
        (b"\x00\x00", "@@"),
    ],
)
def test_gsm_7_bit_text_is_read_with_what_is_broken_replaced(octets: bytes, text: str) -> None:
    assert decode(octets, 0) == text


@pytest.mark.parametrize(
    ("octets", "data_coding", "text"),
    [
        (b"35201_1", 1, "35201_1"),
        (b"a\xe9b", 1, "a\ufffdb"),
        (b"caf\xe9 35201\xa01", 3, "café 35201\u00a01"),
        (b"\x06\xf3\x06\xf5\x00-\x06\x60", 8, "۳۵-\u0660"),
        (b"\xff\x13\xff\x0d", 8, "３－"),
        (b"\xd8\x3d\xde\x00", 8, "😀"),
        (b"\xd8\x3d\x00\x31", 8, "\ufffd1"),
        (b"\xde\x00\x00\x31", 8, "\ufffd1"),
        (b"\x00\x31\xd8\x3d", 8, "1\ufffd"),
        (b"\x00\x31\x00\x32\x00", 8, "12\ufffd"),
        (b"\x00", 8, "\ufffd"),
        (b"", 8, ""),
    ],
)
def test_the_other_codings_of_smpp(octets: bytes, data_coding: int, text: str) -> None:
    assert decode(octets, data_coding) == text


# What each data_coding makes of the octets 00 40: GSM 7-bit, UCS-2, or nothing readable.
G, U, NONE = "@¡", "@", None
GROUPS: list[tuple[range, dict[int, str | None]]] = [
    (range(0x10, 0x20), {0x0: G, 0x4: NONE, 0x8: U, 0xC: NONE}),
    (range(0x20, 0x40), {0x0: NONE, 0x4: NONE, 0x8: NONE, 0xC: NONE}),
    (range(0x40, 0x60), {0x0: G, 0x4: NONE, 0x8: U, 0xC: NONE}),
    (range(0x60, 0x80), {0x0: NONE, 0x4: NONE, 0x8: NONE, 0xC: NONE}),
    (range(0x80, 0xC0), {0x0: NONE, 0x4: NONE, 0x8: NONE, 0xC: NONE}),
    (range(0xC0, 0xE0), {0x0: G, 0x4: G, 0x8: G, 0xC: G}),
    (range(0xE0, 0xF0), {0x0: U, 0x4: U, 0x8: U, 0xC: U}),
    (range(0xF0, 0x100), {0x0: G, 0x4: NONE, 0x8: G, 0xC: NONE}),
]


def test_the_coding_groups_are_read_by_their_alphabet_bits() -> None:
    for data_codings, by_alphabet in GROUPS:
        for data_coding in data_codings:
            assert decode(b"\x00\x40", data_coding) == by_alphabet[data_coding & 0x0C], data_coding


@pytest.mark.parametrize("data_coding", [2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, -1, 256])
def test_eight_bit_data_and_unknown_codings_are_no_text(data_coding: int) -> None:
    assert decode(b"3520112345671", data_coding) is None


@pytest.mark.parametrize(
    ("octets", "locking", "single", "text"),
    [
        # A.3.13: digits stand where they always stand, the dash comes with an escape.
        (b"35201\x1b\x0e1234567\x1b\x0e1", URDU, URDU, "35201-1234567-1"),
        # A.2.13: Urdu digits.
        (b"\x1b\x1c\x1b\x1d\x1b\x1e\x1b\x1f\x1b\x20\x1b\x21", 0, URDU, "۰۱۲۳۴۵"),
        (b"\x1b\x22\x1b\x23\x1b\x24\x1b\x25\x1b\x3f", URDU, URDU, "۶۷۸۹۔"),
        (b"\x1b\x34\x1b\x45\x1b\x4e\x1b\x65", 0, URDU, "\u0640EN€"),
        (b"\x00\x02\x51\x5b", URDU, 0, "اب\u06bb\u06d2"),
        (b"35201 1234567 1", URDU, 0, "35201 1234567 1"),
        (b"1\x1b\x3c2", URDU, 0, "1[2"),
        (b"\x1b\x5b\x1b", URDU, URDU, "\u06d2 "),
        # Another language's table: the default alphabet is read, the digits are the same.
        (b"3520112345671", 6, 6, "3520112345671"),
    ],
)
def test_national_language_tables(octets: bytes, locking: int, single: int, text: str) -> None:
    assert decode(octets, 0, locking, single) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please", (0, b"Please")),
        ("[é]", (0, b"\x1b\x3c\x05\x1b\x3e")),
        ("a_b", (0, b"a\x11b")),
        ("", (0, b"")),
        ("شکریہ", (8, b"\x06\x34\x06\xa9\x06\x31\x06\xcc\x06\xc1")),
        ("a`", (8, b"\x00a\x00`")),
        ("\x1b", (8, b"\x00\x1b")),
        ("😀", (8, b"\xd8\x3d\xde\x00")),
        ("\ud800", (8, b"\x00?")),
        ("don’t", (8, b"\x00d\x00o\x00n\x20\x19\x00t")),
    ],
)
def test_text_goes_as_gsm_7_bit_where_its_characters_allow(
    text: str, expected: tuple[int, bytes]
) -> None:
    assert encode(text) == expected


@given(st.binary(), st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_no_octets_make_decoding_fail(
    octets: bytes, data_coding: int, locking: int, single: int
) -> None:
    text = decode(octets, data_coding, locking, single)

    assert text is None or len(text) <= len(octets)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_makes_encoding_fail(text: str) -> None:
    data_coding, octets = encode(text)

    assert decode(octets, data_coding) == "".join(
        "?" if 0xD800 <= ord(character) <= 0xDFFF else character for character in text
    )
    assert decode(encode_ucs2(text), 8) == decode(octets, data_coding)
