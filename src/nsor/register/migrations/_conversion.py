"""What became of one person of the record's first form: pure, without a database.

Rules that hold here: what was told of a person is told again in the order in which it was told
then. A term is worked out by the tiers of today, and nobody is silenced by it: that is the
scheduled work's to do.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from nsor.law.calendar import day_in_pakistan
from nsor.law.tiers import TierLaw
from nsor.register import documents, terms
from nsor.register.intervals import Span, Told, amendment, unsaid
from nsor.secrecy.subjects import SubjectKey

Row = dict[str, Any]


class Stand(NamedTuple):
    """How a person stood on a day."""

    standing: str
    ground: str
    tier: int | None
    term_ends: date | None
    review_on: date | None


class Version(NamedTuple):
    """How a person stood in a span of days, and which act recorded it."""

    batch: int
    span: Span
    stand: Stand


@dataclass
class Person:
    """Somebody of the first form: their rows there, and the numbers of their rows here."""

    cnic: str
    key: SubjectKey
    offender: int
    number: int
    particulars: Row | None = None
    """The offender's row, None where nothing of them was ever approved."""
    convictions: list[Row] = field(default_factory=list)
    appeals: list[Row] = field(default_factory=list)
    withdrawals: list[Row] = field(default_factory=list)
    releases: list[int] = field(default_factory=list)
    """Of the acts that were no batch, each its own, in their order."""

    @property
    def acts_without_batch(self) -> list[Row]:
        """The withdrawals, and the appeal states that took effect at once, in their order."""
        appeals = [row for row in self.appeals if row["state"] is None]
        return sorted([*appeals, *self.withdrawals], key=lambda row: row["decision"])

    @property
    def withdrawn(self) -> bool:
        """Tell whether the person was silenced as wrongly listed."""
        return bool(self.particulars and self.particulars["withdrawn"])

    @property
    def counted(self) -> list[Row]:
        """The convictions that were approved, in the order of their approval."""
        approved = [row for row in self.convictions if row["decision"] is not None]
        return sorted(approved, key=lambda row: (row["decision"], row["id"]))

    @property
    def first(self) -> Row | None:
        """The conviction by which the person came into the register, if one was approved."""
        return next(iter(self.counted), None)

    @property
    def recorded_by(self) -> int:
        """The act that entered the person's number."""
        counted = [row["batch_id"] for row in self.counted]
        waiting = [row["batch_id"] for row in self.convictions if row["state"] == "submitted"]
        others = [row["batch_id"] for row in self.convictions]
        return int((counted or sorted(waiting) or sorted(others))[0])

    @property
    def known_as(self) -> list[documents.Profile]:
        """Who the person is by all that counts or may come to count, each once."""
        rows = [row for row in self.convictions if row["state"] != "rejected"]
        if self.particulars:
            rows.insert(0, self.particulars)
        return list(dict.fromkeys(map(profile, rows or self.convictions)))


def profile(row: Row) -> documents.Profile:
    """Return the particulars that an offender's row or a conviction's held."""
    return documents.Profile(
        **{name: row[name] for name in documents.NAMES},
        relation=row["relation"],
        sex=row["sex"],
        date_of_birth=as_day(row["date_of_birth"]),
        address=row["address"],
        district=row["district"],
    )


def case(row: Row) -> documents.Case:
    """Return the case that a conviction's row held."""
    return documents.Case(
        person=profile(row),
        court=row["court"],
        case_number=row["case_number"],
        fir_number=row["fir_number"],
        police_station=row["police_station"],
        sentence=row["sentence"],
    )


def entered_states(person: Person) -> dict[int, str]:
    """Return the appeal state that each conviction was entered with, by its number."""
    states = {row["id"]: row["appeal_state"] for row in person.convictions}
    for appeal in sorted(_effective(person), key=lambda row: -row["decision"]):
        states[appeal["conviction_id"]] = appeal["from_state"]
    return states


