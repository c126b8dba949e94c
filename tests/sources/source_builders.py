"""A court that pushes, as the tests of sources give it: keys, events, signed messages."""

import itertools
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import Client
from register_builders import ASLAM, Office

from nsor.accounts.models import Officer
from nsor.sources import services
from nsor.sources.models import EventKind, Source, SourceKey
from nsor.sources.signatures import Message, sign

HERE = "http://localhost"
WHY = "agreed with the registrar"
EVERY_KIND = tuple(EventKind.values)


@dataclass(frozen=True)
class Administrators:
    """Two of them, for one is never enough."""

    one: Officer
    other: Officer


def administrators(office: Office) -> Administrators:
    """Return the office's two administrators, hired on first use."""
    names = ("Farah", "Gul")
    found = {one.name: one for one in Officer.objects.filter(name__in=names)}
    hired = [found.get(name) or office.hire(name, "administration") for name in names]
    return Administrators(*hired)


@dataclass
class Court:
    """A source as it stands outside: it has its private key, and counts its pushes."""

    source: Source
    key: Ed25519PrivateKey
    keyid: str
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    client: Client = field(default_factory=lambda: Client(headers={"host": "localhost"}))

    def next(self) -> int:
        """Return the next order number."""
        return next(self.numbers)

    def message(
        self, kind: str, event: Mapping[str, Any] | bytes, idempotency_key: str | None = None
    ) -> Message:
        """Return a message that is yet to be signed."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        headers = {
            "content-type": "application/json",
            "idempotency-key": idempotency_key or new_key(),
        }
        return Message("POST", f"{HERE}/api/v1/sources/{kind}", headers, body)

    def signed(
        self, kind: str, event: Mapping[str, Any] | bytes, idempotency_key: str | None = None
    ) -> Message:
        """Return a signed message."""
        return sign(self.message(kind, event, idempotency_key), self.key, self.keyid)

    def pushes(
        self, kind: str, event: Mapping[str, Any] | bytes, idempotency_key: str | None = None
    ) -> HttpResponse:
        """Push an event; its order number is the next one where it has none."""
        if not isinstance(event, bytes) and "sequence" not in event:
            event = {"sequence": self.next(), **event}
        return self.sends(self.signed(kind, event, idempotency_key))

    def asks(self, what: str) -> HttpResponse:
        """Ask a signed question."""
        message = Message("GET", f"{HERE}/api/v1/sources/{what}", {})
        return self.sends(sign(message, self.key, self.keyid))

    def sends(self, message: Message) -> HttpResponse:
        """Send a message as it is."""
        return send(message, self.client)


def send(message: Message, client: Client | None = None) -> HttpResponse:
    """Send a message to Django as it is."""
    headers = {name: value for name, value in message.headers.items() if name != "content-type"}
    kind = message.headers.get("content-type", "")
    path = message.url.removeprefix(HERE)
    asked = client or Client(headers={"host": "localhost"})
    return asked.generic(  # type: ignore[return-value]
        message.method, path, message.body, kind or "", headers=headers
    )


def new_key() -> str:
    """Return an idempotency key."""
    return secrets.token_urlsafe(24)


def a_court(
    office: Office,
    name: str = "Sessions Court Lahore",
    *,
    kind: str = "court",
    events: tuple[str, ...] = EVERY_KIND,
    districts: tuple[str, ...] = ("punjab/lahore",),
    per_minute: int = 1000,
    per_day: int = 100_000,
) -> Court:
    """Return a source that two administrators made, with a key that two gave it."""
    who = administrators(office)
    proposal = services.propose_source(
        name, kind, events, districts, who.one, WHY, per_minute=per_minute, per_day=per_day
    )
    source = services.approve(proposal.pk, who.other).source
    assert source is not None
    key = Ed25519PrivateKey.generate()
    return Court(source, key, give_key(office, source, key).keyid)


def give_key(office: Office, source: Source, key: Ed25519PrivateKey) -> SourceKey:
    """Have two administrators give a source a key."""
    who = administrators(office)
    proposal = services.propose_key(source, public_pem(key), who.one, WHY)
    services.approve(proposal.pk, who.other)
    return SourceKey.objects.get(keyid=proposal.values["keyid"])


def public_pem(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key."""
    octets = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return octets.decode()


def a_conviction(**changes: Any) -> dict[str, Any]:
    """Return a conviction as a court pushes it, without an order number."""
    return {
        "cnic": ASLAM,
        "name_ur": "محمد اسلم",
        "father_name_ur": "غلام رسول",
        "name_en": "Muhammad Aslam",
        "father_name_en": "Ghulam Rasool",
        "date_of_birth": "1980-01-01",
        "offence_on": "2019-05-01",
        "court": "Sessions Court, Lahore",
        "court_district": "Lahore",
        "case_number": "12/2020",
        "sections": ["PPC 376"],
        "convicted_on": "2020-06-01",
        "victim_category": "child",
    } | changes


def an_appeal(result: str = "stayed", **changes: Any) -> dict[str, Any]:
    """Return what became of an appeal."""
    event = {"cnic": ASLAM, "case_number": "12/2020", "result": result, "decided_on": "2024-01-15"}
    return event | changes


def a_release(**changes: Any) -> dict[str, Any]:
    """Return a release."""
    return {"cnic": ASLAM, "case_number": "12/2020", "released_on": "2024-01-15"} | changes


def a_transfer(**changes: Any) -> dict[str, Any]:
    """Return a transfer."""
    event = {"cnic": ASLAM, "prison": "Central Jail, Lahore", "transferred_on": "2023-03-01"}
    return event | changes


def a_death(**changes: Any) -> dict[str, Any]:
    """Return a death."""
    return {"cnic": ASLAM, "died_on": "2024-01-15"} | changes


EVENTS: dict[str, Callable[..., dict[str, Any]]] = {
    "convictions": a_conviction,
    "appeals": an_appeal,
    "transfers": a_transfer,
    "releases": a_release,
    "deaths": a_death,
}
