"""The form of an entry: its fields in the order of a court's paper, and what is read out of it.

Rules that hold here: a form shows again whatever was typed, right or wrong; what a field takes is
decided by the register, and told here earlier only where the browser can't know it. Rows of aliases
and of sections have numbers in their names, so that more of them need no script.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nsor import cnic
from nsor.law import catalogue
from nsor.register import documents, text
from nsor.register.entering import EntryRefused, NewConviction, typed_faults
from nsor.register.models import AppealState, NumberKind, Relation
from nsor.register.rows import Fault
from nsor.web import refusals
from nsor.web.console.entry import numbers, sections
from nsor.web.fields import DayField, NumberInput, plain_digits
from nsor.web.refusals import SENTENCES
from nsor.web.words import WORDS

ALIASES: Final = 10
SECTIONS: Final = 12
MOST_MONTHS: Final = 1200
ROWS: Final = {"alias": (1, ALIASES), "section": (2, SECTIONS)}
"""Of each kind of rows: how many are shown at first, and at most."""
_ROW: Final = re.compile(r"(alias_ur|alias_en|section)_([0-9]{1,2})")
_URDU: Final = {"lang": "ur", "dir": "rtl"}
_ENGLISH: Final = {"lang": "en", "dir": "ltr"}

NUMBER_KINDS: Final = tuple(WORDS["number"].items())
SEXES: Final = tuple(WORDS["sex"].items())
RELATIONS: Final = tuple(WORDS["relation"].items())
VICTIMS: Final = tuple(WORDS["victim"].items())
APPEALS: Final = tuple(WORDS["appeal"].items())
YES_NO: Final = (("yes", _("Yes")), ("no", _("No")))
TRUTH: Final = {"yes": True, "no": False, "": None}
SAYING: Final = {True: "yes", False: "no", None: ""}


class TidyField(forms.CharField):
    """A line of text, as it is stored: single spaces, NFC."""

    def __init__(self, **options: Any) -> None:
        """Take what ``forms.CharField`` takes; browsers neither remember nor correct the text.

        How long it may be, the register says.
        """
        super().__init__(strip=False, **options)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        """Return the text as it is stored."""
        return text.tidy(super().to_python(value) or "")


def _months(count: int) -> None:
    if not 0 <= count <= MOST_MONTHS:
        raise ValidationError(_("Write at most 1200 months."))


class CountField(forms.IntegerField):
    """A whole number, in digits of any script."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "class": "short"}
    )
    default_error_messages = {"invalid": _("Write a whole number in digits.")}  # noqa: RUF012

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for an empty text. Raises ``ValidationError``."""
        return super().to_python(plain_digits(value).strip() if isinstance(value, str) else value)


def urdu(label: Any, **options: Any) -> TidyField:
    """Return a field for a name in Urdu."""
    return TidyField(label=label, widget=forms.TextInput(attrs=dict(_URDU)), **options)


def english(label: Any, **options: Any) -> TidyField:
    """Return a field for a name in English."""
    return TidyField(label=label, widget=forms.TextInput(attrs=dict(_ENGLISH)), **options)


def choice(label: Any, choices: Any, empty: Any = None, **options: Any) -> forms.ChoiceField:
    """Return a field of one choice; ``empty`` words the choice of none."""
    first = [] if empty is None else [("", empty)]
    return forms.ChoiceField(label=label, choices=[*first, *choices], **options)


class Faulty(forms.Form):
    """A form that shows what the register says is wrong."""

    def add_fault(self, fault: Fault, name: str | None = None) -> None:
        """Show a fault of the register at its field, or above all where the form has none."""
        told = refusals.told_code(fault.code, fault.message)
        self.add_error(name or self.name_of(fault), told)

    def name_of(self, fault: Fault) -> str | None:
        """Return the field that a fault is of, None where the form has none."""
        names = (fault.field, FIELD_OF.get(fault.field, ""))
        return next((name for name in names if name in self.fields), None)

    def add_faults(self, refused: EntryRefused) -> None:
        """Show each fault of a refusal at its field."""
        for fault in refused.faults:
            self.add_fault(fault)

    def focus_first_error(self) -> None:
        """Have the browser begin at the first field that is wrong."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return


