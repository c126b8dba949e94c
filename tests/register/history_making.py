"""Makes histories that are all allowed, and questions about them, from any source of chance.

That source is ``random.Random(seed)``, or what ``st.randoms(use_true_random=False)`` draws, so that
hypothesis can shrink what fails. Rules of a history that hold here:

- At most one act waits for a second officer at a time; what silences may come in between, and
  where it outdates the one that waits, that is rejected.
- A fact never begins after the day in Pakistan on which it is recorded; it may begin years before,
  but not before the register says anything of the person.
- Moments grow strictly, so a question can be put between any two.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from histories import (
    SILENT_APPEALS,
    Appealed,
    Corrected,
    Decided,
    Died,
    Entered,
    Event,
    History,
    Merged,
    Names,
    Question,
    RemovalAsked,
    Restored,
    Suspended,
    TermEnded,
    Unmerged,
    day_of,
    waits,
)

from nsor.law.tiers import months_after

TERM_YEARS = 15
"""The term of ``SECTION``, which is of tier I, from the conviction: no release is recorded."""
SECTION = "PPC 292B"
SECTION_IN_FORCE = date(2016, 4, 1)
OPENED_ON = date(2023, 6, 1)
LAST_DAY = date(2045, 12, 31)


SPELLINGS = (
    Names("محمد اسلم", "Muhammad Aslam"),
    Names("محمد اسلم خان", "Muhammad Aslam Khan"),
    Names("یوسف علی", "Yousaf Ali"),
    Names("یوسف علی شاہ", "Yusuf Ali Shah"),
)


def a_history(chance: Random, length: int = 16) -> History:
    """Make a history of one or two people, of at most ``length`` events, that are all allowed."""
    office = _Office(chance)
    for _ in range(chance.randint(3, length)):
        if not office.goes_on():
            break
    return tuple(office.events)


def questions(history: History, chance: Random, count: int) -> list[Question]:
    """Make questions on and beside the days and the moments of a history, where answers change."""
    people = sorted({event.person for event in history})
    days = sorted({OPENED_ON} | {day for event in history for day in _days_of(event)})
    moments = [history[0].at - timedelta(days=1), *(event.at for event in history)]

    def late(count: int) -> int:
        """Return a place, a late one rather than an early one: more is said there."""
        return max(chance.randrange(count), chance.randrange(count))

    return [
        Question(
            chance.choice(people),
            days[late(len(days))] + timedelta(days=chance.randint(-1, 1)),
            moments[late(len(moments))] + timedelta(microseconds=chance.choice((-1, 0, 1))),
        )
        for _ in range(count)
    ]


def _days_of(event: Event) -> list[date]:
    values = [getattr(event, field.name) for field in fields(event)]
    days = [value for value in values if type(value) is date]
    return [event.day, *days]


class _File:
    """What the office of a made-up history knows of a person, to do only what is allowed."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.cases: dict[str, str] = {}
        self.convicted_on: dict[str, date] = {}
        self.standing = ""
        self.removal_silenced = False
        """Whether nothing but a removal that waits keeps the person silent."""
        self.names: list[tuple[date, Names]] = []
        self.died = False
        self.merged: str | None = None
        """The other one of a merger, seen from either side."""
        self.is_root = True

    @property
    def listed(self) -> bool:
        return bool(self.cases)

    def names_on(self, day: date) -> Names | None:
        held = [names for since, names in self.names if since <= day]
        return held[-1] if held else None


