"""The key of a name: what must agree, what must not, and that no text is refused."""

import sys
import unicodedata

import pytest
from attested import DEVELOPMENT, GHULAM, HELD_OUT, MUHAMMAD, SYED, Attested
from hypothesis import given
from hypothesis import strategies as st

from nsor.names.spelling import key, keys

ROWS = [
    *(MUHAMMAD, GHULAM, SYED),
    *(row for half in (DEVELOPMENT, HELD_OUT) for part in half[:3] for row in part),
]
KNOWN_TO_DIFFER = {"Farukh", "Nadheer", "Ruksana", "Jasmin", "جھانگیر", "Dhishan", "Shazad"}
"""Spellings that the rules don't bring to the name, each for a reason given in docs/names.md."""

MORE_THAT_AGREE = """
فخر Fakhar Fakhr
امین Amin Ameen
امیر Amir Ameer
نصیر Naseer Nasir
زین Zain Zayn Zein
فضل Fazal Fazl
عابد Abid Aabid
ماجد Majid Maajid
عاطف Atif Aatif
آصف Asif Aasif
ناصر Nasir Naser
مہتاب Mahtab Mehtab
اظہر Azhar Azher
اطہر Athar Ather
ابراہیم Ibrahim Ebrahim Ibraheem
اسماعیل Ismail Ismaeel Esmail
اسحاق Ishaq Ishaque
داؤد Dawood Daud داود
موسیٰ Musa Moosa
عیسیٰ Isa Eisa Essa
سلیمان Suleman Sulaiman Soleman
ہارون Haroon Harun
زکریا Zakaria Zakariya
یحییٰ Yahya Yehya
اورنگزیب Aurangzeb Orangzeb
تیمور Taimoor Taimur Temur
شہباز Shahbaz Shehbaz
نوشین Nosheen Naushin
مریم Maryam Mariam
خواجہ Khawaja Khwaja
میاں Mian Miyan
مرزا Mirza Meerza
رانا Rana Raana
راؤ Rao Raao
بلوچ Baloch Balooch
کھوکھر Khokhar Khokhaar
گجر Gujjar Gujar
جٹ Jatt Jat
ڈوگر Dogar Dogur
پٹھان Pathan Pathaan
جمال Jamal Jamaal
کمال Kamal Kamaal
محمودہ Mahmooda Mehmuda
پھول Phool Phul
ممتاز Mumtaz Mumtaaz
شجاع Shuja Shujaa
رفیع Rafi Rafee
ثناء Sana Sanaa
عنبر Ambar Anbar
صنعا Sanaa Sana
صالح Saleh Salih
فرانسس Francis
زین Zain Zayyn Zaynn
""".strip().splitlines()

MUST_NOT_AGREE = """
Muhammad Mahmood|Hassan Hussain|Saeed Syed|Kamran Imran|Asif Atif|Nasir Nazir|Bashir Basheera
Tariq Tahir|Sajid Majid|Aslam Asad|Hanif Hafeez|Munir Mansoor|Zahid Shahid|Akram Akbar
Naeem Naseem|Farhan Farman|Irfan Imran|Waqar Waqas|Babar Jabir|Yasir Nasir|Nadeem Nida
Naveed Nadia|Ali Alia|Alvi Ali|Rizvi Riaz|Nawaz Naz|Munir Munawar|Anwar Anar|Umar Amir
Islam Aslam|Khalid Khalil|Karim Khurram|Rashid Rafiq|Salim Sami|Zafar Zahir|Bilal Jalal
Raza Razi|Samina Samin|Shahida Shahid|Zia Ziad|Jamal Jamil|Mubashir Mubeen|Arif Atif
محمد محمود|حسن حسین|سعید سید|کامران عمران|آصف عاطف|ناصر نذیر|بشیر بشیرہ|شکیل شکیلہ|عمر عامر
""".strip()
PAIRS_APART = [
    tuple(two.split()) for line in MUST_NOT_AGREE.splitlines() for two in line.split("|")
]

