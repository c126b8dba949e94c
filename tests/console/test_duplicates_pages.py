"""The pages of people who may be the same."""

import pytest
from console_building import Desk, text_of
from record_building import KARACHI, WHY, aslam, entries, stationed, told_in_trail
from register_builders import YOUSAF, Office, a_row, people_rows

from nsor.audit.acts import Act
from nsor.register import acting, services
from nsor.register.models import Batch, NotSame, Offender
from nsor.register.search import looking

TWIN = {"cnic": YOUSAF, "case_number": "7/2021", "name_en": "Mohammad Aslam", "district": "Lahore"}


def twins(office: Office) -> tuple[Offender, Offender]:
    """Publish Aslam, and somebody who is likely the same."""
    one = aslam(office)
    office.published(a_row(**TWIN))
    return one, acting.find(YOUSAF)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_who_may_be_the_same_is_listed_in_the_trail_before(
    sqlite_office: Office, language: str
) -> None:
    one, other = twins(sqlite_office)
    desk = Desk(sqlite_office.amna, language)

    text = text_of(desk.get("console-duplicates-of", one.pk))

    assert "35201-9876543-1" in text
    assert desk.address("console-duplicates-pair", one.pk, other.pk) in text
    (entry,) = entries(Act.DUPLICATES_SHOWN)
    assert set(told_in_trail(entry)["shown"]) == {one.pk, other.pk}  # type: ignore[call-overload]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_two_records_stand_side_by_side_with_what_differs_marked(
    sqlite_office: Office, language: str
) -> None:
    one, other = twins(sqlite_office)

    text = text_of(
        Desk(sqlite_office.amna, language).get("console-duplicates-pair", one.pk, other.pk)
    )

    for shown in ("Muhammad Aslam", "Mohammad Aslam", "35201-1234567-1", "35201-9876543-1"):
        assert shown in text
    assert text.count('class="changed"') >= 4
    assert {entry.subject for entry in entries(Act.RECORD_READ)} == {
        f"offender:{one.pk}",
        f"offender:{other.pk}",
    }


def test_two_people_are_kept_apart_and_not_listed_again(sqlite_office: Office) -> None:
    one, other = twins(sqlite_office)
    desk = Desk(sqlite_office.amna)

    answer = desk.post(
        "console-duplicates-apart", one.pk, other.pk, data={"apart-reason": "another date of birth"}
    )

    assert answer.status_code == 303
    assert NotSame.objects.get().officer == sqlite_office.amna
    assert told_in_trail(entries(Act.FOUND_DIFFERENT)[0])["reason"] == "another date of birth"
    text = text_of(desk.client.get(answer.headers["Location"]))  # type: ignore[arg-type]
    assert desk.address("console-duplicates-pair", one.pk, other.pk) not in text


def test_a_merger_awaits_a_second_officer_and_stands_in_the_list(sqlite_office: Office) -> None:
    one, other = twins(sqlite_office)
    desk = Desk(sqlite_office.amna)

    answer = desk.post(
        "console-duplicates-merge",
        one.pk,
        other.pk,
        data={"merge-into": other.pk, "merge-reason": WHY},
    )

    assert answer.headers["Location"] == desk.address("console-record", other.pk)
    batch = Batch.objects.get(kind="merge")
    assert (batch.state, batch.offender_id, batch.other_id) == ("submitted", other.pk, one.pk)
    listed = text_of(desk.get("console-duplicates"))
    assert desk.address("console-record", other.pk) in listed


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("apart", {"apart-reason": " "}),
        ("apart", {"apart-reason": "the victim is his daughter Zainab"}),
        ("merge", {"merge-into": "", "merge-reason": WHY}),
        ("merge", {"merge-into": "999", "merge-reason": WHY}),
        ("merge", {"merge-into": "x", "merge-reason": ""}),
    ],
)
def test_what_cannot_be_decided_is_told_and_nothing_is_done(
    sqlite_office: Office, page: str, data: dict[str, str]
) -> None:
    one, other = twins(sqlite_office)
    answer = Desk(sqlite_office.amna).post(
        f"console-duplicates-{page}", one.pk, other.pk, data=data
    )
    assert answer.status_code == 422
    assert 'class="errors"' in text_of(answer)
    assert not NotSame.objects.exists()
    assert not Batch.objects.filter(kind="merge").exists()


def test_whoever_is_suspended_is_not_merged_and_the_page_says_why(sqlite_office: Office) -> None:
    one, other = twins(sqlite_office)
    services.withdraw(YOUSAF, sqlite_office.amna, WHY)
    answer = Desk(sqlite_office.amna).post(
        "console-duplicates-merge",
        one.pk,
        other.pk,
        data={"merge-into": one.pk, "merge-reason": WHY},
    )
    assert answer.status_code == 422
    assert "Both must be active" in text_of(answer)


