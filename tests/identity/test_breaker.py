"""The circuit breaker, over every order of answers and failures."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nsor.identity.breaker import Breaker


class Asking(RuleBasedStateMachine):
    """Somebody asks, time passes, answers come or don't."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(opens_after=3, rest=10.0)
        self.now = 0.0
        self.in_a_row = 0
        self.closed_until = 0.0
        self.out = 0

    @rule(seconds=st.floats(0, 20))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def asks(self) -> None:
        is_open = self.in_a_row >= 3
        allowed = self.breaker.may_ask(self.now)
        if not is_open:
            assert allowed
        elif self.now < self.closed_until:
            assert not allowed
        if allowed:
            self.out += 1

    @rule(answered=st.booleans())
    def comes_back(self, answered: bool) -> None:
        if not self.out:
            return
        self.out -= 1
        if answered:
            self.breaker.succeeded()
            self.in_a_row = 0
        else:
            self.breaker.failed(self.now)
            self.in_a_row += 1
            self.closed_until = self.now + 10.0

    @invariant()
    def it_is_open_after_three_in_a_row(self) -> None:
        assert (self.breaker.opened_at is not None) == (self.in_a_row >= 3)


TestAsking = Asking.TestCase


def test_one_alone_tries_when_the_rest_is_over() -> None:
    breaker = Breaker(opens_after=1, rest=10.0)
    assert breaker.may_ask(0.0)
    breaker.failed(0.0)
    assert not breaker.may_ask(9.9)
    assert breaker.may_ask(10.0)
    assert not breaker.may_ask(11.0), "another one waits for the first"
    breaker.succeeded()
    assert breaker.may_ask(11.0)
