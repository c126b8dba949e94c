"""The API that sources push by: one address for each kind of event, receipts, and what is expected.

Rules that hold here: every answer is JSON, and every refusal a problem document; a message is
looked at in this order: its signature, its JSON, its shape, and then what it would do. Nothing of
what was sent is in an answer, nor in a log.
"""

import logging
import traceback
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security.base import AuthBase
from pydantic import BaseModel, ConfigDict

from nsor.accounts.rooms import Room
from nsor.sources import counting, events, openapi, receipts, receiving, signatures, strict_json
from nsor.sources.models import EventKind
from nsor.sources.problems import CONTENT_TYPE, Problem
from nsor.sources.signatures import Message
from nsor.sources.signed import Signed, of_request

PREFIX: Final = "/api/v1/"
_LARGE: Final = f"A body has {signatures.LARGEST_BODY} octets at most."


class Answer(BaseModel):
    """What became of a push when it came."""

    receipt: UUID
    kind: str
    sequence: int
    received_at: datetime
    state: Literal["awaits_approval", "took_effect", "nothing_to_change"]
    missing: list[int]


class Receipt(BaseModel):
    """What became of a push until now."""

    receipt: UUID
    kind: str
    sequence: int
    received_at: datetime
    state: Literal[
        "awaits_approval", "took_effect", "nothing_to_change", "approved", "rejected", "discarded"
    ]
    decided_at: datetime | None
    published_at: datetime | None
    reason: str


class Quota(BaseModel):
    """How many messages the source may send, and has sent."""

    per_minute: int
    minute_spent: int
    per_day: int
    day_spent: int


class Me(BaseModel):
    """What is expected of the source."""

    name: str
    kind: str
    events: list[str]
    districts: list[str]
    next_sequence: int
    missing: list[int]
    quota: Quota


class _Fault(BaseModel):
    field: str
    code: str
    message: str


class ProblemDocument(BaseModel):
    """Why a message was refused (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    code: str
    detail: str
    reason: str = ""
    errors: list[_Fault] = []


class MessageSignature(AuthBase):
    """A signature of the message (RFC 9421)."""

    openapi_type = "http"
    openapi_scheme = "Signature"

    def __call__(self, request: HttpRequest) -> Signed:
        """Return whose message it is, with the object that its body holds.

        Raises ``Problem``.
        """
        message = _message(request)
        signed = of_request(message)
        request.signed = signed  # type: ignore[attr-defined]
        if message.method != "GET":
            request.told = strict_json.parse(message.body)  # type: ignore[attr-defined]
        return signed


class _Read(Parser):
    """Gives what was read when the signature was looked at."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return request.told  # type: ignore[attr-defined, no-any-return]


class SourcesApi(NinjaAPI):
    """The API, whose description is completed by ``openapi``."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the OpenAPI description."""
        return openapi.completed(super().get_openapi_schema(path_prefix=PREFIX))


_log = logging.getLogger("nsor.sources")
api = SourcesApi(
    title="Register: sources",
    version="1",
    description=openapi.DESCRIPTION,
    docs_url=None,
    parser=_Read(),
    auth=MessageSignature(),
    urls_namespace="api-1",
)
_REFUSALS: Final = dict.fromkeys(openapi.REFUSED_PUSH, ProblemDocument)
_REFUSED_QUESTION: Final = dict.fromkeys(openapi.REFUSED_QUESTION, ProblemDocument)


def _json(answer: dict[str, Any], status: int = 200) -> JsonResponse:
    """Return an answer, the same octets each time: a database gives members in its own order."""
    return JsonResponse(answer, status=status, json_dumps_params={"sort_keys": True})


def _taken(request: HttpRequest, kind: EventKind, event: events.Event) -> JsonResponse:
    signed: Signed = request.signed  # type: ignore[attr-defined]
    return _json(receiving.take(signed, kind, event), 202)


@api.post("/sources/convictions", response={202: Answer, **_REFUSALS}, tags=["events"])
def push_conviction(request: HttpRequest, event: events.Conviction) -> HttpResponse:
    """A court convicted somebody: it waits for an officer's approval."""
    return _taken(request, EventKind.CONVICTION, event)


@api.post("/sources/appeals", response={202: Answer, **_REFUSALS}, tags=["events"])
def push_appeal(request: HttpRequest, event: events.Appeal) -> HttpResponse:
    """What became of an appeal: a stay, a quashing and an acquittal silence at once."""
    return _taken(request, EventKind.APPEAL, event)


