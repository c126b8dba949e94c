"""What a session reports.

The two that a gateway sees a hundred thousand times a second are tuples. The others are not: two
tuples without fields are equal, whatever they are called.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from smpp34 import DeliverSm, SubmitSm


class MessageReceived(NamedTuple):
    """The peer sent a message (deliver_sm to an ESME, submit_sm to an SMSC); it wants an answer."""

    sequence: int
    message: DeliverSm | SubmitSm


class MessageAnswered(NamedTuple):
    """The peer answered a message of ours. ``token`` is what was given with it."""

    token: Any
    status: int
    message_id: str


@dataclass(frozen=True, slots=True)
class BindRequested:
    """An ESME wants to bind; answered by ``Session.answer_bind``."""

    sequence: int
    command_id: int
    system_id: str
    password: str


@dataclass(frozen=True, slots=True)
class Bound:
    """The SMSC accepted our bind."""


@dataclass(frozen=True, slots=True)
class BindRefused:
    """The SMSC refused our bind, with this status."""

    status: int


@dataclass(frozen=True, slots=True)
class UnbindRequested:
    """The peer wants to end the session; answered by ``Session.answer_unbind``."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Unbound:
    """The peer answered our unbind: nothing more comes on this connection."""


@dataclass(frozen=True, slots=True)
class PduRefused:
    """Something was answered with an error, and the session lives on."""

    status: int


@dataclass(frozen=True, slots=True)
class StreamBroken:
    """A length that can't be true: what follows can't be told apart. Send what is due and close."""


Event = (
    MessageReceived
    | MessageAnswered
    | BindRequested
    | Bound
    | BindRefused
    | UnbindRequested
    | Unbound
    | PduRefused
    | StreamBroken
)
