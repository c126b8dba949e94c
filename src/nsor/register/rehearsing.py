"""Rehearsing an import: what is wrong or odd about every row of a file, and nothing entered.

Rules that hold here: nothing is written but the entry in the trail; a row is judged by the code by
which one is entered, so that a rehearsal and the import after it find the same. Whoever isn't in
the register is known by a number and a key that end with the rehearsal; memory grows by a few
hundred octets for each of them.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, NamedTuple

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.keyring import KEY_BYTES
from nsor.register.csvfile import Broken, Record, records
from nsor.register.findings import Finding
from nsor.register.header import read_header
from nsor.register.locks import short_write
from nsor.register.models import Batch
from nsor.register.numbering import Holder, holders
from nsor.register.officers import actor, require_role
from nsor.register.staging import (
    CHUNK,
    Comparable,
    Staged,
    Staging,
    comparable_of,
    known_convictions,
)
from nsor.secrecy.subjects import SubjectKey


class JudgedRow(NamedTuple):
    """A row with its cells under the header (none, where it can't be read), and what was found."""

    line: int
    cells: tuple[str, ...]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


@dataclass
class Rehearsed:
    """What an import would make of a file; ``faults`` are of the whole file, which has no rows."""

    header: tuple[str, ...] = ()
    faults: list[Finding] = field(default_factory=list)
    rows: int = 0
    rejected: int = 0
    errors: int = 0
    warnings: int = 0


def rehearse(
    file: BinaryIO,
    officer: Officer,
    take: Callable[[JudgedRow], None],
    read: Callable[[BinaryIO], Iterator[Record | Broken]] = records,
) -> Rehearsed:
    """Judge every row of a file as an import would, hand each to ``take``, and enter nothing.

    Raises ``Refusal``: ``role_not_allowed``, ``busy``, and as ``read`` does.
    """
    require_role(officer, Role.ENTRY)
    found = Rehearsed()
    source = read(file)
    header = read_header(source)
    if isinstance(header, list):
        found.faults = header
        return found
    found.header = header
    staging = _Rehearsing(header)
    while chunk := list(islice(source, CHUNK)):
        for row in _judged(chunk, staging.take(chunk)):
            found.rows += 1
            found.rejected += bool(row.errors)
            found.errors += len(row.errors)
            found.warnings += len(row.warnings)
            take(row)
    if not found.rows:
        found.faults = [Finding(1, "", "required", "The file has no row beneath its header.")]
        return found
    with short_write():
        trail.record(
            Act.FILE_CHECKED,
            actor=actor(officer),
            details={"rows": found.rows, "rejected": found.rejected},
        )
    return found


def _judged(chunk: list[Record | Broken], staged: Staged) -> Iterator[JudgedRow]:
    errors: defaultdict[int, list[Finding]] = defaultdict(list)
    warnings: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in staged.errors:
        errors[finding.line].append(finding)
    for finding in staged.warnings:
        warnings[finding.line].append(finding)
    for item in chunk:
        cells = tuple(item.cells) if isinstance(item, Record) else ()
        yield JudgedRow(item.line, cells, tuple(errors[item.line]), tuple(warnings[item.line]))


class _Rehearsing(Staging):
    """Staging that stages nothing."""

    def __init__(self, header: tuple[str, ...]) -> None:
        super().__init__(Batch(), header)
        self._key = SubjectKey(0, secrets.token_bytes(KEY_BYTES))
        self._strangers: dict[str, Holder] = {}
        self._earlier: defaultdict[int, list[Comparable]] = defaultdict(list)

    def take(self, chunk: list[Record | Broken]) -> Staged:
        """Judge a chunk of rows, beside the register and the chunks before."""
        read = [(item.line, self._row(item)) for item in chunk]
        numbers = {row.case.cnic for _, row in read if row.case and row.values}
        asked = {row.case.cnic for _, row in read if row.case}
        known = holders(asked)
        for number in sorted(numbers - known.keys() - self._strangers.keys()):
            self._strangers[number] = Holder(0, -1 - len(self._strangers), self._key)
        strangers = {
            number: self._strangers[number]
            for number in asked - known.keys()
            if number in self._strangers
        }
        holding = known | strangers
        convictions = known_convictions({one.offender for one in known.values()}, self._batch.pk)
        for one in holding.values():
            convictions[one.offender] += self._earlier[one.offender]
        staged, entries = self._judge(read, holding, convictions)
        for entry in entries:
            self._earlier[entry.holder.offender].append(comparable_of(entry.conviction))
        return staged
