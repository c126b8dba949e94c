"""One bind with a message centre: connects, binds, keeps alive, and connects again.

A link lives as long as the gateway; each of its connections has a number of its own and its own
session. Everything that happens on a connection is told to the owner in batches, one for each
wake-up of the socket, and everything to be written goes out in one write. A peer that does not
read is not read from, so that what waits to be written stays bounded.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from nsor.sms.config import Smsc
from nsor.sms.seams import Clock, Network, Randomness, Timer, Transport
from nsor.sms.smpp import events
from nsor.sms.smpp.session import Session
from nsor.sms.smpp.states import Role, State

FIRST_BACKOFF: Final = 0.5
LONGEST_BACKOFF: Final = 30.0
UNBIND_PATIENCE: Final = 2.0
CLOSE_PATIENCE: Final = 5.0
# A bind that lives as long begins its backoff anew; one that dies sooner does not, but its centre
# takes binds, and is never kept waiting for long.
STEADY_AFTER: Final = 30.0
MOST_FAILURES_ONCE_BOUND: Final = 2


class LinkOwner(Protocol):
    """Who is told what happens on a link. ``now`` is monotonic."""

    def next_connection(self, link: "Link") -> int:
        """Return the number of a new connection, unique in the store."""
        ...

    def link_up(self, link: "Link") -> None: ...

    def link_down(
        self, link: "Link", connection: int, unbound: bool, unknown: list[object]
    ) -> None:
        """A connection that was bound ended; ``unknown``: tokens that were never answered."""
        ...

    def link_stopped(self) -> None:
        """A ``stop`` was carried out."""
        ...

    def messages_received(
        self, link: "Link", messages: Sequence[events.MessageReceived], now: float
    ) -> None: ...

    def messages_answered(
        self, link: "Link", answers: Sequence[events.MessageAnswered], now: float
    ) -> None: ...

    def messages_overdue(self, link: "Link", tokens: list[object]) -> None:
        """These got no answer within the response timeout."""
        ...

    def link_event(self, link: "Link", event: str, **facts: object) -> None:
        """Something for the log."""
        ...


class Link:
    """See the module. ``bind_command``: ``pdu.BIND_*``; ``name``: unique among the gateway's."""

    def __init__(
        self,
        smsc: Smsc,
        bind_command: int,
        name: str,
        owner: LinkOwner,
        network: Network,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self.smsc = smsc
        self.name = name
        self.connection = 0
        self.reconnects = 0
        self._bind_command = bind_command
        self._owner = owner
        self._network = network
        self._clock = clock
        self._randomness = randomness
        self._session: Session | None = None
        self._transport: Transport | None = None
        self._timer: Timer | None = None
        self._failures = 0
        self._heard_at = 0.0
        self._unanswered_in = 0
        self._write_paused = False
        self._unbind_asked: int | None = None
        self._unbind_deadline = 0.0
        self._close_deadline: float | None = None
        self._unbound = False
        self._was_bound = False
        self._bound_at = 0.0
        self._stopping = False
        self._stopped = False

    @property
    def up(self) -> bool:
        """Whether the link is bound."""
        session = self._session
        return session is not None and session.state in (
            State.BOUND_TX,
            State.BOUND_RX,
            State.BOUND_TRX,
        )

    @property
    def stopped(self) -> bool:
        """Whether a ``stop`` has been carried out."""
        return self._stopped

    @property
    def room(self) -> int:
        """How many messages may be sent now."""
        if self._session is None or self._write_paused:
            return 0
        return self._session.room

    @property
    def in_flight(self) -> int:
        """How many messages of ours wait for an answer."""
        session = self._session  # asked by the thread that serves the figures
        return session.messages_waiting if session is not None else 0

    def start(self) -> None:
        """Connect, and stay connected until ``stop``."""
        self._timer = None
        if not self._stopping:
            self._network.connect(self.smsc.address, self, self.smsc.response_timeout)

    def stop(self) -> None:
        """Unbind once everything in flight is answered, then stay down."""
        self._stopping = True
        if self._transport is not None:
            if self._was_bound:
                self._settle()
            else:
                self._transport.abort()
            return
        if self._timer is not None:
            self._timer.cancel()
        self._set_stopped()

    def abort(self) -> None:
        """Give up the connection at once; its end is told as any other's."""
        self._stopping = True
        if self._transport is not None:
            self._transport.abort()
        else:
            self._set_stopped()

    # What the owner asks

    @property
    def session(self) -> Session:
        """The session of the present connection; there must be one (``room`` is not 0)."""
        assert self._session is not None
        return self._session

    def answer(self, connection: int, sequences: Sequence[int], status: int) -> None:
        """Queue the answers to messages; nothing where their connection is gone."""
        if connection != self.connection or self._session is None or not sequences:
            return
        self._unanswered_in -= len(sequences)
        self._session.acknowledge(sequences, status)

    def flush(self) -> None:
        """Write what is queued, in one write."""
        if self._session is None or self._transport is None:
            return
        data = self._session.data_to_send()
        if data:
            self._transport.write(data)
        if self._stopping or self._unbind_asked is not None:
            self._settle()

    # What the network tells

    def connection_opened(self, transport: Transport) -> None:
        """See ``Connection``."""
        if self._stopping:
            transport.abort()
            return
        now = self._clock.monotonic()
        self._transport = transport
        self._session = Session(Role.ESME, self.smsc.window)
        self._heard_at = now
        self._unanswered_in = 0
        self._write_paused = self._unbound = self._was_bound = False
        self._unbind_asked = self._close_deadline = None
        self._session.bind(self._bind_command, self.smsc.system_id, self.smsc.password, now)
        self.flush()
        self._tick_later()

    def connection_failed(self, reason: str) -> None:
        """See ``Connection``."""
        self._owner.link_event(self, "connect_failed", reason=reason)
        self._again()

    def data_received(self, data: bytes) -> None:
        """See ``Connection``."""
        session = self._session
        if session is None:
            return
        now = self._clock.monotonic()
        self._heard_at = now
        messages: list[events.MessageReceived] = []
        answers: list[events.MessageAnswered] = []
        for event in session.receive_data(data):
            if type(event) is events.MessageReceived:
                messages.append(event)
            elif type(event) is events.MessageAnswered:
                answers.append(event)
            else:
                self._on_event(event)
        if answers:
            self._owner.messages_answered(self, answers, now)
        if messages:
            self._unanswered_in += len(messages)
            self._owner.messages_received(self, messages, now)
        self.flush()

    def connection_lost(self, error: Exception | None) -> None:
        """See ``Connection``."""
        session, connection = self._session, self.connection
        self._session = self._transport = None
        self.connection = 0
        if self._timer is not None:
            self._timer.cancel()
        if session is not None and self._was_bound:
            steady = self._clock.monotonic() - self._bound_at >= STEADY_AFTER
            self._failures = 0 if steady else min(self._failures, MOST_FAILURES_ONCE_BOUND)
            reason = type(error).__name__ if error else "closed"
            self._owner.link_event(self, "down", unbound=self._unbound, reason=reason)
            self._owner.link_down(self, connection, self._unbound, session.take_waiting())
        self._again()

    def pause_writing(self) -> None:
        """See ``Connection``."""
        self._write_paused = True
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """See ``Connection``."""
        self._write_paused = False
        if self._transport is not None:
            self._transport.resume_reading()
            if self.up:
                self._owner.messages_answered(self, (), self._clock.monotonic())

    # Within

    def _on_event(self, event: events.Event) -> None:
        match event:
            case events.Bound():
                self._was_bound = True
                self._bound_at = self._clock.monotonic()
                self.connection = self._owner.next_connection(self)
                self._owner.link_event(self, "up")
                self._owner.link_up(self)
            case events.BindRefused(status):
                self._owner.link_event(self, "bind_refused", status=status)
                self._close()
            case events.UnbindRequested(sequence):
                self._unbind_asked = sequence
                self._unbind_deadline = self._clock.monotonic() + UNBIND_PATIENCE
            case events.Unbound():
                self._unbound = True
                self._close()
            case events.StreamBroken():
                self._owner.link_event(self, "stream_broken")
                self._close()
            case events.PduRefused(status):
                self._owner.link_event(self, "pdu_refused", status=status)
            case _:
                pass

    def _settle(self) -> None:
        """Where an end is wanted by either side, make it once nothing is in flight."""
        session, transport = self._session, self._transport
        if session is None or transport is None:
            return
        late = self._unbind_asked is not None and self._clock.monotonic() > self._unbind_deadline
        if (self._unanswered_in > 0 or session.messages_waiting) and not late:
            return
        if self._unanswered_in > 0:
            # What is still being stored comes again: not agreeing to the end makes it a loss,
            # after which such a message is known.
            transport.abort()
            return
        if self._unbind_asked is not None:
            session.answer_unbind(self._unbind_asked)
            self._unbind_asked = None
            self._unbound = True
            self._close()
        elif self._stopping and self.up:
            session.unbind(self._clock.monotonic())
            transport.write(session.data_to_send())

    def _close(self) -> None:
        if self._session is not None and self._transport is not None:
            data = self._session.data_to_send()
            if data:
                self._transport.write(data)
            self._close_deadline = self._clock.monotonic() + CLOSE_PATIENCE
            self._transport.close()

    def _again(self) -> None:
        if self._stopping:
            self._set_stopped()
            return
        backoff = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(self._failures, 10))
        self._failures += 1
        self.reconnects += 1
        delay = self._randomness.uniform(backoff / 2, backoff)
        self._timer = self._clock.call_later(delay, self.start)

    def _set_stopped(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._owner.link_stopped()

    def _tick_later(self) -> None:
        period = min(1.0, self.smsc.response_timeout / 4, self.smsc.enquire_link / 4)
        self._timer = self._clock.call_later(period, self._tick)

    def _tick(self) -> None:
        session, transport = self._session, self._transport
        if session is None or transport is None:
            return
        self._tick_later()
        now = self._clock.monotonic()
        if self._close_deadline is not None and now > self._close_deadline:
            transport.abort()  # the peer never reads what is left to write
            return
        tokens, peer_gone = session.take_overdue(now - self.smsc.response_timeout)
        if tokens:
            self._owner.messages_overdue(self, tokens)
        if peer_gone:
            self._owner.link_event(self, "peer_silent")
            transport.abort()
            return
        if self.up and now - self._heard_at >= self.smsc.enquire_link:
            self._heard_at = now
            session.enquire_link(now)
        self.flush()
