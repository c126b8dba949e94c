"""What of all that falls due is shown."""

from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nsor import places
from nsor.register.due import What

DAYS: Final = (30, 90)


class DueForm(forms.Form):
    """For how many days ahead, what, and where."""

    days = forms.TypedChoiceField(
        label=_("Within"),
        coerce=int,
        choices=[("30", _("30 days")), ("90", _("90 days"))],
    )
    what = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=[
            ("", _("Reviews and ends of terms")),
            (What.REVIEW.value, _("Reviews")),
            (What.TERM_END.value, _("Ends of terms")),
        ],
    )
    place = forms.ChoiceField(label=_("Where"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what ``forms.Form`` takes."""
        super().__init__(*args, **options)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        urdu = get_language() == "ur"
        place.choices = [
            (one.slug, one.name_ur if urdu else one.name_en) for one in places.jurisdictions()
        ]
