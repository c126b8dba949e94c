"""The register in a simulated world: who is listed, how fresh the feed is, and what was right when.

What the gateway asks is the real directory and answerer. ``right`` is an independent account of
what may be said, kept from the moments at which something changed.
"""

from bisect import bisect_right
from typing import Any, Literal, NamedTuple

from simulated_time import SimulatedTime

from nsor.disclosure import wording
from nsor.disclosure.answers import Answerer, Freshness
from nsor.disclosure.directory import Directory
from nsor.sms.replies import Decider

Language = Literal["ur", "en"]
_DAY = 24 * 3600.0
_JUST = 1e-6


class Publication(NamedTuple):
    """What the feed yields."""

    sequence: int
    cnic: int
    listed: bool
    sex: str
    relation: str
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str


class Register:
    """See the module. Times are of ``monotonic``."""

    def __init__(self, time: SimulatedTime, short_code: str, stale_after: float) -> None:
        self._time = time
        self._stale_after = stale_after
        self._short_code = short_code
        self._listed: dict[str, list[tuple[float, Publication | None]]] = {}
        self._down_since: float | None = None
        self._downs: list[tuple[float, float]] = []
        self._changes: list[float] = [0.0]
        self._held_back: list[Publication] = []
        self._sequence = 0
        self.directory = Directory()
        self.freshness = Freshness(self._age, stale_after)
        self.freshness.last_read = 0.0
        self.freshness.public_open = self.freshness.loaded = True

    def decider(self) -> Decider:
        """Return what a gateway that starts now decides by."""
        answerer = Answerer(self.directory, self.freshness, self._short_code)
        return Decider(
            answerer.answer, answerer.unreadable, answerer.over_limit, wording.unavailable
        )

    def list_person(self, cnic: str, words: int = 2) -> None:
        """Publish a person; ``words`` makes the names longer."""
        name = " ".join([f"فرضی{cnic[-4:]}"] * words)
        english = " ".join([f"Farzi {cnic[-4:]}"] * words)
        self._publish(cnic, True, name, "فرضی والد", english, "Farzi Father")

    def silence(self, cnic: str) -> None:
        """Publish that nobody is listed under a number."""
        self._publish(cnic, False, "", "", "", "")

    def feed_down(self) -> None:
        """Let the feed be out of reach."""
        if self._down_since is None:
            self._down_since = self._time.monotonic()
            self._changes.append(self._down_since)

    def feed_up(self) -> None:
        """Let the feed be read again, and all that was missed."""
        if self._down_since is None:
            return
        now = self._time.monotonic()
        self._downs.append((self._down_since, now))
        self._down_since = None
        self._changes.append(now)
        held_back, self._held_back = self._held_back, []
        for publication in held_back:
            self._apply(publication)

    def right(self, cnic: str, language: Language, since: float, until: float) -> set[str]:
        """Return every text that was right at some moment of a span."""
        first = bisect_right(self._changes, since)
        moments = [since, *self._changes[first : bisect_right(self._changes, until)], until]
        for down, up in (*self._downs, (self._down_since or until, until)):
            aged = (down + self._stale_after + _JUST, down + _DAY + _JUST, up - _JUST)
            moments += [moment for moment in aged if max(since, down) < moment < min(until, up)]
        return {self._right_at(cnic, language, moment) for moment in moments}

    def unavailable(self, language: Language) -> str:
        """Return the reply of a service that can't answer."""
        return wording.unavailable(language)

    def unreadable(self, language: Language) -> str:
        """Return the reply to what can't be read."""
        return wording.unreadable(language, self._short_code)

    def over_limit(self, language: Language) -> str:
        """Return the reply to one check too many."""
        return wording.over_limit(language)

    def _publish(self, cnic: str, listed: bool, *names: str) -> None:
        self._sequence += 1
        publication = Publication(self._sequence, int(cnic), listed, "male", "father", *names)
        if self._down_since is not None:
            self._held_back.append(publication)
        else:
            self._apply(publication)

    def _apply(self, publication: Publication) -> None:
        now = self._time.monotonic()
        stated: Any = publication
        self.directory.apply(stated)
        known = self._listed.setdefault(f"{publication.cnic:013d}", [])
        known.append((now, publication if publication.listed else None))
        self._changes.append(now)

    def _age(self) -> float:
        return 0.0 if self._down_since is None else self._time.monotonic() - self._down_since

    def _age_at(self, moment: float) -> float:
        if self._down_since is not None and moment >= self._down_since:
            return moment - self._down_since
        return max((moment - down for down, up in self._downs if down <= moment < up), default=0.0)

    def _right_at(self, cnic: str, language: Language, moment: float) -> str:
        age = self._age_at(moment)
        if age > _DAY:
            return wording.unavailable(language)
        person = None
        for since, publication in self._listed.get(cnic, ()):
            if since <= moment:
                person = publication
        if person is not None:
            urdu = language == "ur"
            return wording.listed(
                language,
                name=person.name_ur if urdu else person.name_en,
                father=person.father_name_ur if urdu else person.father_name_en,
                sex=person.sex,
                relation=person.relation,
            )
        if age > self._stale_after:
            return wording.unavailable(language)
        return wording.not_listed(language, cnic)
