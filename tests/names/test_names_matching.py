"""How alike two people's names are: the evidence one by one, and the measured quality."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pairs import OTHER_KINDS, SAME_KINDS, Pair, blocked, decided, development, held_out

from nsor.names.matching import LIKELY, PersonName, name_similarity, similarity

IMRAN = PersonName("محمد عمران خان", "Muhammad Imran Khan", "محمد اکرم", "Muhammad Akram", 1980)
names = st.text(alphabet="abdhiklmnrsu احمدعلیخنو.-", max_size=20)
people = st.builds(
    PersonName,
    names,
    names,
    names,
    names,
    st.none() | st.integers(1900, 2020),
    st.lists(names, max_size=2).map(tuple),
)

THE_SAME = (
    IMRAN,
    PersonName("محمد عمران خان", "", "محمد اکرم", "", 1980),
    PersonName("", "Mohd Imraan Khan", "", "M. Akram", 1981),
    PersonName("", "Imran Khan", "", "Akram", None),
    PersonName("", "Khan Muhammad Imran", "", "Mohammed Akrum", 1979),
    PersonName("", "Haji Imran", "", "Mohammad Akram", 1980),
    PersonName("", "Somebody Else", "", "Akram", 1980, ("Imran Khan",)),
)
OTHERS = (
    PersonName("محمد کامران خان", "Muhammad Kamran Khan", "محمد اکرم", "Muhammad Akram", 1981),
    PersonName("محمد عمران خان", "Muhammad Imran Khan", "محمد بشیر", "Muhammad Bashir", 1980),
    PersonName("محمد اکرم خان", "Muhammad Akram Khan", "محمد عمران", "Muhammad Imran", 1980),
    PersonName("عمرانہ خان", "Imrana Khan", "محمد اکرم", "Muhammad Akram", 1980),
    PersonName("", "", "محمد اکرم", "Muhammad Akram", 1980),
)


@pytest.mark.parametrize("other", THE_SAME)
def test_one_person_otherwise_spelled_is_likely_the_same(other: PersonName) -> None:
    assert similarity(IMRAN, other) >= LIKELY


@pytest.mark.parametrize("other", OTHERS)
def test_another_person_is_not(other: PersonName) -> None:
    assert similarity(IMRAN, other) < LIKELY


def test_years_of_birth_count_less_the_further_they_are_apart() -> None:
    scores = [similarity(IMRAN, IMRAN._replace(born=1980 + years)) for years in (0, 1, 2, 3, 4, 9)]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_a_father_who_agrees_counts_for_and_one_who_differs_against() -> None:
    unknown = similarity(IMRAN, IMRAN._replace(father_ur="", father_en=""))

    assert similarity(IMRAN, IMRAN._replace(father_ur="", father_en="M. Bashir")) < unknown
    assert similarity(IMRAN, IMRAN) > unknown


@pytest.mark.parametrize(
    ("name", "nearer", "farther"),
    [
        ("راشد", "Rashid", "Rasheed"),
        ("جمیل", "Jameel", "Jamal"),
        ("Akram", "Akrm", "Aslam"),
        ("محمد اسلم خان", "Aslam Khan", "Muhammad Khan"),
        ("عبدالرحمن", "Rehman", "Abdul Karim"),
        ("بشیر", "Bashir", "Bashira"),
        ("Tanveer", "Tavneer", "Tanseer"),
        ("Iftikhar", "Iftikar", "Iftitar"),
        ("رخسانہ", "Ruksana", "Rubsana"),
    ],
)
def test_a_search_ranks_the_nearer_name_first(name: str, nearer: str, farther: str) -> None:
    assert name_similarity(name, nearer) > name_similarity(name, farther)


def test_a_silent_ending_is_no_long_vowel() -> None:
    assert name_similarity("طارق", "Tarique") == name_similarity("طارق", "Tariq") == 1


@given(people, people)
def test_a_score_is_a_share_and_the_same_both_ways(a: PersonName, b: PersonName) -> None:
    score = similarity(a, b)

    assert 0 <= score <= 1
    assert score == pytest.approx(similarity(b, a))


def test_the_pairs_are_the_same_in_every_run_and_of_every_kind() -> None:
    made = development()

    assert made == development()
    assert len(made) == len(held_out()) == 1000
    assert {pair.kind for pair in made if pair.same} == set(SAME_KINDS)
    assert {pair.kind for pair in made if not pair.same} == set(OTHER_KINDS)
    assert all(pair.a != pair.b for pair in made if not pair.same)


@pytest.mark.parametrize("half", [development(), held_out()], ids=["development", "held out"])
def test_precision_and_recall_hold_their_floor(half: list[Pair]) -> None:
    precision, recall = decided(half)

    assert precision >= 0.97
    assert recall >= 0.96


@pytest.mark.parametrize("half", [development(), held_out()], ids=["development", "held out"])
def test_a_search_finds_nearly_everybody_who_is_spelled_otherwise(half: list[Pair]) -> None:
    same = [pair for pair in half if pair.same]

    assert sum(map(blocked, same)) >= 0.98 * len(same)
