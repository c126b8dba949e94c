"""The way in: from a deliver_sm to what is owed for it.

What is taken gathers in a ``Gathering`` until one commit makes it durable. Rules that hold here:

- Nothing is owed to anything but a subscriber, nor for a receipt: no loops.
- A message that comes again is the same message: nothing more is owed for it, nothing counted.
- A check over the limit is not looked up; one is counted when the directory answers it.
- Whatever is counted or held here is undone where the commit fails.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from smpp34 import DeliverSm, Tlv

from nsor.sms import receipts
from nsor.sms.config import GatewayConfig
from nsor.sms.encoding import decode
from nsor.sms.limits import Limits, NoticeKind
from nsor.sms.link import Link
from nsor.sms.long_messages import LongMessages, language_of
from nsor.sms.metrics import Figures
from nsor.sms.outbox.interface import HeldPart, OwedReply, ReplyKind, Seen, Write
from nsor.sms.periods import KeyedHash, Periods
from nsor.sms.reading import Check, read
from nsor.sms.reassembly import Outcome, Part, parse_part, text_of
from nsor.sms.receipt_book import ReceiptBook
from nsor.sms.redelivery import Redeliveries
from nsor.sms.replies import Decider, Language, Reply, Wording
from nsor.sms.senders import subscriber as subscriber_of
from nsor.sms.smpp import pdu
from nsor.sms.smpp.events import MessageReceived

_OUT_OF_THE_ORDINARY: Final = 0x7C  # a message type that is no text, or a user data header
_SAYING: Final = frozenset({0x020C, 0x020E, 0x020F, 0x0424})  # sar_*, message_payload

Route = tuple[str, str, int, int, int, int]
"""Where an answer goes: operator, sender with its TON and NPI, and its source's TON and NPI."""


