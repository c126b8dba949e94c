"""Every form of text that must be understood, in every coding and by every transport.

What the citizen's phone sends and what the gateway answers stand here as octets, typed or in
hexadecimal: nothing of the gateway's own encoding has a part in it. One gateway for all.
"""

import itertools
import struct
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from gateway_process import GatewayProcess, Steady
from raw_centre import RawBind, RawCentre, Submit, deliver_sm, tlv
from sample_people import LISTED_LONG_NAME, LISTED_MAN, LISTED_WOMAN, QUASHED, UNLISTED

Octets = tuple[bytes, ...]
"""The parts of a reply, without their headers."""

LISTED_EN = (
    b"Beware! Farzi Aslam Khan son of Farzi Ghulam Rasool is a convict. "
    b"Don't let him be around children and women.",
)
WOMAN_EN = (
    b"Beware! Farzi Shazia wife of Farzi Akram is a convict. "
    b"Don't let her be around children and women.",
)
NONE_EN = (b"CNIC 5440112345677: no record of conviction for a sexual offence was found.",)
UNREADABLE_EN = (b"Please write the 13-digit CNIC number and send it to 7000.",)
# listed, male: 67 UCS-2 units and the rest
LISTED_UR = (
    bytes.fromhex(
        "062e06280631062f062706310021002006410631063606cc002006270633064406450020062e062706460020"
        "06480644062f002006410631063606cc0020063a064406270645002006310633064806440020063306320627"
        "002006cc06270641062a06c100200645062c06310645002006c106d206d400200627063306d2002006280686"
        "0648"
    ),
    bytes.fromhex(
        "06ba00200627064806310020062e06480627062a06cc0646002006a906d200200642063106cc062800200646"
        "06c100200622064606d20020062f06cc06ba06d4"
    ),
)
# listed, female, her husband's name
WOMAN_UR = (
    bytes.fromhex(
        "062e06280631062f062706310021002006410631063606cc002006340627063206cc06c1002006320648062c"
        "06c1002006410631063606cc0020062706a9063106450020063306320627002006cc06270641062a06c10020"
        "0645062c0631064506c1002006c106d206d400200627063306d2002006280686064806ba0020062706480631"
        "0020"
    ),
    bytes.fromhex(
        "062e06480627062a06cc0646002006a906d200200642063106cc06280020064606c100200622064606d20020"
        "062f06cc06ba06d4"
    ),
)
# not listed, 5440112345677
NONE_UR = (
    bytes.fromhex(
        "063406460627062e062a06cc002006a906270631068800200035003400340030003100310032003300340035"
        "003600370037003a0020062c0646063306cc0020062c063106450020064506cc06ba00200633063206270020"
        "06a90627002006a90648062606cc0020063106cc06a90627063106880020064606c106cc06ba002006450644"
        "062706d4"
    ),
)
# not listed, 6110112345675
QUASHED_UR = (
    bytes.fromhex(
        "063406460627062e062a06cc002006a906270631068800200036003100310030003100310032003300340035"
        "003600370035003a0020062c0646063306cc0020062c063106450020064506cc06ba00200633063206270020"
        "06a90627002006a90648062606cc0020063106cc06a90627063106880020064606c106cc06ba002006450644"
        "062706d4"
    ),
)
# unreadable
UNREADABLE_UR = (
    bytes.fromhex(
        "06280631062706c1002006a906310645002000310033002006c10646062f0633064806ba002006a906270020"
        "063406460627062e062a06cc002006a9062706310688002006460645062806310020064406a906be002006a9"
        "0631002000370030003000300020067e06310020062806be06cc062c06cc06ba06d4"
    ),
)

UCS2 = frozenset({LISTED_UR, WOMAN_UR, NONE_UR, QUASHED_UR, UNREADABLE_UR})
WORDING_OF = {
    LISTED_MAN: (LISTED_UR, LISTED_EN),
    LISTED_WOMAN: (WOMAN_UR, WOMAN_EN),
    UNLISTED: (NONE_UR, NONE_EN),
}


