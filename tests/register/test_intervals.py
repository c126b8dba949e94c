"""Both times of a fact, against a model that only remembers what it was told.

Days and moments are few, so that the whole of both axes is asked every time.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.register.intervals import Span, Told, amendment, said, settled, unsaid

DAYS = 9
FIRST_DAY = date(2024, 1, 1)
EVERY_DAY = [FIRST_DAY + timedelta(days=number) for number in range(-1, DAYS + 2)] + [date.max]
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
LATE = NOON + timedelta(days=100)

Log = list[Told[str]]


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def hour(number: float) -> datetime:
    return NOON + timedelta(hours=number)


def replay(log: Log, on: date, known: datetime) -> str | None:
    """Answer from all that was told: the naive model."""
    last = None
    for told in log:
        has_begun = told.at <= known and told.span.valid_from <= on
        if has_begun and (told.span.valid_to is None or on < told.span.valid_to):
            last = told
    return last and last.value


def answers(log: Log, moments: Sequence[datetime]) -> dict[tuple[date, datetime], str | None]:
    return {(on, known): said(log, on, known) for on in EVERY_DAY for known in moments}


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(st.integers(0, DAYS - 1))
    last = draw(st.none() | st.integers(first + 1, DAYS))
    return Span(day(first), None if last is None else day(last))


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Draw what was told in the order of the moments, several of one moment among them."""
    steps = draw(st.lists(st.tuples(st.integers(0, 2), spans(), st.sampled_from(["a", "b", ""]))))
    log, moment = [], 0
    for step, span, value in steps:
        moment += step
        log.append(Told(hour(moment), span, value))
    return log


def moments_of(log: Log) -> list[datetime]:
    """Return moments before, at, between and after those of the tellings."""
    exact = {told.at for told in log} | {NOON}
    return sorted(exact | {at + timedelta(minutes=step) for at in exact for step in (-30, 30)})


@given(logs())
def test_every_question_is_answered_as_by_replaying(log: Log) -> None:
    found = answers(log, moments_of(log))

    assert found == {(on, known): replay(log, on, known) for on, known in found}


@given(logs())
def test_what_is_settled_says_each_day_once_and_what_the_log_says(log: Log) -> None:
    pieces = settled(log)

    for on in EVERY_DAY:
        assert [value for span, value in pieces if on in span] == [
            value for value in [replay(log, on, LATE)] if value is not None
        ]
    for (earlier, one), (later, other) in pairwise(pieces):
        assert earlier.valid_to is not None
        assert earlier.valid_to <= later.valid_from
        assert earlier.valid_to < later.valid_from or one != other


@given(logs(), spans())
def test_an_amendment_changes_what_is_said_on_each_day_alone(log: Log, span: Span) -> None:
    more = [
        Told(LATE, days, value) for days, value in amendment(log, span, lambda value: value + "!")
    ]

    for on in EVERY_DAY:
        before = replay(log, on, LATE)
        is_amended = before is not None and on in span
        assert said([*log, *more], on, LATE) == (f"{before}!" if is_amended else before)
        assert said([*log, *more], on, hour(99)) == replay(log, on, hour(99))


@given(logs(), spans())
def test_an_amendment_tells_nothing_that_is_said_already(log: Log, span: Span) -> None:
    assert amendment(log, span, str) == []
    for days, value in amendment(log, span, lambda value: "b"):
        inside = [on for on in EVERY_DAY if on in days]
        assert value == "b"
        assert all(on in span for on in inside)
        assert all(replay(log, on, LATE) in ("a", "") for on in inside)


@given(logs(), spans())
def test_of_what_is_unsaid_nothing_was_told(log: Log, span: Span) -> None:
    gaps = unsaid(log, span)

    for on in EVERY_DAY:
        was_told = replay(log, on, LATE) is not None
        assert [on for gap in gaps if on in gap] == [on for _ in "1" if on in span and not was_told]


@given(spans(), spans())
def test_spans_agree_with_their_days(some: Span, other: Span) -> None:
    days = {on for on in EVERY_DAY if on in some}
    others = {on for on in EVERY_DAY if on in other}

    assert some.overlaps(other) == bool(days & others)
    assert [on for piece in some.outside(other) for on in EVERY_DAY if on in piece] == sorted(
        days - others
    )
    if days & others:
        assert {on for on in EVERY_DAY if on in some.common(other)} == days & others
    else:
        with pytest.raises(ValueError, match="ends after"):
            some.common(other)


@pytest.mark.parametrize("last", [0, -1])
def test_a_span_without_a_day_is_refused(last: int) -> None:
    with pytest.raises(ValueError, match="ends after the day"):
        Span(day(0), day(last))
