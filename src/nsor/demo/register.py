"""Putting the sample into the register, by the acts that officers use for the real one.

Rules that hold here: two made-up officers, one who enters and one who approves; done once, so a
second start finds the register as it was left, and one that was cut short is finished; never into
a register that somebody else works in.
"""

import io
from collections.abc import Callable

from nsor.accounts.models import Officer, Role
from nsor.accounts.signing import add_officer
from nsor.demo import sample
from nsor.register.deciding import approve_batch
from nsor.register.errors import Refusal
from nsor.register.importing import import_batch
from nsor.register.models import Batch, BatchState

ENTRY_OFFICER = "Sample Entry Officer"
APPROVAL_OFFICER = "Sample Approval Officer"

Begin = Callable[[str, int], Callable[[int], None]]
"""Begins to show a work of a name and a size; returns what is told how much of it is done."""


def load(begin: Begin = lambda work, total: lambda done: None) -> bool:
    """Load the sample unless it is there; tell whether anything was done.

    Raises ``Refusal``: ``not_the_demos`` where others have entered anything, or officers are there
    who might, and those of ``nsor.register``.
    """
    names = (ENTRY_OFFICER, APPROVAL_OFFICER)
    if Batch.objects.filter(entered_by__name=ENTRY_OFFICER, state=BatchState.APPROVED).exists():
        return False
    if Officer.objects.exclude(name__in=names).exists():
        raise Refusal(
            "not_the_demos",
            "This register has officers of its own, and made-up people must not get into it."
            " Set NSOR_HOME to an empty folder for the demo, and leave NSOR_DATABASE_URL unset.",
        )
    entry, approval = _officer(ENTRY_OFFICER, Role.ENTRY), _officer(APPROVAL_OFFICER, Role.APPROVAL)
    waiting = Batch.objects.filter(entered_by=entry, state=BatchState.SUBMITTED).first()
    number = waiting.pk if waiting else _enter(entry, begin)
    approve_batch(number, approval, progress=begin("Approving the sample", sample.PEOPLE))
    return True


def _officer(name: str, role: Role) -> Officer:
    officer = Officer.objects.filter(name=name).first()
    if officer is None:
        officer, _ = add_officer(name, role)
    return officer


def _enter(officer: Officer, begin: Begin) -> int:
    octets = sample.to_csv(sample.rows()).encode()
    progress = begin("Entering the sample", len(octets))
    outcome = import_batch(io.BytesIO(octets), officer, progress=progress)
    if outcome.batch is None:
        first = next(iter(outcome.errors))
        raise Refusal("sample_refused", f"The sample was refused: {first.message}")
    return outcome.batch
