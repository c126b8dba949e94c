"""Pushes that must be refused, each with the problem that it must be refused with.

Rules that hold here: each is made from a good push of a court of Lahore, by one change.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.digests import ContentDigest
from source_builders import (
    HERE,
    Court,
    a_conviction,
    an_appeal,
    send,
)

from nsor.sources import signatures
from nsor.sources.signatures import PUSH, Message, sign


@dataclass(frozen=True)
class Hostile:
    """One push; ``known`` tells whether a key that is in force signed it in time."""

    name: str
    make: Callable[[Court], Message]
    status: int
    code: str
    known: bool


def _now() -> datetime:
    return datetime.now(UTC)


def _good(source: Court, **changes: object) -> Message:
    return source.signed("convictions", {"sequence": 1, **a_conviction(**changes)})


def _altered(**headers: str) -> Callable[[Court], Message]:
    """Change headers after the signature was made."""

    def make(court: Court) -> Message:
        message = _good(court)
        for name, value in headers.items():
            message.headers[name.replace("_", "-")] = value
        return message

    return make


def _without(name: str) -> Callable[[Court], Message]:
    """Leave a header out after the signature was made."""

    def make(court: Court) -> Message:
        message = _good(court)
        message.headers = {
            key: value for key, value in message.headers.items() if key.lower() != name
        }
        return message

    return make


class _Key(HTTPSignatureKeyResolver):
    def __init__(self, key: object) -> None:
        self.key = key

    def resolve_public_key(self, key_id: str) -> object:  # type: ignore[override]
        return self.key

    def resolve_private_key(self, key_id: str) -> object:  # type: ignore[override]
        return self.key


def signed_with(
    court: Court,
    *,
    covered: tuple[str, ...] = PUSH,
    keyid: str | None = None,
    key: Ed25519PrivateKey | None = None,
    created: datetime | None = None,
    expires: datetime | None = None,
    nonce: str | None = "",
    alg: bool = True,
    tag: str | None = None,
    message: Message | None = None,
) -> Message:
    """Sign with the library as we never would."""
    made = message or court.message("convictions", {"sequence": 1, **a_conviction()})
    headers = dict(made.headers)
    headers.setdefault("Content-Digest", ContentDigest.create(made.body))
    signed = Message(made.method, made.url, headers, made.body)
    begun = created or _now()
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Key(key or court.key))
    signer.sign(
        signed,
        key_id=court.keyid if keyid is None else keyid,
        created=begun,
        expires=expires or begun + timedelta(seconds=300),
        nonce=signatures.new_nonce() if nonce == "" else nonce,
        label="sig",
        include_alg=alg,
        tag=tag,
        covered_component_ids=covered,
        use_existing_digest=True,
    )
    return signed


def _rewritten(pattern: str, replacement: str) -> Callable[[Court], Message]:
    """Rewrite Signature-Input after the signature was made."""

    def make(court: Court) -> Message:
        message = _good(court)
        before = message.headers["Signature-Input"]
        after = re.sub(pattern, replacement, before)
        assert after != before
        message.headers["Signature-Input"] = after
        return message

    return make


def _body(text: str | bytes) -> Callable[[Court], Message]:
    """Sign a body of one's own."""
    body = text if isinstance(text, bytes) else text.encode()
    return lambda court: court.signed("convictions", body)


def _event(**changes: object) -> Callable[[Court], Message]:
    return lambda court: _good(court, **changes)


def _other_body(court: Court) -> Message:
    message = _good(court)
    message.body = message.body.replace(b"PPC 376", b"PPC 377")
    return message


def _other_body_and_digest(court: Court) -> Message:
    message = _other_body(court)
    message.headers["Content-Digest"] = ContentDigest.create(message.body)
    return message


def _other_path(court: Court) -> Message:
    message = court.signed(
        "deaths", {"sequence": 1, "cnic": "3520112345671", "died_on": "2024-01-01"}
    )
    message.url = message.url.replace("deaths", "releases")
    return message


def _other_method(court: Court) -> Message:
    message = Message("GET", f"{HERE}/api/v1/sources/me", {})
    signed = sign(message, court.key, court.keyid)
    push = court.message("convictions", {"sequence": 1, **a_conviction()})
    for name in ("Signature", "Signature-Input"):
        push.headers[name] = signed.headers[name]
    return push


def _other_authority(court: Court) -> Message:
    message = court.message("convictions", {"sequence": 1, **a_conviction()})
    message.url = message.url.replace("localhost", "register.example")
    signed = sign(message, court.key, court.keyid)
    signed.url = signed.url.replace("register.example", "localhost")
    return signed


def _replayed(court: Court) -> Message:
    message = court.signed("convictions", {"sequence": 1, **a_conviction(sections=["PPC 0"])})
    assert send(message).status_code == 422
    return message


def _two_labels(court: Court) -> Message:
    message = _good(court)
    for name in ("Signature", "Signature-Input"):
        value = message.headers[name]
        message.headers[name] = f"{value}, {value.replace('sig=', 'sig2=', 1)}"
    return message


