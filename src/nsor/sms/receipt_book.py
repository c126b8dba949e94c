"""What became of each part that an operator took: its message_id until a receipt names it.

Identifiers are the operator's own. Receipts come in any order: one that names a part whose
submit_sm_resp has not come yet waits for it. Bounded: the oldest go first.
"""

from typing import Final, NamedTuple

from nsor.sms.outbox.interface import Receipted, Sent
from nsor.sms.receipts import Receipt, State, canonical, message_id_keys

MOST_PARTS: Final = 500_000
MOST_EARLY: Final = 10_000

STATES: Final[dict[State, int]] = {
    "delivered": 1,
    "failed": 2,
    "expired": 3,
    "pending": 4,
    "unknown": 5,
}


_Key = tuple[str, str]


class _Early(NamedTuple):
    """A receipt that came before its part was known, and the notations of its identifier."""

    state: State
    keys: list[_Key]


class ReceiptBook:
    """See the module. A part is (batch, place in it, number)."""

    def __init__(self) -> None:
        self._parts: dict[_Key, tuple[int, int, int]] = {}
        self._early: dict[_Key, _Early] = {}

    def restore(self, sent: list[Sent]) -> None:
        """Take up the parts without a receipt from before a restart."""
        for batch, place, part, operator, message_id in sent[-MOST_PARTS:]:
            self._parts[operator, message_id] = (batch, place, part)

    def sent(
        self, operator: str, message_id: str, part: tuple[int, int, int]
    ) -> tuple[Sent, Receipted | None]:
        """Note that the operator took a part; with it, the receipt that came too early."""
        key = (operator, canonical(message_id))
        sent = Sent(*part, *key)
        if self._early:
            early = self._early.get(key)
            if early is not None:
                self._forget(early)
                return sent, Receipted(*part, STATES[early.state])
        if len(self._parts) >= MOST_PARTS:
            del self._parts[next(iter(self._parts))]
        self._parts[key] = part
        return sent, None

    def receipted(self, operator: str, receipt: Receipt) -> Receipted | None:
        """Return what to record of a receipt: None where it is not final or names no part yet."""
        message_id = receipt.message_id
        if message_id is None or not receipt.final:
            return None
        part = self._parts.pop((operator, canonical(message_id)), None)
        if part is not None:
            return Receipted(*part, STATES[receipt.state])
        keys = [(operator, key) for key in message_id_keys(message_id)]
        for key in keys:
            part = self._parts.pop(key, None)
            if part is not None:
                return Receipted(*part, STATES[receipt.state])
        early = _Early(receipt.state, keys)
        for key in keys:
            self._early[key] = early
        while len(self._early) > MOST_EARLY:
            del self._early[next(iter(self._early))]
        return None

    def _forget(self, early: _Early) -> None:
        """Let a receipt wait no more, under none of its notations."""
        for key in early.keys:
            if self._early.get(key) is early:
                del self._early[key]
