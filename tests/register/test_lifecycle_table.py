"""The life cycle of a registration, written out by hand as a lawyer would read it."""

from itertools import product
from pathlib import Path

import pytest

from nsor.accounts.models import Role
from nsor.register import lifecycle_page
from nsor.register.errors import Refusal
from nsor.register.lifecycle import STEPS, State, Step, state_of

PAGE = Path(__file__).parents[2] / "docs" / "life-cycle.md"
ENTRY, APPROVAL = (Role.ENTRY,), (Role.APPROVAL,)
EITHER = (Role.ENTRY, Role.APPROVAL)
TELLING, ANY = (Role.ENTRY, Role.SOURCE), (*EITHER, Role.SOURCE)
THE_CLOCK = ()

# (the step, from, to, who takes it or asks for it, what it takes)
LIFE_CYCLE = [
    ("enter", "new", "draft", TELLING, ""),
    ("import", "new", "submitted", ENTRY, ""),
    ("submit", "draft", "submitted", TELLING, ""),
    ("approve", "submitted", "published", APPROVAL, "second officer"),
    ("reject", "submitted", "rejected", APPROVAL, "second officer, reason"),
    ("correct", "published suspended expired", "submitted", ANY, "reason"),
    ("suspend", "submitted published suspended", "suspended", EITHER, "reason"),
    ("withdraw", "submitted published suspended expired", "suspended", EITHER, "reason"),
    ("restore", "suspended", "published", EITHER, "second officer, reason"),
    ("expire", "published suspended", "expired", THE_CLOCK, "reason"),
    ("remove", "submitted published suspended expired", "removed", EITHER,
     "second officer, reason"),
]  # fmt: skip

# (approved, edited, submitted, drafted) of somebody active, and where that leaves them
ACTIVE = {
    (False, False, False, False): "new",
    (False, False, False, True): "draft",
    (False, False, True, False): "submitted",
    (False, False, True, True): "submitted",
    (False, True, False, False): "new",
    (False, True, False, True): "draft",
    (False, True, True, False): "submitted",
    (False, True, True, True): "submitted",
    (True, False, False, False): "published",
    (True, False, False, True): "published",
    (True, False, True, False): "published",
    (True, False, True, True): "published",
    (True, True, False, False): "submitted",
    (True, True, False, True): "submitted",
    (True, True, True, False): "submitted",
    (True, True, True, True): "submitted",
}


def takes(step: Step) -> str:
    """Return what a step takes, in the words of the table above."""
    needed = {
        "second officer": step.second_officer,
        "reason": step.reason,
        "evidence": step.evidence,
    }
    assert all(type(value) is bool for value in needed.values())
    return ", ".join(words for words, value in needed.items() if value)


def test_the_life_cycle_is_these_steps_and_no_other() -> None:
    found = [(step.name, step.sources, step.target, step.roles, takes(step)) for step in STEPS]

    assert found == [
        (name, frozenset(map(State, sources.split())), State(target), roles, needed)
        for name, sources, target, roles, needed in LIFE_CYCLE
    ]


def test_the_states_are_these_and_no_other() -> None:
    assert [(state.name, state.value) for state in State] == [
        ("NEW", "new"),
        ("DRAFT", "draft"),
        ("SUBMITTED", "submitted"),
        ("REJECTED", "rejected"),
        ("PUBLISHED", "published"),
        ("SUSPENDED", "suspended"),
        ("EXPIRED", "expired"),
        ("REMOVED", "removed"),
    ]


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_nothing_is_told_on_one_officers_word(step: Step) -> None:
    if step.target is State.PUBLISHED:
        assert step.second_officer


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_whoever_was_told_of_is_silenced_for_a_reason(step: Step) -> None:
    if State.PUBLISHED in step.sources:
        assert step.reason
        assert step.target is not State.PUBLISHED


def test_what_was_rejected_or_removed_stays_so() -> None:
    left = frozenset[State]().union(*(step.sources for step in STEPS))

    assert set(State) - left == {State.REJECTED, State.REMOVED}


@pytest.mark.parametrize(("step", "state"), [*product(STEPS, State)])
def test_a_step_is_refused_in_every_state_that_it_does_not_name(step: Step, state: State) -> None:
    sources = next(sources for name, sources, *_ in LIFE_CYCLE if name == step.name).split()

    if state in sources:
        step.require(state)
        return
    with pytest.raises(Refusal) as refused:
        step.require(state)
    assert refused.value.code == "wrong_state"
    assert refused.value.message == (
        f"The registration is {state.value}; to {step.name} it, it must be: "
        f"{', '.join(sorted(sources))}."
    )


@pytest.mark.parametrize(("facts", "state"), ACTIVE.items())
def test_where_somebody_active_stands(facts: tuple[bool, ...], state: str) -> None:
    approved, edited, submitted, drafted = facts

    found = state_of(
        "active", approved=approved, edited=edited, submitted=submitted, drafted=drafted
    )

    assert found is State(state)


@pytest.mark.parametrize("standing", ["suspended", "expired", "removed"])
@pytest.mark.parametrize("facts", ACTIVE)
def test_a_standing_outweighs_every_other_fact(standing: str, facts: tuple[bool, ...]) -> None:
    approved, edited, submitted, drafted = facts

    found = state_of(
        standing, approved=approved, edited=edited, submitted=submitted, drafted=drafted
    )

    assert found is State(standing)


@pytest.mark.parametrize("standing", ["", "ACTIVE", "restored"])
def test_a_standing_that_nobody_knows_is_an_error(standing: str) -> None:
    with pytest.raises(ValueError, match=repr(standing)):
        state_of(standing, approved=True, edited=False, submitted=True, drafted=True)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == lifecycle_page.page()
