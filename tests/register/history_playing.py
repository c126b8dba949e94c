"""Plays made-up histories to the real services, and answers from them as the naive model does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from histories import (
    Appealed,
    Corrected,
    Decided,
    Died,
    Entered,
    Event,
    History,
    Merged,
    Question,
    RemovalAsked,
    Restored,
    Suspended,
    TermEnded,
    Unmerged,
)
from history_making import SECTION
from life_cycle_office import Clock
from register_builders import Office

from nsor.register import documents, services
from nsor.register.batches import reject_batch
from nsor.register.history import RecordView, as_of
from nsor.register.models import Ground, Offender, Publication
from nsor.secrecy import subjects

REASON = "so ordered"


class Player:
    """Does what a history tells by the register's services, each event at its moment."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self.office = office
        self.clock = clock
        self.offenders: dict[str, Offender] = {}
        self.waiting: dict[int, int] = {}
        self.told: list[tuple[datetime, str, tuple[bool, str]]] = []
        """What was published of each person after each event: whether listed, and the name."""

    def play(self, history: History) -> None:
        for place, event in enumerate(history):
            self.clock.now = event.at
            batch = self._do(event)
            if batch is not None:
                self.waiting[place] = batch
            for person, offender in self.offenders.items():
                self.told.append((event.at, person, published(offender)))

    def answer(self, question: Question) -> dict[str, Any]:
        """Answer as ``histories.replay`` does, by ``as_of``."""
        person = self.offenders.get(question.person)
        view = as_of(person, question.on, question.known) if person else None
        if person is None or view is None:
            return _answer_of(None, {}, person.pk if person else 0)
        numbers = {offender.pk: number for number, offender in self.offenders.items()}
        return _answer_of(view, numbers, person.pk)

    def _do(self, event: Event) -> int | None:
        amna = self.office.amna
        match event:
            case Entered():
                return self._enter(event)
            case Decided(of=of, approved=True):
                services.approve(self.waiting[of], self.office.bilal)
                return None
            case Decided(of=of):
                reject_batch(self.waiting[of], self.office.bilal, REASON)
                return None
            case Appealed(person=person, case=case, state=state, effective_on=effective_on):
                return services.record_appeal(
                    person, case, state, amna, REASON, effective_on=effective_on
                ).batch
            case Suspended(person=person, ground=Ground.WITHDRAWN):
                return services.withdraw(person, amna, REASON).batch
            case Merged(person=person, other=other):
                into, other_one = self.offenders[person], self.offenders[other]
                return services.merge(fresh(into), fresh(other_one), amna, REASON).batch
            case Unmerged(other=other):
                return services.unmerge(fresh(self.offenders[other]), amna, REASON).batch
        return self._do_to(fresh(self.offenders[event.person]), event)

    def _do_to(self, offender: Offender, event: Event) -> int | None:
        amna = self.office.amna
        match event:
            case Corrected(valid_from=valid_from, names=names):
                correction = services.ProfileCorrection(names._asdict(), valid_from)
                return services.correct(offender, correction, amna, REASON).batch
            case Suspended(ground=ground):
                return services.suspend(offender, Ground(ground), amna, REASON).batch
            case Restored():
                return services.restore(offender, amna, REASON).batch
            case Died(died_on=died_on):
                return services.record_death(offender, died_on, amna, REASON).batch
            case TermEnded():
                assert services.expire(offender) is not None
                return None
            case RemovalAsked():
                return services.remove(offender, amna, REASON).batch
        raise NotImplementedError(event)

    def _enter(self, event: Entered) -> int:
        known = self.offenders.get(event.person)
        new = a_conviction(
            event.person,
            event.case,
            convicted_on=event.convicted_on,
            appeal_state=event.appeal,
            **event.names._asdict(),
        )
        everybody = frozenset(Offender.objects.values_list("pk", flat=True))
        batch = services.enter_conviction(
            new, self.office.amna, same_as=known and fresh(known), others=everybody
        )
        services.submit(batch, self.office.amna)
        assert batch.offender is not None
        self.offenders.setdefault(event.person, batch.offender)
        return batch.pk


def a_conviction(
    number: str,
    case: str = "1/2023",
    *,
    convicted_on: date = date(2023, 7, 1),
    appeal_state: str = "none",
    name_ur: str = "محمد اسلم",
    name_en: str = "Muhammad Aslam",
) -> services.NewConviction:
    """Give a conviction whose term is of 15 years, as an officer enters it."""
    person = documents.Profile(name_ur, "غلام رسول", name_en, "Ghulam Rasool", "father", "male")
    return services.NewConviction(
        number=number,
        case=documents.Case("Sessions Court, Lahore", case, person),
        sections=(SECTION,),
        convicted_on=convicted_on,
        victim_category="child",
        appeal_state=appeal_state,
    )


def fresh(offender: Offender) -> Offender:
    return Offender.objects.get(pk=offender.pk)


def published(offender: Offender) -> tuple[bool, str]:
    """Return what the newest publication of somebody says: whether listed, and the name."""
    row = (
        Publication.objects.filter(number__offender=offender, release__last_sequence__isnull=False)
        .order_by("release__base_sequence", "ordinal")
        .last()
    )
    key = subjects.key(row.key_id) if row else None
    if row is None or key is None:
        return False, ""
    told = documents.open_told(key, (row.release_id, row.ordinal), bytes(row.sealed))
    return row.listed, told.name_en


def _answer_of(view: RecordView | None, numbers: dict[int, str], person: int) -> dict[str, Any]:
    profile = view.profile if view else None
    return {
        "names": profile and (profile.name_ur, profile.name_en),
        "standing": view.standing if view else None,
        "ground": view.ground if view else "",
        "deceased_on": view.deceased_on if view else None,
        "convictions": {
            one.case.case_number: one.appeal_state for one in (view.convictions if view else ())
        },
        "merged_into": numbers[view.offender] if view and view.offender != person else None,
    }


def story(*lines: object) -> str:
    return "\n".join(map(str, lines))


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what is written meanwhile, to the data and to the key store."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
