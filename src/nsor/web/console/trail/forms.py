"""The forms of this room."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nsor.accounts.models import Officer
from nsor.audit.acts import Act
from nsor.audit.listing import Wanted
from nsor.web.console.trail.words import meaning
from nsor.web.fields import DayField
from nsor.web.templatetags.nsor_web import KARACHI

SYSTEM: Final = "system"
_SUBJECT: Final = re.compile(r"[a-z][a-z_-]*:[0-9A-Za-z][0-9A-Za-z._/-]*\Z")
_LONG_NUMBER: Final = re.compile(r"[0-9]{5}-?[0-9]{7}-?[0-9]")
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FilterForm(forms.Form):
    """Which entries are wanted; what is left empty doesn't matter."""

    act = forms.ChoiceField(label=_("Act"), required=False)
    officer = forms.CharField(
        label=_("Officer"),
        required=False,
        max_length=100,
        help_text=_("The whole name, or system for what no officer did."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    subject = forms.CharField(
        label=_("What it was about"),
        required=False,
        max_length=64,
        help_text=_("A word with a number, such as offender:17, batch:7 or entry:1200."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    since = DayField(label=_("From the day"), required=False)
    until = DayField(label=_("To the day"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what a form takes."""
        super().__init__(*args, **options)
        acts = sorted((meaning(one), one.value) for one in Act)
        choices = [("", gettext("any")), *((value, meaning) for meaning, value in acts)]
        self.fields["act"].choices = choices  # type: ignore[attr-defined]

    def clean_officer(self) -> str:
        """Return how the trail names who acted."""
        name: str = self.cleaned_data["officer"].strip()
        if name in ("", SYSTEM):
            return name
        found = Officer.objects.filter(name__iexact=name).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(gettext("There is no officer of this name: write it in full."))
        return f"officer:{found}"

    def clean_subject(self) -> str:
        """Return the subject as the trail names it."""
        word: str = self.cleaned_data["subject"].strip()
        if word and (not _SUBJECT.match(word) or _LONG_NUMBER.search(word)):
            raise ValidationError(
                gettext("Write a word, a colon and a number of the register, such as offender:17.")
            )
        return word

    def address(self) -> dict[str, str]:
        """Return what the address of the list says; nothing in it is a person's."""
        found = self.cleaned_data
        days = {name: found[name].isoformat() for name in ("since", "until") if found.get(name)}
        words = {name: found[name] for name in ("act", "subject") if found.get(name)}
        actor = {"actor": found["officer"]} if found.get("officer") else {}
        return words | actor | days


class ReasonForm(forms.Form):
    """Why the details of an entry are opened."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why you need to see it. The reason is kept in the trail."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def wanted(query: dict[str, str]) -> Wanted:
    """Return what the address of a list asks for; what can't be is passed over."""
    subject = query.get("subject", "")
    act = query.get("act", "")
    return Wanted(
        act=act if act in set(Act) else "",
        actor=query.get("actor", "")[:64],
        subject=subject if _SUBJECT.match(subject) else "",
        since=_moment(query.get("since", ""), days=0),
        before=_moment(query.get("until", ""), days=1),
    )


def initial(query: dict[str, str]) -> dict[str, object]:
    """Return what the form shows for the address of a list."""
    actor = query.get("actor", "")
    return {
        "act": query.get("act", ""),
        "officer": actor if actor == SYSTEM else name_of(actor),
        "subject": query.get("subject", ""),
        "since": _day(query.get("since", "")),
        "until": _day(query.get("until", "")),
    }


def name_of(actor: str) -> str:
    """Return the name of an officer whom the trail names by number, empty where nobody's."""
    kind, _colon, number = actor.partition(":")
    if kind != "officer" or not number.isdigit() or len(number) > 18:
        return ""
    return Officer.objects.filter(pk=number).values_list("name", flat=True).first() or ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str, days: int) -> int | None:
    """Return when a day of Pakistan begins, so many days later, in microseconds."""
    day = _day(text)
    if day is None or day >= date.max - timedelta(days=days):
        return None
    begins = datetime.combine(day + timedelta(days=days), time(), KARACHI)
    return (begins - _BEGINNING) // timedelta(microseconds=1)
