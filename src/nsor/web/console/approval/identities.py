"""What the identity authority says, asked again, of numbers that count already.

Rules that hold here: nothing of a person is shown but the number of the record, which is opened by
itself; an officer says what became of it, and acts on the record where it is wrong.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nsor.accounts.rooms import Room
from nsor.register import identity_checks
from nsor.register.errors import Refusal
from nsor.web.console.answers import see_other
from nsor.web.console.approval.checks import DIFFERENCES, SENTENCES
from nsor.web.console.approval.forms import SettleForm
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.sending import sent_from
from nsor.web.refusals import told

PAGE = 50


@require_GET
@room(Room.APPROVAL)
def identities(request: HttpRequest) -> HttpResponse:
    """List what the authority says that no officer has spoken on, the oldest first."""
    return _page(request)


@sent_from("console-approval-identities")
@room(Room.APPROVAL)
@proved_again
def settle(request: HttpRequest) -> HttpResponseBase:
    """Take what an officer says of one of them."""
    form = SettleForm(request.POST, auto_id=f"%s-{request.POST.get('check', '')}")
    if not form.is_valid():
        return _page(request, form, 422)
    given = form.cleaned_data
    try:
        identity_checks.settle(given["check"], officer(request), given["reason"])
    except Refusal as refusal:
        form.add_error(None, told(refusal))
        return _page(request, form, 422)
    messages.success(request, _("It is kept what became of it."))
    return see_other("console-approval-identities")


def _page(request: HttpRequest, form: SettleForm | None = None, status: int = 200) -> HttpResponse:
    found = list(identity_checks.open_alarms()[: PAGE + 1])
    rows = [
        {
            "check": one.pk,
            "typed": form["reason"].value()
            if form and form["check"].value() == str(one.pk)
            else "",
            "record": one.number.offender.merged_into_id or one.number.offender_id,
            "at": one.checked_at,
            "sentence": SENTENCES[one.outcome],
            "differences": [DIFFERENCES[name] for name in one.differences.split(";") if name],
        }
        for one in found[:PAGE]
    ]
    context = {"rows": rows, "form": form or SettleForm(), "is_more": len(found) > PAGE}
    return render(request, "console/approval/identities.html", context, status=status)
