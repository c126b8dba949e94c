"""The settings that the law has: what each can be, and its name in both languages. Pure."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

BASES = frozenset({"s. 2(h)", "Schedule I", "Schedule II"})
"""The lists of offences that ``registrable_basis`` can name."""


class Setting(NamedTuple):
    """One setting: ``takes_what`` completes the sentence "the value is ..."."""

    takes: Callable[[str], bool]
    takes_what: str
    label_en: str
    label_ur: str


def bases(value: str) -> frozenset[str]:
    """Return the bases that a value of ``registrable_basis`` names, ``;``-separated."""
    return frozenset(part.strip() for part in value.split(";"))


def _is_bases(value: str) -> bool:
    return bases(value) <= BASES


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value) > 0


def _one_of(*values: str) -> tuple[Callable[[str], bool], str]:
    return frozenset(values).__contains__, " or ".join(values)


SETTINGS: dict[str, Setting] = {
    "registrable_basis": Setting(
        _is_bases,
        f"one or more of {', '.join(sorted(BASES))}, ;-separated",
        "The lists of offences that make a person registrable",
        "جرائم کی وہ فہرستیں جن سے اندراج لازم ہوتا ہے",
    ),
    "older_convictions_count": Setting(
        *_one_of("yes", "no"),
        "Whether convictions from before the Act count",
        "کیا قانون سے پہلے کی سزائیں شمار ہوں گی",
    ),
    "act_in_force": Setting(
        _is_date, "a date such as 2021-12-01", "The Act is in force since", "قانون کے نفاذ کی تاریخ"
    ),
    "tier_set": Setting(
        *_one_of("sorna", "uk"),
        "Whose tiers, terms and duties count",
        "درجوں، مدتوں اور ذمہ داریوں کا مجموعہ",
    ),
    "appeal_days": Setting(
        _is_count,
        "a number of days",
        "Days within which an appeal is filed",
        "اپیل دائر کرنے کے دن",
    ),
    "appeal_decided_months": Setting(
        _is_count,
        "a number of months",
        "Months within which an appeal is decided",
        "اپیل کے فیصلے کے مہینے",
    ),
    "public_service": Setting(
        *_one_of("open", "closed"), "The service for the public", "عوام کے لیے سروس"
    ),
    "institution_service": Setting(
        *_one_of("open", "closed"), "The service for institutions", "اداروں کے لیے سروس"
    ),
    "law_enforcement_service": Setting(
        *_one_of("open", "closed"),
        "The service for law enforcement",
        "قانون نافذ کرنے والے اداروں کے لیے سروس",
    ),
}
