"""The forms of this room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A file that is to be checked."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_(
            "CSV in UTF-8, or an Excel workbook (.xlsx) of which the first sheet counts. 24 MB and"
            " 200,000 rows at most."
        ),
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.xlsx,text/csv,"
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
        allow_empty_file=True,
    )


class NotedForm(forms.Form):
    """As what the file with its errors noted is wanted."""

    kind = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[("xlsx", _("Excel workbook (.xlsx)")), ("csv", _("CSV"))],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
