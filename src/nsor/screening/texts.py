"""Screening of free text: whether it may give a victim away (2021 Act, s. 26).

Rules that hold here:

- No database; a text is never changed and never repeated: an alarm says where and why.
- A number is found however it is written: digits of any script, any separators, marks that show
  nothing. A word is found whole, in any of its spellings, never inside another word.
- An alarm is a question to a second officer, who may let a false one pass by its fingerprint. So a
  doubtful word alarms; only a phrase that can't be about a person is let through.
- A fingerprint is made with the key ring, so that nobody finds the words by trying them: those of
  an address are few. It is looked for under every key of the ring, so that a rotation loses none.
- A number gets no fingerprint: its digits could be guessed from one, and nobody may let it pass.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from nsor.screening.folding import FOLD, Check, Found, places
from nsor.screening.numbers import numbers
from nsor.screening.words import words
from nsor.secrecy import tokens

PURPOSE: Final = "screening-alarm"
_DIGITS: Final = 16
_NUMBERS: Final = frozenset({Check.CNIC, Check.PHONE})
_EVERYTHING: Final = frozenset(Check)

FIELDS: Final[dict[str, frozenset[Check]]] = {
    **dict.fromkeys(("name_ur", "name_en", "father_name_ur", "father_name_en", "alias"), _NUMBERS),
    **dict.fromkeys(
        (
            "court",
            "case_number",
            "fir_number",
            "police_station",
            "sentence",
            "province",
            "district",
            "address",
            "marks",
            "reason",
            "citation",
            "declared_name",
        ),
        _EVERYTHING,
    ),
}
"""Which checks a field gets. A field that is not in the table gets all of them."""


class Alarm(NamedTuple):
    """A place in a text, from ``start`` to before ``end``, that may give a victim away."""

    field: str
    code: Check
    start: int
    end: int
    words: str
    """The word between the two that stand beside it, empty for a number."""

    def __repr__(self) -> str:
        return f"Alarm({self.field!r}, {self.code.value!r}, {self.start}, {self.end})"

    @property
    def fingerprint(self) -> str:
        """What a second officer lets it pass by, under the ring's current key.

        16 hexadecimal digits, the same for the same word between the same two words of a field, so
        that a place's name is let pass once for all; empty for a number, which nobody may let pass:
        a false one is written in another way. Raises ``nsor.keyring.KeyRingError``.
        """
        return _shown(tokens.token(PURPOSE, self._named)) if self.words else ""

    def is_passed(self, passed: Collection[str]) -> bool:
        """Tell whether its fingerprint under any key of the ring is among those let pass.

        Raises ``nsor.keyring.KeyRingError``.
        """
        if not (self.words and passed):
            return False
        return any(_shown(one) in passed for one in tokens.tokens(PURPOSE, self._named))

    @property
    def _named(self) -> str:
        return f"{self.field}\n{self.code}\n{self.words}"

    @property
    def message(self) -> str:
        """Why the text is refused and what would be right, in English."""
        return _MESSAGES[self.code][0]

    @property
    def message_ur(self) -> str:
        """The same in Urdu."""
        return _MESSAGES[self.code][1]


_MESSAGES: Final = {
    Check.CNIC: (
        "The text holds a number of 13 digits, as an identity card has: an identity number is"
        " written in its own field alone, and a victim's nowhere.",
        "عبارت میں شناختی کارڈ کی طرح 13 ہندسوں کا نمبر ہے: شناختی نمبر صرف اپنے خانے میں لکھا"
        " جاتا ہے اور متاثرہ فرد کا کہیں نہیں۔",
    ),
    Check.PHONE: (
        "The text holds what reads as a telephone number: leave it out, as no telephone number"
        " is kept here.",
        "عبارت میں ٹیلی فون نمبر معلوم ہوتا ہے: اسے نکال دیں، یہاں کوئی فون نمبر نہیں رکھا جاتا۔",
    ),
    Check.KINSHIP: (
        "The text holds a word of kinship, which may tell who the victim is: write it without"
        " saying how anybody is related.",
        "عبارت میں رشتے کا لفظ ہے جس سے متاثرہ فرد پہچانا جا سکتا ہے: رشتہ بتائے بغیر لکھیں۔",
    ),
    Check.VICTIM: (
        "The text seems to name a victim or a complainant, which the law forbids: leave the name"
        " out and give the victim's category in its own field.",
        "عبارت میں متاثرہ فرد یا مدعی کا نام معلوم ہوتا ہے جو قانوناً منع ہے: نام نکال دیں اور"
        " متاثرہ فرد کا زمرہ اس کے اپنے خانے میں لکھیں۔",
    ),
}


def told_of(alarm: Alarm) -> str:
    """Return what the screening found, and how a false alarm is let pass, where it can be."""
    if not alarm.fingerprint:
        return alarm.message
    return f"{alarm.message} A second officer may let it pass: it is alarm {alarm.fingerprint}."


def screen(field: str, text: str) -> list[Alarm]:
    """Return what in the text may give a victim away, in the order in which it stands there."""
    checks = FIELDS.get(field, _EVERYTHING)
    plain = text.isascii() and text.isprintable()
    folded = text.lower() if plain else text.translate(FOLD)
    found: list[Found] = numbers(folded)
    if checks is _EVERYTHING:
        found += words(folded, text)
    if not found:
        return []
    place = places(text)
    alarms = (
        Alarm(field, code, place[start], place[end - 1] + 1, "" if code in _NUMBERS else word)
        for code, start, end, word in found
    )
    return sorted(alarms, key=lambda alarm: (alarm.start, alarm.end))


def _shown(token: bytes) -> str:
    return token.hex()[:_DIGITS]
