"""How fresh what sources tell is, and who has gone silent: figures, and nothing of anybody.

Rules that hold here: a figure is of the last ``DAYS`` days, of the newest ``AT_MOST`` events of a
source; a source is silent where nothing came for longer than it may be, or than is usual of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from nsor.register.models import BatchState
from nsor.sources.models import MissingNumber, Push, PushState, RefusedCount, Source

DAYS: Final = 90
AT_MOST: Final = 200
USUAL_TIMES: Final = 4
"""How many usual intervals without a word are a silence."""
AT_LEAST: Final = timedelta(hours=24)
FIRST: Final = timedelta(days=7)
"""How long a source may be silent of which no usual interval is known yet."""
_KARACHI: Final = ZoneInfo("Asia/Karachi")


class Spread(NamedTuple):
    """The median, and what nine of ten don't exceed."""

    median: float
    ninth: float


class Freshness(NamedTuple):
    """How fresh what a source tells is.

    ``reaching_us`` is in days, from the day of the event; ``published`` in hours, from the arrival
    to the moment when it counted; None where there was nothing in the time.
    """

    source: int
    name: str
    active: bool
    events: int
    reaching_us: Spread | None
    published: Spread | None
    last_seen_at: datetime | None
    usual_hours: float | None
    silent: bool
    missing: int
    refused: int


class _Event(NamedTuple):
    event_on: date
    received_at: datetime
    at_once: bool
    state: str | None
    decided_at: datetime | None


def freshness(now: datetime | None = None) -> list[Freshness]:
    """Return the figures of every source, by name."""
    now = now or timezone.now()
    since = now - timedelta(days=DAYS)
    events = _events(since)
    gaps = MissingNumber.objects.values_list("source").annotate(Count("pk"))
    bad = Push.objects.filter(state=PushState.REFUSED, received_at__gte=since)
    missing = dict(gaps.values_list("source", "pk__count"))
    refused = dict(bad.values("source").annotate(Count("pk")).values_list("source", "pk__count"))
    return [
        _of(source, events[source.pk], missing.get(source.pk, 0), refused.get(source.pk, 0), now)
        for source in Source.objects.order_by("name")
    ]


def silent_sources(now: datetime | None = None) -> list[Freshness]:
    """Return the sources of which nothing was heard for too long."""
    return [one for one in freshness(now) if one.silent]


def refusals(hours: int = 24, now: datetime | None = None) -> int:
    """Return how many messages of nobody known were refused in the last hours."""
    since = int((now or timezone.now()).timestamp()) // 60 - 60 * hours
    rows = RefusedCount.objects.filter(minute__gte=since)
    return sum(rows.values_list("count", flat=True))


def metrics(now: datetime | None = None) -> bytes:
    """Return the figures as Prometheus reads them; a source is named by its number."""
    registry = CollectorRegistry()

    def gauge(name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, ["source"], registry=registry)

    reaching = gauge("nsor_source_event_days", "Days from an event to us, the median.")
    published = gauge("nsor_source_publication_hours", "Hours from arrival to publication.")
    seen = gauge("nsor_source_last_seen_seconds", "When a source was last heard of.")
    silent = gauge("nsor_source_silent", "Whether a source has gone silent.")
    missing = gauge("nsor_source_missing", "Order numbers of a source that have not come.")
    refused = gauge("nsor_source_refused", f"Refused pushes of a source in {DAYS} days.")
    for one in freshness(now):
        if not one.active:
            continue
        label = str(one.source)
        if one.reaching_us:
            reaching.labels(label).set(one.reaching_us.median)
        if one.published:
            published.labels(label).set(one.published.median)
        if one.last_seen_at:
            seen.labels(label).set(one.last_seen_at.timestamp())
        silent.labels(label).set(one.silent)
        missing.labels(label).set(one.missing)
        refused.labels(label).set(one.refused)
    strangers = Gauge(
        "nsor_sources_unknown_refused", "Refused in a day, of nobody known.", registry=registry
    )
    strangers.set(refusals(now=now))
    return generate_latest(registry)


def _events(since: datetime) -> defaultdict[int, list[_Event]]:
    """Return the newest events of each source, the newest first."""
    newest = Window(RowNumber(), partition_by=F("source"), order_by=F("received_at").desc())
    rows = (
        Push.objects.filter(state=PushState.ACCEPTED, received_at__gte=since)
        .annotate(place=newest)
        .filter(place__lte=AT_MOST)
        .order_by("source", "-received_at")
        .values_list(
            "source", "event_on", "received_at", "at_once", "batch__state", "batch__decided_at"
        )
    )
    found: defaultdict[int, list[_Event]] = defaultdict(list)
    for source, event_on, received_at, at_once, state, decided_at in rows:
        assert event_on is not None, "an accepted event has its day"
        found[source].append(_Event(event_on, received_at, at_once, state, decided_at))
    return found


def _of(
    source: Source, events: Sequence[_Event], missing: int, refused: int, now: datetime
) -> Freshness:
    usual = _usual([one.received_at for one in events])
    quiet = now - (source.last_seen_at or source.made_at)
    published = [hours for one in events if (hours := _hours_to_count(one)) is not None]
    return Freshness(
        source=source.pk,
        name=source.name,
        active=source.active,
        events=len(events),
        reaching_us=_spread([_days(one) for one in events]),
        published=_spread(published),
        last_seen_at=source.last_seen_at,
        usual_hours=usual.total_seconds() / 3600 if usual else None,
        silent=source.active and quiet > _may(source, usual),
        missing=missing,
        refused=refused,
    )


def _may(source: Source, usual: timedelta | None) -> timedelta:
    """Return for how long a source may be silent."""
    if source.silent_after_hours is not None:
        return timedelta(hours=source.silent_after_hours)
    return FIRST if usual is None else max(AT_LEAST, USUAL_TIMES * usual)


def _usual(moments: Sequence[datetime]) -> timedelta | None:
    """Return the usual time between two events, the newest first; None of fewer than three."""
    if len(moments) < 3:
        return None
    pauses = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    return timedelta(seconds=median(pauses))


def _days(event: _Event) -> float:
    return float((event.received_at.astimezone(_KARACHI).date() - event.event_on).days)


def _hours_to_count(event: _Event) -> float | None:
    if event.at_once:
        return 0.0
    if event.state != BatchState.APPROVED or event.decided_at is None:
        return None
    return (event.decided_at - event.received_at).total_seconds() / 3600


def _spread(values: list[float]) -> Spread | None:
    if not values:
        return None
    ordered = sorted(values)
    return Spread(median(ordered), ordered[min(len(ordered) - 1, (9 * len(ordered)) // 10)])
