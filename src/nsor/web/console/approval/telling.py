"""What the public is told of a number, word for word, now and once an act is approved.

Rules that hold here: the words are those of a text's reply, from the same function; why nothing is
told stands beside it in both languages, and never travels to the public.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils import translation

from nsor.disclosure import single, wording
from nsor.disclosure.answers import warning
from nsor.disclosure.single import CheckResult
from nsor.register import feed
from nsor.register.documents import names_of
from nsor.register.models import NumberKind
from nsor.register.people import Number, Person
from nsor.web import words


class InBoth(NamedTuple):
    """A sentence of ours in both languages."""

    ur: str
    en: str


class Told(NamedTuple):
    """What is told of one number; ``by_text`` False: nobody can ask about it by text."""

    row: int
    kind: str
    digits: str
    by_text: bool
    now: CheckResult | None
    then: CheckResult | None
    """While the public service is open."""
    why_not: tuple[InBoth, ...]

    def __repr__(self) -> str:
        return f"Told(row={self.row}, kind={self.kind!r})"

    @property
    def is_the_same(self) -> bool:
        """Tell whether the public is told the same as now."""
        return self.now == self.then


class Service(NamedTuple):
    """Whether the public is answered at all; the texts are what it is told where it isn't."""

    is_open: bool
    text_ur: str = ""
    text_en: str = ""


def service() -> Service:
    """Return whether the public is answered now."""
    try:
        standing = feed.standing()
    except feed.FeedUnavailable:
        return Service(False, wording.unavailable("ur"), wording.unavailable("en"))
    if standing.withheld:
        return Service(False, wording.unavailable("ur"), wording.unavailable("en"))
    if not standing.public_open:
        return Service(False, wording.not_public("ur"), wording.not_public("en"))
    return Service(True)


def of_people(people: Iterable[Person], *, erased: bool = False) -> Iterator[Told]:
    """Yield what the public is told of each number; ``erased``: once its person is removed."""
    for person in people:
        for number in person.numbers:
            yield _of(person, number, erased=erased)


def then(person: Person, number: Number) -> CheckResult:
    """Return what the public is told of somebody's number as they are given, the service open."""
    if not person.public:
        return _nothing(number)
    profile = person.profile
    publication = feed.Publication(
        0, int(number.digits), True, profile.sex, profile.relation, *names_of(profile)
    )
    return CheckResult("listed", warning("ur", publication), warning("en", publication))


def why_not(person: Person, *, erased: bool = False) -> tuple[InBoth, ...]:
    """Return in words why nothing is told of somebody; empty where something is."""
    codes = ("removed",) if erased else person.silences
    return tuple(in_both(code, "silence") for code in codes)


def in_both(word: str, table: str) -> InBoth:
    """Return a word of ``nsor.web.words`` in both languages."""
    said = []
    for language in ("ur", "en"):
        with translation.override(language):
            said.append(words.word(word, table))
    return InBoth(*said)


def _of(person: Person, number: Number, *, erased: bool) -> Told:
    by_text = number.kind != NumberKind.PASSPORT
    now = afterwards = None
    if by_text:
        now = single.check(number.digits, "public", short_code=settings.SHORT_CODE)
        afterwards = _nothing(number) if erased else then(person, number)
    return Told(
        row=number.row,
        kind=number.kind,
        digits=number.digits,
        by_text=by_text,
        now=now,
        then=afterwards,
        why_not=why_not(person, erased=erased),
    )


def _nothing(number: Number) -> CheckResult:
    return CheckResult(
        "not_listed",
        wording.not_listed("ur", number.digits),
        wording.not_listed("en", number.digits),
    )
