"""The law in sentences that anybody can read, in English; with headings in Urdu. Pure."""

from nsor.law.rules import PUBLIC_FIELDS, Audience, DisclosurePolicy, Opening, Rule
from nsor.law.tiers import Duty, Term, TierLaw, TierRule, Verification

AUDIENCES: dict[Audience, str] = {
    "public": "the public",
    "institution": "an institution (employer, school, department)",
    "law_enforcement": "law enforcement",
}
AUDIENCES_UR: dict[Audience, str] = {
    "public": "عوام",
    "institution": "ادارہ (آجر، اسکول، محکمہ)",
    "law_enforcement": "قانون نافذ کرنے والے ادارے",
}
FIELD_WORDS = {
    "name": "the name",
    "father_name": "the father's or husband's name",
    "aliases": "other names",
    "identity_numbers": "the identity numbers",
    "sex": "the sex",
    "date_of_birth": "the date of birth",
    "photograph": "the photograph",
    "marks": "distinguishing marks",
    "district": "the district",
    "addresses": "the addresses",
    "court": "the court",
    "case_number": "the case number",
    "sections": "the sections",
    "convicted_on": "the day of the conviction",
    "sentence": "the sentence",
    "victim_category": "whether a child or a woman was the victim",
    "appeal_state": "where an appeal stands",
    "tier": "the tier",
    "term": "the term",
    "standing": "how the registration stands",
}
SILENCES = {
    "removed": "the person was removed from the register",
    "withdrawn": "the person was wrongly listed",
    "backup": "a restored backup lacks why the person was silent",
    "deceased": "the person has died",
    "expired": "the registration has expired",
    "term_ended": "the term of the registration is over",
    "suspended": "the registration is suspended",
    "edited": "an edit waits for its second officer",
    "not_approved": "two officers have not approved it",
    "not_yet_convicted": "the conviction is dated after this day",
    "juvenile": "the person was under 18 at the offence",
    "not_registrable": "no section makes the person registrable",
    "stayed": "the conviction is stayed on appeal",
    "quashed": "the conviction was quashed on appeal",
    "policy": "the policy in force doesn't allow it",
}
"""What each code of a silence means."""

HEADINGS = {
    "disclosure": ("Who may be told what", "کس کو کیا بتایا جا سکتا ہے"),
    "settings": ("Settings", "ترتیبات"),
    "tiers": ("Tiers and terms", "درجے اور مدتیں"),
    "duties": ("What a registrant must tell", "رجسٹرڈ شخص کو کیا اطلاع دینا ہے"),
    "offences": ("Registrable offences", "قابلِ اندراج جرائم"),
    "changes": ("Changes of the law", "قانون میں تبدیلیاں"),
}
TIER_NAMES = {1: "Tier I", 2: "Tier II", 3: "Tier III"}

_CONDITIONS: dict[tuple[str, object], str] = {
    ("victim_category", "child"): "the victim was a child",
    ("victim_category", "woman"): "the victim was a woman",
    ("victim_category", "both"): "a child and a woman were victims",
    ("victim_under_13", True): "a victim was under 13",
    ("victim_under_13", False): "no victim is known to have been under 13",
    ("tier", 1): "the conviction is of tier I",
    ("tier", 2): "the conviction is of tier II",
    ("tier", 3): "the conviction is of tier III",
    ("juvenile", True): "the person was under 18 at the offence and no court ordered publication",
    ("juvenile", False): "the person was of age, or a court ordered publication",
    ("appeal_state", "none"): "no appeal is recorded",
    ("appeal_state", "pending"): "an appeal is pending",
    ("appeal_state", "stayed"): "the conviction is stayed",
    ("appeal_state", "quashed"): "the conviction was quashed",
    ("standing", "active"): "the registration is active",
    ("standing", "suspended"): "the registration is suspended",
    ("standing", "expired"): "the term has ended",
    ("standing", "deceased"): "the person has died",
}
_CONDITION_COLUMNS = tuple(dict.fromkeys(column for column, _ in _CONDITIONS))


def opening(audience: Audience, found: Opening | None) -> str:
    """Tell whether an audience is answered."""
    if found is None:
        return f"Closed to {AUDIENCES[audience]}: no instrument opens it."
    state = "Open" if found.is_open else "Closed"
    return f"{state} to {AUDIENCES[audience]}. [{found.instrument}]"


def rule(given: Rule) -> str:
    """Tell what one rule allows or forbids, of which convictions, and by which instrument."""
    of = conditions(given)
    where = f", where {' and '.join(of)}" if of else ", of every registered conviction"
    return f"{_capital(tells(given.tells))}{where}. [{given.instrument}]"


