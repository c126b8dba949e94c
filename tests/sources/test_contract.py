"""What the API says of itself is what it does, whatever is sent: schemathesis looks for a breach.

Rules that hold here: each operation gets what its description allows and what it doesn't, once
signed as a source signs and once as it is generated.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from register_builders import Office
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from source_builders import Court, a_court, new_key

from nsor.sources.signatures import Message, sign
from tests.web.hosting import web

EXAMPLES = 15
load_all_checks()
NOT_OURS = [CHECKS.get_one("positive_data_acceptance")]
"""An event of the right shape may well be refused: of another district, of nobody."""


MENDED = [CHECKS.get_one(name) for name in ("ignored_auth", "negative_data_rejection")]
"""Whatever schemathesis leaves out of a signature is there again once a message is signed."""


class _Signing(AuthBase):
    """Signs each request, whatever is in it."""

    def __init__(self, court: Court) -> None:
        self.court = court

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        octets = body.encode() if isinstance(body, str) else body
        headers = {"content-type": str(request.headers.get("Content-Type", ""))}
        if request.method != "GET":
            headers["idempotency-key"] = new_key()
        message = Message(str(request.method), str(request.url), headers, octets)
        request.headers.update(sign(message, self.court.key, self.court.keyid).headers)
        return request


@pytest.fixture
def served(sqlite_office: Office, tmp_path: Path) -> Iterator[tuple[str, Court]]:
    """Give the address of the API, and a court that pushes there."""
    court = a_court(sqlite_office, per_minute=6000)
    with web(tmp_path, None, "nsor.web.asgi:application") as address:
        yield address, court


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("signs", [True, False], ids=["signed", "unsigned"])
def test_no_answer_breaks_the_contract(
    served: tuple[str, Court], mode: GenerationMode, signs: bool
) -> None:
    address, court = served
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    tried = set()
    with requests.Session() as session:
        session.auth = _Signing(court) if signs else None
        for found in schema.get_all_operations():
            operation = found.ok()

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def no_breach(case: schemathesis.Case) -> None:
                answer = case.call(base_url=address, session=session)
                tried.add((case.method, answer.status_code))
                assert answer.status_code < 500
                mended = MENDED[: 2 if case.method == "GET" else 1] if signs else []
                case.validate_response(answer, excluded_checks=[*NOT_OURS, *mended])

            no_breach()
    assert {method for method, _ in tried} == {"GET", "POST"}
    assert any(status < 300 for _, status in tried) or not signs or mode is GenerationMode.NEGATIVE


def test_the_description_names_every_event_and_no_host(sqlite_office: Office) -> None:
    court = a_court(sqlite_office)
    answer = court.client.get("/api/v1/openapi.json")
    described = answer.json()
    kinds = {path.rsplit("/", 1)[-1] for path in described["paths"]}
    assert kinds >= {"convictions", "appeals", "transfers", "releases", "deaths", "me"}
    assert "http://" not in answer.content.decode()
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"MessageSignature": []}]
            names = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            assert {"Signature", "Signature-Input"} <= names
