"""The rotation is killed, again and again: nothing is half done, and another run ends it.

``NSOR_CHAOS=full`` kills ten times on each database instead of three; ``NSOR_CHAOS_SEED`` repeats
a run's choices.
"""

import json
import os
import random
import secrets
from typing import Any

import pytest
from register_builders import Office, is_listed, people_rows, process
from rotation_builders import acts, assert_all_is_under, assert_everything_opens, ring_file
from waiting import eventually

from nsor.keyring import FileRing
from nsor.register.models import Rotation

FULL = os.environ.get("NSOR_CHAOS") == "full"
KILLS = 10 if FULL else 3
PEOPLE = 1000


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_whenever_it_is_killed_everything_opens_and_another_run_ends_it(office: Office) -> None:
    seed = int(os.environ.get("NSOR_CHAOS_SEED") or secrets.randbits(32))
    print(f"NSOR_CHAOS_SEED={seed}")
    chance = random.Random(seed)
    numbers = [row["cnic"] for row in people_rows(PEOPLE)]
    office.published(*people_rows(PEOPLE))
    caught = 0

    while caught < KILLS:
        kill_after(chance)
        assert_everything_opens(numbers)
        assert is_listed(chance.choice(numbers))
        keys = FileRing(ring_file()).read().keys
        begun = Rotation.objects.filter(finished_at=None).exists()
        done = rotate()
        assert not (begun and done["added"]), "it goes on with the key that it had"
        if not done["added"]:
            assert FileRing(ring_file()).read().keys == keys
            caught += 1
        assert_all_is_under(done["ring_key"], numbers)
        assert acts("keys_rotation_started") == acts("keys_rotation_finished")


def kill_after(chance: random.Random) -> None:
    """Start a rotation, and kill it once it has done a random part of its work."""
    known = len(FileRing(ring_file()).read().keys)
    part = chance.choice(("the ring", "the person keys", "the tokens", "the tokens", "the tokens"))
    reach = chance.randrange(1, PEOPLE) if part == "the tokens" else 0
    with process("keys", "rotate", "--json") as rotating:

        def has_come_to_it() -> bool:
            if rotating.poll() is not None:
                return True
            if part == "the ring":
                return len(FileRing(ring_file()).read().keys) > known
            under_way: Any = Rotation.objects.filter(finished_at=None).first()
            return under_way is not None and under_way.done_to >= reach

        eventually(has_come_to_it, what=part)
        rotating.kill()
        rotating.wait()


def rotate() -> dict[str, Any]:
    """Run a rotation to its end."""
    with process("keys", "rotate", "--json") as rotating:
        printed, complaints = rotating.communicate(timeout=120)
    assert rotating.returncode == 0, printed + complaints
    return dict(json.loads(printed))
