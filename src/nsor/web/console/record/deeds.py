"""The acts on a person that have a page of their own here: one table.

Rules that hold here: each says in a sentence what happens at once and what waits for whom; what
silences takes a reason and nothing more, so that nothing holds it up; what can't be taken back by
the same officer asks for the proof of who they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.accounts.models import Officer, Role
from nsor.register import lifecycle, reviews, services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.lifecycle import State
from nsor.register.models import Evidence, Ground, Offender
from nsor.register.reading import RecordView
from nsor.web.console.record.forms import DeathForm, DeedForm, ReviewForm, SuspendForm

_EITHER = frozenset({Role.ENTRY, Role.APPROVAL})
_NOBODYS = frozenset({State.NEW, State.REJECTED, State.REMOVED})
Do = Callable[[Offender, RecordView, Officer, DeedForm, Evidence | None], object]


@dataclass(frozen=True)
class Deed:
    """One act: what it is called, what it does, who may do it when, and how it is done."""

    name: str
    title: Promise
    happens: Promise
    """What happens at once, and what doesn't."""
    done: Promise
    silences: bool
    roles: frozenset[str]
    possible: Callable[[RecordView], bool]
    do: Do
    form: type[DeedForm] = DeedForm
    lasts: bool = False
    """Whether the same officer can't take it back: whoever does it proves again who they are."""
    evidence: str = "other"
    """The kind of document that is added with it."""

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"console-record-{self.name}"


def can_be_done(deed: Deed, record: RecordView, officer: Officer) -> bool:
    """Tell whether an officer may do something to a person as they stand."""
    return officer.role in deed.roles and deed.possible(record)


def _suspend(
    row: Offender, record: RecordView, officer: Officer, form: DeedForm, evidence: Evidence | None
) -> None:
    given = form.cleaned_data
    ground = Ground(given["ground"])
    services.suspend(row, ground, officer, given["reason"], evidence=evidence)


def _withdraw(
    row: Offender, record: RecordView, officer: Officer, form: DeedForm, evidence: Evidence | None
) -> None:
    if not record.numbers:
        raise Refusal("not_registered", "The record has no identity number by which to act.")
    digits = record.numbers[0].digits
    services.withdraw(digits, officer, form.cleaned_data["reason"], evidence=evidence)


def _die(
    row: Offender, record: RecordView, officer: Officer, form: DeedForm, evidence: Evidence | None
) -> None:
    given = form.cleaned_data
    services.record_death(row, given["died_on"], officer, given["reason"], evidence=evidence)


def _restore(
    row: Offender, record: RecordView, officer: Officer, form: DeedForm, evidence: Evidence | None
) -> None:
    services.restore(row, officer, form.cleaned_data["reason"], evidence=evidence)


def _remove(
    row: Offender, record: RecordView, officer: Officer, form: DeedForm, evidence: Evidence | None
) -> None:
    services.remove(row, officer, form.cleaned_data["reason"], evidence=evidence)


def _review(
    row: Offender, record: RecordView, officer: Officer, form: DeedForm, evidence: Evidence | None
) -> None:
    given = form.cleaned_data
    services.record_review(row, officer, given["finding"], given["reason"], evidence=evidence)


def _waits(record: RecordView, *kinds: str) -> bool:
    return any(act.state == "submitted" and act.kind in kinds for act in record.acts)


def _can_be_restored(record: RecordView) -> bool:
    silenced = record.state is State.SUSPENDED or (
        record.deceased_on is not None and record.state not in (*_NOBODYS, State.EXPIRED)
    )
    return silenced and not _waits(record, "restore", "removal")


def _can_be_removed(record: RecordView) -> bool:
    return record.state in lifecycle.REMOVE.sources and not _waits(record, "removal")


def _can_be_reviewed(record: RecordView) -> bool:
    on = record.term.review_on
    registered = record.state in (State.PUBLISHED, State.SUBMITTED, State.SUSPENDED)
    return registered and on is not None and on <= today() + reviews.AHEAD


DEEDS: Final = {
    deed.name: deed
    for deed in (
        Deed(
            name="suspend",
            title=_("Suspend"),
            happens=_(
                "The public is told nothing of this person from the moment you confirm. They stay"
                " suspended until a second officer restores them."
            ),
            done=_("The registration is suspended. The public is told nothing of it now."),
            silences=True,
            roles=_EITHER,
            possible=lambda record: record.state in lifecycle.SUSPEND.sources,
            do=_suspend,
            form=SuspendForm,
            evidence="order",
        ),
        Deed(
            name="withdraw",
            title=_("Withdraw: wrongly listed"),
            happens=_(
                "The public, institutions and law enforcement are told nothing of this person from"
                " the moment you confirm, whatever the courts said. They stay silent until a second"
                " officer restores them."
            ),
            done=_("The person is withdrawn. Nobody is told of them now."),
            silences=True,
            roles=_EITHER,
            possible=lambda record: record.state in lifecycle.WITHDRAW.sources,
            do=_withdraw,
        ),
        Deed(
            name="death",
            title=_("Record a death"),
            happens=_(
                "The public is told nothing of this person from the moment you confirm. A death"
                " recorded by mistake is undone by asking to have the person restored."
            ),
            done=_("The death is recorded. The public is told nothing of the person now."),
            silences=True,
            roles=_EITHER,
            possible=lambda record: record.state not in _NOBODYS and record.deceased_on is None,
            do=_die,
            form=DeathForm,
            evidence="death_certificate",
        ),
        Deed(
            name="restore",
            title=_("Ask to have them restored"),
            happens=_(
                "Nothing changes at once: the person stays silent until a second officer approves"
                " what you ask for here."
            ),
            done=_("Restoring the person awaits a second officer."),
            silences=False,
            roles=_EITHER,
            possible=_can_be_restored,
            do=_restore,
            lasts=True,
        ),
        Deed(
            name="remove",
            title=_("Ask for removal"),
            happens=_(
                "The public is told nothing of this person from the moment you confirm. Once a"
                " second officer approves, all that is stored of them is made unreadable for ever."
            ),
            done=_("The person is silent now. Their removal awaits a second officer."),
            silences=True,
            roles=_EITHER,
            possible=_can_be_removed,
            do=_remove,
            lasts=True,
        ),
        Deed(
            name="review",
            title=_("Record a review as done"),
            happens=_(
                "The review is entered with its finding, and the day of the next one follows from"
                " the law. Nothing changes in what anybody is told."
            ),
            done=_("The review is recorded."),
            silences=False,
            roles=frozenset(reviews.REVIEWERS),
            possible=_can_be_reviewed,
            do=_review,
            form=ReviewForm,
        ),
    )
}
