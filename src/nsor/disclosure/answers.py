"""What the public is told about one number, given the directory and how fresh it is.

Rules that hold here (decided in this order; each one fails closed):

1. Nothing was ever loaded, the feed was last read more than 24 hours ago, or it is withheld (a
   backup was restored): "unavailable".
2. The service is closed to the public: "not_public". The last state read stands until rule 1.
3. The number is listed: "listed", however stale the directory is.
4. The feed was last read longer ago than ``stale_after``: "unavailable", never "no record".
5. "not_listed".

No thread, and no clock but the one that ``Freshness`` was given.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from nsor.disclosure import wording
from nsor.disclosure.directory import Directory, Person
from nsor.disclosure.wording import Language

if TYPE_CHECKING:
    from nsor.register.feed import Publication

Kind = Literal["listed", "not_listed", "unavailable", "not_public"]

ANSWERS_NOTHING_AFTER = 24 * 3600.0
"""Seconds without the feed after which nothing that the directory holds is told any more."""


class Answer(NamedTuple):
    """What is told of one number, and where it comes from.

    ``sequence`` is for the auditor: of a listed person, the publication that says so; of "no
    record", the last publication that had been looked at for this number (the silence itself where
    one overtook the feed); 0 where the directory was not asked.
    """

    kind: Kind
    text: str
    sequence: int


class Freshness:
    """How far the directory can be trusted. Written by the follower, read by the answerer.

    ``last_read`` is the time (seconds, of ``clock``) at which the read began that found the
    directory up to date. Each attribute is written whole, so threads need no lock; ``loaded`` is
    to be set last.
    """

    __slots__ = ("clock", "last_read", "loaded", "public_open", "stale_after", "withheld")

    def __init__(self, clock: Callable[[], float], stale_after: float) -> None:
        """Start as never loaded, and closed. ``stale_after`` is in seconds."""
        self.clock = clock
        self.stale_after = stale_after
        self.loaded = False
        self.public_open = False
        self.withheld = False
        self.last_read = clock()

    def age(self) -> float:
        """Return the seconds since the directory was known to be up to date."""
        return self.clock() - self.last_read

    def is_stale(self) -> bool:
        """Tell whether "no record" may no longer be said."""
        return not self.loaded or self.age() > self.stale_after


class Answerer:
    """Decides and words the answers of one short code."""

    def __init__(self, directory: Directory, freshness: Freshness, short_code: str) -> None:
        """Answer from ``directory`` as long as ``freshness`` allows."""
        self._directory = directory
        self._freshness = freshness
        self._short_code = short_code

    def answer(self, cnic: str, language: Language) -> Answer:
        """Return what the public is told about ``cnic``, 13 ASCII digits."""
        freshness = self._freshness
        age = freshness.age()
        if not freshness.loaded or freshness.withheld or age > ANSWERS_NOTHING_AFTER:
            return Answer("unavailable", wording.unavailable(language), 0)
        if not freshness.public_open:
            return Answer("not_public", wording.not_public(language), 0)
        number = int(cnic)
        person = self._directory.get(number)
        if person is not None:
            return Answer("listed", warning(language, person), person.sequence)
        if age > freshness.stale_after:
            return Answer("unavailable", wording.unavailable(language), 0)
        known_to = self._directory.known_to(number)
        return Answer("not_listed", wording.not_listed(language, cnic), known_to)

    def unreadable(self, language: Language) -> str:
        """Return how to ask, for a text that holds no number or more than one."""
        return wording.unreadable(language, self._short_code)

    def over_limit(self, language: Language) -> str:
        """Return that today's checks are used up."""
        return wording.over_limit(language)


def warning(language: Language, person: "Person | Publication") -> str:
    """Return what is told of ``person``, who is listed."""
    urdu = language == "ur"
    return wording.listed(
        language,
        name=person.name_ur if urdu else person.name_en,
        father=person.father_name_ur if urdu else person.father_name_en,
        sex=person.sex,
        relation=person.relation,
    )
