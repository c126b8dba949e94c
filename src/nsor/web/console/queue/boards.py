"""What the work queue shows each role: figures that lead to a room, and lists of what waits.

Rules that hold here: nothing of a person is shown but to entry officers what they entered
themselves; each figure is read from an index of what waits, or of the newest part of the trail.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor import places
from nsor.accounts.models import Officer, OfficerProposal, Role
from nsor.audit.acts import OUTCOMES, REACHES_OUTSIDE, Act
from nsor.audit.models import Entry
from nsor.law import changes
from nsor.register import acting, drafts, identity_checks, waiting
from nsor.register.calendar import today
from nsor.register.drafts import Listed
from nsor.register.errors import Refusal
from nsor.register.models import Batch, Offender, Standing
from nsor.register.waiting import Reach
from nsor.web.console.queue.lists import Row, shown

SHOWN: Final = 20
MOST: Final = 1_000
"""Up to which figure is counted where an index may hold a million."""
NEWEST: Final = 20_000
"""Entries of the trail that are looked at."""
UNDER_WAY: Final = timedelta(minutes=5)
"""For as long an intent may still be getting its outcome."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, what it counts, and where it leads; ``is_more``: there are as many at least."""

    count: int
    label: str | Promise
    address: str
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """An act of the officer's own that was rejected, and why."""

    batch: Batch
    reason: str


@dataclass(slots=True)
class Board:
    """All that the queue shows one officer."""

    tiles: list[Tile] = field(default_factory=list)
    inside: list[Row] = field(default_factory=list)
    outside: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    forms: list[Listed] = field(default_factory=list)
    drafts: list[Row] = field(default_factory=list)
    submitted: list[Row] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def board(officer: Officer) -> Board:
    """Return what the queue shows an officer."""
    return _BOARDS[Role(officer.role)](officer)


def _of_entry(officer: Officer) -> Board:
    forms = drafts.listed(officer)
    of_forms = {one.batch for one in forms}
    others = [one for one in waiting.my_drafts(officer, SHOWN) if one.batch not in of_forms]
    return Board(
        forms=forms,
        drafts=shown(others, officer, page="console-entry-draft"),
        submitted=shown(waiting.my_submitted(officer, SHOWN), officer, page=""),
        rejected=[Rejected(one, _why(one)) for one in waiting.my_rejected(officer)],
    )


def _why(batch: Batch) -> str:
    try:
        return acting.open_decision(batch)
    except Refusal:  # the person was removed since
        return ""


def _of_approval(officer: Officer) -> Board:
    jurisdiction = officer.jurisdiction
    inside = waiting.to_decide(Reach(jurisdiction), most=SHOWN)
    outside = waiting.to_decide(Reach(jurisdiction, outside=True), most=SHOWN)
    counted = waiting.counts()
    return Board(
        tiles=[
            Tile(
                sum(counted.values()), _("wait for a second officer"), reverse("console-approval")
            ),
            Tile(
                waiting.reviews_to_do(),
                _("silenced at once, to be looked at"),
                reverse("console-approval-silences"),
            ),
            Tile(
                identity_checks.open_alarms()[:MOST].count(),
                _("numbers that the identity authority doubts"),
                reverse("console-approval-identities"),
            ),
            Tile(
                len(changes.waiting()), _("proposed changes of policy"), reverse("console-policy")
            ),
        ],
        inside=shown(inside, officer),
        outside=shown(outside, officer) if jurisdiction else [],
        reviews=shown(waiting.to_review(most=SHOWN), officer, page="console-approval-silence"),
    )


def _of_supervision(officer: Officer) -> Board:
    rows = Offender.objects.filter(
        review_on__lte=today(), standing__in=(Standing.ACTIVE, Standing.SUSPENDED)
    )
    if officer.jurisdiction:
        rows = rows.filter(district__in=sorted(places.codes(officer.jurisdiction)))
    count = len(rows.values_list("pk", flat=True)[: MOST + 1])
    return Board(
        tiles=[
            Tile(
                min(count, MOST),
                _("registrations whose review has fallen due"),
                reverse("console-reviews"),
                count > MOST,
            )
        ]
    )


def _of_audit(officer: Officer) -> Board:
    trail = reverse("console-trail")
    return Board(
        tiles=[
            Tile(_refused_today(), _("refused sign-ins in the last 24 hours"), trail),
            Tile(_without_outcome(), _("intents without an outcome"), trail),
            Tile(
                len(changes.waiting()), _("proposed changes of policy"), reverse("console-policy")
            ),
        ]
    )


def _of_administration(officer: Officer) -> Board:
    open_ones = OfficerProposal.objects.filter(state="open")
    own = open_ones.filter(proposed_by=officer).count()
    page = reverse("console-officers")
    return Board(
        tiles=[
            Tile(open_ones.count() - own, _("proposals about officers wait for you"), page),
            Tile(own, _("proposals of yours wait for another administrator"), page),
        ]
    )


def _newest() -> int:
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return last - NEWEST


def _refused_today() -> int:
    since = (timezone.now() - timedelta(days=1)).timestamp() * 1_000_000
    return Entry.objects.filter(
        pk__gt=_newest(), act=Act.SIGN_IN_REFUSED, at__gte=int(since)
    ).count()


def _without_outcome() -> int:
    until = (timezone.now() - UNDER_WAY).timestamp() * 1_000_000
    ended = Entry.objects.filter(
        act__in=OUTCOMES,
        subject=Concat(Value("entry:"), Cast(OuterRef("pk"), CharField())),
    )
    intended = Entry.objects.filter(pk__gt=_newest(), act__in=REACHES_OUTSIDE, at__lte=int(until))
    return intended.filter(~Exists(ended)).count()


_BOARDS: Final = {
    Role.ENTRY: _of_entry,
    Role.APPROVAL: _of_approval,
    Role.SUPERVISION: _of_supervision,
    Role.AUDIT: _of_audit,
    Role.ADMINISTRATION: _of_administration,
}
