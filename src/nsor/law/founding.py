"""The law as it stood when the register began: plain data, by table.

Rules that hold here: these rows are stored once, by a migration, and are never edited afterwards;
the law changes by further rows (``changes``). Each says where it comes from. Where the law of
Pakistan is silent or its text is not at hand, the row is a default and its instrument says so.

Sources: Anti-Rape (Investigation and Trial) Act 2021 (Act XXX of 2021), s. 2(h) and Schedules; the
public launch of the service in May 2023; 34 U.S.C. 20911-20920 (SORNA); the Sexual Offences Act
2003 of the United Kingdom, ss. 80-92. A section's own date is that on which it became law; where
only the year of the amending instrument is known, its first day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

Values = dict[str, Any]

ACT = "Anti-Rape (Investigation and Trial) Act 2021"
ACT_IN_FORCE = date(2021, 12, 1)

PPC_1860 = (
    date(1862, 1, 1),
    "Pakistan Penal Code 1860 (Act XLV of 1860), in force from 1 January 1862",
)
RAPE = (
    PPC_1860[0],
    PPC_1860[1]
    + "; repealed by Ordinance VII of 1979 from 10 February 1979 and inserted again by the"
    " Protection of Women (Criminal Laws Amendment) Act 2006 (Act VI of 2006); convictions for"
    " offences of before 1979 carry it in between",
)
AMENDMENT_1923 = (date(1923, 1, 1), "Criminal Law Amendment Act 1923 (Act XX of 1923)")
ORDINANCE_1984 = (
    date(1984, 1, 1),
    "Criminal Law (Amendment) Ordinance 1984 (Ordinance XXIV of 1984)",
)
ACT_1990 = (date(1990, 1, 1), "Criminal Law (Second Amendment) Ordinance 1990 and what followed it")
KIDNAP_UNDER_AGE = (date(1958, 1, 1), "Criminal Law amendments of 1958 (Act XXXIV of 1958)")
WOMEN_2006 = (
    date(2006, 12, 1),
    "Protection of Women (Criminal Laws Amendment) Act 2006 (Act VI of 2006), 1 December 2006",
)
ACID_2011 = (
    date(2011, 12, 28),
    "Criminal Law (Second Amendment) Act 2011 (Act XXV of 2011), 28 December 2011",
)
PRACTICES_2011 = (
    date(2011, 12, 28),
    "Prevention of Anti-Women Practices (Criminal Law Amendment) Act 2011 (Act XXVI of 2011),"
    " 28 December 2011",
)
CHILDREN_2016 = (
    date(2016, 3, 18),
    "Criminal Law (Second Amendment) Act 2016 (Act X of 2016), 18 March 2016",
)
PECA_2016 = (
    date(2016, 8, 18),
    "Prevention of Electronic Crimes Act 2016 (Act XL of 2016), 18 August 2016",
)
GANG_RAPE = (
    date(2020, 12, 15),
    "Criminal Law (Amendment) Ordinance 2020, 15 December 2020; then Criminal Laws (Amendment)"
    " Act 2021, 1 December 2021",
)

SECTION_IN_FORCE: dict[str, tuple[date, str]] = {
    **dict.fromkeys(
        [f"PPC {section}" for section in ("34", "354", "364", "365", "368", "369", "377", "511")]
        + [f"PPC {number}" for number in range(107, 121)],
        PPC_1860,
    ),
    "PPC 108A": (date(1898, 1, 1), "Indian Penal Code Amendment Act 1898 (Act IV of 1898)"),
    **dict.fromkeys(
        ("PPC 120A", "PPC 120B"),
        (date(1913, 1, 1), "Criminal Law Amendment Act 1913 (Act VIII of 1913)"),
    ),
    **dict.fromkeys(("PPC 375", "PPC 376"), RAPE),
    **dict.fromkeys(("PPC 366A", "PPC 366B"), AMENDMENT_1923),
    "PPC 354A": ORDINANCE_1984,
    "PPC 364A": KIDNAP_UNDER_AGE,
    "PPC 365A": ACT_1990,
    **dict.fromkeys(("PPC 365B", "PPC 367A", "PPC 371A", "PPC 371B"), WOMEN_2006),
    **dict.fromkeys(("PPC 336A", "PPC 336B"), ACID_2011),
    **dict.fromkeys(("PPC 498B", "PPC 498C"), PRACTICES_2011),
    **dict.fromkeys(
        ("PPC 292A", "PPC 292B", "PPC 292C", "PPC 369A", "PPC 377A", "PPC 377B"), CHILDREN_2016
    ),
    **dict.fromkeys(("PECA 21", "PECA 22"), PECA_2016),
    "PPC 375A": GANG_RAPE,
}

SECTION_2H = (
    "PPC 292A, PPC 292B, PPC 292C, PPC 371A, PPC 371B, PPC 375, PPC 375A, PPC 376, PPC 377, "
    "PPC 377A, PPC 377B, PECA 21, PECA 22"
)
SCHEDULE_I = (
    "PPC 292A, PPC 292B, PPC 292C, PPC 354, PPC 365, PPC 365A, PPC 368, PPC 369, PPC 369A, "
    "PPC 498B, PPC 498C, PECA 21, PECA 22"
)
SCHEDULE_II = (
    "PPC 336A, PPC 336B, PPC 354A, PPC 364, PPC 364A, PPC 365B, PPC 366A, PPC 366B, PPC 367A, "
    "PPC 371A, PPC 371B, PPC 375, PPC 375A, PPC 376, PPC 377, PPC 377A, PPC 377B"
)
CONNECTED = ", ".join(
    f"PPC {section}"
    for section in ("34", *range(107, 109), "108A", *range(109, 121), "120A", "120B", "511")
)
CONNECTED_WITH = "another entry of the Schedule"

LISTS = (
    ("s. 2(h)", SECTION_2H, ""),
    ("Schedule I", SCHEDULE_I, ""),
    ("Schedule I", CONNECTED, CONNECTED_WITH),
    ("Schedule II", SCHEDULE_II, ""),
    ("Schedule II", CONNECTED, CONNECTED_WITH),
)


def offences() -> Iterator[Values]:
    """Yield the catalogue."""
    for basis, names, connected_with in LISTS:
        for name in names.split(", "):
            statute, section = name.split()
            section_from, source = SECTION_IN_FORCE[name]
            yield {
                "statute": statute,
                "section": section,
                "basis": basis,
                "only_if_connected_with": connected_with,
                "section_from": section_from,
                "citation": f"{source}.",
                "valid_from": ACT_IN_FORCE,
                "instrument": f"{ACT}, {basis}",
            }


LAUNCH = "Public launch of the service by NADRA, May 2023"
LAUNCHED = date(2023, 5, 1)

_SORNA = "Default, until the Rules' own text is enacted: SORNA, 34 U.S.C."
_UK = "Alternative set: Sexual Offences Act 2003 (United Kingdom), ss. 80-92"
_BILL = "Default: Pakistan, bill passed in committee in 2022"


def settings() -> Iterator[Values]:
    """Yield the settings."""
    for key, value, valid_from, instrument in (
        ("registrable_basis", "s. 2(h)", ACT_IN_FORCE, f"{ACT}, s. 2(h)"),
        ("act_in_force", "2021-12-01", ACT_IN_FORCE, f"{ACT}, assent of 1 December 2021"),
        ("older_convictions_count", "yes", ACT_IN_FORCE, f"Default: {ACT}, s. 24 sets no limit"),
        ("tier_set", "sorna", ACT_IN_FORCE, f"{_SORNA} 20911-20920"),
        ("appeal_days", "30", ACT_IN_FORCE, f"{ACT}, s. 18"),
        ("appeal_decided_months", "6", ACT_IN_FORCE, f"{ACT}, s. 18"),
        ("law_enforcement_service", "open", ACT_IN_FORCE, f"{ACT}, s. 24"),
        ("institution_service", "open", LAUNCHED, LAUNCH),
        ("public_service", "open", LAUNCHED, LAUNCH),
    ):
        yield {"key": key, "value": value, "valid_from": valid_from, "instrument": instrument}


_SORNA_SECTIONS = {
    3: ("PPC 375", "PPC 375A", "PPC 376", "PPC 377B"),
    2: ("PPC 292C", "PPC 371A", "PPC 371B", "PPC 377A"),
}


def tier_rules() -> Iterator[Values]:
    """Yield which convictions are of which tier, in both sets."""
    sorna = _row("sorna", f"{_SORNA} 20911")
    yield {**sorna, "key": "every_registrable_offence", "tier": 1}
    for tier, sections in _SORNA_SECTIONS.items():
        for section in sections:
            key = section.lower().replace(" ", "_")
            yield {**sorna, "key": key, "tier": tier, "section": section}
    yield {**sorna, "key": "child_under_13", "tier": 3, "victim_under_13": True}
    yield {**sorna, "key": "second_conviction", "tier": 3, "earlier_convictions": 1}
    uk = _row("uk", f"{_UK} (s. 82)")
    yield {**uk, "key": "every_registrable_offence", "tier": 1}
    yield {**uk, "key": "over_6_months", "tier": 2, "sentence_months_over": 6}
    yield {**uk, "key": "from_30_months", "tier": 3, "sentence_months_from": 30}


def terms() -> Iterator[Values]:
    """Yield for how long each tier is registered, in both sets."""
    sorna = {**_row("sorna", f"{_SORNA} 20915"), "runs_from": "release"}
    yield {**sorna, "tier": 1, "months": 15 * 12, "clean_record_months": 10 * 12}
    yield {**sorna, "tier": 2, "months": 25 * 12}
    yield {**sorna, "tier": 3}
    uk = {**_row("uk", f"{_UK} (s. 82)"), "runs_from": "conviction"}
    yield {**uk, "tier": 1, "months": 7 * 12, "juvenile_months": 42}
    yield {**uk, "tier": 2, "months": 10 * 12, "juvenile_months": 5 * 12}
    yield {**uk, "tier": 3, "review_after_months": 15 * 12}


def verifications() -> Iterator[Values]:
    """Yield how often each tier is verified in person, in both sets."""
    for tier, months in ((1, 12), (2, 6), (3, 3)):
        yield {
            **_row("sorna", f"{_SORNA} 20918"),
            "tier": tier,
            "every": months,
            "unit": "months",
        }
        uk = {**_row("uk", f"{_UK} (s. 85)"), "tier": tier}
        yield {**uk, "every": 12, "unit": "months"}
        yield {**uk, "no_fixed_address": True, "every": 7, "unit": "days"}


_CHANGES = (
    ("name", "a change of name", "نام کی تبدیلی"),
    ("address", "a change of home address", "گھر کے پتے کی تبدیلی"),
    ("work", "a change of work", "ملازمت کی تبدیلی"),
    ("school", "a change of school or university", "تعلیمی ادارے کی تبدیلی"),
)
_TRAVEL = ("travel_abroad", "travel abroad", "بیرون ملک سفر")
_ABSENCE = ("absence", "an absence from the home address", "گھر کے پتے سے غیر حاضری")
_MOVE = ("move", "a move to another address", "دوسرے پتے پر منتقلی")
_HOUSEHOLD = (
    "household_with_child",
    "a stay in a household with a child",
    "ایسے گھر میں قیام جہاں بچہ ہو",
)


def duties() -> Iterator[Values]:
    """Yield what a registrant must tell and by when, in both sets."""
    sorna = _row("sorna", f"{_SORNA} 20913-20914")
    uk = _row("uk", f"{_UK} (ss. 83-86)")
    for named in _CHANGES:
        told = {**_duty(*named), "when": "after", "within": 3}
        yield {**sorna, **told, "unit": "business_days", "in_person": True}
        yield {**uk, **told, "unit": "days", "in_person": True}
    travel = {**_duty(*_TRAVEL), "when": "before", "unit": "days"}
    yield {**sorna, **travel, "within": 21}
    yield {**uk, **travel, "within": 7}
    household = {**_duty(*_HOUSEHOLD), "when": "after", "within": 3, "unit": "days"}
    yield {**uk, **household, "longer_than_hours": 12}
    for tier_set in ("sorna", "uk"):
        bill = _row(tier_set, _BILL)
        absence = {**_duty(*_ABSENCE), "longer_than_hours": 3 * 24}
        yield {**bill, **absence, "when": "after", "within": 3, "unit": "days"}
        yield {**bill, **_duty(*_MOVE), "when": "before", "within": 12, "unit": "hours"}


def _row(tier_set: str, instrument: str) -> Values:
    return {"tier_set": tier_set, "valid_from": ACT_IN_FORCE, "instrument": instrument}


def _duty(key: str, what: str, what_ur: str) -> Values:
    return {"key": key, "what": what, "what_ur": what_ur}


NAMES_ALONE = "name;father_name"
WHOLE_RECORD = (
    "name;father_name;aliases;identity_numbers;sex;date_of_birth;photograph;marks;district;"
    "addresses;court;case_number;sections;convicted_on;sentence;victim_category;appeal_state;tier;"
    "term;standing"
)
_CHILDREN = "Default: Juvenile Justice System Act 2018, privacy of a child in conflict with the law"
_STAYED = f"Default: {ACT}, s. 18; a conviction under stay is not acted upon"
_IN_FORCE_ALONE = f"Default: {ACT}, s. 24; of a registration in force alone"


def disclosure_rules() -> Iterator[Values]:
    """Yield who may be told what."""
    yield _rule("public", "the_names", LAUNCH, LAUNCHED, tells=NAMES_ALONE)
    yield _rule("institution", "the_names", LAUNCH, LAUNCHED, tells=NAMES_ALONE)
    for key, instrument, column in (
        ("nothing_of_a_child", _CHILDREN, {"juvenile": True}),
        ("nothing_of_a_stayed_conviction", _STAYED, {"appeal_state": "stayed"}),
        ("nothing_of_the_suspended", _IN_FORCE_ALONE, {"standing": "suspended"}),
        ("nothing_of_the_expired", _IN_FORCE_ALONE, {"standing": "expired"}),
        ("nothing_of_the_dead", _IN_FORCE_ALONE, {"standing": "deceased"}),
    ):
        yield _rule("institution", key, instrument, LAUNCHED, **column)
    police = ("law_enforcement", f"{ACT}, s. 24")
    yield _rule(police[0], "the_record", police[1], ACT_IN_FORCE, tells=WHOLE_RECORD)
    for key, standing in (
        ("nothing_of_the_expired", "expired"),
        ("nothing_of_the_dead", "deceased"),
    ):
        yield _rule(police[0], key, _IN_FORCE_ALONE, ACT_IN_FORCE, standing=standing)


def _rule(
    audience: str, key: str, instrument: str, valid_from: date, tells: str = "", **columns: object
) -> Values:
    return {
        "audience": audience,
        "key": key,
        "tells": tells,
        "valid_from": valid_from,
        "instrument": instrument,
        **columns,
    }


TABLES = {
    "Offence": offences,
    "Policy": settings,
    "TierRule": tier_rules,
    "Term": terms,
    "Verification": verifications,
    "Duty": duties,
    "DisclosureRule": disclosure_rules,
}
"""For each model's name, what yields its rows."""