def conditions(given: Rule) -> list[str]:
    """Return what must be true of a conviction for a rule to speak of it."""
    values = ((column, getattr(given, column)) for column in _CONDITION_COLUMNS)
    return [_CONDITIONS[column, value] for column, value in values if value is not None]


def tells(fields: frozenset[str]) -> str:
    """Return fields in words, in the order of the record."""
    if not fields:
        return "nothing may be told"
    if fields == PUBLIC_FIELDS:
        return "the name and the father's or husband's name may be told"
    if fields == frozenset(FIELD_WORDS):
        return "the whole record may be told"
    return f"{listing([FIELD_WORDS[name] for name in FIELD_WORDS if name in fields])} may be told"


def rules_of(policy: DisclosurePolicy, audience: Audience) -> list[Rule]:
    """Return the rules of an audience: what may be told first, then what may not."""
    own = [rule for rule in policy.rules if rule.audience == audience]
    return sorted(own, key=lambda rule: (not rule.tells, rule.key))


def tier_lines(law: TierLaw, tier: int) -> list[str]:
    """Tell which convictions are of a tier, for how long, and how often they are verified."""
    given = [one for one in law.rules if one.tier == tier]
    sections = [one.section for one in given if one.section]
    others = [tier_rule(one) for one in given if not one.section]
    named = [f"a conviction under {listing(sections, 'or')}"] if sections else []
    lines = [f"{TIER_NAMES[tier]}: {listing(named + others, 'or')}."] if given else []
    lines += [term(one) for one in law.terms if one.tier == tier]
    return lines + [verification(one) for one in law.verifications if one.tier == tier]


def tier_rule(given: TierRule) -> str:
    """Tell of which convictions a rule speaks."""
    found = [
        words
        for words, applies in (
            (f"a conviction under {given.section}", given.section),
            ("an offence against a child under 13", given.victim_under_13),
            (
                f"a conviction after {given.earlier_convictions} earlier or more",
                given.earlier_convictions,
            ),
            (
                f"a sentence of more than {given.sentence_months_over} months",
                given.sentence_months_over is not None,
            ),
            (
                f"a sentence of {given.sentence_months_from} months or more",
                given.sentence_months_from is not None,
            ),
        )
        if applies
    ]
    return " with ".join(found) or "every registrable conviction"


def term(given: Term) -> str:
    """Tell for how long a tier is registered."""
    shorter = [
        f"{duration(months)} {words}"
        for months, words in (
            (given.clean_record_months, "with a clean record"),
            (given.juvenile_months, "for who was under 18"),
        )
        if months is not None
    ]
    for_life = given.months is None
    length = "for life" if given.months is None else f"for {duration(given.months)}"
    since = "" if for_life else f" from the {given.runs_from}"
    less = f" ({'; '.join(shorter)})" if shorter else ""
    review = (
        f", looked at again after {duration(given.review_after_months)}"
        if given.review_after_months
        else ""
    )
    return f"Registered {length}{since}{less}{review}. [{given.instrument}]"


def verification(given: Verification) -> str:
    """Tell how often somebody is verified."""
    every = duration(given.every) if given.unit == "months" else count(given.every, given.unit)
    every = every.removeprefix("1 ")
    whom = ", without a fixed address" if given.no_fixed_address else ""
    return f"Verified in person every {every}{whom}. [{given.instrument}]"


def duty(given: Duty) -> str:
    """Tell what must be told, and by when."""
    long = f" of more than {_hours(given.longer_than_hours)}" if given.longer_than_hours else ""
    person = ", in person" if given.in_person else ""
    limit = count(given.within, given.unit)
    when = f"at least {limit} before it" if given.when == "before" else f"within {limit} after it"
    return f"{_capital(given.what)}{long}{person}, {when}. [{given.instrument}]"


def duration(months: int) -> str:
    """Return months as years and months."""
    years, rest = divmod(months, 12)
    parts = [count(number, unit) for number, unit in ((years, "years"), (rest, "months")) if number]
    return " and ".join(parts)


def count(number: int, unit: str) -> str:
    """Return a number with its unit, such as ``3 business days`` or ``1 year``."""
    words = unit.replace("_", " ")
    return f"{number} {words if number != 1 else words.removesuffix('s')}"


def listing(words: list[str], last: str = "and") -> str:
    """Return words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _hours(hours: int) -> str:
    days, rest = divmod(hours, 24)
    return count(hours, "hours") if rest else count(days, "days")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
