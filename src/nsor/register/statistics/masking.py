"""Which counts of a table are hidden so that nobody can work a small one out.

Rules that hold here:

- A count from 1 to 4 is hidden. Zero is shown: it is about nobody.
- Whoever reads the table knows all counts that are shown, that totals are the sums of their parts,
  and that a hidden count is at least 1. Further counts are hidden until each small one could, for
  all that they know, lie anywhere within ``SPREAD`` of some count to another: never is it known to
  be one number, nor to be small.
- The grand total is shown always, so that tables have nothing more in common than it. Where small
  counts can't be protected so, there is no table at all.

Theory. Each count of a table stands in two sums at most, as a part in one and as the total of the
other. So a table is a network whose nodes are the sums, and a count an edge from where it is taken
to where it is added; the sums hold as water that flows in flows out. What a reader doesn't know is
a flow along hidden edges that goes round: it may grow without bound along an edge, and fall
against one until a count of 1 is left. How far a count may move is a maximum flow.
"""

import heapq
from collections.abc import Collection, Hashable, Mapping
from itertools import count
from typing import Final, Generic, NamedTuple, TypeVar

THRESHOLD: Final = 5
"""The least count that is shown."""
SPREAD: Final = 5
"""How far apart the least and the greatest possible value of a small count lie at least."""
_LEAST: Final = 1
"""What is known of any hidden count."""

Key = TypeVar("Key", bound=Hashable)


class Cell(NamedTuple):
    """A count, as an edge between two sums; ``shown`` where it is never hidden."""

    tail: str
    head: str
    value: int
    shown: bool = False

    @property
    def is_small(self) -> bool:
        """Tell whether it must be hidden."""
        return _LEAST <= self.value < THRESHOLD


class _Step(NamedTuple, Generic[Key]):
    """An edge of a path, and whether the path follows it or goes against it."""

    key: Key
    along: bool


def hidden(cells: Mapping[Key, Cell]) -> frozenset[Key] | None:
    """Return which counts are hidden; None where the table can't be shown."""
    small = [key for key, cell in cells.items() if cell.is_small]
    if any(cells[key].shown for key in small):
        return None
    chosen = set(small)
    for key in sorted(small, key=lambda one: cells[one].value):
        low, high = bounds(cells, chosen, key)
        if high - low >= SPREAD:
            continue
        more = _more(cells, chosen, key, SPREAD - (cells[key].value - low))
        if more is None:
            return None
        chosen |= more
    return frozenset(chosen)


def bounds(
    cells: Mapping[Key, Cell], chosen: set[Key] | frozenset[Key], key: Key, beyond: int = SPREAD
) -> tuple[int, int]:
    """Return the least and the greatest value that a hidden count can have, for all that is shown.

    No further than ``beyond`` from what it is.
    """
    cell = cells[key]
    others = {one: cells[one] for one in chosen if one != key}
    down = min(beyond, cell.value - _LEAST)
    return (
        cell.value - _flow(others, cell.tail, cell.head, down),
        cell.value + _flow(others, cell.head, cell.tail, beyond),
    )


def _flow(cells: Mapping[Key, Cell], source: str, sink: str, want: int) -> int:
    """Return how much can flow through hidden counts, at most as much as is wanted."""
    moved: dict[Key, int] = {}
    found = 0
    while found < want:
        path = _cheapest(cells, moved, source, sink, cells.keys())
        if path is None:
            break
        found += _push(cells, moved, path, want - found)
    return found


def _more(cells: Mapping[Key, Cell], chosen: set[Key], key: Key, want: int) -> set[Key] | None:
    """Return what else is hidden so that a count could be greater by as much as is wanted."""
    usable = {
        one: cell
        for one, cell in cells.items()
        if one != key and not cell.shown and cell.value >= _LEAST
    }
    free = set(chosen)
    moved: dict[Key, int] = {}
    found = 0
    while found < want:
        path = _cheapest(usable, moved, cells[key].head, cells[key].tail, free)
        if path is None:
            return None
        found += _push(usable, moved, path, want - found)
        free.update(step.key for step in path)
    return {one for one, by in moved.items() if by} - chosen


def _cheapest(
    cells: Mapping[Key, Cell],
    moved: Mapping[Key, int],
    source: str,
    sink: str,
    free: Collection[Key],
) -> list[_Step[Key]] | None:
    """Return the path that hides the least: of counts that aren't ``free``, the smallest sum."""
    ways = _ways(cells, moved, free)
    order = count()
    waiting: list[tuple[int, int, str, list[_Step[Key]]]] = [(0, next(order), source, [])]
    done: set[str] = set()
    while waiting:
        cost, _, node, path = heapq.heappop(waiting)
        if node == sink:
            return path
        if node in done:
            continue
        done.add(node)
        for to, price, step in ways.get(node, ()):
            if to not in done:
                heapq.heappush(waiting, (cost + price, next(order), to, [*path, step]))
    return None


def _ways(
    cells: Mapping[Key, Cell], moved: Mapping[Key, int], free: Collection[Key]
) -> dict[str, list[tuple[str, int, _Step[Key]]]]:
    ways: dict[str, list[tuple[str, int, _Step[Key]]]] = {}
    for key, cell in cells.items():
        price = 0 if key in free else cell.value
        ways.setdefault(cell.tail, []).append((cell.head, price, _Step(key, along=True)))
        if _room(cell, moved.get(key, 0)):
            ways.setdefault(cell.head, []).append((cell.tail, price, _Step(key, along=False)))
    return ways


def _push(
    cells: Mapping[Key, Cell], moved: dict[Key, int], path: list[_Step[Key]], want: int
) -> int:
    """Send as much as there is room for along a path, and return how much."""
    against = [step.key for step in path if not step.along]
    room = [_room(cells[key], moved.get(key, 0)) for key in against]
    pushed = min([want, *room])
    for step in path:
        moved[step.key] = moved.get(step.key, 0) + (pushed if step.along else -pushed)
    return pushed


def _room(cell: Cell, moved: int) -> int:
    """Return by how much a count can still fall."""
    return cell.value + moved - _LEAST


def hidden_overlapping(counts: Mapping[Key, int], total: int) -> frozenset[Key] | None:
    """Return which counts are hidden where one conviction may count under several keys.

    A reader knows that they sum to the total or more, and nothing else. None where the table can't
    be shown.
    """
    small = {key for key, value in counts.items() if _LEAST <= value < THRESHOLD}
    shown = [key for key, value in counts.items() if key not in small and value]
    if not small:
        return frozenset()
    if total < THRESHOLD:
        return None
    if total - sum(counts[key] for key in shown) <= len(small):
        return frozenset(small)  # they may all be 1, for all that is known
    if not shown:
        return None
    return frozenset({*small, min(shown, key=lambda key: counts[key])})
