"""What every act on an account takes: one short transaction, and how the trail names who acts."""

from collections.abc import Iterator
from contextlib import contextmanager

from nsor import writing
from nsor.accounts.errors import Busy
from nsor.accounts.models import Officer

SYSTEM = "system"


@contextmanager
def short_write() -> Iterator[None]:
    """Hold a write transaction; keep what is done in it short. Raises ``Busy``."""
    try:
        with writing.short_write():
            yield
    except writing.Busy:
        raise Busy("Others are writing to the register: try again in a minute.") from None


def actor(officer: Officer | None) -> str:
    """Return how the trail names who acts: an officer by number, or the system."""
    return f"officer:{officer.pk}" if officer else SYSTEM
