"""The court's system that the demo's page has a button for.

Rules that hold here: an interface and no transport; what is pushed goes the way that any court's
push goes, signed and by HTTP; without ``install`` there is no court, so production has none.
"""

from typing import Literal, NamedTuple, Protocol

Result = Literal["stayed", "quashed"]


class Pushed(NamedTuple):
    """What became of a push: whether it was accepted, and whom it was about, as digits."""

    accepted: bool
    cnic: str


class Court(Protocol):
    """What the page asks of the court's system."""

    def push(self, result: Result) -> Pushed | None:
        """Push the result of an appeal in the case that was approved last.

        None where no case is there that it would silence, or the register can't be reached.
        """
        ...


_installed: Court | None = None


def install(court: Court | None) -> None:
    """Give this process a court, or (``None``) take it away."""
    global _installed
    _installed = court


def installed() -> Court | None:
    """Return this process's court, or ``None`` where there is none."""
    return _installed
