"""Handing a table on as a file, which is an act: it is in the trail before the file is written."""

from collections.abc import Callable

from nsor.accounts.models import PERSONS, Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register.errors import Refusal
from nsor.register.officers import actor, require_role
from nsor.register.statistics.runs import latest
from nsor.register.statistics.tables import Table


def export(name: str, officer: Officer, write: Callable[[Table], bytes]) -> bytes:
    """Return the table of a name as ``write`` makes a file of it; call it outside a transaction.

    Raises ``Refusal``: ``role_not_allowed``, ``nothing_counted``.
    """
    require_role(officer, *PERSONS)
    found = latest()
    table = found.table(name)
    if table is None or found.counted_at is None:
        raise Refusal(
            "nothing_counted", "Nothing was counted yet: ask for a count, and try again after it."
        )
    details = {"what": f"statistics/{name}", "as_of": found.counted_at.isoformat()}
    who = actor(officer)
    entry = trail.intent(Act.EXPORTED, actor=who, details=dict(details))
    try:
        written = write(table)
    except BaseException:
        trail.outcome(entry, actor=who, done=False)
        raise
    trail.outcome(entry, actor=who, done=True)
    return written
