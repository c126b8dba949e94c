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

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.register.csvfile import Broken, Record, records
from nsor.register.findings import Finding, Findings
from nsor.register.header import read_header
from nsor.register.locks import breathe, claim, short_write
from nsor.register.models import Batch, BatchKind, BatchState, FeedHead
from nsor.register.officers import actor, require_role
from nsor.register.publishing import lock_head
from nsor.register.staging import CHUNK, Staging, discard


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
    read: Callable[[BinaryIO], Iterator[Record | Broken]] = records,
) -> ImportOutcome:
    """Enter the convictions of a file as a batch that waits for another officer's approval.

    ``progress`` is told how many octets of the file were read; ``read`` says how, as CSV by
    default. Raises ``Refusal``: ``role_not_allowed``, ``busy``, and as ``read`` does.
    """
    require_role(officer, Role.ENTRY)
    clear_abandoned()
    outcome = ImportOutcome()
    source = read(file)
    header = read_header(source)
    if isinstance(header, list):
        for finding in header:
            outcome.errors.add(finding)
        return outcome
    with _staged(officer) as batch:
        run = _Run(batch, Staging(batch, header), outcome)
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
                discard(batch)


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


class _Run:
    """One import, chunk by chunk."""

    def __init__(self, batch: Batch, staging: Staging, outcome: ImportOutcome) -> None:
        self._batch = batch
        self._staging = staging
        self._outcome = outcome
        self._compared_up_to = FeedHead.objects.get().last_submission
        self.is_empty = True

    def take(self, chunk: list[Record | Broken]) -> None:
        """Judge a chunk of the file and stage what can be entered of it."""
        self.is_empty = False
        staged = self._staging.take(chunk)
        for finding in staged.errors:
            self._outcome.errors.add(finding)
        for finding in staged.warnings:
            self._outcome.warnings.add(finding)
        self._outcome.entered += staged.entered
        self._outcome.rejected += len(chunk) - staged.entered

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
        discard(self._batch)

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
            trail.record(
                Act.BATCH_IMPORTED,
                actor=actor(self._batch.entered_by),
                subject=f"batch:{self._batch.pk}",
                details={"entries": self._outcome.entered, "rejected": self._outcome.rejected},
            )
        self._outcome.batch = self._batch.pk
        return True

    def _compare_with_submissions(self, newest: int) -> None:
        """Take out what clashes with the batches that others submitted meanwhile."""
        for finding in self._staging.compare(self._compared_up_to, newest):
            self._outcome.errors.add(finding)
        gone = self._staging.take_clashing_out()
        self._outcome.entered -= gone
        self._outcome.rejected += gone
        self._compared_up_to = newest
