"""Forms that ask for a reason, several of them on a page, and acts that may be refused.

Rules that hold here: a refusal is said on the form that asked for the act; what was typed stays.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from nsor.accounts.errors import AccountError
from nsor.register.errors import Refusal
from nsor.web.refusals import told

REASON: Final = 2_000
"""Characters of a reason."""
_Result = TypeVar("_Result")


class ReasonField(forms.CharField):
    """Why something is done: a few lines."""

    def __init__(self, **options: Any) -> None:
        """Take what ``forms.CharField`` takes."""
        options.setdefault("label", _("Reason"))
        options.setdefault("max_length", REASON)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3, "dir": "auto"}))
        options.setdefault("error_messages", {"required": _("Give the reason in words.")})
        super().__init__(**options)


class ReasonForm(forms.Form):
    """Why."""

    reason = ReasonField(
        help_text=_("It is kept with the act, and other administrators read it."), max_length=500
    )


def prefixed(form: type[forms.Form], name: str, **given: Any) -> forms.Form:
    """Return a form whose fields differ from those of others on the page."""
    return form(auto_id=f"{name}_%s", **given)


def tried(form: forms.Form, act: Callable[[], _Result]) -> _Result | None:
    """Do what a form asks for; None where it has faults, or says why the act was refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except (AccountError, Refusal) as refusal:
        form.add_error(None, told(refusal))
        return None
