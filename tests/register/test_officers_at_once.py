"""Officers who decide on the same person at the same moment, on both databases.

Each round begins with people of its own; all start at a barrier. However the race ends, exactly
one word counts, who lost is told so and left nothing, and whatever silences is stronger than what
would speak.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from history_playing import a_conviction
from life_cycle_office import entries, officers
from register_builders import in_thread_of_its_own

from nsor.accounts.models import Officer
from nsor.register import acting, feed, services
from nsor.register.errors import Refusal
from nsor.register.models import Batch, Conviction, Offender

ROUNDS = 8
CASE = "1/2023"
REASON = "so ordered"
LOST = {
    "not_mergeable",
    "not_submitted",
    "outdated",
    "wrong_state",
    "already_waiting",
    "in_progress",
    "removed",
}


class Round:
    """A person of this round, and what several officers do to them at once."""

    def __init__(self, staff: dict[str, Officer], number: int) -> None:
        self.staff = staff
        self.cnic = f"35201{number:07}1"
        self.refused: dict[str, str] = {}

    @property
    def offender(self) -> Offender:
        return acting.find(self.cnic)

    @property
    def is_listed(self) -> bool:
        publication = feed.current(self.cnic)
        return publication is not None and publication.listed

    def entered(self) -> int:
        everybody = frozenset(Offender.objects.values_list("pk", flat=True))
        new = a_conviction(self.cnic, CASE)
        batch = services.enter_conviction(new, self.staff["amna"], others=everybody)
        return services.submit(batch, self.staff["amna"]).pk

    def published(self) -> "Round":
        services.approve(self.entered(), self.staff["bilal"])
        return self

    def at_once(self, **acts: Callable[[], object]) -> set[str]:
        """Do all of this at once; return the names of what was not refused."""
        barrier = threading.Barrier(len(acts))
        before = entries()

        def does(name: str, act: Callable[[], object]) -> None:
            barrier.wait(20)
            try:
                act()
            except Refusal as refusal:
                self.refused[name] = refusal.code

        threads = [
            threading.Thread(target=in_thread_of_its_own, args=(partial(does, *act),))
            for act in acts.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        assert set(self.refused.values()) <= LOST, self.refused
        done = acts.keys() - self.refused.keys()
        assert entries() - before >= len(done)
        if not done:
            assert entries() == before
        return set(done)

    def asked(self, done: acting.Done) -> int:
        assert done.batch is not None
        return done.batch


@pytest.fixture
def rounds(database: Any) -> list[Round]:
    """Give people for as many races, once on SQLite and once on PostgreSQL."""
    staff = officers()
    return [Round(staff, number) for number in range(ROUNDS)]


def test_one_word_on_an_entry_counts(rounds: list[Round]) -> None:
    def race(one: Round) -> None:
        batch, staff = one.entered(), one.staff
        done = one.at_once(
            approve=lambda: services.approve(batch, staff["bilal"]),
            approve_too=lambda: services.approve(batch, staff["celia"]),
            reject=lambda: services.reject(batch, staff["celia"], REASON),
        )

        assert len(done) == 1
        assert one.is_listed == (done != {"reject"})
        assert Batch.objects.get(pk=batch).decided_by_id is not None

    for one in rounds:
        race(one)


def test_a_withdrawal_is_stronger_than_any_approval(rounds: list[Round]) -> None:
    def race(one: Round) -> None:
        batch, staff = one.entered(), one.staff
        done = one.at_once(
            approve=lambda: services.approve(batch, staff["bilal"]),
            withdraw=lambda: services.withdraw(one.cnic, staff["amna"], REASON),
        )

        assert done == {"approve", "withdraw"}
        assert not one.is_listed

    for one in rounds:
        race(one)


def test_a_stay_is_stronger_than_the_word_that_ends_an_older_one(rounds: list[Round]) -> None:
    def race(one: Round) -> None:
        one.published()
        staff = one.staff
        services.record_appeal(one.cnic, CASE, "stayed", staff["amna"], REASON)
        batch = one.asked(services.record_appeal(one.cnic, CASE, "none", staff["amna"], REASON))

        done = one.at_once(
            approve=lambda: services.approve(batch, staff["bilal"]),
            stay=lambda: services.record_appeal(one.cnic, CASE, "stayed", staff["omar"], REASON),
        )

        assert "stay" in done
        assert not one.is_listed
        assert Conviction.objects.get(offender=one.offender).appeal_state == "stayed"

    for one in rounds:
        race(one)


def test_a_new_suspension_is_stronger_than_the_word_that_restores(rounds: list[Round]) -> None:
    def race(one: Round) -> None:
        one.published()
        offender, staff = one.offender, one.staff
        services.withdraw(one.cnic, staff["amna"], REASON)
        batch = one.asked(services.restore(offender, staff["amna"], REASON))

        done = one.at_once(
            approve=lambda: services.approve(batch, staff["bilal"]),
            approve_too=lambda: services.approve(batch, staff["celia"]),
            withdraw=lambda: services.withdraw(one.cnic, staff["omar"], REASON),
        )

        assert "withdraw" in done
        assert not one.is_listed

    for one in rounds:
        race(one)


def test_one_of_two_corrections_waits_and_one_word_on_it_counts(rounds: list[Round]) -> None:
    def race(one: Round) -> None:
        one.published()
        offender, staff = one.offender, one.staff
        asked: dict[str, int] = {}

        def correct(by: str, name: str) -> None:
            correction = services.ProfileCorrection({"name_en": name})
            done = services.correct(offender, correction, staff[by], REASON)
            asked[name] = done.batch or 0

        one.at_once(
            amna=lambda: correct("amna", "Aslam Khan"), omar=lambda: correct("omar", "Aslam Shah")
        )

        ((name, batch),) = asked.items()
        assert not one.is_listed
        one.refused.clear()
        done = one.at_once(
            approve=lambda: services.approve(batch, staff["bilal"]),
            reject=lambda: services.reject(batch, staff["celia"], REASON),
        )
        assert len(done) == 1
        publication = feed.current(one.cnic)
        assert publication is not None
        assert publication.name_en == (name if done == {"approve"} else "Muhammad Aslam")

    for one in rounds:
        race(one)


def test_whoever_is_removed_stays_so(rounds: list[Round]) -> None:
    def race(one: Round) -> None:
        one.published()
        offender, staff = one.offender, one.staff
        batch = one.asked(services.remove(offender, staff["amna"], REASON))

        done = one.at_once(
            approve=lambda: services.approve(batch, staff["bilal"]),
            reject=lambda: services.reject(batch, staff["celia"], REASON),
            die=lambda: services.record_death(
                offender, offender.convictions.get().convicted_on, staff["omar"], REASON
            ),
        )

        assert len(done & {"approve", "reject"}) == 1
        assert one.is_listed == (done == {"reject"})
        standing = Offender.objects.get(pk=offender.pk).standing
        assert standing == ("removed" if "approve" in done else "active")

    for one in rounds:
        race(one)


def test_two_mergers_of_the_same_two_become_one(rounds: list[Round]) -> None:
    def race(one: Round, other: Round) -> None:
        into, merged, staff = one.published().offender, other.published().offender, one.staff
        asked: list[int | None] = []

        done = one.at_once(
            this_way=lambda: asked.append(
                services.merge(into, merged, staff["amna"], REASON).batch
            ),
            that_way=lambda: asked.append(
                services.merge(merged, into, staff["omar"], REASON).batch
            ),
        )

        assert len(done) == len(asked) == 1
        one.refused.clear()
        done = one.at_once(
            approve=lambda: services.approve(asked[0] or 0, staff["bilal"]),
            withdraw=lambda: services.withdraw(other.cnic, staff["amna"], REASON),
        )
        assert "withdraw" in done
        assert not other.is_listed
        assert one.is_listed == ("approve" not in done)

    for one, other in zip(rounds[::2], rounds[1::2], strict=True):
        race(one, other)
