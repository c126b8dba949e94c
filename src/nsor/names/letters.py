"""The letters of both scripts and the classes of sound that they are folded into.

Rules that hold here: a class is one ASCII capital. ``X`` is sh, ``C`` is ch, ``Q`` is kh; the
others are themselves. Letters that Urdu speakers pronounce alike share a class, since Roman
spelling follows the sound: three for s, four for z, two for t and for k. Retroflexes and
aspirates fold into the plain letter, which is what Roman spelling mostly shows. Vowels have no
class: short ones are not written in Urdu, and Roman ones are a matter of taste.
"""

CONSONANTS = {
    letter: sound
    for sound, letters in {
        "B": "بٻڀ",
        "P": "پ",
        "T": "تطٹټةٿٺٽ",
        "S": "ثسصڅ",
        "J": "جڄڃ",
        "C": "چڇځ",
        "Q": "خ",
        "D": "دڈډڌڊڏڍ",
        "Z": "ذزضظژږ",
        "R": "رڑړڙ",
        "X": "شښ",
        "G": "غگګڳ",
        "F": "فڦ",
        "K": "قکكڪ",
        "L": "ل",
        "M": "م",
        "N": "نںڼڻڱ",
    }.items()
    for letter in letters
}
"""Letters of Urdu (Arabic, Sindhi and Pashto forms included) that are consonants everywhere."""

LONG = "اآأإٱ"
"""Alef and its forms."""
SILENT = "عءئؤ"
"""Ain and hamza: not heard inside a word; at its beginning ain carries a vowel, as alef does."""
WAW = "و"
YEH = "یيىېۍے"
HEH = "ہهەۂۀح"
ASPIRATE = "ھ"
FEMININE = "ۃة"
"""Teh marbuta, at the end of a word a vowel."""

ASPIRATED = {"P": "F", "K": "Q"}
"""What an aspirate makes of the letter before it: پھ is written ph as f is, کھ kh as خ is."""
BREATHED = frozenset("BPTJCDRKG")
"""Classes that have an aspirate; after any other letter ھ is written for ہ."""

DIGRAPHS = {"kh": "Q", "sh": "X", "ch": "C", "ph": "F", "ck": "K"}
"""Two Roman letters for one sound. Every other h after a consonant is an aspirate's, or is lost."""
ROMAN = {
    **{letter: letter.upper() for letter in "bdfgjklmnprstz"},
    "q": "K",
    "c": "K",
    "v": "W",
    "x": "KS",
}
VOWELS = frozenset("aeiouy")
SOFTENING = frozenset("eiy")
"""Vowels before which a Roman c is an s."""
