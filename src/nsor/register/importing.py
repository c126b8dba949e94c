"""Entering a batch from a file.

Rules that hold here:

- All or nothing, unless invalid rows are to be skipped. What is read is staged in chunks, each in
  a short transaction of its own; nobody sees a batch before it is submitted, in one short
  transaction at the end.
- Memory doesn't grow with the file: rows of it are compared with each other in the database.
- An import that died leaves a staged batch that no process claims; the next import clears it.
- Two imports that run at once can't see each other's rows. So before a batch is submitted it is
  compared with those that were submitted since it began.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, NamedTuple

from django.db.models import Q
from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.register import catalogue
from nsor.register.calendar import today
from nsor.register.csvfile import Broken, Record, records
from nsor.register.findings import Finding, Findings
from nsor.register.header import read_header
from nsor.register.locks import breathe, claim, short_write
from nsor.register.models import (
    LIVE_STATES,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    FeedHead,
)
from nsor.register.officers import require_role
from nsor.register.publishing import lock_head
from nsor.register.rows import Case, Fault, Row, read_row
from nsor.register.text import fold

CHUNK = 1000


@dataclass
class ImportOutcome:
    """What became of a file. ``batch`` is None where nothing was entered; counts are rows."""

    batch: int | None = None
    entered: int = 0
    rejected: int = 0
    errors: Findings = field(default_factory=Findings)
    warnings: Findings = field(default_factory=Findings)


def import_batch(
    file: BinaryIO,
    officer: Officer,
    *,
    skip_invalid: bool = False,
    progress: Callable[[int], None] = lambda octets: None,
) -> ImportOutcome:
    """Enter the convictions of a CSV file as a batch that waits for another officer's approval.

    ``progress`` is told how many octets of the file were read. Raises ``Refusal``:
    ``role_not_allowed``, ``busy``.
    """
    require_role(officer, Role.ENTRY)
    clear_abandoned()
    outcome = ImportOutcome()
    source = records(file)
    header = read_header(source)
    if isinstance(header, list):
        for finding in header:
            outcome.errors.add(finding)
        return outcome
    with _staged(officer) as batch:
        run = _Run(batch, header, outcome)
        while chunk := list(islice(source, CHUNK)):
            run.take(chunk)
            progress(file.tell() if file.seekable() else 0)
            breathe()
        if run.is_empty:
            outcome.errors.add(
                Finding(1, "", "required", "The file has no row beneath its header.")
            )
        run.finish(skip_invalid=skip_invalid)
    return outcome


def clear_abandoned() -> None:
    """Clear what imports left that died."""
    for batch in Batch.objects.filter(state=BatchState.STAGING):
        with claim(batch.pk) as held:
            if held:
                _discard(batch)


@contextmanager
def _staged(officer: Officer) -> Iterator[Batch]:
    with short_write():
        batch = Batch.objects.create(
            kind=BatchKind.IMPORT, state=BatchState.STAGING, entered_by=officer
        )
        holding = claim(batch.pk)  # before the commit: unclaimed, it would be cleared
        holding.__enter__()
    try:
        yield batch
    finally:
        holding.__exit__(None, None, None)


class _Known(NamedTuple):
    """A conviction that a new row may clash with."""

    cnic: str
    case_key: str
    name_ur: str
    father_name_ur: str
    batch_id: int


class _Run:
    """One import, chunk by chunk."""

    def __init__(self, batch: Batch, header: tuple[str, ...], outcome: ImportOutcome) -> None:
        self._batch = batch
        self._header = header
        self._outcome = outcome
        self._catalogue = catalogue.in_force()
        self._today = today()
        self._compared_up_to = FeedHead.objects.get().last_submission
        self.is_empty = True

    def take(self, chunk: list[Record | Broken]) -> None:
        """Judge a chunk of the file and stage what can be entered of it."""
        self.is_empty = False
        read = [(item.line, self._row(item)) for item in chunk]
        known = self._known({row.case.cnic for _, row in read if row.case})
        staged = []
        for line, row in read:
            faults = [*row.faults, *self._clashes(row.case, known)]
            for fault in faults:
                self._outcome.errors.add(Finding(line, *fault))
            if faults or row.values is None or row.case is None:
                self._outcome.rejected += 1
                continue
            for warning in row.warnings:
                self._outcome.warnings.add(Finding(line, *warning))
            known[row.case.cnic].append(_of_case(row.case, self._batch.pk))
            staged.append(Conviction(batch=self._batch, line=line, **row.values))
        if staged:
            with short_write():
                Conviction.objects.bulk_create(staged)
            self._outcome.entered += len(staged)

    def finish(self, *, skip_invalid: bool) -> None:
        """Submit the batch, or discard it where it may not be."""
        while self._may_be_submitted(skip_invalid):
            newest = FeedHead.objects.get().last_submission
            if newest > self._compared_up_to:
                self._compare_with_submissions(newest)
                continue
            if self._submit():
                return
        self._outcome.entered = 0
        _discard(self._batch)

    def _may_be_submitted(self, skip_invalid: bool) -> bool:
        return self._outcome.entered > 0 and (skip_invalid or not self._outcome.rejected)

    def _submit(self) -> bool:
        with short_write():
            head = lock_head()
            if head.last_submission > self._compared_up_to:
                return False
            head.last_submission += 1
            head.save()
            self._batch.state = BatchState.SUBMITTED
            self._batch.submission = head.last_submission
            self._batch.submitted_at = timezone.now()
            self._batch.entries = self._outcome.entered
            self._batch.save()
        self._outcome.batch = self._batch.pk
        return True

    def _row(self, item: Record | Broken) -> Row:
        if isinstance(item, Broken):
            return Row(None, None, (Fault("", item.code, item.message),), ())
        if len(item.cells) != len(self._header):
            message = (
                f"The row has {len(item.cells)} cells, the header {len(self._header)}: give each"
                " column a cell, and put a cell with a comma in it in quotation marks."
            )
            return Row(None, None, (Fault("", "bad_value", message),), ())
        cells = dict(zip(self._header, item.cells, strict=True))
        return read_row(cells, self._catalogue, self._today)

    def _known(self, numbers: set[str]) -> defaultdict[str, list[_Known]]:
        known: defaultdict[str, list[_Known]] = defaultdict(list)
        seen = Conviction.objects.filter(
            Q(batch=self._batch) | Q(batch__state__in=LIVE_STATES), cnic__in=numbers
        )
        for values in seen.values_list(*_Known._fields):
            known[values[0]].append(_folded(*values))
        return known

    def _clashes(self, case: Case | None, known: defaultdict[str, list[_Known]]) -> Iterator[Fault]:
        if case is None:
            return
        others = known[case.cnic]
        same = [other for other in others if other.case_key == case.case_key]
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
        for name in ("name_ur", "father_name_ur"):
            own = getattr(case, name)
            if own and any(getattr(other, name) != own for other in others):
                yield Fault(
                    name,
                    "name_conflict",
                    "Another entry of the same CNIC has another name here: find out which of the"
                    " two, or the CNIC, is wrong.",
                )

    def _compare_with_submissions(self, newest: int) -> None:
        """Take out what clashes with the batches that others submitted meanwhile."""
        since = Conviction.objects.filter(
            batch__state__in=LIVE_STATES,
            batch__submission__gt=self._compared_up_to,
            batch__submission__lte=newest,
        )
        mine = Conviction.objects.filter(batch=self._batch, cnic__in=since.values("cnic"))
        after = 0
        while chunk := list(mine.filter(line__gt=after).order_by("line")[:CHUNK]):
            after = chunk[-1].line
            known = self._known({conviction.cnic for conviction in chunk})
            clashing = []
            for conviction in chunk:
                others = defaultdict(
                    list,
                    {
                        conviction.cnic: [
                            other
                            for other in known[conviction.cnic]
                            if other.batch_id != self._batch.pk
                        ]
                    },
                )
                faults = list(self._clashes(_case_of(conviction), others))
                for fault in faults:
                    self._outcome.errors.add(Finding(conviction.line, *fault))
                if faults:
                    clashing.append(conviction.pk)
            with short_write():
                Conviction.objects.filter(pk__in=clashing).delete()
            self._outcome.entered -= len(clashing)
            self._outcome.rejected += len(clashing)
        self._compared_up_to = newest


def _folded(number: str, case_key: str, name_ur: str, father_name_ur: str, batch_id: int) -> _Known:
    return _Known(number, case_key, fold(name_ur), fold(father_name_ur), batch_id)


def _of_case(case: Case, batch_id: int) -> _Known:
    return _Known(case.cnic, case.case_key, case.name_ur, case.father_name_ur, batch_id)


def _case_of(conviction: Conviction) -> Case:
    return Case(
        conviction.cnic,
        conviction.case_key,
        fold(conviction.name_ur),
        fold(conviction.father_name_ur),
    )


def _discard(batch: Batch) -> None:
    staged = Conviction.objects.filter(batch=batch)
    while numbers := list(staged.values_list("pk", flat=True)[:CHUNK]):
        with short_write():
            Conviction.objects.filter(pk__in=numbers).delete()
        breathe()
    with short_write():
        Batch.objects.filter(pk=batch.pk, state=BatchState.STAGING).update(
            state=BatchState.DISCARDED
        )
