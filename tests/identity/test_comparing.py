"""What is entered, held against the authority's holder."""

from dataclasses import replace

import pytest

from nsor.identity.authority import Holder
from nsor.identity.comparing import Entered, differences

ENTERED = Entered("محمد اسلم", "Muhammad Aslam", "غلام رسول", "Ghulam Rasool", False, "male")
HOLDER = Holder("محمد اسلم", "Muhammad Aslam", "غلام رسول", "Ghulam Rasool", "male", True)


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        (HOLDER, ()),
        (replace(HOLDER, name_en="Mohd Aslam", name_ur=""), ()),
        (replace(HOLDER, name_ur="", name_en="", father_name_ur="", father_name_en=""), ()),
        (replace(HOLDER, name_ur="طارق محمود", name_en="Tariq Mehmood"), ("name",)),
        (replace(HOLDER, father_name_ur="شیر خان", father_name_en="Sher Khan"), ("father_name",)),
        (replace(HOLDER, sex="female"), ("sex",)),
        (
            Holder("ثمینہ بی بی", "Samina Bibi", "شیر خان", "Sher Khan", "female", True),
            ("name", "father_name", "sex"),
        ),
    ],
)
def test_what_differs_is_named(holder: Holder, expected: tuple[str, ...]) -> None:
    assert differences(ENTERED, holder) == expected


def test_an_urdu_name_agrees_with_its_roman_spelling() -> None:
    entered = ENTERED._replace(name_en="", father_name_en="")
    holder = replace(HOLDER, name_ur="", father_name_ur="")
    assert differences(entered, holder) == ()


def test_a_husbands_name_is_not_held_against_a_fathers() -> None:
    wife = Entered("ثمینہ بی بی", "Samina Bibi", "شیر خان", "Sher Khan", True, "female")
    holder = Holder("ثمینہ بی بی", "Samina Bibi", "اکرم علی", "Akram Ali", "female", True)
    assert differences(wife, holder) == ()


def test_a_holder_shows_nothing_where_it_is_printed() -> None:
    assert "Aslam" not in f"{HOLDER!r} {ENTERED!r}"
