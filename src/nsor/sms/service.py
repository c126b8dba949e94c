"""The gateway as a process: ties the rules to the machine, and ends them in order.

Order of a start: configuration, key ring, outbox (and with it the lock that keeps a second
gateway out), operations' address, directory; only then does anything bind. Order of an end
(SIGTERM, SIGINT): take nothing more, finish the windows, unbind, close the outbox.
"""

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
import uvloop
from prometheus_client.core import GaugeMetricFamily, Metric

from nsor import keyring
from nsor.disclosure import wording
from nsor.disclosure.answers import Answerer, Freshness
from nsor.disclosure.directory import Directory
from nsor.disclosure.follower import Feed, FeedFollower
from nsor.sms import config as configuration
from nsor.sms import logs
from nsor.sms.config import ConfigError, GatewayConfig
from nsor.sms.gateway import Gateway
from nsor.sms.machine import AsyncioNetwork, LoopClock, SystemRandomness
from nsor.sms.metrics import Figures, GatewayCollector, exposition
from nsor.sms.ops import OpsServer
from nsor.sms.outbox.interface import OutboxError
from nsor.sms.outbox.sqlite import SqliteStore
from nsor.sms.outbox.threaded import ThreadedOutbox
from nsor.sms.replies import Decider

# The store's thread has to get its turn within a commit's time, not within 5 ms.
_SWITCH_INTERVAL = 0.001
_STORE_PATIENCE = 1.0
_WARNINGS = frozenset(
    {"outbox_failing", "bind_refused", "connect_failed", "peer_silent", "stream_broken"}
)
_GC_THRESHOLD = (100_000, 10, 100)


def run(home: Path, feed: Feed, *, demo: bool = False) -> int:
    """Run the gateway until it is told to stop; returns the exit code (0 done, 1 refused)."""
    log = logs.configure()
    try:
        return _run(home, feed, log, demo=demo)
    finally:
        logs.drain()


def _run(home: Path, feed: Feed, log: structlog.typing.FilteringBoundLogger, *, demo: bool) -> int:
    try:
        config = configuration.read(os.environ)
        ops_address = configuration.bind_address(os.environ, "NSOR_OPS_BIND", "127.0.0.1:9464")
        ring = keyring.load_or_make(home)
        randomness = SystemRandomness()
        store = SqliteStore(outbox_path(home), ring, randomness.token_bytes(16))
    except (ConfigError, keyring.KeyRingError, OutboxError) as error:
        log.error("gateway_refused", reason=str(error))
        return 1
    if not config.smscs:
        log.error("gateway_refused", reason="NSOR_SMSC_URLS names no message centre to bind to.")
        store.close()
        return 1
    if keyring.lies_beside_data(home) and not demo:
        log.warning("key_ring_beside_data", advice="Set NSOR_KEYS to a file on another medium.")
    sys.setswitchinterval(_SWITCH_INTERVAL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(config, ops_address, store, feed, log))


def outbox_path(home: Path) -> Path:
    """Return the file of ``NSOR_OUTBOX_URL``, or else that in ``home``. Raises ``ConfigError``."""
    url = os.environ.get("NSOR_OUTBOX_URL")
    if not url:
        return home / "outbox.sqlite3"
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return Path(unquote(parts.path[1:]))
    if parts.scheme == "nats":
        raise ConfigError("NSOR_OUTBOX_URL: the nats:// engine is not built yet; use sqlite:///.")
    raise ConfigError("NSOR_OUTBOX_URL is written sqlite:///path (sqlite:////path if absolute).")


