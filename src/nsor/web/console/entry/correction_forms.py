"""The forms of corrections: a profile, a conviction, a further number, an appeal.

Rules that hold here: what a form was opened with travels with it, so that only what the officer
changed is a change; the register decides what a field takes.
"""

from collections.abc import Mapping, Sequence
from itertools import count, takewhile
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from nsor.law import catalogue
from nsor.register import documents
from nsor.register.entering import typed_faults
from nsor.register.evidence.models import EvidenceKind
from nsor.register.models import Conviction, Evidence, NumberKind
from nsor.register.reading import ConvictionView, EvidenceView
from nsor.register.services import ConvictionCorrection, NumberAddition, ProfileCorrection
from nsor.web.console.entry import numbers, sections
from nsor.web.console.entry.documents import KINDS
from nsor.web.console.entry.forms import (
    APPEALS,
    DAYS,
    NUMBER_KINDS,
    SAYING,
    SEXES,
    TRUTH,
    VICTIMS,
    YES_NO,
    CountField,
    Faulty,
    PersonFields,
    TidyField,
    choice,
    word_errors,
)
from nsor.web.fields import DayField, NumberInput
from nsor.web.refusals import SENTENCES
from nsor.web.words import WORDS, word

CASE: Final = ("court", "case_number", "fir_number", "police_station", "sentence")
ADDRESSES: Final = tuple(WORDS["address"].items())
THIS_DOCUMENT: Final = "this"
"""The choice of a photograph that is the document of the form itself."""
_PLACE: Final = ("kind", "text", "district", "province")
_COLUMNS: Final = {"text": "address", "district": "district", "province": "province"}
"""By which column of the register each part of a further address is looked at."""
_SPARE: Final = 2
_ASKED: Final = ("reason", "evidence", "document", "document_kind")


