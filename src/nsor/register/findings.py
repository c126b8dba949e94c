"""What was found wrong, or odd, in a file: kept outside memory, as there may be a million."""

import json
import tempfile
import weakref
from collections.abc import Iterator
from typing import NamedTuple

_IN_MEMORY = 1 << 20


class Finding(NamedTuple):
    """One thing to report: the line, the column (empty for the whole row), a code, a sentence."""

    line: int
    field: str
    code: str
    message: str


class Findings:
    """Findings in the order in which they were added; iterate as often as needed."""

    def __init__(self) -> None:
        """Start empty."""
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - lives as long as its owner
            _IN_MEMORY, "w+", encoding="ascii"
        )
        self._count = 0
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        """Yield them; nothing may be added meanwhile."""
        self._file.seek(0)
        for line in self._file:
            yield Finding(*json.loads(line))

    def add(self, finding: Finding) -> None:
        """Add one at the end."""
        self._file.seek(0, 2)
        self._file.write(json.dumps(finding) + "\n")
        self._count += 1
