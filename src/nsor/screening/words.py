"""Words in a folded text that may tell who a victim is: of kinship, and for a victim with a name.

Rules that hold here: a word is whole and of letters alone, one token, read with what stands beside
it; hidden marks may part a word or two words, so both are tried. The words are tables: a word that
is missing is added there, and to the examples of the tests.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from nsor.screening.folding import FOLD, HIDDEN, Check, Found, places

_PREFIXES: Final = ("", "step", "grand", "half", "foster", "god")
_STEMS: Final = ("daughter", "son", "sister", "brother", "mother", "father", "niece", "nephew")
_KIN_ENGLISH: Final = (
    "wife wives husband husbands spouse spouses parent parents grandparent grandparents stepchild"
    " stepchildren grandchild grandchildren cousin cousins uncle uncles aunt aunts aunty auntie"
    " sibling siblings fiance fiancee widow widows widower kinsman kinswoman bride relative"
    " relatives neice neices daugther stepsibling stepsiblings"
)
_KIN_ROMAN: Final = (
    "beti baiti betiyan betian betiyon betion beta betay bete beton behan behen bahan bahen bahin"
    " behn bhen bhan behnon behnen behnein hamshira humshira bhai bhaiyon biradar biwi bivi beewi"
    " biwiyan biwion ahlia ahliya zauja zoja zouja zaujah zojah shohar shauhar khawind maa amma"
    " ammi walida walidah valida waldah waldain walidain bhanji bhaanji bhanjiyan bhanjion bhanja"
    " bhanje bhatiji bhateeji bhatijiyan bhatija bhateeja bhatije poti potiyan pota nawasi nawaasi"
    " navasi nawasa dukhtar dokhtar farzand pisar bint binte sauteli soteli souteli sautela sotela"
    " soutela khala phuphi phupho phoophi chacha chachi mamu mamoon mumani susar sasur daamad"
    " damad bahu nand bhabhi mangetar"
)
_KIN_URDU: Final = (
    "بیٹی بیٹیاں بیٹیوں بیٹیو بیٹا بیٹے بیٹوں بہن بہنیں بہنوں بہنو بہنوئی ہمشیرہ ہمشیرگان بھائی"
    " بھائیوں بھائیو برادر بیوی بیویاں بیویوں زوجہ زوجات منکوحہ اہلیہ شوہر شوہروں خاوند خاوندوں"
    " بیوہ منگیتر دختر دختران پسر پسران فرزند فرزندان ولد بنت بھانجی بھانجیاں بھانجیوں بھانجا"
    " بھانجے بھانجوں بھتیجی بھتیجیاں بھتیجیوں بھتیجا بھتیجے بھتیجوں سوتیلی سوتیلا سوتیلے سوتیلیوں"
    " سوتیلوں پوتی پوتیاں پوتیوں پوتا پوتے پوتوں نواسی نواسیاں نواسیوں نواسا نواسہ نواسے نواسوں"
    " ماں مائیں ماؤں والدہ والد والدین باپ امی دادا دادی نانا نانی خالہ خالائیں پھوپھی پھپھو"
    " پھوپھا چچا چاچا چچی چاچی ماموں ممانی تایا تائی سسر ساس داماد بہو بہوؤں نند بھابھی بھابی کزن"
)
_NAMES_OF_FIRMS: Final = frozenset({"sons", "brothers"})
"""Firms are called so: what stands before or after them tells (``_PHRASES``)."""


def _folded(listed: str) -> frozenset[str]:
    return frozenset(listed.translate(FOLD).split())


_KIN: Final = (
    frozenset(a + b + c for a in _PREFIXES for b in _STEMS for c in ("", "s"))
    | _folded(f"{_KIN_ENGLISH} {_KIN_ROMAN} {_KIN_URDU}")
) - _NAMES_OF_FIRMS
_WOMAN_TITLES: Final = _folded("mst mussamat musammat musamat musmat مسماۃ مسمات")
_VICTIMS: Final = _folded(
    "victim victims complainant complainants prosecutrix survivor survivors abductee mutasira"
    " mutasirah mutassira mudaiya muddaiya متاثرہ مدعیہ مدعی مغویہ مستغیثہ مستغیث مظلومہ"
)
_SUSPECT: Final = _KIN | _VICTIMS | _WOMAN_TITLES
_LONGEST: Final = max(map(len, _SUSPECT))

_EDGE: Final = r"(?![^\W\d_])"
_NO_LETTER_BEFORE: Final = r"(?<![^\W\d_])"
_PHRASES: Final = re.compile(
    rf"{_NO_LETTER_BEFORE}(?:[sdwhbmf] ?/ ?o|"
    "(?:his|her|their|the|own|real|minor|younger|elder|two|three|both|with|against) "
    "(?:sons|brothers)|(?:sons|brothers) of|minor'?s name|in[- ]?laws?)"
    f"{_EDGE}"
)
_SIGNS_OF_PHRASES: Final = re.compile("/ ?o|sons|brothers|minor|in[- ]?law")
_HARMLESS: Final = re.compile(
    _NO_LETTER_BEFORE
    + "(?:"
    + "|".join(
        (
            "mothers?'? ?(?:and|&) ?(?:the )?(?:child|children|newborn|baby)",
            "mother (?:teresa|tongue)",
            "mother'?s day",
            "father of the nation",
            "(?:and|&) (?:sons?|brothers?)",
            "sisters? of (?:charity|mercy|st)",
            "nursing sisters?",
            "alpha beta",
            "bhai (?:pheru|phero|bhai)",
            "mamu kanjan",
            "mamoon kanjan",
            "nand (?:lal|kishore?)",
            "بھائی (?:پھیرو|بھائی)",
            "ماموں کانجن",
            "نانی مندر",
            "ماں (?:اور|و) بچ(?:ہ|ے|وں|ی)",
            r"(?:مدرسہ|کالج|سکول|اسکول|جامعہ|برائے)(?: \w+)? دختران",
        )
    ).translate(FOLD)
    + ")"
    + _EDGE
)
_PASSED_OVER: Final = _folded(
    "s a an the is was as being named namely name called viz i e girl boy child woman minor female"
    " male aged کا کی کے نام نامی"
)
_NAMELESS: Final = _folded(
    "of and or to in on at by for from with against under over before after that who whom whose"
    " which when where while because since until if but not no nor so than then also only both all"
    " each any every his her their its he she it they we this these those there such same other"
    " has had have having were are be been will shall would should may might can could must did do"
    " does recanted withdrew withdraws stated states said says told appeared appears deposed died"
    " gave made filed refused turned pardoned compromised identified testified resiled lodged"
    " moved applied requested accepted received seeks sought category categories compensation"
    " support services unit witness witnesses protection court courts fund statement evidence"
    " testimony age anonymity identity consent family lawyer counsel party parties complaint report"
    " hostile centre center care cell relief state judge appeal order high supreme sessions police"
    " section ppc rs prosecution defence trial case fir during through without per via against"
    " medical examination years year old unknown withheld anonymous"
    " کے کی کا کو نے سے پر میں تک اور یا ہے ہیں تھا تھی تھے ہو ہوا ہوئی جو جس کہ نہیں نہ بھی"
    " فرد افراد شخص خاتون خواتین بچے بچوں بچی علاقہ علاقے علاقوں گواہ گواہان عدالت بیان کالونی"
    " مقدمہ درخواست کیس فریق منحرف کیٹیگری زمرہ خاندان خاندانوں ریاست سرکار"
)


class _Token(NamedTuple):
    word: str
    start: int
    end: int


_WORD: Final = re.compile(r"[^\W\d_]+")
_PARTED_WORD: Final = re.compile(r"(?:[^\W\d_]|\0)+")


def words(folded: str, text: str) -> Iterator[Found]:
    """Yield the words of a folded text that may tell who a victim is; ``text`` as it was."""
    if HIDDEN in folded:
        tokens = [*_parted_tokens(folded)]
        if not _SUSPECT.isdisjoint(token.word for token in tokens):
            yield from _among(tokens, folded, text)
    elif not _SUSPECT.isdisjoint(_WORD.findall(folded)):
        tokens = [_Token(word[0], *word.span()) for word in _WORD.finditer(folded)]
        yield from _among(tokens, folded, text)
    if _SIGNS_OF_PHRASES.search(folded):
        harmless = _harmless(folded)
        for phrase in _PHRASES.finditer(folded):
            if phrase.start() not in harmless:
                yield Check.KINSHIP, *phrase.span(), _in_its_place(folded, *phrase.span())


def _parted_tokens(folded: str) -> Iterator[_Token]:
    """Yield the words of a text with hidden marks: joined where that makes a word to look for."""
    for stretch in _PARTED_WORD.finditer(folded):
        pieces = [*_WORD.finditer(folded, *stretch.span())]
        first = 0
        while first < len(pieces):
            last = _joins(pieces, first)
            word = "".join(piece[0] for piece in pieces[first : last + 1])
            yield _Token(word, pieces[first].start(), pieces[last].end())
            first = last + 1


def _joins(pieces: list[re.Match[str]], first: int) -> int:
    word, longest = "", first
    for last in range(first, len(pieces)):
        word += pieces[last][0]
        if len(word) > _LONGEST:
            break
        if word in _SUSPECT:
            longest = last
    return longest


def _harmless(folded: str) -> frozenset[int]:
    """Return the places that lie in phrases which can't be about a person."""
    return frozenset(
        place for phrase in _HARMLESS.finditer(folded) for place in range(*phrase.span())
    )