def said_by(parts: Sequence[Submit]) -> Octets:
    """Return what the parts of one reply say, once their headers are as they have to be."""
    if len(parts) == 1:
        assert parts[0].esm_class == 0
        return (parts[0].short_message,)
    reference = parts[0].short_message[3]
    total = len(parts)
    for seqnum, part in enumerate(parts, 1):
        assert part.esm_class == 0x40
        assert part.short_message[:6] == bytes((5, 0, 3, reference, total, seqnum))
    return tuple(part.short_message[6:] for part in parts)


def expect(parts: Sequence[Submit], answer: Octets) -> None:
    assert said_by(parts) == answer
    assert {part.data_coding for part in parts} == {8 if answer in UCS2 else 0}


@pytest.mark.parametrize("cnic", WORDING_OF)
def test_the_number_alone_is_answered_in_urdu_and_after_en_in_english(
    steady: Steady, cnic: str
) -> None:
    urdu, english = WORDING_OF[cnic]

    expect(steady.bind.ask(1, cnic.encode()), urdu)
    expect(steady.bind.ask(2, b"EN " + cnic.encode()), english)


def test_a_quashed_conviction_is_no_record(steady: Steady) -> None:
    expect(steady.bind.ask(1, QUASHED.encode()), QUASHED_UR)


def test_a_long_name_is_never_cut(steady: Steady) -> None:
    urdu = said_by(steady.bind.ask(1, LISTED_LONG_NAME.encode()))
    english = said_by(steady.bind.ask(2, b"EN " + LISTED_LONG_NAME.encode()))

    assert [len(part) for part in urdu] == [134, 134, 110]
    assert b"".join(urdu).decode("utf-16-be") == (
        "خبردار! فرضی محمد عبدالرحمان فرضی محمد عبدالرحمان فرضی محمد عبدالرحمان خان ولد "
        "فرضی غلام مصطفی فرضی غلام مصطفی فرضی غلام مصطفی خان سزا یافتہ مجرم ہے۔ "
        "اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
    )
    assert english == (
        b"Beware! Farzi Muhammad Abdur Rehman Farzi Muhammad Abdur Rehman Farzi Muhammad Abdur "
        b"Rehman Khan son of Farzi Ghulam Mustafa Farzi Ghulam Mustafa Farzi G",
        b"hulam Mustafa Khan is a convict. Don't let him be around children and women.",
    )


# Forms, in the codings of one octet for a character: the same octets are the same text in these.

ONE_OCTET = {
    "GSM-7": 0,
    "ASCII": 1,
    "Latin-1": 3,
    "class 0": 0xF0,
    "class 1": 0xF1,
    "general": 0x10,
}
IN_ONE_OCTET = [
    (b"3520112345671", LISTED_UR),
    (b"35201-1234567-1", LISTED_UR),
    (b"35201 1234567 1", LISTED_UR),
    (b"35201.1234567.1", LISTED_UR),
    (b"35201/1234567/1", LISTED_UR),
    (b"35201\n1234567\r\n1", LISTED_UR),
    (b"35201 - 1234567 - 1", LISTED_UR),
    (b"35201----1234567-1", UNREADABLE_UR),
    (b"check 35201-1234567-1 please", LISTED_UR),
    (b"CNIC:3520112345671.", LISTED_UR),
    (b"(35201-1234567-1)", LISTED_UR),
    (b"12 35201 1234567 1", LISTED_UR),
    (b"3520112345671-1", LISTED_UR),
    (b"5440112345677", NONE_UR),
    (b"3520112345671 3520112345671", LISTED_UR),
    (b"3520112345671, 35201-1234567-1", LISTED_UR),
    (b"EN 3520112345671", LISTED_EN),
    (b"EN 35201-1234567-1", LISTED_EN),
    (b"en-3520112345671", LISTED_EN),
    (b"En3520112345671", LISTED_EN),
    (b"  eN: 35201 1234567 1", LISTED_EN),
    (b"EN\n3520112345671", LISTED_EN),
    (b"UR 3520112345671", LISTED_UR),
    (b"ur3520112345671", LISTED_UR),
    (b"ENGLISH 3520112345671", LISTED_UR),
    (b"3520112345671 EN", LISTED_UR),
    (b"EN 4210112345672", WOMAN_EN),
    (b"", UNREADABLE_UR),
    (b"hello", UNREADABLE_UR),
    (b"EN", UNREADABLE_EN),
    (b"EN hello", UNREADABLE_EN),
    (b"352011234567", UNREADABLE_UR),
    (b"35201123456712", UNREADABLE_UR),
    (b"135201-1234567-1", UNREADABLE_UR),
    (b"35201-1234567-12", UNREADABLE_UR),
    (b"3520-11234567-1", UNREADABLE_UR),
    (b"3520112345671 5440112345677", UNREADABLE_UR),
    (b"EN 3520112345671 5440112345677", UNREADABLE_EN),
    (b"3520112345671 0520112345671", UNREADABLE_UR),
    (b"0520112345671", UNREADABLE_UR),
    (b"95201-1234567-1", UNREADABLE_UR),
    (b"0300-1234567", UNREADABLE_UR),
]


