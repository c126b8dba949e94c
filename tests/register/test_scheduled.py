"""What the clock does: terms that end, reviews, what is forgotten and swept, and the worker."""

import json
import os
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.utils import timezone
from law_building import (
    CHILDREN,
    a_conviction,
    enacted,
    judged,
    term_of,
    told,
    worker,
)
from register_builders import ASLAM, Office, a_row, is_listed, people_rows
from waiting import eventually

from nsor.audit.acts import Act
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.models import Entry
from nsor.audit.verifying import verify
from nsor.commands.worker import reviews
from nsor.law.calendar import today
from nsor.register import acting, feed, journal, law_changes, numbering, scheduled, services
from nsor.register import worker as works
from nsor.register.errors import Refusal
from nsor.register.evidence import disk
from nsor.register.models import (
    Batch,
    Conviction,
    FeedHead,
    KeyToDestroy,
    Offender,
    Profile,
    Registration,
)
from nsor.register.people import one_person
from nsor.register.scheduled import Expired, Forgotten, Review
from nsor.register.worker import Outcome
from nsor.secrecy import subjects
from nsor.secrecy.models import StoredKey

YESTERDAY = today() - timedelta(1)
LONG_AGO = timezone.now() - timedelta(days=91)
MANY = 200


def _entered_in_trail(act: Act) -> list[str]:
    return list(Entry.objects.filter(act=act).order_by("pk").values_list("subject", flat=True))


def _whose_term_ends_today(office: Office, *rows: dict[str, str]) -> None:
    """Publish people whose term is over since then: nobody has looked at them yet."""
    office.published(*rows)
    enacted(office, "term", term_of(12))
    Offender.objects.update(term_ends=YESTERDAY)


def _offender(number: str = ASLAM) -> Offender:
    return acting.find(number)