def term_now(person: Person, law: TierLaw, convictions: dict[int, Any]) -> terms.Term:
    """Return the term of a person by all that counts; ``convictions`` are the rows to be."""
    standing = [row for row in person.counted if row["appeal_state"] != "quashed"]
    return terms.of([convictions[row["id"]] for row in standing], law)


def versions(person: Person, law: TierLaw, convictions: dict[int, Any]) -> list[Version]:
    """Return how a person stood, as the acts told it one after another."""
    return _Telling(person, law, convictions).versions()


def is_withdrawal(act: Row) -> bool:
    """Tell whether an act without a batch is a withdrawal; else it is an appeal state."""
    return "to_state" not in act


def moment_of(act: Row) -> datetime:
    """Return when an act without a batch took effect."""
    return as_moment(act["at"] if is_withdrawal(act) else act["effective_at"])


def as_day(value: Any) -> date | None:
    """Return a day as each database gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_moment(value: Any) -> datetime:
    """Return a moment as each database gives it."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def day_of(value: Any) -> date:
    """Return the day in Pakistan of a moment as each database gives it."""
    return day_in_pakistan(as_moment(value))


def _effective(person: Person) -> list[Row]:
    return [row for row in person.appeals if row["decision"] is not None]


class _Telling:
    def __init__(self, person: Person, law: TierLaw, convictions: dict[int, Any]) -> None:
        self._person = person
        self._law = law
        self._convictions = convictions
        self._states = entered_states(person)
        self._counted: list[Row] = []
        self._withdrawn = False
        self._told: list[Version] = []
        self._log: list[Told[Stand]] = []

    def versions(self) -> list[Version]:
        approved: defaultdict[int, list[Row]] = defaultdict(list)
        for row in self._person.counted:
            approved[row["decision"]].append(row)
        for appeal in _effective(self._person):
            approved[appeal["decision"]].append(appeal)
        for withdrawal in self._person.withdrawals:
            approved[withdrawal["decision"]].append(withdrawal)
        for decision in sorted(approved):
            first = approved[decision][0]
            if "to_state" in first:
                self._states[first["conviction_id"]] = first["to_state"]
            elif "convicted_on" in first:
                self._approve(approved[decision])
            else:
                self._withdraw(first)
        return self._told

    def _approve(self, rows: list[Row]) -> None:
        before = self._stand()
        is_first = not self._counted
        self._counted += rows
        now = self._stand()
        batch, at = rows[0]["batch_id"], as_moment(rows[0]["decided_at"])
        if is_first:
            since = as_day(rows[0]["convicted_on"])
            assert since is not None, "each conviction has its day"
            active = now._replace(standing="active", ground="")
            self._tell(batch, at, [(span, active) for span in unsaid(self._log, Span(since))])
        elif now != before:
            self._tell(batch, at, [(Span(day_in_pakistan(at)), now)])

    def _withdraw(self, row: Row) -> None:
        if self._withdrawn:
            return
        self._withdrawn = True
        at = as_moment(row["at"])
        span = Span(day_in_pakistan(at))
        if self._log:
            pieces = amendment(
                self._log,
                span,
                lambda stand: stand._replace(standing="suspended", ground="withdrawn"),
            )
        else:
            pieces = [(span, self._stand())]
        self._tell(row["batch_id"], at, pieces)

    def _stand(self) -> Stand:
        standing = [row for row in self._counted if self._states[row["id"]] != "quashed"]
        term = terms.of([self._convictions[row["id"]] for row in standing], self._law)
        return Stand(
            "suspended" if self._withdrawn else "active",
            "withdrawn" if self._withdrawn else "",
            term.tier,
            term.ends,
            term.review_on,
        )

    def _tell(self, batch: int, at: datetime, pieces: list[tuple[Span, Stand]]) -> None:
        for span, stand in pieces:
            self._told.append(Version(batch, span, stand))
            self._log.append(Told(at, span, stand))
