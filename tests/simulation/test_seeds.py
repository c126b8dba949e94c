"""Hundreds of worlds full of faults, each from its seed, each held to every invariant.

``NSOR_SIMULATION_SEEDS`` asks for more of them, ``NSOR_SIMULATION_FROM`` for others. A failure
names its seed; ``Chaos(seed).run()`` is that run again.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from chaos import Chaos

from nsor.keyring import KeyRing
from nsor.sms.outbox.sqlite import SqliteStore

SEEDS = int(os.environ.get("NSOR_SIMULATION_SEEDS", "300"))
FIRST = int(os.environ.get("NSOR_SIMULATION_FROM", "0"))
A_TEST = 25


@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, A_TEST))
def test_every_world_keeps_its_promises(first: int) -> None:
    for seed in range(first, min(first + A_TEST, FIRST + SEEDS)):
        chaos = Chaos(seed)
        try:
            chaos.run()
        except Exception as error:
            error.add_note(f"seed {seed}, after {chaos.world.time.monotonic():.6f} s")
            error.add_note("\n".join(line[:300] for line in chaos.world.trace[-20:]))
            raise


def test_the_worlds_are_worth_living_in() -> None:
    """The seeds reach what they are there for: else the invariants hold for want of trouble."""
    worlds = [Chaos(seed).run() for seed in range(100)]

    for figure in ("answered", "failed", "throttled", "refused"):
        assert sum(world.total(figure).total() for world in worlds) > 10, figure
    assert sum(world.total("again").total() for world in worlds) > 5
    assert sum(world.unknown for world in worlds) > 5
    assert sum(len(world.crashes) for world in worlds) > 20
    assert {kind for world in worlds for _, kind in world.total("answered")} == {
        *("listed", "not_listed", "unavailable", "unreadable", "over_limit"),
    }
    again = [one for world in worlds for one in world.tap.submits if one.place[1] > 1]
    assert len(again) > 100


@pytest.mark.parametrize("seed", [3, 41, 1306])
def test_the_same_seed_is_the_same_run_byte_for_byte(seed: int) -> None:
    one, other = Chaos(seed).run(), Chaos(seed).run()

    assert one.trace == other.trace
    assert len(one.trace) > 200


def test_another_process_lives_through_the_same_run() -> None:
    """Nothing hangs on the order of a set or the hash of a string."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    program = "from chaos import Chaos; print(Chaos(41).run().digest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert digests == {f"{Chaos(41).run().digest()}\n"}


def test_another_seed_is_another_run() -> None:
    assert Chaos(1).run().digest() != Chaos(2).run().digest()


@pytest.mark.parametrize("seed", range(8))
def test_the_real_store_keeps_the_same_promises(seed: int, tmp_path: Path) -> None:
    """The embedded engine in the place of the store in memory: the same run, byte for byte."""
    store = SqliteStore(tmp_path / "outbox.sqlite3", KeyRing({"1": b"k" * 32}, "1"), b"s" * 16)
    chaos = Chaos(seed)
    chaos.world.store = store

    try:
        world = chaos.run()
    finally:
        store.close()

    assert world.trace == Chaos(seed).run().trace
