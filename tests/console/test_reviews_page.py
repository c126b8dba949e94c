"""The page of what falls due."""

import pytest
from console_building import Desk, text_of
from law_building import enacted, term_of
from record_building import KARACHI, LAHORE, WHY, aslam, counted_queries, stationed
from register_builders import Office, people_rows

from nsor.web.console.reviews import views


def reviewable(office: Office) -> int:
    """Publish Aslam, whose term is looked at again each year; return his number."""
    enacted(office, "term", term_of(None, review_after_months=12))
    return aslam(office).pk


@pytest.mark.parametrize("language", ["en", "ur"])
def test_what_is_late_is_listed_without_anything_personal(
    sqlite_office: Office, language: str
) -> None:
    number = reviewable(sqlite_office)
    desk = Desk(sqlite_office.amna, language)

    text = text_of(desk.get("console-reviews"))

    assert desk.address("console-record", number) in text
    assert desk.address("console-record-review", number) in text
    assert 'class="tag warning"' in text
    for hidden in ("Aslam", "اسلم", "35201"):
        assert hidden not in text


def test_a_review_that_was_recorded_leaves_the_list(sqlite_office: Office) -> None:
    number = reviewable(sqlite_office)
    desk = Desk(sqlite_office.amna)
    desk.post("console-record-review", number, data={"finding": "stays", "reason": WHY})
    assert desk.address("console-record-review", number) not in text_of(desk.get("console-reviews"))


@pytest.mark.parametrize(("jurisdiction", "shown"), [(LAHORE, True), (KARACHI, False)])
def test_an_officer_begins_with_their_own_jurisdiction(
    sqlite_office: Office, jurisdiction: str, shown: bool
) -> None:
    number = reviewable(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "supervision", jurisdiction))
    address = desk.address("console-record", number)
    assert (address in text_of(desk.get("console-reviews"))) is shown
    assert address in text_of(desk.get("console-reviews", query={"place": ""}))


def test_the_list_goes_on_page_by_page(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    enacted(sqlite_office, "term", term_of(None, review_after_months=12))
    sqlite_office.published(*people_rows(5))
    monkeypatch.setattr(views, "SHOWN", 2)
    desk = Desk(sqlite_office.amna)
    seen: list[int] = []
    address = desk.address("console-reviews")
    while address:
        page = desk.client.get(address)
        seen += [one.due.offender for one in page.context["found"]]
        following = page.context["next"]
        address = desk.address("console-reviews") + following if following else ""
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"days": "30"}, 200),
        ({"days": "31"}, 422),
        ({"days": "9" * 100}, 422),
        ({"what": "everything"}, 422),
        ({"place": "atlantis"}, 422),
        ({"after": "2020-01-01.5.review"}, 200),
        ({"after": "2020-99-01.5.review"}, 200),
        ({"after": "2020-01-01.99999999999999999999.review"}, 200),
        ({"after": "\x00"}, 200),
        ({"what": "term_end", "days": "90"}, 200),
    ],
)
def test_hostile_addresses_are_told_or_are_the_first_page(
    sqlite_office: Office, query: dict[str, str], status: int
) -> None:
    reviewable(sqlite_office)
    assert Desk(sqlite_office.amna).get("console-reviews", query=query).status_code == status


@pytest.mark.parametrize("role", ["audit", "administration"])
def test_other_roles_do_not_see_it(sqlite_office: Office, role: str) -> None:
    assert Desk(sqlite_office.hire("Other", role)).get("console-reviews").status_code == 403


def test_the_page_asks_as_often_for_one_as_for_many(sqlite_office: Office) -> None:
    reviewable(sqlite_office)
    desk = Desk(sqlite_office.amna)
    desk.get("console-reviews")
    with counted_queries() as few:
        desk.get("console-reviews")
    sqlite_office.published(*people_rows(60))
    with counted_queries() as many:
        page = desk.get("console-reviews")
    assert len(few) == len(many)
    assert len(page.content) < 100_000
