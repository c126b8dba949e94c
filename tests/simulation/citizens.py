"""Citizens of a simulated world: what they text, and the handsets that they read answers on."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from nsor.sms.encoding import decode, encode
from nsor.sms.message_centre import Message

Language = Literal["ur", "en"]
Kind = Literal["check", "unreadable", "incomplete"]


@dataclass(eq=False)
class Question:
    """One text. ``bodies``: (esm_class, octets) of each part that is sent."""

    operator: str
    sender: str
    kind: Kind
    language: Language
    cnic: str
    bodies: list[tuple[int, bytes]]
    coding: int
    asked_at: float
    heavy: bool = False
    """Whether its sender asks so much that limits may silence it."""
    twice: bool = False
    """Whether its sender texts just the same again."""
    acknowledged: set[int] = field(default_factory=set)

    @property
    def is_taken(self) -> bool:
        """Whether every part was acknowledged with status 0."""
        return len(self.acknowledged) == len(self.bodies)

    @property
    def is_long(self) -> bool:
        """Whether it is sent in parts."""
        return bool(self.bodies[0][0])

    def messages(self) -> list[Message]:
        """Return what the message centre delivers."""
        return [
            Message((self, number), self.sender, "7000", body, self.coding, esm_class)
            for number, (esm_class, body) in enumerate(self.bodies)
        ]


def a_text(text: str) -> tuple[int, list[tuple[int, bytes]]]:
    """Return a text's data_coding and its one part."""
    coding, octets = encode(text)
    return coding, [(0, octets)]


def a_long_text(text: str, reference: int, parts: int) -> tuple[int, list[tuple[int, bytes]]]:
    """Return a text's data_coding and its parts, cut anywhere."""
    coding, octets = encode(text)
    size = -(-len(octets) // parts)
    return coding, [
        (0x40, bytes((5, 0, 3, reference, parts, n + 1)) + octets[n * size : (n + 1) * size])
        for n in range(parts)
    ]


class Handset:
    """Joins parts by reference and total, as a phone does; ``texts`` are the whole ones."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.parts: list[tuple[tuple[int, int, int], bytes]] = []
        self._held: dict[tuple[int, int], dict[int, bytes]] = defaultdict(dict)

    def take(self, esm_class: int, body: bytes, coding: int) -> None:
        """Take one short message."""
        if not esm_class & 0x40:
            self._show(body, coding)
            return
        reference, total, number = body[3], body[4], body[5]
        held = self._held[reference, total]
        held[number] = body[6:]
        if len(held) == total:
            del self._held[reference, total]
            self._show(b"".join(held[place] for place in sorted(held)), coding)

    def _show(self, octets: bytes, coding: int) -> None:
        text = decode(octets, coding)
        assert text is not None
        self.texts.append(text)
