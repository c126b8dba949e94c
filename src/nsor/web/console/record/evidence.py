"""Serving the copy of a document: an image or a PDF, for a page of ours to show.

Rules that hold here: only the cleaned copy is served, as what it is and nothing else; nothing in it
runs, and no page but our own frames it; what may not be seen, what belongs to somebody else and
what is gone are one answer: there is nothing here. The trail has the intent before a byte is read.
"""

from typing import Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from nsor.accounts.rooms import Room
from nsor.register.errors import Refusal
from nsor.register.evidence import store
from nsor.register.evidence.files import MediaType
from nsor.register.models import Evidence, Offender, Standing
from nsor.web.console.guard import officer, room
from nsor.web.console.record.forms import ReasonForm
from nsor.web.console.record.opening import ask, reason_given

_ENDINGS: Final = {MediaType.PDF: "pdf", MediaType.PNG: "png", MediaType.JPEG: "jpg"}
# A browser's own viewer of PDF doesn't open in a sandbox; it runs apart from our pages anyway.
_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_IMAGE_POLICY: Final = f"{_POLICY}; img-src 'self'; sandbox"
_PDF_POLICY: Final = f"{_POLICY}; style-src 'unsafe-inline'; object-src 'self'"


@require_GET
@room(Room.RECORD)
def evidence(request: HttpRequest, offender: int, number: int) -> HttpResponseBase:
    """Serve a document of a person, or ask why it is opened; 404 where there is none."""
    row = get_object_or_404(Offender, pk=offender)
    whose = Q(offender=row) | Q(offender__merged_into=row)
    document = get_object_or_404(Evidence, whose, pk=number)
    if row.standing == Standing.REMOVED:
        raise Http404("nothing is left of this person")
    try:
        found = store.serve(document, officer(request), reason_given(request, row))
    except Refusal as refusal:
        if refusal.code == "reason_required":
            here = reverse("console-record-evidence", args=[offender, number])
            return ask(request, row, ReasonForm(initial={"go_on_to": here}))
        raise Http404("no such document") from None
    return _served(found, number)


def _served(found: store.Document, number: int) -> HttpResponse:
    ending = _ENDINGS[found.media_type]
    is_pdf = found.media_type is MediaType.PDF
    return HttpResponse(
        found.octets,
        content_type=found.media_type.value,
        headers={
            "Content-Disposition": f'inline; filename="document-{number}.{ending}"',
            "Content-Security-Policy": _PDF_POLICY if is_pdf else _IMAGE_POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "no-store",
        },
    )