@pytest.mark.parametrize("data_coding", ONE_OCTET.values(), ids=ONE_OCTET.keys())
@pytest.mark.parametrize(
    ("text", "answer"), IN_ONE_OCTET, ids=[repr(text)[2:-1] for text, _ in IN_ONE_OCTET]
)
def test_a_text_in_a_coding_of_one_octet_a_character(
    steady: Steady, text: bytes, answer: Octets, data_coding: int
) -> None:
    expect(steady.bind.ask(1, text, data_coding=data_coding), answer)


@pytest.mark.parametrize(
    ("text", "data_coding", "answer"),
    [
        pytest.param(b"35201\x111234567\x111", 0, LISTED_UR, id="GSM-7: underscores"),
        pytest.param(b"35201\x111234567\x111", 0xF0, LISTED_UR, id="class 0: underscores"),
        pytest.param(b"35201_1234567_1", 1, LISTED_UR, id="ASCII: underscores"),
        pytest.param(b"35201_1234567_1", 3, LISTED_UR, id="Latin-1: underscores"),
        pytest.param(b"35201_1234567_1", 0, UNREADABLE_UR, id="GSM-7: 0x5f is a section sign"),
        pytest.param(b"\x1b<3520112345671\x1b>", 0, LISTED_UR, id="GSM-7: escaped brackets"),
        pytest.param(b"3520112345671\x1b", 0, LISTED_UR, id="GSM-7: an escape at the end"),
        pytest.param(b"\xff\x80 3520112345671", 0, LISTED_UR, id="GSM-7: octets over 127"),
        pytest.param(b"352011234567\xb1", 0, UNREADABLE_UR, id="GSM-7: a digit with a high bit"),
        pytest.param(b"\xd8 3520112345671", 1, LISTED_UR, id="ASCII: an octet over 127"),
        pytest.param(b"35201\xa01234567\xa01", 3, LISTED_UR, id="Latin-1: no-break spaces"),
        pytest.param(b"35201\xad1234567\xad1", 3, LISTED_UR, id="Latin-1: soft hyphens"),
        pytest.param(b"\xe9 3520112345671 \xff", 3, LISTED_UR, id="Latin-1: letters over 127"),
        pytest.param(b"35201\t1234567\t1", 3, LISTED_UR, id="Latin-1: tabs"),
    ],
)
def test_what_one_coding_alone_has(
    steady: Steady, text: bytes, data_coding: int, answer: Octets
) -> None:
    expect(steady.bind.ask(1, text, data_coding=data_coding), answer)


