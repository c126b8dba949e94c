"""What the page of a record shows beside what was read: labels, links, the order of events."""

from typing import NamedTuple

from nsor import places
from nsor.accounts.models import Officer
from nsor.register import timeline
from nsor.register.models import Offender, Review
from nsor.register.reading import ActView, ConvictionView, RecordView
from nsor.register.timeline import Saying
from nsor.web.console.record import links
from nsor.web.console.record.links import Link, address_of
from nsor.web.console.record.telling import Answer, told_now


class Conviction(NamedTuple):
    """A conviction, and what can be done about it."""

    view: ConvictionView
    links: list[Link]


class Deed(NamedTuple):
    """An act on the person; ``finding`` of a review; ``decide`` where it waits for the officer."""

    view: ActView
    finding: str
    decide: str


class Picture(NamedTuple):
    """A document that is on the record; ``address`` is "" where it can't be shown."""

    evidence: int
    kind: str
    media_type: str
    added_at: object
    address: str


class Showing(NamedTuple):
    """All that the page of a record shows."""

    answers: list[Answer]
    convictions: list[Conviction]
    acts: list[Deed]
    evidence: list[Picture]
    photograph: str
    links: list[Link]
    unmerge: bool
    district: places.District | None
    sayings: list[Saying]


def showing(row: Offender, record: RecordView, officer: Officer, reason: str) -> Showing:
    """Return what the page shows of a record that was read, for a reason or without one."""
    members = [record.offender, *record.merged]
    evidence = [
        Picture(
            one.evidence,
            one.kind,
            one.media_type,
            one.added_at,
            address_of("console-record-evidence", record.offender, one.evidence),
        )
        for one in record.evidence
    ]
    may_see = bool(reason) or officer.role in ("entry", "approval")
    shown = {one.evidence: one.address for one in evidence}
    return Showing(
        answers=told_now(record),
        convictions=[
            Conviction(one, links.of_conviction(record, one.conviction, officer))
            for one in record.convictions
        ],
        acts=_acts(record),
        evidence=evidence,
        photograph=shown.get(record.profile.photograph or 0, "") if may_see else "",
        links=links.of_person(record, officer),
        unmerge=officer.role in ("entry", "approval"),
        district=places.district(row.district),
        sayings=timeline.timeline(members),
    )


def _acts(record: RecordView) -> list[Deed]:
    reviews = [act.batch for act in record.acts if act.kind == "review"]
    findings: dict[int, str] = {}
    if reviews:
        findings = dict(Review.objects.filter(batch__in=reviews).values_list("batch", "finding"))
    return [
        Deed(act, findings.get(act.batch, ""), _decide(act.batch, act.state))
        for act in reversed(record.acts)
    ]


def _decide(batch: int, state: str) -> str:
    return address_of("console-approval-batch", batch) if state == "submitted" else ""
