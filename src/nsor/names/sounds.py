"""The sounds of a word, vowels included: what two names that share a key are told apart by.

Rules that hold here: consonants are the capitals of ``letters``; a vowel is A, I or U, in capitals
where the spelling shows it to be long, else small. A long vowel must be found in the other
spelling, long or short; a short one need not be, since Urdu doesn't write it.
"""

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import LCSseq

from nsor.names.letters import ASPIRATE, CONSONANTS, DIGRAPHS, HEH, LONG, ROMAN, YEH

CACHED = 65_536
_URDU_SOUNDS = {
    **CONSONANTS,
    **dict.fromkeys(LONG, "A"),
    **dict.fromkeys(YEH, "I"),
    **dict.fromkeys(HEH, "H"),
    "و": "U",
    "ؤ": "U",
    "ئ": "I",
    ASPIRATE: "",
}
_VOWEL_CLASS = {"a": "a", "e": "i", "i": "i", "y": "i", "o": "u", "u": "u"}
_CONSONANTS = {**ROMAN, **DIGRAPHS, "v": "U", "w": "u"}
_RUN = re.compile(r"[aeiouy]+|kh|sh|ch|ph|ck|[a-z]")
_SILENT_END = re.compile("que$")
_DOUBLED = re.compile(r"([AIU])\1+")
_FINAL_HEH = re.compile(f"(?<=.)[{HEH}ۃة]$")


@lru_cache(CACHED)
def sounds(word: str) -> tuple[str, str]:
    """Return the sounds of a folded word: without its short vowels, and all of them in capitals."""
    heard = _roman(word) if _is_roman(word) else _urdu(word)
    return "".join(c for c in heard if c.isupper()), heard.upper()


def agreement(one: str, other: str) -> float:
    """Tell from 0 to 1 how far two folded words have the sounds that both spellings show."""
    (long_one, all_one), (long_other, all_other) = sounds(one), sounds(other)
    return (_share(long_one, all_other) + _share(long_other, all_one)) / 2


def _share(needed: str, found: str) -> float:
    return LCSseq.similarity(needed, found) / len(needed) if needed else float(not found)


def _is_roman(word: str) -> bool:
    return word.isascii() or not any(c in _URDU_SOUNDS for c in word)


def _urdu(word: str) -> str:
    final = _FINAL_HEH.sub("ا", word) if not word.endswith("ح") else word[:-1]
    return _DOUBLED.sub(r"\1", "".join(_URDU_SOUNDS.get(c, "") for c in final))


def _roman(word: str) -> str:
    ascii_word = anyascii(word).casefold() if not word.isascii() else word
    heard: list[str] = []
    for run in _RUN.findall(_SILENT_END.sub("q", ascii_word)):
        if run[0] in _VOWEL_CLASS:
            heard.append(_vowels(run))
        elif run == "h":
            heard.append("h" if heard and heard[-1].upper() not in "AIU" else "H")
        else:
            sound = _CONSONANTS[run]
            heard.append("" if heard and heard[-1] == sound else sound)
    if heard and heard[-1] in ("H", "h"):
        heard.pop()
    return "".join(heard)


def _vowels(run: str) -> str:
    """Return the vowels of a run of Roman ones: of several the last is long (ai, au, ia)."""
    classes = re.sub(r"(.)\1+", r"\1", "".join(_VOWEL_CLASS[c] for c in run))
    return classes[:-1] + classes[-1].upper() if len(run) > 1 else classes
