"""Made-up histories of people, and a naive model that answers from them by replaying.

A history is what happened in the register, in the order in which it was recorded: who was entered
and decided on, corrected, stayed, suspended, merged, removed. ``history_making`` makes them.

``replay`` answers what the register said about somebody on a day as known at a moment. It keeps no
versions and no spans: it reads the history again from its beginning for every question, and of all
that was told of one fact by then, for that day, the last counts.

An act that lets something be told waits until a ``Decided`` names it; others act at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

PAKISTAN = ZoneInfo("Asia/Karachi")


class Names(NamedTuple):
    """A person's names in both languages, as far as these histories change them."""

    name_ur: str
    name_en: str


@dataclass(frozen=True)
class Event:
    """Something that was recorded at a moment about a person, named by their CNIC."""

    at: datetime
    person: str

    @property
    def day(self) -> date:
        """The day in Pakistan on which it was recorded."""
        return day_of(self.at)


@dataclass(frozen=True)
class Entered(Event):
    """A conviction that waits; ``names`` is who the person is as the papers have it."""

    case: str
    convicted_on: date
    names: Names
    appeal: str


@dataclass(frozen=True)
class Corrected(Event):
    """Other names that hold from a day on, and that wait."""

    valid_from: date
    names: Names


@dataclass(frozen=True)
class Appealed(Event):
    """An appeal state that holds from a day on; it waits where the conviction would speak."""

    case: str
    state: str
    effective_on: date


@dataclass(frozen=True)
class Suspended(Event):
    """``ground``: ``withdrawn``, ``dispute`` or ``court_order``."""

    ground: str


@dataclass(frozen=True)
class Restored(Event):
    """A suspended person who waits to be told of again."""


@dataclass(frozen=True)
class Died(Event):
    """A death, maybe recorded late."""

    died_on: date


@dataclass(frozen=True)
class TermEnded(Event):
    """The scheduled job's run, maybe days after ``ended_on``, the first day after the term."""

    ended_on: date


@dataclass(frozen=True)
class RemovalAsked(Event):
    """A removal that waits; the person is silent meanwhile."""


@dataclass(frozen=True)
class Merged(Event):
    """Two entries that are one person, who goes on as ``person``; it waits."""

    other: str


@dataclass(frozen=True)
class Unmerged(Event):
    """Two people who were merged by mistake; it waits."""

    other: str


@dataclass(frozen=True)
class Decided(Event):
    """A second officer's word on the event at this place of the history."""

    of: int
    approved: bool


@dataclass(frozen=True)
class _RemovalWaits(Event):
    """What asking for a removal does: the person is silent, for that if for nothing else."""


@dataclass(frozen=True)
class _RemovalRefused(Event):
    """A second officer's no to a removal: who was silent for that alone is so no more."""


History = tuple[Event, ...]
Answer = dict[str, Any]

SILENT_APPEALS = ("stayed", "quashed")


class Question(NamedTuple):
    """What did the register say about ``person`` on the day ``on``, as known at ``known``?"""

    person: str
    on: date
    known: datetime


def day_of(at: datetime) -> date:
    """Return the day that it is in Pakistan."""
    return at.astimezone(PAKISTAN).date()


def waits(event: Event) -> bool:
    """Tell whether an event has no effect before a second officer's word."""
    if isinstance(event, Appealed):
        return event.state not in SILENT_APPEALS
    return isinstance(event, Entered | Corrected | Restored | RemovalAsked | Merged | Unmerged)


def replay(history: Sequence[Event], question: Question) -> Answer:
    """Answer from the history alone: the naive model.

    ``history`` is all that happened, up to when the question is put; a person who was removed
    by then is forgotten as of every moment, but that they were removed. The answer has ``names``,
    ``standing``, ``ground``, ``deceased_on``, ``convictions`` (the appeal state of each case) and
    ``merged_into``; None and empty where nothing was said.
    """
    model = _Model()
    for event in _effects(history, question.known):
        model.hear(*event)
    root = model.merged_into.get(question.person, question.person)
    members = [root, *(one for one, into in model.merged_into.items() if into == root)]
    answer: Answer = {
        "names": model.said(root, "names", question.on),
        "standing": model.said(root, "standing", question.on),
        "ground": model.said(root, "ground", question.on) or "",
        "deceased_on": min(
            filter(None, (model.said(one, "deceased_on", question.on) for one in members)),
            default=None,
        ),
        "convictions": {
            case: state
            for member in members
            for case in model.cases.get(member, ())
            if (state := model.said(member, case, question.on)) is not None
        },
        "merged_into": root if root != question.person else None,
    }
    if root in _removed(history):
        answer |= {"names": None, "convictions": {}, "deceased_on": None}
    return answer


