"""The gateway is killed under load, again and again: nothing acknowledged goes unanswered.

In each round 2,000 messages are on their way when a SIGKILL meets the gateway at a random moment.
It is started again on what its disk holds, the centre delivers again what was not acknowledged,
and when nothing is owed any more the answers are counted. ``NSOR_CHAOS=full`` makes fifty rounds
instead of five; ``NSOR_CHAOS_SEED`` repeats a run's choices.
"""

import os
import random
import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from gateway_process import GatewayProcess
from load_centre import LoadCentre, Text
from sample_answers import LONG_WARNING, UNREADABLE_EN, WARNING, no_record, no_record_en
from sample_people import LISTED_LONG_NAME, LISTED_MAN
from waiting import eventually

FULL = os.environ.get("NSOR_CHAOS") == "full"
KILLS = 50 if FULL else 5
# Where a kill caught nothing between acknowledgement and answer it proved nothing.
KILLS_THAT_MUST_CATCH = 40 if FULL else 1
MESSAGES = 2000
WAYS = ("on the word", "soon", "cut off")


class Question(NamedTuple):
    """What one subscriber asks, in one message or two, and the answer that must come."""

    texts: tuple[Text, ...]
    answer: str

    @property
    def sender(self) -> str:
        return self.texts[0].sender

    @property
    def acknowledged(self) -> bool:
        return all(text.acknowledged for text in self.texts)


class Subscribers:
    """Makes questions, each of a subscriber of its own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._numbers = count(1)

    def ask(self) -> Question:
        """Return the next subscriber's question."""
        sender = f"92300{next(self._numbers):07d}"
        number = f"{self._chance.choice('123')}{self._chance.randrange(10**12):012d}"
        kind = self._chance.choices(
            ("urdu", "english", "listed", "long name", "nothing", "two parts"),
            (30, 30, 25, 5, 5, 5),
        )[0]
        if kind == "listed":
            return _one(sender, LISTED_MAN, WARNING)
        if kind == "long name":
            return _one(sender, LISTED_LONG_NAME, LONG_WARNING)
        if kind == "nothing":
            return _one(sender, "en who are you", UNREADABLE_EN)
        if kind == "urdu":
            return _one(sender, number, no_record(number))
        if kind == "english":
            return _one(sender, f"EN {number}", no_record_en(number))
        return _two(sender, f"EN {number}", no_record_en(number), self._chance.randrange(256))


def _one(sender: str, body: str, answer: str) -> Question:
    return Question((Text(sender, body.encode("ascii")),), answer)


def _two(sender: str, body: str, answer: str, reference: int) -> Question:
    octets = body.encode("ascii")
    parts = tuple(
        Text(sender, bytes([5, 0, 3, reference, 2, number]) + part, esm_class=0x40)
        for number, part in ((1, octets[:9]), (2, octets[9:]))
    )
    return Question(parts, answer)


def shuffled(questions: list[Question], chance: random.Random) -> list[Text]:
    """Return the messages of all questions in an order that parts long ones from each other."""
    texts = [text for question in questions for text in question.texts]
    chance.shuffle(texts)
    return texts


class Tally:
    """What a run has shown so far."""

    def __init__(self) -> None:
        self.kills = 0
        self.kills_that_caught = 0
        self.caught = 0
        self.redelivered = 0
        self.extra = 0
        self.questions = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills under {self.questions} questions; {self.kills_that_caught} caught "
            f"{self.caught} that were acknowledged and not yet answered; {self.redelivered} "
            f"messages came again; {self.extra} replies came once too often"
        )


@pytest.fixture
def load_centre() -> Iterator[LoadCentre]:
    """A centre under load that takes its time: there is always something in flight."""
    made = LoadCentre(window=150)
    made.answer_delay = 0.03
    yield made
    made.close()


@pytest.fixture
def gateway(home: Path, load_centre: LoadCentre) -> Iterator[GatewayProcess]:
    """A gateway with two binds, so that what comes again comes on either."""
    urls = load_centre.url(operator="jazz", binds=2, window=50, response_timeout=60)
    made = GatewayProcess(home, urls).start()
    yield made
    made.end()


@pytest.mark.chaos
@pytest.mark.timeout(3600 if FULL else 300)
def test_every_acknowledged_message_is_answered_whenever_the_gateway_is_killed(
    gateway: GatewayProcess, load_centre: LoadCentre
) -> None:
    seed = int(os.environ.get("NSOR_CHAOS_SEED") or secrets.randbits(32))
    print(f"\nNSOR_CHAOS_SEED={seed}")
    chance = random.Random(seed)
    subscribers, tally = Subscribers(chance), Tally()

    for _ in range(KILLS):
        questions = [subscribers.ask() for _ in range(MESSAGES)]
        one_round(gateway, load_centre, questions, chance, tally)
        if FULL:
            print(tally, flush=True)

    print(tally)
    assert tally.kills == KILLS
    assert tally.kills_that_caught >= KILLS_THAT_MUST_CATCH, (
        f"This run proved nothing, too few kills caught anything: {tally}."
    )
    assert gateway.terminate() == 0


