"""A whole world in simulated time: one gateway, message centres, citizens, a register.

The gateway, its outbox's rules and the message centres are the real ones; time, network, disk and
randomness are simulated. The same seed gives the same ``trace``, byte for byte.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from random import Random

from citizens import Handset, Question, a_text
from register_of_the_world import Register
from simulated_network import ProcessNetwork, SimulatedNetwork, Wire
from simulated_store import MemoryStore, SimulatedOutbox, Store
from simulated_time import STARTS_AT, ProcessClock, SimulatedRandomness, SimulatedTime
from smpp34 import SubmitSm
from wiretap import Wiretap

from nsor.sms.config import GatewayConfig, Smsc
from nsor.sms.gateway import Gateway
from nsor.sms.message_centre import Message, MessageCentre
from nsor.sms.metrics import Figures
from nsor.sms.outbox.interface import OwedReply, Write
from nsor.sms.seams import Address
from nsor.sms.smpp import pdu

OK = pdu.ESME_ROK
Mood = Callable[[SubmitSm], int | None]


def an_smsc(operator: str = "jazz", **fields: object) -> Smsc:
    """Build one entry of ``NSOR_SMSC_URLS``."""
    given: dict[str, object] = {
        "address": Address(f"{operator}.example", 2775),
        "system_id": "nsor",
        "password": "secret",
        "operator": operator,
        "bind": "trx",
        "binds": 1,
        "window": 16,
        "rate": 0.0,
        "enquire_link": 30.0,
        "response_timeout": 10.0,
    }
    return Smsc(**(given | fields))  # type: ignore[arg-type]


class Centre:
    """A message centre, and the mood in which it answers submits."""

    def __init__(self, world: "World", operator: str, window: int) -> None:
        self.mood: Mood = lambda message: OK
        self._world = world
        self.operator = operator
        self.centre = MessageCentre(
            world.time,
            self._on_submit,
            password="secret",
            window=window,
            on_acknowledged=self._on_acknowledged,
        )

    def _on_submit(self, message: SubmitSm, message_id: str) -> int | None:
        status = self.mood(message)
        if status == OK or (status is None and self._world.random.random() < 0.5):
            handset = self._world.handsets[self.operator, message.destination_addr]
            handset.take(message.esm_class, message.short_message, message.data_coding)
        return status

    def _on_acknowledged(self, message: Message, status: int) -> None:
        if message.token is None:
            return  # a receipt
        question, number = message.token
        if status == OK:
            question.acknowledged.add(number)


class World:
    """See the module. ``boot`` starts the gateway."""

    def __init__(
        self,
        seed: int = 0,
        *,
        smscs: tuple[Smsc, ...] = (),
        daily_limit: int = 20,
        reply_validity: int = 21600,
        part_timeout: float = 60.0,
        stale_after: float = 300.0,
        starts_at: float = STARTS_AT,
        store: Store | None = None,
        centre_window: int = 10,
    ) -> None:
        self.seed = seed
        self.random = Random(f"{seed} world")
        self.starts_at = starts_at
        self.time = SimulatedTime(starts_at)
        self.trace: list[str] = []
        self.tap = Wiretap(self.time, self.log)
        self.network = SimulatedNetwork(self.time, Random(f"{seed} network"), self.tap)
        self.store = store or MemoryStore()
        self.register = Register(self.time, "7000", stale_after)
        smscs = smscs or (an_smsc(),)
        self.config = GatewayConfig(
            smscs, "7000", daily_limit, reply_validity, part_timeout, stale_after
        )
        self.centres: dict[str, Centre] = {}
        for smsc in smscs:
            if smsc.operator not in self.centres:
                centre = Centre(self, smsc.operator, centre_window)
                self.centres[smsc.operator] = centre
                self.network.listen(smsc.address, smsc.operator, centre.centre.connection)
        self.handsets: defaultdict[tuple[str, str], Handset] = defaultdict(Handset)
        self.questions: list[Question] = []
        self.writes: list[tuple[float, Write]] = []
        self.owed: list[tuple[float, float, OwedReply]] = []
        self.crashes: list[tuple[float, float]] = []
        self.figures: list[Figures] = []
        self.gateway: Gateway | None = None
        self.outbox: SimulatedOutbox
        self._clock: ProcessClock
        self._process: ProcessNetwork
        self._secrets = SimulatedRandomness(Random(f"{seed} secrets"))
        self._store_random = Random(f"{seed} store")

    # The gateway's process

    def boot(self) -> Gateway:
        """Start a gateway on what the store holds."""
        assert self.gateway is None
        self.log("boot")
        self._clock = ProcessClock(self.time)
        self._process = self.network.for_process()
        self.outbox = SimulatedOutbox(
            self.store, self.time, self._store_random, self._durable, self.log
        )
        self.gateway = Gateway(
            self.config,
            self.register.decider(),
            self.outbox,
            self.store.recover(),
            self._process,
            self._clock,
            self._secrets,
            self._log_event,
        )
        self.figures.append(self.gateway.figures)
        self.gateway.start()
        return self.gateway

    def crash(self) -> None:
        """Kill the gateway at once, whatever it does."""
        assert self.gateway is not None
        self.log("crash")
        self.outbox.crash()
        self.crashes.append((self.time.monotonic(), self.store.recover().last_write))
        self._clock.die()
        self._process.die(self._keeps_its_word)
        self.gateway = None

    def stop(self) -> None:
        """Let the gateway end in order; it must do so within ten seconds."""
        assert self.gateway is not None
        ended: list[bool] = []
        self.gateway.stop(lambda: ended.append(True))
        assert self.time.run_until(lambda: bool(ended), within=10.0), "it stops within 10 s"
        self._clock.die()
        self._process.die(lambda: True)
        self.gateway = None

    # What happens

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.time.run(seconds)

    def until(self, condition: Callable[[], bool], within: float = 60.0) -> None:
        """Let time pass until something holds; fails where it doesn't."""
        assert self.time.run_until(condition, within), f"it did not come about ({self})"

    def settle(self, within: float = 60.0) -> None:
        """Let time pass until nothing is under way any more; fails where that takes longer."""
        self.until(lambda: self.is_settled, within)

    def ask(self, question: Question) -> Question:
        """Have a citizen's text delivered."""
        question.asked_at = self.time.monotonic()
        self.questions.append(question)
        for message in question.messages():
            self.centres[question.operator].centre.deliver(message)
        return question

    def check(
        self, cnic: str, sender: str = "923001234567", *, operator: str = "jazz", text: str = ""
    ) -> Question:
        """Have a citizen ask about a number, in Urdu unless ``text`` says otherwise."""
        coding, bodies = a_text(text or cnic)
        language = "en" if text.lower().startswith("en") else "ur"
        return self.ask(
            Question(operator, sender, "check", language, cnic, bodies, coding, 0.0)  # type: ignore[arg-type]
        )

    def read(self, sender: str = "923001234567", operator: str = "jazz") -> list[str]:
        """Return what stands on a citizen's handset."""
        return self.handsets[operator, sender].texts

    def wire(self, operator: str = "jazz") -> Wire:
        """Return an open connection."""
        return next(w for w in self.network.open_wires() if w.operator == operator)

    # What is known

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way any more, on either side and in the store."""
        if self.gateway is None or self.gateway.figures.owed:
            return False
        if any(one.centre.waiting for one in self.centres.values()):
            return False
        if not all(question.is_taken for question in self.questions):
            return False
        held = self.store.recover()
        return not held.owed and not held.parts

    def total(self, figure: str) -> Counter[tuple[str, str]]:
        """Return the sum of a figure over all lives of the gateway."""
        found: Counter[tuple[str, str]] = Counter()
        for figures in self.figures:
            found.update(getattr(figures, figure))
        return found

    @property
    def unknown(self) -> int:
        """Parts given up as unknown, over all lives of the gateway."""
        return sum(figures.unknown for figures in self.figures)

    def log(self, line: str) -> None:
        """Add a line to the trace."""
        self.trace.append(f"{self.time.monotonic():.9f} {line}")

    def digest(self) -> str:
        """Return what tells one run from another."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def _keeps_its_word(self) -> bool:
        return self.random.random() < 0.5

    def _durable(self, write: Write) -> None:
        now = self.time.monotonic()
        self.writes.append((now, write))
        self.owed.extend((now, write.at, owed) for owed in write.owed)

    def _log_event(self, event: str, **facts: object) -> None:
        self.log(f"event {event} {sorted(facts.items())}")

    def __repr__(self) -> str:
        return f"World({self.seed}) after {self.time.monotonic():.3f} s"