COMPOUNDS = (
    ("عبدالرحمن", "عبد الرحمٰن", "Abdul Rehman", "Abdur Rahman", "Abdurrahman", "Abd al-Rahman"),
    ("عبداللہ", "عبدالله", "عبد اللہ", "Abdullah", "Abdulla", "Abd Ullah", "Abdul Lah"),
    ("عبدالسلام", "Abdus Salam", "Abdussalam", "Abdul Salam", "Haji Abdul-Salaam"),
    ("ضیاء الحق", "ضیاالحق", "Zia ul Haq", "Ziaulhaq", "Zia-ul-Haque", "Zia Haq"),
    ("شمس الدین", "Shamsuddin", "Shams ud Din", "Shamsud Deen", "Shams-ud-din"),
    ("نورالامین", "نور الامین", "Noor ul Amin", "Noorul Ameen", "Nurul Amin"),
    ("حبیب اللہ", "Habibullah", "Habib Ullah", "Habeeb Allah"),
    ("عزیز الرحمان", "Aziz ur Rehman", "Azizur Rahman", "Azizurrehman"),
    ("شمس الدین", "Shamsudddin", "Shammmsuddin"),
    ("یونس ملک", "Yunus Malik", "Younas Malik"),
    ("بی بی", "Bibi", "بی‌بی", "Bi Bi"),
    ("محمد اسلم", "M. Aslam", "Mohd. Aslam", "MD ASLAM", "Mr. Muhammad Aslam", "م اسلم"),
    ("چوہدری انور", "Ch. Anwar", "Chaudhry Anwer", "چودھری انور"),
    ("سعید", "Sa'eed", "Saʿīd", "Saeed"),
    ("راشد ولد کریم", "Rashid s/o Karim", "Rashid bin Karim", "Rashid S / O Karim"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.en[0])
def test_every_attested_spelling_of_a_name_has_its_keys(row: Attested) -> None:
    expected = keys(row.ur[0])

    differing = {spelling for spelling in row.ur + row.en if keys(spelling) != expected}

    assert expected
    assert differing == KNOWN_TO_DIFFER & {*row.ur, *row.en}


@pytest.mark.parametrize("line", MORE_THAT_AGREE)
def test_a_name_has_one_key_in_both_scripts(line: str) -> None:
    assert len({key(word) for word in line.split()}) == 1


@pytest.mark.parametrize(("one", "other"), PAIRS_APART)
def test_names_that_differ_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("spellings", COMPOUNDS, ids=lambda s: s[-1])
def test_compounds_titles_and_abbreviations_agree(spellings: tuple[str, ...]) -> None:
    assert len({keys(name) for name in spellings}) == 1


def test_the_order_of_words_is_kept_and_each_key_comes_once() -> None:
    assert keys("Khan Muhammad Aslam Khaan") == ("QN", "MHMD", "ASLM")


def test_a_lone_initial_is_no_name() -> None:
    assert keys("A. Q. Khan") == ("QN",)


@pytest.mark.parametrize("text", ["", " ", "123", "-", "ٰ", "\u200d", "s/o", "ul", "Mr."])
def test_what_holds_no_name_has_no_keys(text: str) -> None:
    assert keys(text) == ()


@pytest.mark.parametrize(("name", "roman"), [("José", "Jose"), ("राम", "Ram"), ("Иван", "Ivan")])
def test_other_scripts_are_read_as_they_are_written_in_roman(name: str, roman: str) -> None:
    assert keys(name) == keys(roman)


def test_marks_joiners_and_presentation_forms_change_nothing() -> None:
    assert key("مُحَمَّد") == key("محـمد") == key("مح\u200dمد") == key("ﻣﺤﻤﺪ") == key("محمد")


@given(st.text(max_size=40))
def test_no_text_is_refused(text: str) -> None:
    for found in (key(text), *keys(text)):
        assert found == "".join(c for c in found if c in "ABCDFGHJKLMNPQRSTUWXYZ")
    assert "" not in keys(text)


@given(st.text(alphabet="ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیے آأإؤئۃ\u0670\u064e", max_size=30))
def test_urdu_is_read_the_same_composed_or_not(text: str) -> None:
    assert keys(unicodedata.normalize("NFD", text)) == keys(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="abdehiklmnorstuyz '-.", max_size=30))
def test_case_and_spaces_change_nothing(name: str) -> None:
    assert keys(name.upper()) == keys(f"  {name.replace(' ', '   ')} ") == keys(name)


@given(st.integers(0, sys.maxunicode))
def test_every_character_is_read(code: int) -> None:
    assert isinstance(key(chr(code)), str)