class Act(Faulty):
    """What every act here asks for: why, and the document that proves it."""

    use_required_attribute = False

    reason = TidyField(
        label=_("Reason"),
        help_text=_("In words; it is kept with the act. Name no victim."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence = forms.ChoiceField(
        label=_("Document that the record has"), required=False, choices=[]
    )
    document = forms.FileField(
        label=_("Or a new document"),
        help_text=_("A PDF, PNG or JPEG of at most 20 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )
    document_kind = forms.ChoiceField(label=_("Kind of document"), choices=KINDS, required=False)

    def know(self, evidence: Sequence[EvidenceView]) -> None:
        """Offer the documents of the record."""
        self._offer([(one.evidence, one.kind) for one in evidence])
        for name in _ASKED:
            self.fields[name] = self.fields.pop(name)  # they come last
        word_errors(self)

    def keep(self, evidence: Evidence) -> None:
        """Have a document that was sent be chosen where the form is shown again."""
        self._offer([(evidence.pk, evidence.kind)])
        sent = cast(QueryDict, self.data).copy()
        sent["evidence"] = str(evidence.pk)
        self.data = sent

    def _offer(self, documents: Sequence[tuple[int, str]]) -> None:
        field = self.fields["evidence"]
        assert isinstance(field, forms.ChoiceField)
        known = [(str(number), f"{word(kind, 'evidence')} {number}") for number, kind in documents]
        field.choices = [("", _("none")), *known]


class ProfileForm(PersonFields, Act):
    """Who the person is, from a day on."""

    photograph = forms.ChoiceField(label=_("Photograph"), required=False, choices=[])
    valid_from = DayField(label=_("From which day it is so"), required=False)
    valid_to = DayField(label=_("Up to which day, that day excluded"), required=False)

    def __init__(
        self, profile: documents.Profile | None, sent: Any = None, files: Any = None
    ) -> None:
        """Show a profile, or what was sent."""
        aliases = len(profile.aliases) + _SPARE if profile else _rows(sent, "alias_ur_")
        places = len(profile.places) + _SPARE if profile else _rows(sent, "place_text_")
        super().__init__(sent, files, initial=_of_profile(profile) if profile else None)
        self.fields["sex"] = choice(_("Sex"), SEXES)
        self._add_aliases(aliases)
        self._places = range(1, places + 1)
        self._add_places()
        self._pictures: set[str] = set()
        _keep_initial(self, but=(*_ASKED, "valid_from", "valid_to"))

    def know(self, evidence: Sequence[EvidenceView]) -> None:
        """Offer the documents of the record, and its photographs."""
        super().know(evidence)
        field = self.fields["photograph"]
        assert isinstance(field, forms.ChoiceField)
        kind = EvidenceKind.PHOTOGRAPH
        self._pictures = {
            str(one.evidence)
            for one in evidence
            if one.kind == kind and one.media_type.startswith("image/")
        }
        # What is recorded is offered too: else it would be dropped with whatever else is changed.
        known = self._pictures | {str(self["photograph"].initial or "")} - {""}
        field.choices = [
            ("", _("none")),
            *((number, f"{word(kind, 'evidence')} {number}") for number in sorted(known, key=int)),
            (THIS_DOCUMENT, _("The document that is named below")),
        ]

    def place_fields(self) -> list[list[forms.BoundField]]:
        """Return the fields of each further address."""
        return [[self[f"place_{part}_{row}"] for part in _PLACE] for row in self._places]

    def clean(self) -> dict[str, Any]:
        """Say of each address what is wrong with it, and of what is named as a photograph."""
        cleaned = super().clean()
        for row in self._places:
            self._clean_place({part: f"place_{part}_{row}" for part in _PLACE})
        if cleaned.get("photograph") == THIS_DOCUMENT:
            self._clean_photograph()
        return cleaned

    def _clean_place(self, names: Mapping[str, str]) -> None:
        given = {part: self.cleaned_data.get(name) or "" for part, name in names.items()}
        for part, column in _COLUMNS.items():
            for fault in typed_faults(column, given[part]):
                self.add_fault(fault, names[part])
        taken_back = names["text"] in self.changed_data
        if not given["text"] and (given["district"] or given["province"]) and not taken_back:
            self.add_error(names["text"], str(SENTENCES["required"]))

    def _clean_photograph(self) -> None:
        """Have no document be kept that can't be the photograph then."""
        sent, chosen = self.cleaned_data.get("document"), self.cleaned_data.get("evidence")
        if sent is None and not chosen:
            self.add_error("photograph", _("Name the document that shows the face."))
        elif sent is None and chosen not in self._pictures:
            self.add_error("evidence", _("Choose a picture of the kind photograph."))
        elif sent is not None and self.cleaned_data.get("document_kind") != EvidenceKind.PHOTOGRAPH:
            self.add_error("document_kind", _("Choose a picture of the kind photograph."))

    def correction(self, evidence: Evidence | None) -> ProfileCorrection:
        """Return what was changed; call it on a form that is valid."""
        changed = [
            name for name in self.changed_data if name in documents.Profile.__struct_fields__
        ]
        changes = {name: self.cleaned_data[name] for name in changed}
        if "photograph" in changes:
            changes["photograph"] = self._photograph(evidence)
        if any(name.startswith("alias_") for name in self.changed_data):
            changes["aliases"] = self.aliases()
        if any(name.startswith("place_") for name in self.changed_data):
            changes["places"] = self._further_places()
        return ProfileCorrection(
            changes, self.cleaned_data["valid_from"], self.cleaned_data["valid_to"]
        )

    def _photograph(self, evidence: Evidence | None) -> int | None:
        chosen = self.cleaned_data["photograph"]
        if chosen == THIS_DOCUMENT:
            return evidence.pk if evidence else None
        return int(chosen) if chosen else None

    def _further_places(self) -> tuple[documents.Place, ...]:
        given = (
            documents.Place(*(self.cleaned_data[f"place_{part}_{row}"] for part in _PLACE))
            for row in self._places
        )
        return tuple(one for one in given if one.text)

    def _add_places(self) -> None:
        for row in self._places:
            number = {"row": row}
            self.fields |= {
                f"place_kind_{row}": choice(_("Further address (%(row)d)") % number, ADDRESSES),
                f"place_text_{row}": TidyField(
                    label=_("Where it is (%(row)d)") % number, required=False
                ),
                f"place_district_{row}": TidyField(
                    label=_("District of it (%(row)d)") % number,
                    required=False,
                    widget=forms.TextInput(attrs={"list": "districts"}),
                ),
                f"place_province_{row}": TidyField(
                    label=_("Province of it (%(row)d)") % number, required=False
                ),
            }


class ConvictionCorrectionForm(Act):
    """What the court found."""

    court = TidyField(label=_("Court"))
    case_number = TidyField(label=_("Case number"))
    fir_number = TidyField(label=_("FIR number"), required=False)
    police_station = TidyField(label=_("Police station"), required=False)
    sentence = TidyField(label=_("Sentence, in words"), required=False)
    sections = TidyField(
        label=_("Sections"),
        help_text=_("Several are set apart by a semicolon, such as PPC 376; PPC 377B."),
        widget=forms.TextInput(attrs={"lang": "en", "dir": "ltr"}),
    )
    offence_on = DayField(label=_("Date of the offence"), required=False)
    convicted_on = DayField(label=_("Date of the conviction"))
    sentenced_on = DayField(label=_("Date of the sentence"), required=False)
    released_on = DayField(label=_("Date of release"), required=False)
    sentence_months = CountField(label=_("Imprisonment, in months"), required=False)
    victim_category = choice(_("Victim"), VICTIMS)
    victim_under_13 = choice(_("Was a victim under 13?"), YES_NO, _("Not known"), required=False)
    juvenile = choice(_("Was the person under 18 at the offence?"), YES_NO)
    court_order = choice(
        _("Did a court order that this conviction of a child be published?"),
        YES_NO,
        help_text=_("Yes needs the court's order as a document."),
    )

    def __init__(self, view: ConvictionView | None, sent: Any = None, files: Any = None) -> None:
        """Show a conviction, or what was sent."""
        super().__init__(sent, files, initial=_of_conviction(view) if view else None)
        _keep_initial(self, but=_ASKED)

    def clean_sections(self) -> str:
        """Complete the sections as they are typed."""
        known = catalogue.in_force().known
        typed = (one.strip() for one in self.cleaned_data["sections"].split(";"))
        return ";".join(sections.complete(one, known) for one in typed if one)

    def correction(self, conviction: Conviction) -> ConvictionCorrection:
        """Return what was changed; call it on a form that is valid."""
        said = ("juvenile", "court_order", "victim_under_13")
        names = {*CASE, *DAYS, "sections", "sentence_months", "victim_category", *said}
        changes = {
            name: TRUTH[self.cleaned_data[name]] if name in said else self.cleaned_data[name]
            for name in self.changed_data
            if name in names
        }
        return ConvictionCorrection(conviction, changes)


class NumberForm(Act):
    """A further number of a person."""

    number_kind = choice(_("Kind of number"), NUMBER_KINDS)
    number = forms.CharField(
        label=_("Number"),
        help_text=_("13 digits, with or without dashes; a passport such as GBR-123456789."),
        widget=NumberInput,
    )
    issued_on = DayField(label=_("Issued on"), required=False)
    expires_on = DayField(label=_("Valid until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Read the number by its kind."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("number"):
            try:
                cleaned["number"] = numbers.read(cleaned.get("number_kind", ""), cleaned["number"])
            except ValidationError as error:
                self.add_error("number", error)
        issued, expires = cleaned.get("issued_on"), cleaned.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("This is before the day of issue."))
        return cleaned

    def correction(self) -> NumberAddition:
        """Return the number to add; call it on a form that is valid."""
        given = self.cleaned_data
        return NumberAddition(
            given["number"],
            NumberKind(given["number_kind"]),
            given["issued_on"],
            given["expires_on"],
        )


class AppealForm(Act):
    """Where the appeal against a conviction stands."""

    state = choice(_("Appeal"), APPEALS, _("Choose"))
    effective_on = DayField(label=_("From which day it is so"), required=False)


def _keep_initial(form: forms.Form, *, but: Sequence[str]) -> None:
    for name, field in form.fields.items():
        field.show_hidden_initial = name not in but


def _rows(sent: Mapping[str, str], first: str) -> int:
    return sum(1 for _ in takewhile(lambda row: f"{first}{row}" in sent, count(1)))


def _of_profile(profile: documents.Profile) -> dict[str, Any]:
    found = {name: getattr(profile, name) for name in documents.Profile.__struct_fields__}
    for row, alias in enumerate(profile.aliases, 1):
        found |= {f"alias_ur_{row}": alias.name_ur, f"alias_en_{row}": alias.name_en}
    for row, place in enumerate(profile.places, 1):
        found |= {f"place_{part}_{row}": getattr(place, part) for part in _PLACE}
    for row in range(len(profile.places) + 1, len(profile.places) + _SPARE + 1):
        found[f"place_kind_{row}"] = ADDRESSES[0][0]  # as a browser sends what nobody chose
    return found


def _of_conviction(view: ConvictionView) -> dict[str, Any]:
    return {
        **{name: getattr(view.case, name) for name in CASE},
        **{name: getattr(view, name) for name in (*DAYS, "sentence_months", "victim_category")},
        "sections": "; ".join(view.sections),
        "victim_under_13": SAYING[view.victim_under_13],
        "juvenile": SAYING[view.juvenile],
        "court_order": SAYING[view.court_order],
    }
