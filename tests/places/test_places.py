"""Places: every district once, under a code that never changes, found by what people write."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor import places
from nsor.places import finding
from nsor.places.table import IN_A_PROVINCE

FROZEN = Path(__file__).with_name("codes.txt")
"""Code and slug of each district that was ever given one; lines are only ever added."""
ARABIC = str.maketrans("یکہ", "يكه")
districts = st.sampled_from(places.DISTRICTS)
slugs = st.sampled_from([one.slug for one in places.jurisdictions()])


def test_a_code_is_of_the_same_district_for_ever() -> None:
    frozen = [line.split(" ") for line in FROZEN.read_text().splitlines()]
    assert [(str(one.code), one.slug) for one in places.DISTRICTS] == [tuple(o) for o in frozen]


def test_codes_and_slugs_are_each_one_places_alone() -> None:
    everything = [*places.PROVINCES, *places.DISTRICTS]
    assert len({one.slug for one in everything}) == len(everything)
    assert len({one.code for one in places.DISTRICTS}) == len(places.DISTRICTS)
    assert all(0 < one.code < 1 << 15 for one in places.DISTRICTS)
    assert all(len(one.slug) <= 60 for one in everything)  # the column of an officer


def test_a_district_lies_in_the_province_that_its_slug_begins_with() -> None:
    for one in places.DISTRICTS:
        assert one.slug.startswith(f"{one.province.slug}/")
        assert one in one.province.districts
        assert one.code // IN_A_PROVINCE == one.province.digit


def test_every_place_has_a_name_in_each_script() -> None:
    for one in [*places.PROVINCES, *places.DISTRICTS]:
        assert one.name_en.isascii()
        assert one.name_en == one.name_en.strip() != ""
        assert one.name_ur == unicodedata.normalize("NFC", one.name_ur.strip())
        assert not set(one.name_ur) & set("يىكهة"), "Urdu letters, not their Arabic forms"
        assert all("ARABIC" in unicodedata.name(letter) for letter in one.name_ur if letter != " ")


def test_no_spelling_names_two_districts() -> None:
    named = Counter(
        (spelling, one.slug) for one in places.DISTRICTS for spelling in set(finding._keys(one))
    )
    assert len({spelling for spelling, _ in named}) == len(named)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Lahore", "punjab/lahore"),
        ("  LAHORE  ", "punjab/lahore"),
        ("Lahore District", "punjab/lahore"),
        ("Distt. Lahore", "punjab/lahore"),
        ("District: Lahore, Punjab", "punjab/lahore"),
        ("لاہور", "punjab/lahore"),
        ("ضلع لاهور", "punjab/lahore"),
        ("لاہور، پنجاب", "punjab/lahore"),
        ("Mirpurkhas", "sindh/mirpur-khas"),
        ("MIRPUR-KHAS", "sindh/mirpur-khas"),
        ("ميرپور خاص", "sindh/mirpur-khas"),
        ("Mirpur", "azad-jammu-and-kashmir/mirpur"),
        ("D.G. Khan", "punjab/dera-ghazi-khan"),
        ("ڈیره غازى خان", "punjab/dera-ghazi-khan"),
        ("کوئٹہ", "balochistan/quetta"),
        ("کوي\u0654ٹہ", "balochistan/quetta"),
        ("حیدرآباد", "sindh/hyderabad"),
        ("حیدر\u200cآباد", "sindh/hyderabad"),
        ("Nawabshah", "sindh/shaheed-benazirabad"),
        ("Dir Lower", "khyber-pakhtunkhwa/lower-dir"),
        ("Karachi South", "sindh/karachi-south"),
        ("Islamabad", "islamabad/islamabad"),
    ],
)
def test_a_district_is_found_however_it_is_typed(text: str, slug: str) -> None:
    found = places.find(text)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize(
    "text",
    [
        "",
        "District",
        "ضلع",
        "Punjab",
        "Karachi",  # seven districts
        "Dir",
        "South Waziristan",
        "Lahore Quetta",
        "Lahore, Sindh",
        "near Lahore",
        "Delhi",
        "x" * 100_000,
    ],
)
def test_what_names_no_one_district_is_not_guessed_at(text: str) -> None:
    assert places.find(text) is None


def test_a_province_beside_the_district_has_to_be_its_own() -> None:
    lahore = places.by_slug("punjab/lahore")
    assert places.find("Lahore", "PUNJAB") is lahore
    assert places.find("لاہور", "پنجاب") is lahore
    assert places.find("Lahore", "Sindh") is None
    assert places.find("Lahore", "Bavaria") is None


@given(districts, st.booleans())
def test_each_is_found_by_all_its_names(one: places.District, arabic: bool) -> None:
    for name in (one.name_en, one.name_ur, *one.spellings):
        typed = name.translate(ARABIC) if arabic else name.upper()
        assert places.find(typed) is one
        assert places.find(typed, one.province.name_ur) is one


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    found = places.find(text)
    assert found is None or found in places.DISTRICTS


def test_the_whole_country_comes_first_and_each_province_before_its_districts() -> None:
    listed = [one.slug for one in places.jurisdictions()]
    assert listed[0] == places.WHOLE_COUNTRY
    assert len(listed) == len(set(listed)) == 1 + len(places.PROVINCES) + len(places.DISTRICTS)
    for one in places.DISTRICTS:
        assert listed.index(one.province.slug) < listed.index(one.slug)
    assert all(map(places.is_jurisdiction, listed))
    assert all(one.name_en and one.name_ur for one in places.jurisdictions())


@pytest.mark.parametrize(
    "slug", ["Punjab", "lahore", "punjab/", "punjab/quetta", "/", " ", "x" * 99]
)
def test_a_slug_that_names_nothing_covers_nothing(slug: str) -> None:
    assert not places.is_jurisdiction(slug)
    assert places.codes(slug) == frozenset()
    assert not places.covers(slug, None)
    assert not any(places.covers(slug, one.code) for one in places.DISTRICTS)


@given(slugs, districts)
def test_a_jurisdiction_covers_what_lies_in_it(slug: str, one: places.District) -> None:
    within = slug in ("", one.slug, one.province.slug)
    assert places.covers(slug, one.code) == within
    assert (one.code in places.codes(slug)) == within


@given(slugs)
def test_a_district_that_nobody_knows_lies_in_the_whole_country_alone(slug: str) -> None:
    for unknown in (None, 0, 999):
        assert places.covers(slug, unknown) == (slug == "")


def test_a_jurisdiction_has_a_name_in_either_language() -> None:
    assert places.names("", "en") == "All of Pakistan"
    assert places.names("punjab", "ur") == "پنجاب"
    assert places.names("punjab/lahore", "en") == "Lahore, Punjab"
    assert places.names("punjab/lahore", "ur") == "لاہور، پنجاب"
    with pytest.raises(KeyError):
        places.names("lahore", "en")


def test_a_code_that_was_never_given_is_no_district() -> None:
    assert places.district(None) is None
    assert places.district(0) is None
    assert places.district(318) is places.by_slug("punjab/lahore")
