"""Whoever lives elsewhere is shown by the number of their record, until an officer says why."""

import pytest
from approval_building import acts_since, last_entry
from console_building import Desk, text_of
from elsewhere import KARACHI, TWIN, WHY, a_man_of_lahore, typed_twin
from entry_building import number_in
from record_building import entries, stationed, told_in_trail
from register_builders import Office

from nsor.audit.acts import Act
from nsor.register import acting, services, waiting
from nsor.register.corrections import ProfileCorrection
from nsor.register.models import Batch, NotSame, Offender

THERE = a_man_of_lahore("published")
NAMES = (THERE["name_en"], THERE["name_ur"], THERE["cnic"])


def there(office: Office) -> Offender:
    """Publish somebody of Lahore."""
    office.published(THERE)
    return acting.find(THERE["cnic"])


def tells(page: object) -> bool:
    """Tell whether a page says who the one of Lahore is."""
    said = text_of(page)  # type: ignore[arg-type]
    digits = THERE["cnic"]
    return any(one in said for one in (*NAMES, f"{digits[:5]}-{digits[5:12]}-{digits[12:]}"))


@pytest.mark.parametrize("language", ["en", "ur"])
def test_who_is_alike_to_an_entry_is_shown_after_a_reason(
    sqlite_office: Office, language: str
) -> None:
    one = there(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI), language)
    form = typed_twin(desk)

    page = desk.get("console-entry-alike", form)

    assert page.status_code == 200
    assert not tells(page)
    assert desk.address("console-record", one.pk) in text_of(page)
    before = last_entry()
    desk.post("console-record-reason", one.pk, data={"reason": WHY})
    assert tells(desk.get("console-entry-alike", form))
    assert set(acts_since(before)) == {Act.DUPLICATES_SHOWN}
    entry = entries(Act.DUPLICATES_SHOWN)[-1]
    assert entry.subject == f"offender:{one.pk}"
    assert told_in_trail(entry) == {"reason": WHY, "outside": True}


