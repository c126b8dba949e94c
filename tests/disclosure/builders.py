"""Made-up publications for the tests of this folder."""

from typing import Any, NamedTuple

CNIC = 3520112345671


class APublication(NamedTuple):
    """What the feed yields, as far as the directory looks at it."""

    sequence: int
    cnic: int = CNIC
    listed: bool = True
    sex: str = "male"
    relation: str = "father"
    name_ur: str = "اسلم پرویز"
    father_name_ur: str = "محمد پرویز"
    name_en: str = "Aslam Pervaiz"
    father_name_en: str = "Muhammad Pervaiz"


def listing(sequence: int, cnic: int = CNIC, **fields: Any) -> Any:
    """Publish that somebody is listed."""
    return APublication(sequence, cnic, **fields)


def silencing(sequence: int, cnic: int = CNIC) -> Any:
    """Publish that somebody is listed no longer."""
    return APublication(sequence, cnic, listed=False)


def listings(count: int, first: int = 1) -> list[Any]:
    """Publish ``count`` people, the first under the sequence ``first``."""
    return [listing(n, 10**12 + 7919 * n) for n in range(first, first + count)]
