"""``nsor keys``: everything comes to the new key, and everybody is found all the while."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from register_builders import ASLAM, Office, a_file, a_row, is_listed, people_rows, process
from rotation_builders import (
    acts,
    assert_all_is_under,
    assert_everything_opens,
    rewrite_ring,
    ring_file,
    without_keys,
)

from nsor.disclosure import single
from nsor.keyring import FileRing, KeyRing, KeyRingError
from nsor.register import acting, feed, importing, key_use, locks, rekeying, removal, services
from nsor.register.batches import reject_batch
from nsor.register.errors import Refusal
from nsor.register.feed import FeedUnavailable
from nsor.register.importing import import_batch
from nsor.register.models import Batch, IdentityNumber, Offender, Rotation
from nsor.register.numbering import holder, number_token
from nsor.secrecy import ring, subjects
from nsor.secrecy.models import StoredKey

YOUSAF = "3520112345673"
MANY = 150


def a_filled(office: Office, count: int = MANY) -> list[str]:
    """Publish people; return their numbers."""
    rows = list(people_rows(count))
    office.published(*rows)
    return [row["cnic"] for row in rows]


def test_everything_comes_to_the_new_key(office: Office) -> None:
    numbers = a_filled(office)
    older = ring.ring().current

    done = office.run("keys", "rotate", "--json").object

    current = ring.ring().current
    assert current != older
    assert done == {
        "ring_key": current,
        "added": True,
        "person_keys": MANY,
        "people": MANY,
    }
    assert_all_is_under(current, numbers)
    assert (acts("keys_rotation_started"), acts("keys_rotation_finished")) == (1, 1)
    assert all(is_listed(number) for number in numbers[:3])


def test_two_rotations_in_a_row(office: Office) -> None:
    numbers = a_filled(office)

    names = [office.run("keys", "rotate", "--json").object["ring_key"] for _ in range(2)]

    assert len({*names, *ring.key_ids()}) == 3
    assert_all_is_under(names[1], numbers)
    assert (acts("keys_rotation_started"), acts("keys_rotation_finished")) == (2, 2)


def test_an_empty_register_can_be_rotated(office: Office) -> None:
    done = rekeying.rotate()

    assert (done.added, done.person_keys, done.people) == (True, 0, 0)
    assert_all_is_under(ring.ring().current, a_filled(office, 2))


def test_what_is_entered_after_it_is_under_the_new_key(office: Office) -> None:
    a_filled(office)
    rekeying.rotate()

    office.published(a_row(case_number="7/2021"))

    numbers = [*(row["cnic"] for row in people_rows(MANY)), ASLAM]
    assert_all_is_under(ring.ring().current, numbers)


def test_one_of_two_that_begin_together_lets_the_other_do_it(office: Office) -> None:
    a_filled(office, 1)
    before = ring.ring()

    with locks.claim(0), process("keys", "rotate", "--json") as other:
        answer, _ = other.communicate(timeout=60)

    assert other.returncode == 1
    assert [error["code"] for error in json.loads(answer)["errors"]] == ["rotation_runs"]
    assert ring.ring() == before


def test_it_finds_an_import_under_way_and_leaves_nothing_of_it_behind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    rows = list(people_rows(30))

    outcome = import_batch(
        io.BytesIO(a_file(*rows)), office.amna, progress=lambda octets: rekeying.rotate() and None
    )

    assert outcome.batch is not None
    assert acts("keys_rotation_finished") == 3
    assert_all_is_under(ring.ring().current, [row["cnic"] for row in rows])
    office.approves(outcome.batch)
    assert all(is_listed(row["cnic"]) for row in rows)


# Going on


def test_what_only_added_its_key_goes_on_with_that_key(office: Office) -> None:
    numbers = a_filled(office)
    current = ring.add().current

    done = rekeying.rotate()

    assert (done.ring_key, done.added) == (current, False)
    assert_all_is_under(current, numbers)


def test_what_stopped_half_way_goes_on_from_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = a_filled(office)
    monkeypatch.setattr(rekeying, "AT_ONCE", 40)

    with pytest.raises(InterruptedError):
        rekeying.rotate(progress=interrupting_after(MANY + 50))
    assert_everything_opens(numbers)
    began = Rotation.objects.get(finished_at=None).done_to
    done = rekeying.rotate()

    assert began > 0
    assert (done.added, done.people) == (False, MANY - 80)
    assert_all_is_under(done.ring_key, numbers)
    assert (acts("keys_rotation_started"), acts("keys_rotation_finished")) == (1, 1)


def interrupting_after(count: int) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        assert done <= total
        if done > count:
            raise InterruptedError

    return tell


def test_to_go_on_where_nothing_was_begun_changes_nothing(office: Office) -> None:
    numbers = a_filled(office, 3)
    before = ring.ring()

    done = office.run("keys", "rotate", "--resume", "--json").object

    assert done == {"ring_key": before.current, "added": False, "person_keys": 0, "people": 0}
    assert ring.ring() == before
    assert acts("keys_rotation_started") == 0
    assert_everything_opens(numbers)


def test_what_somebody_wrapped_under_an_older_key_meanwhile_is_taken_along_by_the_next_run(
    office: Office,
) -> None:
    numbers = a_filled(office, 3)
    older = ring.ring()
    current = rekeying.rotate().ring_key
    rewrite_ring(KeyRing(FileRing(ring_file()).read().keys, older.current))
    subjects.new_keys(2)
    rewrite_ring(KeyRing(FileRing(ring_file()).read().keys, current))
    assert StoredKey.objects.exclude(ring_key=current).count() == 2

    assert rekeying.rotate(resume=True).person_keys == 2

    assert_all_is_under(current, numbers)


def test_a_ring_that_went_back_to_an_older_key_takes_everything_back(office: Office) -> None:
    numbers = a_filled(office, 3)
    older = ring.ring().current
    rekeying.rotate()
    rewrite_ring(KeyRing(FileRing(ring_file()).read().keys, older))

    rekeying.rotate(resume=True)

    assert_all_is_under(older, numbers)


def test_a_key_that_a_service_added_is_come_to(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = a_filled(office, 3)
    path = ring_file()
    monkeypatch.setenv("NSOR_KEYS", f"command:/bin/cat {path}")

    refused = office.run("keys", "rotate", "--json")
    assert refused.codes == ["bad_key_ring"]
    assert "nsor keys rotate --resume" in refused.stdout
    current = FileRing(path).add().current
    done = office.run("keys", "rotate", "--resume", "--json").object

    assert (done["ring_key"], done["people"]) == (current, 3)
    monkeypatch.setenv("NSOR_KEYS", str(path))
    assert_all_is_under(current, numbers)


# A process that lacks a key


def test_who_lacks_a_key_is_told_so_and_says_of_nobody_that_they_are_unknown(
    office: Office,
) -> None:
    a_filled(office, 3)
    current = rekeying.rotate().ring_key

    with without_keys(current):
        with pytest.raises(FeedUnavailable, match=f"lacks the key {current}"):
            feed.current(YOUSAF)
        assert single.check(YOUSAF, "public", short_code="7000").outcome == "unavailable"
        with pytest.raises(KeyRingError, match=f"lacks the key {current}"):
            holder(YOUSAF)
        assert office.imports(a_row()).codes == ["key_unavailable"]  # of the trail, already
    assert IdentityNumber.objects.count() == 3


def test_another_ring_than_the_register_s_finds_nobody_unknown(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.published(a_row())
    monkeypatch.setenv("NSOR_KEYS", str(tmp_path / "made anew.json"))

    assert single.check(ASLAM, "public", short_code="7000").outcome == "unavailable"
    with pytest.raises(KeyRingError, match="put that key back into the ring"):
        holder(ASLAM)
    assert office.imports(a_row(case_number="9/2020")).codes == ["key_unavailable"]
    assert IdentityNumber.objects.count() == 1


def test_tokens_are_made_under_the_key_that_the_register_is_at(office: Office) -> None:
    """A process that knows the new key, and takes the older one to be current still."""
    a_filled(office, 2)
    older = ring.ring().current
    current = rekeying.rotate().ring_key
    rewrite_ring(KeyRing(FileRing(ring_file()).read().keys, older))

    office.published(a_row())

    tokens = [bytes(token) for token in IdentityNumber.objects.values_list("token", flat=True)]
    assert number_token(ASLAM, current) in tokens
    assert number_token(ASLAM, older) not in tokens


# People who are gone, and reasons


def test_who_was_removed_is_found_no_more_after_it_either(office: Office) -> None:
    office.published(a_row(), a_row(cnic=YOUSAF, case_number="8/2020"))
    chandni = office.hire("Chandni", "approval")
    found = holder(ASLAM)
    assert found is not None
    offender = Offender.objects.get(pk=found.offender)
    asked = services.remove(offender, office.bilal, "order of the court")
    assert asked.batch is not None
    removal.approve_removal(Batch.objects.get(pk=asked.batch), chandni)

    rekeying.rotate()

    assert holder(ASLAM) is None
    assert_all_but_removed_open()


def assert_all_but_removed_open() -> None:
    found = holder(YOUSAF)
    assert found is not None
    assert is_listed(YOUSAF)


def test_somebody_whose_key_is_about_to_be_destroyed_holds_nothing_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.published(a_row(), a_row(cnic=YOUSAF, case_number="8/2020"))
    chandni = office.hire("Chandni", "approval")
    found = holder(ASLAM)
    assert found is not None
    asked = services.remove(
        Offender.objects.get(pk=found.offender), office.bilal, "order of the court"
    )
    assert asked.batch is not None
    monkeypatch.setattr(removal, "destroy_due_keys", lambda: 0)  # the process died before
    removal.approve_removal(Batch.objects.get(pk=asked.batch), chandni)

    done = rekeying.rotate()

    assert done.people == 2
    assert holder(ASLAM) is None
    assert_all_but_removed_open()


def test_the_reason_why_a_file_was_rejected_stays_readable(office: Office) -> None:
    batch = office.entered(a_row())
    reject_batch(batch, office.bilal, "the file is last year's")

    current = rekeying.rotate().ring_key

    rejected = Batch.objects.get(pk=batch)
    assert acting.open_decision(rejected) == "the file is last year's"
    assert acting.reason_keys(rejected) == {current}


# Showing and retiring


def test_keys_are_shown_by_name_and_none_of_them_is_told(office: Office) -> None:
    a_filled(office, 3)
    older = ring.ring().current
    current = rekeying.rotate().ring_key

    shown, listed = office.run("keys", "show", "--json"), office.run("keys", "show")

    first, second = shown.object["keys"]
    assert (first["id"], first["current"], first["person_keys"]) == (current, True, 3)
    assert (second["id"], second["current"], second["person_keys"]) == (older, False, 0)
    assert listed.stdout.splitlines()[0].startswith(f"{current} (current): 3 keys of people")
    for key in FileRing(ring_file()).read().keys.values():
        assert key.hex() not in shown.stdout + listed.stdout


def test_a_key_that_the_ring_lacks_is_shown_with_what_is_under_it(office: Office) -> None:
    a_filled(office, 3)
    older = ring.ring().current
    ring.add()

    with without_keys(older):
        shown = office.run("keys", "show")

    assert f"{older} (NOT IN THE RING): 3 keys of people, look-up tokens" in shown.stdout


def an_hour_later() -> None:
    for one in Rotation.objects.all():
        assert one.finished_at is not None
        one.finished_at -= timedelta(hours=1)
        one.save()


def test_a_key_that_nothing_is_under_is_taken_out(office: Office) -> None:
    numbers = a_filled(office, 3)
    older = ring.ring().current
    current = rekeying.rotate().ring_key
    assert office.run("keys", "retire", older, "--json").codes == ["too_early"]
    an_hour_later()

    answer = office.run("keys", "retire", older)

    assert answer.exit_code == 0
    assert "every backup from before" in answer.stdout
    assert list(FileRing(ring_file()).read().keys) == [current]
    assert_everything_opens(numbers)


@pytest.mark.parametrize("which", ["current", "unknown"])
def test_the_current_key_and_an_unknown_one_are_not_taken_out(
    sqlite_office: Office, which: str
) -> None:
    named = ring.ring().current if which == "current" else "7-unknown"

    answer = sqlite_office.run("keys", "retire", named, "--json")

    assert answer.codes == [f"{which}_key"]


def test_a_key_is_kept_while_anything_is_under_it(office: Office) -> None:
    a_filled(office, 3)
    older = ring.ring().current
    ring.add()

    with pytest.raises(
        Refusal, match=r"holds 3 keys of people, .*look-up tokens are made"
    ) as caught:
        key_use.retire(older)

    assert caught.value.code == "key_in_use"
    assert older in ring.key_ids()


def test_a_key_is_kept_while_a_note_of_the_journal_is_under_it(office: Office) -> None:
    office.published(a_row())
    older = ring.ring().current
    office.withdraws()
    rekeying.rotate()
    an_hour_later()

    with pytest.raises(Refusal, match=r"holds 1 notes of the journal of silences\.$"):
        key_use.retire(older)


def test_no_key_is_taken_out_before_a_rotation_is_finished(office: Office) -> None:
    a_filled(office, 2)
    unused = ring.add().current
    ring.add()
    with pytest.raises(InterruptedError):
        rekeying.rotate(progress=interrupting_after(0))

    with pytest.raises(Refusal, match="run `nsor keys rotate`"):
        key_use.retire(unused)
