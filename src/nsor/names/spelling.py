"""The key of a name: what stays the same when it is spelled otherwise, in Urdu or in Roman letters.

Rules that hold here, for one word:

- Its consonants, in classes of sound (``letters``), are the key. A vowel is in it where the word
  begins with one (``A``), and where it ends in -a (``A``) or -ya (``Y``): Bashir is not Bashira.
- Doubled letters count once, as Roman spelling doubles them at will. In Urdu doubling is a mark
  that nobody writes, so two letters in a row there are two.
- H counts at the beginning, after a vowel and as the second letter; elsewhere Roman spelling
  doesn't tell it from an aspirate. At the end of a word it is silent.
- W counts where a vowel follows, in Urdu also between alef and a consonant: else it is a vowel.
- N before B is M, as it is spoken (عنبر, Ambar).
- A word with a key of its own (``irregular``) has that.

For a name: particles and titles are left out; عبد joins the word after it; a compound written in
one word (شمس الدین, Shamsuddin) is taken apart.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from anyascii import anyascii

from nsor.names.irregular import (
    ENDING_LIKE_ARTICLE,
    IRREGULAR,
    LAST_OF_ABDULLAH,
    PARTICLES,
    SERVANT,
    TITLES,
    WITH_ARTICLE,
    WITH_ARTICLE_EN,
)
from nsor.names.letters import (
    ASPIRATE,
    ASPIRATED,
    BREATHED,
    CONSONANTS,
    DIGRAPHS,
    FEMININE,
    HEH,
    LONG,
    ROMAN,
    SILENT,
    SOFTENING,
    VOWELS,
    WAW,
    YEH,
)

CACHED = 65_536
"""How many words a process remembers the keys of."""

SERVANT_OF = "abd "
"""What ``words`` puts before a word that belongs to عبد."""

_SERVANT_KEY = "ABD"
_DAGGER = "\u0670"
_FOLDED = {
    **dict.fromkeys(map(ord, "\u200c\u200d\u200e\u200f\u061c\u0640'’‘ʼʿʾ`´")),
    **dict.fromkeys(map(ord, "ىي"), "ی"),
    **dict.fromkeys(map(ord, "كڪ"), "ک"),
    **dict.fromkeys(map(ord, "هەۂۀ"), "ہ"),
}
_PHRASES: dict[int, str | None] = {**dict.fromkeys(range(0xFDF0, 0xFE00)), 0xFDF2: "اللہ"}
"""Whole phrases in one character, such as ﷺ after a name; God's name alone is one."""
_URDU = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_WORD = re.compile(r"[^\W\d_]+")
_RELATION = re.compile(r"\b[sdwc]\s*/\s*[o0]\b|\b[sdw]\.o\.")
_NOT_ROMAN = re.compile("[^a-z]+")
_END_YA = re.compile(r"[iey]a+h*$")
_END_A = re.compile(r"a+h*$")
_ABD_EN = re.compile(r"abd[aeiou]+(?:l(?=..)|(?=[rsnzdt]))(lah?|[a-z]{3,})$")
_ABD_UR = re.compile("عبدا?ل(..+)$")
_COMPOUND_EN = re.compile(
    f"([a-z]{{2,}}?)(?:[aeou][lrdnsz]?({'|'.join(sorted(WITH_ARTICLE_EN))})|[aou]llah|ulla|ulah)$"
)
_COMPOUND_UR = re.compile(f"(..+?)({'|'.join(sorted(WITH_ARTICLE))})$")
_ARTICLE_AT_END = re.compile("(..+)u([lrdnsz])$")
_TRIPLED = re.compile(r"(.)\1{2,}")
_BIBI = re.compile(r"\b(بی|bi) +\1\b")
_ARTICLE_UR = "ال"


