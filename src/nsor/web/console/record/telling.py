"""What the public is told of a person, word for word in both languages: now, and on a past day.

Rules that hold here: what is told now is asked as a citizen asks, of the feed itself; what was told
is worded from what the register said of that day, and shown as the past.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from nsor.disclosure import single, wording
from nsor.register import history
from nsor.register.models import NumberKind
from nsor.register.reading import RecordView


class Answer(NamedTuple):
    """What is answered about one number, and why nothing is told where nothing is."""

    digits: str
    outcome: str
    """``listed``, ``not_listed``, ``not_public`` or ``unavailable``."""
    text_ur: str
    text_en: str
    silences: tuple[str, ...]


def told_now(record: RecordView) -> list[Answer]:
    """Return the answers about each number of a person that can be asked about by text."""
    found = []
    for number in record.numbers:
        if number.kind == NumberKind.PASSPORT:
            continue
        said = single.check(number.digits, "public", short_code=settings.SHORT_CODE)
        found.append(Answer(number.digits, said.outcome, said.text_ur, said.text_en, _why(record)))
    return found


def _why(record: RecordView) -> tuple[str, ...]:
    return () if record.public else record.silences or ("not_approved",)


def told_then(past: history.RecordView) -> list[Answer]:
    """Return what the answers about each number would have been on the day."""
    digits = [one.digits for one in past.numbers if one.kind != NumberKind.PASSPORT]
    silences = tuple(past.disclosure.silences)
    return [_then(past, one, silences) for one in digits]


def _then(past: history.RecordView, digits: str, silences: Sequence[str]) -> Answer:
    outcome, profile = past.disclosure.outcome, past.profile
    if outcome == "not_open":
        texts = [wording.not_public("ur"), wording.not_public("en")]
    elif outcome == "listed" and profile is not None:
        sex, relation = profile.sex, profile.relation
        texts = [
            wording.listed(
                "ur",
                name=profile.name_ur,
                father=profile.father_name_ur,
                sex=sex,
                relation=relation,
            ),
            wording.listed(
                "en",
                name=profile.name_en,
                father=profile.father_name_en,
                sex=sex,
                relation=relation,
            ),
        ]
    else:
        outcome = "not_listed"
        texts = [wording.not_listed("ur", digits), wording.not_listed("en", digits)]
    return Answer(digits, outcome, texts[0], texts[1], tuple(silences))
