"""Letting a false alarm of the screening for victims' data pass."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nsor.accounts.rooms import Room
from nsor.register.alarms import pass_alarm
from nsor.register.errors import Refusal
from nsor.web.console.approval.acts import see_other
from nsor.web.console.approval.forms import AlarmForm
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.refusals import told

_ABOUT_THE_NUMBER = ("bad_fingerprint", "already_passed")


@require_http_methods(["GET", "POST"])
@room(Room.APPROVAL)
@proved_again
def alarms(request: HttpRequest) -> HttpResponse:
    """Ask for an alarm's number and a reason, and let it pass."""
    form = AlarmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pass_alarm(
                form.cleaned_data["fingerprint"], officer(request), form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            about = "fingerprint" if refusal.code in _ABOUT_THE_NUMBER else "reason"
            form.add_error(about, told(refusal))
        else:
            messages.success(request, _("From now on this text passes, whoever enters it."))
            return see_other("console-approval-alarms")
    status = 422 if form.is_bound else 200
    return render(request, "console/approval/alarms.html", {"form": form}, status=status)