@api.post("/sources/transfers", response={202: Answer, **_REFUSALS}, tags=["events"])
def push_transfer(request: HttpRequest, event: events.Transfer) -> HttpResponse:
    """A prisoner came to another prison: it waits for an officer's approval."""
    return _taken(request, EventKind.TRANSFER, event)


@api.post("/sources/releases", response={202: Answer, **_REFUSALS}, tags=["events"])
def push_release(request: HttpRequest, event: events.Release) -> HttpResponse:
    """A prisoner was released: it waits for an officer's approval."""
    return _taken(request, EventKind.RELEASE, event)


@api.post("/sources/deaths", response={202: Answer, **_REFUSALS}, tags=["events"])
def push_death(request: HttpRequest, event: events.Death) -> HttpResponse:
    """Somebody died: the register falls silent of them at once."""
    return _taken(request, EventKind.DEATH, event)


@api.get(
    "/sources/receipts/{uuid:receipt}",
    response={200: Receipt, 404: ProblemDocument, **_REFUSED_QUESTION},
    tags=["questions"],
)
def receipt(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """What became of a push of the source that asks."""
    signed: Signed = request.signed  # type: ignore[attr-defined]
    return _json(receiving.ask(signed, partial(receipts.receipt, receipt=str(receipt))))


@api.get("/sources/me", response={200: Me, **_REFUSED_QUESTION}, tags=["questions"])
def me(request: HttpRequest) -> HttpResponse:
    """What is expected of the source that asks: its next order number, gaps, quota."""
    signed: Signed = request.signed  # type: ignore[attr-defined]
    return _json(receiving.ask(signed, receipts.expected))


def addresses() -> list[URLPattern]:
    """Return the addresses of the API, each of the room of sources but its description."""
    found = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in found:
        view = one.callback
        view.room = None if one.name == "openapi-json" else Room.PUSHES  # type: ignore[attr-defined]
    return found


def answer_of(problem: Problem) -> HttpResponse:
    """Return a problem document as an answer."""
    answer = JsonResponse(problem.document(), status=problem.status, content_type=CONTENT_TYPE)
    if problem.status == 401:
        answer["WWW-Authenticate"] = "Signature"
        answer["Accept-Signature"] = signatures.accept_signature()
    if problem.retry_after is not None:
        answer["Retry-After"] = str(problem.retry_after)
    return answer


def _message(request: HttpRequest) -> Message:
    """Return a request as it was signed. Raises ``Problem``."""
    if request.META.get("QUERY_STRING"):
        raise Problem("unexpected_query", "Send the address without a query.")
    try:
        body = request.body
    except RequestDataTooBig:
        raise Problem("too_large", _LARGE) from None
    except UnreadablePostError:
        raise Problem("bad_request", "The body broke off.") from None
    if len(body) > signatures.LARGEST_BODY:
        raise Problem("too_large", _LARGE)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Message(request.method or "", _base(request) + request.path, headers, body)


def _base(request: HttpRequest) -> str:
    """Return scheme and authority as the source sees them: a proxy ends TLS and keeps the host."""
    host = request.get_host()
    is_public = host == urlsplit(settings.PUBLIC_URL).netloc
    return settings.PUBLIC_URL if is_public else f"{request.scheme}://{host}"


def _on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a refusal, after it was written down or counted."""
    signed: Signed | None = getattr(request, "signed", None)
    if signed is None:
        counting.count(problem.code)
        return answer_of(problem)
    try:
        receiving.refused(signed, _kind(request), problem)
    except Problem as graver:
        counting.count(graver.code, signed.source)
        return answer_of(graver)
    return answer_of(problem)


def _kind(request: HttpRequest) -> EventKind | None:
    last = request.path.rsplit("/", 1)[-1]
    return EventKind(last) if last in EventKind.values else None


@api.exception_handler(Problem)
def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    return _on_problem(request, problem)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _on_problem(request, events.misshapen(error.errors))


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _on_problem(request, Problem("bad_request", "The request can't be read."))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    place = traceback.extract_tb(error.__traceback__)[-1]
    # Its type and its place: what it says may hold what somebody sent.
    _log.error("A push broke: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
    broken = Problem("internal", "Something went wrong here: send it again later.")
    return _on_problem(request, broken)
