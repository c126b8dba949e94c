"""What a session reports. Each is a small tuple: a gateway sees a hundred thousand a second."""

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


class BindRequested(NamedTuple):
    """An ESME wants to bind; answered by ``Session.answer_bind``."""

    sequence: int
    command_id: int
    system_id: str
    password: str


class Bound(NamedTuple):
    """The SMSC accepted our bind."""


class BindRefused(NamedTuple):
    """The SMSC refused our bind, with this status."""

    status: int


class UnbindRequested(NamedTuple):
    """The peer wants to end the session; answered by ``Session.answer_unbind``."""

    sequence: int


class Unbound(NamedTuple):
    """The peer answered our unbind: nothing more comes on this connection."""


class PduRefused(NamedTuple):
    """Something was answered with an error, and the session lives on."""

    status: int


class StreamBroken(NamedTuple):
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
