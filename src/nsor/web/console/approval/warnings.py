"""What an approver should look at twice: what is odd about an act, in words.

Rules that hold here: a warning never refuses; it says what is odd and what to hold it against.
"""

from collections.abc import Iterator
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor import cnic
from nsor.register.models import BatchKind, NumberKind
from nsor.register.people import Person
from nsor.register.proposed import Proposal, Side

SENTENCES: Final[dict[str, Promise]] = {
    "sex_differs_from_cnic": _(
        "The sex is not the one that the last digit of the number stands for: check both."
    ),
    "age_at_offence_unknown": _(
        "Nothing tells whether the person was under 18 at the offence, so it is taken that they"
        " were not: look for the date of birth and of the offence."
    ),
    "is_juvenile": _("The person was under 18 at the offence."),
    "order_to_publish": _(
        "By this, a court ordered that a conviction of a child be told to the public: read the"
        " order."
    ),
    "under_13_unknown": _(
        "Nobody says whether a victim was under 13, on which the tier and the term depend."
    ),
    "no_evidence": _("There is no document about this person to check it against."),
    "not_named": _("The act names no document; those shown were added for other acts."),
    "withdrawn": _("The person was withdrawn as wrongly listed, and approval leaves that so."),
    "several_numbers": _("The person has several numbers: each is answered for."),
    "removal": _("A removal can't be undone: all that tells who the person was is destroyed."),
}
_NEEDS_PAPER: Final = frozenset(
    {BatchKind.ENTRY, BatchKind.CORRECTION, BatchKind.APPEAL, BatchKind.RESTORE, BatchKind.REMOVAL}
)


def of(proposal: Proposal) -> list[Promise]:
    """Return what is odd about an act, each sentence once."""
    return [SENTENCES[code] for code in dict.fromkeys(_codes(proposal))]


def of_person(person: Person) -> list[Promise]:
    """Return what is odd about one person of a file."""
    codes = [*person.warnings, *(["withdrawn"] if "withdrawn" in person.silences else [])]
    codes += _about_numbers(person)
    return [SENTENCES[code] for code in dict.fromkeys(codes) if code in SENTENCES]


def _codes(proposal: Proposal) -> Iterator[str]:
    batch = proposal.batch
    if batch.kind == BatchKind.REMOVAL:
        yield "removal"
    for side in proposal.after:
        person = side.person
        yield from (code for code in person.warnings if code in SENTENCES)
        yield from _about_numbers(person)
        yield from _about_convictions(side, batch.pk)
        if "withdrawn" in person.silences:
            yield "withdrawn"
    if batch.kind in _NEEDS_PAPER:
        if not proposal.evidence:
            yield "no_evidence"
        elif batch.evidence_id is None and batch.kind != BatchKind.ENTRY:
            yield "not_named"


def _about_numbers(person: Person) -> Iterator[str]:
    cards = [one for one in person.numbers if one.kind != NumberKind.PASSPORT]
    if any(cnic.sex_by_last_digit(one.digits) != person.profile.sex for one in cards):
        yield "sex_differs_from_cnic"
    if len(cards) > 1:
        yield "several_numbers"


def _about_convictions(side: Side, batch: int) -> Iterator[str]:
    own = [one.conviction for one in side.judged if one.conviction.batch_id == batch]
    if any(one.juvenile for one in own):
        yield "is_juvenile"
    if any(one.court_order for one in own):
        yield "order_to_publish"
    if any(one.victim_under_13 is None and one.victim_category != "woman" for one in own):
        yield "under_13_unknown"
