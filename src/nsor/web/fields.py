"""Fields of forms that officers type into: a day, and an identity number.

Rules that hold here: digits may be typed in Urdu's, Arabic's or Latin's shapes; what comes out is
always a ``date`` or 13 ASCII digits; an error says what would be right and repeats nothing.
"""

import datetime
import re
import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nsor import cnic

_UNSEEN: Final = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_BETWEEN_PARTS: Final = re.compile(r"\s*[/.\-\u06d4\u2010-\u2015\u2212]\s*")
_BETWEEN_GROUPS: Final = re.compile(r"\s*[\-\u2010-\u2015\u2212\s]\s*")
_LONGEST: Final = 40


def plain_digits(text: str) -> str:
    """Return ``text`` with every decimal digit as an ASCII one, and without marks of direction."""
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in _UNSEEN.sub("", text)
    )


class DayInput(forms.DateInput):
    """One line of text for a day: digits from left to right, whatever the page's language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Show a day as ``31/12/2020``."""
        own = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "class": "day"}
        super().__init__(attrs=own | (attrs or {}), format="%d/%m/%Y")


class DayField(forms.DateField):
    """A day, typed as ``31/12/2020``, ``31-12-2020``, ``31.12.2020`` or ``2020-12-31``."""

    widget = DayInput
    default_error_messages = {  # noqa: RUF012 - as Django's own fields have it
        "invalid": _("Write a day as day/month/year, such as 31/12/2020."),
    }

    def __init__(self, **options: Any) -> None:
        """Take what ``forms.DateField`` takes, but for the formats."""
        options.setdefault("help_text", _("Day/month/year, such as 31/12/2020."))
        super().__init__(input_formats=["%d-%m-%Y", "%Y-%m-%d"], **options)

    def to_python(self, value: Any) -> datetime.date | None:
        """Return the day, None for an empty text. Raises ``ValidationError``."""
        if isinstance(value, str):
            value = _BETWEEN_PARTS.sub("-", plain_digits(value).strip())
        return super().to_python(value)


class NumberInput(forms.TextInput):
    """One line of text for an identity number, from left to right."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Keep browsers from remembering or correcting a number."""
        own = {
            "inputmode": "numeric",
            "dir": "ltr",
            "autocomplete": "off",
            "spellcheck": "false",
            "class": "number",
        }
        super().__init__(attrs=own | (attrs or {}))


class NumberField(forms.CharField):
    """An identity number: 13 digits, with or without dashes; 13 ASCII digits come out."""

    widget = NumberInput
    default_error_messages = {  # noqa: RUF012 - as Django's own fields have it
        "bad_cnic": _("An identity number has 13 digits, such as 35201-1234567-1."),
        "no_province": _("The first digit of an identity number is 1 to 8."),
    }

    def __init__(self, **options: Any) -> None:
        """Take what ``forms.CharField`` takes."""
        options.setdefault("max_length", _LONGEST)
        options.setdefault("help_text", _("13 digits, with or without dashes."))
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        """Return 13 ASCII digits, or the empty text. Raises ``ValidationError``."""
        text = plain_digits(super().to_python(value) or "").strip()
        if text in self.empty_values:
            return ""
        try:
            return cnic.parse(_BETWEEN_GROUPS.sub("-", text))
        except cnic.CnicError:
            digits = re.sub("[^0-9]", "", text)
            code = "no_province" if len(digits) == 13 and digits[0] in "09" else "bad_cnic"
            raise ValidationError(self.error_messages[code], code=code) from None

    def prepare_value(self, value: Any) -> Any:
        """Show 13 digits with their dashes, and anything else as it was typed."""
        text = str(value or "")
        return cnic.display(text) if cnic.is_possible(text) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave the length to the field, so that a pasted number isn't cut short in silence."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs
