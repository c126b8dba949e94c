"""Three made-up cases that are not in the sample: for entering by hand, as the tour does.

Rules that hold here: as for the sample, nobody can be meant; the identity authority's stand-in
knows these people, and their judgments lie beside the demo as scans.
"""

from typing import Final

from nsor.demo.names import FAMILY, Name
from nsor.demo.sample import Row


def _case(cnic: str, name: Name, father: Name, sex: str, **told: str) -> Row:
    person, parent = name + FAMILY, father + FAMILY
    return {
        "cnic": cnic,
        "name_ur": person.ur,
        "name_en": person.en,
        "father_name_ur": parent.ur,
        "father_name_en": parent.en,
        "relation": "father",
        "sex": sex,
        "court": "Sample Sessions Court, Sample District 1",
        "police_station": "Sample Police Station 4",
        "victim_category": "child",
    } | told


CASES: Final = (
    _case(
        "3000010000071",
        Name("طارق", "Tariq"),
        Name("یوسف", "Yousaf"),
        "male",
        date_of_birth="1984-03-09",
        case_number="SAMPLE-901/2025",
        fir_number="411/2024",
        sections="PPC 376",
        offence_on="2024-02-11",
        convicted_on="2025-06-30",
        sentence="25 years",
        district="Lahore",
    ),
    _case(
        "4000010000082",
        Name("شازیہ", "Shazia"),
        Name("قاسم", "Qasim"),
        "female",
        date_of_birth="1979-11-21",
        case_number="SAMPLE-902/2025",
        fir_number="87/2023",
        sections="PPC 371A",
        offence_on="2023-05-02",
        convicted_on="2025-01-14",
        sentence="25 years",
        victim_category="woman",
        district="Karachi East",
    ),
    _case(
        "1000010000093",
        Name("ظفر", "Zafar"),
        Name("لیاقت", "Liaqat"),
        "male",
        date_of_birth="1990-07-01",
        case_number="SAMPLE-903/2025",
        fir_number="12/2024",
        sections="PPC 377B",
        offence_on="2024-09-17",
        convicted_on="2025-11-03",
        sentence="14 years",
        district="Peshawar",
    ),
)