def fold(text: str) -> str:
    """Return the form in which names are compared.

    Compatibility forms are composed, case, joiners, apostrophes and marks of vowels are gone, and
    Arabic yeh, kaf and heh are Urdu ones; the alef that is written above a final yeh becomes alef.
    A text of another script than these two is written in Roman letters.
    """
    if text.isascii():
        return text.casefold().replace("'", "").replace("`", "")
    folded = unicodedata.normalize("NFKC", text.translate(_PHRASES)).translate(_FOLDED).casefold()
    if folded.isascii():
        return folded
    folded = re.sub(f"ی{_DAGGER}(?!\\w)", "ا", folded)
    folded = "".join(c for c in folded if not unicodedata.combining(c) and c != _DAGGER)
    return folded if _URDU.search(folded) else anyascii(folded).casefold()


@lru_cache(CACHED)
def key(word: str) -> str:
    """Return the key of one word of a name, in any script: ASCII capitals, or "" without letters.

    Total: no text is refused.
    """
    return _key(fold(word))


@lru_cache(CACHED)
def _key(word: str) -> str:
    """Return the key of a folded word."""
    own = IRREGULAR.get(word)
    if own is not None:
        return own
    sounds = _urdu(word) if _URDU.search(word) else _roman(word)
    return sounds.replace("NB", "MB")


@lru_cache(CACHED)
def keys(name: str) -> tuple[str, ...]:
    """Return the keys of a whole name, each once, in the order of the words.

    Total: no text is refused; a text without a name in it has no keys.
    """
    return tuple(dict.fromkeys(filter(None, map(key_of_part, words(name)))))


def words(name: str) -> list[str]:
    """Return the folded words that count in a name; a word that belongs to عبد follows "abd "."""
    folded = _BIBI.sub(r"\1\1", _RELATION.sub(" ", fold(name)))
    parts: list[str] = []
    servant = False
    found = [w for w in _WORD.findall(folded) if w not in PARTICLES and w not in TITLES]
    for word, following in pairwise([*found, ""]):
        if word in SERVANT:
            servant = True
            continue
        for part in _apart(_without_article_at_end(word, following)):
            parts.append(SERVANT_OF + _last(_bare(part)) if servant else part)
            servant = False
    if servant:
        parts.append("abd")
    return parts


def key_of_part(part: str) -> str:
    """Return the key of one of the parts that ``words`` finds, "" for an initial."""
    servant, _, rest = part.rpartition(" ")
    if servant:
        return _SERVANT_KEY + _key(rest)
    found = _key(rest)
    # A single letter is an initial, unless it is one that stands for a name.
    return found if len(rest) > 1 or len(found) > 1 else ""


def _without_article_at_end(word: str, following: str) -> str:
    """Return a Roman word without the article that belongs to the word after it (Noorul Amin)."""
    if following not in WITH_ARTICLE_EN or word in IRREGULAR or word in ENDING_LIKE_ARTICLE:
        return word
    found = _ARTICLE_AT_END.match(word)
    if not found or len(word) < 5 or found[2] not in ("l", following[0]):
        return word
    return found[1]


@lru_cache(CACHED)
def _apart(word: str) -> tuple[str, ...]:
    """Return the words that a folded word is made of, the article left out."""
    if word in IRREGULAR:
        return (word,)
    if _URDU.search(word):
        if found := _ABD_UR.match(word):
            return (SERVANT_OF + _last(_bare(found[1])),)
        if found := _COMPOUND_UR.match(word):
            return (found[1], _bare(found[2]))
        return (_bare(word) if word in WITH_ARTICLE else word,)
    word = _TRIPLED.sub(r"\1\1", word)
    if found := _ABD_EN.match(word):
        return (SERVANT_OF + _last(found[1]),)
    if found := _COMPOUND_EN.match(word):
        return (found[1], found[2] or "allah")
    return (word,)


def _last(word: str) -> str:
    """Return the word after عبد; in Abdullah the article is half of it."""
    return "allah" if word in LAST_OF_ABDULLAH else word


