"""Staging the rows of a file: from what was read to rows that nobody sees yet.

Rules that hold here:

- Rows are compared with each other, and with what the register holds, by tokens under the key of
  the person: nothing is opened, and memory doesn't grow with the file.
- Who isn't in the register yet is made here, with a key of their own; what is discarded takes them
  with it. Two imports never make the same person: they wait for each other while they look.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q

from nsor.law import catalogue
from nsor.register import districts, documents, text
from nsor.register.calendar import today
from nsor.register.csvfile import Broken, Record
from nsor.register.findings import Finding
from nsor.register.locks import breathe, lock_numbers, short_write
from nsor.register.models import (
    LIVE_STATES,
    Batch,
    BatchState,
    Conviction,
    NumberKind,
    PassedAlarm,
)
from nsor.register.numbering import Holder, forget_holders, holders, make_holders
from nsor.register.rows import Case, Fault, Row, read_row
from nsor.register.search import indexing
from nsor.secrecy import ids, subjects, tokens

CHUNK = 250
"""Rows at once: while they are staged, whoever enters by hand or corrects waits."""


@dataclass
class Staged:
    """What became of a chunk of rows."""

    entered: int = 0
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


class Comparable(NamedTuple):
    """What two convictions of one person are compared by; a name's token is empty without one."""

    case: bytes
    name: bytes
    father: bytes
    batch_id: int


class Staging:
    """The rows of one file, on their way into one batch."""

    def __init__(self, batch: Batch, header: tuple[str, ...]) -> None:
        """Stage into ``batch`` what the rows under ``header`` say."""
        self._batch = batch
        self._header = header
        self._catalogue = catalogue.in_force()
        self._passed = frozenset(PassedAlarm.objects.values_list("fingerprint", flat=True))
        self._today = today()
        self._clashing: list[int] = []

    def take(self, chunk: list[Record | Broken]) -> Staged:
        """Judge a chunk of rows and stage what can be entered of it. Raises ``Refusal``."""
        read = [(item.line, self._row(item)) for item in chunk]
        numbers = {row.case.cnic for _, row in read if row.case and row.values}
        asked = {row.case.cnic for _, row in read if row.case}
        fresh = subjects.new_keys(len(numbers - holders(numbers).keys()))
        with short_write():
            lock_numbers()
            known = holders(asked)
            missing = dict.fromkeys(sorted(numbers - known.keys()), NumberKind.CNIC.value)
            made = make_holders(missing, self._batch, fresh, _districts(read))
            holding = known | made
            staged, rows = self._judge(
                read, holding, known_convictions(_offenders(holding), self._batch.pk)
            )
            for row, number in zip(rows, ids.allocate(Conviction, len(rows)), strict=True):
                row.conviction.pk = number
                key = row.holder.key.key
                row.conviction.sealed = documents.seal_case(key, number, row.document)
            Conviction.objects.bulk_create(row.conviction for row in rows)
            new = {holder.offender for holder in made.values()}
            indexing.add(
                (row.holder.offender, row.document.person)
                for row in rows
                if row.holder.offender in new
            )
        return staged

    def _judge(
        self,
        read: list[tuple[int, Row]],
        holding: dict[str, Holder],
        known: defaultdict[int, list[Comparable]],
    ) -> tuple[Staged, list["_Entry"]]:
        staged = Staged()
        entries: list[_Entry] = []
        for line, row in read:
            holder = holding.get(row.case.cnic) if row.case else None
            comparable = self._comparable(row.case, holder) if row.case and holder else None
            faults = list(row.faults)
            if comparable and holder:
                faults += self._clashes(comparable, known[holder.offender])
            staged.errors += (Finding(line, *fault) for fault in faults)
            if faults or not (holder and comparable and row.values and row.document):
                continue
            staged.warnings += (Finding(line, *warning) for warning in row.warnings)
            known[holder.offender].append(comparable)
            conviction = Conviction(
                batch=self._batch,
                line=line,
                offender_id=holder.offender,
                number_id=holder.number,
                case_token=comparable.case,
                name_token=comparable.name,
                father_token=comparable.father,
                **row.values,
            )
            entries.append(_Entry(conviction, holder, row.document))
        staged.entered = len(entries)
        return staged, entries

    def compare(self, after: int, newest: int) -> Iterator[Finding]:
        """Yield what clashes with the batches that were submitted after one, up to another."""
        since = Conviction.objects.filter(
            batch__state__in=LIVE_STATES,
            batch__submission__gt=after,
            batch__submission__lte=newest,
        )
        mine = Conviction.objects.filter(batch=self._batch, offender__in=since.values("offender"))
        line = 0
        while chunk := list(mine.filter(line__gt=line).order_by("line")[:CHUNK]):
            line = chunk[-1].line
            known = known_convictions(
                {conviction.offender_id for conviction in chunk}, self._batch.pk
            )
            for conviction in chunk:
                others = [
                    other
                    for other in known[conviction.offender_id]
                    if other.batch_id != self._batch.pk
                ]
                faults = list(self._clashes(comparable_of(conviction), others))
                yield from (Finding(conviction.line, *fault) for fault in faults)
                if faults:
                    self._clashing.append(conviction.pk)

    def take_clashing_out(self) -> int:
        """Delete the rows that ``compare`` found to clash; return how many."""
        gone, self._clashing = self._clashing, []
        for start in range(0, len(gone), CHUNK):
            with short_write():
                Conviction.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
        return len(gone)

    def _row(self, item: Record | Broken) -> Row:
        if isinstance(item, Broken):
            return Row(None, None, None, (Fault("", item.code, item.message),), ())
        if len(item.cells) != len(self._header):
            message = (
                f"The row has {len(item.cells)} cells, the header {len(self._header)}: give each"
                " column a cell, and put a cell with a comma in it in quotation marks."
            )
            return Row(None, None, None, (Fault("", "bad_value", message),), ())
        cells = dict(zip(self._header, item.cells, strict=True))
        row = read_row(cells, self._catalogue, self._today, self._passed)
        if not item.faults:
            return row
        wrong = {self._header[one.place]: Fault("", one.code, one.message) for one in item.faults}
        faults = [fault for fault in row.faults if fault.field not in wrong]
        faults += [fault._replace(field=name) for name, fault in wrong.items()]
        case = None if "cnic" in wrong or "case_number" in wrong else row.case
        return Row(case, None, None, tuple(faults), row.warnings)

    def _comparable(self, case: Case, holder: Holder) -> Comparable:
        return comparable(
            holder.key.key, case.case_key, case.name_ur, case.father_name_ur, self._batch.pk
        )

    def _clashes(self, own: Comparable, others: list[Comparable]) -> Iterator[Fault]:
        same = [other for other in others if own.case and other.case == own.case]
        if any(other.batch_id == self._batch.pk for other in same):
            yield Fault(
                "case_number",
                "duplicate_in_file",
                "An earlier row of the file has the same CNIC and case: give each case once.",
            )
        if any(other.batch_id != self._batch.pk for other in same):
            yield Fault(
                "case_number",
                "already_registered",
                "The register has this case of this CNIC already, or it awaits approval.",
            )
        yield from name_conflicts(own, others)


