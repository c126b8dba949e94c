"""A change of the law reaches everybody it is about: who is silenced, who is told of again."""

import json
import time
from collections.abc import Callable
from datetime import timedelta

from law_building import (
    CHILDREN,
    RAPE,
    WOMEN,
    enacted,
    judged,
    judged_by,
    repealed,
    told,
    worker,
)
from register_builders import ASLAM, Office, a_row, is_listed, people_rows
from waiting import eventually

from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.audit.verifying import verify
from nsor.law.calendar import today
from nsor.law.rows import version
from nsor.register import feed, journal, law_changes
from nsor.register.deciding import approve_batch
from nsor.register.law_changes import Judged, reassess
from nsor.register.models import Batch, BatchKind, Conviction, Offender, Registration
from nsor.register.scheduled import expire_due
from nsor.register.services import withdraw

KARIM = "3520100000001"
MANY = 600
"""So many that a worker writes a dozen times, and is caught in the middle."""


def _karim() -> dict[str, str]:
    """Return a row of a man whose victim was a woman."""
    return a_row(cnic=KARIM, case_number="7/2020", name_ur="کریم", victim_category="woman")


def _entries(act: Act = Act.LAW_APPLIED) -> list[str]:
    return list(Entry.objects.filter(act=act).order_by("pk").values_list("subject", flat=True))


def test_a_rule_that_forbids_silences_those_it_is_about_and_nobody_else(office: Office) -> None:
    office.published(a_row(), _karim())
    judged()
    enacted(office, "disclosure_rule", CHILDREN)

    counts = reassess()

    assert counts == Judged(people=2, silenced=1)
    assert not is_listed(ASLAM)
    assert is_listed(KARIM)
    noted = [entry.note for entry in journal.read() if isinstance(entry, journal.Entry)]
    assert [note.kind for note in noted if isinstance(note, journal.Silence)] == ["law"]


def test_a_rule_that_is_repealed_lets_them_be_told_of_again(office: Office) -> None:
    office.published(a_row())
    enacted(office, "disclosure_rule", CHILDREN)
    judged()
    assert not is_listed()
    repealed(office, CHILDREN)

    counts = reassess()

    assert counts == Judged(people=1, listed=1)
    assert is_listed()


def test_nothing_is_done_twice(office: Office) -> None:
    office.published(a_row())
    judged()
    enacted(office, "disclosure_rule", CHILDREN)
    judged()
    entries, sequence = Entry.objects.count(), feed.last_sequence()

    assert reassess() is None

    assert (Entry.objects.count(), feed.last_sequence()) == (entries, sequence)


def test_each_writing_has_its_entry_in_the_trail_and_the_whole_has_one(office: Office) -> None:
    office.published(a_row())
    judged()
    before = len(_entries())
    enacted(office, "disclosure_rule", CHILDREN)

    reassess()

    batch = Batch.objects.get(kind=BatchKind.LAW)
    assert _entries()[before:] == [f"batch:{batch.pk}", ""]
    assert (batch.entered_by, batch.decided_by, batch.entries) == (None, None, 1)


def test_a_section_that_leaves_the_catalogue_silences_and_its_return_speaks(office: Office) -> None:
    office.published(a_row())
    judged()
    enacted(office, "offence", RAPE, repeal=True)
    judged()

    silenced = Conviction.objects.get()
    assert not is_listed()
    assert (silenced.registrable, silenced.law_version) == (False, version())

    enacted(office, "offence", RAPE | {"citation": "Act X"})
    judged()
    assert is_listed()
    assert Conviction.objects.get().registrable


def test_another_term_is_stored_and_nothing_is_published_for_it(office: Office) -> None:
    office.published(a_row())
    judged()
    sequence, before = feed.last_sequence(), Offender.objects.get()
    assert before.term_ends is None  # tier III is for life
    enacted(
        office, "term", {"tier_set": "sorna", "tier": 3, "runs_from": "conviction", "months": 240}
    )

    counts = reassess()

    after = Offender.objects.get()
    assert counts == Judged(people=1, changed=1)
    assert feed.last_sequence() == sequence
    assert after.term_ends is not None
    assert after.term_ends.isoformat() == "2040-06-01"
    assert Registration.objects.order_by("pk").last().term_ends == after.term_ends  # type: ignore[union-attr]


def test_a_term_that_is_over_by_the_new_law_silences_and_then_expires(office: Office) -> None:
    office.published(a_row())
    judged()
    enacted(
        office, "term", {"tier_set": "sorna", "tier": 3, "runs_from": "conviction", "months": 12}
    )

    counts = reassess()
    expired = expire_due()

    assert counts == Judged(people=1, silenced=1)
    assert not is_listed()
    assert expired is not None
    assert expired.expired == 1
    assert Offender.objects.get().standing == "expired"


