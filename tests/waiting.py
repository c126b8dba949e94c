"""How tests wait for what other threads and processes do: they ask, and never just sleep."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE = 60.0

_T = TypeVar("_T")


def eventually(probe: Callable[[], _T], what: str = "", *, within: float = DEADLINE) -> _T:
    """Ask again and again until the answer is true; fails where it never is."""
    until = time.monotonic() + within
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"never came true: {what or probe}; last answer: {answer!r}")
        time.sleep(0.005)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
