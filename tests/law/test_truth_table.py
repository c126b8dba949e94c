"""The truth table of ``docs/disclosure.md``, each answer written out by hand.

``names``: listed, the two names may be told. ``record``: listed, the whole record may be told.
Anything else: nothing is told, for these reasons; after ``policy:`` where the policy is silent
and an authority could change that.
"""

from pathlib import Path

import pytest

from nsor.law.disclosing import Disclosure, disclose
from nsor.law.rules import FIELDS, PUBLIC_FIELDS
from nsor.law.table import CASES, NARROWEST_FIRST, NOW, founding_policy, text

PAGE = Path(__file__).parents[2] / "docs" / "disclosure.md"

TOLD = ("names", "names", "record")
ANSWERS = {
    "Convicted as an adult, approved by two officers, no appeal": TOLD,
    "The victim was a child": TOLD,
    "The victim was a child under 13": TOLD,
    "The conviction is of tier I": TOLD,
    "An appeal is pending": TOLD,
    "The conviction is stayed": ("stayed", "policy: stayed", "record"),
    "The conviction was quashed": ("quashed", "quashed", "quashed"),
    "One conviction was quashed, another stands": TOLD,
    "One conviction is stayed, another quashed": (
        "stayed quashed", "policy: stayed quashed", "record",
    ),
    "A child at the offence, whatever the age today": ("juvenile", "policy: juvenile", "record"),
    "A child at the offence; a court ordered publication": TOLD,
    "A child at the offence, a court ordered publication, and the conviction is stayed": (
        "stayed", "policy: stayed", "record",
    ),
    "A child at one offence, of age at another": TOLD,
    "The entry waits for its second officer": ("not_approved", "not_approved", "not_approved"),
    "Nothing about the person was ever approved": ("not_approved", "not_approved", "not_approved"),
    "An edit of the person waits for its second officer": ("edited", "edited", "record"),
    "An edit of the conviction waits for its second officer": ("edited", "edited", "record"),
    "An edit of one conviction waits, another stands": TOLD,
    "No section makes the person registrable": (
        "not_registrable", "not_registrable", "not_registrable",
    ),
    "The conviction is dated after the day asked about": (
        "not_yet_convicted", "not_yet_convicted", "not_yet_convicted",
    ),
    "The conviction is of the day asked about": TOLD,
    "The registration is suspended in a dispute": ("suspended", "policy: suspended", "record"),
    "The person was wrongly listed and withdrawn": ("withdrawn", "withdrawn", "withdrawn"),
    "A restored backup lacks why the person was silent": ("backup", "backup", "backup"),
    "The registration has expired": ("expired", "policy: expired", "policy: expired"),
    "The term ends today": ("term_ended", "policy: term_ended", "policy: term_ended"),
    "The term ends tomorrow": TOLD,
    "The person has died": ("deceased", "policy: deceased", "policy: deceased"),
    "The person died today": ("deceased", "policy: deceased", "policy: deceased"),
    "The person died after the day asked about": TOLD,
    "The person was removed": ("removed", "removed", "removed"),
    "Suspended in a dispute, and the term is over": (
        "term_ended suspended", "policy: term_ended", "policy: term_ended",
    ),
    "Withdrawn, dead, the term over, and an edit waits": (
        "withdrawn deceased term_ended edited", "withdrawn edited", "withdrawn",
    ),
}  # fmt: skip


def in_short(found: Disclosure) -> str:
    """Return a disclosure in the words of this table."""
    if found.outcome == "listed":
        assert found.silences == ()
        assert found.instruments
        return {PUBLIC_FIELDS: "names", FIELDS: "record"}[found.tells]
    assert (found.outcome, found.tells) == ("not_listed", frozenset())
    return ("policy: " if found.instruments else "") + " ".join(found.silences)


def test_every_row_has_an_answer_by_hand() -> None:
    assert [words for words, _ in CASES] == list(ANSWERS)


@pytest.mark.parametrize(("words", "facts"), CASES, ids=[words for words, _ in CASES])
def test_each_audience_is_told_what_the_table_says(words: str, facts: object) -> None:
    policy = founding_policy(NOW.date())

    answers = tuple(in_short(disclose(facts, one, policy, NOW)) for one in NARROWEST_FIRST)

    assert answers == ANSWERS[words]


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), (
        "run python -m nsor.law.table > docs/disclosure.md"
    )
