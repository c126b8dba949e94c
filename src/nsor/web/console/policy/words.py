"""The law's data in the language of the page: tables, columns, values, rules and terms. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from nsor.law.choices import SETTINGS
from nsor.law.models import DisclosureRule, Duty, TierRule, Verification
from nsor.law.rules import FIELDS as ALL_FIELDS

KINDS: Final[dict[str, Promise]] = {
    "disclosure_rule": _("Who may be told what"),
    "setting": _("Settings"),
    "offence": _("Registrable offences"),
    "tier_rule": _("Which convictions are of which tier"),
    "term": _("For how long a tier is registered"),
    "verification": _("How often somebody is verified"),
    "duty": _("What a registrant must tell"),
}
COLUMNS: Final[dict[str, Promise]] = {
    "statute": _("Statute"),
    "section": _("Section"),
    "basis": _("List that names it"),
    "only_if_connected_with": _("Only in connection with"),
    "section_from": _("The section is law since"),
    "section_to": _("Last day on which the section was law"),
    "citation": _("Source of these dates"),
    "key": _("Name of the row"),
    "value": _("Value"),
    "tier_set": _("Set of tiers"),
    "tier": _("Tier"),
    "victim_under_13": _("A victim was under 13"),
    "earlier_convictions": _("Earlier convictions, at least"),
    "sentence_months_over": _("Sentence longer than (months)"),
    "sentence_months_from": _("Sentence at least (months)"),
    "runs_from": _("The term runs from"),
    "months": _("Term (months; empty for life)"),
    "clean_record_months": _("Term with a clean record (months)"),
    "juvenile_months": _("Term for who was under 18 (months)"),
    "review_after_months": _("Looked at again after (months)"),
    "no_fixed_address": _("Without a fixed address"),
    "every": _("Every"),
    "unit": _("Unit"),
    "what": _("What must be told, in English"),
    "what_ur": _("What must be told, in Urdu"),
    "within": _("Within"),
    "when": _("Before or after it"),
    "longer_than_hours": _("Only where it lasts longer than (hours)"),
    "in_person": _("In person"),
    "audience": _("Audience"),
    "victim_category": _("Victim category"),
    "juvenile": _("Under 18 at the offence, and no court ordered publication"),
    "appeal_state": _("Appeal"),
    "standing": _("Standing of the registration"),
    "tells": _("What may be told"),
}
SETTING_KEY: Final = _("Setting")
AUDIENCES: Final[dict[str, Promise]] = {
    "public": _("The public"),
    "institution": _("Institutions (employers, schools, departments)"),
    "law_enforcement": _("Law enforcement"),
}
FIELDS: Final[dict[str, Promise]] = {
    "name": pgettext_lazy("field of a record", "name"),
    "father_name": pgettext_lazy("field of a record", "father's or husband's name"),
    "aliases": pgettext_lazy("field of a record", "other names"),
    "identity_numbers": pgettext_lazy("field of a record", "identity numbers"),
    "sex": pgettext_lazy("field of a record", "sex"),
    "date_of_birth": pgettext_lazy("field of a record", "date of birth"),
    "photograph": pgettext_lazy("field of a record", "photograph"),
    "marks": pgettext_lazy("field of a record", "distinguishing marks"),
    "district": pgettext_lazy("field of a record", "district"),
    "addresses": pgettext_lazy("field of a record", "addresses"),
    "court": pgettext_lazy("field of a record", "court"),
    "case_number": pgettext_lazy("field of a record", "case number"),
    "sections": pgettext_lazy("field of a record", "sections"),
    "convicted_on": pgettext_lazy("field of a record", "day of the conviction"),
    "sentence": pgettext_lazy("field of a record", "sentence"),
    "victim_category": pgettext_lazy(
        "field of a record", "whether a child or a woman was the victim"
    ),
    "appeal_state": pgettext_lazy("field of a record", "where an appeal stands"),
    "tier": pgettext_lazy("field of a record", "tier"),
    "term": pgettext_lazy("field of a record", "term"),
    "standing": pgettext_lazy("field of a record", "standing of the registration"),
}
CONDITIONS: Final[dict[tuple[str, object], Promise]] = {
    ("victim_category", "child"): _("the victim was a child"),
    ("victim_category", "woman"): _("the victim was a woman"),
    ("victim_category", "both"): _("a child and a woman were victims"),
    ("victim_under_13", True): _("a victim was under 13"),
    ("victim_under_13", False): _("no victim is known to have been under 13"),
    ("tier", 1): _("the conviction is of tier I"),
    ("tier", 2): _("the conviction is of tier II"),
    ("tier", 3): _("the conviction is of tier III"),
    ("juvenile", True): _(
        "the person was under 18 at the offence and no court ordered publication"
    ),
    ("juvenile", False): _("the person was of age, or a court ordered publication"),
    ("appeal_state", "none"): _("no appeal is recorded"),
    ("appeal_state", "pending"): _("an appeal is pending"),
    ("appeal_state", "stayed"): _("the conviction is stayed"),
    ("appeal_state", "quashed"): _("the conviction was quashed"),
    ("standing", "active"): _("the registration is active"),
    ("standing", "suspended"): _("the registration is suspended"),
    ("standing", "expired"): _("the term has ended"),
    ("standing", "deceased"): _("the person has died"),
}
TIERS: Final = {1: _("Tier I"), 2: _("Tier II"), 3: _("Tier III")}
VALUES: Final[dict[str, dict[str, Promise]]] = {
    "tier_set": {"sorna": _("United States (SORNA)"), "uk": _("United Kingdom (2003 Act)")},
    "runs_from": {"release": _("the release"), "conviction": _("the conviction")},
    "unit": {
        "hours": _("hours"),
        "days": _("days"),
        "business_days": _("business days"),
        "months": _("months"),
    },
    "when": {"before": _("before it"), "after": _("after it")},
    "audience": AUDIENCES,
    "victim_category": {"child": _("child"), "woman": _("woman"), "both": _("child and woman")},
    "appeal_state": {
        "none": pgettext_lazy("appeal", "none"),
        "pending": pgettext_lazy("appeal", "pending"),
        "stayed": pgettext_lazy("appeal", "stayed"),
        "quashed": pgettext_lazy("appeal", "quashed"),
    },
    "standing": {
        "active": pgettext_lazy("standing", "active"),
        "suspended": pgettext_lazy("standing", "suspended"),
        "expired": pgettext_lazy("standing", "expired"),
        "deceased": pgettext_lazy("standing", "deceased"),
    },
    "value": {
        "open": pgettext_lazy("a service", "open"),
        "closed": pgettext_lazy("a service", "closed"),
        "yes": pgettext_lazy("an answer", "yes"),
        "no": pgettext_lazy("an answer", "no"),
        "sorna": _("United States (SORNA)"),
        "uk": _("United Kingdom (2003 Act)"),
    },
}
SETTING_TAKES: Final[dict[str, Promise]] = {
    "registrable_basis": _(
        "s. 2(h), Schedule I, Schedule II: one or more of them, separated by semicolons"
    ),
    "older_convictions_count": _("yes or no"),
    "act_in_force": _("a date such as 2021-12-01"),
    "tier_set": _("sorna or uk"),
    "appeal_days": _("a number of days"),
    "appeal_decided_months": _("a number of months"),
    "public_service": _("open or closed"),
    "institution_service": _("open or closed"),
    "law_enforcement_service": _("open or closed"),
}


def setting(key: str) -> str:
    """Return what a setting is called."""
    found = SETTINGS.get(key)
    if found is None:
        return key
    return found.label_ur if get_language() == "ur" else found.label_en


def column(kind: str, name: str) -> str:
    """Return what a column of a table is called."""
    return str(SETTING_KEY if (kind, name) == ("setting", "key") else COLUMNS.get(name) or name)


def value(kind: str, name: str, stored: Any) -> str:
    """Return a value of a column in words; an empty text where it is empty."""
    if isinstance(stored, bool):
        return pgettext("an answer", "yes") if stored else pgettext("an answer", "no")
    if stored is None or stored == "":
        return ""
    if isinstance(stored, date):
        return stored.isoformat()
    if name == "tells":
        return tells(str(stored))
    if (kind, name) == ("setting", "key"):
        return setting(str(stored))
    if name == "tier":
        return str(TIERS.get(int(stored), stored))
    return str(VALUES.get(name, {}).get(str(stored), stored))


def tells(stored: str) -> str:
    """Return which fields may be told, ``;``-separated as they are stored."""
    names = {part for part in stored.split(";") if part}
    if not names:
        return gettext("nothing")
    if names == set(ALL_FIELDS):
        return gettext("the whole record")
    return listing(str(words) for name, words in FIELDS.items() if name in names)


def conditions(rule: DisclosureRule) -> list[str]:
    """Return what must be true of a conviction for a rule to speak of it."""
    names = dict.fromkeys(name for name, _value in CONDITIONS)
    found = (CONDITIONS.get((name, getattr(rule, name))) for name in names)
    return [str(words) for words in found if words is not None]


def tier_rule(rule: TierRule) -> str:
    """Return of which convictions a rule of a tier speaks."""
    parts = [
        words
        for words, applies in (
            (gettext("a conviction under %(section)s") % {"section": rule.section}, rule.section),
            (gettext("an offence against a child under 13"), rule.victim_under_13),
            (
                ngettext(
                    "a conviction after %(count)d earlier one or more",
                    "a conviction after %(count)d earlier ones or more",
                    rule.earlier_convictions,
                )
                % {"count": rule.earlier_convictions},
                rule.earlier_convictions,
            ),
            (
                gettext("a sentence of more than %(term)s")
                % {"term": duration(rule.sentence_months_over or 0)},
                rule.sentence_months_over is not None,
            ),
            (
                gettext("a sentence of %(term)s or more")
                % {"term": duration(rule.sentence_months_from or 0)},
                rule.sentence_months_from is not None,
            ),
        )
        if applies
    ]
    return listing(parts) or gettext("every registrable conviction")


def verification(row: Verification) -> str:
    """Return how often somebody is verified."""
    often = duration(row.every) if row.unit == "months" else days(row.every)
    if row.no_fixed_address:
        return gettext("every %(often)s, without a fixed address") % {"often": often}
    return gettext("every %(often)s") % {"often": often}


def duty(row: Duty) -> tuple[str, str]:
    """Return what must be told, and by when."""
    what = row.what_ur if get_language() == "ur" else row.what
    limit = {
        "hours": hours(row.within),
        "days": days(row.within),
        "business_days": ngettext("%d business day", "%d business days", row.within) % row.within,
    }.get(row.unit, str(row.within))
    by_when = (
        gettext("at least %(limit)s before it")
        if row.when == "before"
        else gettext("within %(limit)s after it")
    ) % {"limit": limit}
    more = []
    if row.longer_than_hours:
        lasting = row.longer_than_hours
        length = hours(lasting) if lasting % 24 else days(lasting // 24)
        more.append(gettext("where it lasts longer than %(length)s") % {"length": length})
    if row.in_person:
        more.append(gettext("in person"))
    return what, listing([by_when, *more])


def duration(months: int) -> str:
    """Return months as years and months."""
    years, rest = divmod(months, 12)
    in_years = ngettext("%d year", "%d years", years) % years
    in_months = ngettext("%d month", "%d months", rest) % rest
    if years and rest:
        return gettext("%(years)s and %(months)s") % {"years": in_years, "months": in_months}
    return in_years if years else in_months


def days(count: int) -> str:
    """Return a number of days."""
    return ngettext("%d day", "%d days", count) % count


def hours(count: int) -> str:
    """Return a number of hours."""
    return ngettext("%d hour", "%d hours", count) % count


def listing(words: Iterable[str]) -> str:
    """Return words one after the other."""
    return ("، " if get_language() == "ur" else ", ").join(words)