class _Office:
    """Makes the events of a history one after another; at most one waits at a time."""

    def __init__(self, chance: Random) -> None:
        self.events: list[Event] = []
        self._chance = chance
        self._now = datetime.combine(OPENED_ON, datetime.min.time(), UTC)
        count = chance.choice((1, 2))
        self._files = {number: _File(number) for number in self._numbers(count)}
        self._waiting: int | None = None
        self._case = 0

    def goes_on(self) -> bool:
        """Add an event; tell whether there was one to add."""
        moves = [move for file in self._files.values() for move in self._moves(file)]
        if self._waiting is not None:
            moves += [self._decide] * 4
        before = self._now
        self._now += timedelta(
            days=self._chance.choice((0, 1, 30, 200, 900)),
            seconds=self._chance.randint(1, 86_400),
        )
        if not moves or self._today > LAST_DAY:
            self._now = before
            return False
        event = self._chance.choice(moves)()
        place = len(self.events)
        self.events.append(event)
        if waits(event):
            self._waiting = place
        self._note(event)
        return True

    @property
    def _today(self) -> date:
        return day_of(self._now)

    def _numbers(self, count: int) -> list[str]:
        return [
            f"35201{self._chance.randint(1_000_000, 4_999_999) + n * 5_000_000}1"
            for n in range(count)
        ]

    def _moves(self, file: _File) -> list[Callable[[], Event]]:
        """Return what may be done next about a person, likelier things more than once."""
        if file.standing == "removed" or not file.is_root:
            return []
        moves: list[Callable[[], Event]] = []
        if file.listed:
            cases = [case for case in sorted(file.cases) if not self._is_asked(file, case)]
            moves += [partial(self._silence, file, case) for case in cases]
            moves += [partial(self._die, file)] * (not file.died)
        if self._waiting is not None:
            return moves
        if len(file.cases) < 3 and file.standing in ("", "active") and not file.died:
            moves += [partial(self._enter, file)] * (1 if file.listed else 4)
        if not file.listed:
            return moves
        moves += [partial(self._correct, file)] * 2
        moves += [partial(self._appeal, file)] * 3
        if file.standing == "active":
            moves += [partial(self._suspend, file)]
            moves += [partial(self._merge, file, other) for other in self._mergeable(file)] * 4
        if file.standing == "suspended":
            moves += [partial(self._restore, file)] * 3
        if file.standing in ("active", "suspended") and self._term_end(file):
            moves += [partial(self._end_term, file)]
        if file.merged:
            moves += [partial(self._unmerge, file)] * 2
        else:
            moves += [partial(self._ask_removal, file)] * (len(self.events) > 5)
        return moves

    def _mergeable(self, file: _File) -> list[_File]:
        others = (other for other in self._files.values() if other is not file)
        return [other for other in others if other.standing == "active" and not other.merged]

    def _enter(self, file: _File) -> Event:
        self._case += 1
        names = file.names_on(self._today) or self._chance.choice(SPELLINGS)
        appeal = self._chance.choice(("none", "none", "pending", "stayed"))
        case = f"{self._case}/{self._today.year}"
        return Entered(self._now, file.person, case, self._past_day(), names, appeal)

    def _correct(self, file: _File) -> Event:
        held = file.names_on(self._today)
        names = self._chance.choice([one for one in SPELLINGS if one != held])
        return Corrected(self._now, file.person, self._past_day(file.names[0][0]), names)

    def _appeal(self, file: _File) -> Event:
        case = self._chance.choice(sorted(file.cases))
        states = [
            one for one in ("none", "pending", "stayed", "quashed") if one != file.cases[case]
        ]
        return self._appeal_event(file, case, self._chance.choice(states))

    def _silence(self, file: _File, case: str) -> Event:
        return self._appeal_event(file, case, self._chance.choice(SILENT_APPEALS))

    def _is_asked(self, file: _File, case: str) -> bool:
        """Tell whether another state of this very case waits: a silence would outdate it."""
        waiting = None if self._waiting is None else self.events[self._waiting]
        if not isinstance(waiting, Appealed):
            return False
        return (waiting.person, waiting.case) == (file.person, case)

    def _appeal_event(self, file: _File, case: str, state: str) -> Event:
        since = self._past_day(file.convicted_on[case])
        return Appealed(self._now, file.person, case, state, since)

    def _suspend(self, file: _File) -> Event:
        ground = self._chance.choice(("withdrawn", "dispute", "court_order"))
        return Suspended(self._now, file.person, ground)

    def _restore(self, file: _File) -> Event:
        return Restored(self._now, file.person)

    def _die(self, file: _File) -> Event:
        return Died(self._now, file.person, self._past_day(file.names[0][0]))

    def _term_end(self, file: _File) -> date | None:
        """Return the first day after the term; None where it isn't one conviction that stands."""
        if list(file.cases.values()) not in (["none"], ["pending"]) or file.merged:
            return None
        first = min(file.convicted_on.values())
        return months_after(first, TERM_YEARS * 12)

    def _end_term(self, file: _File) -> Event:
        ended_on = self._term_end(file)
        assert ended_on is not None
        late = timedelta(days=self._chance.randint(0, 40), hours=7)
        due = datetime.combine(ended_on, datetime.min.time(), UTC) + late
        self._now = max(self._now, due)
        return TermEnded(self._now, file.person, ended_on)

    def _merge(self, file: _File, other: _File) -> Event:
        return Merged(self._now, file.person, other.person)

    def _unmerge(self, file: _File) -> Event:
        assert file.merged
        return Unmerged(self._now, file.person, file.merged)

    def _ask_removal(self, file: _File) -> Event:
        return RemovalAsked(self._now, file.person)

    def _decide(self) -> Event:
        assert self._waiting is not None
        asked = self.events[self._waiting]
        approved = self._chance.random() < 0.85 and not self._is_outdated(self._waiting)
        return Decided(self._now, asked.person, self._waiting, approved)

    def _is_outdated(self, place: int) -> bool:
        """Tell whether who waits to be told of again has died meanwhile: that is refused."""
        asked = self.events[place]
        return isinstance(asked, Restored) and any(
            isinstance(event, Died) and event.person == asked.person
            for event in self.events[place + 1 :]
        )

    def _past_day(self, earliest: date | None = None) -> date:
        """Return today or a day before, often long before."""
        days = self._chance.choice((0, 0, 1, 20, 300, 2000))
        return max(self._today - timedelta(days=days), earliest or SECTION_IN_FORCE)

    def _note(self, event: Event) -> None:
        file = self._files[event.person]
        match event:
            case Decided(of=of, approved=approved):
                self._waiting = None
                if approved:
                    self._note_effect(self.events[of])
                elif file.removal_silenced:
                    file.standing, file.removal_silenced = "active", False
            case RemovalAsked():
                if file.standing == "active":
                    file.standing, file.removal_silenced = "suspended", True
            case _ if not waits(event):
                self._note_effect(event)

    def _note_effect(self, event: Event) -> None:
        file = self._files[event.person]
        match event:
            case Entered():
                if not file.listed:
                    file.standing = "active"
                    file.names.append((event.convicted_on, event.names))
                file.cases[event.case] = event.appeal
                file.convicted_on[event.case] = event.convicted_on
            case Corrected():
                file.names.append((event.valid_from, event.names))
            case Appealed():
                file.cases[event.case] = event.state
            case Suspended():
                file.standing = "suspended"
            case Restored():
                file.standing = "active"
            case Died():
                file.died = True
            case TermEnded():
                file.standing = "expired"
            case RemovalAsked():
                file.standing = "removed"
            case Merged(other=other):
                self._files[other].is_root = False
                file.merged, self._files[other].merged = other, event.person
            case Unmerged(other=other):
                self._files[other].is_root = True
                file.merged = self._files[other].merged = None
                if file.standing != "active":
                    self._files[other].standing = file.standing
                elif file.died and not self._files[other].died:
                    self._files[other].standing = "suspended"
