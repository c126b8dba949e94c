"""What the API says of itself beyond what its functions say: headers, types of refusals."""

from typing import Any, Final

from nsor.sources.problems import CONTENT_TYPE, KINDS

DESCRIPTION: Final = (
    "Courts, prisons, prosecution and police push what happens. Each message is signed"
    " (RFC 9421, Ed25519); docs/sources.md says how, with lines to run. A refusal is a problem"
    " document (RFC 9457)."
)
_ANYWHERE: Final = (400, 401, 403, 408, 413, 429, 500, 503)
REFUSED_QUESTION: Final = _ANYWHERE
REFUSED_PUSH: Final = (*_ANYWHERE, 409, 415, 422)
_SIGNATURE: Final = (
    ("Signature-Input", "What the one signature covers, and its parameters (RFC 9421, 4.1)."),
    ("Signature", "The signature (RFC 9421, 4.2)."),
)
_OF_A_PUSH: Final = (
    ("Content-Digest", "The sha-256 or sha-512 of the body (RFC 9530)."),
    ("Idempotency-Key", "16 to 64 letters, digits, dashes and underscores: one for each event."),
)


def completed(schema: Any) -> Any:
    """Return the description with the headers of each message, and problems of their own type."""
    for path in schema["paths"].values():
        for method, operation in path.items():
            headers = _SIGNATURE if method == "get" else (*_OF_A_PUSH, *_SIGNATURE)
            operation["parameters"] = [
                *(one for one in operation["parameters"] if one["in"] != "header"),
                *(_header(*one) for one in headers),
            ]
            for status, answer in operation["responses"].items():
                _complete(int(status), answer)
    return schema


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }


def _complete(status: int, answer: dict[str, Any]) -> None:
    if status < 400:
        return
    content = answer["content"]
    if CONTENT_TYPE not in content:
        content[CONTENT_TYPE] = content.pop("application/json")
    codes = ", ".join(code for code, kind in KINDS.items() if kind.status == status)
    answer["description"] = f"Refused: {codes}."