class _Told:
    """Keeps what a worker tells."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, str]] = []
        self.jobs: list[str] = []

    def done(self, job: str, counts: Mapping[str, int]) -> None:
        self.jobs.append(job)

    def failed(self, job: str, error: Exception) -> None:
        self.failures.append((job, type(error).__name__))


# terms that end


def test_a_registration_whose_term_is_over_ends_and_falls_silent(office: Office) -> None:
    _whose_term_ends_today(office, a_row())
    assert is_listed()

    assert scheduled.expire_due() == Expired(looked_at=1, expired=1, failed=0)

    assert not is_listed()
    offender = _offender()
    assert offender.standing == "expired"
    assert Registration.objects.filter(standing="expired").exists()
    assert _entered_in_trail(Act.EXPIRED) == [f"offender:{offender.pk}"]
    noted = [entry.note for entry in journal.read() if isinstance(entry, journal.Entry)]
    assert [one.kind for one in noted if isinstance(one, journal.Silence)] == ["expiry"]


def test_a_second_run_finds_nothing_to_end(office: Office) -> None:
    _whose_term_ends_today(office, a_row())
    scheduled.expire_due()
    entries, sequence = Entry.objects.count(), feed.last_sequence()

    assert scheduled.expire_due() == Expired()

    assert (Entry.objects.count(), feed.last_sequence()) == (entries, sequence)


def test_who_was_hinted_at_too_soon_stays_and_is_not_looked_at_again(office: Office) -> None:
    office.published(a_row())
    Offender.objects.update(term_ends=YESTERDAY)

    assert scheduled.expire_due() == Expired(looked_at=1)
    assert is_listed()
    assert scheduled.expire_due() == Expired()


def test_a_term_is_found_by_the_record_that_was_merged_into_another(office: Office) -> None:
    office.published(a_row(), a_row(cnic="3520100000001", case_number="7/2020"))
    root, other = _offender(), _offender("3520100000001")
    asked = services.merge(root, other, office.amna, "one person")
    services.approve(asked.batch or 0, office.bilal)
    enacted(office, "term", term_of(12))
    Offender.objects.filter(pk=other.pk).update(term_ends=YESTERDAY)

    assert scheduled.expire_due() == Expired(looked_at=1, expired=1)
    assert not is_listed()
    assert not is_listed("3520100000001")
    assert scheduled.expire_due() == Expired()


def test_one_record_that_is_broken_holds_up_nobody_else(office: Office) -> None:
    _whose_term_ends_today(office, a_row(), *people_rows(1))
    broken = Profile.objects.get(offender=_offender())
    Profile.objects.filter(pk=broken.pk).update(sealed=bytes(broken.sealed)[:-1] + b"?")

    assert scheduled.expire_due() == Expired(looked_at=2, expired=1, failed=1)


# reviews


def _reviewed(office: Office) -> Offender:
    """Publish somebody whose term is for life, and looked at again on 1 June 2021."""
    enacted(office, "term", term_of(None, review_after_months=12))
    office.published(a_row())
    return _offender()


def test_reviews_that_fall_due_are_listed_ahead_and_late_ones_too(office: Office) -> None:
    offender = _reviewed(office)
    due = offender.review_on
    assert due is not None

    assert scheduled.reviews_due(0) == [Review(offender.pk, due, 3)]

    enacted(office, "term", term_of(None, review_after_months=12 * 100))
    judged()
    until = (_offender().review_on or today()) - today()
    assert scheduled.reviews_due(until.days - 1) == []
    assert [one.offender for one in scheduled.reviews_due(until.days)] == [offender.pk]


def test_nobody_is_reviewed_who_left_the_register_or_is_not_in_it_yet(office: Office) -> None:
    enacted(office, "term", term_of(None, review_after_months=12))
    office.published(a_row())
    office.entered(*people_rows(1))
    services.remove(_offender(), office.amna, "the court ordered it")
    assert len(scheduled.reviews_due(0)) == 1  # until the removal is decided

    services.approve(Batch.objects.get(kind="removal").pk, office.bilal)
    assert scheduled.reviews_due(36500) == []


def test_a_review_tells_nothing_of_the_person(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    offender = _reviewed(office)

    reviews(["--json"], standalone_mode=False)

    on = (offender.review_on or today()).isoformat()
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"reviews": [{"offender": offender.pk, "on": on, "tier": 3}]}


# what is forgotten, and what is swept


def _rejected(office: Office, batch: int) -> Batch:
    services.reject(batch, office.bilal, "not the right man")
    Batch.objects.filter(pk=batch).update(decided_at=LONG_AGO)
    return Batch.objects.get(pk=batch)


def test_people_known_only_from_what_was_rejected_long_ago_are_forgotten(office: Office) -> None:
    office.published(*people_rows(1))
    known = Offender.objects.get()
    batch = _rejected(office, office.entered(a_row(), *people_rows(1, start=1)))
    gone = list(Offender.objects.exclude(pk=known.pk).order_by("pk"))

    assert scheduled.forget_rejected() == Forgotten(people=2)

    assert list(Offender.objects.all()) == [known]
    assert numbering.holder(ASLAM) is None
    assert subjects.keys(one.key_id for one in gone) == {}
    assert _entered_in_trail(Act.REJECTED_FORGOTTEN) == [f"batch:{batch.pk}"]
    assert _entered_in_trail(Act.EXPUNGED) == [f"offender:{one.pk}" for one in gone]
    assert scheduled.forget_rejected() == Forgotten()


def test_who_was_entered_by_hand_and_rejected_is_forgotten_and_the_trail_stays_whole(
    office: Office,
) -> None:
    draft = services.enter_conviction(a_conviction(), office.amna)
    services.submit(draft, office.amna)
    _rejected(office, draft.pk)

    assert scheduled.forget_rejected() == Forgotten(people=1)

    assert not Offender.objects.exists()
    assert not bytes(Batch.objects.get(pk=draft.pk).sealed_reason)
    write_checkpoint()
    assert verify().whole, verify().findings


def test_a_draft_that_is_discarded_leaves_the_trail_whole(office: Office) -> None:
    draft = services.enter_conviction(a_conviction(), office.amna)

    services.discard_draft(draft, office.amna)

    assert not Offender.objects.exists()
    write_checkpoint()
    assert verify().whole, verify().findings


def test_what_was_rejected_lately_or_is_known_otherwise_is_kept(office: Office) -> None:
    _rejected(office, office.entered(a_row()))
    lately = office.entered(a_row(case_number="2/2020"), *people_rows(1))
    services.reject(lately, office.bilal, "not the right man")
    _rejected(office, office.entered(*people_rows(1, start=5)))
    office.entered(*people_rows(1, start=5))

    assert scheduled.forget_rejected() == Forgotten()
    assert Conviction.objects.count() == 5


def test_keys_that_nothing_refers_to_are_destroyed_when_they_are_a_day_old(office: Office) -> None:
    office.published(a_row())
    orphan, young, last_words = subjects.new_keys(3)
    KeyToDestroy.objects.create(key_id=last_words.id, not_before=timezone.now() + timedelta(1))
    StoredKey.objects.exclude(pk=young.id).update(made_at=LONG_AGO)

    assert scheduled.sweep_keys() == 1

    assert subjects.key(orphan.id) is None
    assert subjects.key(young.id) == young.key
    assert subjects.key(last_words.id) == last_words.key
    assert one_person(_offender().pk) is not None
    assert _entered_in_trail(Act.ORPHANS_SWEPT) == [""]
    destroyed = [entry.note for entry in journal.read() if isinstance(entry, journal.Entry)]
    assert [one.keys for one in destroyed if isinstance(one, journal.Destroyed)] == [(orphan.id,)]
    assert scheduled.sweep_keys() == 0


def test_a_key_that_sealed_a_publication_is_no_orphan(office: Office) -> None:
    office.published(a_row())
    services.remove(_offender(), office.amna, "the court ordered it")
    services.approve(Batch.objects.get(kind="removal").pk, office.bilal)
    last_words = KeyToDestroy.objects.get().key_id
    KeyToDestroy.objects.all().delete()
    StoredKey.objects.update(made_at=LONG_AGO)

    assert scheduled.sweep_keys() == 0
    assert subjects.key(last_words) is not None


def test_the_keys_of_the_removed_are_destroyed_in_time_and_each_is_entered(office: Office) -> None:
    keys = subjects.new_keys(2)
    for one, when in zip(keys, (timezone.now(), timezone.now() + timedelta(1)), strict=True):
        KeyToDestroy.objects.create(key_id=one.id, not_before=when)

    assert [scheduled.destroy_due_keys(), scheduled.destroy_due_keys()] == [1, 0]

    assert list(subjects.keys(one.id for one in keys)) == [keys[1].id]
    assert _entered_in_trail(Act.SUBJECT_KEY_DESTROYED) == [f"key:{keys[0].id}"]


def test_files_that_no_row_names_are_deleted_when_they_are_a_day_old(office: Office) -> None:
    old, young = disk.new_name(), disk.new_name()
    for name in (old, young):
        disk.write(name, b"sealed")
    os.utime(disk.path(old), times=(LONG_AGO.timestamp(), LONG_AGO.timestamp()))

    assert [scheduled.sweep_files(), scheduled.sweep_files()] == [1, 0]

    assert (disk.is_there(old), disk.is_there(young)) == (False, True)
    assert _entered_in_trail(Act.ORPHANS_SWEPT) == [""]


@pytest.mark.parametrize(
    "work", [scheduled.forget_rejected, scheduled.sweep_keys, scheduled.sweep_files]
)
def test_nothing_is_deleted_while_a_restored_backup_is_not_confirmed(
    sqlite_office: Office, work: Callable[[], object]
) -> None:
    FeedHead.objects.update(withheld=True)

    with pytest.raises(Refusal) as refused:
        work()
    assert refused.value.code == "withheld"


# the worker


def _silenced() -> int:
    return feed.last_sequence() - MANY


def test_a_worker_that_is_killed_while_terms_end_leaves_the_rest_to_the_next(
    office: Office,
) -> None:
    office.published(*people_rows(MANY))
    judged()
    enacted(office, "term", term_of(12))
    FeedHead.objects.update(judged_under=1)  # what the law changed is another test's
    Offender.objects.update(term_ends=YESTERDAY)
    for _ in range(2):
        before = _silenced()
        with worker() as dying:
            eventually(lambda before=before: _silenced() > before)  # type: ignore[misc]
            dying.kill()
        assert 0 < _silenced() < MANY

    with worker("--once", "--json") as one, worker("--once", "--json") as other:
        said = [json.loads(each.communicate()[0])["jobs"] for each in (one, other)]

    assert (one.returncode, other.returncode) == (0, 0)
    assert {job["state"] for jobs in said for job in jobs} <= {"done", "elsewhere"}
    assert set(map(tuple, told().values())) == {(True, False)}
    assert len(_entered_in_trail(Act.EXPIRED)) == MANY
    assert set(Offender.objects.values_list("standing", flat=True)) == {"expired"}
    assert verify().whole


def test_a_worker_follows_the_law_and_writes_a_last_checkpoint_when_told_to_stop(
    office: Office,
) -> None:
    office.published(a_row())
    with worker() as working:
        enacted(office, "disclosure_rule", CHILDREN)
        eventually(lambda: not is_listed())
        services.withdraw(ASLAM, office.amna, "wrong number")
        working.send_signal(signal.SIGTERM)
        _, log = working.communicate(timeout=30)

    assert working.returncode == 0
    assert write_checkpoint().added == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["event"] for line in lines} == {"job_done"}
    assert {"reassess"} <= {line["job"] for line in lines}


def test_a_work_that_fails_is_told_and_the_others_go_on(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(scheduled, "expire_due", broken)
    heard = _Told()

    outcomes = works.run_once(heard)

    assert heard.failures == [("expire_due", "OSError")]
    assert {one.job for one in outcomes if one.state == "failed"} == {"expire_due"}
    assert {one.state for one in outcomes if one.job != "expire_due"} == {"done"}


def test_a_work_that_failed_is_tried_again_until_it_is_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[str] = []

    def broken_at_first(_: object) -> Expired:
        attempts.append("")
        if len(attempts) < 3:
            raise OSError("no space left")
        return Expired()

    monkeypatch.setattr(scheduled, "expire_due", broken_at_first)
    monkeypatch.setattr(works, "TRY_AGAIN", 0.0)
    monkeypatch.setattr(works, "LOOK_EVERY", 0.01)
    heard, stop = _Told(), threading.Event()
    running = threading.Thread(target=works.run, args=(stop, heard))
    running.start()

    eventually(lambda: heard.jobs.count("expire_due") == 1)
    stop.set()
    running.join()

    assert heard.failures == [("expire_due", "OSError")] * 2
    assert len(attempts) == 3


def test_a_work_that_is_told_to_stop_ends_after_the_transaction_it_is_in(office: Office) -> None:
    office.published(*people_rows(60))
    judged()
    enacted(office, "disclosure_rule", CHILDREN)
    stop = threading.Event()
    stop.set()

    outcome = works.attempt(works.LAW, stop, _Told())

    assert outcome == Outcome("reassess", "stopped", {})
    assert set(map(tuple, told().values())) == {(True, False)}  # the chunk that it was at
    assert law_changes.is_due()
