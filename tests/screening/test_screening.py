"""Screening of free text: what gives a victim away is found, and what does not is let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screening_examples import DOUBTFUL, ORDINARY

from nsor.register import text as stored
from nsor.screening.texts import FIELDS, Alarm, Check, screen

ZWNJ, ZWSP, RLM, SHY = "\u200c", "\u200b", "\u200f", "\u00ad"


def codes(text: str, field: str = "address") -> list[str]:
    return [alarm.code.value for alarm in screen(field, text)]


def found(text: str, field: str = "address") -> list[str]:
    return [text[alarm.start : alarm.end] for alarm in screen(field, text)]


CNICS = [
    "3520112345671",
    "35201-1234567-1",
    "35201 1234567 1",
    "35201--1234567--1",
    "35201 - 1234567 - 1",
    "35201.1234567.1",
    "35201/1234567/1",
    "35201,1234567,1",
    "35201_1234567_1",
    "35201\u20131234567\u20131",
    "35201\u22121234567\u22121",
    "35201\u00a01234567\u00a01",
    "35201۔1234567۔1",
    "۳۵۲۰۱۱۲۳۴۵۶۷۱",
    "۳۵۲۰۱-۱۲۳۴۵۶۷-۱",
    "٣٥٢٠١-١٢٣٤٥٦٧-١",
    "３５２０１１２３４５６７１",
    "３５２０１－１２３４５６７－１",
    "३५२०१-१२३४५६७-१",
    "𝟑𝟓𝟐𝟎𝟏𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟏",
    "35201۱۲۳٤٥٦٧1",
    f"35201{ZWSP}1234567{ZWSP}1",
    f"3{ZWNJ}5{ZWNJ}2{ZWNJ}0{ZWNJ}1{ZWNJ}1234567{ZWNJ}1",
    f"35201{SHY}12345671",
    f"35201-{RLM}1234567{RLM}-1",
    "35201ـ1234567ـ1",
    "3 5 2 0 1 1 2 3 4 5 6 7 1",
    "3-5-2-0-1-1-2-3-4-5-6-7-1",
    "352 011 234 567 1",
    "3520 1123 4567 1",
    "352-0112-345671",
    "35201 12345671",
    "352011234567-1",
    "0520112345671",
    "35201123456712345",
    "352011234567/1",
]
PHONES = [
    "03001234567",
    "0300-1234567",
    "0300 1234567",
    "0300/1234567",
    "0300.1234567",
    "(0300) 1234567",
    "0300-123-4567",
    "0300 12 34 567",
    "030 01234567",
    "0 3001234567",
    "0-3-0-0-1-2-3-4-5-6-7",
    "+923001234567",
    "+92 300 1234567",
    "+92-300-1234567",
    "+92 (0)300 1234567",
    "+92(300)1234567",
    "923001234567",
    "92 300 1234567",
    "00923001234567",
    "0092 300 1234567",
    "0092-300-123-4567",
    "3001234567",
    "300-1234567",
    "۰۳۰۰۱۲۳۴۵۶۷",
    "۰۳۰۰-۱۲۳۴۵۶۷",
    "٠٣٠٠ ١٢٣٤٥٦٧",
    "０３００１２３４５６７",
    f"0300{ZWNJ}1234567",
    f"+92{RLM}3001234567",
    "042-35712345",
    "04235712345",
    "(042) 35712345",
    "042 3571 2345",
    "021 34567890",
    "051-1234567",
    "0992-380123",
    "091 9212345",
    "+92 42 35712345",
    "0092-21-34567890",
    "+44 20 7946 0018",
    "Ph: 35712345",
    "Tel. 9212345",
    "Mobile no. 300 1234",
    "فون ۹۲۱۲۳۴۵",
    "موبائل نمبر 1234567",
]
KINSHIP = [
    *("daughter", "Daughters", "DAUGHTER", "daughter's", "step-daughter", "stepdaughter"),
    *("step daughter", "granddaughter", "son", "Son's", "stepson", "grandson", "niece", "neices"),
    *("nephew", "wife", "wives", "ex-wife", "husband", "mother", "stepmother", "father"),
    *("stepfather", "grandfather", "godfather", "sister", "half-sister", "sister-in-law", "cousin"),
    *("uncle", "aunt", "brother", "siblings", "widow", "spouse", "in-laws", "parents"),
    *("s/o", "S/O", "d/o", "w/o", "D / O", "son of", "minor's name", "the sons", "brothers of"),
    *("ｄａｕｇｈｔｅｒ", "daughtér", "𝐝𝐚𝐮𝐠𝐡𝐭𝐞𝐫", f"daugh{SHY}ter", f"d{ZWSP}aughte{ZWSP}r"),
    *("beti", "Betiyan", "bhanji", "bhatiji", "behan", "bahen", "biwi", "Bīwī", "bhai", "dukhtar"),
    *("zauja", "walida", "sauteli", "poti", "nawasi", "khala", "chacha", "bint", "bahu", "ammi"),
    *("بیٹی", "بیٹیوں", "بیٹا", "بیٹے", "بہن", "بہنوں", "بھائی", "بھائیوں", "بیوی", "بیویوں"),
    *("زوجہ", "زوجۂ", "دختر", "دخترِ", "بھانجی", "بھانجیاں", "بھتیجی", "بھتیجے", "سوتیلی"),
    *("سوتیلا", "پوتی", "نواسی", "نواسوں", "ماں", "ماؤں", "والدہ", "والدین", "ولد", "بنت", "اہلیہ"),
    *("شوہر", "خالہ", "پھوپھی", "چچا", "ماموں", "سسر", "بہو", "ہمشیرہ", "فرزند", "کزن"),
    *("بيٹي", "بهن", "بھن", "بهائي", "زوجة", "والده", "بِیٹی", "بـیـٹـی"),
    *(f"بی{ZWNJ}ٹی", f"ب{RLM}ہن", "ﺑﻬﻦ", "ﻭﻟﺪ"),
]
NAMED = [
    "the victim Ayesha Bibi",
    "victim: Ayesha",
    "victim (Ayesha)",
    "victim's name is Ayesha",
    "victim ayesha",
    "victim named Ayesha",
    "name of the victim: Ayesha",
    "complainant Ghulam Fatima",
    "Ayesha Bibi, the complainant",
    "Ayesha Bibi (victim)",
    "Ayesha was the victim",
    "PROSECUTRIX NASREEN",
    "the survivor, Sana",
    "Mst. Sana",
    "Musammat Sana",
    "متاثرہ عائشہ بی بی",
    "متاثرہ کا نام عائشہ",
    "مدعیہ شمیم اختر",
    "مسماۃ شمیم",
    "مسمات شمیم",
    "عائشہ (متاثرہ)",
    "mutasira Ayesha",
]
NAMELESS = [
    "the victim recanted",
    "The victim's statement was recorded under section 161",
    "compensation to the victim",
    "the complainant did not appear",
    "victims of the earthquake",
    "victim of 12 years",
    "survivor support unit",
    "Victim Category: child",
    "متاثرہ نے بیان دیا",
    "متاثرہ کے بیان پر",
    "مدعیہ نے درخواست واپس لی",
    "حادثے میں متاثرہ",
]
SILENT = [
    *("Sonmiani", "Behnabad", "Sistersville", "Mason", "Jackson", "Person", "reason", "season"),
    *("motherland", "brotherhood", "fatherless", "auntria", "wifi", "housewifery", "bhaiya"),
    *("Dar-ul-Banaat", "Madrasa Binat-ul-Islam", "betiyanwala", "Khalid bin Walid Road"),
    *("بہنور", "بہنوٹ", "ماندہ", "ولداد", "پسرور", "نندی پور", "ساسی", "بن ولید", "ماں اور بچہ"),
    *("Ali & Sons", "Ali and Sons", "Malik Brothers", "Mother & Child Centre", "Mother Teresa"),
    *("FIR 123/2023", "SC No. 45 of 2021", "SC 03/2021 4/2022", "Case 12/2020 345/2021"),
    *("12-03-2021 45", "2021-05-06 2022-01-01", "Rs 1,000,000", "Rs. 5,000,000/-", "54000"),
    *("123456789012", "House 1234567", "Khasra 123/456/789", "2019 SCMR 1234", "PLD 2020 SC 313"),
    *("0345/2021", "03-04-2021 123", "1122", "15", "PPC 376(3), 377-B, 511", "Chak 123/9-L"),
    *("No. 12345678", "Ph-II", "Phase 6, 1234567", "1-2-3-4-5-6", "1999/2000/2001/2002"),
]


@pytest.mark.parametrize("text", CNICS)
def test_an_identity_number_is_found_however_it_is_written(text: str) -> None:
    assert set(codes(text)) == {"cnic"}
    assert set(codes(f"House 5, {text}, Lahore")) == {"cnic"}
    assert set(codes(f"مکان {text} لاہور")) == {"cnic"}


@pytest.mark.parametrize("text", PHONES)
def test_a_telephone_number_is_found_however_it_is_written(text: str) -> None:
    assert codes(text) == ["phone"]
    assert codes(f"House 5, {text}, Lahore") == ["phone"]
    assert codes(f"مکان {text} لاہور") == ["phone"]
    assert codes(f"FIR 123/2023 {text} of PS Saddar") == ["phone"]


@pytest.mark.parametrize("text", KINSHIP)
def test_a_word_of_kinship_is_found_in_both_languages(text: str) -> None:
    assert set(codes(text)) == {"kinship"}
    assert "kinship" in codes(f"House of {text}, Lahore")
    assert "kinship" in codes(f"({text})")
    assert "kinship" in codes(f"گھر {text} کا")


@pytest.mark.parametrize("text", NAMED)
def test_a_victim_with_a_name_is_found(text: str) -> None:
    assert "victim" in codes(text)
    assert "victim" in codes(f"Order: {text}. Appeal allowed")


@pytest.mark.parametrize("text", NAMELESS)
def test_a_victim_without_a_name_is_let_through(text: str) -> None:
    assert codes(text, "reason") == []
    assert codes(f"Order recorded. {text}. Appeal allowed", "reason") == []


@pytest.mark.parametrize("text", SILENT)
def test_what_names_nobody_is_let_through(text: str) -> None:
    assert codes(text) == []
    assert codes(f"Sessions Court, {text}, Lahore") == []


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_address_or_court_raises_no_alarm(text: str) -> None:
    assert [found(text, field) for field in ("address", "court", "case_number")] == [[], [], []]


def test_the_rate_of_false_alarms_is_what_the_documentation_says() -> None:
    assert len(ORDINARY) + len(DOUBTFUL) == 219
    alarmed = [text for text in (*ORDINARY, *DOUBTFUL) if screen("address", text)]
    assert alarmed == DOUBTFUL
    assert len(DOUBTFUL) == 17


def test_each_alarm_says_where_in_the_text_as_it_was_given() -> None:
    assert found("House of Aslam S/O Karim, 0300-1234567") == ["S/O", "0300-1234567"]
    assert found(f"ﬁ گھر بِیٹ{ZWNJ}ی کا") == [f"بِیٹ{ZWNJ}ی"]
    assert found("ﬁﬁ ۰۳۰۰-۱۲۳۴۵۶۷ ﬁ") == ["۰۳۰۰-۱۲۳۴۵۶۷"]
    assert found("35201-1234567-1 0300-1234567") == ["35201-1234567-1", "0300-1234567"]


def test_a_name_may_be_any_word_and_never_a_number() -> None:
    for field in ("name_ur", "name_en", "father_name_ur", "father_name_en", "alias"):
        assert codes("Bhai Khan Beta", field) == []
        assert codes("بنت", field) == []
        assert codes("Aslam 35201-1234567-1", field) == ["cnic"]
        assert codes("Aslam 0300-1234567", field) == ["phone"]


def test_every_other_field_is_screened_for_everything() -> None:
    for field in (*(set(FIELDS) - {"name_ur", "name_en", "alias"}), "a field of tomorrow"):
        if field.startswith("father_name"):
            continue
        assert codes("his daughter", field) == ["kinship"]


def test_a_message_is_a_sentence_in_both_languages_that_repeats_nothing() -> None:
    alarms = [
        alarm
        for text in ("35201-1234567-1", "0300-1234567", "bhatiji", "Mst. Sana")
        for alarm in screen("address", text)
    ]
    assert {alarm.code for alarm in alarms} == set(Check)
    for alarm in alarms:
        assert alarm.message[0].isupper()
        assert alarm.message.endswith(".")
        assert alarm.message_ur.endswith("۔")
        assert stored.shows(alarm.message_ur)
        for word in ("35201", "0300", "bhatiji", "Mst", "Sana"):
            assert word not in alarm.message + alarm.message_ur


def fingerprints(field: str, text: str) -> list[str]:
    return [alarm.fingerprint for alarm in screen(field, text)]


def test_a_fingerprint_is_of_a_word_between_its_neighbours_and_not_of_the_text() -> None:
    first = fingerprints("address", "Village Kot Bhai Khan, Bhalwal")
    assert len(first[0]) == 16
    assert first == fingerprints("address", "House 5, KOT  bhai-Khan")
    assert first == fingerprints("address", "Kot B\u200chai Khan Street 9, Bhalwal")
    assert first != fingerprints("court", "Village Kot Bhai Khan, Bhalwal")
    assert first != fingerprints("address", "Bhai of Aslam, Bhalwal")
    assert first != fingerprints("address", "Kot Behan Khan, Bhalwal")
    assert fingerprints("address", "Aslam s/o Karim") == fingerprints(
        "address", "ASLAM S / O KARIM"
    )
    assert fingerprints("address", "بيٹي") == fingerprints("address", "بی\u200cٹی")


@pytest.mark.parametrize("text", ["35201-1234567-1", "0300-1234567", "Tel. 9212345"])
def test_a_number_has_no_fingerprint_from_which_it_could_be_guessed(text: str) -> None:
    assert fingerprints("address", text) == [""]


GAPS = st.sampled_from(["", "-", " ", "--", " - ", "–", "\u00a0", ".", "_", "/", ZWNJ, f"-{RLM}"])
SCRIPTS = st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"])
DIGIT = st.integers(0, 9)
WORDS = st.sampled_from(
    ["House", "Lahore", "Chak", "Sessions", "محلہ", "گلی", "لاہور", "Street", "of", "نزد", "Block"]
)
AROUND = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
MARKS = st.sampled_from(["", "", "", ZWNJ, ZWSP, RLM, SHY, "ـ", "\u064e", "\u0301", "\ufe0f"])


def digits(count: int) -> st.SearchStrategy[str]:
    return st.lists(DIGIT, min_size=count, max_size=count).map(lambda all_: "".join(map(str, all_)))


@given(
    st.integers(10000, 89999).map(str), digits(7), digits(1), GAPS, GAPS, SCRIPTS, AROUND, AROUND
)
def test_a_planted_identity_number_is_found(
    five: str, seven: str, one: str, gap: str, other: str, script: str, before: str, after: str
) -> None:
    number = f"{five}{gap}{seven}{other}{one}".translate(str.maketrans("0123456789", script))
    assert "cnic" in codes(f"{before} {number} {after}")


PREFIXES = st.sampled_from(["03", "+923", "00923", "+92 3", "0092-3", "+92 (0)3", "923"])


@given(PREFIXES, digits(2), digits(7), GAPS, SCRIPTS, AROUND, AROUND)
def test_a_planted_telephone_number_is_found(
    prefix: str, code: str, rest: str, gap: str, script: str, before: str, after: str
) -> None:
    number = f"{prefix}{code}{gap}{rest}".translate(str.maketrans("0123456789", script))
    assert "phone" in codes(f"{before} {number} {after}")


@given(
    st.sampled_from([word for word in KINSHIP if word.isalpha()]),
    st.data(),
    AROUND,
    AROUND,
)
def test_a_planted_word_of_kinship_is_found_in_any_decoration(
    word: str, data: st.DataObject, before: str, after: str
) -> None:
    marks = data.draw(st.lists(MARKS, min_size=len(word), max_size=len(word)))
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title, str]))
    decorated = "".join(letter + mark for letter, mark in zip(case(word), marks, strict=True))
    assert "kinship" in codes(f"{before} {decorated} {after}")


@given(st.text(max_size=80), st.sampled_from([*FIELDS, "other"]))
def test_any_text_at_all_is_screened(text: str, field: str) -> None:
    for alarm in screen(field, text):
        assert isinstance(alarm, Alarm)
        assert 0 <= alarm.start < alarm.end <= len(text)


@given(st.lists(st.sampled_from(list("0123456789-/ .,()+\0a")), max_size=500).map("".join))
def test_any_heap_of_digits_and_separators_is_screened(text: str) -> None:
    assert all(text[alarm.start].isdigit() for alarm in screen("address", text))
