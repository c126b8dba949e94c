"""What an identity authority answers, and the one interface by which it is asked.

Rules that hold here: a holder shows nothing of itself where it is printed; an authority that can't
be asked raises ``AuthorityUnavailable``, and nobody takes that for an answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Whom the authority knows under a number; names are "" where it has none in that script."""

    name_ur: str
    name_en: str
    father_name_ur: str
    father_name_en: str
    sex: Literal["male", "female", "x"]
    alive: bool
    died_on: date | None = None


class AuthorityUnavailable(Exception):  # noqa: N818
    """The authority gave no answer; the message says why, and names nobody."""


class IdentityAuthority(Protocol):
    """Somebody who knows whose number it is."""

    def look_up(self, number: str) -> Holder | None:
        """Return who holds a number of 13 digits, None where nobody does.

        Raises ``AuthorityUnavailable``.
        """
