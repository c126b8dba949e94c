"""Which table is exported."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nsor.web.console.statistics.labels import TABLES


class ExportForm(forms.Form):
    """Which table is written to a file."""

    table = forms.ChoiceField(
        label=_("Table"),
        widget=forms.RadioSelect,
        choices=[(name, words.title) for name, words in TABLES.items()],
        help_text=_("The file holds what the page shows: counts that are hidden are hidden in it."),
    )
