"""Somebody who may be in the register already: shown, decided on, and the entry goes on."""

import pytest
from console_building import Desk, text_of
from entry_building import begin, number_in, send, typed
from register_builders import ASLAM, YOUSAF, Office, a_row

from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import acting, drafts, services
from nsor.register.models import Conviction, NotSame, NumberKind

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])


def checked(desk: Desk, form: int, **changes: str) -> None:
    """Have a form checked that finds somebody alike."""
    answer = send(desk, "console-entry-check", form, typed(**changes))
    assert answer.headers["Location"].endswith(f"/form/{form}/alike/")


@LANGUAGES
def test_a_known_number_stops_the_entry_and_goes_on_as_the_same_person(
    office: Office, language: str
) -> None:
    office.published(a_row())
    desk, form = Desk(office.amna, language), 0
    form = begin(desk)
    checked(desk, form, case_number="7/2021")
    assert Entry.objects.filter(act=Act.DUPLICATES_SHOWN).count() == 1  # told by the check
    offender = acting.find(ASLAM).pk

    page = desk.get("console-entry-alike", form)

    assert page.status_code == 200
    assert text_of(page).count("محمد اسلم") == 2  # what was typed, and who is known
    assert Entry.objects.filter(act=Act.DUPLICATES_SHOWN).count() == 2
    answer = desk.post("console-entry-alike", form, data={f"person_{offender}": "same"})
    draft = desk.get("console-entry-draft", number_in(answer))
    assert draft.status_code == 200
    assert Conviction.objects.filter(offender=offender).count() == 2


def test_a_number_that_is_wrong_leads_back_to_it(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    desk = Desk(sqlite_office.amna)
    form = begin(desk)
    checked(desk, form)

    answer = desk.post(
        "console-entry-alike", form, data={f"person_{acting.find(ASLAM).pk}": "mistyped"}
    )

    assert answer.headers["Location"].endswith(f"/form/{form}/?at=number#id_number")


@LANGUAGES
def test_somebody_alike_is_another_person(office: Office, language: str) -> None:
    office.published(a_row())
    desk = Desk(office.amna, language)
    form = begin(desk)
    checked(desk, form, number=YOUSAF)
    offender = acting.find(ASLAM).pk

    answer = desk.post("console-entry-alike", form, data={f"person_{offender}": "another"})

    assert "/draft/" in answer.headers["Location"]
    assert NotSame.objects.count() == 1
    assert desk.get("console-entry-alike", form).status_code == 303  # nobody is left to decide on


def test_the_same_person_under_another_number_gets_the_number_first(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    office.published(a_row())
    desk = Desk(office.amna)
    form = begin(desk)
    checked(desk, form, number=YOUSAF, case_number="7/2021")
    offender = acting.find(ASLAM)

    answer = desk.post("console-entry-alike", form, data={f"person_{offender.pk}": "add"})

    assert f"/correct/number/{offender.pk}/?form={form}" in answer.headers["Location"]
    page = text_of(desk.client.get(answer.headers["Location"]))  # type: ignore[arg-type]
    assert f'value="{YOUSAF}"' in page
    services.correct(
        offender, services.NumberAddition(YOUSAF, NumberKind.CNIC), office.amna, "the same person"
    )
    checked(desk, form, number=YOUSAF, case_number="7/2021")
    answer = desk.post("console-entry-alike", form, data={f"person_{offender.pk}": "same"})
    entered = drafts.entered(number_in(answer), office.amna)
    assert entered is not None
    assert (entered.number, entered.known) == (YOUSAF, True)


def test_nothing_said_is_asked_again(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    desk = Desk(sqlite_office.amna)
    form = begin(desk)
    checked(desk, form)

    page = desk.post("console-entry-alike", form, data={"person_999": "same"})

    assert page.status_code == 422
    assert Conviction.objects.count() == 1


def test_whoever_merged_is_shown_as_one(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row(), a_row(cnic=YOUSAF, case_number="8/2020"))
    root, other = acting.find(ASLAM), acting.find(YOUSAF)
    services.approve(services.merge(root, other, office.amna, "one").batch or 0, office.bilal)
    desk = Desk(office.amna)
    form = begin(desk)
    checked(desk, form, number=YOUSAF, case_number="9/2021")

    page = text_of(desk.get("console-entry-alike", form))

    assert f'name="person_{other.pk}"' in page
    answer = desk.post("console-entry-alike", form, data={f"person_{other.pk}": "same"})
    assert "/draft/" in answer.headers["Location"]


def test_a_page_without_anybody_to_decide_on_leads_to_the_form(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    form = begin(desk)

    assert desk.get("console-entry-alike", form).headers["Location"].endswith(f"/form/{form}/")
