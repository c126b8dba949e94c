"""What is entered of a person, held against what the authority knows of the number's holder.

Rules that hold here: pure. A name agrees where the spellings of either script are of one name; what
one side lacks is not compared. A husband's name is no father's, so it is not compared either.
"""

from typing import Final, Literal, NamedTuple

from nsor.identity.authority import Holder
from nsor.names.matching import name_similarity

Difference = Literal["name", "father_name", "sex"]
AGREES: Final = 0.8
"""From which likeness on two names count as one; see docs/names.md for what it finds and misses."""


class Entered(NamedTuple):
    """What is entered of whoever is said to hold the number."""

    name_ur: str
    name_en: str
    father_name_ur: str
    father_name_en: str
    father_is_husband: bool
    sex: str

    def __repr__(self) -> str:
        return "Entered(...)"


def differences(entered: Entered, holder: Holder) -> tuple[Difference, ...]:
    """Return in what the two differ, in the order of the record; empty where they agree."""
    found: list[Difference] = []
    if not _agree((entered.name_ur, entered.name_en), (holder.name_ur, holder.name_en)):
        found.append("name")
    fathers = (entered.father_name_ur, entered.father_name_en)
    if not entered.father_is_husband and not _agree(
        fathers, (holder.father_name_ur, holder.father_name_en)
    ):
        found.append("father_name")
    if entered.sex != holder.sex:
        found.append("sex")
    return tuple(found)


def _agree(ones: tuple[str, str], others: tuple[str, str]) -> bool:
    """Tell whether names agree: script with script where both have it, else across scripts."""
    same_script = [(one, other) for one, other in zip(ones, others, strict=True) if one and other]
    pairs = same_script or [(one, other) for one in ones for other in others if one and other]
    return not pairs or max(name_similarity(one, other) for one, other in pairs) >= AGREES
