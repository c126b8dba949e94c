"""What a file is by its content, and which files are refused before a decoder sees them."""

import io

import pytest
from evidence_builders import a_paper, a_photograph, a_png_bomb, a_scan, png_chunk
from hypothesis import given
from hypothesis import strategies as st

from nsor.register.errors import Refusal
from nsor.register.evidence.files import MAX_OCTETS, MediaType, inspect, receive

PAPER, PHOTOGRAPH, SCAN = a_paper(), a_photograph(), a_scan()
PROGRAM = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(200)
ZIP = b"PK\x03\x04" + bytes(26) + b"PK\x01\x02" + bytes(42) + b"PK\x05\x06" + bytes(16) + b"\0\0"


def refused(octets: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        inspect(octets)
    message = refusal.value.message
    assert message[0].isupper()
    assert message.endswith(".")
    return refusal.value.code


@pytest.mark.parametrize(
    ("octets", "media_type"),
    [
        (PAPER, MediaType.PDF),
        (a_paper(pages=3, linearize=True), MediaType.PDF),
        (PAPER + b"\r\n", MediaType.PDF),
        (PHOTOGRAPH, MediaType.JPEG),
        (a_photograph(progressive=True), MediaType.JPEG),
        (a_photograph(mode="L"), MediaType.JPEG),
        (a_photograph(mode="CMYK"), MediaType.JPEG),
        (PHOTOGRAPH + bytes(16), MediaType.JPEG),
        (SCAN, MediaType.PNG),
        (a_scan("P"), MediaType.PNG),
        (a_scan("1"), MediaType.PNG),
    ],
)
def test_a_document_is_told_by_its_content(octets: bytes, media_type: MediaType) -> None:
    assert inspect(octets) is media_type


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\n" + PAPER,
        PROGRAM,
        ZIP,
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + bytes(20),
        b"II*\0" + bytes(20),
        b"just a text",
        "عدالت کا حکم".encode(),
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(octets: bytes) -> None:
    assert refused(octets) == "evidence_type"


def jpeg_with_comment(comment: bytes) -> bytes:
    return (
        PHOTOGRAPH[:2]
        + b"\xff\xfe"
        + (len(comment) + 2).to_bytes(2, "big")
        + comment
        + PHOTOGRAPH[2:]
    )


@pytest.mark.parametrize(
    "octets",
    [
        jpeg_with_comment(b"%PDF-1.7 trailer"),
        jpeg_with_comment(b"<HTML><body onload=alert(1)>"),
        jpeg_with_comment(b"<?php system($_GET[0]); ?>"),
        PAPER[:9] + b"%<script>alert(1)</script>\n" + PAPER[9:],
        PAPER + ZIP,
        PHOTOGRAPH + ZIP,
        SCAN + ZIP,
        PHOTOGRAPH + PROGRAM,
        PHOTOGRAPH + PAPER,
        PHOTOGRAPH + PHOTOGRAPH,
        SCAN + b"<script>alert(1)</script>",
        SCAN + b"\0",
        PAPER + PROGRAM,
        PAPER + b"<script>alert(1)</script>",
    ],
)
def test_a_file_of_two_kinds_is_refused(octets: bytes) -> None:
    assert refused(octets) == "evidence_unsafe"


@pytest.mark.parametrize("whole", [PAPER, PHOTOGRAPH, SCAN], ids=["pdf", "jpeg", "png"])
def test_a_file_that_is_cut_off_anywhere_is_refused(whole: bytes) -> None:
    signature = 8
    codes = {refused(whole[:end]) for end in range(signature, len(whole) - 6)}
    assert codes <= {"evidence_broken", "evidence_unsafe"}
    assert refused(whole[: len(whole) // 2]) == "evidence_broken"


def test_a_changed_octet_of_a_png_is_found() -> None:
    for place in range(8, len(SCAN), 7):
        changed = SCAN[:place] + bytes([SCAN[place] ^ 1]) + SCAN[place + 1 :]
        assert refused(changed) in {"evidence_broken", "evidence_unsafe"}


def test_a_picture_without_pixels_or_that_moves_is_refused() -> None:
    head = SCAN[: 8 + 25]
    end = png_chunk(b"IEND", b"")
    assert refused(head + end) == "evidence_broken"
    assert refused(SCAN[:33] + png_chunk(b"acTL", bytes(8)) + SCAN[33:]) == "evidence_type"
    assert refused(b"\xff\xd8\xff\xd9") == "evidence_broken"
    zero = a_png_bomb(width=0, height=1)
    assert refused(zero) == "evidence_broken"


def test_a_picture_that_unpacks_to_gigaoctets_is_refused_unpacked() -> None:
    bomb = a_png_bomb()
    assert len(bomb) < 100_000
    assert refused(bomb) == "evidence_too_large"
    frame = PHOTOGRAPH.index(b"\xff\xc0")
    huge = PHOTOGRAPH[: frame + 5] + b"\xff\xff\xff\xff" + PHOTOGRAPH[frame + 9 :]
    assert refused(huge) == "evidence_too_large"


def test_a_file_larger_than_the_limit_is_refused_and_one_at_the_limit_read() -> None:
    at_the_limit = PHOTOGRAPH + bytes(MAX_OCTETS - len(PHOTOGRAPH))
    assert receive(io.BytesIO(at_the_limit)) == at_the_limit
    assert inspect(at_the_limit) is MediaType.JPEG
    with pytest.raises(Refusal) as refusal:
        receive(io.BytesIO(at_the_limit + b"\0"))
    assert refusal.value.code == "evidence_too_large"
    assert refused(at_the_limit + b"\0") == "evidence_too_large"


CODES = {"evidence_type", "evidence_broken", "evidence_unsafe", "evidence_too_large"}


@given(
    st.sampled_from([PAPER, PHOTOGRAPH, SCAN]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=9)), max_size=4),
    st.binary(max_size=64),
)
def test_whatever_is_sent_is_told_or_refused(
    whole: bytes, changes: list[tuple[float, bytes]], after: bytes
) -> None:
    octets = bytearray(whole)
    for place, change in changes:
        start = int(place * len(octets))
        octets[start : start + len(change)] = change
    told = None
    try:
        told = inspect(bytes(octets) + after)
    except Refusal as refusal:
        told = refusal.code
    assert told in {*MediaType, *CODES}
