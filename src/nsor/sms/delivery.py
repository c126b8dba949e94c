"""The way out: from a reply that is owed to the operator's word on every part of it.

Rules that hold here: a part that the operator took is done; "later" is tried again with backoff
until the validity ends; an error that is permanent ends the reply; no answer is an attempt, and
three of them end the part as unknown. A reply that waited is decided again just before it goes.
How far the replies of each batch have got is gathered for the next commit.
"""

from collections.abc import Callable, Sequence
from typing import Final

from nsor.sms.config import GatewayConfig
from nsor.sms.metrics import Figures
from nsor.sms.operators import Operator
from nsor.sms.outbox.interface import OwedReply, Write
from nsor.sms.receipt_book import ReceiptBook
from nsor.sms.replies import (
    DECIDED_FOR,
    MOST_ATTEMPTS,
    Batch,
    Decider,
    Part,
    Progress,
    Reply,
    count_attempt,
    remaining_parts,
    say,
    says,
)
from nsor.sms.seams import Clock, Randomness
from nsor.sms.smpp import pdu
from nsor.sms.smpp.events import MessageAnswered

_THROTTLED: Final = frozenset({pdu.ESME_RTHROTTLED, pdu.ESME_RMSGQFUL})


class Delivery:
    """See the module.

    ``write`` returns what the next commit will make durable. ``count_late`` counts a check that
    is answered only now, and tells whether it may be.
    """

    def __init__(
        self,
        config: GatewayConfig,
        decider: Decider,
        receipt_book: ReceiptBook,
        figures: Figures,
        clock: Clock,
        randomness: Randomness,
        write: Callable[[], Write],
        count_late: Callable[[Reply, float], bool],
        next_reference: Callable[[], int],
    ) -> None:
        self.operators: dict[str, Operator] = {}
        self._config = config
        self._decider = decider
        self._receipt_book = receipt_book
        self._figures = figures
        self._clock = clock
        self._randomness = randomness
        self._write = write
        self._count_late = count_late
        self._next_reference = next_reference
        self._batches: dict[int, Batch] = {}
        self._changed: dict[int, Batch] = {}

    def operator(self, name: str) -> Operator:
        """Return the operator of that name, known before or not."""
        operator = self.operators.get(name)
        if operator is None:
            operator = self.operators[name] = Operator(
                name,
                self._config.short_code,
                self._clock,
                self._randomness,
                self._prepare,
            )
        return operator

    @property
    def has_progress(self) -> bool:
        """Whether there is progress that no commit has taken yet."""
        return bool(self._changed)

    def accept(self, number: int, replies: Sequence[Reply]) -> None:
        """Let the replies of a batch go, now that it is durable."""
        batch = self._batches[number] = Batch(number, len(replies))
        self._figures.owed += len(replies)
        for place, reply in enumerate(replies):
            reply.batch, reply.place = batch, place
            self.operator(reply.owed.operator).enqueue(remaining_parts(reply))

    def restore(self, number: int, owed: Sequence[OwedReply], state: bytes) -> None:
        """Take up a batch from before a restart; every reply of it is decided again."""
        batch = self._batches[number] = Batch(number, len(owed), state)
        for place, one in enumerate(owed):
            if batch.is_finished(place):
                batch.remaining -= 1
            else:
                self._restore_reply(batch, place, one)
        if batch.remaining == 0:
            self._changed[number] = batch

    def pump(self, now: float) -> None:
        """Send and write what may go now, to every operator."""
        for operator in self.operators.values():
            operator.pump(now)
            operator.flush()

    def stop(self) -> None:
        """Let nothing more out; what is owed stays in the store."""
        for operator in self.operators.values():
            operator.stop()

    def answered(self, name: str, answers: Sequence[MessageAnswered], now: float) -> None:
        """Take the operator's word on parts that went out."""
        operator, write = self.operators[name], self._write()
        taken = 0
        for part, status, message_id in answers:
            if status == pdu.ESME_ROK:
                taken += 1
                self._part_taken(name, part, message_id, now, write)
            elif pdu.is_temporary(status):
                self._part_put_off(operator, part, status)
            elif not part.is_void:
                self._fail(part.reply, f"{status:#010x}")
        if taken:
            operator.taken()
            self._figures.parts[name] += taken
        operator.pump(now)
        operator.flush()

    def unanswered(self, name: str, parts: Sequence[object], now: float) -> None:
        """Take note that there is no word on parts that went out."""
        operator = self.operators[name]
        for part in parts:
            assert isinstance(part, Part)
            self._part_unknown(operator, part)
        operator.pump(now)
        operator.flush()

    def drop_expired(self, now: float) -> None:
        """End the replies that waited past their validity."""
        for operator in self.operators.values():
            operator.drop(lambda part: now >= part.reply.expires_at, self._expired)

    def take_progress(self, write: Write, unfinished_too: bool) -> None:
        """Move the batches that are finished into ``write``, and how far the others have got."""
        unfinished: dict[int, Batch] = {}
        for number, batch in self._changed.items():
            if batch.remaining == 0:
                write.finished.append(number)
                self._batches.pop(number, None)
            elif unfinished_too:
                write.progress[number] = bytes(batch.state)
            else:
                unfinished[number] = batch
        self._changed = unfinished

    def give_back_progress(self, write: Write) -> None:
        """Take progress back from a ``write`` that failed."""
        for number in write.finished:
            self._changed[number] = Batch(number, 0)
        for number in write.progress:
            batch = self._batches.get(number)
            if batch is not None:
                self._changed[number] = batch

    # Within

    def _part_taken(
        self, operator: str, part: Part, message_id: str, now: float, write: Write
    ) -> None:
        reply, number, edition = part
        batch = reply.batch
        if message_id and batch is not None:
            sent, early = self._receipt_book.sent(
                operator, message_id, (batch.number, reply.place, number)
            )
            write.sent.append(sent)
            if early is not None:
                write.receipted.append(early)
        if not reply.finished and edition == reply.edition:
            self._part_over(reply, number, now)

    def _part_put_off(self, operator: Operator, part: Part, status: int) -> None:
        throttled = status in _THROTTLED
        if throttled:
            self._figures.throttled[operator.name] += 1
        if not part.is_void:
            operator.later(part, throttled)

    def _part_unknown(self, operator: Operator, part: Part) -> None:
        if part.is_void:
            return
        reply, number = part.reply, part.number
        attempts = count_attempt(reply, number)
        if attempts < MOST_ATTEMPTS:
            self._note(reply)
            operator.later(part, throttled=False)
            return
        self._figures.unknown += 1
        reply.unknown = True
        self._part_over(reply, number, self._clock.monotonic())

    def _part_over(self, reply: Reply, number: int, now: float) -> None:
        reply.done |= 1 << number
        if reply.done != (1 << len(reply.messages)) - 1:
            self._note(reply)
            return
        if not reply.unknown:
            self._figures.answered[reply.owed.operator, reply.kind] += 1
            self._figures.latency.observe(now - reply.asked_at)
        self._finish(reply)

    def _fail(self, reply: Reply, status: str) -> None:
        self._figures.failed[reply.owed.operator, status] += 1
        self._finish(reply)

    def _finish(self, reply: Reply) -> None:
        reply.finished = True
        self._figures.owed -= 1
        batch = reply.batch
        assert batch is not None
        batch.finish(reply.place)
        self._changed[batch.number] = batch

    def _note(self, reply: Reply) -> None:
        batch = reply.batch
        assert batch is not None
        attempts = max(reply.attempts.values()) if reply.attempts else 0
        anew = reply.edition > 0
        batch.note(reply.place, Progress(reply.done, attempts, anew, reply.owed.counted))
        self._changed[batch.number] = batch

    def _prepare(self, part: Part, now: float) -> bool:
        reply = part.reply
        if now >= reply.expires_at:
            self._fail(reply, "expired")
            return False
        said = self._decider.again(reply.owed)
        reply.decided_until = min(now + DECIDED_FOR, reply.expires_at)
        if says(reply, said.bodies):
            reply.kind = said.kind
            return True
        answered = reply.owed.kind == "check" and said.kind != "unavailable"
        if answered and not self._count_late(reply, self._clock.time()):
            return True
        reply.kind = said.kind
        say(reply, said.bodies, self._another_reference(reply))
        self._note(reply)
        self.operators[reply.owed.operator].enqueue(remaining_parts(reply))
        return False

    def _expired(self, part: Part) -> None:
        if not part.is_void:
            self._fail(part.reply, "expired")

    def _another_reference(self, reply: Reply) -> int:
        reference = self._next_reference()
        return self._next_reference() if reference == reply.reference else reference

    def _restore_reply(self, batch: Batch, place: int, owed: OwedReply) -> None:
        now, wall = self._clock.monotonic(), self._clock.time()
        progress = batch.progress(place)
        owed = owed._replace(counted=owed.counted or progress.counted)
        said = self._decider.again(owed)
        waited = max(0.0, wall - owed.received_at)
        reply = Reply(owed, said.kind, said.bodies, now, now + self._config.reply_validity - waited)
        reply.asked_at = now - waited
        reply.batch, reply.place = batch, place
        answered = owed.kind == "check" and said.kind != "unavailable"
        if answered and not self._count_late(reply, wall):
            said = self._decider.constant("unavailable", owed.language)
            reply.kind = said.kind
            say(reply, said.bodies, self._another_reference(reply))
        elif said.digest != owed.digest or progress.anew:
            # What has gone of the other answer, written down or not, stands alone.
            say(reply, said.bodies, self._another_reference(reply))
        else:
            reply.done = progress.mask
            if progress.attempts:
                reply.attempts = {part.number: progress.attempts for part in remaining_parts(reply)}
        if reply.edition or reply.owed.counted != owed.counted:
            self._note(reply)
        self._figures.owed += 1
        self.operator(owed.operator).enqueue(remaining_parts(reply))