IN_UCS2 = [
    ("13 digits", "0033003500320030003100310032003300340035003600370031", LISTED_UR),
    ("with dashes", "00330035003200300031002d0031003200330034003500360037002d0031", LISTED_UR),
    ("Urdu digits", "06f306f506f206f006f106f106f206f306f406f506f606f706f1", LISTED_UR),
    (
        "Urdu digits with dashes",
        "06f306f506f206f006f1002d06f106f206f306f406f506f606f7002d06f1",
        LISTED_UR,
    ),
    ("Arabic-Indic digits", "0663066506620660066106610662066306640665066606670661", LISTED_UR),
    (
        "full-width digits and dashes",
        "ff13ff15ff12ff10ff11ff0dff11ff12ff13ff14ff15ff16ff17ff0dff11",
        LISTED_UR,
    ),
    ("digits of three scripts", "003300350032003006f106f106f206f30664066506660667ff11", LISTED_UR),
    (
        "en dash and em dash",
        "003300350032003000312013003100320033003400350036003720140031",
        LISTED_UR,
    ),
    (
        "minus sign and hyphen",
        "003300350032003000312212003100320033003400350036003720100031",
        LISTED_UR,
    ),
    (
        "no-break and thin space",
        "0033003500320030003100a0003100320033003400350036003720090031",
        LISTED_UR,
    ),
    (
        "line feed and tab",
        "00330035003200300031000a003100320033003400350036003700090031",
        LISTED_UR,
    ),
    ("Urdu full stop", "0033003500320030003106d4003100320033003400350036003706d40031", LISTED_UR),
    (
        "slash and underscore",
        "00330035003200300031002f0031003200330034003500360037005f0031",
        LISTED_UR,
    ),
    (
        "three separators in each gap",
        "003300350032003000310020002d002000310032003300340035003600370020002d00200031",
        LISTED_UR,
    ),
    (
        "four separators in a gap",
        "003300350032003000310020002d002d00200031003200330034003500360037002d0031",
        UNREADABLE_UR,
    ),
    (
        "marks of direction",
        "202b00330035003200300031200e0031003200330034003500360037200f0031202c",
        LISTED_UR,
    ),
    (
        "isolates around it",
        "206600330035003200300031003100320033003400350036003700312069",
        LISTED_UR,
    ),
    (
        "zero-width space and joiner",
        "00330035003200300031200b003100320033200d00340035003600370031",
        LISTED_UR,
    ),
    (
        "a byte order mark before it",
        "feff0033003500320030003100310032003300340035003600370031",
        LISTED_UR,
    ),
    ("soft hyphens", "0033003500320030003100ad003100320033003400350036003700ad0031", LISTED_UR),
    ("tatweel", "003300350032003000310640003100320033003400350036003706400031", LISTED_UR),
    (
        "Urdu words around it",
        "06280631062706c1002006a906310645002000330035003200300031002d0031003200330034"
        "003500360037002d00310020068606cc06a9002006a9063106cc06ba",
        LISTED_UR,
    ),
    (
        "EN before Urdu digits",
        "0045004e002006f306f506f206f006f106f106f206f306f406f506f606f706f1",
        LISTED_EN,
    ),
    (
        "EN after a mark of direction",
        "200e0065006e00200033003500320030003100310032003300340035003600370031",
        LISTED_EN,
    ),
    ("UR", "0055005200200033003500320030003100310032003300340035003600370031", LISTED_UR),
    (
        "a lone surrogate before it",
        "d83d00200033003500320030003100310032003300340035003600370031",
        LISTED_UR,
    ),
    ("half a unit at its end", "003300350032003000310031003200330034003500360037003100", LISTED_UR),
    (
        "an emoji after it",
        "00330035003200300031003100320033003400350036003700310020d83dde4f",
        LISTED_UR,
    ),
    ("no number", "06270644063306440627064500200639064406cc06a90645", UNREADABLE_UR),
    ("EN and no number", "0045004e0020062706440633064406270645", UNREADABLE_EN),
    (
        "digits of Devanagari",
        "0969096b096809660967002d096709680969096a096b096c096d002d0967",
        UNREADABLE_UR,
    ),
    (
        "nothing",
        "",
        UNREADABLE_UR,
    ),
]


