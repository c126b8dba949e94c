"""The forms of a record: why it is read, as of when it is shown, and the acts on it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nsor.register.calendar import today
from nsor.register.evidence.files import MAX_OCTETS
from nsor.register.models import Finding, Ground
from nsor.register.reading import EvidenceView
from nsor.register.rows import EARLIEST
from nsor.web.console.asking import ReasonField
from nsor.web.fields import DayField
from nsor.web.words import word

KARACHI: Final = ZoneInfo("Asia/Karachi")


class ReasonForm(forms.Form):
    """Why a record is to be read."""

    reason = ReasonField(
        label=_("Why do you need this record?"),
        help_text=_("Name the case or the order of your office. It is kept in the audit trail."),
    )
    go_on_to = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)


class PastForm(forms.Form):
    """Of which day, as known when."""

    on = DayField(label=_("What was so on this day"))
    known_on = DayField(
        label=_("As known at the end of this day"),
        required=False,
        help_text=_("Leave empty for what is known now. Day/month/year, such as 31/12/2020."),
    )

    def clean_on(self) -> date:
        """Return the day. Raises ``ValidationError``."""
        return _within(self.cleaned_data["on"])

    def clean_known_on(self) -> date | None:
        """Return the day. Raises ``ValidationError``."""
        day = self.cleaned_data["known_on"]
        return None if day is None else _within(day)

    def known(self) -> datetime:
        """Return the moment as known at which the past is shown."""
        day: date | None = self.cleaned_data["known_on"]
        if day is None or day == today():
            return timezone.now()
        return datetime.combine(day + timedelta(days=1), time(0), KARACHI) - timedelta(
            microseconds=1
        )


def _within(day: date) -> date:
    if not EARLIEST <= day <= today():
        raise ValidationError(
            _("Give a day from 14 August 1947 to today.")
            if day < EARLIEST
            else _("The day lies in the future: give today or an earlier one.")
        )
    return day


class DeedForm(forms.Form):
    """What every act on a record asks for: the reason, and a document where there is one."""

    reason = ReasonField(
        help_text=_("Name no victim, and nothing that tells who one is. It is kept with the act.")
    )
    evidence = forms.TypedChoiceField(
        label=_("Document that is on the record"), required=False, coerce=int, empty_value=None
    )
    document = forms.FileField(
        label=_("Or a new document"),
        required=False,
        help_text=_("A PDF, a PNG or a JPEG of at most 20 MiB."),
    )

    def __init__(self, held: Iterable[EvidenceView], **options: Any) -> None:
        """``held`` are the documents that are on the record already."""
        super().__init__(**options)
        choices = [(str(one.evidence), _called(one)) for one in held]
        if choices:
            evidence = self.fields["evidence"]
            assert isinstance(evidence, forms.TypedChoiceField)
            evidence.choices = [("", _("None")), *choices]
        else:
            del self.fields["evidence"]
            self.fields["document"].label = _("Document")

    def clean(self) -> dict[str, Any]:
        """Return what was given. Raises ``ValidationError``."""
        given = super().clean() or {}
        document = given.get("document")
        if document and given.get("evidence"):
            self.add_error(
                "document", _("Choose a document that is on the record or a new one, not both.")
            )
        if document and document.size > MAX_OCTETS:
            self.add_error("document", _("A document has at most 20 MiB: scan it smaller."))
        return given


def _called(one: EvidenceView) -> str:
    day = timezone.localtime(one.added_at, KARACHI)
    return f"{one.evidence}: {word(one.kind, 'evidence')}, {day:%d/%m/%Y}"


class SuspendForm(DeedForm):
    """A suspension: on which ground."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    field_order = ("ground", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what ``DeedForm`` takes."""
        super().__init__(*args, **options)
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = [
            (one.value, word(one.value, "ground")) for one in (Ground.COURT_ORDER, Ground.DISPUTE)
        ]


class DeathForm(DeedForm):
    """A death: since when."""

    died_on = DayField(label=_("Day of death"))
    field_order = ("died_on", "reason")


class ReviewForm(DeedForm):
    """A review: what it found."""

    finding = forms.ChoiceField(label=_("What the review found"), widget=forms.RadioSelect)
    field_order = ("finding", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what ``DeedForm`` takes."""
        super().__init__(*args, **options)
        finding = self.fields["finding"]
        assert isinstance(finding, forms.ChoiceField)
        finding.choices = [(one.value, word(one.value, "finding")) for one in Finding]
