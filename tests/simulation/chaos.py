"""A world full of faults: everything that happens in it follows from its seed."""

from random import Random

from citizens import Question, a_long_text, a_text
from invariants import Invariants
from simulated_time import STARTS_AT
from world import OK, Centre, World, an_smsc

from nsor.sms.smpp import pdu

TROUBLE = 240.0
"""Seconds of faults; afterwards everything works and the world settles."""
_TO_MIDNIGHT = 86400.0 - (STARTS_AT + 5 * 3600) % 86400.0
_LISTED = tuple(f"352011234{n:03d}1" for n in range(12))
_TEMPORARY = (pdu.ESME_RSYSERR, pdu.ESME_RX_T_APPN, 0x400, 0x501)
_PERMANENT = (0x0A, 0x0B, 0x45)
_MOODS: tuple[tuple[int | None, ...], ...] = (
    (pdu.ESME_RTHROTTLED,),
    (pdu.ESME_RMSGQFUL, OK),
    _TEMPORARY,
    (None, OK),
    (None,),
    (*_PERMANENT, OK, OK),
)


class Chaos:
    """Plans the workload and the faults of one seed, runs them, and checks the end."""

    def __init__(self, seed: int, world: World | None = None) -> None:
        self.random = Random(f"{seed} chaos")
        self.world = world or a_world(seed, self.random)
        self.invariants = Invariants(self.world)

    def run(self) -> World:
        """Live through it; returns the world, settled."""
        world, random = self.world, self.random
        for number, cnic in enumerate(_LISTED):
            if random.random() < 0.6:
                world.register.list_person(cnic, words=2 + number)
        self._plan_questions()
        self._plan_faults()
        world.boot()
        world.run(TROUBLE)
        self._end_trouble()
        slack = 2 * world.config.part_timeout + world.config.reply_validity + 120
        world.until(lambda: world.is_settled, within=slack)
        world.run(5)
        self.invariants.check()
        return world

    # The workload

    def _plan_questions(self) -> None:
        random, world = self.random, self.world
        for n in range(random.randint(5, 40)):
            question = self._question(n, random.choice(list(world.centres)))
            self._at(random.uniform(0, TROUBLE * 0.9), lambda q=question: world.ask(q))
            if question.twice:
                again = self._copy_of(question)
                self._at(random.uniform(1, TROUBLE), lambda q=again: world.ask(q))
        operator = random.choice(list(world.centres))
        for n in range(random.randint(0, 3) and 2 * world.config.daily_limit):
            cnic = f"61101{n:07d}1"
            question = self._heavy(operator, "923110000001", "check", cnic, cnic)
            self._at(random.uniform(0, TROUBLE), lambda q=question: world.ask(q))
        for n in range(random.choice((0, 8))):
            question = self._heavy(operator, "923110000002", "unreadable", "", f"salaam {n}")
            self._at(random.uniform(0, TROUBLE), lambda q=question: world.ask(q))

    def _question(self, n: int, operator: str) -> Question:
        random = self.random
        sender = f"92300{n:07d}"
        cnic = random.choice(_LISTED) if random.random() < 0.6 else f"42101{n:07d}2"
        english = random.random() < 0.4
        text = f"EN {cnic}" if english else cnic
        kind = random.choices(("short", "long", "incomplete", "twice", "words"), (8, 2, 1, 1, 1))[0]
        coding, bodies = a_text(text)
        if kind in ("long", "incomplete"):
            coding, bodies = a_long_text(text, n, random.randint(2, 3))
            random.shuffle(bodies)
        if kind == "incomplete":
            bodies.pop()
        if kind == "words":
            coding, bodies = a_text("salaam")
        meant = {"incomplete": "incomplete", "words": "unreadable"}.get(kind, "check")
        language = "en" if english and kind != "words" else "ur"
        question = Question(operator, sender, meant, language, cnic, bodies, coding, 0.0)  # type: ignore[arg-type]
        question.twice = kind == "twice"
        return question

    def _copy_of(self, question: Question) -> Question:
        return Question(
            question.operator,
            question.sender,
            question.kind,
            question.language,
            question.cnic,
            question.bodies,
            question.coding,
            0.0,
            twice=True,
        )

    def _heavy(self, operator: str, sender: str, kind: str, cnic: str, text: str) -> Question:
        coding, bodies = a_text(text)
        return Question(operator, sender, kind, "ur", cnic, bodies, coding, 0.0, heavy=True)  # type: ignore[arg-type]

    # The faults

    def _plan_faults(self) -> None:
        faults = (
            *(self._drop,) * 5,
            *(self._crash,) * 3,
            *(self._centre_mood,) * 4,
            *(self._store_fails,) * 2,
            *(self._store_slow,) * 2,
            self._silence,
            self._stall,
            self._refuse,
            self._unbind,
            *(self._change_directory,) * 4,
            self._feed,
            self._slow_network,
        )
        for _ in range(self.random.randint(0, 14)):
            fault = self.random.choice(faults)
            self._at(self.random.uniform(0, TROUBLE), fault)

    def _at(self, when: float, act: object) -> None:
        self.world.time.call_at(when, act)  # type: ignore[arg-type]

    def _drop(self) -> None:
        wires = self.world.network.open_wires()
        if wires:
            wire = self.random.choice(wires)
            if not wire.broken and not wire.silent:
                wire.drop(self.random.uniform(0, 1.0), self.random.uniform(0, 1.0))

    def _silence(self) -> None:
        wires = self.world.network.open_wires()
        if wires:
            self.random.choice(wires).fall_silent(self.random.uniform(5, 60))

    def _stall(self) -> None:
        wires = [one for one in self.world.network.open_wires() if not one.broken]
        if wires:
            self.random.choice(wires).stall(self.random.uniform(0.5, 8))

    def _refuse(self) -> None:
        self.world.network.refuse(self._centre().operator, self.random.uniform(1, 60))

    def _unbind(self) -> None:
        for connection in list(self._centre().centre.connections):
            if connection.bound:
                connection.unbind()

    def _crash(self) -> None:
        if self.world.gateway is not None:
            self.world.crash()
            away = self.random.choice((0.5, 3.0, 20.0, 130.0))
            self._at(self.world.time.monotonic() + away, self._boot)

    def _boot(self) -> None:
        if self.world.gateway is None:
            self.world.boot()

    def _store_fails(self) -> None:
        self.world.outbox.failing_until = self.world.time.monotonic() + self.random.uniform(0.5, 20)

    def _store_slow(self) -> None:
        outbox = self.world.outbox
        outbox.slow_until = self.world.time.monotonic() + self.random.uniform(1, 30)
        outbox.slowness = self.random.choice((0.3, 2.0, 8.0))

    def _centre_mood(self) -> None:
        centre, random = self._centre(), self.random
        statuses = random.choice(_MOODS)
        centre.mood = lambda message: random.choice(statuses)
        self._at(self.world.time.monotonic() + random.uniform(1, 40), lambda: _cheer(centre))

    def _change_directory(self) -> None:
        cnic = self.random.choice(_LISTED)
        if self.random.random() < 0.5:
            self.world.register.silence(cnic)
        else:
            self.world.register.list_person(cnic, words=self.random.randint(2, 14))

    def _feed(self) -> None:
        self.world.register.feed_down()
        self._at(
            self.world.time.monotonic() + self.random.uniform(1, 200), self.world.register.feed_up
        )

    def _slow_network(self) -> None:
        self.world.network.slow = not self.world.network.slow

    def _centre(self) -> Centre:
        return self.random.choice(list(self.world.centres.values()))

    def _end_trouble(self) -> None:
        world = self.world
        world.network.slow = False
        world.register.feed_up()
        for centre in world.centres.values():
            _cheer(centre)
        self._boot()
        world.outbox.slow_until = 0.0
        if world.outbox.failing_until:
            world.outbox.failing_until = world.time.monotonic()


def _cheer(centre: Centre) -> None:
    centre.mood = lambda message: OK


def a_world(seed: int, random: Random) -> World:
    """Build a world whose make-up follows from the seed."""
    jazz = an_smsc(
        "jazz",
        binds=random.randint(1, 3),
        window=random.choice((1, 2, 16)),
        rate=random.choice((0.0, 0.0, 5.0, 200.0)),
        enquire_link=random.choice((5.0, 30.0)),
        response_timeout=random.choice((2.0, 10.0)),
    )
    zong = an_smsc("zong", bind="tx_rx", window=4)
    near_midnight = STARTS_AT + _TO_MIDNIGHT - random.uniform(0, TROUBLE)
    return World(
        seed,
        smscs=(jazz, zong) if random.random() < 0.6 else (jazz,),
        daily_limit=random.choice((3, 3, 20, 0)),
        reply_validity=random.choice((90, 600, 21600)),
        part_timeout=random.choice((5.0, 60.0)),
        stale_after=random.choice((20.0, 300.0)),
        starts_at=random.choice((STARTS_AT, near_midnight)),
        centre_window=random.choice((1, 3, 10)),
    )
