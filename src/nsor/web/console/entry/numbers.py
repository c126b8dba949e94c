"""What a number tells while it is typed: whether it is written right, the province, the sex.

Rules that hold here: pure; whether the register knows a number is never told here, or anybody could
read the register out number by number.
"""

from typing import Final, Literal, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nsor import cnic
from nsor.places import PROVINCES
from nsor.register.errors import Refusal
from nsor.register.models import NumberKind
from nsor.register.numbering import passport_number
from nsor.web.fields import NumberField, plain_digits

_TRIBAL_AREAS: Final = _("the former tribal areas")
"""The first digit 2 is of numbers that were issued there; they have joined another province."""


class Said(NamedTuple):
    """What is told of a number as it stands in its field."""

    level: Literal["", "good", "warning", "bad"]
    text: str = ""
    province: Promise | str = ""
    sex: Literal["", "male", "female"] = ""
    """The sex that the last digit stands for."""
    differs: bool = False
    """Whether another sex was chosen."""


def read(kind: str, typed: str) -> str:
    """Return a number as it is stored, "" for an empty text. Raises ``ValidationError``."""
    if kind != NumberKind.PASSPORT:
        return str(NumberField(required=False).clean(typed))
    text = plain_digits(typed).strip()
    if not text:
        return ""
    try:
        return passport_number(text)
    except Refusal as refusal:
        message = _(
            "A passport is written as the country's three letters, a dash and its number, such as"
            " GBR-123456789."
        )
        raise ValidationError(message, code=refusal.code) from None


def tell(kind: str, typed: str, sex: str) -> Said:
    """Return what a number tells; ``sex`` is the one that was chosen, "" for none."""
    try:
        number = read(kind, typed)
    except ValidationError as error:
        return Said("bad", error.messages[0])
    if not number or kind == NumberKind.PASSPORT:
        return Said("good" if number else "")
    stands_for = cnic.sex_by_last_digit(number)
    differs = sex not in ("", stands_for)
    return Said("warning" if differs else "good", "", _province(number[0]), stands_for, differs)


def _province(digit: str) -> Promise | str:
    for one in PROVINCES:
        if one.digit == int(digit):
            return one.name_en if get_language() == "en" else one.name_ur
    return _TRIBAL_AREAS