def _same_label_twice(court: Court) -> Message:
    message = _good(court)
    for name in ("Signature", "Signature-Input"):
        message.headers[name] = f"{message.headers[name]}, {message.headers[name]}"
    return message


def _other_expiry(court: Court) -> Message:
    message = _good(court)
    before = message.headers["Signature-Input"]
    ends = re.search(r"expires=(\d+)", before)
    assert ends is not None
    earlier = before.replace(ends[1], str(int(ends[1]) - 1))
    message.headers["Signature-Input"] = earlier
    return message


def _appeal_of(cnic: str) -> Callable[[Court], Message]:
    return lambda court: court.signed("appeals", {"sequence": 1, **an_appeal(cnic=cnic)})


def _stranger(court: Court) -> Message:
    return signed_with(court, key=Ed25519PrivateKey.generate())


def _unknown_key(court: Court) -> Message:
    return signed_with(court, keyid="nobody-knows-me", key=Ed25519PrivateKey.generate())


def _with_query(court: Court) -> Message:
    message = court.message("convictions", {"sequence": 1, **a_conviction()})
    message.url += "?cnic=3520112345671"
    return sign(message, court.key, court.keyid)


def _sha512(court: Court) -> Message:
    """A sha-512 that is another body's."""
    wrong = base64.b64encode(hashlib.sha512(b"another").digest()).decode()
    message = court.message("convictions", {"sequence": 1, **a_conviction()})
    message.headers["Content-Digest"] = f"sha-512=:{wrong}:"
    return signed_with(court, message=message)


def _weak_digest(court: Court) -> Message:
    message = _good(court)
    found = base64.b64encode(hashlib.md5(message.body).digest()).decode()
    message.headers["Content-Digest"] = f"md5=:{found}:"
    return message


def _typed(kind: str) -> Callable[[Court], Message]:
    def make(court: Court) -> Message:
        message = court.message("convictions", {"sequence": 1, **a_conviction()})
        message.headers["content-type"] = kind
        return signed_with(court, message=message)

    return make


def _encoded(court: Court) -> Message:
    message = court.message("convictions", {"sequence": 1, **a_conviction()})
    message.headers["content-encoding"] = "gzip"
    return signed_with(court, message=message)


def _key_of(value: str) -> Callable[[Court], Message]:
    def make(court: Court) -> Message:
        event = {"sequence": 1, **a_conviction()}
        return signed_with(court, message=court.message("convictions", event, value))

    return make


def _large(court: Court) -> Message:
    padding = "x" * (signatures.LARGEST_BODY + 1)
    return court.signed("convictions", {"sequence": 1, **a_conviction(address=padding)})


def _number(text: str) -> Callable[[Court], Message]:
    event = json.dumps({"sequence": 987654321, **a_conviction()})
    return _body(event.replace("987654321", text))


_TWICE = ', "cnic": "3520198765431"}'
_DEEP = '{"sequence": ' + "[" * 5000 + "]" * 5000 + "}"
_GOOD = json.dumps({"sequence": 1, **a_conviction()})
_UNKNOWN = {"3520112345671": "a field whose name is somebody's number"}
_NO_OCTETS = f"sig=:{base64.b64encode(bytes(64)).decode()}:"


def _all(status: int, code: str, made: dict[str, Callable[[Court], Message]]) -> list[Hostile]:
    known = code == "replayed" or (status != 401 and code in _KNOWN)
    return [Hostile(name, make, status, code, known) for name, make in made.items()]


def _covering(*names: str) -> Callable[[Court], Message]:
    return lambda court: signed_with(court, covered=names)


def _at(created: int = 0, expires: int | None = None) -> Callable[[Court], Message]:
    """Sign so many seconds from now, to expire so many seconds from now."""

    def make(court: Court) -> Message:
        ends = None if expires is None else _now() + timedelta(seconds=expires)
        return signed_with(court, created=_now() + timedelta(seconds=created), expires=ends)

    return make


_KNOWN = {"bad_json", "invalid_event", "out_of_scope", "sequence_too_far"}

