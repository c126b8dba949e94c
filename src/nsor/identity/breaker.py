"""A circuit breaker: after failures in a row nobody asks for a while, then one tries.

Rules that hold here: pure, no clock and no lock; times are seconds of whichever clock the caller
has, and only differences of them count.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """``opens_after`` failures in a row open it for ``rest`` seconds."""

    opens_after: int = 5
    rest: float = 30.0
    failures: int = 0
    opened_at: float | None = None
    trying: bool = False
    """Whether somebody tries, while the others still wait."""

    def may_ask(self, now: float) -> bool:
        """Tell whether to ask; where it is open and the rest is over, one may."""
        if self.opened_at is None:
            return True
        if self.trying or now - self.opened_at < self.rest:
            return False
        self.trying = True
        return True

    def succeeded(self) -> None:
        """Take that an answer came."""
        self.failures, self.opened_at, self.trying = 0, None, False

    def failed(self, now: float) -> None:
        """Take that none came."""
        self.failures += 1
        self.trying = False
        if self.failures >= self.opens_after:
            self.opened_at = now
