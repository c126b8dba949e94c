"""What the register said on a day, as known at a moment: the services against the naive model.

Generated histories are played to the real services on a clock that the test sets; then ``as_of``
and ``histories.replay`` are asked the same questions, on and beside every day and moment at which
an answer can change. And at each of those moments what was published then must be what ``as_of``
says of that day as known then.

Each history is one transaction that is taken back at the end, so that a thousand fit on one
database, each with a past of its own.
"""

import os
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from histories import (
    Appealed,
    Decided,
    Died,
    Entered,
    RemovalAsked,
    Suspended,
    day_of,
    replay,
)
from history_making import SECTION, SPELLINGS, a_history, questions
from history_playing import REASON, Player, fresh, published, story, taken_back
from hypothesis import given, settings
from hypothesis import strategies as st
from life_cycle_office import Clock
from register_builders import Office

from nsor.accounts.models import Officer
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.audit.trail import details
from nsor.register import services
from nsor.register.errors import Refusal
from nsor.register.history import as_of, read_history
from nsor.register.lifecycle import State
from nsor.register.models import Conviction

IS_LONG = os.environ.get("NSOR_CHAOS") == "full"
HISTORIES = 1000 if IS_LONG else 100
QUESTIONS = 12
LONG = pytest.mark.timeout(3600 if IS_LONG else 900)


def check(office: Office, clock: Clock, chance: Random, count: int) -> None:
    """Play a history of this chance, and compare all answers about it."""
    history = a_history(chance)
    with taken_back():
        player = Player(office, clock)
        player.play(history)
        for question in questions(history, chance, count):
            assert player.answer(question) == replay(history, question), story(question, *history)
        for at, person, (listed, name) in player.told:
            view = as_of(player.offenders[person], day_of(at), at)
            assert view is not None
            if view.standing == "removed" or view.profile is None:
                assert view.disclosure.outcome == "not_listed"
                continue
            if view.disclosure.silences == ("term_ended",):  # the feed waits for the scheduled job
                continue
            assert (view.disclosure.outcome == "listed") == listed, story(at, person, *history)
            assert not listed or view.profile.name_en == name, story(at, person, *history)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that stands still until it is set."""
    return Clock(monkeypatch)


@LONG
@pytest.mark.parametrize("tenth", range(10))
def test_every_question_is_answered_as_by_replaying(
    sqlite_office: Office, clock: Clock, tenth: int
) -> None:
    for seed in range(tenth, HISTORIES, 10):
        check(sqlite_office, clock, Random(seed), QUESTIONS)


@LONG
@pytest.mark.postgres
def test_postgresql_answers_the_same(postgres_office: Office, clock: Clock) -> None:
    for seed in range(2000, 2000 + HISTORIES // 10):
        check(postgres_office, clock, Random(seed), QUESTIONS)


@LONG
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
            fresh(offender), services.ProfileCorrection(changes, since, until), office.amna, REASON
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
    done = services.correct(fresh(offender), correction, office.amna, REASON)
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
    assert published(offender)[0] is False


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
    done = services.correct(fresh(aslam.offenders[ASLAM]), correction, office.amna, REASON)
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
    of_sindh = Officer(pk=999, name="Of Sindh", role="approval", jurisdiction="sindh")
    with pytest.raises(Refusal) as refused:
        read_history(aslam.offenders[ASLAM], date(2024, 3, 1), known, of_sindh, reason)
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