class PersonFields(Faulty):
    """Who the person is, as every form about a person asks for it."""

    name_ur = urdu(_("Name in Urdu"))
    father_name_ur = urdu(_("Father's or husband's name in Urdu"))
    name_en = english(_("Name in English"))
    father_name_en = english(_("Father's or husband's name in English"))
    relation = choice(_("Whose name stands beside it"), RELATIONS)
    sex = choice(_("Sex"), SEXES, _("As the number says"), required=False)
    date_of_birth = DayField(label=_("Date of birth"), required=False)
    birth_year = CountField(
        label=_("Year of birth"),
        help_text=_("Where the day is not known, such as 1985."),
        required=False,
    )
    address = TidyField(label=_("Address"), required=False)
    district = TidyField(
        label=_("District"),
        required=False,
        widget=forms.TextInput(attrs={"list": "districts"}),
    )
    marks = TidyField(
        label=_("Marks"),
        help_text=_("Scars, tattoos and the like."),
        required=False,
    )

    def alias_rows(self) -> Iterator[tuple[str, str]]:
        """Yield the names of the fields of each row of aliases."""
        for name in self.fields:
            if name.startswith("alias_ur_"):
                yield name, name.replace("_ur_", "_en_")

    def alias_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the fields of each row of aliases."""
        return [(self[ur], self[en]) for ur, en in self.alias_rows()]

    def aliases(self) -> tuple[documents.Alias, ...]:
        """Return the aliases; call it on a form that was cleaned."""
        found = (
            documents.Alias(self.cleaned_data.get(ur, ""), self.cleaned_data.get(en, ""))
            for ur, en in self.alias_rows()
        )
        return tuple(one for one in found if one.name_ur or one.name_en)

    def _add_aliases(self, count: int) -> None:
        for row in range(1, count + 1):
            self.fields[f"alias_ur_{row}"] = urdu(
                _("Other name in Urdu (%(row)d)") % {"row": row}, required=False
            )
            self.fields[f"alias_en_{row}"] = english(
                _("Other name in English (%(row)d)") % {"row": row}, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Say of each alias what is wrong with it, and of a birth that is given twice."""
        cleaned = super().clean() or self.cleaned_data
        for names in self.alias_rows():
            for name in names:
                for fault in typed_faults("alias", cleaned.get(name) or ""):
                    self.add_fault(fault, name)
        born, year = cleaned.get("date_of_birth"), cleaned.get("birth_year")
        if born and year and born.year != year:
            self.add_error("birth_year", _("This is not the year of the date of birth."))
        return cleaned


FIELD_OF: Final = {
    "cnic": "number",
    "sections": "section_1",
    "alias": "alias_ur_1",
    "aliases": "alias_ur_1",
    "places": "address",
    "province": "district",
}
"""Where the register names a column otherwise than the form."""


