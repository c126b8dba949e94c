"""The sample register: 200 people who do not exist, in the columns of ``nsor import``.

Rules that hold here:

- The same 200 every time: seeded, and no date depends on today.
- Nobody can be meant: the family name is "fictitious", each CNIC begins with a province and 0000,
  a locality that no place has, and courts, police stations and districts are called Sample.
- Every state that the register knows occurs: all sexes, husbands, juveniles, appeal states, names
  that need three parts, two convictions of one person, all sections of the Anti-Rape Act's s. 2(h).
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from nsor.demo.names import FAMILY, FIRST, LONG, MEN, NEUTRAL, WOMEN, Name
from nsor.web.handset.line import Example

PEOPLE = 200
SEED = 7000

COLUMNS = (
    "cnic",
    "name_ur",
    "father_name_ur",
    "name_en",
    "father_name_en",
    "relation",
    "sex",
    "date_of_birth",
    "offence_on",
    "juvenile",
    "court",
    "case_number",
    "fir_number",
    "police_station",
    "sentence",
    "district",
    "address",
    "sections",
    "convicted_on",
    "victim_category",
    "appeal_state",
)

MAN = "3000010000011"
WOMAN = "3000010000022"
LONG_NAME = "4000010000035"
QUASHED = "8000010000047"
UNLISTED = "6000010000059"

_LAST_DAY = date(2025, 12, 31)
_ADULT_AGE = 18


class Offence(NamedTuple):
    """Sections that are charged together, from when, against whom, and what they bring."""

    sections: str
    since: date
    victims: tuple[str, ...]
    sentences: tuple[str, ...]


_WOMEN_PROTECTION_ACT = date(2007, 1, 1)
_CHILD_OFFENCES = date(2017, 1, 1)
_AMENDMENT_2021 = date(2022, 3, 1)

OFFENCES = (
    Offence("PPC 292A", _CHILD_OFFENCES, ("child",), ("1 year", "5 years")),
    Offence("PPC 292B;PPC 292C", _CHILD_OFFENCES, ("child",), ("14 years", "20 years")),
    Offence("PPC 292C;PECA 22", _CHILD_OFFENCES, ("child",), ("14 years",)),
    Offence("PPC 371A", _WOMEN_PROTECTION_ACT, ("woman", "child"), ("25 years",)),
    Offence("PPC 371B", _WOMEN_PROTECTION_ACT, ("woman", "child"), ("25 years",)),
    Offence("PPC 375;PPC 376", _WOMEN_PROTECTION_ACT, ("woman", "both"), ("25 years", "life")),
    Offence("PPC 376", _WOMEN_PROTECTION_ACT, ("woman", "child"), ("10 years", "25 years", "life")),
    Offence("PPC 375A;PPC 376", _AMENDMENT_2021, ("woman", "both"), ("life",)),
    Offence("PPC 377", _WOMEN_PROTECTION_ACT, ("child",), ("10 years", "life")),
    Offence("PPC 377A;PPC 377B", _CHILD_OFFENCES, ("child",), ("14 years", "20 years")),
    Offence("PPC 376;PPC 377B", _CHILD_OFFENCES, ("child", "both"), ("life",)),
    Offence("PECA 21", _CHILD_OFFENCES, ("woman", "child"), ("5 years", "7 years")),
    Offence("PECA 22", _CHILD_OFFENCES, ("child",), ("7 years", "20 years")),
)

_SEXES = ("male",) * 42 + ("female",) * 6 + ("x",) * 2
_APPEALS = ("none",) * 14 + ("pending",) * 3 + ("stayed",) * 2 + ("quashed",)

Row = dict[str, str]


def five_to_try() -> list[Example]:
    """Return five numbers and what each one shows; all but the unlisted one are in the sample."""
    return [
        Example(
            WOMAN,
            "رجسٹر میں درج خاتون",
            "A woman on the register",
            "خبردار کرنے والا جواب، اس کے اور اس کے والد کے نام کے ساتھ",
            "A warning with her name and her father's",
        ),
        Example(
            MAN,
            "رجسٹر میں درج مرد",
            "A man on the register",
            "خبردار کرنے والا جواب، اس کے اور اس کے والد کے نام کے ساتھ",
            "A warning with his name and his father's",
        ),
        Example(
            LONG_NAME,
            "بہت لمبا نام",
            "A very long name",
            "تین حصوں میں جواب؛ نام کبھی نہیں کاٹا جاتا",
            "An answer in several parts: a name is never cut",
        ),
        Example(
            UNLISTED,
            "رجسٹر میں نہیں",
            "Not on the register",
            "کوئی ریکارڈ نہیں ملا، پوچھے گئے نمبر کے ساتھ",
            "No record was found, with the number that was asked",
        ),
        Example(
            QUASHED,
            "کالعدم سزا",
            "A quashed conviction",
            "عدالت نے سزا ختم کر دی، اس لیے کوئی ریکارڈ نہیں ملتا",
            "A court set it aside, so no record is found",
        ),
    ]


def rows() -> list[Row]:
    """Return the sample's convictions, one a row: ``PEOPLE`` people, some of them with two."""
    random = Random(SEED)  # noqa: S311 - made-up people, the same ones every time
    people = [*_shown_people(), *_made_up_people(random, PEOPLE - 4)]
    convictions = [
        person | _conviction(random, number, person) for number, person in enumerate(people, 1)
    ]
    again = [row for row in convictions[4:] if row["juvenile"] == "no"][:: PEOPLE // 8]
    seconds = [
        row | _second_conviction(random, PEOPLE + number, row)
        for number, row in enumerate(again, 1)
    ]
    return convictions + seconds


def to_csv(of: Sequence[Row]) -> str:
    """Return ``of`` as the text of a file for ``nsor import``."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(of)
    return text.getvalue()


def _person(cnic: str, name: Name, father: Name, sex: str, relation: str, born: date | None) -> Row:
    return {
        "cnic": cnic,
        "name_ur": name.ur,
        "father_name_ur": father.ur,
        "name_en": name.en,
        "father_name_en": father.en,
        "relation": relation,
        "sex": sex,
        "date_of_birth": born.isoformat() if born else "",
    }


def _shown_people() -> list[Row]:
    """Return the people of ``five_to_try``, whose answers must not depend on chance."""
    born = date(1980, 5, 14)
    shown = (
        (MAN, Name("عمران", "Imran"), Name("بشیر", "Bashir"), "male", "none"),
        (WOMAN, Name("نادیہ", "Nadia"), Name("اکرم", "Akram"), "female", "none"),
        (LONG_NAME, LONG[0], LONG[1], "male", "none"),
        (QUASHED, Name("خالد", "Khalid"), Name("حنیف", "Hanif"), "male", "quashed"),
    )
    return [
        _person(cnic, name + FAMILY, father + FAMILY, sex, "father", born)
        | {"juvenile": "no", "appeal_state": appeal}
        for cnic, name, father, sex, appeal in shown
    ]


def _made_up_people(random: Random, count: int) -> list[Row]:
    families = random.sample(range(2_000_000, 10_000_000), count)
    return [_made_up_person(random, number, family) for number, family in enumerate(families)]


def _made_up_person(random: Random, number: int, family: int) -> Row:
    """Return one person; the states come in turn by ``number``, so that none can be missing."""
    sex = _SEXES[number % len(_SEXES)]
    last = random.choice("13579" if sex == "male" else "2468" if sex == "female" else "1234")
    relation = "husband" if sex != "male" and number % 2 else "father"
    juvenile = number % 25 == 7
    born = date(random.randint(1950, 1986), 1, 1) + timedelta(days=random.randrange(365))
    return _person(
        f"{random.randint(1, 8)}0000{family}{last}",
        _name(random, number, sex),
        _name(random, number + 1, "male"),
        sex if sex == "x" or number % 3 else "",
        relation,
        None if number % 9 == 4 else born,
    ) | {"juvenile": "yes" if juvenile else "no", "appeal_state": _APPEALS[number % len(_APPEALS)]}


def _name(random: Random, number: int, sex: str) -> Name:
    if sex == "male" and number % 20 in (10, 11):
        return random.choice(LONG) + FAMILY
    given = random.choice({"male": MEN, "female": WOMEN, "x": NEUTRAL}[sex])
    if sex == "male" and number % 3 == 0:
        return random.choice(FIRST) + given + FAMILY
    return given + FAMILY


def _conviction(random: Random, number: int, person: Row) -> Row:
    """Return the court's half of a row, with dates that agree with the law and the person."""
    offence = OFFENCES[number % len(OFFENCES)]
    committed = _offence_date(random, offence)
    decided = min(committed + timedelta(days=random.randint(200, 1100)), _LAST_DAY)
    town = f"Sample District {random.randint(1, 9)}"
    row = {
        "offence_on": committed.isoformat(),
        "court": f"Sample Sessions Court, {town}",
        "case_number": f"SAMPLE-{number}/{decided.year}",
        "fir_number": f"{random.randint(1, 999)}/{committed.year}",
        "police_station": f"Sample Police Station {random.randint(1, 30)}",
        "sentence": random.choice(offence.sentences),
        "district": town,
        "address": f"House {random.randint(1, 99)}, Sample Street {random.randint(1, 40)}, {town}",
        "sections": offence.sections,
        "convicted_on": decided.isoformat(),
        "victim_category": random.choice(offence.victims),
    }
    if person["juvenile"] == "yes":
        row["date_of_birth"] = _years_before(committed, _ADULT_AGE - 2).isoformat()
    return row


def _second_conviction(random: Random, number: int, row: Row) -> Row:
    """Return a later finding against a person whose particulars stay as they were."""
    person = {key: row[key] for key in ("juvenile", "district", "address")}
    return _conviction(random, number, row) | {"appeal_state": "none"} | person


def _offence_date(random: Random, offence: Offence) -> date:
    latest = _LAST_DAY - timedelta(days=400)
    return offence.since + timedelta(days=random.randrange((latest - offence.since).days))


def _years_before(day: date, years: int) -> date:
    return day - timedelta(days=years * 365)
