"""Delivery receipts: telling one from a citizen's text, and what became of which message.

Rules that hold here:

- A receipt is never answered. Any message type of esm_class but "default" makes one, the reserved
  types too: what is no ordinary message gets no reply, so that no loop can begin.
- The TLVs are believed before the text. In the text the first of each key counts, in any order
  and case: ``text:``, where the SMSC repeats what we sent, comes last.
- An identifier is compared in canonical form: lower case, no leading zeros.
- Nothing is raised, and no more than a bounded piece of any field is looked at.

Sources: SMPP 3.4 sections 5.2.12, 5.2.28, 5.3.2.12, 5.3.2.35 and appendix B.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from smpp34 import Tlv

State = Literal["delivered", "failed", "expired", "pending", "unknown"]


class Receipt(NamedTuple):
    """What a receipt tells: which message (as written there), its state, and if that is final."""

    message_id: str | None
    state: State
    final: bool


_MESSAGE_TYPE: Final = 0x3C
_RECEIPTED_MESSAGE_ID: Final = 0x001E
_MESSAGE_PAYLOAD: Final = 0x0424
_MESSAGE_STATE: Final = 0x0427
_FINAL: Final = frozenset(("delivered", "failed", "expired"))
_LONGEST_ID: Final = 64
_LONGEST_TEXT: Final = 1024
_LONGEST_CONVERTIBLE: Final = 32

_BY_NUMBER: Final[dict[int, State]] = {
    0: "pending",  # scheduled, SMPP 5.0
    1: "pending",
    2: "delivered",
    3: "expired",
    4: "failed",
    5: "failed",
    6: "pending",  # accepted
    7: "unknown",
    8: "failed",
    9: "failed",  # skipped, SMPP 5.0
}
# By the first five letters: SMSCs abbreviate differently (DELIVRD, DELIVERED; UNDELIV...).
_BY_WORD: Final[dict[bytes, State]] = {
    b"deliv": "delivered",
    b"expir": "expired",
    b"delet": "failed",
    b"undel": "failed",
    b"rejec": "failed",
    b"faile": "failed",
    b"skipp": "failed",
    b"enrou": "pending",
    b"accep": "pending",
    b"buffe": "pending",
    b"sched": "pending",
}

_ID: Final = re.compile(rb"(?<![a-z_])id\s*:\s*(\S+)", re.IGNORECASE)
_STAT: Final = re.compile(rb"(?<![a-z_])stat(?:us)?\s*:\s*([a-z]+|[0-9]{1,3})", re.IGNORECASE)
_DECIMAL: Final = re.compile(rf"[0-9]{{1,{_LONGEST_CONVERTIBLE}}}", re.ASCII)
_HEXADECIMAL: Final = re.compile(rf"[0-9a-f]{{1,{_LONGEST_CONVERTIBLE}}}", re.ASCII)


def is_receipt(esm_class: int, tlvs: Iterable[Tlv]) -> bool:
    """Tell whether a deliver_sm is a receipt or another notice, not a text that asks something."""
    if esm_class & _MESSAGE_TYPE:
        return True
    return any(tlv.tag == _RECEIPTED_MESSAGE_ID for tlv in tlvs)


def parse(short_message: bytes, tlvs: Iterable[Tlv]) -> Receipt:
    """Return what a receipt tells. What it leaves out is None, and the state ``unknown``."""
    message_id: str | None = None
    state: State | None = None
    for tlv in tlvs:
        tag = tlv.tag
        if tag == _RECEIPTED_MESSAGE_ID:
            message_id = _identifier(tlv.value.split(b"\x00", 1)[0])
        elif tag == _MESSAGE_STATE and tlv.value:
            state = _BY_NUMBER.get(int.from_bytes(tlv.value[:4], "big"), "unknown")
        elif tag == _MESSAGE_PAYLOAD and not short_message:
            short_message = tlv.value
    if message_id is None or state is None:
        text = short_message[:_LONGEST_TEXT]
        if b"\x00" in text:  # Text in UCS-2, or a C-string's end.
            text = text.replace(b"\x00", b"")
        message_id = message_id or _id_in(text)
        state = state or _state_in(text)
    return Receipt(message_id, state, state in _FINAL)


def canonical(message_id: str) -> str:
    """Return the form under which an identifier is stored: lower case, no leading zeros."""
    return message_id[:_LONGEST_ID].strip().lower().lstrip("0") or "0"


def message_id_keys(message_id: str) -> tuple[str, ...]:
    """Return the canonical forms that the submit_sm_resp may have had, the likeliest first.

    SMSCs write an identifier in decimal in one of the two places and in hexadecimal in the other.
    """
    own = canonical(message_id)
    if not _HEXADECIMAL.fullmatch(own):
        return (own,)
    keys = [own]
    if _DECIMAL.fullmatch(own):
        keys.append(f"{int(own):x}")
    keys.append(str(int(own, 16)))
    return tuple(dict.fromkeys(keys))


def _id_in(text: bytes) -> str | None:
    found = _ID.search(text)
    return _identifier(found[1]) if found else None


def _state_in(text: bytes) -> State:
    found = _STAT.search(text)
    if not found:
        return "unknown"
    word = found[1].lower()
    if word.isdigit():
        return _BY_NUMBER.get(int(word), "unknown")
    return _BY_WORD.get(word[:5], "unknown")


def _identifier(octets: bytes) -> str | None:
    if len(octets) > _LONGEST_ID:
        return None
    return octets.decode("latin-1").strip() or None
