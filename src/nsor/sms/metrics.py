"""The gateway's figures: plain counters on the message path, Prometheus' form when asked.

Rules that hold here: one thread writes; another may read at any time, and sees each figure whole.
Labels are operators, kinds, binds and statuses, never anything of a person.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

LATENCY_BOUNDS: Final = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    *(1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0),
)
COMMIT_BOUNDS: Final = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)


class Histogram:
    """Counts of seconds by upper bound."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def buckets(self) -> tuple[list[tuple[str, float]], float]:
        """Return the cumulative counts by bound, and the sum."""
        total = 0
        buckets = []
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            buckets.append((bound, float(total)))
        return buckets, self._sum


class Figures:
    """What the message path counts. Keys are the labels in the order of DESIGN's names."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.answered: Counter[tuple[str, str]] = Counter()
        self.parts: Counter[str] = Counter()
        self.failed: Counter[tuple[str, str]] = Counter()
        self.throttled: Counter[str] = Counter()
        self.receipts: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.again: Counter[str] = Counter()
        self.unknown = 0
        self.owed = 0
        self.latency = Histogram(LATENCY_BOUNDS)
        self.commit = Histogram(COMMIT_BOUNDS)

    def know(self, operator: str) -> None:
        """Begin an operator's figures at 0, so that their first step is seen."""
        for counter in (self.received, self.parts, self.throttled, self.again):
            counter[operator] += 0


_COUNTERS: Final = (
    ("nsor_sms_received", "received", ("operator",), "Messages received from citizens"),
    ("nsor_sms_answered", "answered", ("operator", "kind"), "Replies that the operator took whole"),
    ("nsor_sms_parts", "parts", ("operator",), "Parts of replies that the operator took"),
    (
        "nsor_sms_failed",
        "failed",
        ("operator", "status"),
        "Replies given up, by the error's status",
    ),
    ("nsor_sms_throttled", "throttled", ("operator",), "Submits answered with 'slower' or 'full'"),
    (
        "nsor_sms_receipts",
        "receipts",
        ("operator", "state"),
        "Receipts, by what became of the part",
    ),
    ("nsor_sms_refused", "refused", ("operator", "status"), "Messages not taken, by our status"),
    ("nsor_sms_redelivered", "again", ("operator",), "Messages known as ones that came before"),
)


class GatewayCollector(Collector):
    """Gives the figures to Prometheus. ``gauges`` returns what is true now, when it is asked."""

    def __init__(self, figures: Figures, gauges: Callable[[], Iterable[Metric]]) -> None:
        self._figures = figures
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Return every figure."""
        figures = self._figures
        for name, attribute, labels, text in _COUNTERS:
            family = CounterMetricFamily(name, text, labels=labels)
            for key, value in list(getattr(figures, attribute).items()):
                family.add_metric([key] if isinstance(key, str) else list(key), value)
            yield family
        yield CounterMetricFamily(
            "nsor_sms_unknown", "Parts given up without ever an answer", value=figures.unknown
        )
        yield GaugeMetricFamily(
            "nsor_sms_owed", "Replies owed and not yet taken", value=figures.owed
        )
        yield _histogram(
            "nsor_sms_latency_seconds",
            "From a question read to its whole reply acknowledged",
            figures.latency,
        )
        yield _histogram("nsor_outbox_commit_seconds", "One commit of the outbox", figures.commit)
        yield from self._gauges()


def _histogram(name: str, text: str, histogram: Histogram) -> Metric:
    family = HistogramMetricFamily(name, text)
    buckets, total = histogram.buckets()
    family.add_metric([], buckets, total)
    return family


def exposition(collector: Collector) -> bytes:
    """Return the text that Prometheus scrapes."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return generate_latest(registry)
