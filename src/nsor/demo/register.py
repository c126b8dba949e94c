"""Putting the sample into the register, by the acts that officers use for the real one.

Rules that hold here: two made-up officers, one who enters and one who approves; done once, so a
second start finds the register as it was left, and one that was cut short is finished.
"""

import io

from nsor.accounts.models import Officer, Role
from nsor.accounts.services import add_officer
from nsor.demo import sample
from nsor.register.approving import approve_batch
from nsor.register.importing import import_batch
from nsor.register.models import Batch, BatchState

ENTRY_OFFICER = "Sample Entry Officer"
APPROVAL_OFFICER = "Sample Approval Officer"


def load() -> bool:
    """Load the sample unless it is there; tell whether anything was done.

    Raises ``Refusal`` of ``nsor.register``, and ``RuntimeError`` where rows were refused: some of
    the sample's people stand in this register already, by another hand.
    """
    entry, approval = _officer(ENTRY_OFFICER, Role.ENTRY), _officer(APPROVAL_OFFICER, Role.APPROVAL)
    entered = Batch.objects.filter(entered_by=entry)
    if entered.filter(state=BatchState.APPROVED).exists():
        return False
    waiting = entered.filter(state=BatchState.SUBMITTED).first()
    approve_batch(waiting.pk if waiting else _enter(entry), approval)
    return True


def _officer(name: str, role: Role) -> Officer:
    officer = Officer.objects.filter(name=name).first()
    if officer is None:
        officer, _ = add_officer(name, role)
    return officer


def _enter(officer: Officer) -> int:
    file = io.BytesIO(sample.to_csv(sample.rows()).encode())
    outcome = import_batch(file, officer)
    if outcome.batch is None:
        raise RuntimeError(
            "The sample register cannot be entered into this database, because some of its"
            " made-up people are in it already. Set NSOR_HOME to an empty folder."
        )
    return outcome.batch