@pytest.mark.parametrize("data_coding", [0x08, 0x18], ids=["UCS-2", "general UCS-2"])
@pytest.mark.parametrize(
    ("octets", "answer"), [row[1:] for row in IN_UCS2], ids=[row[0] for row in IN_UCS2]
)
def test_a_text_in_ucs2(steady: Steady, octets: str, answer: Octets, data_coding: int) -> None:
    expect(steady.bind.ask(1, bytes.fromhex(octets), data_coding=data_coding), answer)


@pytest.mark.parametrize(
    "data_coding",
    [
        *(0x02, 0x04, 0x14, 0xF4, 0xF5, 0xF6, 0xF7),  # 8-bit data
        *(0x05, 0x06, 0x07, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F),  # other alphabets
        *(0x1C, 0x20, 0x28, 0x80, 0xB0),  # compressed, reserved
    ],
    ids=hex,
)
def test_any_other_coding_is_acknowledged_and_unreadable(steady: Steady, data_coding: int) -> None:
    expect(steady.bind.ask(1, b"3520112345671", data_coding=data_coding), UNREADABLE_UR)


# Transports

PAYLOAD, SAR_REFERENCE, SAR_TOTAL, SAR_SEQNUM = 0x0424, 0x020C, 0x020E, 0x020F
Pack = Callable[[int, int, int, bytes], dict[str, Any]]
"""Give part ``seqnum`` of ``total`` under a reference its fields."""


def in_8_bit_header(reference: int, total: int, seqnum: int, octets: bytes) -> dict[str, Any]:
    header = bytes((5, 0, 3, reference & 0xFF, total, seqnum))
    return {"short_message": header + octets, "esm_class": 0x40}


def in_16_bit_header(reference: int, total: int, seqnum: int, octets: bytes) -> dict[str, Any]:
    header = b"\x06\x08\x04" + struct.pack(">HBB", reference, total, seqnum)
    return {"short_message": header + octets, "esm_class": 0x40}


def among_other_elements(reference: int, total: int, seqnum: int, octets: bytes) -> dict[str, Any]:
    header = bytes((11, 0x05, 4, 0x0B, 0x84, 0x23, 0xF0, 0, 3, reference & 0xFF, total, seqnum))
    return {"short_message": header + octets, "esm_class": 0x40}


def in_sar(reference: int, total: int, seqnum: int, octets: bytes) -> dict[str, Any]:
    places = tlv(SAR_REFERENCE, struct.pack(">H", reference))
    places += tlv(SAR_TOTAL, bytes([total])) + tlv(SAR_SEQNUM, bytes([seqnum]))
    return {"short_message": octets, "tlvs": places}


def header_in_payload(reference: int, total: int, seqnum: int, octets: bytes) -> dict[str, Any]:
    header = bytes((5, 0, 3, reference & 0xFF, total, seqnum))
    return {"short_message": b"", "esm_class": 0x40, "tlvs": tlv(PAYLOAD, header + octets)}


def sar_and_payload(reference: int, total: int, seqnum: int, octets: bytes) -> dict[str, Any]:
    fields = in_sar(reference, total, seqnum, b"")
    return {**fields, "tlvs": tlv(PAYLOAD, octets) + fields["tlvs"]}


PACKS = [
    in_8_bit_header,
    in_16_bit_header,
    among_other_elements,
    in_sar,
    header_in_payload,
    sar_and_payload,
]
_references = itertools.count(1)


def send_parts(
    bind: RawBind, pack: Pack, texts: Sequence[bytes], order: Sequence[int], **fields: object
) -> list[Submit]:
    """Send parts (numbers from 1) in an order, each acknowledged before the next is sent.

    Returns the reply that follows the last one; nothing may come before.
    """
    reference = next(_references)
    for sequence, seqnum in enumerate(order, 1):
        if sequence > 1:
            assert bind.fence() == []
        part = pack(reference, len(texts), seqnum, texts[seqnum - 1])
        bind.send(deliver_sm(sequence, **{**part, **fields}))
        bind.expect_acknowledged(sequence)
    return bind.reply()