def test_each_of_two_asks_why_outside_the_jurisdiction(sqlite_office: Office) -> None:
    one, other = twins(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    asked = desk.address("console-duplicates-pair", one.pk, other.pk)

    for row in (one, other):
        page = desk.client.get(asked)
        assert desk.address("console-record-reason", row.pk) in text_of(page)  # type: ignore[arg-type]
        assert b"Aslam" not in page.content
        desk.post("console-record-reason", row.pk, data={"reason": WHY, "go_on_to": asked})
    assert b"Mohammad Aslam" in desk.client.get(asked).content


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1), (1, 10**30), (2**63, 1), (0, 1), (999_999, 999_998)]
)
def test_a_pair_that_is_none_is_not_found(sqlite_office: Office, one: int, other: int) -> None:
    twins(sqlite_office)
    desk = Desk(sqlite_office.amna)
    assert desk.get("console-duplicates-pair", one, other).status_code == 404
    for page in ("apart", "merge"):
        answer = desk.post(f"console-duplicates-{page}", one, other, data={})
        assert answer.status_code == 404


def test_a_merged_record_is_no_half_of_a_pair(sqlite_office: Office) -> None:
    one, other = twins(sqlite_office)
    services.approve(
        services.merge(one, other, sqlite_office.amna, WHY).batch or 0, sqlite_office.bilal
    )
    desk = Desk(sqlite_office.amna)
    assert desk.get("console-duplicates-pair", one.pk, other.pk).status_code == 404
    leads = desk.get("console-duplicates-of", other.pk)
    assert leads.headers["Location"] == desk.address("console-duplicates-of", one.pk)


def test_a_waiting_entry_is_looked_through_a_part_at_a_time(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    aslam(sqlite_office)
    monkeypatch.setattr(looking, "WITHIN", 0.0)
    others = [
        row
        | {"name_en": name, "name_ur": name, "father_name_en": "Nobody", "father_name_ur": "کوئی"}
        for row, name in zip(
            people_rows(5, start=50),
            ("Zubaida Qazi", "Ejaz Wattoo", "Farrukh Cheema", "Tufail Jatoi", "Naila Bugti"),
            strict=True,
        )
    ]
    batch = sqlite_office.entered(*others, a_row(**TWIN))
    desk = Desk(sqlite_office.bilal)
    assert desk.address("console-duplicates-batch", batch) in text_of(
        desk.get("console-duplicates")
    )

    found, address, pages = "", desk.address("console-duplicates-batch", batch), 0
    while address:
        page = desk.client.get(address)
        found += text_of(page)  # type: ignore[arg-type]
        pages += 1
        following = page.context["next"]
        address = desk.address("console-duplicates-batch", batch) + following if following else ""
    assert pages > 1
    assert "35201-1234567-1" in found


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1e5", ""])
def test_a_place_that_is_none_is_the_first(sqlite_office: Office, after: str) -> None:
    batch = sqlite_office.entered(a_row())
    desk = Desk(sqlite_office.bilal)
    for page in (("console-duplicates",), ("console-duplicates-batch", batch)):
        assert desk.get(*page, query={"after": after}).status_code == 200


def test_a_decided_act_is_not_looked_through(sqlite_office: Office) -> None:
    batch = sqlite_office.published(a_row())
    assert Desk(sqlite_office.bilal).get("console-duplicates-batch", batch).status_code == 404


@pytest.mark.parametrize("role", ["supervision", "audit", "administration"])
def test_other_roles_reach_none_of_it(sqlite_office: Office, role: str) -> None:
    one, other = twins(sqlite_office)
    desk = Desk(sqlite_office.hire("Other", role))
    for page in (
        ("console-duplicates",),
        ("console-duplicates-of", one.pk),
        ("console-duplicates-pair", one.pk, other.pk),
    ):
        assert desk.get(*page).status_code == 403
    assert desk.post("console-duplicates-apart", one.pk, other.pk, data={}).status_code == 403
    assert entries(Act.DUPLICATES_SHOWN) == []


def test_of_a_removed_person_nobody_is_told(sqlite_office: Office) -> None:
    one, other = twins(sqlite_office)
    services.remove(one, sqlite_office.amna, WHY)
    services.approve(Batch.objects.get(kind="removal").pk, sqlite_office.bilal)
    desk = Desk(sqlite_office.amna)
    assert desk.get("console-duplicates-of", one.pk).status_code == 410
    assert desk.get("console-duplicates-pair", one.pk, other.pk).status_code == 410
    assert "35201-1234567-1" not in text_of(desk.get("console-duplicates-of", other.pk))


def test_whoever_lives_outside_the_jurisdiction_is_shown_by_the_record_alone(
    sqlite_office: Office,
) -> None:
    one = aslam(sqlite_office)
    sqlite_office.published(a_row(**TWIN | {"district": "Karachi South"}))
    other = acting.find(YOUSAF)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))

    text = text_of(desk.get("console-duplicates-of", other.pk))
    assert "Mohammad Aslam" in text
    assert "Muhammad Aslam" not in text
    assert desk.address("console-duplicates-pair", other.pk, one.pk) in text
    (entry,) = entries(Act.DUPLICATES_SHOWN)
    assert told_in_trail(entry)["shown"] == [other.pk]

    asked = text_of(desk.get("console-duplicates-of", one.pk))
    assert "Aslam" not in asked
    desk.post("console-record-reason", one.pk, data={"reason": WHY})
    assert "Muhammad Aslam" in text_of(desk.get("console-duplicates-of", one.pk))
