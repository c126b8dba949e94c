"""How fresh sources are, and who has gone silent."""

from datetime import UTC, datetime, timedelta

import pytest
from register_builders import Office, a_row
from source_builders import a_conviction, a_court, an_appeal

from nsor.register import services
from nsor.sources import figures
from nsor.sources.models import Push, Source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _arrived(office: Office, *hours_ago: float, published_after: float = 0) -> None:
    """Have a court push a conviction so many hours ago, each published so many hours later."""
    court = a_court(office)
    for number, hours in enumerate(hours_ago, 1):
        event = a_conviction(cnic=f"35201{number:07}1", case_number=f"{number}/2026")
        day = (NOW - timedelta(hours=hours)).date() - timedelta(days=3)
        court.pushes("convictions", {**event, "convicted_on": day.isoformat()})
        push = Push.objects.order_by("-pk")[0]
        arrived = NOW - timedelta(hours=hours)
        Push.objects.filter(pk=push.pk).update(received_at=arrived)
        assert push.batch is not None
        if published_after:
            services.approve(push.batch.pk, office.bilal)
            push.batch.refresh_from_db()
            push.batch.decided_at = arrived + timedelta(hours=published_after)
            push.batch.save()
    Source.objects.update(last_seen_at=NOW - timedelta(hours=min(hours_ago, default=0)))


def test_the_days_and_the_hours_of_a_source(office: Office) -> None:
    _arrived(office, 1, 25, 49, published_after=6)

    figure = figures.freshness(NOW)[0]

    assert figure.events == 3
    assert figure.reaching_us == (3.0, 3.0)
    assert figure.published == (6.0, 6.0)
    assert figure.usual_hours == 24.0
    assert not figure.silent


def test_what_acts_at_once_counts_at_once(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(district="Lahore"))
    a_court(sqlite_office).pushes("appeals", an_appeal("stayed"))
    assert figures.freshness()[0].published == (0.0, 0.0)


def test_what_waits_has_no_hours_yet(sqlite_office: Office) -> None:
    a_court(sqlite_office).pushes("convictions", a_conviction())
    figure = figures.freshness()[0]
    assert (figure.events, figure.published) == (1, None)


@pytest.mark.parametrize(
    ("hours_ago", "silent"),
    [((1, 3, 5), False), ((23, 25, 27), False), ((25, 27, 29), True), ((95, 119, 143), False),
     ((97, 121, 145), True)],
)  # fmt: skip
def test_a_source_is_silent_after_four_times_its_usual_pause(
    sqlite_office: Office, hours_ago: tuple[float, ...], silent: bool
) -> None:
    _arrived(sqlite_office, *hours_ago)
    assert figures.freshness(NOW)[0].silent is silent
    assert bool(figures.silent_sources(NOW)) is silent


def test_a_source_is_silent_after_the_hours_that_were_set(sqlite_office: Office) -> None:
    _arrived(sqlite_office, 30, 60, 90)
    Source.objects.update(silent_after_hours=29)
    assert figures.freshness(NOW)[0].silent
    Source.objects.update(silent_after_hours=31)
    assert not figures.freshness(NOW)[0].silent


def test_who_was_switched_off_is_not_missed(sqlite_office: Office) -> None:
    _arrived(sqlite_office, 500, 510, 520)
    Source.objects.update(active=False)
    assert not figures.freshness(NOW)[0].silent


def test_a_source_that_never_pushed_is_missed_after_a_week(sqlite_office: Office) -> None:
    a_court(sqlite_office)
    Source.objects.update(made_at=NOW - timedelta(days=6))
    assert not figures.freshness(NOW)[0].silent
    Source.objects.update(made_at=NOW - timedelta(days=8))
    assert figures.freshness(NOW)[0].silent


def test_the_metrics_name_a_source_by_its_number_alone(sqlite_office: Office) -> None:
    _arrived(sqlite_office, 1, 2, 3)
    number = Source.objects.get().pk
    text = figures.metrics(NOW).decode()
    assert f'nsor_source_event_days{{source="{number}"}} 3.0' in text
    assert f'nsor_source_silent{{source="{number}"}} 0.0' in text
    assert "nsor_sources_unknown_refused 0.0" in text
    assert "Lahore" not in text


def test_gaps_and_refusals_are_counted(office: Office) -> None:
    court = a_court(office)
    court.pushes("convictions", {"sequence": 3, **a_conviction()})
    court.pushes("convictions", {"sequence": 4, **a_conviction(sections=["PPC 0"])})
    figure = figures.freshness()[0]
    assert (figure.missing, figure.refused) == (2, 1)
