"""The replies, byte for byte against the contract."""

import pytest

from nsor.disclosure import wording

NAMES_UR = {"name": "اسلم", "father": "پرویز"}
NAMES_EN = {"name": "Aslam", "father": "Pervaiz"}


@pytest.mark.parametrize(
    ("sex", "relation", "text"),
    [
        (
            "male",
            "father",
            "خبردار! اسلم ولد پرویز سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        ),
        (
            "male",
            "husband",
            "خبردار! اسلم زوجہ پرویز سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        ),
        (
            "female",
            "father",
            "خبردار! اسلم دختر پرویز سزا یافتہ مجرمہ ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        ),
        (
            "female",
            "husband",
            "خبردار! اسلم زوجہ پرویز سزا یافتہ مجرمہ ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        ),
        (
            "x",
            "father",
            "خبردار! اسلم ولدیت پرویز سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        ),
        (
            "x",
            "husband",
            "خبردار! اسلم زوجہ پرویز سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
        ),
    ],
)
def test_a_warning_in_urdu(sex, relation, text):
    said = wording.listed("ur", **NAMES_UR, sex=sex, relation=relation)
    assert said.encode() == text.encode()


@pytest.mark.parametrize(
    ("sex", "relation", "text"),
    [
        (
            "male",
            "father",
            "Beware! Aslam son of Pervaiz is a convict. "
            "Don't let him be around children and women.",
        ),
        (
            "male",
            "husband",
            "Beware! Aslam spouse of Pervaiz is a convict. "
            "Don't let him be around children and women.",
        ),
        (
            "female",
            "father",
            "Beware! Aslam daughter of Pervaiz is a convict. "
            "Don't let her be around children and women.",
        ),
        (
            "female",
            "husband",
            "Beware! Aslam wife of Pervaiz is a convict. "
            "Don't let her be around children and women.",
        ),
        (
            "x",
            "father",
            "Beware! Aslam, child of Pervaiz, is a convict. "
            "Don't let them be around children and women.",
        ),
        (
            "x",
            "husband",
            "Beware! Aslam, spouse of Pervaiz, is a convict. "
            "Don't let them be around children and women.",
        ),
    ],
)
def test_a_warning_in_english(sex, relation, text):
    said = wording.listed("en", **NAMES_EN, sex=sex, relation=relation)
    assert said.encode() == text.encode()


OTHER_REPLIES = [
    (
        wording.not_listed("ur", "3520112345671"),
        "شناختی کارڈ 3520112345671: جنسی جرم میں سزا کا کوئی ریکارڈ نہیں ملا۔",
    ),
    (
        wording.not_listed("en", "3520112345671"),
        "CNIC 3520112345671: no record of conviction for a sexual offence was found.",
    ),
    (
        wording.unreadable("ur", "7000"),
        "براہ کرم 13 ہندسوں کا شناختی کارڈ نمبر لکھ کر 7000 پر بھیجیں۔",
    ),
    (
        wording.unreadable("en", "8001"),
        "Please write the 13-digit CNIC number and send it to 8001.",
    ),
    (
        wording.over_limit("ur"),
        "آپ کی آج کی حد مکمل ہو چکی ہے۔ براہ کرم کل دوبارہ کوشش کریں۔",
    ),
    (
        wording.over_limit("en"),
        "You have used up today's checks. Please try again tomorrow.",
    ),
    (
        wording.unavailable("ur"),
        "سروس عارضی طور پر دستیاب نہیں۔ براہ کرم کچھ دیر بعد کوشش کریں۔",
    ),
    (
        wording.unavailable("en"),
        "The service is temporarily unavailable. Please try again later.",
    ),
    (wording.not_public("ur"), "یہ سروس عوام کے لیے دستیاب نہیں۔"),
    (wording.not_public("en"), "This service is not open to the public."),
]


@pytest.mark.parametrize(("said", "text"), OTHER_REPLIES)
def test_every_other_reply(said, text):
    assert said.encode() == text.encode()


URDU_BUT_LISTED = [
    wording.not_listed("ur", "3520112345671"),
    wording.unreadable("ur", "1234567890"),
    wording.over_limit("ur"),
    wording.unavailable("ur"),
    wording.not_public("ur"),
]


@pytest.mark.parametrize("said", URDU_BUT_LISTED)
def test_every_urdu_reply_but_the_listed_ones_fits_one_part(said):
    assert len(said.encode("utf-16-be")) <= 2 * 70


def test_a_name_is_put_in_whole_whatever_it_holds():
    name = "{father} {0} %s \\N اسلم\u200cپرویز " + "ن" * 200
    assert f"! {name} ولد {name} سزا" in wording.listed(
        "ur", name=name, father=name, sex="male", relation="father"
    )
