"""The form of a search."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.law.catalogue import section_names
from nsor.register.lifecycle import State
from nsor.register.search.query import LONGEST, Fault, Query
from nsor.web.fields import DayField, NumberInput, plain_digits
from nsor.web.words import word

_STATES: Final = (
    State.DRAFT,
    State.SUBMITTED,
    State.PUBLISHED,
    State.SUSPENDED,
    State.EXPIRED,
)
_DIGITS: Final = 13
_EARLIEST_YEAR: Final = 1900
_LATEST_YEAR: Final = 2100
_FIELDS: Final = (
    "number",
    "name",
    "father",
    "district",
    "section",
    "status",
    "convicted_from",
    "convicted_to",
    "born_from",
    "born_to",
)
_MORE: Final = _FIELDS[_FIELDS.index("district") :]
_FAULTS: Final[dict[Fault, tuple[str, Promise]]] = {
    Fault.NUMBER: (
        "number",
        _(
            "Write 13 digits, with or without dashes, or a passport's number with the country's"
            " three letters and a dash before it."
        ),
    ),
    Fault.DATES: (
        "convicted_to",
        _("The dates of the conviction end before they begin: exchange the two."),
    ),
    Fault.YEARS: ("born_to", _("The years of birth end before they begin: exchange the two.")),
}


class _Text(forms.CharField):
    """A line of text of a query, in either script."""

    def __init__(self, **options: Any) -> None:
        own = {"dir": "auto", "autocomplete": "off", "spellcheck": "false"}
        widget = forms.TextInput(attrs=own | options.pop("attrs", {}))
        super().__init__(max_length=LONGEST, required=False, widget=widget, **options)


class _Year(forms.IntegerField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "dir": "ltr", "class": "short", "autocomplete": "off"}
        )
        super().__init__(
            min_value=_EARLIEST_YEAR,
            max_value=_LATEST_YEAR,
            required=False,
            widget=widget,
            error_messages={"invalid": _("Write a year with four digits, such as 1980.")},
            **options,
        )

    def to_python(self, value: Any) -> int | None:
        """Return the year, its digits in any script."""
        return super().to_python(plain_digits(value) if isinstance(value, str) else value)


class SearchForm(forms.Form):
    """What is known of somebody, in any combination."""

    number = forms.CharField(
        label=_("Identity number"),
        help_text=_("13 digits, or a passport with the country's letters, such as PAK-AB1234567."),
        required=False,
        max_length=LONGEST,
        widget=NumberInput(attrs={"inputmode": "text"}),
    )
    name = _Text(label=_("Name"), help_text=_("In Urdu or English, in any spelling."))
    father = _Text(label=_("Father's or husband's name"))
    district = _Text(label=_("District"))
    section = _Text(label=_("Section"), attrs={"list": "sections", "dir": "ltr"})
    status = forms.ChoiceField(label=_("Status"), required=False)
    convicted_from = DayField(label=_("Convicted from"), required=False)
    convicted_to = DayField(label=_("Convicted to"), required=False)
    born_from = _Year(label=_("Born from the year"))
    born_to = _Year(label=_("Born to the year"))
    reason = _Text(
        label=_("Why you search"),
        help_text=_("Kept in the audit trail with what you search for."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what ``forms.Form`` takes."""
        super().__init__(*args, **options)
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)
        status.choices = [
            ("", _("Any")),
            *((state.value, word(state.value, "state")) for state in _STATES),
        ]

    def clean_number(self) -> str:
        """Return the number with its digits in ASCII, and without odd dashes."""
        typed = plain_digits(self.cleaned_data["number"]).strip()
        digits = "".join(letter for letter in typed if letter.isdigit())
        if len(digits) == _DIGITS and not any(letter.isalpha() for letter in typed):
            return digits
        return typed

    def clean_section(self) -> str:
        """Return the section in the catalogue's spelling."""
        return next(iter(section_names(self.cleaned_data["section"])), "")

    def clean(self) -> dict[str, Any]:
        """Return what was given. Raises ``ValidationError``."""
        given = super().clean() or {}
        if self.errors:
            return given
        query = self.query()
        if not query.asked():
            raise forms.ValidationError(
                _("Say whom you look for: give a number, a name or anything else that is known.")
            )
        fault = query.fault()
        if fault in _FAULTS:
            field, message = _FAULTS[fault]
            self.add_error(field, str(message))
        return given

    @property
    def goes_on(self) -> bool:
        """Tell whether anything is given, or wrong, in the part that is closed at first."""
        return any(self[name].value() or self[name].errors for name in _MORE)

    def query(self) -> Query:
        """Return the query of a valid form."""
        return query_of(self.as_kept())

    def as_kept(self) -> dict[str, Any]:
        """Return what a valid form holds, as JSON has it."""
        given = self.cleaned_data
        kept = {name: given.get(name) for name in (*_FIELDS, "reason")}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in kept.items()
            if value not in ("", None)
        }


def query_of(kept: dict[str, Any]) -> Query:
    """Return the query that ``as_kept`` described."""
    values = {name: kept[name] for name in _FIELDS if name in kept}
    for name in ("convicted_from", "convicted_to"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if "status" in values:
        values["status"] = State(values["status"])
    return Query(**values).tidied()
