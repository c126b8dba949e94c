"""What the register said on a day, as known at a moment: the services against the naive model.

Generated histories are played to the real services on a clock that the test sets; then ``as_of``
and ``histories.replay`` are asked the same questions, on and beside every day and moment at which
an answer can change. And at each of those moments what was published then must be what ``as_of``
says of that day as known then.

Each history is one transaction that is taken back at the end, so that a thousand fit on one
database, each with a past of its own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from histories import (
    Appealed,
    Corrected,
    Decided,
    Died,
    Entered,
    Event,
    History,
    Merged,
    Question,
    RemovalAsked,
    Restored,
    Suspended,
    TermEnded,
    Unmerged,
    day_of,
    replay,
)
from history_making import SECTION, SPELLINGS, a_history, questions
from hypothesis import given, settings
from hypothesis import strategies as st
from register_builders import Office

from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.audit.trail import details
from nsor.register import documents, services
from nsor.register.batches import reject_batch
from nsor.register.errors import Refusal
from nsor.register.history import RecordView, as_of, read_history
from nsor.register.lifecycle import State
from nsor.register.models import Conviction, Ground, Offender, Publication
from nsor.secrecy import subjects

IS_LONG = os.environ.get("NSOR_CHAOS") == "full"
HISTORIES = 1000 if IS_LONG else 100
QUESTIONS = 12
REASON = "so ordered"


class Clock:
    """The time that the register believes it to be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2024, 3, 1, 12, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.now)


