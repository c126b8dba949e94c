"""The forms of this room: one for each table of the law, made from its columns.

Rules that hold here: a form takes what the table takes, in words; whether the row can be, the law's
own service says.
"""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import BooleanField, DateField, Field, IntegerField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.choices import SETTINGS
from nsor.law.errors import LawRefusal
from nsor.law.models import ROWS, ChangeKind, Row
from nsor.web.console.policy import words
from nsor.web.fields import DayField
from nsor.web.refusals import told

PREFIX: Final = "row"
_NAMED: Final = re.compile(r"The column (\w+): ")
_LONG: Final = frozenset({"citation", "what", "what_ur", "only_if_connected_with"})


class DayForm(forms.Form):
    """For which day the law is shown."""

    on = DayField(label=_("The law of the day"))


class ProposalForm(forms.Form):
    """What every change says, whatever its table."""

    valid_from = DayField(label=_("It holds from the day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Empty where there is none.")
    )
    instrument = forms.CharField(
        label=_("Instrument"),
        max_length=1000,
        help_text=_("By which instrument it was decided, such as an S.R.O. with its date."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("Why it is proposed, for the officer who decides it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    retroactive = forms.BooleanField(
        label=_("It is meant to reach back: the first day may lie in the past"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what a form takes; the first day is today by default."""
        options["initial"] = {"valid_from": today()} | (options.get("initial") or {})
        super().__init__(*args, **options)

    def common(self) -> dict[str, Any]:
        """Return what ``changes.propose`` takes of every change."""
        found = self.cleaned_data
        return {
            "reason": found["reason"],
            "valid_from": found["valid_from"],
            "instrument": found["instrument"],
            "valid_to": found.get("valid_to"),
            "retroactive": found.get("retroactive", False),
        }

    def refuse(self, refusal: LawRefusal) -> None:
        """Show why the law's service refused the change, at the field that it is about."""
        named = _NAMED.match(refusal.message)
        field = {
            "reason_required": "reason",
            "instrument_required": "instrument",
            "in_the_past": "valid_from",
            "bad_dates": "valid_to",
        }.get(refusal.code)
        if named and f"{PREFIX}_{named[1]}" in self.fields:
            field = f"{PREFIX}_{named[1]}"
        self.add_error(field, told(refusal))


class RowForm(ProposalForm):
    """A row of one table; its own columns come first."""

    def __init__(self, kind: ChangeKind, like: Row | None, *args: Any, **options: Any) -> None:
        """Make the form of a table, filled in as an existing row is where one is given."""
        names = changes.columns(ROWS[kind])
        shown = {f"{PREFIX}_{name}": getattr(like, name) for name in names} if like else {}
        if like is not None and "tells" in names:
            shown[f"{PREFIX}_tells"] = [one for one in shown[f"{PREFIX}_tells"].split(";") if one]
        options["initial"] = {name: _typed(value) for name, value in shown.items()}
        super().__init__(*args, **options)
        own = {f"{PREFIX}_{name}": _field(kind, name) for name in names}
        self.fields = own | self.fields
        self._names = names

    def values(self) -> dict[str, Any]:
        """Return the columns of the row by name."""
        found = {name: self.cleaned_data.get(f"{PREFIX}_{name}") for name in self._names}
        chosen = found.get("tells")
        if isinstance(chosen, list):
            found["tells"] = ";".join(name for name in words.FIELDS if name in chosen)
        return found


class DecisionForm(forms.Form):
    """What the second officer says to a change."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            ("approve", _("Approve: it becomes law")),
            ("reject", _("Reject: the law stays as it is")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        help_text=_("Needed where you reject it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason of who rejects."""
        found = self.cleaned_data
        if found.get("decision") == "reject" and not found.get("reason", "").strip():
            self.add_error("reason", gettext("Give the reason in words: it is kept."))
        return found


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _field(kind: ChangeKind, name: str) -> forms.Field:
    """Return the field of a form for a column of a table."""
    column: Field[Any, Any] = ROWS[kind]._meta.get_field(name)  # type: ignore[assignment]
    options: dict[str, Any] = {
        "label": words.column(kind, name),
        "required": not column.blank,
    }
    if isinstance(column, BooleanField):
        answers = [(one, words.value("setting", "value", one)) for one in ("no", "yes")]
        choices = [("", gettext("any")), *answers] if column.null else answers
        return forms.ChoiceField(choices=choices, **options | {"required": not column.null})
    if name == "tells":
        return forms.MultipleChoiceField(
            choices=list(words.FIELDS.items()),
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext("None of them: nothing may be told."),
            **options,
        )
    if column.choices:
        choices = [(value, words.value(kind, name, value)) for value, _label in column.choices]
        if column.blank:
            choices.insert(0, ("", gettext("any")))
        return forms.ChoiceField(choices=choices, **options)
    if isinstance(column, DateField):
        return DayField(**options)
    if isinstance(column, IntegerField):
        return forms.IntegerField(min_value=0, max_value=30_000, **options)
    return forms.CharField(
        max_length=column.max_length or 1000,
        help_text=_hint(kind, name),
        widget=forms.Textarea(attrs={"rows": 2}) if name in _LONG else forms.TextInput(),
        **options,
    )


def _hint(kind: ChangeKind, name: str) -> str:
    if (kind, name) == (ChangeKind.SETTING, "value"):
        return gettext("What it takes depends on the setting; it is listed beneath the form.")
    if name == "key":
        return gettext("Small letters, digits and _ alone; the same name replaces a row.")
    return {
        "statute": gettext("The short name in capitals, such as PPC."),
        "section": gettext("A number with its letters, such as 377B; in a tier rule PPC 377B."),
    }.get(name, "")


def setting_takes() -> list[tuple[str, str]]:
    """Return each setting with what it takes, in words."""
    return [(words.setting(key), str(words.SETTING_TAKES.get(key, ""))) for key in SETTINGS]


def day_of(text: str) -> date:
    """Return the day that an address names, today where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
