"""What was measured, as a table for the terminal and as Markdown for the README."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.table import Table

COLUMNS = (
    "what",
    "people",
    "binds x window",
    "checks/s",
    "of durable",
    "p50 ms",
    "p99 ms",
    "tested",
    "generator",
    "others",
)


class Row(NamedTuple):
    """One line: what was measured, the generator's figures, and the baseline's rate if it has one.

    ``figures`` are the generator's result with ``tested_cpu`` and ``others_cpu``, in cores.
    """

    what: str
    people: int | None
    figures: dict[str, Any]
    durable: float | None = None

    def cells(self) -> list[str]:
        """Return the text of each column."""
        figures = self.figures
        latency = figures["latency_ms"]
        rate = figures["checks_per_second"]
        return [
            self.what,
            f"{self.people:,}" if self.people else "",
            f"{figures['binds']} x {figures['window']}",
            f"{rate:,.0f}",
            f"{rate / self.durable:.0%}" if self.durable else "",
            f"{latency['p50']:.2f}",
            f"{latency['p99']:.2f}",
            f"{figures['tested_cpu']:.0%}",
            f"{figures['cpu_share']:.0%}",
            f"{figures['others_cpu']:.0%}",
        ]


def terminal(rows: Sequence[Row]) -> Table:
    """Return the table for a terminal."""
    table = Table()
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "what" else "right")
    for row in rows:
        table.add_row(*row.cells())
    return table


def markdown(machine: dict[str, Any], rows: Sequence[Row], facts: Sequence[str]) -> str:
    """Return the machine, the table and ``facts``, one sentence each, as Markdown."""
    lines = [about(machine), "", _line(COLUMNS), _line(["---", *["---:"] * (len(COLUMNS) - 1)])]
    lines += [_line(row.cells()) for row in rows]
    lines += ["", *(f"- {fact}" for fact in facts)]
    return "\n".join(lines) + "\n"


def about(machine: dict[str, Any]) -> str:
    """Say in words what the figures were taken on."""
    parted = (
        "The load generator and the process under test have one core each."
        if machine["tested_on_core"]
        else "The load generator and the process under test share the one core."
    )
    return (
        f"{machine['cores']} cores of {machine['cpu']}, {machine['memory_gib']} GiB,"
        f" {machine['system']}, Python {machine['python']}; state on {machine['file_system']},"
        f" which takes {machine['flush_us']} µs to append 4 KiB and flush. {parted}"
        " The last three columns are cores in use."
        " Every part asks for a receipt unless the line says otherwise."
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