class Player:
    """Does what a history tells by the register's services, each event at its moment."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self.office = office
        self.clock = clock
        self.offenders: dict[str, Offender] = {}
        self.waiting: dict[int, int] = {}
        self.told: list[tuple[datetime, str, tuple[bool, str]]] = []
        """What was published of each person after each event: whether listed, and the name."""

    def play(self, history: History) -> None:
        for place, event in enumerate(history):
            self.clock.now = event.at
            batch = self._do(event)
            if batch is not None:
                self.waiting[place] = batch
            for person, offender in self.offenders.items():
                self.told.append((event.at, person, _published(offender)))

    def answer(self, question: Question) -> dict[str, Any]:
        """Answer as ``histories.replay`` does, by ``as_of``."""
        person = self.offenders.get(question.person)
        view = as_of(person, question.on, question.known) if person else None
        if person is None or view is None:
            return _answer_of(None, {}, person.pk if person else 0)
        numbers = {offender.pk: number for number, offender in self.offenders.items()}
        return _answer_of(view, numbers, person.pk)

    def _do(self, event: Event) -> int | None:
        amna = self.office.amna
        match event:
            case Entered():
                return self._enter(event)
            case Decided(of=of, approved=True):
                services.approve(self.waiting[of], self.office.bilal)
                return None
            case Decided(of=of):
                reject_batch(self.waiting[of], self.office.bilal, REASON)
                return None
            case Appealed(person=person, case=case, state=state, effective_on=effective_on):
                return services.record_appeal(
                    person, case, state, amna, REASON, effective_on=effective_on
                ).batch
            case Suspended(person=person, ground=Ground.WITHDRAWN):
                return services.withdraw(person, amna, REASON).batch
            case Merged(person=person, other=other):
                into, other_one = self.offenders[person], self.offenders[other]
                return services.merge(_fresh(into), _fresh(other_one), amna, REASON).batch
            case Unmerged(other=other):
                return services.unmerge(_fresh(self.offenders[other]), amna, REASON).batch
        return self._do_to(_fresh(self.offenders[event.person]), event)

    def _do_to(self, offender: Offender, event: Event) -> int | None:
        amna = self.office.amna
        match event:
            case Corrected(valid_from=valid_from, names=names):
                correction = services.ProfileCorrection(names._asdict(), valid_from)
                return services.correct(offender, correction, amna, REASON).batch
            case Suspended(ground=ground):
                return services.suspend(offender, Ground(ground), amna, REASON).batch
            case Restored():
                return services.restore(offender, amna, REASON).batch
            case Died(died_on=died_on):
                return services.record_death(offender, died_on, amna, REASON).batch
            case TermEnded():
                assert services.expire(offender) is not None
                return None
            case RemovalAsked():
                return services.remove(offender, amna, REASON).batch
        raise NotImplementedError(event)

    def _enter(self, event: Entered) -> int:
        known = self.offenders.get(event.person)
        new = a_conviction(
            event.person,
            event.case,
            convicted_on=event.convicted_on,
            appeal_state=event.appeal,
            **event.names._asdict(),
        )
        everybody = frozenset(Offender.objects.values_list("pk", flat=True))
        batch = services.enter_conviction(
            new, self.office.amna, same_as=known and _fresh(known), others=everybody
        )
        services.submit(batch, self.office.amna)
        assert batch.offender is not None
        self.offenders.setdefault(event.person, batch.offender)
        return batch.pk


def a_conviction(
    number: str,
    case: str = "1/2023",
    *,
    convicted_on: date = date(2023, 7, 1),
    appeal_state: str = "none",
    name_ur: str = "محمد اسلم",
    name_en: str = "Muhammad Aslam",
) -> services.NewConviction:
    """Give a conviction whose term is of 15 years, as an officer enters it."""
    person = documents.Profile(name_ur, "غلام رسول", name_en, "Ghulam Rasool", "father", "male")
    return services.NewConviction(
        number=number,
        case=documents.Case("Sessions Court, Lahore", case, person),
        sections=(SECTION,),
        convicted_on=convicted_on,
        victim_category="child",
        appeal_state=appeal_state,
    )


def _fresh(offender: Offender) -> Offender:
    return Offender.objects.get(pk=offender.pk)


def _published(offender: Offender) -> tuple[bool, str]:
    """Return what the newest publication of somebody says: whether listed, and the name."""
    row = (
        Publication.objects.filter(number__offender=offender, release__last_sequence__isnull=False)
        .order_by("release__base_sequence", "ordinal")
        .last()
    )
    key = subjects.key(row.key_id) if row else None
    if row is None or key is None:
        return False, ""
    told = documents.open_told(key, (row.release_id, row.ordinal), bytes(row.sealed))
    return row.listed, told.name_en


def _answer_of(view: RecordView | None, numbers: dict[int, str], person: int) -> dict[str, Any]:
    profile = view.profile if view else None
    return {
        "names": profile and (profile.name_ur, profile.name_en),
        "standing": view.standing if view else None,
        "ground": view.ground if view else "",
        "deceased_on": view.deceased_on if view else None,
        "convictions": {
            one.case.case_number: one.appeal_state for one in (view.convictions if view else ())
        },
        "merged_into": numbers[view.offender] if view and view.offender != person else None,
    }


def _story(*lines: object) -> str:
    return "\n".join(map(str, lines))


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what is written meanwhile, to the data and to the key store."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")


def check(office: Office, clock: Clock, chance: Random, count: int) -> None:
    """Play a history of this chance, and compare all answers about it."""
    history = a_history(chance)
    with taken_back():
        player = Player(office, clock)
        player.play(history)
        for question in questions(history, chance, count):
            assert player.answer(question) == replay(history, question), _story(question, *history)
        for at, person, (listed, name) in player.told:
            view = as_of(player.offenders[person], day_of(at), at)
            assert view is not None
            if view.standing == "removed" or view.profile is None:
                assert view.disclosure.outcome == "not_listed"
                continue
            if view.disclosure.silences == ("term_ended",):  # the feed waits for the scheduled job
                continue
            assert (view.disclosure.outcome == "listed") == listed, _story(at, person, *history)
            assert not listed or view.profile.name_en == name, _story(at, person, *history)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that stands still until it is set."""
    return Clock(monkeypatch)


@pytest.mark.parametrize("tenth", range(10))
def test_every_question_is_answered_as_by_replaying(
    sqlite_office: Office, clock: Clock, tenth: int
) -> None:
    for seed in range(tenth, HISTORIES, 10):
        check(sqlite_office, clock, Random(seed), QUESTIONS)


