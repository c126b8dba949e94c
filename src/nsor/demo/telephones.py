"""The demo's telephones: texts to the short code through the message centre, and what comes back.

Rules that hold here: memory only, and bounded; one thread, and nothing of the machine but the
clock; what an ESME submits is untrusted. Versions are microseconds since 1970 and only ever rise,
so that a page that outlives the message centre sees what happens after a restart.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec
from smpp34 import SubmitSm

from nsor.sms import message_centre as smsc
from nsor.sms import reassembly, split
from nsor.sms.encoding import UCS2
from nsor.sms.reassembly import UDH_INDICATOR, Outcome, Reassembler
from nsor.sms.seams import Clock
from nsor.sms.smpp import pdu
from nsor.web.handset.line import LineError, Message

MOST_TELEPHONES: Final = 1000
MOST_MESSAGES: Final = 500
"""Of one telephone; its oldest are forgotten."""
_MOST_UNFINISHED: Final = 1000
_MOST_OCTETS: Final = 1024 * 1024
_PART_TIMEOUT: Final = 300.0
_REFERENCES: Final = 256
_UNREADABLE: Final = "\ufffd"


class _Part(NamedTuple):
    """What the message centre knows a deliver_sm by."""

    sender: str
    question: int


class _Question:
    """What is known of a text on its way; ``sent_at`` is monotonic seconds."""

    def __init__(self, sent_at: float, parts: int) -> None:
        self.sent_at = sent_at
        self.unanswered = parts


class _Telephone:
    """One subscriber's conversation: messages and questions by id, oldest first."""

    def __init__(self) -> None:
        self.messages: OrderedDict[int, Message] = OrderedDict()
        self.questions: dict[int, _Question] = {}
        self.reference = 0

    def newest_question(self) -> Message | None:
        """Return the question that a reply is most likely for.

        Nothing in SMPP ties a reply to a question. The gateway answers within milliseconds, and
        what it has not answered by the next text it will not answer any more (a limit that was
        told of already), so it is the newest that it took.
        """
        for state in ("taken", "waiting"):
            for message in reversed(self.messages.values()):
                if message.kind == "question" and message.state == state:
                    return message
        return None