def _effects(history: Sequence[Event], known: datetime) -> Iterator[tuple[Event, date]]:
    """Yield what took effect by a moment, in that order, with the day on which it did."""
    for event in history:
        if event.at > known:
            return
        if isinstance(event, Decided):
            if event.approved:
                yield history[event.of], event.day
            elif isinstance(history[event.of], RemovalAsked):
                yield _RemovalRefused(event.at, event.person), event.day
        elif not waits(event):
            yield event, event.day
        elif isinstance(event, RemovalAsked):
            yield _RemovalWaits(event.at, event.person), event.day


def _removed(history: Sequence[Event]) -> set[str]:
    return {
        event.person
        for event, _ in _effects(history, history[-1].at)
        if isinstance(event, RemovalAsked)
    }


class _Model:
    """All that was told of each fact, in the order of the telling: since a day, a value."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, date, Any]] = []
        self.cases: dict[str, list[str]] = {}
        self.merged_into: dict[str, str] = {}

    def said(self, person: str, fact: str, on: date) -> Any:
        answer = None
        for whom, what, since, value in self.told:
            if (whom, what) == (person, fact) and since <= on:
                answer = value
        return answer

    def hear(self, event: Event, day: date) -> None:
        match event:
            case Entered(person=person, case=case, convicted_on=convicted_on):
                if person not in self.cases:
                    self._tell(person, "names", convicted_on, event.names)
                    self._stand(person, convicted_on, "active")
                self.cases.setdefault(person, []).append(case)
                self._tell(person, case, convicted_on, event.appeal)
            case Corrected(person=person, valid_from=valid_from, names=names):
                self._tell(person, "names", valid_from, names)
            case Appealed(person=person, case=case, state=state, effective_on=effective_on):
                self._tell(person, case, effective_on, state)
            case Suspended(person=person, ground=ground):
                self._stand(person, day, "suspended", ground)
            case Restored(person=person):
                self._stand(person, day, "active")
            case _RemovalWaits(person=person):
                if self.said(person, "standing", day) == "active":
                    self._stand(person, day, "suspended", "removal")
            case _RemovalRefused(person=person):
                if self.said(person, "ground", day) == "removal":
                    self._stand(person, day, "active")
            case Died(person=person, died_on=died_on):
                self._tell(person, "deceased_on", died_on, died_on)
            case TermEnded(person=person, ended_on=ended_on):
                self._tell(person, "standing", ended_on, "expired")
                if self.said(person, "ground", day) != "withdrawn":
                    self._tell(person, "ground", ended_on, "")
            case RemovalAsked(person=person):
                self._stand(person, day, "removed")
            case Merged(person=person, other=other):
                self.merged_into[other] = person
            case Unmerged(person=person, other=other):
                del self.merged_into[other]
                self._part(person, other, day)

    def _part(self, whole: str, other: str, day: date) -> None:
        """What silenced the two together silences the other one too, until restored."""
        standing = self.said(whole, "standing", day)
        dead = [self.said(person, "deceased_on", day) for person in (whole, other)]
        if standing != "active":
            self._stand(other, day, standing, self.said(whole, "ground", day))
        elif dead[0] and not dead[1]:
            self._stand(other, day, "suspended", "dispute")

    def _stand(self, person: str, since: date, standing: str, ground: str = "") -> None:
        self._tell(person, "standing", since, standing)
        self._tell(person, "ground", since, ground)

    def _tell(self, person: str, fact: str, since: date, value: object) -> None:
        self.told.append((person, fact, since, value))
