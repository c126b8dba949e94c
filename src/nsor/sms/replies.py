"""A reply that is owed: what it says, how far it has got, and when it is over.

Rules that hold here: what a reply says is decided by the directory when the question comes, and
again when more than ``DECIDED_FOR`` seconds have passed before a part of it goes out; where the
answer is now another, the parts that have not gone are dropped and the new answer is sent whole.
A part is known by (reply, number, edition): what is told of a part of a dropped edition changes
nothing. A batch of replies is finished when all of its replies are.
"""

from collections.abc import Callable
from hashlib import blake2b
from struct import Struct
from typing import Final, Literal, NamedTuple

from nsor.disclosure.answers import Answer
from nsor.sms.outbox.interface import OwedReply
from nsor.sms.split import Bodies, bodies, with_header

DECIDED_FOR: Final = 5.0
MOST_ATTEMPTS: Final = 3


Language = Literal["ur", "en"]

_PROGRESS: Final = Struct("<HB")
_FINISHED: Final = 0xFFFF
_LONGEST_MASK: Final = 15
_MOST_NOTED: Final = 0x3F
_ANEW: Final = 0x40
_COUNTED: Final = 0x80
_LANGUAGES: Final[tuple[Language, ...]] = ("ur", "en")
_MOST_KEPT: Final = 20_000  # answers, of about 1 KB each


class Progress(NamedTuple):
    """How far a reply has got: which parts are done, and the most attempts made at one of them.

    ``anew``: it says something else by now than when it was first owed, so that ``mask`` is not
    about that. ``counted``: its check is counted by now.
    """

    mask: int
    attempts: int
    anew: bool
    counted: bool


class Batch:
    """The replies of one commit: how many are not finished, and how far each has got."""

    __slots__ = ("number", "remaining", "state")

    def __init__(self, number: int, count: int, state: bytes = b"") -> None:
        self.number = number
        self.remaining = count
        self.state = bytearray(state or bytes(_PROGRESS.size * count))

    def progress(self, place: int) -> "Progress":
        """Return how far a reply has got."""
        mask, rest = _PROGRESS.unpack_from(self.state, place * _PROGRESS.size)
        return Progress(mask, rest & _MOST_NOTED, bool(rest & _ANEW), bool(rest & _COUNTED))

    def is_finished(self, place: int) -> bool:
        """Tell whether a reply is finished."""
        return self.progress(place).mask == _FINISHED

    def note(self, place: int, progress: "Progress") -> None:
        """Note how far a reply has got."""
        mask = progress.mask & (1 << _LONGEST_MASK) - 1
        rest = min(progress.attempts, _MOST_NOTED)
        rest |= _ANEW * progress.anew | _COUNTED * progress.counted
        _PROGRESS.pack_into(self.state, place * _PROGRESS.size, mask, rest)

    def finish(self, place: int) -> None:
        """Note that a reply is finished."""
        _PROGRESS.pack_into(self.state, place * _PROGRESS.size, _FINISHED, 0)
        self.remaining -= 1


class Reply:
    """One reply while it is owed. ``asked_at``, ``decided_until``, ``expires_at``: monotonic."""

    __slots__ = (
        "asked_at",
        "attempts",
        "backoff",
        "batch",
        "coding",
        "decided_until",
        "done",
        "edition",
        "expires_at",
        "finished",
        "kind",
        "messages",
        "owed",
        "place",
        "reference",
        "unknown",
    )

    def __init__(
        self, owed: OwedReply, kind: str, said: Bodies, now: float, expires_at: float
    ) -> None:
        self.owed = owed
        self.kind = kind
        self.asked_at = now
        self.decided_until = min(now + DECIDED_FOR, expires_at)
        self.expires_at = expires_at
        self.batch: Batch | None = None
        self.place = 0
        self.reference = owed.reference
        self.coding = said.data_coding
        self.messages = with_header(said, owed.reference)
        self.done = 0
        self.edition = 0
        self.attempts: dict[int, int] | None = None
        self.backoff = 0
        self.unknown = False
        self.finished = False


class Part(NamedTuple):
    """One part of a reply on its way."""

    reply: Reply
    number: int
    edition: int

    @property
    def is_void(self) -> bool:
        """Whether the reply is over, or says something else by now."""
        return self.reply.finished or self.edition != self.reply.edition


def remaining_parts(reply: Reply) -> list[Part]:
    """Return the parts of a reply that have not gone."""
    done, edition = reply.done, reply.edition
    if len(reply.messages) == 1:
        return [Part(reply, 0, edition)]
    return [
        Part(reply, number, edition)
        for number in range(len(reply.messages))
        if not done >> number & 1
    ]


class Wording(NamedTuple):
    """What is said now: the kind (for the figures), its encoded parts, and their digest."""

    kind: str
    bodies: Bodies
    digest: bytes


class Decider:
    """Says what a reply says, now. What is said again and again is encoded once."""

    def __init__(
        self,
        answer: Callable[[str, Language], Answer],
        unreadable: Callable[[Language], str],
        over_limit: Callable[[Language], str],
        unavailable: Callable[[Language], str],
    ) -> None:
        self._answer = answer
        self._constant = {
            (kind, language): _worded(kind, text(language))
            for kind, text in (
                ("unreadable", unreadable),
                ("over_limit", over_limit),
                ("unavailable", unavailable),
            )
            for language in _LANGUAGES
        }
        self._listed: dict[str, Wording] = {}

    def check(self, cnic: str, language: Language) -> Wording:
        """Decide a check."""
        kind, text, _ = self._answer(cnic, language)
        if kind == "not_listed":
            return Wording(kind, bodies(text), b"")
        worded = self._listed.get(text)
        if worded is None:
            if len(self._listed) >= _MOST_KEPT:
                self._listed.clear()
            worded = self._listed[text] = _worded(kind, text)
        return worded

    def constant(
        self, kind: Literal["unreadable", "over_limit", "unavailable"], language: Language
    ) -> Wording:
        """Return a reply that does not depend on the directory."""
        return self._constant[kind, language]

    def again(self, owed: OwedReply) -> Wording:
        """Decide what a reply that waited says now."""
        if owed.kind == "check":
            return self.check(owed.cnic, owed.language)
        return self.constant(owed.kind, owed.language)


def _worded(kind: str, text: str) -> Wording:
    encoded = bodies(text)
    if len(encoded.parts) == 1:
        return Wording(kind, encoded, b"")
    # What tells one answer from another after a restart, where a part of one has gone.
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return Wording(kind, encoded, digest)


def say(reply: Reply, said: Bodies, reference: int) -> None:
    """Make a reply say something else, from its first part on, under a new reference."""
    reply.coding = said.data_coding
    reply.reference = reference
    reply.messages = with_header(said, reference)
    reply.done = 0
    reply.attempts = None
    reply.edition += 1


def says(reply: Reply, said: Bodies) -> bool:
    """Tell whether a reply says just that."""
    return reply.coding == said.data_coding and reply.messages == with_header(said, reply.reference)


def count_attempt(reply: Reply, number: int) -> int:
    """Count an attempt at a part whose outcome is unknown; returns how many there were."""
    if reply.attempts is None:
        reply.attempts = {}
    attempts = reply.attempts.get(number, 0) + 1
    reply.attempts[number] = attempts
    return attempts