def _bare(word: str) -> str:
    """Return an Urdu word without its article; God's name keeps it."""
    return word[2:] if word.startswith(_ARTICLE_UR) and word not in IRREGULAR else word


def _roman(word: str) -> str:
    word = word if word.isascii() else anyascii(word).casefold()
    word = _NOT_ROMAN.sub("", word)
    if not word:
        return ""
    end = ""
    if found := _END_YA.search(word, 1):
        end, word = "Y", word[: found.start()]
    elif found := _END_A.search(word, 1):
        end, word = "A", word[: found.start()]
    sounds: list[str] = []
    previous = ""
    for at, letter in enumerate(word):
        sound = _roman_sound(word, at, letter)
        if sound and (sound != previous or _after_vowel(word, at)):
            sounds.append(sound)
            previous = sound
    return "".join(sounds) + end


def _after_vowel(word: str, at: int) -> bool:
    return at > 0 and word[at - 1] in VOWELS


def _roman_sound(word: str, at: int, letter: str) -> str:
    """Return the class of the letter at a place of a Roman word, "" if it has none there."""
    following = word[at + 1 : at + 2]
    if letter in VOWELS:
        if at:
            return ""
        return "Y" if letter == "y" and following in VOWELS and following else "A"
    if letter == "h":
        return "H" if at == 0 or (word[at - 1] in VOWELS and following) else ""
    if letter == "w":
        return "W" if following in VOWELS and following else ""
    pair = DIGRAPHS.get(letter + following)
    if pair:
        return pair
    if letter == "c" and following in SOFTENING:
        return "S"
    return ROMAN.get(letter, "")


def _urdu(word: str) -> str:
    end, word = _urdu_end(word)
    sounds: list[str] = []
    for at, letter in enumerate(word):
        sound = CONSONANTS.get(letter)
        if sound is None:
            sound = _urdu_weak(word, at, letter, sounds)
        sounds.append(sound)
    return "".join(sounds) + end


def _urdu_end(word: str) -> tuple[str, str]:
    """Return the mark of a vowel at the end of an Urdu word, and the word without it."""
    word = word.rstrip("ء")
    if len(word) < 2:
        return "", word
    last, before = word[-1], word[-2]
    if last in HEH + LONG + FEMININE and last != "ح":
        if before in YEH + "ئ" or (before == "ع" and last not in LONG):
            return ("Y", word[:-2]) if len(word) > 2 else ("", word)
        return "A", word[: -2 if before in LONG and len(word) > 2 else -1]
    if before in LONG and last in "حع" + ASPIRATE and len(word) > 2:
        return "A", word[:-2]
    return "", word


def _urdu_weak(word: str, at: int, letter: str, sounds: list[str]) -> str:
    """Return the class of a letter that is a consonant in some places only."""
    before, following = word[at - 1 : at], word[at + 1 : at + 2]
    if at == 0:
        return _urdu_first(letter)
    if letter == WAW:
        return "W" if _is_consonant_waw(word, at) else ""
    if letter == ASPIRATE and sounds[-1] in BREATHED:
        sounds[-1] = ASPIRATED.get(sounds[-1], sounds[-1])
        return ""
    if letter in HEH + ASPIRATE:
        return "H" if following and (at == 1 or before in LONG + WAW + YEH + SILENT) else ""
    return ""


def _urdu_first(letter: str) -> str:
    if letter in LONG + SILENT:
        return "A"
    if letter == WAW:
        return "W"
    if letter in YEH:
        return "Y"
    return "H" if letter in HEH + ASPIRATE else ""


def _is_consonant_waw(word: str, at: int) -> bool:
    before, following = word[at - 1], word[at + 1 : at + 2]
    if not following:
        return False
    if following in LONG + YEH:
        return True
    return at > 1 and before in LONG and following in CONSONANTS


CACHES = (key, keys, _key, _apart)
"""What remembers words and names, for a measurement that must start without."""