def _among(tokens: list[_Token], folded: str, text: str) -> Iterator[Found]:
    harmless = _harmless(folded)
    for index, (word, start, end) in enumerate(tokens):
        if word not in _SUSPECT or start in harmless:
            continue
        if word in _KIN:
            yield Check.KINSHIP, start, end, _in_its_place(folded, start, end)
        elif word in _WOMAN_TITLES or _is_named(tokens, index, folded, text):
            yield Check.VICTIM, start, end, _in_its_place(folded, start, end)


def _in_its_place(folded: str, start: int, end: int) -> str:
    """Return what stands from ``start`` to before ``end``, with one word before and one after."""
    before, it, after = (
        part.replace(HIDDEN, "") for part in (folded[:start], folded[start:end], folded[end:])
    )
    following = _WORD.search(after)
    return " ".join(
        (*_WORD.findall(before)[-1:], it.replace(" ", ""), following[0] if following else "")
    )


_CLAUSE_ENDS: Final = re.compile("[.;?!]")
_APPOSED: Final = re.compile("[(,-]")


def _is_named(tokens: list[_Token], index: int, folded: str, text: str) -> bool:
    """Tell whether what stands beside a word for the victim may be a name."""
    asked = False
    for left, right in itertools.pairwise(tokens[index:]):
        if _CLAUSE_ENDS.search(folded, left.end, right.start):
            break
        asked = asked or right.word.startswith("name")
        if right.word not in _PASSED_OVER:
            return right.word not in _NAMELESS
    return asked or _is_apposed(tokens, index, folded, text)


def _is_apposed(tokens: list[_Token], index: int, folded: str, text: str) -> bool:
    """Tell whether a name may come before it: a capital, or a comma or bracket between them."""
    apposed = False
    for right in range(index, 0, -1):
        left = tokens[right - 1]
        if _CLAUSE_ENDS.search(folded, left.end, tokens[right].start):
            return False
        apposed = apposed or bool(_APPOSED.search(folded, left.end, tokens[right].start))
        if left.word not in _PASSED_OVER:
            capital = text[places(text)[left.start]].isupper()
            return left.word not in _NAMELESS and (apposed or capital)
    return False
