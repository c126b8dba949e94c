"""The life cycle over every order of events, against an oracle that is written anew.

After every step, on both databases: what the public is told of every number is what two different
officers stand behind and nothing silences; a step that was refused changed no row; one that was
taken is in the trail. At the end of each order the trail is whole, nothing opens of whoever was
removed, and ``as_of`` says of today what the feed says.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from evidence.evidence_builders import a_photograph
from history_making import SECTION
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from life_cycle_office import OFFICERS, Clock, digest, entries, fresh_start, officers
from life_cycle_oracle import Asked, Case, Names, Oracle, Record

from nsor.audit.sequencing import sequence
from nsor.audit.verifying import verify
from nsor.register import acting, documents, feed, lifecycle_page, services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.evidence.store import add_evidence
from nsor.register.history import as_of
from nsor.register.models import (
    Batch,
    Conviction,
    Ground,
    IdentityNumber,
    Offender,
    Profile,
)
from nsor.secrecy import subjects

IS_LONG = os.environ.get("NSOR_CHAOS") == "full"
ORDERS = {"sqlite": 150 if IS_LONG else 15, "postgres": 40 if IS_LONG else 5}
STEPS_EACH = 50
CNICS = ("3520112345671", "3520198765431", "3520155555551")
SPELLINGS = (
    Names("محمد اسلم", "Muhammad Aslam"),
    Names("یوسف علی", "Yousaf Ali"),
    Names("کریم بخش", "Karim Bakhsh"),
)
REASON = "so ordered"

people = st.sampled_from(CNICS)
names = st.sampled_from(SPELLINGS)
appeals = st.sampled_from(["none", "none", "pending", "stayed", "quashed"])
asking = st.sampled_from(["amna"] * 4 + ["omar", "bilal", "celia", "sadia"])
deciding = st.sampled_from(["bilal"] * 3 + ["celia"] * 3 + ["amna", "sadia"])
which = st.integers(0, 5)
then = st.sampled_from(["wait", "wait", "approve", "approve", "approve", "reject"])
"""Whether a second officer speaks at once on what was asked for, or it waits."""


class LifeCycle(RuleBasedStateMachine):
    """Five officers do to three people whatever can be done, in any order."""

    def __init__(self, start_again: Callable[[], None]) -> None:
        super().__init__()
        start_again()
        self.patches = pytest.MonkeyPatch()
        self.clock = Clock(self.patches)
        self.staff = officers()
        self.oracle = Oracle()
        self.drafts: list[tuple[Batch, Record, Case, str]] = []
        self.cases = 0
        self.now = digest()
        self.entries = entries()

    def teardown(self) -> None:
        try:
            self._look_back()
        finally:
            self.patches.undo()

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
        batch = self._does(
            OFFICERS[by] == "entry",
            lambda: services.enter_conviction(
                _conviction(cnic, case),
                self.staff[by],
                same_as=known and self._row(known),
                others=frozenset(Offender.objects.values_list("pk", flat=True)),
            ),
            must=True,
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
            lambda: services.change_draft(batch, _conviction(record.cnic, changed), self.staff[by]),
        )
        if done is not None:
            case.names = named

    @precondition(lambda self: self.drafts)
    @rule(place=which, by=asking)
    def discard_draft(self, place: int, by: str) -> None:
        batch, record, _, own = draft = self.drafts[place % len(self.drafts)]
        done = self._does(
            by == own, lambda: services.discard_draft(batch, self.staff[by]) or True, must=True
        )
        if done:
            self.drafts.remove(draft)
            if not Offender.objects.filter(pk=record.offender).exists():
                assert not record.cases
                del self.oracle.records[record.cnic]

    @precondition(lambda self: self.drafts)
    @rule(place=which, after=then)
    def submit(self, place: int, after: str) -> None:
        batch, record, case, by = draft = self.drafts[place % len(self.drafts)]
        if self._does(True, lambda: services.submit(batch, self.staff[by]), must=True) is None:
            return
        self.drafts.remove(draft)
        record.cases.append(case)

        def stands() -> None:
            case.stood_behind = True
            record.root.names = record.root.names or (None if record.into else case.names)

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

    @rule(cnic=people, by=asking)
    def withdraw(self, cnic: str, by: str) -> None:
        record = self.oracle.records.get(cnic)
        done = self._does(
            OFFICERS[by] in ("entry", "approval"),
            lambda: services.withdraw(cnic, self.staff[by], REASON),
            must=self._is_told(cnic),
        )
        if done is not None:
            assert record is not None
            record.root.standing, record.root.ground = "suspended", "withdrawn"

    @rule(cnic=people, by=asking, ground=st.sampled_from(["dispute", "court_order"]))
    def suspend(self, cnic: str, by: str, ground: str) -> None:
        done = self._about(
            cnic,
            by,
            lambda row, officer: services.suspend(row, Ground(ground), officer, REASON),
            must=self._is_told(cnic),
        )
        if done is not None:
            root = self.oracle.records[cnic].root
            root.standing, root.ground = "suspended", ground

    @rule(cnic=people, by=asking, ago=st.integers(0, 100))
    def record_death(self, cnic: str, by: str, ago: int) -> None:
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
        done = self._about(cnic, by, lambda row, officer: services.restore(row, officer, REASON))
        if done is not None:
            root = self.oracle.records[cnic].root

            def restored() -> None:
                root.standing, root.ground = "active", ""

            self._waits(Asked(done.batch, "restore", by, root, restored), after)

    @rule(cnic=people, by=asking, named=names, ago=st.sampled_from([0, 0, 50]), after=then)
    def correct_names(self, cnic: str, by: str, named: Names, ago: int, after: str) -> None:
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

    @rule(cnic=people, other=people, by=asking, after=then)
    def ask_to_merge(self, cnic: str, other: str, by: str, after: str) -> None:
        one, two = self.oracle.records.get(cnic), self.oracle.records.get(other)
        if one is None or two is None:
            return
        done = self._does(
            OFFICERS[by] in ("entry", "approval") and one is not two,
            lambda: services.merge(self._row(one), self._row(two), self.staff[by], REASON),
        )
        if done is not None:
            self._waits(
                Asked(done.batch, "merge", by, one, lambda: setattr(two, "into", one)), after
            )

    @rule(cnic=people, by=asking, after=then)
    def ask_to_unmerge(self, cnic: str, by: str, after: str) -> None:
        record = self.oracle.records.get(cnic)
        if record is None:
            return
        done = self._does(
            OFFICERS[by] in ("entry", "approval") and record.into is not None,
            lambda: services.unmerge(self._row(record), self.staff[by], REASON),
        )
        if done is not None:
            root = record.root
            self._waits(
                Asked(done.batch, "unmerge", by, root, lambda: self.oracle.part(record)), after
            )

    @rule(cnic=people, by=asking, after=then)
    def ask_to_remove(self, cnic: str, by: str, after: str) -> None:
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

    @rule(days=st.sampled_from([1, 30, 365, 15 * 365]))
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
        record.root.standing, record.root.ground = "expired", ""
        assert entries() > self.entries
        self._look()

    # what holds at any time

    @invariant()
    def the_public_is_told_what_two_officers_stand_behind(self) -> None:
        for cnic in CNICS:
            told = self.oracle.told(cnic, today())
            publication = feed.current(cnic)
            is_listed = publication is not None and publication.listed
            if told.is_due:
                continue  # the scheduled job, or the next act, silences them
            assert is_listed == told.listed, cnic
            if is_listed:
                assert publication is not None
                assert publication.name_en == told.name_en

    @invariant()
    def nothing_opens_of_who_was_removed(self) -> None:
        for record in self.oracle.erased:
            row = Offender.objects.get(pk=record.offender)
            assert row.standing == "removed"
            assert subjects.key(row.key_id) is None
            for model in (Profile, Conviction, IdentityNumber):
                sealed = model.objects.filter(offender=row).values_list("sealed", flat=True)
                assert not any(bytes(one) for one in sealed)

    def _look_back(self) -> None:
        """See that the trail is whole, and that the past of today is today."""
        sequence()
        assert verify().whole
        for cnic, record in self.oracle.records.items():
            told = self.oracle.told(cnic, today())
            view = as_of(self._row(record), today(), self.clock.now)
            if told.is_due or view is None:
                assert not told.listed or told.is_due
                continue
            assert (view.disclosure.outcome == "listed") == told.listed
            if told.listed:
                assert view.profile is not None
                assert view.profile.name_en == told.name_en

    # how it is done

    def _does(self, may: bool, act: Callable[[], Any], *, must: bool = False) -> Any:
        """Take a step; return what it gave, or None where it was refused, and changed nothing.

        ``may``: whether it is allowed at all; ``must``: whether it has to work where it is.
        """
        refused = None
        try:
            done = act()
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            assert digest() == self.now, refused
            assert not (may and must), refused
            return None
        assert may, "a step was taken that nobody may take"
        assert entries() > self.entries
        self._look()
        return done

    def _about(
        self,
        cnic: str,
        by: str,
        act: Callable[[Offender, Any], Any],
        *,
        may: bool = True,
        must: bool = False,
    ) -> Any:
        record = self.oracle.records.get(cnic)
        if record is None:
            return None
        is_allowed = may and OFFICERS[by] in ("entry", "approval")
        return self._does(is_allowed, lambda: act(self._row(record), self.staff[by]), must=must)

    def _look(self) -> None:
        self.now, self.entries = digest(), entries()

    def _waits(self, asked: Asked, after: str) -> None:
        self.oracle.waiting.append(asked)
        if after != "wait":
            other = "celia" if asked.by == "bilal" else "bilal"
            self._decide(asked, other, approved=after == "approve")

    def _decide(self, asked: Asked, by: str, *, approved: bool) -> None:
        officer = self.staff[by]
        done = self._does(
            by != asked.by and OFFICERS[by] == "approval",
            lambda: (
                services.approve(asked.batch, officer)
                if approved
                else services.reject(asked.batch, officer, REASON)
            ),
            must=asked.kind in ("entry", "correction", "removal") or not approved,
        )
        if done is not None:
            self.oracle.decided(asked, approved=approved)

    def _is_told(self, cnic: str) -> bool:
        return self.oracle.told(cnic, today()).listed

    def _row(self, record: Record) -> Offender:
        return Offender.objects.select_related("merged_into").get(pk=record.offender)

    def _conviction(self, record: Record, case: Case) -> Conviction:
        row = self._row(record)
        key = acting.key_of(row)
        for one in Conviction.objects.filter(offender=row, current=True):
            if documents.open_case(key.key, one.pk, bytes(one.sealed)).case_number == case.number:
                return one
        raise LookupError(case.number)


def _conviction(cnic: str, case: Case) -> services.NewConviction:
    person = documents.Profile(*_four(case.names), "father", "male")
    return services.NewConviction(
        number=cnic,
        case=documents.Case("Sessions Court, Lahore", case.number, person),
        sections=(SECTION,),
        convicted_on=case.convicted_on,
        victim_category="child",
        juvenile=case.juvenile,
        appeal_state=case.appeal,
    )


def _four(named: Names) -> tuple[str, str, str, str]:
    return named.name_ur, "غلام رسول", named.name_en, "Ghulam Rasool"


def test_over_every_order_of_events(database: Any, request: pytest.FixtureRequest) -> None:
    start_again = fresh_start(request, database.engine)
    run_state_machine_as_test(
        lambda: LifeCycle(start_again),
        settings=settings(
            max_examples=ORDERS[database.engine],
            stateful_step_count=STEPS_EACH,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_page_in_the_docs_is_drawn_from_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "life-cycle.md"

    assert page.read_text("utf-8") == lifecycle_page.page()
