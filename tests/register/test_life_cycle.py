"""The life cycle over every order of events, on both databases.

``life_cycle_watching`` says what holds after every step; ``life_cycle_oracle`` what the public may
be told, worked out anew from who did what.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from evidence.evidence_builders import a_photograph
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from life_cycle_office import OFFICERS, entries, fresh_start
from life_cycle_oracle import Asked, Case, Names, Record
from life_cycle_watching import CNICS, REASON, Watched, a_conviction_of

from nsor.register import acting, services
from nsor.register.calendar import today
from nsor.register.evidence.store import add_evidence
from nsor.register.models import (
    Batch,
    Ground,
    Offender,
)

IS_LONG = os.environ.get("NSOR_CHAOS") == "full"
ORDERS = {"sqlite": 150 if IS_LONG else 15, "postgres": 40 if IS_LONG else 5}
STEPS_EACH = 50
SPELLINGS = (
    Names("محمد اسلم", "Muhammad Aslam"),
    Names("یوسف علی", "Yousaf Ali"),
    Names("کریم بخش", "Karim Bakhsh"),
)

people = st.sampled_from(CNICS)
names = st.sampled_from(SPELLINGS)
appeals = st.sampled_from(["none"] * 5 + ["pending"] * 2 + ["stayed", "quashed"])
asking = st.sampled_from(["amna"] * 4 + ["omar", "bilal", "celia", "sadia"])
deciding = st.sampled_from(["bilal"] * 3 + ["celia"] * 3 + ["amna", "sadia"])
which = st.integers(0, 5)
seldom = st.sampled_from([False] * 5 + [True])
"""What silences for long is done seldom, or nobody would be told of for most of the time."""
then = st.sampled_from(["wait", "wait", "approve", "approve", "approve", "reject"])
"""Whether a second officer speaks at once on what was asked for, or it waits."""


class LifeCycle(Watched):
    """Five officers do to three people whatever can be done, in any order."""

    @initialize(
        listed=st.lists(st.sampled_from([True, True, True, False]), min_size=3, max_size=3),
        juvenile=st.sampled_from([False, False, True]),
    )
    def there_are_people(self, listed: list[bool], juvenile: bool) -> None:
        for place, (cnic, is_listed) in enumerate(zip(CNICS, listed, strict=True)):
            if is_listed:
                self.enter(cnic, "amna", SPELLINGS[place], "none", juvenile and place == 0)
                self.submit(0, "approve")

    # what officers do

    @rule(cnic=people, by=asking, named=names, appeal=appeals, juvenile=st.booleans())
    def enter(self, cnic: str, by: str, named: Names, appeal: str, juvenile: bool) -> None:
        self.cases += 1
        number = f"{self.cases}/2024"
        began = today() - timedelta(days=200)
        case = Case(number, named, began, juvenile, appeal)
        known = self.oracle.records.get(cnic)
        if known is not None:  # under one number there is one name, unless it is corrected
            held = [*known.cases, *(one for _, whose, one, _ in self.drafts if whose is known)]
            case.names = held[0].names if held else named
        batch = self._does(
            OFFICERS[by] == "entry",
            lambda: services.enter_conviction(
                a_conviction_of(cnic, case),
                self.staff[by],
                same_as=self._row(known) if known else None,
                others=frozenset(Offender.objects.values_list("pk", flat=True)),
            ),
            must=not (known and known.names_differ(case.names)),
        )
        if batch is not None:
            record = known or Record(cnic, batch.offender_id)
            self.oracle.records[cnic] = record
            self.drafts.append((batch, record, case, by))

    @precondition(lambda self: self.drafts)
    @rule(place=which, by=asking, named=names)
    def change_draft(self, place: int, by: str, named: Names) -> None:
        batch, record, case, own = self.drafts[place % len(self.drafts)]
        changed = Case(case.number, named, case.convicted_on, case.juvenile, case.appeal)
        done = self._does(
            by == own,
            lambda: services.change_draft(
                batch, a_conviction_of(record.cnic, changed), self.staff[by]
            ),
        )
        if done is not None:
            case.names = named

    @precondition(lambda self: self.drafts)
    @rule(place=which, by=asking)
    def discard_draft(self, place: int, by: str) -> None:
        batch, record, _, own = draft = self.drafts[place % len(self.drafts)]
        done = self._does(by == own, lambda: self._discard(batch, by), must=True)
        if done:
            self.drafts.remove(draft)
            if not Offender.objects.filter(pk=record.offender).exists():
                assert not record.cases
                del self.oracle.records[record.cnic]

    def _discard(self, batch: Batch, by: str) -> bool:
        services.discard_draft(batch, self.staff[by])
        return True

    @precondition(lambda self: self.drafts)
    @rule(place=which, after=then)
    def submit(self, place: int, after: str) -> None:
        batch, record, case, by = draft = self.drafts[place % len(self.drafts)]
        must = not record.names_differ(case.names)
        if self._does(True, lambda: services.submit(batch, self.staff[by]), must=must) is None:
            return
        self.drafts.remove(draft)
        record.cases.append(case)

        def stands() -> None:
            case.stood_behind = True
            record.root.names = record.root.names or (None if record.into else case.names)
            self.oracle.begins_anew(record, case, today())

        asked = Asked(batch.pk, "entry", by, record, stands)
        asked.refused = lambda: record.cases.remove(case)
        self._waits(asked, after)

    @precondition(lambda self: self.oracle.waiting)
    @rule(place=which, by=deciding, approved=st.sampled_from([True, True, True, False]))
    def decide(self, place: int, by: str, approved: bool) -> None:
        asked = self.oracle.waiting[place % len(self.oracle.waiting)]
        self._decide(asked, by, approved=approved)

    @precondition(lambda self: self.oracle.waiting)
    @rule(place=which, by=deciding)
    def decide_what_does_not_wait(self, place: int, by: str) -> None:
        waiting = {asked.batch for asked in self.oracle.waiting}
        others = list(Batch.objects.exclude(pk__in=waiting).values_list("pk", flat=True))
        if others:
            batch = others[place % len(others)]
            self._does(False, lambda: services.approve(batch, self.staff[by]))

    @rule(cnic=people, place=which, state=appeals, by=asking, ago=st.integers(0, 100), after=then)
    def appeal(self, cnic: str, place: int, state: str, by: str, ago: int, after: str) -> None:
        record = self.oracle.records.get(cnic)
        cases = [case for one in self.oracle.whole(record) for case in one.cases] if record else []
        if not cases:
            return
        case = cases[place % len(cases)]
        done = self._does(
            OFFICERS[by] in ("entry", "approval"),
            lambda: services.record_appeal(
                cnic,
                case.number,
                state,
                self.staff[by],
                REASON,
                effective_on=today() - timedelta(days=ago),
            ),
            must=state in ("stayed", "quashed"),
        )
        if done is None:
            return
        assert record is not None
        if done.batch is None:
            case.appeal = state
        else:
            self._waits(
                Asked(done.batch, "appeal", by, record, lambda: setattr(case, "appeal", state)),
                after,
            )

    @rule(cnic=people, by=asking, so=seldom)
    def withdraw(self, cnic: str, by: str, so: bool) -> None:
        if not so:
            return
        record = self.oracle.records.get(cnic)
        done = self._does(
            OFFICERS[by] in ("entry", "approval"),
            lambda: services.withdraw(cnic, self.staff[by], REASON),
            must=self._is_told(cnic),
        )
        if done is not None:
            assert record is not None
            record.root.standing, record.root.ground = "suspended", "withdrawn"

    @rule(cnic=people, by=asking, ground=st.sampled_from(["dispute", "court_order"]), so=seldom)
    def suspend(self, cnic: str, by: str, ground: str, so: bool) -> None:
        if not so:
            return
        done = self._about(
            cnic,
            by,
            lambda row, officer: services.suspend(row, Ground(ground), officer, REASON),
            must=self._is_told(cnic),
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            if root.ground != "withdrawn":  # whatever comes after that is less
                root.standing, root.ground = "suspended", ground

    @rule(cnic=people, by=asking, ago=st.integers(0, 100), so=seldom)
    def record_death(self, cnic: str, by: str, ago: int, so: bool) -> None:
        if not so:
            return
        died_on = today() - timedelta(days=ago)
        done = self._about(
            cnic,
            by,
            lambda row, officer: services.record_death(row, died_on, officer, REASON),
            must=self._is_told(cnic),
        )
        if done is not None:
            self.oracle.records[cnic].root.died = True

    @rule(cnic=people, by=asking, after=then)
    def ask_to_restore(self, cnic: str, by: str, after: str) -> None:
        cnic = self._rather(cnic, self._is_silenced)
        done = self._about(
            cnic,
            by,
            lambda row, officer: services.restore(row, officer, REASON),
            may=cnic in self.oracle.records and self._is_silenced(self.oracle.records[cnic]),
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            effect = lambda: self.oracle.restore(root)  # noqa: E731
            self._waits(Asked(done.batch, "restore", by, root, effect), after)

    def _is_silenced(self, one: Record) -> bool:
        """Tell whether somebody is suspended, or active but for a death."""
        is_dead = any(record.died for record in self.oracle.whole(one))
        return one.root.standing == "suspended" or (one.root.standing == "active" and is_dead)

    @rule(cnic=people, by=asking, named=names, ago=st.sampled_from([0, 0, 50]), after=then)
    def correct_names(self, cnic: str, by: str, named: Names, ago: int, after: str) -> None:
        cnic = self._rather(cnic, lambda one: self._is_told(one.cnic))
        since = today() - timedelta(days=ago)
        correction = services.ProfileCorrection(named._asdict(), since)
        done = self._about(
            cnic, by, lambda row, officer: services.correct(row, correction, officer, REASON)
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            effect = lambda: setattr(root, "names", named)  # noqa: E731
            self._waits(Asked(done.batch, "correction", by, root, effect, voids=True), after)

    @rule(cnic=people, by=asking, district=st.sampled_from(["Lahore", "Quetta"]), after=then)
    def correct_what_is_not_told(self, cnic: str, by: str, district: str, after: str) -> None:
        cnic = self._rather(cnic, lambda one: self._is_told(one.cnic))
        correction = services.ProfileCorrection({"district": district})
        done = self._about(
            cnic, by, lambda row, officer: services.correct(row, correction, officer, REASON)
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            self._waits(Asked(done.batch, "correction", by, root, lambda: None), after)

    @rule(
        cnic=people, place=which, by=asking, proven=st.sampled_from([True, True, False]), after=then
    )
    def order_publication(self, cnic: str, place: int, by: str, proven: bool, after: str) -> None:
        record = self.oracle.records.get(cnic)
        whole = self.oracle.whole(record) if record else []
        cases = [(one, case) for one in whole for case in one.cases if case.stood_behind]
        if not cases or OFFICERS[by] == "supervision":
            return
        owner, case = cases[place % len(cases)]
        row = self._row(owner)
        evidence = None
        if proven:
            key = acting.key_of(row)
            evidence = add_evidence(
                row.pk, key, a_photograph(), "order.jpg", self.staff[by], "order"
            )
            self._look()
        conviction = self._conviction(owner, case)
        correction = services.ConvictionCorrection(conviction, {"court_order": True})
        done = self._about(
            cnic,
            by,
            lambda row, officer: services.correct(
                row, correction, officer, REASON, evidence=evidence
            ),
            may=proven,
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            effect = lambda: setattr(case, "ordered", True)  # noqa: E731
            self._waits(Asked(done.batch, "correction", by, root, effect, voids=True), after)

    @rule(cnic=people, step=st.sampled_from([1, 1, 1, 2, 2, 2, 0]), by=asking, after=then)
    def ask_to_merge(self, cnic: str, step: int, by: str, after: str) -> None:
        cnic = self._rather(cnic, _is_free)
        other = CNICS[(CNICS.index(cnic) + step) % len(CNICS)]
        if step:
            other = self._rather(other, lambda one: _is_free(one) and one.cnic != cnic)
        one, two = self.oracle.records.get(cnic), self.oracle.records.get(other)
        if one is None or two is None:
            return
        done = self._does(
            OFFICERS[by] in ("entry", "approval")
            and one is not two
            and self.oracle.is_stood_behind(one)
            and self.oracle.is_stood_behind(two),
            lambda: services.merge(self._row(one), self._row(two), self.staff[by], REASON),
        )
        if done is not None:
            self._waits(
                Asked(done.batch, "merge", by, one, lambda: setattr(two, "into", one)), after
            )

    @rule(cnic=people, by=asking, after=then)
    def ask_to_unmerge(self, cnic: str, by: str, after: str) -> None:
        cnic = self._rather(cnic, lambda one: one.into is not None)
        record = self.oracle.records.get(cnic)
        if record is None:
            return
        done = self._does(
            OFFICERS[by] in ("entry", "approval")
            and record.into is not None
            and not self.oracle.is_edited(record),
            lambda: services.unmerge(self._row(record), self.staff[by], REASON),
        )
        if done is not None:
            root = record.root
            self._waits(
                Asked(done.batch, "unmerge", by, root, lambda: self.oracle.part(record)), after
            )

    @rule(cnic=people, by=asking, after=then, so=seldom)
    def ask_to_remove(self, cnic: str, by: str, after: str, so: bool) -> None:
        if not so:
            return
        done = self._about(
            cnic,
            by,
            lambda row, officer: services.remove(row, officer, REASON),
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            if root.standing == "active":
                root.standing, root.ground = "suspended", "removal"
            self._waits(
                Asked(done.batch, "removal", by, root, lambda: self.oracle.erase(root)), after
            )

    @rule(days=st.sampled_from([1, 1, 30, 30, 365, 15 * 365]))
    def time_passes(self, days: int) -> None:
        self.clock.passes(days)

    @rule(cnic=people)
    def the_scheduled_job_runs(self, cnic: str) -> None:
        record = self.oracle.records.get(cnic)
        if record is None:
            return
        told = self.oracle.told(cnic, today())
        done = services.expire(self._row(record))
        if done is None:
            assert not told.is_due
            self._look()
            return
        record.root.standing = "expired"
        if record.root.ground != "withdrawn":
            record.root.ground = ""
        assert entries() > self.entries
        self._look()


def _is_free(one: Record) -> bool:
    return one.standing == "active" and one.into is None


@pytest.mark.timeout(3600 if IS_LONG else 900)  # hypothesis may shrink for five minutes
def test_over_every_order_of_events(database: Any, request: pytest.FixtureRequest) -> None:
    start_again = fresh_start(request, database.engine)
    run_state_machine_as_test(
        lambda: LifeCycle(start_again),  # type: ignore[arg-type]
        settings=settings(
            max_examples=ORDERS[database.engine],
            stateful_step_count=STEPS_EACH,
            deadline=None,
            database=None,
            derandomize=not IS_LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
