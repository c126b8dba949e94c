"""An approver at a desk, and acts that wait for one, as the approval's tests give them."""

import re
from typing import Any

from console_building import Desk, text_of
from django.http import HttpResponse
from law_building import a_conviction
from register_builders import Office, a_row

from nsor.accounts.models import Officer
from nsor.audit.models import Entry
from nsor.register import acting, services
from nsor.register.corrections import ProfileCorrection
from nsor.register.evidence import store
from nsor.register.evidence.models import Evidence
from nsor.register.models import Offender

LAHORE = "punjab/lahore"
WHY = "as the court's paper says"


def entered(office: Office, **changes: Any) -> int:
    """Have Amna enter a conviction by hand and submit it; return the batch."""
    draft = services.enter_conviction(a_conviction(**changes), office.amna)
    return services.submit(draft, office.amna).pk


def corrected(office: Office, **changes: Any) -> int:
    """Publish Aslam, and have Amna ask for a correction of his profile; return its batch."""
    office.published(a_row())
    asked = services.correct(
        acting.find("3520112345671"), ProfileCorrection(changes), office.amna, WHY
    )
    assert asked.batch is not None
    return asked.batch


def a_document(office: Office, offender: Offender, octets: bytes) -> Evidence:
    """Add a judgment to a record."""
    key = acting.key_of(offender)
    return store.add_evidence(offender.pk, key, octets, "judgment.png", office.amna, "judgment")


def shown_by(answer: HttpResponse) -> dict[str, str]:
    """Return what the form of a page has an approver send, every box ticked."""
    page = text_of(answer)
    digest = re.search(r'name="shown" value="([0-9a-f.]+)"', page)
    assert digest is not None, page
    boxes = re.findall(r'name="(number_\d+)"', page)
    return {"shown": digest[1], **dict.fromkeys(boxes, "on")}


def approves(desk: Desk, batch: int, **changes: str) -> HttpResponse:
    """Open an act, tick every box and approve it."""
    data = shown_by(desk.get("console-approval-batch", batch)) | changes
    return desk.post("console-approval-approve", batch, data=data)


def acts_since(entry: int) -> list[str]:
    """Return which acts the trail has since an entry."""
    return list(Entry.objects.filter(pk__gt=entry).order_by("pk").values_list("act", flat=True))


def last_entry() -> int:
    """Return the number of the trail's last entry."""
    return Entry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def of_lahore(officer: Officer) -> Officer:
    """Have an officer act in one district alone."""
    officer.jurisdiction = LAHORE
    officer.save(update_fields=["jurisdiction"])
    return officer
