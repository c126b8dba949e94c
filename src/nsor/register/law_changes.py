"""Judging everybody again after the law has changed, and telling what follows of it.

Rules that hold here:

- What is published is what two officers approved twice over: the facts of the person, and the
  change of the law. Nobody is asked again.
- Whoever falls silent does so as soon as they are found; those who are told of come after everybody
  was looked at.
- Everybody is looked at outside of any lock. Who is said to be otherwise is looked at once more
  under the feed's lock, a few at a time, and what is written then is written together.
- Nothing remembers how far it came: what was done is not found a second time. So a work that died
  begins anew, and only one that ended says under which law everybody was judged.
- It begins by waiting for the acts under way: those judged by the law as it was; all later ones by
  the law as it is.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.law.catalogue import Catalogue, section_names
from nsor.law.rows import days_of_change, version
from nsor.register import acting, terms, versions
from nsor.register.approving import decide, record_people
from nsor.register.calendar import today
from nsor.register.intervals import said
from nsor.register.locks import Work, breathe, claim_work, short_write
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    FeedHead,
    Offender,
    Publication,
    Registration,
    Standing,
)
from nsor.register.people import CHUNK, Person, people
from nsor.register.publishing import lock_head, publish_act

AT_ONCE = 25
"""So many people are written while others wait."""


class Judged(NamedTuple):
    """How many people were looked at, and how many of them were silenced, told of, or changed.

    ``changed`` are those of whom the public is told what it was, while tier, term or the judgement
    on a conviction is another.
    """

    people: int = 0
    silenced: int = 0
    listed: int = 0
    changed: int = 0

    def plus(self, other: "Judged") -> "Judged":
        """Return both together."""
        return Judged(*(one + another for one, another in zip(self, other, strict=True)))


class _Otherwise(NamedTuple):
    """A person of whom something else is stored than what the law says now."""

    person: Person
    republish: bool
    judgements: tuple[tuple[int, bool], ...]
    """Convictions whose stored judgement differs, with the right one."""

    @property
    def falls_silent(self) -> bool:
        return self.republish and not self.person.public


def is_due() -> bool:
    """Tell whether other law counts now than when everybody was judged last."""
    head = FeedHead.objects.get()
    if head.judged_on is None or version() > head.judged_under:
        return True
    return bool(days_of_change(head.judged_on, today()))


def reassess(progress: Callable[[int], None] = lambda people: None) -> Judged | None:
    """Judge everybody again where the law has changed, and publish what follows of it.

    None where nothing has changed, or where another process is at it. ``progress`` is told how
    many people were looked at, between two transactions. Safe to repeat, and to end anywhere.
    Raises ``Refusal``: ``busy``, ``journal_unavailable``; ``LawRefusal``: ``no_policy``.
    """
    with claim_work(Work.LAW) as held:
        if not held or not is_due():
            return None
        with short_write():
            lock_head()
            law = terms.moment()
        counts, waiting = Judged(), array("q")
        for found in _everybody():
            otherwise = _otherwise(found)
            silent = [one.person.offender.pk for one in otherwise if one.falls_silent]
            counts = counts.plus(_apply_all(silent)).plus(Judged(people=len(found)))
            waiting.extend(one.person.offender.pk for one in otherwise if not one.falls_silent)
            progress(counts.people)
            breathe()
        for some in _some(waiting):
            counts = counts.plus(_apply(some))
            progress(counts.people)
            breathe()
        with short_write():
            head = lock_head()
            head.judged_under, head.judged_on = law
            head.save(update_fields=["judged_under", "judged_on"])
            details = {"law_version": law[0], "day": law[1].isoformat(), **counts._asdict()}
            trail.record(Act.LAW_APPLIED, actor="system", details=details)
    return counts


def _everybody() -> Iterator[list[Person]]:
    """Yield all who were not removed, each once, in chunks."""
    after = 0
    rows = Offender.objects.filter(merged_into=None).exclude(standing=Standing.REMOVED)
    while True:
        chunk = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            return
        after = chunk[-1]
        yield people(chunk)


def _apply_all(offenders: Iterable[int]) -> Judged:
    counts = Judged()
    for some in _some(offenders):
        counts = counts.plus(_apply(some))
        breathe()
    return counts


def _apply(offenders: list[int]) -> Judged:
    """Write and publish what the law says now of a few people, if it still is otherwise."""
    with short_write():
        head = lock_head()
        otherwise = _otherwise(people(offenders))
        if not otherwise:
            return Judged()
        batch = Batch.objects.create(
            kind=BatchKind.LAW, state=BatchState.APPROVED, entries=len(otherwise)
        )
        decide(head, batch, None)
        _judge(otherwise)
        record_people([one.person for one in otherwise], batch)
        _hint_exactly([one.person for one in otherwise])
        republished = [one.person for one in otherwise if one.republish]
        publish_act(head, republished, None, batch)
        acting.note_silences(republished, batch)
        counts = Judged(
            silenced=sum(one.falls_silent for one in otherwise),
            listed=sum(one.republish and one.person.public for one in otherwise),
            changed=sum(not one.republish for one in otherwise),
        )
        details = {"law_version": version(), **counts._asdict()}
        of_batch = f"batch:{batch.pk}"
        trail.record(Act.LAW_APPLIED, actor="system", subject=of_batch, details=details)
    return counts


def _otherwise(found: list[Person]) -> list[_Otherwise]:
    told = _told([number.row for person in found for number in person.answerable])
    logs = versions.stands(person.offender.pk for person in found)
    judgements = _judgements(found)
    otherwise = []
    for person in found:
        republish = any(
            told.get(number.row, False) != person.public for number in person.answerable
        )
        log = logs[person.offender.pk]
        other_term = bool(log) and said(log, today(), log[-1].at) != versions.stand_of(person)
        misjudged = tuple(one for member in person.members for one in judgements[member])
        if republish or other_term or misjudged:
            otherwise.append(_Otherwise(person, republish, misjudged))
    return otherwise


def _told(numbers: list[int]) -> dict[int, bool]:
    """Return what the public is told now under each number that it was ever told of."""
    newest: dict[int, tuple[int, bool]] = {}
    released = Publication.objects.filter(
        number__in=numbers, release__last_sequence__isnull=False
    ).values_list("number", "release__base_sequence", "ordinal", "listed")
    for number, base, ordinal, listed in released:
        assert base is not None, "what is released has its place"
        newest[number] = max(newest.get(number, (0, False)), (base + ordinal, listed))
    return {number: listed for number, (_, listed) in newest.items()}


def _judgements(found: list[Person]) -> dict[int, list[tuple[int, bool]]]:
    """Return the convictions that are stored as judged otherwise than now, by who has them."""
    law: Catalogue = terms.law_now().catalogue
    members = [member for person in found for member in person.members]
    rows = Conviction.objects.filter(
        offender__in=members, current=True, batch__state=BatchState.APPROVED
    ).values_list("offender", "pk", "registrable", "sections", "offence_on", "convicted_on")
    misjudged: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
    for offender, row, stored, sections, offence_on, convicted_on in rows:
        right = law.makes_registrable(section_names(sections), offence_on, convicted_on)
        if right != stored:
            misjudged[offender].append((row, right))
    return misjudged


def _judge(otherwise: list[_Otherwise]) -> None:
    for right in (True, False):
        rows = [row for one in otherwise for row, judged in one.judgements if judged is right]
        if rows:
            Conviction.objects.filter(pk__in=rows).update(registrable=right, law_version=version())


def _hint_exactly(found: list[Person]) -> None:
    """Have the scheduled work look at people on the days of their term as it is now.

    Not at those of whom something waits: what was hinted for that must stay.
    """
    inexact = [
        person
        for person in found
        if (person.offender.term_ends, person.offender.review_on) != person.term[1:]
    ]
    waited_for = set(
        Registration.objects.filter(
            offender__in=[person.offender.pk for person in inexact],
            recorded_by__state=BatchState.SUBMITTED,
        ).values_list("offender", flat=True)
    )
    settled = [person for person in inexact if person.offender.pk not in waited_for]
    for person in settled:
        term = person.term
        person.offender.term_ends, person.offender.review_on = term.ends, term.review_on
    Offender.objects.bulk_update(
        [person.offender for person in settled], ["term_ends", "review_on"]
    )


def _some(offenders: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(offenders)
    while some := list(islice(rest, AT_ONCE)):
        yield some
