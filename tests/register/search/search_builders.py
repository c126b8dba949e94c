"""People to be searched for, and searches, as the tests of the search give them."""

from datetime import date
from typing import Any

from register_builders import Office, a_row

from nsor.register import documents, entering
from nsor.register.deciding import approve_batch
from nsor.register.entering import NewConviction
from nsor.register.models import Batch, Offender
from nsor.register.search.query import Query, Results, Row
from nsor.register.search.searching import search

FATHERS = {
    "Ghulam Rasool": "غلام رسول",
    "Bashir Ahmed": "بشیر احمد",
    "Karim Bakhsh": "کریم بخش",
}


def a_person(number: int, **changes: str) -> dict[str, str]:
    """Return a row of somebody of their own; the number tells them apart."""
    return a_row(cnic=f"35201{number:07}1", case_number=f"{number}/2020", **changes)


def named(number: int, ur: str, en: str, father: str = "Ghulam Rasool", **changes: str) -> Any:
    """Return a row of somebody with a name."""
    return a_person(
        number,
        name_ur=ur,
        name_en=en,
        father_name_ur=FATHERS[father],
        father_name_en=father,
        **changes,
    )


class Registry:
    """Searches of one office."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def finds(self, **asked: Any) -> Results:
        """Search as the officer who approves."""
        return search(Query(**asked), self.office.bilal)

    def names(self, **asked: Any) -> list[str]:
        """Search, and return the English names that were shown, the likeliest first."""
        return [row.name_en for row in self.finds(**asked).rows]

    def only(self, **asked: Any) -> Row:
        """Search for somebody of whom there is one."""
        (row,) = self.finds(**asked).rows
        return row


def the_holder(number: int) -> Offender:
    """Return the offender of ``a_person``."""
    from nsor.register import acting

    return acting.find(f"35201{number:07}1")


def entry_of(number: int, **changes: Any) -> NewConviction:
    """Return a conviction that an officer enters by hand; changes are fields of the profile."""
    profile: dict[str, Any] = {
        "name_ur": "ذوالفقار بگٹی",
        "father_name_ur": "نواب خان",
        "name_en": "Zulfiqar Bugti",
        "father_name_en": "Nawab Khan",
        "relation": "father",
        "sex": "male",
        "date_of_birth": date(1985, 3, 1),
    }
    return NewConviction(
        number=f"35201{number:07}1",
        case=documents.Case(
            court="Sessions Court, Quetta",
            case_number=f"{number}/2021",
            person=documents.Profile(**{**profile, **changes}),
        ),
        sections=("PPC 376",),
        convicted_on=date(2021, 4, 1),
        victim_category="woman",
    )


def entered(office: Office, number: int, **changes: Any) -> Batch:
    """Enter somebody by hand, as a draft."""
    return entering.enter_conviction(entry_of(number, **changes), office.amna)


def approved(office: Office, number: int, **changes: Any) -> Batch:
    """Enter somebody by hand, and have them approved."""
    batch = entering.submit(entered(office, number, **changes), office.amna)
    approve_batch(batch.pk, office.bilal)
    return batch