def test_who_is_alike_can_be_said_to_be_another_without_being_opened(
    sqlite_office: Office,
) -> None:
    one = there(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    form = typed_twin(desk)

    answer = desk.post("console-entry-alike", form, data={f"person_{one.pk}": "another"})

    assert "/draft/" in answer.headers["Location"]


def test_that_a_number_is_known_is_told_and_not_whose_it_is(sqlite_office: Office) -> None:
    one = there(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    form = typed_twin(desk, number=THERE["cnic"], name_ur="کوئی اور", name_en="Somebody Else")

    said = text_of(desk.get("console-entry-alike", form))

    assert "This number is in the register" in said
    assert THERE["name_en"] not in said
    assert THERE["name_ur"] not in said
    answer = desk.post("console-entry-alike", form, data={f"person_{one.pk}": "mistyped"})
    assert number_in(answer) == form


def test_whose_number_it_is_that_is_to_be_added_is_not_told(sqlite_office: Office) -> None:
    one = there(sqlite_office)
    sqlite_office.published(TWIN)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    number = {"number_kind": "cnic", "number": THERE["cnic"], "reason": WHY}

    page = desk.post("console-entry-add-number", acting.find(TWIN["cnic"]).pk, data=number)

    assert page.status_code == 422
    assert desk.address("console-record", one.pk) in text_of(page)
    assert THERE["name_en"] not in text_of(page)
    assert THERE["name_ur"] not in text_of(page)


@pytest.mark.parametrize("page", ["console-approval-alike", "console-approval-file-alike"])
def test_who_is_alike_to_an_act_is_shown_after_a_reason(sqlite_office: Office, page: str) -> None:
    one = there(sqlite_office)
    batch = sqlite_office.entered(TWIN)
    desk = Desk(stationed(sqlite_office, "Kamal", "approval", KARACHI))
    other = Offender.objects.latest("pk")

    shown = desk.get(page, batch, query={"view": "all"})

    assert desk.address("console-duplicates-pair", other.pk, one.pk) in text_of(shown)
    assert not tells(shown)
    desk.post("console-record-reason", one.pk, data={"reason": WHY})
    assert tells(desk.get(page, batch, query={"view": "all"}))
    assert told_in_trail(entries(Act.DUPLICATES_SHOWN)[-1]) == {"reason": WHY, "outside": True}


def test_of_a_file_elsewhere_nobody_alike_is_shown_before_a_reason(sqlite_office: Office) -> None:
    """That somebody here is alike would tell what the person of the act is called."""
    sqlite_office.published(TWIN)
    batch = sqlite_office.entered(THERE)
    desk = Desk(stationed(sqlite_office, "Kamal", "approval", KARACHI))

    refused = desk.get("console-approval-file-alike", batch, query={"view": "all"})

    assert refused.headers["Location"] == desk.address("console-approval-file", batch)
    assert not entries(Act.DUPLICATES_SHOWN)
    desk.post("console-approval-file", batch, data={"reason": WHY})
    shown = desk.get("console-approval-file-alike", batch, query={"view": "all"})
    assert TWIN["name_en"] in text_of(shown)


def test_of_an_act_elsewhere_nobody_alike_is_shown_before_a_reason(sqlite_office: Office) -> None:
    sqlite_office.published(TWIN)
    clerk = Desk(sqlite_office.amna)
    form = typed_twin(clerk, **_typed_there())
    twin = acting.find(TWIN["cnic"]).pk
    answer = clerk.post("console-entry-alike", form, data={f"person_{twin}": "another"})
    batch = number_in(answer)
    clerk.post("console-entry-submit", batch, data={})
    NotSame.objects.all().delete()
    desk = Desk(stationed(sqlite_office, "Kamal", "approval", KARACHI))

    refused = desk.get("console-approval-alike", batch)

    assert refused.headers["Location"] == desk.address("console-approval-batch", batch)
    desk.post("console-approval-batch", batch, data={"reason": WHY})
    assert TWIN["name_en"] in text_of(desk.get("console-approval-alike", batch))


def _typed_there() -> dict[str, str]:
    names = ("name_ur", "name_en", "father_name_ur", "father_name_en", "case_number", "district")
    return {name: THERE[name] for name in names} | {"number": THERE["cnic"]}


def test_what_silenced_elsewhere_is_not_looked_at_unread(sqlite_office: Office) -> None:
    there(sqlite_office)
    services.withdraw(THERE["cnic"], sqlite_office.amna, WHY)
    [silence] = waiting.to_review()
    desk = Desk(stationed(sqlite_office, "Kamal", "approval", KARACHI))

    asked = desk.post("console-approval-look", silence.batch, data={"note": "stands"})

    assert asked.headers["Location"] == desk.address("console-approval-silence", silence.batch)
    assert Batch.objects.get(pk=silence.batch).awaits_review
    desk.post("console-approval-silence", silence.batch, data={"reason": WHY})
    desk.post("console-approval-look", silence.batch, data={"note": "stands"})
    assert not Batch.objects.get(pk=silence.batch).awaits_review


@pytest.mark.parametrize("page", ["pass", "reject"])
def test_nothing_is_decided_of_an_act_elsewhere_unread(sqlite_office: Office, page: str) -> None:
    marks = ProfileCorrection({"marks": "a scar"})
    batch = services.correct(there(sqlite_office), marks, sqlite_office.amna, WHY).batch
    desk = Desk(stationed(sqlite_office, "Kamal", "approval", KARACHI))
    given = {"reason": WHY, "reject-reason": WHY, "number": "1"}

    asked = desk.post(f"console-approval-{page}", batch, data=given)

    assert asked.headers["Location"] == desk.address("console-approval-batch", batch)
    assert Batch.objects.get(pk=batch).state == "submitted"


@pytest.mark.parametrize("page", ["apart", "merge"])
def test_nothing_is_decided_of_a_pair_unread(sqlite_office: Office, page: str) -> None:
    one = there(sqlite_office)
    sqlite_office.published(TWIN)
    other = acting.find(TWIN["cnic"])
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    given = {"apart-reason": WHY, "merge-reason": WHY, "merge-into": str(one.pk)}
    done = (NotSame.objects, Batch.objects.filter(kind="merge"))

    asked = desk.post(f"console-duplicates-{page}", one.pk, other.pk, data=given)

    assert desk.address("console-record-reason", one.pk) in text_of(asked)
    assert not any(rows.exists() for rows in done)
    desk.post("console-record-reason", one.pk, data={"reason": WHY})
    desk.post(f"console-duplicates-{page}", one.pk, other.pk, data=given)
    assert any(rows.exists() for rows in done)


def test_a_merger_elsewhere_is_not_undone_unread(sqlite_office: Office) -> None:
    office = sqlite_office
    one = there(office)
    office.published(a_man_of_lahore("merged"))
    other = acting.find(a_man_of_lahore("merged")["cnic"])
    services.approve(services.merge(one, other, office.amna, WHY).batch or 0, office.bilal)
    desk = Desk(stationed(office, "Kiran", "entry", KARACHI))

    for answer in (
        desk.get("console-record-unmerge", other.pk),
        desk.post("console-record-unmerge", other.pk, data={"reason": WHY}),
    ):
        assert desk.address("console-record-reason", one.pk) in text_of(answer)
    assert not Batch.objects.filter(kind="unmerge").exists()


@pytest.mark.parametrize("more", [{"name": THERE["name_en"]}, {"number": THERE["cnic"]}])
def test_a_search_at_home_does_not_find_whoever_has_moved_away(
    sqlite_office: Office, more: dict[str, str]
) -> None:
    one = there(sqlite_office)
    asked = services.correct(
        one,
        ProfileCorrection({"district": "Karachi South", "address": "Clifton"}),
        sqlite_office.amna,
        WHY,
    )
    services.approve(asked.batch or 0, sqlite_office.bilal)
    before = stationed(sqlite_office, "Latif", "entry", "punjab/lahore")

    for officer, found in ((before, False), (sqlite_office.amna, True)):
        desk = Desk(officer)
        answer = desk.post("console-search", data={"district": "Lahore", **more})
        page = text_of(desk.client.get(answer.headers["Location"]))  # type: ignore[arg-type]
        assert (desk.address("console-record", one.pk) in page) is found


def test_rejecting_what_was_decided_with_nothing_typed_is_told(sqlite_office: Office) -> None:
    batch = sqlite_office.published(THERE)
    desk = Desk(sqlite_office.bilal)

    answer = desk.post("console-approval-reject", batch, data={})

    assert answer.status_code == 303
    assert "This was decided by" in text_of(desk.client.get(answer.headers["Location"]))  # type: ignore[arg-type]
