"""The truth table of disclosure, as a page: ``python -m nsor.law.table > docs/disclosure.md``.

Rules that hold here: each row is a record in words and the same record as facts; the answers are
those of ``disclose`` under the policy that the register began with. The tests hold each of them
against an answer that was written by hand.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from nsor.law import sentences
from nsor.law.disclosing import SILENT_TO, ConvictionFacts, Disclosure, Facts, disclose
from nsor.law.rules import PUBLIC_FIELDS, WIDEST_FIRST, Audience, DisclosurePolicy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NARROWEST_FIRST = tuple(reversed(WIDEST_FIRST))

CONVICTION = ConvictionFacts(
    approved=True,
    sections_registrable=True,
    juvenile=False,
    court_order_to_publish=False,
    appeal_state="none",
    victim_category="woman",
    victim_under_13=None,
    tier=3,
    convicted_on=date(2024, 3, 1),
    edited=False,
)
PERSON = Facts(
    standing="active",
    suspension_ground="",
    edited=False,
    deceased_on=None,
    term_ends=None,
    convictions=(CONVICTION,),
)


class Case(NamedTuple):
    """A record, in words and as facts."""

    words: str
    facts: Facts


def of_conviction(**changes: object) -> Facts:
    """Return a person with one conviction that differs from the plain one."""
    return replace(PERSON, convictions=(replace(CONVICTION, **changes),))  # type: ignore[arg-type]


def of_person(**changes: object) -> Facts:
    """Return a person with the plain conviction who differs from the plain person."""
    return replace(PERSON, **changes)  # type: ignore[arg-type]


_CHILD = replace(CONVICTION, juvenile=True)
_QUASHED = replace(CONVICTION, appeal_state="quashed")
_STAYED = replace(CONVICTION, appeal_state="stayed")

CASES = (
    Case("Convicted as an adult, approved by two officers, no appeal", PERSON),
    Case("The victim was a child", of_conviction(victim_category="child")),
    Case("The victim was a child under 13", of_conviction(victim_under_13=True)),
    Case("The conviction is of tier I", of_conviction(tier=1)),
    Case("An appeal is pending", of_conviction(appeal_state="pending")),
    Case("The conviction is stayed", of_conviction(appeal_state="stayed")),
    Case("The conviction was quashed", of_conviction(appeal_state="quashed")),
    Case(
        "One conviction was quashed, another stands",
        of_person(convictions=(_QUASHED, CONVICTION)),
    ),
    Case("One conviction is stayed, another quashed", of_person(convictions=(_STAYED, _QUASHED))),
    Case("A child at the offence, whatever the age today", of_conviction(juvenile=True)),
    Case(
        "A child at the offence; a court ordered publication",
        of_conviction(juvenile=True, court_order_to_publish=True),
    ),
    Case(
        "A child at the offence, a court ordered publication, and the conviction is stayed",
        of_conviction(juvenile=True, court_order_to_publish=True, appeal_state="stayed"),
    ),
    Case("A child at one offence, of age at another", of_person(convictions=(_CHILD, CONVICTION))),
    Case("The entry waits for its second officer", of_conviction(approved=False)),
    Case("Nothing about the person was ever approved", of_person(convictions=())),
    Case("An edit of the person waits for its second officer", of_person(edited=True)),
    Case("An edit of the conviction waits for its second officer", of_conviction(edited=True)),
    Case(
        "An edit of one conviction waits, another stands",
        of_person(convictions=(replace(CONVICTION, edited=True), CONVICTION)),
    ),
    Case("No section makes the person registrable", of_conviction(sections_registrable=False)),
    Case(
        "The conviction is dated after the day asked about",
        of_conviction(convicted_on=date(2026, 6, 2)),
    ),
    Case("The conviction is of the day asked about", of_conviction(convicted_on=date(2026, 6, 1))),
    Case(
        "The registration is suspended in a dispute",
        of_person(standing="suspended", suspension_ground="dispute"),
    ),
    Case(
        "The person was wrongly listed and withdrawn",
        of_person(standing="suspended", suspension_ground="withdrawn"),
    ),
    Case(
        "A restored backup lacks why the person was silent",
        of_person(standing="suspended", suspension_ground="backup"),
    ),
    Case("The registration has expired", of_person(standing="expired")),
    Case("The term ends today", of_person(term_ends=date(2026, 6, 1))),
    Case("The term ends tomorrow", of_person(term_ends=date(2026, 6, 2))),
    Case("The person has died", of_person(deceased_on=date(2026, 5, 31))),
    Case("The person died today", of_person(deceased_on=date(2026, 6, 1))),
    Case("The person died after the day asked about", of_person(deceased_on=date(2026, 6, 2))),
    Case("The person was removed", of_person(standing="removed")),
    Case(
        "Suspended in a dispute, and the term is over",
        of_person(standing="suspended", suspension_ground="dispute", term_ends=date(2026, 1, 1)),
    ),
    Case(
        "Withdrawn, dead, the term over, and an edit waits",
        of_person(
            standing="suspended",
            suspension_ground="withdrawn",
            deceased_on=date(2026, 1, 1),
            term_ends=date(2026, 1, 1),
            edited=True,
        ),
    ),
)


def founding_policy(day: date) -> DisclosurePolicy:
    """Return the disclosure policy that the register began with, without a database."""
    from nsor.law import founding, policy
    from nsor.law.models import DisclosureRule, Policy

    return DisclosurePolicy(
        day=day,
        version=0,
        rules=tuple(
            policy.rule_of(DisclosureRule(**values)) for values in founding.disclosure_rules()
        ),
        openings=policy.openings_of(
            {values["key"]: Policy(**values) for values in founding.settings()}
        ),
    )


def answer(found: Disclosure) -> str:
    """Return an answer in words; ``*`` where the policy, not the law, is silent."""
    if found.outcome == "listed":
        return f"**Listed**: {'the two names' if found.tells == PUBLIC_FIELDS else 'the record'}."
    by_policy = r"\*" if found.instruments else ""
    why = "; ".join(sentences.SILENCES[code] for code in found.silences)
    return f"Nothing{by_policy}: {why}."


_INTRODUCTION = """\
# Who is told what

