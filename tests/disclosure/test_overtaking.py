"""Silences that are told ahead of the feed's order, in any interleaving with it."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nsor.disclosure.directory import Directory
from tests.disclosure.builders import CNIC, listing, silencing

PEOPLE = range(CNIC, CNIC + 4)
people = st.sampled_from(PEOPLE)


class Overtaking(RuleBasedStateMachine):
    """A feed that grows, a directory behind it, and somebody who looks ahead for silences."""

    def __init__(self) -> None:
        super().__init__()
        self.feed: list[Any] = []
        self.directory = Directory()
        self.told: list[Any] = []

    @rule(cnic=people, listed=st.booleans())
    def publish(self, cnic: int, listed: bool) -> None:
        publish = listing if listed else silencing
        self.feed.append(publish(len(self.feed) + 1, cnic))

    @rule(count=st.integers(1, 5))
    def apply(self, count: int) -> None:
        applied = self.directory.sequence
        self.directory.apply_many(self.feed[applied : applied + count])

    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        """Tell any of the silences there are, also again, also when their turn has been."""
        silences = [one for one in self.feed if not one.listed]
        chosen = data.draw(st.lists(st.sampled_from(silences), max_size=3)) if silences else []
        self.directory.silence_many(chosen)
        self.told += chosen

    @rule()
    def apply_again(self) -> None:
        self.directory.apply_many(self.feed[: self.directory.sequence])

    def _known(self) -> dict[int, Any]:
        """Return the newest of each person of what was applied or told."""
        known = self.feed[: self.directory.sequence] + self.told
        return {one.cnic: one for one in sorted(known)}

    @invariant()
    def the_newest_that_is_known_counts(self) -> None:
        known = self._known()
        for cnic in PEOPLE:
            person, newest = self.directory.get(cnic), known.get(cnic)
            is_listed = newest is not None and newest.listed
            assert (person and person.sequence) == (newest.sequence if is_listed else None)
        assert len(self.directory) == sum(one.listed for one in known.values())

    @invariant()
    def no_more_is_remembered_than_is_ahead(self) -> None:
        ahead = {one.cnic for one in self.told if one.sequence > self.directory.sequence}
        assert self.directory.early_silences == len(ahead)

    def teardown(self) -> None:
        """In the end it holds what plain application holds."""
        plain = Directory()
        plain.apply_many(self.feed)
        self.directory.apply_many(self.feed[self.directory.sequence :])
        assert [self.directory.get(cnic) for cnic in PEOPLE] == [plain.get(cnic) for cnic in PEOPLE]
        assert (len(self.directory), self.directory.sequence) == (len(plain), plain.sequence)
        assert self.directory.early_silences == 0


TestOvertaking = Overtaking.TestCase
TestOvertaking.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
