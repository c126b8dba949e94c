"""Places: the provinces and districts of Pakistan, and which of them a jurisdiction covers.

May enter: the table of places, their names in both languages, the spellings under which one is
found, the slugs by which an officer's jurisdiction is written.
Must not: a person, an officer, a database, or anything of ``nsor`` outside this package.
Rules that hold here: a code is never given to another place, and never changes; a spelling names
one district or none: nothing is guessed.
"""

from nsor.places.finding import find
from nsor.places.jurisdictions import (
    WHOLE_COUNTRY,
    Jurisdiction,
    codes,
    covers,
    is_jurisdiction,
    jurisdictions,
    names,
)
from nsor.places.table import (
    DISTRICTS,
    PROVINCES,
    District,
    Province,
    by_slug,
    district,
    province,
)

__all__ = [
    "DISTRICTS",
    "PROVINCES",
    "WHOLE_COUNTRY",
    "District",
    "Jurisdiction",
    "Province",
    "by_slug",
    "codes",
    "covers",
    "district",
    "find",
    "is_jurisdiction",
    "jurisdictions",
    "names",
    "province",
]
