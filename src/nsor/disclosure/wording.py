"""Every reply of the short code, in Urdu and English: the one place where they are written.

Rules that hold here:

- A reply says no more than: listed or not, name, father's or husband's name.
- "No record" never sounds like "safe", and repeats the number that was read.
- Every reply but ``listed`` fits one UCS-2 part (70 units), for a short code of up to 10 digits.
- The texts are a contract with whoever reads them; names are put in as they come, never cut.

Pure functions, called for every message. Nothing here knows how a reply travels.
"""

from typing import Literal

Language = Literal["ur", "en"]

# The words of a listed reply around the two names: before, between, after.
_Frame = tuple[str, str, str]

_URDU_CONVICT = " سزا یافتہ مجرم ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
_URDU_CONVICT_FEMALE = " سزا یافتہ مجرمہ ہے۔ اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
_HIM = " is a convict. Don't let him be around children and women."
_HER = " is a convict. Don't let her be around children and women."
_THEM = ", is a convict. Don't let them be around children and women."

# A man's card can name a husband only by mistake of his recorded sex, which is no reason to
# refuse: Urdu keeps the card's own word for it, English the neutral one.
_LISTED: dict[tuple[str, str, str], _Frame] = {
    ("ur", "male", "father"): ("خبردار! ", " ولد ", _URDU_CONVICT),
    ("ur", "male", "husband"): ("خبردار! ", " زوجہ ", _URDU_CONVICT),
    ("ur", "female", "father"): ("خبردار! ", " دختر ", _URDU_CONVICT_FEMALE),
    ("ur", "female", "husband"): ("خبردار! ", " زوجہ ", _URDU_CONVICT_FEMALE),
    ("ur", "x", "father"): ("خبردار! ", " ولدیت ", _URDU_CONVICT),
    ("ur", "x", "husband"): ("خبردار! ", " زوجہ ", _URDU_CONVICT),
    ("en", "male", "father"): ("Beware! ", " son of ", _HIM),
    ("en", "male", "husband"): ("Beware! ", " spouse of ", _HIM),
    ("en", "female", "father"): ("Beware! ", " daughter of ", _HER),
    ("en", "female", "husband"): ("Beware! ", " wife of ", _HER),
    ("en", "x", "father"): ("Beware! ", ", child of ", _THEM),
    ("en", "x", "husband"): ("Beware! ", ", spouse of ", _THEM),
}

_OVER_LIMIT: dict[Language, str] = {
    "ur": "آپ کی آج کی حد مکمل ہو چکی ہے۔ براہ کرم کل دوبارہ کوشش کریں۔",
    "en": "You have used up today's checks. Please try again tomorrow.",
}
_UNAVAILABLE: dict[Language, str] = {
    "ur": "سروس عارضی طور پر دستیاب نہیں۔ براہ کرم کچھ دیر بعد کوشش کریں۔",
    "en": "The service is temporarily unavailable. Please try again later.",
}
_NOT_PUBLIC: dict[Language, str] = {
    "ur": "یہ سروس عوام کے لیے دستیاب نہیں۔",
    "en": "This service is not open to the public.",
}


def listed(language: Language, *, name: str, father: str, sex: str, relation: str) -> str:
    """Return the warning. ``father`` is the husband's name where ``relation`` is husband.

    ``sex`` is male, female or x, ``relation`` father or husband; ``KeyError`` for any other.
    """
    before, between, after = _LISTED[language, sex, relation]
    return f"{before}{name}{between}{father}{after}"


def not_listed(language: Language, cnic: str) -> str:
    """Return "no record" about ``cnic``, 13 ASCII digits without dashes."""
    if language == "ur":
        return f"شناختی کارڈ {cnic}: جنسی جرم میں سزا کا کوئی ریکارڈ نہیں ملا۔"
    return f"CNIC {cnic}: no record of conviction for a sexual offence was found."


def unreadable(language: Language, short_code: str) -> str:
    """Return how to ask: a number, and the short code to send it to."""
    if language == "ur":
        return f"براہ کرم 13 ہندسوں کا شناختی کارڈ نمبر لکھ کر {short_code} پر بھیجیں۔"
    return f"Please write the 13-digit CNIC number and send it to {short_code}."


def over_limit(language: Language) -> str:
    """Return that today's checks are used up."""
    return _OVER_LIMIT[language]


def unavailable(language: Language) -> str:
    """Return that no answer can be given at present."""
    return _UNAVAILABLE[language]


def not_public(language: Language) -> str:
    """Return that the public is not an audience of the register."""
    return _NOT_PUBLIC[language]