class ConvictionForm(PersonFields):
    """A conviction as a court's paper tells it."""

    use_required_attribute = False

    number_kind = choice(_("Kind of number"), NUMBER_KINDS)
    number = forms.CharField(
        label=_("Number"),
        help_text=_("13 digits, with or without dashes; a passport such as GBR-123456789."),
        widget=NumberInput,
        strip=True,
    )
    court = TidyField(label=_("Court"))
    case_number = TidyField(label=_("Case number"))
    fir_number = TidyField(label=_("FIR number"), required=False)
    police_station = TidyField(label=_("Police station"), required=False)
    offence_on = DayField(label=_("Date of the offence"), required=False)
    convicted_on = DayField(label=_("Date of the conviction"))
    sentenced_on = DayField(label=_("Date of the sentence"), required=False)
    released_on = DayField(label=_("Date of release"), required=False)
    sentence = TidyField(label=_("Sentence, in words"), required=False)
    sentence_months = CountField(
        label=_("Imprisonment, in months"),
        help_text=_("25 years are 300 months."),
        validators=[_months],
        required=False,
    )
    victim_category = choice(_("Victim"), VICTIMS, _("Choose"))
    victim_under_13 = choice(_("Was a victim under 13?"), YES_NO, _("Not known"), required=False)
    juvenile = choice(
        _("Was the person under 18 at the offence?"),
        YES_NO,
        _("By the dates"),
        help_text=_(
            "A court's order to publish the conviction of a child is recorded afterwards, as a"
            " correction, with the order as a document."
        ),
        required=False,
    )
    appeal_state = choice(_("Appeal"), APPEALS)

    def __init__(self, typed: Mapping[str, str], *, checked: bool = False) -> None:
        """Show what was typed; ``checked`` says whether to tell what is wrong with it."""
        filled = dict(DEFAULTS) | dict(typed)
        super().__init__(filled if checked else None, initial=filled)
        self._add_aliases(rows_of("alias", typed))
        for row in range(1, rows_of("section", typed) + 1):
            self.fields[f"section_{row}"] = TidyField(
                label=_("Section (%(row)d)") % {"row": row}, required=row == 1
            )
        self.order_fields(["number_kind", "number", *self._person_names(), *self._case_names()])
        self._dress()
        word_errors(self)

    def _person_names(self) -> list[str]:
        aliases = [name for names in self.alias_rows() for name in names]
        first = ["name_ur", "name_en", "relation", "sex", "father_name_ur", "father_name_en"]
        return [*first, *aliases, *PersonFields.base_fields]

    def _case_names(self) -> list[str]:
        before = ["court", "case_number", "fir_number", "police_station"]
        return [*before, "offence_on", "convicted_on", *self.section_names(), "victim_category"]

    def _dress(self) -> None:
        """Have the number and the sections be looked at while they are typed."""
        number = self.fields["number"].widget.attrs
        number |= {
            "hx-post": reverse("console-entry-number"),
            "hx-trigger": "input changed delay:400ms, change from:#id_sex,"
            " change from:#id_number_kind",
            "hx-params": "number,number_kind,sex",
            "hx-target": "#number-said",
            "hx-sync": "this:replace",
        }
        for name in self.section_names():
            attrs = self.fields[name].widget.attrs
            attrs |= _ENGLISH | {
                "list": "sections",
                "hx-post": reverse("console-entry-sections"),
                "hx-trigger": "input changed delay:200ms, focus",
                "hx-params": f"{name},offence_on",
                "hx-target": "#sections",
                "hx-sync": "#sections:replace",
            }

    def section_names(self) -> list[str]:
        """Return the names of the fields of sections."""
        return [name for name in self.fields if name.startswith("section_")]

    def section_fields(self) -> list[forms.BoundField]:
        """Return the fields of sections."""
        return [self[name] for name in self.section_names()]

    def clean(self) -> dict[str, Any]:
        """Read the number by its kind, and complete the sections."""
        cleaned = super().clean()
        if cleaned.get("number"):
            try:
                cleaned["number"] = numbers.read(cleaned.get("number_kind", ""), cleaned["number"])
            except ValidationError as error:
                self.add_error("number", error)
        known = catalogue.in_force().known
        for name in self.section_names():
            typed = cleaned.get(name)
            if typed:
                cleaned[name] = sections.complete(typed, known)
                if cleaned[name] not in known:
                    self.add_error(name, _("The catalogue has no such section: check it."))
        return cleaned

    def new_conviction(self) -> NewConviction:
        """Return what the form says; call it on a form that is valid."""
        given = self.cleaned_data
        kind = NumberKind(given["number_kind"])
        by_number = "" if kind == NumberKind.PASSPORT else cnic.sex_by_last_digit(given["number"])
        person = documents.Profile(
            **{name: given[name] for name in documents.NAMES},
            relation=given["relation"],
            sex=cast(documents.SexWord, given["sex"] or by_number),
            date_of_birth=given["date_of_birth"],
            birth_year=None if given["date_of_birth"] else given["birth_year"],
            address=given["address"],
            district=given["district"],
            marks=given["marks"],
            aliases=self.aliases(),
        )
        case = documents.Case(
            person=person,
            **{
                name: given[name]
                for name in ("court", "case_number", "fir_number", "police_station", "sentence")
            },
        )
        return NewConviction(
            number=given["number"],
            kind=kind,
            case=case,
            sections=tuple(given[name] for name in self.section_names() if given[name]),
            victim_category=given["victim_category"],
            sentence_months=given["sentence_months"],
            juvenile=TRUTH[given["juvenile"]],
            victim_under_13=TRUTH[given["victim_under_13"]],
            appeal_state=given["appeal_state"],
            **{name: given[name] for name in DAYS},
        )


def word_errors(form: forms.Form) -> None:
    """Have a form word what every field may be told in the register's own words."""
    for field in form.fields.values():
        field.error_messages["required"] = str(SENTENCES["required"])
        if isinstance(field, forms.ChoiceField):
            field.error_messages["invalid_choice"] = str(SENTENCES["bad_value"])


DAYS: Final = ("convicted_on", "offence_on", "sentenced_on", "released_on")
DEFAULTS: Final = {
    "number_kind": NumberKind.CNIC.value,
    "relation": Relation.FATHER.value,
    "appeal_state": AppealState.NONE.value,
}


def rows_of(kind: str, typed: Mapping[str, str]) -> int:
    """Return how many rows of a kind a form has: those asked for, and those that are filled."""
    least, most = ROWS[kind]
    asked = typed.get(f"{kind}_rows", "")
    filled = (
        int(found[2])
        for name, value in typed.items()
        if value and (found := _ROW.fullmatch(name)) and found[1].startswith(kind)
    )
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else least
    return min(max(least, wanted, *filled, 0), most)


def typed_in(post: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, as a browser sent it; what isn't of the form is left out."""
    fields = {*ConvictionForm.base_fields, *(f"{kind}_rows" for kind in ROWS)}
    return {
        name: value
        for name, value in post.items()
        if value and (name in fields or _ROW.fullmatch(name))
    }
