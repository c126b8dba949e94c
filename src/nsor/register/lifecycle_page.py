"""The page that draws the life cycle from its table: ``docs/life-cycle.md``.

Rules that hold here: nothing is drawn that the table doesn't say; a test holds the page against it.
"""

from collections.abc import Iterator

from nsor.register.lifecycle import STEPS, State, Step

_PREFACE = """\
# The life cycle of a registration

Made from the table in `nsor.register.lifecycle`: what it doesn't name is refused. What the public
is told is decided by the facts ([disclosure](disclosure.md)); only somebody *published* is ever
told of. A step that lets something be told takes two different officers; one that silences acts at
once, on one officer's word. A draft can be changed, and discarded, by who entered it.
"""
_AFTERWORD = """\
- **restore** and **remove** are asked for by one officer and take effect on another's word. Whoever
  is to be removed is silent from the asking on; whoever is to be restored stays silent until then.
- **correct** voids the approval where it touches what the public is told or what decides it: the
  registration waits like a new entry, and says nothing until the correction is decided; whoever is
  suspended or expired stays so. A rejected correction leaves what was approved before. A release
  alone voids nothing, unless the term is over by it.
- **reject** answers an entry. Whatever was approved of the person before goes on as it was.
- **suspend** finds some suspended already: the graver ground stays (wrongly listed, a restored
  backup, a court's order before a dispute), and whoever asked to have them restored asks anew.
- **approve** makes somebody *published* whose registration had expired, where their term runs on by
  the conviction that is approved.
- What silences without being a step: a stay, a quashing, a death. They are facts, recorded at once;
  the registration stays where it is, and `disclose` says nothing. A death that was recorded by
  mistake is undone as a suspension is: by **restore**, asked for while nothing else silences.
- Evidence: every step with a reason takes a document. A court's order to publish a conviction of a
  child (a correction) is refused without one.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join((_PREFACE, f"```mermaid\n{diagram()}```\n", table(), _AFTERWORD))


def diagram() -> str:
    """Return the states and the steps between them, for Mermaid."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.NEW}"]
    for step in STEPS:
        lines += [
            f"    {source} --> {step.target}: {step.name}"
            for source in State
            if source in step.sources
        ]
    lines += [f"    {state} --> [*]" for state in State if not _left_by(state)]
    return "".join(f"{line}\n" for line in lines)


def table() -> str:
    """Return the steps as a table: who takes them, and what they take."""
    return "".join(f"{line}\n" for line in _rows())


def _rows() -> Iterator[str]:
    yield "| step | from | to | who | second officer | reason | evidence |"
    yield "|---|---|---|---|---|---|---|"
    for step in STEPS:
        sources = ", ".join(state for state in State if state in step.sources)
        who = " or ".join(role.value for role in step.roles) or "the clock"
        marks = (step.second_officer, step.reason, step.evidence)
        yield " | ".join((f"| {step.name}", sources, step.target, who, *map(_mark, marks))) + " |"


def _mark(needed: bool) -> str:
    return "yes" if needed else "–"


def _left_by(state: State) -> list[Step]:
    return [step for step in STEPS if state in step.sources]