class _Service:
    """The parts of a running gateway."""

    def __init__(
        self,
        config: GatewayConfig,
        store: SqliteStore,
        feed: Feed,
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        self._config = config
        self._store = store
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._directory = Directory()
        self._freshness = Freshness(time.monotonic, config.stale_after)
        self._gateway: Gateway | None = None
        self._outbox: ThreadedOutbox | None = None
        self._stopping = False
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self.follower = FeedFollower(
            feed,
            self._directory,
            self._freshness,
            deliver=self._loop.call_soon_threadsafe,
            on_loaded=self._open,
            on_progress=lambda _: None,
        )

    def stop(self) -> None:
        """End in order; a second call changes nothing."""
        if self._stopping:
            return
        self._stopping = True
        self._log.info("gateway_stopping")
        if self._gateway is None:
            self._stopped()
        else:
            self._gateway.stop(self._stopped)

    def readiness(self) -> dict[str, object]:
        """Return whether the gateway can serve, and why not."""
        freshness, gateway = self._freshness, self._gateway
        reasons = []
        if not freshness.loaded:
            reasons.append("directory_not_loaded")
        elif freshness.is_stale():
            reasons.append("directory_stale")
        if gateway is not None and gateway.store_failing:
            reasons.append("outbox_failing")
        if gateway is not None and gateway.refuses_for_want_of_room:
            reasons.append("full")
        if gateway is None or not gateway.bound:
            reasons.append("unbound")
        if self._stopping:
            reasons.append("stopping")
        return {
            "ready": not reasons,
            "reasons": reasons,
            "directory_sequence": self._directory.sequence,
            "directory_age_seconds": round(freshness.age(), 1),
        }

    def metrics(self) -> bytes:
        """Return the figures in Prometheus' form."""
        gateway = self._gateway
        figures = Figures() if gateway is None else gateway.figures
        return exposition(GatewayCollector(figures, self._gauges))

    def _tell(self, event: str, **facts: object) -> None:
        tell = self._log.warning if event in _WARNINGS else self._log.info
        tell(event, **facts)

    def crash(self, context: dict[str, Any]) -> None:
        """End where a callback raised: what is in memory can't be trusted, the store can."""
        error = context.get("exception")
        told = logs.told_of(type(error), error.__traceback__) if error is not None else {}
        self._log.error("gateway_crashed", **told)
        if not self.ended.done():
            self.ended.set_result(1)

    def _gauges(self) -> Iterator[Metric]:
        if self._gateway is not None:
            yield from self._gateway.gauges()
        for name, text, value in (
            ("sequence", "The last publication known", self._directory.sequence),
            ("age_seconds", "Since the feed was last read to its end", self._freshness.age()),
            ("people", "People listed", self._directory.people),
        ):
            yield GaugeMetricFamily(f"nsor_directory_{name}", text, value=value)

    def _open(self) -> None:
        """Start answering: the directory is loaded."""
        if self._stopping:
            return
        self._log.info("directory_loaded", people=self._directory.people)
        answerer = Answerer(self._directory, self._freshness, self._config.short_code)
        decider = Decider(
            answerer.answer, answerer.unreadable, answerer.over_limit, wording.unavailable
        )
        try:
            recovered = self._store.recover()
        except OutboxError as error:
            self._log.error("gateway_refused", reason=str(error))
            self.ended.set_result(1)
            return
        self._outbox = ThreadedOutbox(self._store, self._loop.call_soon_threadsafe)
        self._gateway = Gateway(
            self._config,
            decider,
            self._outbox,
            recovered,
            AsyncioNetwork(self._loop),
            LoopClock(self._loop),
            SystemRandomness(),
            self._tell,
        )
        # What answers a message is freed by its count alone: look for cycles seldom.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLD)
        self._gateway.start()

    def _stopped(self) -> None:
        if self._outbox is None or self._outbox.stop(_STORE_PATIENCE):
            self._store.close()
        else:
            self._log.error("outbox_hangs", advice="What was not acknowledged comes again.")
        self._log.info("gateway_stopped")
        if not self.ended.done():
            self.ended.set_result(0)


async def _serve(
    config: GatewayConfig,
    ops_address: tuple[str, int],
    store: SqliteStore,
    feed: Feed,
    log: structlog.typing.FilteringBoundLogger,
) -> int:
    service = _Service(config, store, feed, log)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: service.crash(context))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    try:
        ops = OpsServer(ops_address, service.readiness, service.metrics)
    except OSError as error:
        log.error("gateway_refused", reason=f"NSOR_OPS_BIND can't be had: {error.strerror}.")
        store.close()
        return 1
    service.follower.start()
    log.info("gateway_started", ops_port=ops.port)
    code = await service.ended
    service.follower.stop()
    ops.close()
    return code
