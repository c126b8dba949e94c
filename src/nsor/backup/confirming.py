"""The two officers' word after a restore, and what they are shown before it.

Rules that hold here: two different officers whose role is approval; each sees what was lost and
what was replayed. With the second word the trail's new epoch is opened, and only then are answers
given again. What one of them said survives any restart; it holds for this restore alone.
"""

from typing import NamedTuple

import msgspec
from django.conf import settings
from django.utils import timezone

from nsor.accounts.models import Officer, Role
from nsor.audit import epochs, log, note, trail
from nsor.audit import files as audit_files
from nsor.audit.acts import Act
from nsor.audit.checkpoints import signed_by
from nsor.audit.models import Epoch
from nsor.audit.note import Checkpoint, NoteError
from nsor.backup.errors import BackupError
from nsor.backup.models import Restoration, Stage, newest
from nsor.backup.replaying import Summary
from nsor.register.locks import short_write
from nsor.register.models import FeedHead
from nsor.register.officers import actor, require_role


class Status(NamedTuple):
    """How the last restore stands; ``stage`` is ``none`` where there never was one."""

    stage: str
    withheld: bool
    epoch: int
    taken_at: str
    digest: str
    confirmed_by: list[str]
    summary: Summary


def status() -> Status:
    """Return how the last restore stands."""
    head = FeedHead.objects.get()
    last = newest()
    if last is None:
        return Status("none", head.withheld, head.epoch, "", "", [], Summary())
    numbers = [one for one in (last.first_officer, last.second_officer) if one is not None]
    names = dict(Officer.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return Status(
        last.stage,
        head.withheld,
        last.epoch,
        last.taken_at.isoformat() if last.taken_at else "",
        last.digest,
        [names.get(number, f"officer {number}") for number in numbers],
        msgspec.convert(last.summary, Summary),
    )


def confirm(officer: Officer) -> Status:
    """Take an officer's word that the restore is right; the second one ends the silence.

    Raises ``BackupError``: ``nothing_to_confirm``, ``not_finished``, ``same_officer``; ``Refusal``:
    ``role_not_allowed``, ``busy``; ``nsor.audit.errors.TrailError`` where no epoch can be opened.
    """
    require_role(officer, Role.APPROVAL)
    with short_write():
        last = _waiting()
        if last.first_officer is None:
            last.first_officer = officer.pk
            last.save(update_fields=["first_officer"])
            _enter(officer, last, "first")
            return status()
    if last.first_officer == officer.pk:
        raise BackupError(
            "same_officer", "You confirmed this restore already: another officer must, too."
        )
    _open_trail_epoch(last, officer)
    with short_write():
        last = _waiting()
        last.second_officer, last.confirmed_at = officer.pk, timezone.now()
        last.stage = Stage.CONFIRMED
        last.save(update_fields=["second_officer", "confirmed_at", "stage"])
        FeedHead.objects.update(withheld=False)
        _enter(officer, last, "second")
    return status()


def _waiting() -> Restoration:
    last = Restoration.objects.select_for_update().order_by("-pk").first()
    if last is None or last.stage == Stage.CONFIRMED:
        raise BackupError("nothing_to_confirm", "No restore awaits confirmation.")
    if last.stage != Stage.WAITING:
        raise BackupError(
            "not_finished", "The restore was stopped before its end: run `nsor restore` again."
        )
    return last


def _enter(officer: Officer, last: Restoration, word: str) -> None:
    trail.record(
        Act.RESTORE_CONFIRMED,
        actor=actor(officer),
        subject=f"epoch:{last.epoch}",
        details={"word": word, "digest": last.digest},
    )


def _open_trail_epoch(last: Restoration, officer: Officer) -> None:
    """Open the trail's new epoch, unless a process that died after it had done so."""
    newest_epoch = Epoch.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if newest_epoch > (last.trail_epoch or 0):
        return
    folder = settings.AUDIT_DIR
    summary = msgspec.convert(last.summary, Summary)
    if audit_files.read(folder / audit_files.COSIGNED) is not None:
        signed: Checkpoint | None = None  # the witness's own is taken
    else:
        signed = _own_checkpoint()
        if signed is None and summary.trail_signed:
            raise BackupError(
                "no_checkpoint",
                f"The folder {folder} lacks the last checkpoint of the trail: bring the folder back"
                " from its copy, with the last checkpoint that the witness cosigned.",
            )
        if signed is None:
            return  # nothing was ever signed that the trail could contradict
    assert last.taken_at is not None and last.first_officer is not None  # noqa: PT018
    lost = (
        f"The backup of {last.taken_at:%Y-%m-%dT%H:%M:%SZ} was restored (SHA-256 {last.digest});"
        f" {sum(summary.replayed.values())} silences were replayed."
    )
    epochs.open_epoch((f"officer:{last.first_officer}", actor(officer)), lost, signed)


def _own_checkpoint() -> Checkpoint | None:
    """Return the last checkpoint that the log signed, where no witness ever cosigned one."""
    folder = settings.AUDIT_DIR
    written = audit_files.read(folder / audit_files.CHECKPOINT)
    if written is None:
        return None
    try:
        return signed_by(note.parse(written), log.verifier(log.current()).public)
    except NoteError as error:
        raise BackupError(
            "bad_checkpoint", f"The file {folder / audit_files.CHECKPOINT} can't be read: {error}"
        ) from None
