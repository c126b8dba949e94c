"""Splitting what goes out: how full each part is, and where no cut may be."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.sms.encoding import decode
from nsor.sms.split import bodies, with_header


def test_a_text_that_fits_is_one_part_without_a_header() -> None:
    assert bodies("ok") == (0, (b"ok",))
    assert with_header(bodies("ok"), 7) == (b"ok",)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 307, [153, 153, 1]),
        ("€" * 80, [160]),
        ("€" * 81, [152, 10]),
        ("a" * 152 + "€" * 5, [152, 10]),
        ("ا" * 70, [140]),
        ("ا" * 71, [134, 8]),
        ("ا" * 134, [134, 134]),
        ("ا" * 135, [134, 134, 2]),
        ("😀" * 35, [140]),
        ("😀" * 36, [132, 12]),
        ("ا" * 66 + "😀" * 3, [132, 12]),
        ("ا" * 67 + "\u0651" + "ا" * 5, [132, 14]),
        ("ا" * 66 + "\u0651\u0650" + "ا" * 5, [130, 16]),
        ("ا" * 67 + "\u200c" + "ا" * 5, [132, 14]),
        ("ا" * 67 + "\u200d" + "ا" * 5, [132, 14]),
        ("ا" * 67 + "\ufe0f" + "ا" * 5, [132, 14]),
        ("ا" * 65 + "😀\U000e0101" + "ا" * 5, [130, 18]),
        ("\u0651" * 71, [134, 8]),
        ("\u0651" * 66 + "\U000e0101" * 3, [132, 12]),
    ],
)
def test_each_part_is_filled_as_far_as_it_goes(text: str, lengths: list[int]) -> None:
    assert [len(part) for part in bodies(text).parts] == lengths


def test_a_header_stands_before_each_part() -> None:
    # Given a text of two parts
    message = bodies("a" * 153 + "b" * 10)

    # When it is sent under the reference 0x2A
    first, second = with_header(message, 0x2A)

    # Then each says how many there are, and its own number
    assert first == b"\x05\x00\x03\x2a\x02\x01" + b"a" * 153
    assert second == b"\x05\x00\x03\x2a\x02\x02" + b"b" * 10


@pytest.mark.parametrize("reference", [-1, 256])
def test_a_reference_has_eight_bits(reference: int) -> None:
    with pytest.raises(ValueError, match="range"):
        with_header(bodies("a" * 161), reference)


def test_the_warning_of_a_listed_person_takes_two_parts_and_a_long_name_three() -> None:
    warning = "خبردار! {} ولد {} سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"

    short = bodies(warning.format("اسلم خان", "اکرم خان"))
    long = bodies(warning.format("محمد " * 12, "عبدالرحمٰن " * 4))

    assert (short.data_coding, len(short.parts)) == (8, 2)
    assert (long.data_coding, len(long.parts)) == (8, 3)
    assert len(short.parts[0]) == 134


def test_255_parts_are_the_most() -> None:
    message = bodies("a" * 153 * 255)

    assert len(message.parts) == 255
    assert with_header(message, 0)[254][:6] == b"\x05\x00\x03\x00\xff\xff"
    with pytest.raises(ValueError, match="256 parts; a message has at most 255"):
        bodies("a" * (153 * 255 + 1))


TEXTS = st.one_of(
    st.text(min_size=60, max_size=300),
    st.text(st.sampled_from("aé€[]^"), min_size=150, max_size=500),
    st.text(st.sampled_from("اب😀\u0651\u064e\u200c\u200d\ufe0f\U000e0101 "), max_size=300),
)


@given(TEXTS)
def test_the_parts_joined_are_the_text_and_no_character_is_cut(text: str) -> None:
    message = bodies(text)
    parts = message.parts

    assert decode(b"".join(parts), message.data_coding) == text
    limit = {(0, True): 160, (0, False): 153, (8, True): 140, (8, False): 134}
    assert all(len(part) <= limit[message.data_coding, len(parts) == 1] for part in parts)
    texts = [decode(part, message.data_coding) or "" for part in parts]
    assert "".join(texts) == text
    for before, after in pairwise(texts):
        loose = unicodedata.category(after[0])[0] == "M" or after[0] in "\u200c\u200d"
        if loose:
            # Only where the part before holds nothing else can a mark have lost its base.
            assert all(unicodedata.category(c)[0] == "M" or c in "\u200c\u200d" for c in before[1:])
