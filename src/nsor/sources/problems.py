"""Why a push is refused: one table of codes, and the problem document that says it (RFC 9457).

Rules that hold here: a document tells what would be right and never repeats what was sent; every
refusal of a signature that hangs on the key has one code, so that nobody learns which keys exist.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

CONTENT_TYPE: Final = "application/problem+json"


class Kind(NamedTuple):
    """What all problems of a code share; ``title`` is the same for each of them."""

    status: int
    title: str


KINDS: Final[dict[str, Kind]] = {
    # what was sent can't be read
    "bad_request": Kind(400, "The request can't be read"),
    "bad_json": Kind(400, "The body is no JSON that is taken"),
    "bad_idempotency_key": Kind(400, "The idempotency key is missing or malformed"),
    "unexpected_query": Kind(400, "The address takes no query"),
    "too_slow": Kind(408, "The body took too long to come"),
    "too_large": Kind(413, "The body is too large"),
    "not_json": Kind(415, "The content type is not application/json"),
    # who sent it isn't known
    "signature_missing": Kind(401, "The message isn't signed"),
    "signature_malformed": Kind(401, "The signature's fields can't be read"),
    "components_wrong": Kind(401, "The signature covers the wrong components"),
    "parameters_wrong": Kind(401, "The signature's parameters are wrong"),
    "digest_wrong": Kind(401, "The content digest is not that of the body"),
    "signature_stale": Kind(401, "The signature is of another time"),
    "signature_wrong": Kind(401, "The signature is of no key that is in force"),
    "replayed": Kind(401, "The message was sent before"),
    # what they may not
    "source_inactive": Kind(403, "The source is switched off"),
    "out_of_scope": Kind(403, "The event is not this source's"),
    "not_found": Kind(404, "There is nothing at this address"),
    "method_not_allowed": Kind(405, "The address doesn't take this method"),
    # what doesn't fit what was sent, or what is recorded
    "sequence_repeated": Kind(409, "The order number was used before"),
    "sequence_too_far": Kind(409, "The order number leaves too large a gap"),
    "conflict": Kind(409, "What is recorded doesn't let the event take effect now"),
    "idempotency_conflict": Kind(422, "The idempotency key was used for another event"),
    "invalid_event": Kind(422, "The event has faults"),
    "too_many": Kind(429, "The source's quota is used up"),
    "internal": Kind(500, "Something went wrong here"),
    "unavailable": Kind(503, "The register can't take events now"),
}
UNAUTHENTICATED: Final = frozenset(code for code, kind in KINDS.items() if kind.status == 401)


class FieldFault(NamedTuple):
    """One thing wrong with a field of an event; ``field`` is empty where it is about the whole."""

    field: str
    code: str
    message: str


class Problem(Exception):  # noqa: N818
    """A push was refused and changed nothing of the record.

    ``code`` is one of ``KINDS``; ``reason`` is the register's own code where it refused.
    ``retry_after`` is in seconds.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Iterable[FieldFault] = (),
        reason: str = "",
        retry_after: int | None = None,
    ) -> None:
        """Refuse for the reason ``code``."""
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.reason = reason
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.code].status

    def document(self) -> dict[str, object]:
        """Return the problem document."""
        kind = KINDS[self.code]
        return {
            "type": f"urn:nsor:problem:{self.code.replace('_', '-')}",
            "title": kind.title,
            "status": kind.status,
            "code": self.code,
            "detail": self.detail,
            **({"reason": self.reason} if self.reason else {}),
            **({"errors": [one._asdict() for one in self.errors]} if self.errors else {}),
        }