@pytest.mark.postgres
def test_postgresql_answers_the_same(postgres_office: Office, clock: Clock) -> None:
    for seed in range(2000, 2000 + HISTORIES // 10):
        check(postgres_office, clock, Random(seed), QUESTIONS)


def test_histories_that_hypothesis_makes_and_shrinks(sqlite_office: Office, clock: Clock) -> None:
    @settings(max_examples=HISTORIES // 4, deadline=None, database=None)
    @given(st.randoms(use_true_random=False))
    def asks(chance: Random) -> None:
        check(sqlite_office, clock, chance, QUESTIONS)

    asks()


ASLAM = "3520112345671"
LAUNCHED = date(2023, 5, 1)


def day(text: str) -> datetime:
    """Return noon of a day in Pakistan."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + timedelta(hours=7)


@pytest.fixture
def aslam(sqlite_office: Office, clock: Clock) -> Player:
    """Give a register that published Aslam on 2024-03-01, convicted on 2023-07-01."""
    player = Player(sqlite_office, clock)
    entered = Entered(day("2024-02-01"), ASLAM, "1/2023", date(2023, 7, 1), SPELLINGS[0], "none")
    player.play((entered, Decided(day("2024-03-01"), ASLAM, 0, approved=True)))
    return player


def test_a_stay_that_reached_us_late_is_known_late(aslam: Player) -> None:
    stay = Appealed(day("2024-05-20"), ASLAM, "1/2023", "stayed", date(2024, 3, 10))
    aslam.play((stay,))

    in_april = date(2024, 4, 15)
    before = as_of(aslam.offenders[ASLAM], in_april, day("2024-05-19"))
    after = as_of(aslam.offenders[ASLAM], in_april, day("2024-05-20"))

    assert before is not None
    assert after is not None
    assert [before.disclosure.outcome, after.disclosure.outcome] == ["listed", "not_listed"]
    assert after.disclosure.silences == ("stayed",)


def test_a_death_in_the_past_leaves_the_standing_of_then_as_it_was(aslam: Player) -> None:
    aslam.play(
        (
            Suspended(day("2024-05-01"), ASLAM, "dispute"),
            Died(day("2024-06-01"), ASLAM, date(2024, 4, 1)),
        )
    )

    view = as_of(aslam.offenders[ASLAM], date(2024, 4, 10), day("2024-06-01"))

    assert view is not None
    assert (view.standing, view.deceased_on) == ("active", date(2024, 4, 1))


def test_a_death_that_is_dated_anew_was_not_on_the_first_day(aslam: Player) -> None:
    aslam.play(
        (
            Died(day("2024-06-01"), ASLAM, date(2024, 4, 1)),
            Died(day("2024-07-01"), ASLAM, date(2024, 5, 1)),
        )
    )

    def died(on: str, known: str) -> date | None:
        view = as_of(aslam.offenders[ASLAM], date.fromisoformat(on), day(known))
        return view and view.deceased_on

    assert died("2024-04-10", "2024-06-30") == date(2024, 4, 1)
    assert died("2024-04-10", "2024-07-01") is None
    assert died("2024-05-10", "2024-07-01") == date(2024, 5, 1)


def test_a_correction_of_the_past_changes_its_fields_and_days_alone(aslam: Player) -> None:
    office, clock, offender = aslam.office, aslam.clock, aslam.offenders[ASLAM]
    for month, changes, since, until in (
        ("2024-04-01", {"district": "Lahore"}, date(2024, 1, 1), None),
        ("2024-05-01", {"name_en": "Md Aslam"}, date(2023, 9, 1), date(2024, 2, 1)),
    ):
        clock.now = day(month)
        done = services.correct(
            _fresh(offender), services.ProfileCorrection(changes, since, until), office.amna, REASON
        )
        services.approve(done.batch, office.bilal)

    def said_on(on: str) -> tuple[str, str]:
        view = as_of(offender, date.fromisoformat(on), clock.now)
        assert view is not None
        assert view.profile is not None
        return view.profile.name_en, view.profile.district

    assert said_on("2023-08-31") == ("Muhammad Aslam", "")
    assert said_on("2023-09-01") == ("Md Aslam", "")
    assert said_on("2024-01-31") == ("Md Aslam", "Lahore")
    assert said_on("2024-02-01") == ("Muhammad Aslam", "Lahore")


def test_a_corrected_conviction_is_known_since_its_correction(aslam: Player) -> None:
    office, clock, offender = aslam.office, aslam.clock, aslam.offenders[ASLAM]
    clock.now = day("2024-04-01")
    conviction = Conviction.objects.get()
    correction = services.ConvictionCorrection(conviction, {"sections": "PPC 376"})
    done = services.correct(_fresh(offender), correction, office.amna, REASON)
    clock.now = day("2024-04-02")
    stay = Appealed(clock.now, ASLAM, "1/2023", "stayed", date(2024, 4, 2))
    aslam.play((stay,))
    clock.now = day("2024-04-03")
    services.approve(done.batch, office.bilal)

    def said_at(known: str) -> list[tuple[tuple[str, ...], str]]:
        view = as_of(offender, date(2024, 4, 2), day(known))
        assert view is not None
        return [(one.sections, one.appeal_state) for one in view.convictions]

    assert said_at("2024-04-01") == [((SECTION,), "none")]
    assert said_at("2024-04-02") == [((SECTION,), "stayed")]
    assert said_at("2024-04-03") == [(("PPC 376",), "stayed")]
    assert _published(offender)[0] is False


def test_a_stay_of_a_conviction_that_waited_holds_after_its_approval(
    sqlite_office: Office, clock: Clock
) -> None:
    player = Player(sqlite_office, clock)
    player.play(
        (
            Entered(day("2024-02-01"), ASLAM, "1/2023", date(2023, 7, 1), SPELLINGS[0], "none"),
            Appealed(day("2024-02-02"), ASLAM, "1/2023", "stayed", date(2024, 2, 2)),
            Decided(day("2024-03-01"), ASLAM, 0, approved=True),
        )
    )

    view = as_of(player.offenders[ASLAM], date(2024, 3, 1), clock.now)

    assert view is not None
    assert [one.appeal_state for one in view.convictions] == ["stayed"]
    assert view.disclosure.silences == ("stayed",)


def test_the_states_of_a_first_entry_are_told_by_what_was_known(aslam: Player) -> None:
    offender = aslam.offenders[ASLAM]
    moments = [day("2024-01-31"), day("2024-02-01"), day("2024-03-01")]

    views = [as_of(offender, date(2024, 3, 1), known) for known in moments]

    assert views[0] is None
    assert [view and view.state for view in views[1:]] == [State.SUBMITTED, State.PUBLISHED]
    assert [view and view.numbers for view in views[1:]] == [
        (),
        ((offender.pk, "cnic", ASLAM, None, None),),
    ]


def test_nobody_was_told_of_before_the_service_opened(aslam: Player) -> None:
    office, clock = aslam.office, aslam.clock
    clock.now = day("2024-04-01")
    correction = services.ConvictionCorrection(
        Conviction.objects.get(), {"convicted_on": date(2021, 1, 1)}
    )
    done = services.correct(_fresh(aslam.offenders[ASLAM]), correction, office.amna, REASON)
    services.approve(done.batch, office.bilal)

    def outcome(on: date) -> str:
        view = as_of(aslam.offenders[ASLAM], on, clock.now)
        assert view is not None
        return view.disclosure.outcome

    assert outcome(date(2021, 6, 1)) == "not_open"  # before the Act
    assert outcome(LAUNCHED - timedelta(days=1)) == "not_open"
    assert outcome(date(2024, 3, 1)) == "listed"


def test_reading_the_past_is_entered_in_the_trail(aslam: Player) -> None:
    offender, bilal = aslam.offenders[ASLAM], aslam.office.bilal

    view = read_history(offender, date(2024, 3, 1), day("2024-03-01"), bilal, " a court asks ")

    assert view is not None
    entry = Entry.objects.latest("pk")
    assert (entry.act, entry.subject) == (Act.HISTORY_READ, f"offender:{offender.pk}")
    assert details(entry.pk) == {
        "on": "2024-03-01",
        "known": "2024-03-01T07:00:00+00:00",
        "reason": "a court asks",
    }


@pytest.mark.parametrize(
    ("known", "reason", "code"),
    [
        (datetime(2024, 3, 1), "a court asks", "bad_value"),  # noqa: DTZ001
        (day("2024-03-01"), " ", "reason_required"),
    ],
)
def test_a_question_without_zone_or_reason_is_refused(
    aslam: Player, known: datetime, reason: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read_history(aslam.offenders[ASLAM], date(2024, 3, 1), known, aslam.office.bilal, reason)
    assert refused.value.code == code
    assert not Entry.objects.filter(act=Act.HISTORY_READ).exists()


def test_of_who_was_removed_only_that_remains(aslam: Player) -> None:
    asked = RemovalAsked(day("2024-04-01"), ASLAM)
    aslam.waiting.clear()
    aslam.play((asked, Decided(day("2024-04-02"), ASLAM, 0, approved=True)))
    offender = aslam.offenders[ASLAM]

    for known in (day("2024-03-01"), aslam.clock.now):
        view = as_of(offender, date(2024, 3, 1), known)
        assert view is not None
        assert (view.standing, view.profile, view.numbers, view.convictions) == (
            "active",
            None,
            (),
            (),
        )
        assert view.disclosure.outcome == "not_listed"
    last = read_history(offender, day_of(aslam.clock.now), aslam.clock.now, aslam.office.bilal, "x")
    assert last is not None
    assert (last.state, last.standing) == (State.REMOVED, "removed")
    assert details(Entry.objects.latest("pk").pk) == {
        "on": "2024-04-02",
        "known": aslam.clock.now.isoformat(),
    }
