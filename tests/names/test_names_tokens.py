"""The words that a person is found by, and what a search looks up first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.names.spelling import keys
from nsor.names.tokens import query_plan, search_words

names = st.text(alphabet="abdhiklmnrsuv احمدعلیخنو", max_size=40)


def test_a_person_has_keys_pairs_and_the_father() -> None:
    found = search_words(
        "محمد عمران خان", "Muhammad Imran Khan", father_ur="محمد اکرم", father_en="M. Akram"
    )

    assert found == {
        "MHMD", "AMRN", "QN", "AMRN+MHMD", "MHMD+QN", "AMRN+QN", "AMRN/AKRM", "/AKRM",
    }  # fmt: skip


def test_an_alias_adds_its_own_words_and_no_pair_with_the_name() -> None:
    found = search_words("اسلم", "Aslam", ["Bashir Butt"])

    assert found == {"ASLM", "BXR", "BT", "BT+BXR"}


def test_a_long_name_keeps_the_four_keys_that_say_most() -> None:
    found = search_words("", "Syed Muhammad Nadeem Qamar Zaman Khan Ghori")

    assert {word for word in found if "+" not in word} == {"NDM", "KMR", "ZMN", "GR"}


def test_a_search_asks_for_most_first_and_for_a_common_word_alone_never() -> None:
    assert query_plan("Imran Khan", "M. Akram") == [
        ["AMRN/AKRM", "AMRN+QN"],
        ["AMRN/AKRM"],
        ["AMRN+QN"],
        ["AMRN", "/AKRM"],
        ["QN", "/AKRM"],
        ["AMRN"],
    ]


@pytest.mark.parametrize(
    ("name", "father", "plan"),
    [
        ("", "", []),
        ("123", "-", []),
        ("Muhammad", "", [["MHMD"]]),
        ("Muhammad Imran", "", [["AMRN+MHMD"], ["AMRN"]]),
        ("", "Akram", [["/AKRM"]]),
    ],
)
def test_a_search_for_little_asks_for_little(name: str, father: str, plan: list[list[str]]) -> None:
    assert query_plan(name, father) == plan


@given(names, names, names)
def test_a_person_is_found_by_every_step_of_a_search_for_their_own_name(
    ur: str, en: str, father: str
) -> None:
    found = search_words(ur, en, father_ur=father)

    for name in (ur, en):
        for step in query_plan(name, father if keys(name) else ""):
            assert found.issuperset(step)


@given(names, names, names)
def test_a_person_has_few_words(ur: str, en: str, father: str) -> None:
    assert len(search_words(ur, "", father_ur=father)) <= 12
