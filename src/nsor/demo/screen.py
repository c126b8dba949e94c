"""What the demo says on the terminal.

Rules that hold here: whole sentences; English, since few terminals set Urdu rightly; nothing of a
person but the five made-up numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from nsor.demo.officers import Invitation
from nsor.web.handset.line import Example

Report = Callable[[int], None]
"""Told how much of a long work is done."""


class Screen:
    """Standard output, and standard error for what went wrong."""

    def __init__(self) -> None:
        self._out = Console(highlight=False)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        self._out.print(sentence, markup=False)

    def complain(self, sentence: str) -> None:
        """Print what went wrong."""
        self._err.print(sentence, markup=False, style="red")

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int], Report]]:
        """Yield what begins a bar for a named work of a known size."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        hidden = not self._out.is_terminal
        with Progress(*columns, console=self._out, transient=True, disable=hidden) as progress:

            def begin(work: str, total: int) -> Report:
                task = progress.add_task(work, total=total)
                return lambda done: progress.update(task, completed=done)

            yield begin

    def ready(self, address: str, short_code: str, examples: Sequence[Example], home: Path) -> None:
        """Print where to go and what to try."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for heading in ("Number", "Whose", "What you will see"):
            table.add_column(heading, no_wrap=heading == "Number")
        for example in examples:
            cnic = f"{example.cnic[:5]}-{example.cnic[5:12]}-{example.cnic[12:]}"
            table.add_row(cnic, example.who_en, example.sees_en)
        self._out.print()
        self._out.print(f"[bold]Open {address}/[/bold] (in English: {address}/en/)")
        self._out.print(f"and text one of these numbers to {short_code}. All of it is made up.\n")
        self._out.print(table)
        self._out.print(f"\nThe register and the logs are in {home}.", markup=False, soft_wrap=True)

    def officers(self, address: str, invited: Sequence[Invitation], scans: Path) -> None:
        """Print how the officers sign in, and what there is to enter."""
        self._out.print("\n[bold]The console of the officers[/bold]: open each link once.")
        for one in invited:
            where = f"{address}{one.path}" if one.path else f"{address}/console/queue/ (as before)"
            self._out.print(f"  {one.name}, {one.role}: {where}", markup=False, soft_wrap=True)
        self._out.print(f"Judgments to enter, made up: {scans}", markup=False, soft_wrap=True)
        self._out.print("Ctrl-C ends the demo.", markup=False)