HOSTILE = [
    *_all(
        401,
        "signature_missing",
        {
            "no signature": _without("signature"),
            "no signature input": _without("signature-input"),
        },
    ),
    *_all(
        401,
        "signature_malformed",
        {
            "no dictionary": _altered(Signature_Input="nonsense;;"),
            "endless input": _altered(Signature_Input="a" * 5000),
            "two labels": _two_labels,
            "one label twice": _same_label_twice,
            "no octets": _altered(Signature='sig="text"'),
            "another label": _altered(Signature="other=:AAAA:"),
            "a parameter twice": _rewritten(r"(;created=\d+)", r"\1\1"),
        },
    ),
    *_all(
        401,
        "components_wrong",
        {
            **{
                f"{name} not covered": _covering(*(one for one in PUSH if one != name))
                for name in PUSH
            },
            "more covered": _covering(*PUSH, "@path"),
            "covered twice": _rewritten('"@method"', '"@method" "@method"'),
            "with a parameter": _rewritten('"@method"', '"@method";req'),
            "another method": _other_method,
        },
    ),
    *_all(
        401,
        "parameters_wrong",
        {
            "no created": _rewritten(r";created=\d+", ""),
            "no expires": _rewritten(r";expires=\d+", ""),
            "no nonce": lambda court: signed_with(court, nonce=None),
            "no algorithm": lambda court: signed_with(court, alg=False),
            "no key id": _rewritten(r';keyid="[^"]*"', ""),
            "a tag": lambda court: signed_with(court, tag="app"),
            "short nonce": lambda court: signed_with(court, nonce="c2hvcnQ"),
            "long nonce": lambda court: signed_with(court, nonce="x" * 65),
            "another algorithm": _rewritten('"ed25519"', '"hmac-sha256"'),
            "created as text": _rewritten(r"created=(\d+)", r'created="\1"'),
            "a key id that is none": lambda court: signed_with(court, keyid="' OR 1=1 --"),
        },
    ),
    *_all(
        401,
        "signature_stale",
        {
            "an hour old": _at(-3600),
            "from tomorrow": _at(86_400),
            "expired": _at(-30, -1),
            "lives too long": _at(0, 3600),
            "expires before it begins": _at(0, -86_400),
        },
    ),
    *_all(
        401,
        "digest_wrong",
        {
            "another body": _other_body,
            "no digest": _without("content-digest"),
            "a digest of something else": _sha512,
            "a weak digest": _weak_digest,
        },
    ),
    *_all(
        401,
        "signature_wrong",
        {
            "another body with its digest": _other_body_and_digest,
            "another address": _other_path,
            "another authority": _other_authority,
            "another idempotency key": _altered(idempotency_key="k" * 32),
            "another nonce": _rewritten('nonce="[^"]*"', f'nonce="{signatures.new_nonce()}"'),
            "another expiry": _other_expiry,
            "another signature": _altered(Signature=_NO_OCTETS),
            "another's key": _stranger,
            "an unknown key": _unknown_key,
        },
    ),
    *_all(401, "replayed", {"sent before": _replayed}),
    *_all(
        415,
        "not_json",
        {
            "no content type": _without("content-type"),
            "a form": _typed("application/x-www-form-urlencoded"),
            "with a charset": _typed("application/json; charset=utf-16"),
            "compressed": _encoded,
        },
    ),
    *_all(
        400,
        "bad_idempotency_key",
        {
            "a short idempotency key": _key_of("short"),
            "two idempotency keys": _key_of("a" * 20 + ", " + "b" * 20),
        },
    ),
    *_all(400, "unexpected_query", {"a query": _with_query}),
    *_all(413, "too_large", {"too large": _large}),
    *_all(
        400,
        "bad_json",
        {
            "no JSON": _body("sequence=1"),
            "nothing but spaces": _body(b"  "),
            "a list": _body("[1, 2]"),
            "the same name twice": _body(_GOOD[:-1] + _TWICE),
            "the same name twice, escaped": _body(_GOOD[:-1] + _TWICE.replace('c"', '\\u0063"')),
            "deep nesting": _body(_DEEP),
            "NaN": _number("NaN"),
            "Infinity": _number("-Infinity"),
            "a number without end": _number("9" * 4000),
            "a number past exact": _number("9007199254740993"),
            "a power past all": _number("1e999"),
            "half a surrogate": _body(_GOOD.replace("12/2020", "\\ud800")),
            "not UTF-8": _body(_GOOD.encode("utf-16")),
            "broken UTF-8": _body(_GOOD.encode().replace(b"12/2020", b"\xff\xfe")),
            "a byte order mark": _body(b"\xef\xbb\xbf" + _GOOD.encode()),
            "two objects": _body(_GOOD + _GOOD),
        },
    ),
    *_all(
        422,
        "invalid_event",
        {
            "a field too many": _event(**_UNKNOWN),
            "an order number as text": _number('"1"'),
            "an order number as a fraction": _number("1.0"),
            "an order number below one": _number("0"),
            "a flag as a number": _event(juvenile=1),
            "a date as a number": _event(convicted_on=1590969600),
            "no such day": _event(convicted_on="2020-02-30"),
            "in the future": _event(convicted_on="2999-01-01"),
            "no identity number": _event(cnic="9999999999999"),
            "an unknown section": _event(sections=["PPC 0"]),
            "a text too long": _event(court="x" * 201),
            "a control character": _event(name_en="Muhammad\u0000 Aslam"),
            "a text that turns direction": _event(name_en="Muhammad \u202eAslam"),
            "a formula": _event(name_en="=cmd|' /C calc'!A0"),
        },
    ),
    *_all(
        403,
        "out_of_scope",
        {
            "another district": _event(court_district="Multan"),
            "no known district": _event(court_district="Nowhere", district=""),
            "an appeal of nobody's": _appeal_of("3520100000001"),
            "an appeal of another's": _appeal_of("3660198765433"),
        },
    ),
    *_all(409, "sequence_too_far", {"far ahead": _number("100000")}),
]
assert len({one.name for one in HOSTILE}) == len(HOSTILE)
