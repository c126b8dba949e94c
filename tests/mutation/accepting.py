"""The mutants that are accepted: ``docs/mutation.md``, read back.

Rules that hold here: the page is the list. A heading names the module and what is changed in it,
the text below says why no answer changes, and each block marked ``diff`` is one mutant.
"""

import re
from pathlib import Path

from tests.mutation.making import Change

PAGE = Path(__file__).parents[2] / "docs" / "mutation.md"

_HEADING = re.compile(r"^### `(?P<module>[\w.]+)`, `(?P<where>[\w.]+)`$")


def accepted(text: str) -> dict[Change, str]:
    """Return the accepted mutants with their reasons. Raises ``ValueError`` for one without."""
    found: dict[Change, str] = {}
    for section in re.split(r"(?m)^(?=### )", text)[1:]:
        heading = _HEADING.match(section.splitlines()[0])
        if heading is None:
            raise ValueError(f"A heading of the list is not as it should be: {section[:80]!r}.")
        blocks = re.findall(r"(?ms)^```diff\n(.*?)^```$", section)
        reason = re.sub(r"(?ms)^```diff\n.*?^```$", "", section).partition("\n")[2].strip()
        if not (blocks and reason):
            raise ValueError(f"A reason or a mutant is missing: {section[:80]!r}.")
        for block in blocks:
            found[Change(heading["module"], heading["where"], tuple(block.splitlines()))] = reason
    return found


def entry(change: Change) -> str:
    """Return a mutant as the page would list it, without its reason."""
    lines = "".join(f"{line}\n" for line in change.lines)
    return f"### `{change.module}`, `{change.where}`\n\n```diff\n{lines}```\n"
