"""Watches an office at its work: what holds after every step, whatever the step was.

After every step what the public is told of every number is what two different officers stand
behind and nothing silences; a step that was refused changed no row; one that was taken is in the
trail. At the end the trail is whole, and ``as_of`` says of today what the feed says.
"""

from collections.abc import Callable
from typing import Any

import pytest
from history_making import SECTION
from hypothesis.stateful import RuleBasedStateMachine, invariant
from life_cycle_office import OFFICERS, Clock, digest, entries, officers
from life_cycle_oracle import Asked, Case, Names, Oracle, Record

from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.verifying import verify
from nsor.register import acting, documents, feed, services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.history import as_of
from nsor.register.models import Batch, Conviction, IdentityNumber, Offender, Profile
from nsor.secrecy import subjects

CNICS = ("3520112345671", "3520198765431", "3520155555551")
REASON = "so ordered"


class Watched(RuleBasedStateMachine):
    """An office whose steps are watched, on databases that begin anew for each order of them."""

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
        self.is_told_right = True

    def teardown(self) -> None:
        try:
            if self.is_told_right:  # or else what was found there would hide behind the rest
                self._look_back()
        finally:
            self.patches.undo()

    # what holds at any time

    @invariant()
    def the_public_is_told_what_two_officers_stand_behind(self) -> None:
        self.is_told_right = False
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
        self.is_told_right = True

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
        write_checkpoint()
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

    def _rather(self, cnic: str, wanted: Callable[[Record], bool]) -> str:
        """Return the number of somebody who is wanted, from ``cnic`` on, or else ``cnic``."""
        first = CNICS.index(cnic)
        for other in (*CNICS[first:], *CNICS[:first]):
            record = self.oracle.records.get(other)
            if record is not None and wanted(record):
                return other
        return cnic

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
            self.drafts = [draft for draft in self.drafts if not draft[1].erased]

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


def a_conviction_of(cnic: str, case: Case) -> services.NewConviction:
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
