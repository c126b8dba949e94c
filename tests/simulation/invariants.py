"""What must hold in every world, whatever goes wrong in it.

The ``_on_...`` look at each act of the gateway as it happens, ``check`` at a world that has
settled. Each invariant is stated by what crossed the wires, what stands on handsets and what was
durable, never by the gateway's own variables (but its published figures).
"""

from collections import Counter, defaultdict
from itertools import pairwise

from citizens import Question
from wiretap import Arrival, Submit
from world import OK, World

from nsor.sms.outbox.interface import OwedReply
from nsor.sms.smpp import pdu
from nsor.sms.split import bodies

HOUR, DAY = 3600.0, 86400.0
DECIDED_FOR = 5.0
_GRACE = 1e-6
_TICK = 1.0
"""Seconds after which, at the latest, the gateway notices that an answer is overdue."""


class Invariants:
    """Holds a world to its promises."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_submit: dict[int, list[Question]] = {}
        world.tap.on_submit = self._on_submit
        world.tap.on_answer = self._on_answer

    # At each act

    def _on_submit(self, submit: Submit) -> None:
        """A part that goes out says what is right, to somebody who asked."""
        operator, sender = submit.wire.operator, submit.destination[2]
        assert submit.source == (0, 1, "7000"), "the answer comes from where the question went"
        assert submit.destination[:2] == (1, 1)
        assert submit.validity.endswith("R")
        assert 0 < _relative(submit.validity) <= self.world.config.reply_validity
        meant = [
            question
            for question in self.world.questions
            if (question.operator, question.sender) == (operator, sender)
            and any(_is_part_of(submit, text) for text in self._right_now(question, submit.at))
        ]
        assert meant, f"a part goes out that was not right: {submit}"
        self._by_submit[id(submit)] = meant

    def _right_now(self, question: Question, now: float) -> set[str]:
        register = self.world.register
        unreadable = register.unreadable(question.language)
        if question.kind == "unreadable":
            return {unreadable}
        if question.kind == "incomplete":
            return {unreadable, register.unreadable("ur")}  # the first part may be missing
        right = register.right(question.cnic, question.language, now - DECIDED_FOR - _GRACE, now)
        if question.heavy:
            # Where no check is left, "unavailable" stays what it was.
            right |= {register.over_limit(question.language)}
            right |= {register.unavailable(question.language)}
        if question.is_long:  # a part that came again, too late to be known
            right |= {unreadable, register.unreadable("ur")}
        return right

    def _on_answer(self, arrival: Arrival) -> None:
        """Nothing is acknowledged but what is durable."""
        if arrival.status != OK:
            return
        (question, *_) = self._asked(arrival)
        if question.heavy or question.kind == "unreadable":
            return  # limits may silence it
        durable = any(
            one.sender == arrival.sender and one.cnic in (question.cnic, "")
            for _, _, one in self.world.owed
        )
        if question.is_long:
            # A part that comes too late is acknowledged for the sake of those that came before.
            durable = durable or any(
                part.sender == arrival.sender
                for _, write in self.world.writes
                for part in write.parts
            )
        assert durable, f"acknowledged before it was durable: {arrival}"

    def _asked(self, arrival: Arrival) -> list[Question]:
        return [
            question
            for question in self.world.questions
            if question.sender == arrival.sender
            and any(arrival.body == body for _, body in question.bodies)
        ]

    # At the end

    def check(self) -> None:
        """Hold a world that has settled to everything."""
        self._nothing_is_left()
        self._everybody_is_answered()
        self._nobody_reads_what_was_never_right()
        self._repeats_are_explained()
        self._copies_count_once()
        self._limits_hold()
        self._keys_die()
        self._figures_add_up()

    def _nothing_is_left(self) -> None:
        world = self.world
        assert world.gateway is not None
        held = world.store.recover()
        assert held.owed == []
        assert held.parts == []
        assert getattr(world.store, "progress", {}) == {}
        assert world.gateway.figures.owed == 0

    def _everybody_is_answered(self) -> None:
        for question in self.world.questions:
            assert question.is_taken
            same = self._just_the_same(question)
            if not any(self._has_answer(one) for one in same):
                assert any(map(self._is_missing_for_a_reason, same)), f"no answer to {question}"

    def _just_the_same(self, question: Question) -> list[Question]:
        """Return what its sender asked in the same words: it may pass for a redelivery."""
        if not question.twice:
            return [question]
        return [one for one in self.world.questions if one.sender == question.sender]

    def _has_answer(self, question: Question) -> bool:
        texts = self.world.handsets[question.operator, question.sender].texts
        return not set(texts).isdisjoint(self._ever_right(question))

    def _ever_right(self, question: Question) -> set[str]:
        right = self._right_now(question, self.world.time.monotonic())
        if question.kind == "check":
            right |= self.world.register.right(
                question.cnic, question.language, question.asked_at, self.world.time.monotonic()
            )
        return right

    def _is_missing_for_a_reason(self, question: Question) -> bool:
        world = self.world
        if question.heavy and question.kind == "check":
            return True  # over the limit, and told so before
        if question.kind == "unreadable" and question.heavy:
            return True
        meant = [one for one in world.tap.submits if question in self._by_submit[id(one)]]
        statuses = {one.status for one in meant if not self._came_too_late(one, _TICK)}
        if any(status and not pdu.is_temporary(status) for status in statuses):
            return bool(world.total("failed"))
        silent = Counter(one.key for one in meant if one.status is None or self._came_too_late(one))
        if silent and (max(silent.values()) >= 3 or world.crashes) and world.unknown:
            return True
        expired = (question.operator, "expired") in world.total("failed")
        age = world.time.monotonic() - question.asked_at
        return expired and age >= world.config.reply_validity

    def _nobody_reads_what_was_never_right(self) -> None:
        for (operator, sender), handset in self.world.handsets.items():
            right: set[str] = set()
            for question in self.world.questions:
                if (question.operator, question.sender) == (operator, sender):
                    right |= self._ever_right(question)
            assert set(handset.texts) <= right, "parts of two answers were mixed"

    def _repeats_are_explained(self) -> None:
        """A part that the operator took goes again only where a crash lost the word of it."""
        taken: defaultdict[tuple[str, str, bytes, int], list[Submit]] = defaultdict(list)
        for submit in self.world.tap.submits:
            if submit.status == OK:
                taken[submit.key].append(submit)
        owed = Counter((one.operator, one.sender) for _, _, one in self.world.owed)
        for key, submits in taken.items():
            lost = sum(1 for one in submits if self._may_be_forgotten(one))
            assert len(submits) - lost <= owed[key[0], key[1]], f"{key} went too often"

    def _may_be_forgotten(self, submit: Submit) -> bool:
        """Whether the word came too late, or a crash came before a commit could keep it."""
        answered_at = submit.answered_at
        assert answered_at is not None
        if self._came_too_late(submit):
            return True
        kept_at = min(
            (
                at
                for at, write in self.world.writes
                if write.at - self.world.starts_at > answered_at - _GRACE
            ),
            default=float("inf"),
        )
        return any(answered_at <= at <= kept_at for at, _ in self.world.crashes)

    def _came_too_late(self, submit: Submit, grace: float = 0.0) -> bool:
        patience = grace + next(
            one.response_timeout
            for one in self.world.config.smscs
            if one.operator == submit.wire.operator
        )
        return submit.answered_at is not None and submit.answered_at - submit.at > patience

    def _copies_count_once(self) -> None:
        for question in self.world.questions:
            if question.kind != "check" or question.heavy or question.twice:
                continue
            rows = [
                (at, wall, one)
                for at, wall, one in self.world.owed
                if one.sender == question.sender and one.cnic == question.cnic
            ]
            if not question.is_long:
                self._rows_are_explained(question, rows)
            elif self._came_in_time(question):
                again = self._copies_of_parts(question)
                assert 1 <= len(rows) <= 1 + again, f"{question} was counted too often"
                told = sum(
                    1
                    for _, _, one in self.world.owed
                    if one.sender == question.sender and one.kind == "unreadable"
                )
                assert told <= again, f"{question} was called unreadable"

    def _came_in_time(self, question: Question) -> bool:
        """Whether neither the network nor the store kept a part for longer than is waited."""
        bodies_sent = {body for _, body in question.bodies}
        came = [
            one
            for one in self.world.tap.arrivals
            if one.sender == question.sender and one.body in bodies_sent
        ]
        patience = self.world.config.part_timeout
        taken = [one.at for one in came if one.status == OK]
        return all(b - a < patience for a, b in pairwise(taken)) and all(
            one.answered_at - one.at < patience for one in came if one.answered_at is not None
        )

    def _copies_of_parts(self, question: Question) -> int:
        """Count parts that came again though they had not been refused."""
        copies = 0
        for _, body in question.bodies:
            arrivals = [
                one
                for one in self.world.tap.arrivals
                if one.sender == question.sender and one.body == body
            ]
            copies += sum(1 for one in arrivals[:-1] if not one.status)
        return copies

    def _rows_are_explained(
        self, question: Question, rows: list[tuple[float, float, OwedReply]]
    ) -> None:
        """Of two arrivals of one message only one is owed for, where DESIGN's point 2 says so."""
        assert rows, f"{question} is owed nothing"
        kept = {one.received_at: (at, wall) for at, wall, one in rows}
        arrivals = [
            one
            for one in self.world.tap.arrivals
            if one.sender == question.sender and one.body == question.bodies[0][1]
        ]
        new = [one for one in arrivals if one.wall in kept]
        assert len(new) == len(rows)
        for one in new:
            before = arrivals[arrivals.index(one) - 1] if arrivals.index(one) else None
            if before is None or before.wall not in kept:
                continue  # the first, or its original may not have been kept
            assert not self._is_redelivery(before, one, *kept[before.wall]), (
                f"{question} came again and was counted twice"
            )

    def _is_redelivery(
        self, original: Arrival, copy: Arrival, kept_at: float, kept_wall: float
    ) -> bool:
        world = self.world
        number = original.wire.number
        if number in world.tap.unbound or number not in world.tap.lost:
            return False
        lost_at, lost_wall, why = world.tap.lost[number]
        if why == "crash":
            lost_wall = next(wall for at, wall in world.crashes if at == lost_at)
        if not lost_at < copy.at or not copy.wall <= lost_wall + 120.0:
            return False
        return kept_wall >= lost_wall - 10.0

    def _limits_hold(self) -> None:
        limit = self.world.config.daily_limit
        if limit == 0:
            return
        for heavy in {(q.operator, q.sender) for q in self.world.questions if q.heavy}:
            asked = [q for q in self.world.questions if (q.operator, q.sender) == heavy]
            texts = set(self.world.handsets[heavy].texts)
            looked_up = {q.cnic for q in asked if texts & self._looked_up(q)}
            days = {(one.received_at + 5 * HOUR) // DAY for _, _, one in self.world.owed}
            assert len(looked_up) <= limit * max(1, len(days)), "the daily limit was exceeded"
        for kind, most in (("over_limit", 1), ("unreadable", 5)):
            told: defaultdict[str, list[float]] = defaultdict(list)
            for _, _, one in self.world.owed:
                if one.kind == kind:
                    told[one.sender].append(one.received_at)
            for times in told.values():
                for first, last in zip(times, times[most:], strict=False):
                    assert last - first >= HOUR - _GRACE, f"{kind} was told too often"

    def _looked_up(self, question: Question) -> set[str]:
        if question.kind != "check":
            return set()
        register, language = self.world.register, question.language
        told = register.right(
            question.cnic, language, question.asked_at, self.world.time.monotonic()
        )
        return told - {register.over_limit(language), register.unavailable(language)}

    def _keys_die(self) -> None:
        wall = self.world.time.time()
        hour = int(wall // HOUR)
        keys = self.world.store.recover().keys
        assert {key for key in keys if key.startswith("hour:")} <= {
            f"hour:{hour}",
            f"hour:{hour - 1}",
        }
        assert len([key for key in keys if key.startswith("day:")]) <= 1

    def _figures_add_up(self) -> None:
        """Each reply that was owed ended in exactly one way, but for what crashes repeat."""
        world = self.world
        ended = world.total("answered").total() + world.total("failed").total()
        owed = len(world.owed)
        assert owed <= ended + world.unknown
        if not world.crashes:
            assert ended <= owed


def _relative(validity: str) -> int:
    days, hours, minutes, seconds = (int(validity[n : n + 2]) for n in (4, 6, 8, 10))
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _is_part_of(submit: Submit, text: str) -> bool:
    said = bodies(text)
    _, total, number = submit.place
    return (
        submit.coding == said.data_coding
        and total == len(said.parts)
        and submit.text == said.parts[number - 1]
    )