@pytest.mark.parametrize("data_coding", [0, 1, 3])
def test_message_payload_is_read_where_short_message_is_empty(
    steady: Steady, data_coding: int
) -> None:
    asked = {"tlvs": tlv(PAYLOAD, b"EN 35201-1234567-1"), "data_coding": data_coding}

    expect(steady.bind.ask(1, b"", **asked), LISTED_EN)


def test_a_payload_of_kilobytes_is_read(steady: Steady) -> None:
    text = b"word " * 12_000 + b"35201-1234567-1"

    expect(steady.bind.ask(1, b"", tlvs=tlv(PAYLOAD, text)), LISTED_UR)


def test_ucs2_in_message_payload(steady: Steady) -> None:
    urdu_digits = bytes.fromhex("06f306f506f206f006f106f106f206f306f406f506f606f706f1")

    expect(steady.bind.ask(1, b"", tlvs=tlv(PAYLOAD, urdu_digits), data_coding=8), LISTED_UR)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))), ids=str)
def test_three_parts_in_any_order(steady: Steady, pack: Pack, order: Sequence[int]) -> None:
    texts = (b"EN please look at ", b"35201-123", b"4567-1, thank you")

    expect(send_parts(steady.bind, pack, texts, order), LISTED_EN)


@pytest.mark.parametrize("pack", PACKS)
def test_parts_that_come_twice(steady: Steady, pack: Pack) -> None:
    texts = (b"35201-", b"1234567-1")

    expect(send_parts(steady.bind, pack, texts, (2, 2, 1)), LISTED_UR)
    expect(send_parts(steady.bind, pack, texts, (1, 1, 1, 2)), LISTED_UR)


@pytest.mark.parametrize("pack", PACKS)
def test_a_character_cut_between_two_parts(steady: Steady, pack: Pack) -> None:
    asked = bytes.fromhex("06f306f506f206f006f106f106f206f306f406f506f606f706f1")
    texts = (asked[:7], asked[7:])

    expect(send_parts(steady.bind, pack, texts, (1, 2), data_coding=8), LISTED_UR)


def test_two_senders_under_one_reference_are_two_messages(steady: Steady) -> None:
    bind = steady.bind
    halves = {
        b"923000000001": (b"35201-", b"1234567-1"),
        b"923000000002": (b"54401-", b"1234567-7"),
    }

    for seqnum in (1, 2):
        for sequence, (sender, texts) in enumerate(halves.items()):
            part = in_8_bit_header(200, 2, seqnum, texts[seqnum - 1])
            bind.send(deliver_sm(sequence, source=sender, **part))
            bind.expect_acknowledged(sequence)
            if seqnum == 2:
                expect(bind.reply(), LISTED_UR if sequence == 0 else NONE_UR)


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (bytes((4, 0x24, 1, 13, 0)), "a language"),
        (bytes((6, 5, 4, 0x0B, 0x84, 0x23, 0xF0)), "ports"),
        (bytes((5, 0, 3, 9, 1, 1)), "one part of one"),
        (bytes((5, 0, 3, 9, 2, 3)), "part three of two"),
        (bytes((5, 0, 3, 9, 0, 0)), "part none of none"),
        (bytes((2, 0, 9)), "an element that is cut"),
    ],
)
def test_a_header_that_makes_no_long_message_is_passed_over(
    steady: Steady, header: bytes, what: str
) -> None:
    asked = header + b"EN 3520112345671"

    expect(steady.bind.ask(1, asked, esm_class=0x40), LISTED_EN)


