"""Changes of the law, and the worker that applies them, as the register's tests give them."""

import subprocess
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from register_builders import ASLAM, Office, process

from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import Change
from nsor.law.rows import version
from nsor.register import documents, feed, law_changes
from nsor.register.entering import NewConviction
from nsor.register.models import FeedHead

CHILDREN = {"audience": "public", "key": "no_children", "victim_category": "child", "tells": ""}
WOMEN = {"audience": "public", "key": "no_women", "victim_category": "woman", "tells": ""}
"""Rules by which the public is told of nobody whose victim was a child, or a woman."""
RAPE = {"statute": "PPC", "section": "376", "basis": "s. 2(h)", "section_from": "1862-01-01"}
"""The key of the entry that makes PPC 376 registrable."""


def enacted(office: Office, kind: str, values: dict[str, Any], *, repeal: bool = False) -> Change:
    """Have Amna propose a row of the law that holds from today, and Bilal enact it."""
    proposed = changes.propose(
        kind, values, office.amna, "as ordered", today(), "S.R.O. 1", repeal=repeal
    )
    return changes.approve(proposed.pk, office.bilal)


def repealed(office: Office, rule: dict[str, Any]) -> Change:
    """Have a rule of disclosure repealed."""
    key = {name: rule[name] for name in ("audience", "key")}
    return enacted(office, "disclosure_rule", key, repeal=True)


def judged() -> None:
    """Have everybody judged by the law as it is."""
    law_changes.reassess()
    assert not law_changes.is_due()


def judged_by(day: date) -> None:
    """Have it that everybody was judged on a day, with all that had been enacted by now."""
    FeedHead.objects.update(judged_under=version(), judged_on=day)


def told() -> dict[int, list[bool]]:
    """Return what the feed said of each number, one after the other: listed or not."""
    found: dict[int, list[bool]] = {}
    for publication in feed.stream():
        found.setdefault(publication.cnic, []).append(publication.listed)
    return found


def worker(*words: str) -> AbstractContextManager["subprocess.Popen[str]"]:
    """Run ``nsor worker`` as a process of its own; it is killed at the end if it still runs."""
    return process("worker", *words)


def a_conviction(**changes: Any) -> NewConviction:
    """Return what an officer enters by hand of a man whose number is ``ASLAM``'s."""
    person = documents.Profile(
        "محمد اسلم", "غلام رسول", "Muhammad Aslam", "Ghulam Rasool", "father", "male"
    )
    given: dict[str, Any] = {
        "number": ASLAM,
        "case": documents.Case("Sessions Court, Lahore", "12/2020", person),
        "sections": ("PPC 376",),
        "convicted_on": date(2020, 6, 1),
        "offence_on": date(2019, 5, 1),
        "victim_category": "child",
    }
    return NewConviction(**given | changes)


def term_of(months: int | None, **columns: Any) -> dict[str, Any]:
    """Return the row by which the gravest tier, that of rape, has a term in months."""
    return {"tier_set": "sorna", "tier": 3, "runs_from": "conviction", "months": months} | columns