Made by `python -m nsor.law.table` from the function that decides every answer,
`nsor.law.disclosing.disclose`, under the policy that the register begins with. An authority
changes the policy by instrument: `nsor policy propose`, then another officer's `nsor policy
approve`. `nsor policy show` prints the policy of any day.

## The truth table

Each row says how a record differs from the plain one in the first row. *Nothing* is the law's
silence, which no policy can lift; *Nothing\\** is the policy's. The two names are the person's and
the father's or husband's.
"""
_NESTED = """\
Audiences are nested: an institution is told nothing that law enforcement would not be, and the
public nothing that an institution would not be. The public is never told more than the two names.
Where one conviction is silent, another may speak: a silence that lies in the person silences all.
"""
_SHORT: dict[Audience, str] = {
    "public": "the public",
    "institution": "an institution",
    "law_enforcement": "law enforcement",
}


def page(policy: DisclosurePolicy) -> Iterator[str]:
    """Yield the lines of the page."""
    yield _INTRODUCTION
    yield f"Asked on {NOW.date():%-d %B %Y}:"
    yield ""
    yield f"| the record | {' | '.join(_SHORT[audience] for audience in NARROWEST_FIRST)} |"
    yield "|---|---|---|---|"
    for words, facts in CASES:
        answers = (answer(disclose(facts, one, policy, NOW)) for one in NARROWEST_FIRST)
        yield f"| {words} | {' | '.join(answers)} |"
    yield ""
    yield "## What silences whatever the policy says"
    yield ""
    for audience in NARROWEST_FIRST:
        yield from _silences(audience)
    yield _NESTED
    yield "## The policy that the register begins with"
    yield ""
    for audience in NARROWEST_FIRST:
        yield f"To {sentences.AUDIENCES[audience]}:"
        yield ""
        yield f"- {sentences.opening(audience, policy.openings.get(audience))}"
        for rule in sentences.rules_of(policy, audience):
            yield f"- {sentences.rule(rule)}"
        yield ""
    yield "One rule that allows nothing outweighs all that allow something."


def _silences(audience: Audience) -> Iterator[str]:
    yield f"To {_SHORT[audience]}, where:"
    yield ""
    for code, words in sentences.SILENCES.items():
        if code in SILENT_TO[audience]:
            yield f"- {words} (`{code}`)"
    yield ""


def text() -> str:
    """Return the page."""
    return "\n".join(page(founding_policy(NOW.date()))) + "\n"


def main() -> None:
    """Print the page."""
    import os
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
    django.setup()
    sys.stdout.write(text())


if __name__ == "__main__":
    main()
