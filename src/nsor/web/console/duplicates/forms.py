"""The forms of a pair of records: that they are two people, or one."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nsor.web.console.asking import ReasonField


class ApartForm(forms.Form):
    """Why two people who look alike are not the same."""

    prefix = "apart"
    reason = ReasonField(label=_("Why they are two people"))


class MergeForm(forms.Form):
    """Why two records are of one person, and whose particulars stand."""

    prefix = "merge"
    into = forms.TypedChoiceField(
        label=_("Which record stands for both"), coerce=int, widget=forms.RadioSelect
    )
    reason = ReasonField(label=_("Why they are one person"))

    def __init__(self, one: int, other: int, **options: Any) -> None:
        """``one`` and ``other`` are the numbers of the records."""
        super().__init__(**options)
        into = self.fields["into"]
        assert isinstance(into, forms.TypedChoiceField)
        into.choices = [
            (str(row), gettext("Record %(number)s") % {"number": row}) for row in (one, other)
        ]
        into.initial = str(one)
