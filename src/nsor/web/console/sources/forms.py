"""The forms in which administrators propose what concerns sources, and clerks hand files in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nsor.sources import files, signatures
from nsor.sources.models import NAME, EventKind, SourceKind
from nsor.sources.services import MOST_PER_DAY, MOST_PER_MINUTE
from nsor.web.console.asking import ReasonForm
from nsor.web.console.officers.places import choices
from nsor.web.console.sources.words import EVENTS, KINDS


class ScopeForm(ReasonForm):
    """What a source may tell, of where, and how often."""

    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(kind.value, EVENTS[kind]) for kind in EventKind],
        widget=forms.CheckboxSelectMultiple,
    )
    districts = forms.MultipleChoiceField(
        label=_("Districts"),
        choices=choices,
        help_text=_("What it tells of another place is refused."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    per_minute = forms.IntegerField(
        label=_("Messages a minute"), min_value=1, max_value=MOST_PER_MINUTE, initial=60
    )
    per_day = forms.IntegerField(
        label=_("Messages a day"), min_value=1, max_value=MOST_PER_DAY, initial=5000
    )
    silent_after_hours = forms.IntegerField(
        label=_("Hours without a word that are a silence"),
        required=False,
        min_value=1,
        max_value=24 * 365,
        help_text=_("Left empty: longer than is usual of the source."),
    )
    field_order: Sequence[str] = (
        *("events", "districts", "per_minute", "per_day", "silent_after_hours", "reason"),
    )

    @property
    def scope(self) -> dict[str, Any]:
        """What was typed, as the services take it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class AddForm(ScopeForm):
    """A new source."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME,
        help_text=_("Such as: Sessions Court Lahore. It stays for ever."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, KINDS[kind]) for kind in SourceKind]
    )
    field_order = ("name", "kind", *ScopeForm.field_order)


class ChangeForm(ScopeForm):
    """Another scope or quota, or on again."""

    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)
    field_order = ("active", *ScopeForm.field_order)


class KeyForm(ReasonForm):
    """The public half of a key."""

    public = forms.CharField(
        label=_("Public key"),
        max_length=1000,
        help_text=_(
            "The lines that “nsor source keygen” prints. The private half never leaves the source."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"}),
    )
    valid_to = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Left empty: until it is revoked. Written such as 2026-12-31."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("public", "valid_to", "reason")


class GapForm(ReasonForm):
    """A number that will never come."""

    sequence = forms.IntegerField(label=_("Missing number"), min_value=1)
    field_order = ("sequence", "reason")


class UploadForm(forms.Form):
    """A pair of files."""

    event = forms.FileField(label=_("The event"), help_text=_("NAME.json"))
    signature = forms.FileField(label=_("Its signature"), help_text=_("NAME.json.sig"))

    def clean_event(self) -> bytes:
        """Return what the event's file holds."""
        return self._octets("event", signatures.LARGEST_BODY)

    def clean_signature(self) -> bytes:
        """Return what the signature's file holds."""
        return self._octets("signature", files.LARGEST_SIGNATURE)

    def _octets(self, name: str, longest: int) -> bytes:
        file = self.cleaned_data[name]
        if file.size > longest:
            raise forms.ValidationError(_("The file is larger than such a file can be."))
        octets: bytes = file.read()
        return octets
