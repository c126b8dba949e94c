"""The work queue: what each role is shown, how it is paged, and how it stays fresh."""

import re

import pytest
from approval_building import WHY, entered, of_lahore
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from law_building import a_conviction
from register_builders import ASLAM, Office, a_row

from nsor.accounts.models import PERSONS
from nsor.places import by_slug
from nsor.register import services
from nsor.register.models import Batch, BatchKind, BatchState, FeedHead


def _many_waiting(office: Office, count: int) -> None:
    """Have as many acts wait, which nobody opens."""
    head = FeedHead.objects.get()
    now = timezone.now()
    Batch.objects.bulk_create(
        Batch(
            kind=BatchKind.CORRECTION,
            state=BatchState.SUBMITTED,
            entered_by=office.amna,
            submission=head.last_submission + place,
            submitted_at=now,
            entries=1,
        )
        for place in range(1, count + 1)
    )
    head.last_submission += count
    head.save()


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("role", PERSONS)
def test_every_role_has_a_queue(sqlite_office: Office, role: str, language: str) -> None:
    page = Desk(sqlite_office.hire(f"One of {role}", role), language).get("console-queue")
    assert page.status_code == 200
    assert text_of(page).count("<h1") == 1


def test_an_approver_sees_what_waits_the_oldest_first_and_nothing_of_anybody(
    sqlite_office: Office,
) -> None:
    first = entered(sqlite_office)
    second = sqlite_office.entered(a_row(cnic="3520100000001", case_number="7/2020"))
    desk = Desk(sqlite_office.bilal)

    page = text_of(desk.get("console-queue"))

    places = [page.index(desk.address("console-approval-batch", one)) for one in (first, second)]
    assert places == sorted(places)
    assert "Aslam" not in page
    assert "35201" not in page


def test_what_lies_in_the_jurisdiction_comes_first(sqlite_office: Office) -> None:
    elsewhere, here = (
        entered(sqlite_office),
        sqlite_office.entered(a_row(cnic="3520100000001", case_number="7/2020")),
    )
    lahore = by_slug("punjab/lahore")
    assert lahore is not None
    Batch.objects.filter(pk=here).update(district=lahore.code)
    desk = Desk(of_lahore(sqlite_office.bilal))

    page = text_of(desk.get("console-queue"))

    inside, outside = page.split('id="outside-title"')
    assert desk.address("console-approval-batch", here) in inside
    assert desk.address("console-approval-batch", elsewhere) in outside


def test_an_entry_officer_sees_drafts_what_waits_and_what_was_rejected(
    sqlite_office: Office,
) -> None:
    rejected = entered(sqlite_office)
    services.reject(rejected, sqlite_office.bilal, "The court is another one.")
    draft = services.enter_conviction(
        a_conviction(number="3520100000019"), sqlite_office.amna, others=frozenset()
    )
    waiting = sqlite_office.entered(a_row(cnic="3520100000001", case_number="7/2020"))

    page = text_of(Desk(sqlite_office.amna).get("console-queue"))

    assert "The court is another one." in page
    for batch in (draft.pk, waiting, rejected):
        assert f'<bdi dir="ltr">{batch}</bdi>' in page


def test_what_others_entered_is_not_an_entry_officers(sqlite_office: Office) -> None:
    entered(sqlite_office)
    other = sqlite_office.hire("Erum", "entry")
    assert "Nothing of yours waits." in text_of(Desk(other).get("console-queue"))


def test_silences_are_listed_for_review(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    services.withdraw(ASLAM, sqlite_office.amna, WHY)
    act = Batch.objects.get(kind=BatchKind.WITHDRAWAL)
    desk = Desk(sqlite_office.bilal)
    assert desk.address("console-approval-silence", act.pk) in text_of(desk.get("console-queue"))


def test_the_live_part_answers_nothing_where_nothing_changed(sqlite_office: Office) -> None:
    entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)
    page = text_of(desk.get("console-queue"))
    asked = re.search(r'hx-get="([^"]+)"', page)
    assert asked is not None
    assert 'hx-trigger="every 30s"' in page

    assert desk.client.get(asked[1]).status_code == 204
    sqlite_office.entered(a_row(cnic="3520100000001", case_number="7/2020"))
    changed = desk.client.get(asked[1])

    assert changed.status_code == 200
    assert "<h1" not in text_of(changed)  # type: ignore[arg-type]


def test_a_thousand_acts_are_paged_by_key(sqlite_office: Office) -> None:
    _many_waiting(sqlite_office, 1_000)
    desk = Desk(sqlite_office.bilal)
    seen: list[str] = []
    address: str | None = desk.address("console-approval")
    while address:
        page = desk.client.get(address).content.decode()
        assert len(page) < 100_000
        seen += re.findall(r'<th scope="row"><a href="/en/console/approval/(\d+)/"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else None

    assert len(seen) == len(set(seen)) == 1_000
    assert list(map(int, seen)) == sorted(map(int, seen))


def test_a_kind_is_picked_from_what_waits(sqlite_office: Office) -> None:
    _many_waiting(sqlite_office, 3)
    entry = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)

    page = text_of(desk.get("console-approval", query={"kind": "entry"}))

    assert re.findall(r'<th scope="row"><a href="/en/console/approval/(\d+)/"', page) == [
        str(entry)
    ]


@pytest.mark.parametrize("name", ["console-queue", "console-queue-live", "console-approval"])
def test_the_queries_are_as_many_however_much_waits(sqlite_office: Office, name: str) -> None:
    desk = Desk(sqlite_office.bilal)
    counted = []
    for more in (1, 200):
        _many_waiting(sqlite_office, more)
        desk.get(name)
        with CaptureQueriesContext(connection) as queries:
            desk.get(name)
        counted.append(len(queries))

    assert counted[0] == counted[1] <= 14


def test_yours_is_said_to_be_another_officers_to_decide(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    services.withdraw(ASLAM, sqlite_office.amna, WHY)
    from nsor.register import acting

    services.restore(acting.find(ASLAM), sqlite_office.bilal, WHY)
    assert "yours: another officer decides" in text_of(
        Desk(sqlite_office.bilal).get("console-queue")
    )
