"""The gateway: links on one side, the outbox on the other, and what is owed in between.

Theory of operation: each wake-up of a socket gathers what its messages ask (``intake``); one
commit at a time makes what has gathered durable; then its messages are acknowledged and its
replies go to their operators (``operators``). Progress rides along with the next commit. All of
it is on one thread and calls nothing of the machine but the four seams.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Final, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from nsor.sms.config import GatewayConfig
from nsor.sms.delivery import Delivery
from nsor.sms.intake import Gathering, Intake
from nsor.sms.limits import Limits
from nsor.sms.link import Link
from nsor.sms.long_messages import LongMessages
from nsor.sms.metrics import Figures
from nsor.sms.operators import Rate
from nsor.sms.outbox.interface import Ended, Outbox, OutboxError, Recovered
from nsor.sms.periods import Periods
from nsor.sms.receipt_book import ReceiptBook
from nsor.sms.redelivery import REMEMBERED_AFTER_LOSS, STORED_BEFORE_LOSS, Redeliveries
from nsor.sms.replies import Decider
from nsor.sms.seams import Clock, Network, Randomness
from nsor.sms.smpp import pdu
from nsor.sms.smpp.events import MessageAnswered, MessageReceived

MOST_UNCOMMITTED: Final = 20_000
MOST_OWED: Final = 100_000
PROGRESS_DELAY: Final = 0.05
RETRY_AFTER_FAILURE: Final = 1.0
HOUSEKEEPING: Final = 1.0
STOP_PATIENCE: Final = 6.0
ABORT_PATIENCE: Final = 0.5


class Log(Protocol):
    """Where events go; never a thing of a person."""

    def __call__(self, event: str, **facts: object) -> None: ...


class Gateway:
    """See the module. Give it what the store held, then ``start``."""

    def __init__(
        self,
        config: GatewayConfig,
        decider: Decider,
        outbox: Outbox,
        recovered: Recovered,
        network: Network,
        clock: Clock,
        randomness: Randomness,
        log: Log,
    ) -> None:
        self.figures = Figures()
        self._config = config
        self._outbox = outbox
        self._clock = clock
        self._log = log
        self._periods = Periods(randomness, recovered.keys)
        self._limits = Limits(config.daily_limit, self._periods)
        self._redeliveries = Redeliveries()
        self._long = LongMessages(config.part_timeout)
        self._receipt_book = ReceiptBook()
        self._intake = Intake(
            config,
            decider,
            self._periods,
            self._limits,
            self._redeliveries,
            self._long,
            self._receipt_book,
            self.figures,
            # Not the same after each start: a handset may hold a part of before.
            first_reference=randomness.token_bytes(1)[0],
        )
        self._delivery = Delivery(
            config,
            decider,
            self._receipt_book,
            self.figures,
            clock,
            randomness,
            lambda: self._gathering.write,
            lambda reply, wall: self._intake.count_late(reply, wall, self._gathering),
            self._intake.next_reference,
        )
        self._gathering = Gathering()
        self._in_commit: Gathering | None = None
        self._progress_planned = False
        self._progress_due = 0.0
        self._retry_planned = False
        self.store_failing = False
        self._last_batch = recovered.last_batch
        self._last_connection = recovered.last_connection
        self._stopping: Callable[[], None] | None = None
        self._stopped = False
        self._randomness = randomness
        self.links = list(self._make_links(network))
        self._recover(recovered)

    # The life of the process

    def start(self) -> None:
        """Connect everywhere; the directory must have been loaded."""
        for link in self.links:
            link.start()
        self._clock.call_later(HOUSEKEEPING, self._keep_house)
        self._commit()

    def stop(self, stopped: Callable[[], None]) -> None:
        """Take nothing more, finish the windows, unbind, keep what is owed; then call back."""
        self._stopping = stopped
        self._delivery.stop()
        for link in self.links:
            link.stop()
        self._clock.call_later(STOP_PATIENCE, self._abort)
        self._finish_stopping()

    @property
    def bound(self) -> bool:
        """Whether any link is bound."""
        return any(link.up for link in self.links)

    @property
    def refuses_for_want_of_room(self) -> bool:
        """Whether messages are told to wait since too much is owed or too many are counted."""
        return self._limits.full or self.figures.owed >= MOST_OWED

    def gauges(self) -> Iterator[Metric]:
        """Return the figures of the links, as they are now."""
        up = GaugeMetricFamily("nsor_bind_up", "Whether a bind is up", labels=["operator", "bind"])
        reconnects = CounterMetricFamily(
            "nsor_bind_reconnects", "Connections tried again", labels=["operator"]
        )
        window = GaugeMetricFamily(
            "nsor_window_in_use", "Submits without an answer yet", labels=["operator"]
        )
        for link in self.links:
            up.add_metric([link.smsc.operator, link.name], float(link.up))
        for name, operator in self._delivery.operators.items():
            window.add_metric([name], sum(link.in_flight for link in operator.links))
            reconnects.add_metric([name], sum(link.reconnects for link in operator.links))
        yield from (up, reconnects, window)

    # What links tell (``LinkOwner``)

    def next_connection(self, link: Link) -> int:
        """See ``LinkOwner``."""
        self._last_connection += 1
        self._gathering.write.opened.append((self._last_connection, link.smsc.operator))
        return self._last_connection

    def link_up(self, link: Link) -> None:
        """See ``LinkOwner``."""
        self._delivery.operators[link.smsc.operator].pump(self._clock.monotonic())

    def link_down(self, link: Link, connection: int, unbound: bool, unknown: list[object]) -> None:
        """See ``LinkOwner``."""
        ended = Ended(connection, link.smsc.operator, self._clock.time(), unbound)
        uncommitted = [one for one in (self._in_commit, self._gathering) if one is not None]
        being_stored = [one.seen.get(connection, ()) for one in uncommitted]
        self._redeliveries.ended(ended, chain.from_iterable(being_stored))
        self._gathering.write.ended.append(ended)
        self.messages_overdue(link, unknown)
        self._commit()
        self._finish_stopping()

    def link_event(self, link: Link, event: str, **facts: object) -> None:
        """See ``LinkOwner``."""
        if event == "pdu_refused":  # as often as the peer likes: a figure, not a line
            self.figures.refused[link.smsc.operator, f"{facts['status']:#010x}"] += 1
            return
        self._log(event, operator=link.smsc.operator, bind=link.name, **facts)

    def messages_received(
        self, link: Link, messages: Sequence[MessageReceived], now: float
    ) -> None:
        """See ``LinkOwner``."""
        gathering, connection = self._gathering, link.connection
        refusal = self._refusal()
        if refusal is not None:
            self._answer(link, connection, [one.sequence for one in messages], refusal)
            return
        at_once = self._intake.take(link, messages, now, self._clock.time(), gathering)
        for status, sequences in at_once.items():
            self._answer(link, connection, sequences, status)
        self._commit()
        self._commit_progress_later()

    def messages_answered(self, link: Link, answers: Sequence[MessageAnswered], now: float) -> None:
        """See ``LinkOwner``."""
        self._delivery.answered(link.smsc.operator, answers, now)
        self._commit_progress_later()

    def messages_overdue(self, link: Link, tokens: list[object]) -> None:
        """See ``LinkOwner``."""
        self._delivery.unanswered(link.smsc.operator, tokens, self._clock.monotonic())
        self._commit_progress_later()

    def link_stopped(self) -> None:
        """See ``LinkOwner``."""
        self._finish_stopping()

    # Commits

    def _answer(self, link: Link, connection: int, sequences: list[int], status: int) -> None:
        if status != pdu.ESME_ROK:
            self.figures.refused[link.smsc.operator, f"{status:#010x}"] += len(sequences)
        link.answer(connection, sequences, status)

    def _refusal(self) -> int | None:
        if self._stopping is not None or self._limits.full:
            return pdu.ESME_RX_T_APPN
        uncommitted = self._gathering.held
        if self._in_commit is not None:
            uncommitted += self._in_commit.held
        if uncommitted >= MOST_UNCOMMITTED or self.figures.owed >= MOST_OWED:
            return pdu.ESME_RMSGQFUL
        return None

    def _commit(self, progress_too: bool = False) -> None:
        """Hand what has gathered to the outbox, unless it is at work."""
        gathering = self._gathering
        write = gathering.write
        if self._in_commit is not None:
            return
        pressing = gathering.acknowledge or write.owed or write.ended or write.retired_periods
        if not pressing and not progress_too:
            return
        self._in_commit, self._gathering = gathering, Gathering()
        write.at = self._clock.time()
        write.new_keys.update(self._periods.take_new())
        # A clock that was set ahead and back: a key that was made anew is not to go with the old.
        write.retired_periods = [one for one in write.retired_periods if one not in write.new_keys]
        # A batch is mostly finished within milliseconds: that it is, goes with the next commit;
        # how far it has got, only from time to time.
        now = self._clock.monotonic()
        if progress_too or now >= self._progress_due:
            self._progress_due = now + PROGRESS_DELAY
            progress_too = True
        self._delivery.take_progress(write, progress_too)
        if write.owed:
            self._last_batch += 1
            write.batch = self._last_batch
        self._outbox.commit(write, partial(self._committed, gathering))

    def _committed(self, gathering: Gathering, error: OutboxError | None, seconds: float) -> None:
        self._in_commit = None
        self.figures.commit.observe(seconds)
        if error is not None:
            self._take_back(gathering, error)
        else:
            if self.store_failing:
                self._log("outbox_recovered")
            self.store_failing = False
            self._commit()
            self._release(gathering)
        self._finish_stopping()

    def _release(self, gathering: Gathering) -> None:
        """Acknowledge what is durable now, and let its replies go."""
        write = gathering.write
        for connection, fingerprints in gathering.seen.items():
            self._redeliveries.stored(connection, write.at, fingerprints)
        for (link, connection), sequences in gathering.acknowledge.items():
            link.answer(connection, sequences, pdu.ESME_ROK)
        if gathering.replies:
            self._delivery.accept(write.batch, gathering.replies)
        self._delivery.pump(self._clock.monotonic())

    def _take_back(self, gathering: Gathering, error: OutboxError) -> None:
        """Undo what could not be kept, and what was gathered since, for it may build on that.

        Their messages are answered "later"; the rest is kept for the next commit.
        """
        if not self.store_failing:
            self._log("outbox_failing", error=str(error))
        self.store_failing = True
        since, self._gathering = self._gathering, Gathering()
        self._delivery.give_back_progress(gathering.write)
        self._periods.give_back(gathering.write.new_keys)
        self._undo(since)
        self._undo(gathering)
        for failed in (gathering, since):
            self._intake.keep_late_counts(failed, self._gathering)
        ours = self._gathering.write
        for write in (gathering.write, since.write):
            ours.opened += write.opened
            ours.ended += write.ended
            ours.sent += write.sent
            ours.receipted += write.receipted
            ours.retired_periods += write.retired_periods
        for refused in (gathering, since):
            for (link, connection), sequences in refused.acknowledge.items():
                self._answer(link, connection, sequences, pdu.ESME_RX_T_APPN)
                link.flush()
        if not self._retry_planned:
            self._retry_planned = True
            self._clock.call_later(RETRY_AFTER_FAILURE, self._retry)

    def _retry(self) -> None:
        self._retry_planned = False
        self._commit(progress_too=True)

    def _undo(self, gathering: Gathering) -> None:
        for undo in reversed(gathering.undo):
            undo()
        self._limits.take_back(gathering.write.counted_period, gathering.write.counted)
        for connection, fingerprints in gathering.seen.items():
            self._redeliveries.refused(connection, fingerprints)

    def _commit_progress_later(self) -> None:
        if not self._progress_planned:
            self._progress_planned = True
            self._clock.call_later(PROGRESS_DELAY, self._commit_progress)

    def _commit_progress(self) -> None:
        self._progress_planned = False
        write = self._gathering.write
        if self._in_commit is not None:
            self._commit_progress_later()
        elif self._delivery.has_progress or write.sent or write.receipted or write.opened:
            self._commit(progress_too=True)

    # From time to time

    def _keep_house(self) -> None:
        if self._stopped:
            return
        self._clock.call_later(HOUSEKEEPING, self._keep_house)
        now, wall = self._clock.monotonic(), self._clock.time()
        if self._stopping is None:
            self._intake.expire_parts(now, wall, self._gathering)
        self._limits.roll(wall)
        over = self._periods.retire(wall)
        self._limits.forget(over)
        write = self._gathering.write
        write.retired_periods.extend(over)
        write.forget_seen_before = wall - REMEMBERED_AFTER_LOSS - STORED_BEFORE_LOSS - 1
        write.forget_sent_before = wall - self._config.reply_validity - 86400
        self._delivery.drop_expired(now)
        self._commit(progress_too=self._delivery.has_progress)

    def _finish_stopping(self) -> None:
        if self._stopping is None or self._stopped or self._in_commit is not None:
            return
        if not all(link.stopped for link in self.links):
            return
        write = self._gathering.write
        left = self._delivery.has_progress or write.ended or write.sent or write.receipted
        if left and not self.store_failing:
            self._commit(progress_too=True)
            return
        self._end()

    def _abort(self) -> None:
        """End all the same: nothing that is still in a commit has been acknowledged."""
        for link in self.links:
            if not link.stopped:
                link.abort()
        self._clock.call_later(ABORT_PATIENCE, self._end)

    def _end(self) -> None:
        if not self._stopped and self._stopping is not None:
            self._stopped = True
            self._stopping()

    # At the start

    def _make_links(self, network: Network) -> Iterator[Link]:
        numbers: Counter[tuple[str, str]] = Counter()  # two entries may lead to one address
        for smsc in self._config.smscs:
            operator = self._delivery.operator(smsc.operator)
            self.figures.know(smsc.operator)
            rate = Rate(smsc.rate, self._clock.monotonic())
            where = f"{smsc.address.host}:{smsc.address.port}"
            commands = (
                (("trx", pdu.BIND_TRANSCEIVER),)
                if smsc.bind == "trx"
                else (("tx", pdu.BIND_TRANSMITTER), ("rx", pdu.BIND_RECEIVER))
            )
            for _ in range(smsc.binds):
                for kind, command in commands:
                    name = f"{where}/{kind}{numbers[where, kind]}"
                    numbers[where, kind] += 1
                    link = Link(smsc, command, name, self, network, self._clock, self._randomness)
                    operator.add_link(link, rate)
                    yield link

    def _recover(self, recovered: Recovered) -> None:
        now, wall = self._clock.monotonic(), self._clock.time()
        self._limits.restore(recovered.counted, recovered.notices, wall)
        self._gathering.write.ended.extend(self._redeliveries.restore(recovered))
        self._long.restore(recovered.parts, recovered.last_part, now)
        self._receipt_book.restore(recovered.sent)
        for number, owed, state in recovered.owed:
            self._delivery.restore(number, owed, state)
