"""A form that has one field of each kind; nothing is done with it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nsor.web.fields import DayField, NumberField
from nsor.web.words import WORDS


class Sample(forms.Form):
    """One field of each kind."""

    cnic = NumberField(label=_("CNIC"))
    convicted_on = DayField(label=_("Convicted on"))
    name_ur = forms.CharField(
        label=_("Name in Urdu"), widget=forms.TextInput({"lang": "ur", "dir": "rtl"})
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        required=False,
        widget=forms.TextInput({"lang": "en", "dir": "ltr"}),
    )
    victim = forms.ChoiceField(label=_("Victim category"), choices=list(WORDS["victim"].items()))
    appeal = forms.ChoiceField(
        label=_("Appeal"), choices=list(WORDS["appeal"].items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is kept with the act."),
        widget=forms.Textarea({"rows": 3}),
    )
    confirmed = forms.BooleanField(label=_("I compared the names with the number"))
    scan = forms.FileField(label=_("Document"), required=False)
