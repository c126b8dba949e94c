"""The life cycle of a registration: its states, and the steps between them.

Rules that hold here (pure, no database):

- The table ``STEPS`` is the whole of it; what it doesn't name is refused.
- A step that makes the public be told something needs two different officers. One that silences
  acts at once, on one officer's word.
- Whatever leaves, or changes what the public is told, has a reason.
- What the public is told in a state is not decided here but by the facts
  (``nsor.law.disclosing``); only somebody ``published`` is ever told of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nsor.accounts.models import Role
from nsor.register.errors import Refusal


class State(StrEnum):
    """Where a registration stands."""

    NEW = "new"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: from which states to which, and what it takes."""

    name: str
    sources: frozenset[State]
    target: State
    roles: tuple[Role, ...]
    """Who may take it, or ask for it where a second officer decides; empty: the clock."""
    second_officer: bool
    reason: bool
    evidence: bool

    def require(self, state: State) -> None:
        """Raise ``Refusal``, ``wrong_state``, unless the step can be taken from a state."""
        if state not in self.sources:
            allowed = ", ".join(sorted(source.value for source in self.sources))
            raise Refusal(
                "wrong_state",
                f"The registration is {state.value}; to {self.name} it, it must be: {allowed}.",
            )


def _step(
    name: str,
    sources: Iterable[State],
    target: State,
    roles: tuple[Role, ...],
    *,
    second_officer: bool = False,
    reason: bool = False,
    evidence: bool = False,
) -> Step:
    return Step(name, frozenset(sources), target, roles, second_officer, reason, evidence)


_ENTRY = (Role.ENTRY,)
_TELLING = (Role.ENTRY, Role.SOURCE)
_APPROVAL = (Role.APPROVAL,)
_EITHER = (Role.ENTRY, Role.APPROVAL)
_ANY = (*_EITHER, Role.SOURCE)
_LISTABLE = (State.SUBMITTED, State.PUBLISHED, State.SUSPENDED, State.EXPIRED)

ENTER = _step("enter", [State.NEW], State.DRAFT, _TELLING)
IMPORT = _step("import", [State.NEW], State.SUBMITTED, _ENTRY)
SUBMIT = _step("submit", [State.DRAFT], State.SUBMITTED, _TELLING)
APPROVE = _step("approve", [State.SUBMITTED], State.PUBLISHED, _APPROVAL, second_officer=True)
REJECT = _step(
    "reject", [State.SUBMITTED], State.REJECTED, _APPROVAL, second_officer=True, reason=True
)
CORRECT = _step(
    "correct",
    [State.PUBLISHED, State.SUSPENDED, State.EXPIRED],
    State.SUBMITTED,
    _ANY,
    reason=True,
)
SUSPEND = _step(
    "suspend",
    [State.SUBMITTED, State.PUBLISHED, State.SUSPENDED],
    State.SUSPENDED,
    _EITHER,
    reason=True,
)
WITHDRAW = _step("withdraw", _LISTABLE, State.SUSPENDED, _EITHER, reason=True)
RESTORE = _step(
    "restore",
    [State.SUSPENDED],
    State.PUBLISHED,
    _EITHER,
    second_officer=True,
    reason=True,
)
EXPIRE = _step("expire", [State.PUBLISHED, State.SUSPENDED], State.EXPIRED, (), reason=True)
REMOVE = _step("remove", _LISTABLE, State.REMOVED, _EITHER, second_officer=True, reason=True)

STEPS = (
    ENTER,
    IMPORT,
    SUBMIT,
    APPROVE,
    REJECT,
    CORRECT,
    SUSPEND,
    WITHDRAW,
    RESTORE,
    EXPIRE,
    REMOVE,
)


def state_of(
    standing: str, *, approved: bool, edited: bool, submitted: bool, drafted: bool
) -> State:
    """Return where a person's registration stands.

    ``standing`` is that of the person; ``approved``, ``submitted`` and ``drafted`` tell whether a
    conviction of theirs is so; ``edited`` whether a correction of approved facts waits.
    """
    if standing != "active":
        return State(standing)
    if approved:
        return State.SUBMITTED if edited else State.PUBLISHED
    if submitted:
        return State.SUBMITTED
    return State.DRAFT if drafted else State.NEW
