"""What the statistics count, and when: on both engines, against a count by hand."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from register_builders import ASLAM, YOUSAF, Office, a_row, people_rows

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.places import by_slug
from nsor.register import acting, merging, removal, statistics
from nsor.register.deciding import approve_batch
from nsor.register.errors import Refusal
from nsor.register.locks import Work, claim_work
from nsor.register.models import Offender, StatisticsRun
from nsor.register.statistics import counting, runs
from nsor.register.statistics.counting import count
from nsor.register.statistics.tables import TOTAL

LAHORE, QUETTA = (
    by_slug(slug).code  # type: ignore[union-attr]
    for slug in ("punjab/lahore", "balochistan/quetta")
)


def people(count_: int, start: int = 0, **changes: str) -> list[dict[str, str]]:
    return [row | changes for row in people_rows(count_, start)]


def number(place: int) -> str:
    return f"35201{place:07}1"


def test_it_counts_people_and_their_convictions(office: Office) -> None:
    office.published(
        *people(3, district="Lahore", victim_category="woman", convicted_on="2021-02-03"),
        *people(2, 3, district="Quetta", sections="PPC 376;PPC 377"),
        a_row(cnic=number(0), case_number="two", district="Lahore", juvenile="yes"),
        a_row(cnic=number(9)),
    )

    found = count()

    assert found.people_in == {LAHORE: 3, QUETTA: 2, 0: 1}
    assert found.convictions_in == {LAHORE: 4, QUETTA: 2, 0: 1}
    assert found.victims == {("woman", 2021): 3, ("child", 2020): 4}
    assert found.sections == {"PPC 376": 7, "PPC 377": 2}
    assert found.standing == {("active", "3"): 6}
    assert (found.people, found.convictions) == (6, 7)


def test_it_counts_nothing_that_does_not_count(office: Office) -> None:
    # given one who counts, one who waits, one whose conviction is quashed, one who was removed
    office.published(*people(3, district="Lahore"))
    office.entered(*people(1, 7))
    office.appeals("quashed", cnic=number(1), case="1/2020")
    gone = removal.remove(acting.find(number(2)), office.amna, "acquitted")
    approve_batch(gone.batch or 0, office.bilal)

    found = count()

    assert (found.people_in, found.convictions_in) == ({LAHORE: 1}, {LAHORE: 1})
    assert found.standing == {("active", "3"): 1}


def test_a_corrected_conviction_counts_once_and_a_merger_is_one_person(office: Office) -> None:
    office.published(
        a_row(district="Lahore"), a_row(cnic=YOUSAF, case_number="9/2020", district="Quetta")
    )
    into, other = acting.find(ASLAM), acting.find(YOUSAF)
    approve_batch(merging.merge(into, other, office.amna, "one").batch or 0, office.bilal)

    found = count()

    assert (found.people_in, found.convictions_in) == ({LAHORE: 1}, {LAHORE: 2})


def test_it_counts_the_same_in_chunks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.published(*people(7, district="Lahore"), *people(4, 7, district="Quetta"))
    rows = list(Offender.objects.order_by("pk"))
    approve_batch(merging.merge(rows[0], rows[10], office.amna, "one").batch or 0, office.bilal)
    whole = count()
    told: list[int] = []
    monkeypatch.setattr(counting, "CHUNK", 2)

    assert count(told.append) == whole

    assert whole.people_in == {LAHORE: 7, QUETTA: 3}
    assert whole.convictions_in == {LAHORE: 8, QUETTA: 3}
    assert told == [2, 4, 6, 8, 10, 12]


def test_a_count_takes_few_questions(sqlite_office: Office) -> None:
    sqlite_office.published(*people(20))
    with CaptureQueriesContext(connection) as asked:
        count()
    assert len(asked) == 5


def test_what_is_stored_is_what_is_shown(office: Office) -> None:
    office.published(*people(6, district="Lahore"), *people(2, 6, district="Quetta"))

    assert statistics.refresh() == 8

    found = statistics.latest()
    table = found.table("places")
    assert table is not None
    assert found.counted_at is not None
    assert abs(found.counted_at - timezone.now()) < timedelta(minutes=5)
    cells = {row.key: row.cells for row in table.rows}
    assert cells[TOTAL] == (8, 8)
    assert cells["balochistan/quetta"] == cells["punjab/lahore"] == (None, None)
    # and the row itself knows no more
    (run,) = StatisticsRun.objects.all()
    kept = {cell for one in run.tables for row in one["rows"] for cell in row[2:]}
    assert kept <= {None, 0, 8}


def test_it_is_counted_every_ten_minutes_or_when_somebody_asks(sqlite_office: Office) -> None:
    assert statistics.is_due()
    statistics.ask()
    assert statistics.latest().counted_at is None
    statistics.refresh()
    assert not statistics.is_due()
    assert not statistics.latest().is_asked

    statistics.ask()
    assert statistics.latest().is_asked
    assert not statistics.is_due()  # the last count is too young
    StatisticsRun.objects.update(counted_at=timezone.now() - runs.AT_LEAST)
    assert statistics.is_due()

    statistics.refresh()
    StatisticsRun.objects.update(counted_at=timezone.now() - runs.EVERY + timedelta(minutes=1))
    assert not statistics.is_due()
    StatisticsRun.objects.update(counted_at=timezone.now() - runs.EVERY)
    assert statistics.is_due()


def test_one_process_counts_at_a_time(sqlite_office: Office) -> None:
    with claim_work(Work.STATISTICS) as held:
        assert held
        assert statistics.refresh() is None
    assert statistics.refresh() == 0


def test_a_table_that_is_handed_on_is_in_the_trail_before_it_is_written(office: Office) -> None:
    office.published(*people(6, district="Lahore"))
    with pytest.raises(Refusal) as refused:
        statistics.export("places", office.bilal, lambda table: b"")
    assert refused.value.code == "nothing_counted"
    statistics.refresh()
    entered: list[str] = []

    def write(table: statistics.Table) -> bytes:
        entered.extend(Entry.objects.order_by("pk").values_list("act", flat=True))
        return table.name.encode()

    assert statistics.export("places", office.bilal, write) == b"places"

    assert entered[-1] == Act.EXPORTED
    outcome, intent = Entry.objects.order_by("-pk")[:2]
    assert (intent.act, intent.actor) == (Act.EXPORTED, f"officer:{office.bilal.pk}")
    assert (trail.details(intent.pk) or {})["what"] == "statistics/places"
    assert (outcome.act, outcome.subject) == (Act.OUTCOME_DONE, f"entry:{intent.pk}")


def test_a_file_that_was_not_written_is_a_failure_in_the_trail(sqlite_office: Office) -> None:
    statistics.refresh()

    def write(_: statistics.Table) -> bytes:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        statistics.export("places", sqlite_office.bilal, write)

    last = Entry.objects.latest("pk")
    assert last.act == Act.OUTCOME_FAILED


def test_a_source_takes_no_table(sqlite_office: Office) -> None:
    statistics.refresh()
    court = sqlite_office.hire("Court", "source")
    with pytest.raises(Refusal) as refused:
        statistics.export("places", court, lambda table: b"")
    assert refused.value.code == "role_not_allowed"


def test_counts_are_of_whole_people(office: Office) -> None:
    office.published(*people(30, district="Lahore"))
    found = count()
    assert Counter(found.people_in).total() == found.people == Offender.objects.count()
