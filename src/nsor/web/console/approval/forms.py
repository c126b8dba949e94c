"""The forms by which an approver decides.

Rules that hold here: a number is confirmed by its own box, beside the name that it belongs to;
nothing is ticked beforehand.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from nsor.register.people import Number, Person
from nsor.register.proposed import Proposal
from nsor.web.console.asking import ReasonField
from nsor.web.templatetags import nsor_web


class Pair(NamedTuple):
    """A number and the person whose it is said to be."""

    number: Number
    person: Person


def pairs(proposal: Proposal) -> list[Pair]:
    """Return each number with its person, as the act has it."""
    return [Pair(number, side.person) for side in proposal.shown for number in side.person.numbers]


class ApproveForm(forms.Form):
    """A box for each number, and what was shown."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, named: Iterable[Pair], *args: object, **options: object) -> None:
        """Ask about each of these numbers."""
        super().__init__(*args, **options)  # type: ignore[arg-type]
        for pair in named:
            self.fields[f"number_{pair.number.row}"] = forms.BooleanField(
                label=_belongs(pair),
                error_messages={
                    "required": _("Check this number and this name against the evidence first.")
                },
            )


class ApproveFileForm(forms.Form):
    """One box for a whole file, and what was shown."""

    shown = forms.CharField(widget=forms.HiddenInput)
    looked = forms.BooleanField(
        label=_(
            "I have looked at the warnings and the likely duplicates, and have compared names and"
            " numbers of the list with the file's papers."
        ),
        error_messages={"required": _("Look at the list first.")},
    )


class RejectForm(forms.Form):
    """Why an act is rejected."""

    prefix = "reject"
    reason = ReasonField(
        label=_("Why it is rejected"),
        help_text=_(
            "Whoever entered it reads this. Say what is wrong and what would be right; name no"
            " victim."
        ),
        error_messages={"required": _("Give the reason: whoever entered it needs it.")},
    )


class WhyForm(forms.Form):
    """Why a record outside of the jurisdiction is opened."""

    reason = ReasonField(
        label=_("Why you open this record"),
        help_text=_("It is kept in the audit trail with your name."),
        max_length=500,
    )


class LetPassForm(forms.Form):
    """Why an act may go on although the identity authority doesn't confirm a number."""

    prefix = "pass"
    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = ReasonField(
        label=_("Why it may go on all the same"),
        help_text=_("Name the document by which you know whose number it is."),
        max_length=500,
    )


class SettleForm(forms.Form):
    """What became of what the authority says of a number that counts."""

    check = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = ReasonField(
        label=_("What became of it"),
        help_text=_("Name the document by which you know, or what you did on the record."),
        max_length=500,
    )


class AlarmForm(forms.Form):
    """Which alarm of the screening is let pass, and why."""

    fingerprint = forms.CharField(
        label=_("Number of the alarm"),
        help_text=_(
            "The 16 digits and letters a to f at the end of the message that the officer was shown."
        ),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Give the number of the alarm.")},
    )
    reason = ReasonField(
        label=_("Why it is a false alarm"),
        max_length=500,
    )

    def clean_fingerprint(self) -> str:
        """Return it without the spaces and in the letters that it is kept in."""
        return str(self.cleaned_data["fingerprint"]).strip().lower()


class ReviewForm(forms.Form):
    """What is noted of a silence that was looked at."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("It is kept with the act; name no victim."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


def _belongs(pair: Pair) -> SafeString:
    profile = pair.person.profile
    urdu = get_language() == "ur"
    first, second = (
        (nsor_web.urdu(profile.name_ur), nsor_web.latin(profile.name_en))
        if urdu
        else (nsor_web.latin(profile.name_en), nsor_web.urdu(profile.name_ur))
    )
    sentence = gettext(
        "{number} belongs to {name} ({other_name}): I have checked it against the evidence."
    )
    return format_html(
        sentence,
        number=nsor_web.number(pair.number.digits),
        name=first,
        other_name=second,
    )