class Telephones:
    """A ``HandsetLine`` whose texts go to whoever is bound to ``centre``."""

    def __init__(self, clock: Clock, password: str, short_code: str) -> None:
        """Make telephones and the message centre that takes ``password`` from an ESME."""
        self.centre = smsc.MessageCentre(
            clock,
            self._on_submit,
            password=password,
            system_id="demo",
            on_acknowledged=self._on_acknowledged,
        )
        self._clock = clock
        self._short_code = short_code
        self._telephones: OrderedDict[str, _Telephone] = OrderedDict()
        self._reassembler = Reassembler(_MOST_UNFINISHED, _MOST_OCTETS, _PART_TIMEOUT)
        self._version = 0
        self._news = asyncio.Event()

    async def send(self, sender: str, text: str) -> int:
        """See ``HandsetLine.send``."""
        if not self.centre.bound:
            raise LineError("gateway_away")
        telephone = self._telephone(sender)
        telephone.reference = (telephone.reference + 1) % _REFERENCES
        bodies = split.bodies(text)
        number = self._put(
            telephone,
            kind="question",
            text=text,
            parts=len(bodies.parts),
            encoding=_encoding(bodies.data_coding),
            state="waiting",
        )
        telephone.questions[number] = _Question(self._clock.monotonic(), len(bodies.parts))
        for octets in split.with_header(bodies, telephone.reference):
            self.centre.deliver(
                smsc.Message(
                    _Part(sender, number),
                    sender,
                    self._short_code,
                    octets,
                    data_coding=bodies.data_coding,
                    esm_class=UDH_INDICATOR if len(bodies.parts) > 1 else 0,
                )
            )
        return number

    async def messages(self, sender: str, after: int, wait: float = 0.0) -> Sequence[Message]:
        """See ``HandsetLine.messages``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while not self._since(sender, after):
                    await self._news.wait()
        return self._since(sender, after)

    def _since(self, sender: str, after: int) -> list[Message]:
        telephone = self._telephones.get(sender)
        known = telephone.messages.values() if telephone else ()
        return [message for message in known if message.version > after]

    def _telephone(self, sender: str) -> _Telephone:
        telephone = self._telephones.setdefault(sender, _Telephone())
        self._telephones.move_to_end(sender)
        if len(self._telephones) > MOST_TELEPHONES:
            self._telephones.popitem(last=False)
        return telephone

    # What the message centre tells

    def _on_acknowledged(self, message: smsc.Message, status: int) -> None:
        """Note that the gateway took a part of a question, or refused it for good."""
        if not isinstance(message.token, _Part):  # a receipt
            return
        sender, number = message.token
        telephone = self._telephones.get(sender)
        question = telephone.questions.get(number) if telephone else None
        if telephone is None or question is None:
            return
        known = telephone.messages[number]
        question.unanswered -= 1
        if status != pdu.ESME_ROK:
            self._change(telephone, known, state="refused")
        elif not question.unanswered and known.state != "refused":
            self._change(
                telephone,
                known,
                state="taken" if known.state == "waiting" else known.state,
                milliseconds=self._milliseconds_since(question),
            )

    def _on_submit(self, message: SubmitSm, message_id: str) -> int:
        """Take one part of a reply; return the status of its submit_sm_resp."""
        now = self._clock.monotonic()
        self._reassembler.expire(now)
        part = reassembly.parse_part(
            message.short_message, message.esm_class, message.data_coding, message.tlvs
        )
        key = reassembly.Key(
            "", message.source_addr, message.destination_addr, part.reference, part.total
        )
        outcome, fragments = self._reassembler.add(key, part.seqnum, part.fragment, now)
        if outcome is Outcome.FULL:
            return pdu.ESME_RMSGQFUL
        if outcome is Outcome.COMPLETE:
            text = reassembly.text_of(fragments)
            self._on_reply(message.destination_addr, _UNREADABLE if text is None else text, part)
        return pdu.ESME_ROK

    def _on_reply(self, sender: str, text: str, part: reassembly.Part) -> None:
        telephone = self._telephone(sender)
        asked = telephone.newest_question()
        if asked is not None:
            self._change(telephone, asked, state="answered")
        self._put(
            telephone,
            kind="reply",
            text=text,
            parts=part.total,
            encoding=_encoding(part.fragment.data_coding),
            state="received",
            milliseconds=self._milliseconds_since(telephone.questions[asked.id]) if asked else None,
        )

    # What the page is told

    def _milliseconds_since(self, question: _Question) -> float:
        return (self._clock.monotonic() - question.sent_at) * 1000

    def _put(self, telephone: _Telephone, **facts: Any) -> int:
        number = self._next_version()
        message = Message(id=number, version=number, at=self._clock.time(), **facts)
        telephone.messages[number] = message
        if len(telephone.messages) > MOST_MESSAGES:
            forgotten, _ = telephone.messages.popitem(last=False)
            telephone.questions.pop(forgotten, None)
        self._tell()
        return number

    def _change(self, telephone: _Telephone, message: Message, **facts: Any) -> None:
        changed = msgspec.structs.replace(message, version=self._next_version(), **facts)
        telephone.messages[message.id] = changed
        self._tell()

    def _next_version(self) -> int:
        self._version = max(self._version + 1, int(self._clock.time() * 1_000_000))
        return self._version

    def _tell(self) -> None:
        """Wake all who wait for news; each looks whether they are its own."""
        self._news.set()
        self._news = asyncio.Event()


def _encoding(data_coding: int) -> Literal["gsm7", "ucs2"]:
    return "ucs2" if data_coding == UCS2 else "gsm7"
