"""What an officer can do with a record now: by role, by the state, by what the pages offer."""

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.accounts.models import Officer
from nsor.accounts.rooms import Room, may_enter
from nsor.register import lifecycle
from nsor.register.lifecycle import State, Step
from nsor.register.reading import RecordView
from nsor.web.console.record.deeds import DEEDS, can_be_done


class Link(NamedTuple):
    """A link to something that can be done; ``silences`` where that silences at once."""

    address: str
    name: str | Promise
    silences: bool = False


def address_of(name: str, *args: object) -> str:
    """Return the address of a page, ``""`` where the console has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def of_person(record: RecordView, officer: Officer) -> list[Link]:
    """Return what an officer may do with a person, or ask for, now."""
    found = [
        Link(reverse(deed.page, args=[record.offender]), deed.title, deed.silences)
        for deed in DEEDS.values()
        if can_be_done(deed, record, officer)
    ]
    if _may(lifecycle.CORRECT, record.state, officer):
        found += [
            _link(
                "console-entry-correct-profile",
                record.offender,
                _("Correct names, birth or addresses"),
            ),
            _link("console-entry-add-number", record.offender, _("Add an identity number")),
        ]
    if may_enter(officer, Room.DUPLICATES):
        found.append(
            _link("console-duplicates-of", record.offender, _("Look who may be the same person"))
        )
    return [link for link in found if link.address]


def of_conviction(record: RecordView, conviction: int, officer: Officer) -> list[Link]:
    """Return what an officer may do about one conviction now."""
    found = []
    if officer.role in lifecycle.WITHDRAW.roles:
        words = _("Record an appeal, a stay or a quashing")
        found.append(_link("console-entry-appeal", conviction, words))
    if _may(lifecycle.CORRECT, record.state, officer):
        words = _("Correct this conviction")
        found.append(_link("console-entry-correct-conviction", conviction, words))
    return [link for link in found if link.address]


def _link(page: str, number: int, name: Promise) -> Link:
    return Link(address_of(page, number), name)


def _may(step: Step, state: State, officer: Officer) -> bool:
    return officer.role in step.roles and state in step.sources