@dataclass(slots=True)
class Gathering:
    """What one commit will make durable, and what is to be done once it is."""

    write: Write = field(default_factory=Write)
    replies: list[Reply] = field(default_factory=list)
    acknowledge: dict[tuple[Link, int], list[int]] = field(default_factory=dict)
    seen: dict[int, list[int]] = field(default_factory=dict)
    counted_late: list[int] = field(default_factory=list)
    undo: list[Callable[[], None]] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many messages wait for the commit."""
        return sum(map(len, self.acknowledge.values()))


class Intake:
    """See the module. ``now``: monotonic seconds; ``wall``: seconds since 1970."""

    def __init__(
        self,
        config: GatewayConfig,
        decider: Decider,
        periods: Periods,
        limits: Limits,
        redeliveries: Redeliveries,
        long_messages: LongMessages,
        receipt_book: ReceiptBook,
        figures: Figures,
        first_reference: int,
    ) -> None:
        self._config = config
        self._decider = decider
        self._periods = periods
        self._limits = limits
        self._redeliveries = redeliveries
        self._long = long_messages
        self._receipts = receipt_book
        self._figures = figures
        self._reference = first_reference
        self._ourselves = subscriber_of(config.short_code, 0)  # however it is written
        # Long messages that were given up in a commit that failed: to be given up again.
        self._untold: list[tuple[HeldPart, tuple[int, ...]]] = []

    def next_reference(self) -> int:
        """Return the reference of the next long reply, 0 to 255 in turn."""
        self._reference = (self._reference + 1) & 0xFF
        return self._reference

    def take(
        self,
        link: Link,
        received: Sequence[MessageReceived],
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> dict[int, list[int]]:
        """Take messages of one connection.

        Returns the sequence numbers of those to answer at once, by status; the others' answers
        wait for the commit.
        """
        operator, connection = link.smsc.operator, link.connection
        waiting = gathering.acknowledge.setdefault((link, connection), [])
        at_once: dict[int, list[int]] = {}
        hour = self._periods.hour(wall)
        for sequence, message in received:
            assert isinstance(message, DeliverSm)
            status = self._take(operator, connection, message, hour, now, wall, gathering)
            if status is None:
                waiting.append(sequence)
            else:
                at_once.setdefault(status, []).append(sequence)
        if not waiting:
            del gathering.acknowledge[link, connection]
        return at_once

    def _take(
        self,
        operator: str,
        connection: int,
        message: DeliverSm,
        hour: KeyedHash,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> int | None:
        esm_class, tlvs = message.esm_class, message.tlvs
        plain = not tlvs and not esm_class & _OUT_OF_THE_ORDINARY
        if not plain and receipts.is_receipt(esm_class, tlvs):
            self._take_receipt(operator, message, tlvs, gathering)
            return pdu.ESME_ROK  # nothing is owed for it: it waits for no commit
        self._figures.received[operator] += 1
        sender, ton = message.source_addr, message.source_addr_ton
        subscriber = subscriber_of(sender, ton)
        if subscriber is None or subscriber == self._ourselves:
            return pdu.ESME_ROK  # nothing that could answer back
        coding, body = message.data_coding, message.short_message
        octets = f"{operator}\0{sender}\0{message.destination_addr}\0{coding}\0".encode() + body
        if tlvs:
            octets += _of_optional(tlvs)
        fingerprint = hour.of(octets)
        if self._redeliveries.expects_any and self._comes_again(
            operator, octets, fingerprint, connection, wall, gathering
        ):
            return None
        route = (
            operator,
            sender,
            ton,
            message.source_addr_npi,
            message.dest_addr_ton,
            message.dest_addr_npi,
        )
        if plain:
            self._ask(route, subscriber, decode(body, coding), now, wall, gathering)
        else:
            part = parse_part(body, esm_class, coding, tlvs)
            if part.total == 1:
                text = text_of((part.fragment,))
                self._ask(route, subscriber, text, now, wall, gathering)
            else:
                template = _template(route, message.destination_addr)
                status = self._take_part(template, part, subscriber, now, wall, gathering)
                if status is not None:
                    return status
        gathering.write.seen.append(Seen(connection, fingerprint, False))
        gathering.seen.setdefault(connection, []).append(fingerprint)
        return None

    def expire_parts(self, now: float, wall: float, gathering: Gathering) -> None:
        """Give up long messages that never became whole; each sender is told once."""
        untold, self._untold = self._untold, []
        for row, rows_done in [*untold, *self._long.expire(now)]:
            gathering.write.parts_done.extend(rows_done)
            if row is not None:
                self._give_up(row, rows_done, now, wall, gathering)

    def count_late(self, reply: Reply, wall: float, gathering: Gathering) -> bool:
        """Count a check that was "unavailable" when it came and is answered now.

        Returns False where its sender has no check left: it stays unanswered.
        """
        subscriber = subscriber_of(reply.owed.sender, reply.owed.sender_ton)
        if subscriber is None or reply.owed.counted:
            return True
        sender = self._limits.sender(subscriber, wall)
        if not self._limits.admits(sender):
            return False
        self._count(sender, gathering.write)
        gathering.counted_late.append(sender)
        reply.owed = reply.owed._replace(counted=True)
        return True

    def keep_late_counts(self, failed: Gathering, gathering: Gathering) -> None:
        """Count again, in the next commit, what was counted late: it is being answered already."""
        if failed.write.counted_period != self._limits.counted_period:
            return
        for sender in failed.counted_late:
            self._count(sender, gathering.write)
            gathering.counted_late.append(sender)

    # Within

    def _take_receipt(
        self, operator: str, message: DeliverSm, tlvs: Sequence[Tlv], gathering: Gathering
    ) -> None:
        receipt = receipts.parse(message.short_message, tlvs)
        self._figures.receipts[operator, receipt.state] += 1
        recorded = self._receipts.receipted(operator, receipt)
        if recorded is not None:
            gathering.write.receipted.append(recorded)

    def _comes_again(
        self,
        operator: str,
        octets: bytes,
        fingerprint: int,
        connection: int,
        wall: float,
        gathering: Gathering,
    ) -> bool:
        redeliveries = self._redeliveries
        if not redeliveries.expects(operator, wall):
            return False
        candidates = [fingerprint]
        before = self._periods.hour_before(wall)
        if before is not None:
            candidates.append(before.of(octets))
        for candidate in candidates:
            lost = redeliveries.take(operator, candidate)
            if lost is None:
                continue
            self._figures.again[operator] += 1
            gathering.write.seen.append(Seen(connection, candidate, True))
            gathering.seen.setdefault(connection, []).append(candidate)
            gathering.undo.append(partial(redeliveries.put_back, lost, candidate))
            return True
        return False

    def _take_part(
        self,
        template: HeldPart,
        part: Part,
        subscriber: str,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> int | None:
        arrival = self._long.add(template, part, now)
        if arrival.outcome is Outcome.FULL:
            return pdu.ESME_RMSGQFUL
        if arrival.outcome is Outcome.INVALID:
            return pdu.ESME_ROK
        # One that is LATE waits like the rest: that its sender is told may not be durable yet.
        if arrival.undo is not None:
            gathering.undo.append(arrival.undo)
        if arrival.store is not None:
            gathering.write.parts.append(arrival.store)
        gathering.write.parts_done.extend(arrival.rows_done)
        if arrival.given_up is not None:
            self._give_up(arrival.given_up, arrival.rows_done, now, wall, gathering)
        if arrival.whole:
            self._ask(_route(template), subscriber, arrival.text, now, wall, gathering)
        return None

    def _give_up(
        self,
        row: HeldPart,
        rows: tuple[int, ...],
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        gathering.undo.append(lambda: self._untold.append((row, rows)))
        subscriber = subscriber_of(row.sender, row.sender_ton)
        if subscriber is not None:
            language = language_of(row)
            self._tell(_route(row), subscriber, "unreadable", language, now, wall, gathering)

    def _ask(
        self,
        route: Route,
        subscriber: str,
        text: str | None,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        asked = read(text) if text is not None else None
        if type(asked) is not Check:
            language: Language = asked.language if asked is not None else "ur"
            self._tell(route, subscriber, "unreadable", language, now, wall, gathering)
            return
        cnic, language = asked
        sender = self._limits.sender(subscriber, wall)
        if not self._limits.admits(sender):
            self._tell(route, subscriber, "over_limit", language, now, wall, gathering)
            return
        said = self._decider.check(cnic, language)
        counted = said.kind != "unavailable"
        if counted:
            self._count(sender, gathering.write)
        self._owe(route, "check", language, cnic, counted, said, now, wall, gathering)

    def _count(self, sender: int, write: Write) -> None:
        if not self._limits.count(sender):
            return
        period = self._limits.counted_period
        if write.counted_period != period:
            write.counted_period = period
            write.counted.clear()  # yesterday's counts are over with yesterday
        write.counted.append(sender)

    def _tell(
        self,
        route: Route,
        subscriber: str,
        kind: NoticeKind,
        language: Language,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        limits = self._limits
        if not limits.off:
            notice = limits.notice(kind, subscriber, wall)
            if notice is None:
                return
            gathering.write.notices.append(notice)
            gathering.undo.append(lambda: limits.take_back_notice(notice))
        said = self._decider.constant(kind, language)
        self._owe(route, kind, language, "", False, said, now, wall, gathering)

    def _owe(
        self,
        route: Route,
        kind: ReplyKind,
        language: Language,
        cnic: str,
        counted: bool,
        said: Wording,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        reference = self.next_reference() if len(said.bodies.parts) > 1 else 0
        owed = OwedReply(*route, kind, language, cnic, counted, wall, reference, said.digest)
        gathering.write.owed.append(owed)
        gathering.replies.append(
            Reply(owed, said.kind, said.bodies, now, now + self._config.reply_validity)
        )


def _template(route: Route, destination: str) -> HeldPart:
    """Return a row of a long message without its part."""
    operator, sender, ton, npi, source_ton, source_npi = route
    addresses = (operator, sender, ton, npi, destination, source_ton, source_npi)
    return HeldPart(0, *addresses, 0, 0, 0, b"", 0, 0, 0)


def _route(row: HeldPart) -> Route:
    return (
        row.operator,
        row.sender,
        row.sender_ton,
        row.sender_npi,
        row.source_ton,
        row.source_npi,
    )


def _of_optional(tlvs: Sequence[Tlv]) -> bytes:
    """Return the optional parameters that belong to what a message says."""
    return b"".join(b"\0%d\0%b" % (tlv.tag, tlv.value) for tlv in tlvs if tlv.tag in _SAYING)
