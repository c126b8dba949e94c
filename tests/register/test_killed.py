"""Imports and approvals are killed, again and again: nothing is half done, the trail is whole.

``NSOR_CHAOS=full`` kills ten times on each database instead of three; ``NSOR_CHAOS_SEED`` repeats
a run's choices.
"""

import os
import random
import secrets

import pytest
from register_builders import Office, a_file, people_rows, process
from waiting import eventually

from nsor.disclosure.single import check
from nsor.register.models import Batch, BatchState, Conviction, FeedHead, Publication

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

KILLS = 10 if os.environ.get("NSOR_CHAOS") == "full" else 3
PEOPLE = 3000
HALF_DONE = PEOPLE // 2


@pytest.fixture
def chance() -> random.Random:
    """Give the run's choices, and print how to repeat them."""
    seed = int(os.environ.get("NSOR_CHAOS_SEED") or secrets.randbits(32))
    print(f"NSOR_CHAOS_SEED={seed}")
    return random.Random(seed)


def test_an_import_that_is_killed_enters_all_or_nothing(
    office: Office, chance: random.Random
) -> None:
    file = office.file(a_file(*people_rows(PEOPLE)))
    caught = 0
    for kill in range(KILLS):
        reach = chance.randrange(1, PEOPLE) if kill else HALF_DONE
        with process("import", file, "--officer", "Amna", secret=office.secrets["Amna"]) as dying:
            eventually(
                lambda dying=dying, reach=reach: dying.poll() is not None or _staged() >= reach
            )
            dying.kill()
            dying.wait()
        waiting = office.run("batch", "list", "--json").object["batches"]
        caught += not waiting
        for batch in waiting:
            assert batch["entries"] == PEOPLE
            words = ("batch", "reject", str(batch["batch"]), "--officer", "Bilal")
            assert office.run(*words, "--reason", "entered twice").exit_code == 0
        _require_whole_trail(office)

    assert caught > 0
    print(f"{caught} of {KILLS} kills met an import under way")
    answer = office.imports(*people_rows(PEOPLE))
    assert answer.object["entered"] == PEOPLE
    assert not Conviction.objects.filter(batch__state=BatchState.STAGING).exists()


def test_an_approval_that_is_killed_publishes_all_or_nobody(
    office: Office, chance: random.Random
) -> None:
    batch, start, caught = office.entered(*people_rows(PEOPLE)), 0, 0
    for kill in range(KILLS):
        reach = chance.randrange(1, PEOPLE) if kill else HALF_DONE
        before = FeedHead.objects.get().last_sequence
        words = ("approve", str(batch), "--officer", "Bilal")
        with process(*words, secret=office.secrets["Bilal"]) as dying:
            eventually(
                lambda dying=dying, reach=reach: dying.poll() is not None or _prepared() >= reach
            )
            dying.kill()
            dying.wait()
        after = FeedHead.objects.get().last_sequence
        if Batch.objects.get(pk=batch).state == BatchState.APPROVED:
            assert after == before + PEOPLE
            assert _told(start, start + PEOPLE - 1) == {"listed"}
            start += PEOPLE
            batch = office.entered(*people_rows(PEOPLE, start))
        else:
            caught += 1
            assert after == before
            assert _told(start, start + PEOPLE - 1) == {"not_listed"}
        _require_whole_trail(office)

    assert caught > 0
    print(f"{caught} of {KILLS} kills met an approval under way")
    assert office.approves(batch).object["published"] == PEOPLE
    assert _told(start, start + PEOPLE - 1) == {"listed"}


def _staged() -> int:
    return Conviction.objects.filter(batch__state=BatchState.STAGING).count()


def _prepared() -> int:
    return Publication.objects.filter(release__last_sequence=None).count()


def _told(*people: int) -> set[str]:
    return {check(f"35201{one:07}1", "public", short_code="7000").outcome for one in people}


def _require_whole_trail(office: Office) -> None:
    assert office.run("audit", "verify", "--json").object["findings"] == []