def test_a_long_message_that_never_becomes_whole_is_unreadable_once(
    start_gateway: Callable[..., GatewayProcess], centre: RawCentre
) -> None:
    start_gateway(centre.url(), NSOR_PART_TIMEOUT="1")
    bind = centre.accept_bind()

    bind.send(deliver_sm(1, **in_8_bit_header(7, 3, 1, b"35201-")))
    bind.expect_acknowledged(1)
    bind.send(deliver_sm(2, **in_8_bit_header(7, 3, 3, b"7-1")))
    bind.expect_acknowledged(2)

    expect(bind.reply(), UNREADABLE_UR)
    expect(bind.ask(3, b"EN 5440112345677"), NONE_EN)
    assert bind.fence() == []


@pytest.mark.parametrize("again", [1, 2])
def test_a_part_that_comes_again_after_its_message_was_whole_is_not_answered(
    start_gateway: Callable[..., GatewayProcess], centre: RawCentre, again: int
) -> None:
    start_gateway(centre.url(), NSOR_PART_TIMEOUT="1")
    bind = centre.accept_bind()
    texts = (b"EN 35201-", b"1234567-1")
    expect(send_parts(bind, in_8_bit_header, texts, (1, 2)), LISTED_EN)

    part = in_8_bit_header(next(_references) - 1, 2, again, texts[again - 1])
    bind.send(deliver_sm(3, **part))
    bind.expect_acknowledged(3)

    # Somebody else's that is given up after it would have been: nothing comes before that.
    half = in_8_bit_header(7, 2, 1, b"EN 35201-")
    bind.send(deliver_sm(4, source=b"923000000009", **half))
    bind.expect_acknowledged(4)
    (given_up,) = bind.reply()
    assert given_up.destination == (1, 1, b"923000000009")


# Addresses and the fields of a reply


@pytest.mark.parametrize(
    ("sender", "ton", "npi"),
    [
        (b"923001234567", 1, 1),
        (b"+923001234567", 1, 1),
        (b"00923001234567", 0, 0),
        (b"03001234567", 2, 8),
        (b"1234567", 0, 1),
        (b"123456789012345", 1, 9),
    ],
)
def test_a_reply_goes_to_the_sender_as_it_came(
    steady: Steady, sender: bytes, ton: int, npi: int
) -> None:
    parts = steady.bind.ask(1, b"3520112345671", source=sender, source_ton=ton, source_npi=npi)

    assert [part.destination for part in parts] == [(ton, npi, sender)] * 2


@pytest.mark.parametrize(
    ("destination", "ton", "npi"),
    [(b"7000", 0, 1), (b"7000", 3, 0), (b"927000", 1, 1), (b"NSOR", 5, 0), (b"", 6, 18)],
)
def test_a_reply_comes_from_the_short_code_numbered_as_the_destination_was(
    steady: Steady, destination: bytes, ton: int, npi: int
) -> None:
    asked = {"destination": destination, "destination_ton": ton, "destination_npi": npi}

    parts = steady.bind.ask(1, b"3520112345671", **asked)

    assert [part.source for part in parts] == [(ton, npi, b"7000")] * 2


def test_every_part_asks_for_a_receipt_and_says_how_long_it_is_worth_sending(
    steady: Steady,
) -> None:
    parts = steady.bind.ask(1, b"3520112345671")

    assert {part.registered_delivery for part in parts} == {1}
    for part in parts:
        # YYMMDDhhmmss000R: six hours, less what the reply has waited
        assert b"000000055900000R" <= part.validity_period <= b"000000060000000R"


def test_another_short_code_and_validity(
    start_gateway: Callable[..., GatewayProcess], centre: RawCentre
) -> None:
    start_gateway(centre.url(), NSOR_SHORT_CODE="8171", NSOR_REPLY_VALIDITY="200000")
    bind = centre.accept_bind()

    (part,) = bind.ask(1, b"EN")

    assert part.source == (0, 1, b"8171")
    assert part.short_message == b"Please write the 13-digit CNIC number and send it to 8171."
    assert b"000002073200000R" <= part.validity_period <= b"000002073320000R"


def test_long_replies_follow_each_other_under_different_references(steady: Steady) -> None:
    references = [
        steady.bind.ask(number, b"3520112345671")[0].short_message[3] for number in range(20)
    ]

    assert len(set(references)) == 20
