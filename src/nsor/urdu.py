"""Forms of Urdu's letters that other keyboards write, and the letter that each stands for.

Rules that hold here: for comparing and never for what is shown; one character for one character.
"""

from typing import Final

PLAIN_FORMS: Final = {
    "ي": "ی",
    "ى": "ی",
    "ې": "ی",
    "ك": "ک",
    "ڪ": "ک",
    "ه": "ہ",
    "ھ": "ہ",
    "ة": "ہ",
    "ۃ": "ہ",
    "ە": "ہ",
    "ٱ": "ا",
}
