"""The forms in which administrators propose and decide."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from nsor.accounts.models import PERSONS
from nsor.accounts.services import NAME_LENGTH
from nsor.web import words
from nsor.web.console.asking import ReasonForm
from nsor.web.console.officers.places import choices


def _roles() -> list[tuple[str, str]]:
    return [(role.value, words.word(role, "role")) for role in PERSONS]


class StandingForm(ReasonForm):
    """A role and a jurisdiction."""

    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    jurisdiction = forms.ChoiceField(
        label=_("Jurisdiction"),
        choices=choices,
        required=False,
        help_text=_("Reading a record of another place takes a typed reason."),
    )
    field_order: Sequence[str] = ("role", "jurisdiction", "reason")


class AddForm(StandingForm):
    """A new officer."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("The officer signs in with it, and it stays theirs for ever."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "role", "jurisdiction", "reason")
