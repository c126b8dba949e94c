"""The form of an entry as its tests fill it in."""

import re
from collections.abc import Mapping
from typing import Any

from console_building import Desk
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from evidence_builders import a_paper

from nsor.register.models import EntryForm

WELL_TYPED: dict[str, str] = {
    "number_kind": "cnic",
    "number": "35201-1234567-1",
    "name_ur": "محمد اسلم",
    "father_name_ur": "غلام رسول",
    "name_en": "Muhammad Aslam",
    "father_name_en": "Ghulam Rasool",
    "relation": "father",
    "sex": "",
    "date_of_birth": "01/01/1980",
    "district": "Lahore",
    "court": "Sessions Court, Lahore",
    "case_number": "12/2020",
    "section_1": "376",
    "offence_on": "01/05/2019",
    "convicted_on": "01/06/2020",
    "victim_category": "child",
    "appeal_state": "none",
}


def typed(**changes: str) -> dict[str, str]:
    """Return what a clerk types, with changes."""
    return WELL_TYPED | changes


def begin(desk: Desk) -> int:
    """Begin a form; return its number."""
    answer = desk.post("console-entry-begin", data={})
    assert answer.status_code == 303
    return number_in(answer)


def number_in(answer: HttpResponse) -> int:
    """Return the last number of the address that is gone on to."""
    return int(re.findall(r"/([0-9]+)/", answer.headers["Location"])[-1])


def send(
    desk: Desk, page: str, form: int, values: Mapping[str, Any] | None = None, **headers: str
) -> HttpResponse:
    """Send what is typed, as a page that was opened just now does."""
    seen = EntryForm.objects.get(pk=form).revision
    given = WELL_TYPED if values is None else values
    data = {"writer": "this page", "seen": str(seen), **given}
    return desk.client.post(desk.address(page, form), data, headers=headers)  # type: ignore[return-value]


def enter(desk: Desk, **changes: str) -> int:
    """Fill a form in and have it entered; return the batch of the draft."""
    answer = send(desk, "console-entry-check", begin(desk), typed(**changes))
    assert answer.status_code == 303, answer.content.decode()
    assert "/draft/" in answer.headers["Location"]
    return number_in(answer)


def a_file(name: str = "judgment.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """Return a document as a browser sends it."""
    return SimpleUploadedFile(name, a_paper() if content is None else content)