def _offenders(holding: dict[str, Holder]) -> set[int]:
    return {one.offender for one in holding.values()}


def _districts(read: list[tuple[int, Row]]) -> dict[str, int]:
    """Return where the people of these rows live, by number."""
    return {
        row.case.cnic: districts.code_of(row.document.person)
        for _, row in read
        if row.case and row.document
    }


class _Entry(NamedTuple):
    conviction: Conviction
    holder: Holder
    document: documents.Case


def comparable(key: bytes, case_key: str, name: str, father: str, batch: int) -> Comparable:
    """Return what a conviction is compared by, from its folded case number and names."""
    return Comparable(
        tokens.under(key, "case", case_key),
        tokens.under(key, "name", name) if name else b"",
        tokens.under(key, "father", father) if father else b"",
        batch,
    )


def comparable_for(key: bytes, case: documents.Case, batch: int) -> Comparable:
    """Return what a case is compared by."""
    person = case.person
    return comparable(
        key,
        text.fold(case.case_number),
        text.fold(person.name_ur),
        text.fold(person.father_name_ur),
        batch,
    )


def known_convictions(offenders: set[int], batch: int) -> defaultdict[int, list[Comparable]]:
    """Return what a batch's own convictions of people are compared with, by person.

    Those of the batch itself, those that count or await approval, and corrections that wait.
    """
    known: defaultdict[int, list[Comparable]] = defaultdict(list)
    seen = Conviction.objects.filter(
        Q(batch=batch)
        | Q(batch__state__in=LIVE_STATES, current=True)
        | Q(batch__state=BatchState.SUBMITTED),
        offender__in=offenders,
    )
    fields = ("offender", "case_token", "name_token", "father_token", "batch")
    for offender, case, name, father, other in seen.values_list(*fields):
        known[offender].append(Comparable(bytes(case), bytes(name), bytes(father), other))
    return known


def name_conflicts(
    own: Comparable, others: Iterable[Comparable], approved: Iterable[Comparable] = ()
) -> Iterator[Fault]:
    """Yield where others of the same number bear another name, and this one is none approved."""
    known, borne = list(others), list(approved)
    for field_, mine, theirs, is_borne in (
        ("name_ur", own.name, {one.name for one in known}, {one.name for one in borne}),
        (
            "father_name_ur",
            own.father,
            {one.father for one in known},
            {one.father for one in borne},
        ),
    ):
        if mine and theirs - {mine} and mine not in is_borne:
            yield Fault(
                field_,
                "name_conflict",
                "Another entry of the same CNIC has another name here: find out which of the"
                " two, or the CNIC, is wrong.",
            )


def comparable_of(conviction: Conviction) -> Comparable:
    """Return what a stored conviction is compared by."""
    return Comparable(
        bytes(conviction.case_token),
        bytes(conviction.name_token),
        bytes(conviction.father_token),
        conviction.batch_id,
    )


def discard(batch: Batch) -> None:
    """Delete what was staged, and the people who were made for it."""
    staged = Conviction.objects.filter(batch=batch)
    while numbers := list(staged.values_list("pk", flat=True)[:CHUNK]):
        with short_write():
            Conviction.objects.filter(pk__in=numbers).delete()
        breathe()
    forget_holders(batch)
    with short_write():
        Batch.objects.filter(pk=batch.pk, state=BatchState.STAGING).update(
            state=BatchState.DISCARDED
        )
