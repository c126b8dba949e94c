"""The form by which a document is sent, and the words for what documents are."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from nsor.web.words import WORDS

KINDS: Final = tuple(WORDS["evidence"].items())


class DocumentForm(forms.Form):
    """A document and what it is."""

    use_required_attribute = False

    document_kind = forms.ChoiceField(label=_("Kind of document"), choices=KINDS)
    document = forms.FileField(
        label=_("File"),
        help_text=_("A PDF, PNG or JPEG of at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is cut off or broken: save or scan it again, and send that."),
            "invalid": _("Choose a file first."),
        },
    )
