"""Backups and restores are killed, again and again: nothing is half done, nobody speaks wrongly.

``NSOR_CHAOS=full`` kills ten times on each database instead of three; ``NSOR_CHAOS_SEED`` repeats
a run's choices.
"""

import os
import random
import secrets
import time
from pathlib import Path

import pytest
from backup_builders import Vault, told
from register_builders import people_rows, process
from waiting import eventually

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.backup.models import Stage, newest
from nsor.register.models import Offender

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

FULL = os.environ.get("NSOR_CHAOS") == "full"
KILLS = 10 if FULL else 3
PEOPLE = 600
SILENCED = 12


@pytest.fixture
def chance() -> random.Random:
    """Give the run's choices, and print how to repeat them."""
    seed = int(os.environ.get("NSOR_CHAOS_SEED") or secrets.randbits(32))
    print(f"NSOR_CHAOS_SEED={seed}")
    return random.Random(seed)


def test_a_backup_that_is_killed_never_looks_like_one(vault: Vault, chance: random.Random) -> None:
    vault.published(*people_rows(PEOPLE))
    whole = vault.back_up("--keystore", str(vault.keystore))
    size, caught, kills = whole.stat().st_size, 0, 0

    while kills < KILLS or (not caught and kills < 10 * KILLS):
        known, stale = set(vault.kept.glob("*.age")), parts(vault.kept)
        reach = chance.randrange(size) if caught else 1  # the first is met as early as can be
        kills += 1
        keystore = vault.keystore.read_bytes()
        words = ("backup", str(vault.kept), "--recipient", vault.recipient)
        with process(*words, "--keystore", str(vault.keystore)) as saving:
            eventually(
                lambda saving=saving, reach=reach, stale=stale: (
                    saving.poll() is not None
                    or any(size_of(part) >= reach for part in parts(vault.kept) - stale)
                )
            )
            saving.kill()
            saving.wait()
        made = set(vault.kept.glob("*.age")) - known
        caught += not made
        for file in made:  # it had come further than that
            assert vault.verifies(file).object["whole"]
        if not made:
            assert vault.keystore.read_bytes() == keystore
        assert vault.trail().object["findings"] == []

    print(f"{caught} of {kills} kills met a backup under way")
    assert caught > 0
    assert len(trail.without_outcome()) >= caught
    assert vault.verifies(vault.back_up()).object["whole"]
    assert parts(vault.kept) == set()


def test_a_restore_that_is_killed_answers_nothing_and_is_run_again(
    vault: Vault, chance: random.Random
) -> None:
    vault.published(*people_rows(PEOPLE))
    file = vault.back_up()
    for number in range(SILENCED):
        vault.appeals("quashed", cnic=a_number(number), case=f"{number}/2020")
    words = ("restore", str(file), "--identity", str(vault.key))
    began = time.monotonic()
    vault.runs_apart(*words, "--replace")
    lasted, caught = time.monotonic() - began, 0

    for _ in range(KILLS):
        last = newest()
        assert last is not None
        replays = chance.randrange(-SILENCED, SILENCED)
        with process(*words, "--replace") as restoring:
            eventually(
                lambda restoring=restoring, last=last, replays=replays: (
                    restoring.poll() is not None or has_come_to(last.pk, replays)
                )
            )
            if replays < 0:  # inside the one transaction that loads, where nothing is seen
                time.sleep(chance.uniform(0, lasted / 2))
            restoring.kill()
            restoring.wait()
        now = newest()
        assert now is not None
        caught += now.stage != Stage.WAITING
        for number in (chance.randrange(SILENCED), chance.randrange(SILENCED, PEOPLE)):
            assert told(a_number(number)) == "unavailable"
        if now.stage != Stage.WAITING:
            answer = vault.confirms("Bilal")
            assert answer.codes == ["not_finished"], answer.stdout
        assert Offender.objects.count() == PEOPLE

    print(f"{caught} of {KILLS} kills met a restore under way")
    assert caught > 0
    half = newest()
    assert half is not None
    vault.runs_apart(*words, *(["--replace"] if half.stage == Stage.WAITING else []))
    vault.confirmed()
    answers = [told(a_number(number)) for number in range(PEOPLE)]
    assert answers == ["not_listed"] * SILENCED + ["listed"] * (PEOPLE - SILENCED)
    assert vault.trail().object["findings"] == []
    epochs = list(Entry.objects.filter(act="backup_restored").values_list("subject", flat=True))
    assert len(set(epochs)) == len(epochs)


def a_number(number: int) -> str:
    return f"35201{number:07}1"


def parts(folder: Path) -> set[Path]:
    return set(folder.glob(".*.part"))


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it has its own name now
        return 0


def has_come_to(before: int, replays: int) -> bool:
    """Tell whether a restore later than ``before`` loads, or has replayed so many silences."""
    last = newest()
    if last is None or last.pk == before:
        return False
    if replays < 0:
        return True
    if last.stage == Stage.LOADING:
        return False
    return Entry.objects.filter(act="silence_replayed").count() >= replays
