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
from typing import Final, Literal

from smpp34 import DeliverSm, Tlv

from nsor.sms import receipts
from nsor.sms.config import GatewayConfig
from nsor.sms.limits import Limits, NoticeKind
from nsor.sms.link import Link
from nsor.sms.long_messages import LongMessages
from nsor.sms.metrics import Figures
from nsor.sms.outbox.interface import HeldPart, OwedReply, ReplyKind, Seen, Write
from nsor.sms.periods import Periods
from nsor.sms.reading import Check, read
from nsor.sms.reassembly import Outcome, Part, parse_part, text_of
from nsor.sms.receipt_book import ReceiptBook
from nsor.sms.redelivery import Redeliveries
from nsor.sms.replies import Decider, Language, Reply, Wording, digest_of
from nsor.sms.senders import subscriber as subscriber_of
from nsor.sms.smpp import pdu
from nsor.sms.smpp.events import MessageReceived

_MESSAGE_TYPE: Final = 0x3C


@dataclass(slots=True)
class Gathering:
    """What one commit will make durable, and what is to be done once it is."""

    write: Write = field(default_factory=Write)
    replies: list[Reply] = field(default_factory=list)
    acknowledge: list[tuple[Link, int, int]] = field(default_factory=list)
    seen: dict[int, list[int]] = field(default_factory=dict)
    undo: list[Callable[[], None]] = field(default_factory=list)


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
    ) -> None:
        self._config = config
        self._decider = decider
        self._periods = periods
        self._limits = limits
        self._redeliveries = redeliveries
        self._long = long_messages
        self._receipts = receipt_book
        self._figures = figures
        self._reference = 0
        # Long messages that were given up in a commit that failed: to be given up again.
        self._untold: list[tuple[HeldPart, tuple[int, ...]]] = []

    def next_reference(self) -> int:
        """Return the reference of the next long reply, 0 to 255 in turn."""
        self._reference = (self._reference + 1) & 0xFF
        return self._reference

    def take(
        self, link: Link, event: MessageReceived, now: float, wall: float, gathering: Gathering
    ) -> int | None:
        """Take a message.

        Returns the status to answer with at once, or None where the answer waits for the commit.
        """
        message = event.message
        assert isinstance(message, DeliverSm)
        esm_class, tlvs, operator = message.esm_class, message.tlvs, link.smsc.operator
        if esm_class & _MESSAGE_TYPE or (tlvs and receipts.is_receipt(esm_class, tlvs)):
            return self._take_receipt(operator, message, tlvs, gathering)
        self._figures.received[operator] += 1
        sender = message.source_addr
        subscriber = subscriber_of(sender, message.source_addr_ton)
        if subscriber is None:
            return pdu.ESME_ROK
        coding, body = message.data_coding, message.short_message
        part = parse_part(body, esm_class, coding, tlvs)
        marks = f"{operator}\0{sender}\0{message.destination_addr}\0{coding}\0".encode()
        octets = marks + body + (_of_optional(tlvs) if tlvs else b"")
        fingerprint = self._periods.hour(wall).of(octets)
        connection = link.connection
        if self._comes_again(operator, octets, fingerprint, connection, wall, gathering):
            return None
        if part.total > 1:
            status = self._take_part(link, message, part, subscriber, now, wall, gathering)
            if status is not None:
                return status
        else:
            question = _Question(
                operator,
                sender,
                message.source_addr_ton,
                message.source_addr_npi,
                message.dest_addr_ton,
                message.dest_addr_npi,
                subscriber,
            )
            self._ask(question, text_of((part.fragment,)), now, wall, gathering)
        gathering.write.seen.append(Seen(connection, fingerprint, False))
        gathering.seen.setdefault(connection, []).append(fingerprint)
        return None

    def expire_parts(self, now: float, wall: float, gathering: Gathering) -> None:
        """Give up long messages that never became whole; each sender is told once."""
        untold, self._untold = self._untold, []
        for row, rows_done in [*untold, *self._long.expire(now)]:
            gathering.write.parts_done.extend(rows_done)
            self._give_up(row, rows_done, now, wall, gathering)

    def count_late(self, reply: Reply, wall: float, write: Write) -> bool:
        """Count a check that was "unavailable" when it came and is answered now.

        Returns False where its sender has no check left: it stays unanswered.
        """
        subscriber = subscriber_of(reply.owed.sender, reply.owed.sender_ton)
        if subscriber is None or reply.owed.counted:
            return True
        sender = self._limits.sender(subscriber, wall)
        if not self._limits.admits(sender):
            return False
        self._count(sender, write)
        reply.owed = reply.owed._replace(counted=True)
        return True

    # Within

    def _take_receipt(
        self, operator: str, message: DeliverSm, tlvs: Sequence[Tlv], gathering: Gathering
    ) -> int | None:
        receipt = receipts.parse(message.short_message, tlvs)
        self._figures.receipts[operator, receipt.state] += 1
        recorded = self._receipts.receipted(operator, receipt)
        if recorded is None:
            return pdu.ESME_ROK
        gathering.write.receipted.append(recorded)
        return None

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
        link: Link,
        message: DeliverSm,
        part: Part,
        subscriber: str,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> int | None:
        template = HeldPart(
            0,
            link.smsc.operator,
            message.source_addr,
            message.source_addr_ton,
            message.source_addr_npi,
            message.destination_addr,
            message.dest_addr_ton,
            message.dest_addr_npi,
            *(0, 0, 0, b"", 0, 0, 0),
        )
        arrival = self._long.add(template, part, now)
        if arrival.outcome is Outcome.FULL:
            return pdu.ESME_RMSGQFUL
        if arrival.outcome in (Outcome.INVALID, Outcome.LATE):
            return pdu.ESME_ROK
        if arrival.undo is not None:
            gathering.undo.append(arrival.undo)
        if arrival.store is not None:
            gathering.write.parts.append(arrival.store)
        gathering.write.parts_done.extend(arrival.rows_done)
        if arrival.given_up is not None:
            self._give_up(arrival.given_up, arrival.rows_done, now, wall, gathering)
        if arrival.whole:
            self._ask(_of_row(template, subscriber), arrival.text, now, wall, gathering)
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
            self._tell(_of_row(row, subscriber), "unreadable", "ur", now, wall, gathering)

    def _ask(
        self,
        question: "_Question",
        text: str | None,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        asked = read(text) if text is not None else None
        if type(asked) is not Check:
            language: Language = asked.language if asked is not None else "ur"
            self._tell(question, "unreadable", language, now, wall, gathering)
            return
        cnic, language = asked
        sender = self._limits.sender(question.subscriber, wall)
        if not self._limits.admits(sender):
            self._tell(question, "over_limit", language, now, wall, gathering)
            return
        said = self._decider.check(cnic, language)
        counted = said.kind != "unavailable"
        if counted:
            self._count(sender, gathering.write)
        self._owe(question, "check", language, cnic, counted, said, now, wall, gathering)

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
        question: "_Question",
        kind: NoticeKind,
        language: Language,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        limits = self._limits
        if not limits.off:
            notice = limits.notice(kind, question.subscriber, wall)
            if notice is None:
                return
            gathering.write.notices.append(notice)
            gathering.undo.append(lambda: limits.take_back_notice(notice))
        said = self._decider.constant(kind, language)
        self._owe(question, kind, language, "", False, said, now, wall, gathering)

    def _owe(
        self,
        question: "_Question",
        kind: ReplyKind,
        language: Literal["ur", "en"],
        cnic: str,
        counted: bool,
        said: Wording,
        now: float,
        wall: float,
        gathering: Gathering,
    ) -> None:
        several = len(said.bodies.parts) > 1
        owed = OwedReply(
            question.operator,
            question.sender,
            question.sender_ton,
            question.sender_npi,
            question.source_ton,
            question.source_npi,
            kind,
            language,
            cnic,
            counted,
            wall,
            self.next_reference() if several else 0,
            digest_of(said.text, said.bodies) if several else b"",
        )
        gathering.write.owed.append(owed)
        gathering.replies.append(
            Reply(owed, said.kind, said.bodies, now, now + self._config.reply_validity)
        )


class _Question:
    """Who asks, and where the answer goes."""

    __slots__ = (
        "operator",
        "sender",
        "sender_npi",
        "sender_ton",
        "source_npi",
        "source_ton",
        "subscriber",
    )

    def __init__(
        self,
        operator: str,
        sender: str,
        sender_ton: int,
        sender_npi: int,
        source_ton: int,
        source_npi: int,
        subscriber: str,
    ) -> None:
        self.operator = operator
        self.sender = sender
        self.sender_ton = sender_ton
        self.sender_npi = sender_npi
        self.source_ton = source_ton
        self.source_npi = source_npi
        self.subscriber = subscriber


def _of_row(row: HeldPart, subscriber: str) -> _Question:
    return _Question(
        row.operator,
        row.sender,
        row.sender_ton,
        row.sender_npi,
        row.source_ton,
        row.source_npi,
        subscriber,
    )


def _of_optional(tlvs: Sequence[Tlv]) -> bytes:
    """Return the optional parameters that belong to what a message says."""
    return b"".join(
        b"\0%d\0%b" % (tlv.tag, tlv.value)
        for tlv in tlvs
        if tlv.tag in (0x0424, 0x020C, 0x020E, 0x020F)
    )
