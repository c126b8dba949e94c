"""What runs as a job here: checking a file, and entering it."""

from io import BytesIO
from typing import Final

from django.utils.translation import gettext_noop

from nsor.register import services
from nsor.register.evidence import disk
from nsor.register.rehearsing import Rehearsed, rehearse
from nsor.register.spreadsheet import Kind
from nsor.web.console.imports import uploads
from nsor.web.console.imports.reading import reader
from nsor.web.jobs import Progress, Work
from nsor.web.models import Upload, UploadState

CHECK, ENTER = "import-check", "import-enter"
TITLES: Final = {
    CHECK: gettext_noop("Checking the file"),
    ENTER: gettext_noop("Entering the file"),
}


def checking(upload_id: str) -> Work:
    """Return the work of checking a file: it ends with a preview, and nothing is entered."""

    def work(progress: Progress) -> dict[str, object]:
        upload = Upload.objects.select_related("officer").get(pk=upload_id)
        octets = uploads.octets_of(upload)
        pages = uploads.Pages(uploads.key_of(upload), upload.name_in_store)
        read = reader(Kind(upload.kind), upload.size, progress)
        found = rehearse(BytesIO(octets), upload.officer, pages.take, read)
        upload.counts = _counts(found)
        if found.faults:
            uploads.drop(upload, UploadState.UNREADABLE)
            return {}
        upload.preview_in_store = disk.new_name()
        upload.pages = pages.pages
        disk.write(upload.preview_in_store, pages.whole())
        _save(upload, UploadState.CHECKED)
        return {}

    return work


def entering(upload_id: str, *, skip_invalid: bool) -> Work:
    """Return the work of entering a file as one batch, all or nothing of what is to be entered."""

    def work(progress: Progress) -> dict[str, object]:
        upload = Upload.objects.select_related("officer").get(pk=upload_id)
        octets = uploads.octets_of(upload)
        outcome = services.import_batch(
            BytesIO(octets),
            upload.officer,
            skip_invalid=skip_invalid,
            read=reader(Kind(upload.kind), upload.size, progress),
        )
        result: dict[str, object] = {
            "batch": outcome.batch,
            "entered": outcome.entered,
            "rejected": outcome.rejected,
        }
        if outcome.batch is None:
            _save(upload, UploadState.CHECKED)
            return result
        upload.batch = outcome.batch
        uploads.drop(upload, UploadState.ENTERED)
        return result

    return work


def _counts(found: Rehearsed) -> dict[str, object]:
    return {
        "header": found.header,
        "rows": found.rows,
        "rejected": found.rejected,
        "errors": found.errors,
        "warnings": found.warnings,
        "faults": found.faults,
    }


def _save(upload: Upload, state: UploadState) -> None:
    upload.state = state
    uploads.save(upload)