def test_a_change_that_was_enacted_before_reaches_people_on_its_day(office: Office) -> None:
    office.published(a_row())
    judged()
    enacted(office, "disclosure_rule", CHILDREN)
    judged_by(today())
    assert not law_changes.is_due()

    # they were judged yesterday, when the change was enacted already and didn't count yet
    judged_by(today() - timedelta(1))

    assert reassess() == Judged(people=1, silenced=1)
    assert not is_listed()


def test_a_law_that_allows_makes_nobody_speak_who_is_silent_for_other_reasons(
    office: Office,
) -> None:
    enacted(office, "disclosure_rule", CHILDREN)
    office.published(a_row(), a_row(cnic="3520100000025", case_number="2/2020", juvenile="yes"))
    withdraw(ASLAM, office.amna, "wrong number")
    office.entered(a_row(cnic="3520100000033", case_number="3/2020"))
    judged()
    repealed(office, CHILDREN)

    assert reassess() == Judged(people=3)
    assert not any(publication.listed for publication in feed.stream())


def test_silences_come_before_those_who_are_told_of(office: Office) -> None:
    enacted(office, "disclosure_rule", WOMEN)
    office.published(_karim())
    office.published(a_row())
    judged()
    repealed(office, WOMEN)
    enacted(office, "disclosure_rule", CHILDREN)
    before = feed.last_sequence()

    reassess()

    told_since = [(one.cnic, one.listed) for one in feed.read(before)]
    assert told_since == [(int(ASLAM), False), (int(KARIM), True)]


def test_an_import_that_is_being_approved_is_judged_by_the_law_that_came_meanwhile(
    office: Office,
) -> None:
    batch = office.entered(a_row(), _karim())
    enactments = iter((CHILDREN,))

    def meanwhile(_: int) -> None:
        for rule in enactments:
            enacted(office, "disclosure_rule", rule)
            judged()

    approval = approve_batch(batch, office.bilal, progress=meanwhile)

    assert approval.published == 1
    assert is_listed(KARIM)
    assert not is_listed(ASLAM)


def test_what_waits_when_the_law_changes_is_judged_by_the_new_law(office: Office) -> None:
    batch = office.entered(a_row())
    judged()
    enacted(office, "offence", RAPE, repeal=True)
    judged()

    office.approves(batch)

    assert not is_listed()


def _silenced() -> int:
    return feed.last_sequence() - MANY


def test_a_worker_that_is_killed_again_and_again_silences_everybody_once(office: Office) -> None:
    office.published(*people_rows(MANY))
    judged()
    enacted(office, "disclosure_rule", CHILDREN)
    for _ in range(3):
        before = _silenced()
        with worker() as dying:
            eventually(lambda before=before: _silenced() > before)  # type: ignore[misc]
            dying.kill()
        assert 0 < _silenced() < MANY
        assert law_changes.is_due()

    with worker("--once", "--json") as last:
        stdout, stderr = last.communicate()

    jobs = {job["job"]: job for job in json.loads(stdout)["jobs"]}
    assert last.returncode == 0, stderr
    assert jobs["reassess"]["state"] == "done"
    assert jobs["reassess"]["people"] == MANY
    assert set(map(tuple, told().values())) == {(True, False)}
    assert _entries().count("") == 2  # when everybody was judged first, and now
    assert verify().whole


def test_two_workers_at_once_silence_everybody_once(office: Office) -> None:
    office.published(*people_rows(MANY))
    judged()
    enacted(office, "disclosure_rule", CHILDREN)

    with worker("--once", "--json") as one, worker("--once", "--json") as other:
        said = [json.loads(each.communicate()[0])["jobs"] for each in (one, other)]

    assert (one.returncode, other.returncode) == (0, 0)
    assert {job["state"] for jobs in said for job in jobs} <= {"done", "elsewhere"}
    assert set(map(tuple, told().values())) == {(True, False)}
    assert _entries().count("") == 2
    assert not law_changes.is_due()


def test_officers_act_while_everybody_is_judged(
    office: Office, record_property: Callable[[str, object], None]
) -> None:
    office.published(*people_rows(MANY), *people_rows(40, start=9_000_000))
    judged()
    enacted(office, "disclosure_rule", CHILDREN)
    waits: list[float] = []
    with worker("--once", "--json") as working:
        while working.poll() is None:
            before = time.monotonic()
            withdraw(f"35201{9_000_000 + len(waits) % 40:07}1", office.amna, "wrong number")
            waits.append(time.monotonic() - before)
        working.communicate()

    record_property("longest_wait_seconds", round(max(waits), 3))
    print(f"longest wait {max(waits):.3f} s of {len(waits)}")
    assert working.returncode == 0
    assert len(waits) > 1
    assert not any(history[-1] for history in told().values())
