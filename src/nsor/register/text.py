"""Text as officers type it: how it is stored, and how two texts are compared.

Rules that hold here: what is stored is NFC, with each run of spaces as one and the letters as they
were typed, zero-width joiners included (Urdu needs them); folding is for comparison alone and is
never shown. A character that shows nothing, or that turns the direction of what stands beside it,
is refused and not removed: an answer must read as what was approved.
"""

import re
import unicodedata

_SPACES = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_JOINERS = {0x200C: None, 0x200D: None}
_FOLDED = {
    **_JOINERS,
    0x0640: None,  # tatweel
    0x064A: 0x06CC,  # Arabic yeh
    0x0649: 0x06CC,  # alef maksura
    0x0643: 0x06A9,  # Arabic kaf
    0x0647: 0x06C1,  # Arabic heh
}


def tidy(text: str) -> str:
    """Return the text as it is stored."""
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip(" "))


def shows(text: str) -> bool:
    """Tell whether each character of a tidy text is one that is seen, or a zero-width joiner.

    Control, format, private, unassigned and separating characters are not.
    """
    return text.isprintable() or text.translate(_JOINERS).isprintable()


def has_letters(text: str) -> bool:
    """Tell whether there is a letter of any script in the text."""
    return any(character.isalpha() for character in text)


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take the text for a formula."""
    return text.translate(_JOINERS).lstrip().startswith(("=", "+", "@"))


def fold(text: str) -> str:
    """Return the form in which two texts are compared; the Arabic forms of Urdu letters fold."""
    return tidy(text.translate(_FOLDED)).casefold()
