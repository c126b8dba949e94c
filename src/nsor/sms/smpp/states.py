"""Everything that affects the state of a session, in one place.

A session is one connection in one role. Its state is what has been agreed on it (SMPP 3.4,
section 2.2); what a peer may send in it is the table ``RECEIVABLE`` (section 2.3), the rest is
answered with ESME_RINVBNDSTS. The table holds requests only: a response is matched by its
sequence number, and one that nobody waits for is passed over.
"""

from enum import Enum
from typing import Final

from nsor.sms.smpp import pdu


class Role(Enum):
    """Which side of the connection we are."""

    ESME = "esme"
    SMSC = "smsc"


class State(Enum):
    """What has been agreed on this connection."""

    OPEN = "open"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBINDING = "unbinding"
    CLOSED = "closed"


_RECEIVING: Final = frozenset({State.BOUND_RX, State.BOUND_TRX})
_SENDING: Final = frozenset({State.BOUND_TX, State.BOUND_TRX})
_BOUND: Final = _RECEIVING | _SENDING
_ANY: Final = _BOUND | {State.OPEN, State.UNBINDING}
# A message that crosses an unbind on its way: who sent it had not read the unbind.
_CROSSING: Final = frozenset({State.UNBINDING})

BOUND_BY: Final = {
    pdu.BIND_TRANSMITTER: State.BOUND_TX,
    pdu.BIND_RECEIVER: State.BOUND_RX,
    pdu.BIND_TRANSCEIVER: State.BOUND_TRX,
}

RECEIVABLE: Final[dict[Role, dict[int, frozenset[State]]]] = {
    Role.ESME: {
        pdu.DELIVER_SM: _RECEIVING | _CROSSING,
        pdu.ALERT_NOTIFICATION: _RECEIVING,
        pdu.OUTBIND: frozenset({State.OPEN}),
        pdu.UNBIND: _BOUND | {State.UNBINDING},
        pdu.ENQUIRE_LINK: _ANY,
    },
    Role.SMSC: {
        pdu.BIND_TRANSMITTER: frozenset({State.OPEN}),
        pdu.BIND_RECEIVER: frozenset({State.OPEN}),
        pdu.BIND_TRANSCEIVER: frozenset({State.OPEN}),
        pdu.SUBMIT_SM: _SENDING | _CROSSING,
        pdu.UNBIND: _BOUND | {State.UNBINDING},
        pdu.ENQUIRE_LINK: _ANY,
    },
}

# Requests that the specification knows and that we never take, in whatever state: the answer
# is that of the wrong state. Any other command is unknown (ESME_RINVCMDID).
KNOWN_REQUESTS: Final = frozenset(
    {
        pdu.BIND_TRANSMITTER,
        pdu.BIND_RECEIVER,
        pdu.BIND_TRANSCEIVER,
        pdu.SUBMIT_SM,
        pdu.DELIVER_SM,
        pdu.UNBIND,
        pdu.ENQUIRE_LINK,
        pdu.ALERT_NOTIFICATION,
        pdu.OUTBIND,
    }
)
UNANSWERED: Final = frozenset({pdu.ALERT_NOTIFICATION, pdu.OUTBIND})


def may_send(role: Role, state: State) -> bool:
    """Tell whether we may send messages: a submit_sm as ESME, a deliver_sm as SMSC."""
    return state in (_SENDING if role is Role.ESME else _RECEIVING)


def diagram() -> str:
    """Return the states and what moves between them as a Mermaid state diagram."""
    names = {
        pdu.BIND_TRANSMITTER: "bind_transmitter",
        pdu.BIND_RECEIVER: "bind_receiver",
        pdu.BIND_TRANSCEIVER: "bind_transceiver",
    }
    lines = ["stateDiagram-v2", "    [*] --> open: connected"]
    for command, state in BOUND_BY.items():
        lines.append(f"    open --> {state.value}: {names[command]}_resp, ESME_ROK")
        lines.append(f"    {state.value} --> unbinding: unbind")
    lines.append("    unbinding --> closed: unbind_resp")
    lines.append("    closed --> [*]")
    return "\n".join(lines) + "\n"