@pytest.mark.chaos
def test_killed_again_and_again_while_it_recovers_it_loses_nothing(
    gateway: GatewayProcess, load_centre: LoadCentre
) -> None:
    seed = int(os.environ.get("NSOR_CHAOS_SEED") or secrets.randbits(32))
    print(f"\nNSOR_CHAOS_SEED={seed}")
    chance = random.Random(seed)
    subscribers, kills = Subscribers(chance), 4
    questions = [subscribers.ask() for _ in range(MESSAGES)]
    eventually(lambda: load_centre.bound == 2, what=f"bound; log: {gateway.log()[-2000:]}")
    load_centre.deliver(shuffled(questions, chance))

    for _ in range(kills):
        assert gateway.process is not None
        pid = gateway.process.pid
        load_centre.after(chance.randrange(1, 400), partial(os.kill, pid, signal.SIGKILL))
        assert gateway.process.wait(timeout=60) == -signal.SIGKILL
        gateway.start()

    load_centre.wait_until_acknowledged(text for question in questions for text in question.texts)
    load_centre.wait_until_answered(question.sender for question in questions)
    gateway.wait_until_ready()
    eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    for question in questions:
        assert set(load_centre.whole_replies(question.sender)) == {question.answer}
        pieces = load_centre.accepted(question.sender)
        assert len({piece.reference for piece in pieces}) == 1, question
        assert max(Counter(piece.number for piece in pieces).values()) <= 1 + kills, question


def one_round(
    gateway: GatewayProcess,
    centre: LoadCentre,
    questions: list[Question],
    chance: random.Random,
    tally: Tally,
) -> None:
    """Ask, kill at a random moment, start again, and hold what came against what must come."""
    eventually(lambda: centre.bound == 2, what=f"bound; log: {gateway.log()[-2000:]}")
    assert gateway.process is not None
    way = WAYS[tally.kills % len(WAYS)]
    kill_at_random(gateway.process.pid, centre, questions, chance, way)
    centre.deliver(shuffled(questions, chance))
    assert gateway.process.wait(timeout=60) == -signal.SIGKILL
    eventually(lambda: not centre.connected, what="everything read that the gateway wrote")

    # Nothing moves while the gateway is dead: the centre's books can be read.
    owed = [q for q in questions if q.acknowledged and not centre.whole_replies(q.sender)]
    tally.kills += 1
    tally.kills_that_caught += bool(owed)
    tally.caught += len(owed)

    centre.life += 1
    gateway.start().wait_until_ready()
    centre.wait_until_acknowledged(text for question in questions for text in question.texts)
    centre.wait_until_answered(question.sender for question in questions)
    eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    centre.call(lambda: check(centre, questions, tally, cut=False))


def kill_at_random(
    pid: int, centre: LoadCentre, questions: list[Question], chance: random.Random, way: str
) -> None:
    """Have the gateway killed after a random number of events, in one of three ways.

    "on the word": right when an acknowledgement was read, before anything that the gateway may
    have put off. "soon": some time later, in the middle of whatever. "cut off": the network fails
    a little before, so that acknowledgements of what is durable never arrive and it comes again.
    """
    messages = sum(len(question.texts) for question in questions)
    parts = sum(1 + len(question.answer) // 80 for question in questions)
    if way == "on the word":
        kill = partial(os.kill, pid, signal.SIGKILL)
        centre.after(chance.randrange(1, messages), kill, "acknowledgement")
        return
    delay = chance.uniform(0, 0.02)

    def kill_soon() -> None:
        if way == "cut off":
            centre.stop_listening_to(centre.connections)
        centre.in_a_while(delay, kill_now)

    def kill_now() -> None:
        os.kill(pid, signal.SIGKILL)
        if way == "cut off":
            centre.drop(centre.connections)

    centre.after(chance.randrange(1, messages + parts), kill_soon)


def check(centre: LoadCentre, questions: list[Question], tally: Tally, *, cut: bool) -> None:
    """Each question has its one answer, word for word, and at most one more of any part.

    ``cut``: connections were cut within a life of the gateway, so that an answer to a part of a
    reply may have been lost within it.
    """
    for question in questions:
        replies = centre.whole_replies(question.sender)
        assert set(replies) == {question.answer}, f"{question}: {replies}"
        pieces = centre.accepted(question.sender)
        assert len({piece.reference for piece in pieces}) == 1, (
            f"a message that came again got a reply of its own: {question}: {pieces}"
        )
        copies = Counter(piece.number for piece in pieces)
        most = max(copies.values())
        assert most <= 2, f"more than one extra: {question}: {copies}"
        tally.extra += most - 1
        for life in {one.life for one in centre.taken[question.sender]}:
            of_one_life = Counter(p.number for p in centre.accepted(question.sender, life))
            assert cut or max(of_one_life.values()) == 1, (
                f"a message that came again was answered as if it were another: {question}"
            )
        tally.redelivered += sum(text.deliveries > 1 for text in question.texts)
    tally.questions += len(questions)


def test_messages_that_come_again_over_another_bind_are_answered_once(
    gateway: GatewayProcess, load_centre: LoadCentre
) -> None:
    chance = random.Random(1)
    eventually(lambda: load_centre.bound == 2, what=f"bound; log: {gateway.log()[-2000:]}")
    questions = [_one(f"92300{n:07d}", LISTED_MAN, WARNING) for n in range(1, 1001)]
    tally = Tally()

    def cut_one_off() -> None:
        one = load_centre.connections[:1]
        load_centre.stop_listening_to(one)
        load_centre.in_a_while(0.02, lambda: load_centre.drop(one))

    load_centre.after(300, cut_one_off)
    load_centre.deliver(shuffled(questions, chance))

    load_centre.wait_until_acknowledged(text for question in questions for text in question.texts)
    load_centre.wait_until_answered(question.sender for question in questions)
    eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    load_centre.call(lambda: check(load_centre, questions, tally, cut=True))
    assert tally.redelivered > 0, "Nothing came again: this run proved nothing."
    print(tally)
