"""The client of an authority that answers by HTTP.

``POST {url}/v1/holders`` with ``{"number": "3520112345671"}`` is answered 200 with
``{"holder": null}`` or a holder: ``name_ur``, ``name_en``, ``father_name_ur``, ``father_name_en``,
``sex``, ``alive``, ``died_on``.

Rules that hold here: what may pass (no connection, a time-out, 429, 5xx) is asked again, twice at
most; what can't be read is no answer. No error carries a number, a name or what was answered.
"""

import random
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Final, Literal
from urllib.parse import urlsplit

import httpx
import msgspec

from nsor.identity.authority import AuthorityUnavailable, Holder
from nsor.identity.breaker import Breaker

TIMEOUT: Final = httpx.Timeout(3.0, connect=1.0)
TRIES: Final = 3
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_LARGEST: Final = 64 * 1024
_NEAR: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class _Holder(msgspec.Struct, frozen=True):
    sex: Literal["male", "female", "x"]
    alive: bool
    name_ur: str = ""
    name_en: str = ""
    father_name_ur: str = ""
    father_name_en: str = ""
    died_on: date | None = None


class _Answer(msgspec.Struct, frozen=True):
    holder: _Holder | None


_answer = msgspec.json.Decoder(_Answer)


class HttpAuthority:
    """An ``IdentityAuthority`` at an address; one client may be used by many threads."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Ask the authority at ``url``. Raises ``ValueError`` where it can't be asked safely."""
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _NEAR)
        if not safe or parts.query or parts.username:
            raise ValueError(
                "NSOR_IDENTITY_URL begins with https:// (http:// on this machine alone) and holds"
                " neither a password nor a query."
            )
        self._address = url.rstrip("/") + "/v1/holders"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(timeout=TIMEOUT, headers=headers, follow_redirects=False)
        self._breaker = breaker or Breaker()
        self._lock = threading.Lock()
        self._clock, self._wait = clock, wait

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def look_up(self, number: str) -> Holder | None:
        """See ``IdentityAuthority.look_up``."""
        for attempt in range(TRIES):
            with self._lock:
                if not self._breaker.may_ask(self._clock()):
                    raise AuthorityUnavailable("The authority failed often: it is left to rest.")
            try:
                octets = self._ask(number)
            except _Passing as error:
                self._note_failure()
                if attempt + 1 == TRIES:
                    raise AuthorityUnavailable(str(error)) from None
                self._wait(0.2 * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                continue
            return self._read(octets)
        raise AssertionError("the last try answers or raises")

    def _ask(self, number: str) -> bytes:
        request = self._http.build_request("POST", self._address, json={"number": number})
        try:
            response = self._http.send(request, stream=True)
            try:
                if response.status_code in _PASSING:
                    raise _Passing(f"The authority answered {response.status_code}.")
                return self._body(response)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise _Passing(f"The authority can't be reached ({type(error).__name__}).") from None

    def _body(self, response: httpx.Response) -> bytes:
        if response.status_code != 200:
            self._note_failure()
            raise AuthorityUnavailable(f"The authority answered {response.status_code}.")
        octets = bytearray()
        for piece in response.iter_bytes():
            octets += piece
            if len(octets) > _LARGEST:
                self._note_failure()
                raise AuthorityUnavailable("The authority's answer is longer than any can be.")
        return bytes(octets)

    def _read(self, octets: bytes) -> Holder | None:
        try:
            found = _answer.decode(octets).holder
        except (msgspec.MsgspecError, ValueError):
            self._note_failure()
            raise AuthorityUnavailable("The authority's answer can't be read.") from None
        with self._lock:
            self._breaker.succeeded()
        if found is None:
            return None
        return Holder(
            name_ur=found.name_ur,
            name_en=found.name_en,
            father_name_ur=found.father_name_ur,
            father_name_en=found.father_name_en,
            sex=found.sex,
            alive=found.alive,
            died_on=found.died_on,
        )

    def _note_failure(self) -> None:
        with self._lock:
            self._breaker.failed(self._clock())


class _Passing(Exception):  # noqa: N818
    """What may be another way when asked again."""
