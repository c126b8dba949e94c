"""Deciding on an act about one person: side by side, as it was shown, each number confirmed."""

import re
import threading
from typing import Any

import pytest
from approval_building import (
    WHY,
    acts_since,
    approves,
    corrected,
    entered,
    last_entry,
    of_lahore,
    shown_by,
)
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from law_building import a_conviction
from register_builders import ASLAM, Office, a_row, in_thread_of_its_own, is_listed

from nsor import cnic
from nsor.audit import trail
from nsor.disclosure import single, wording
from nsor.places import by_slug
from nsor.register import acting, services
from nsor.register.models import Batch, BatchState, CheckOutcome, Ground, IdentityCheck

WARNED_EN = wording.listed(
    "en", name="Muhammad Aslam", father="Ghulam Rasool", sex="male", relation="father"
)
WARNED_UR = wording.listed(
    "ur", name="محمد اسلم", father="غلام رسول", sex="male", relation="father"
)


def _plain(page: str) -> str:
    """Return a page without its tags, spaces as one."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.mark.parametrize("language", ["en", "ur"])
def test_an_entry_is_shown_with_its_facts_and_the_words_of_the_reply(
    sqlite_office: Office, language: str
) -> None:
    batch = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal, language)

    page = desk.get("console-approval-batch", batch)

    assert page.status_code == 200
    text = _plain(text_of(page))
    for fact in ("Muhammad Aslam", "محمد اسلم", "Sessions Court, Lahore", "12/2020", "PPC 376"):
        assert fact in text
    assert cnic.display(ASLAM) in text
    assert WARNED_UR in text.replace("&#x27;", "'")
    assert WARNED_EN in text.replace("&#x27;", "'")


def test_an_act_is_approved_as_it_was_shown_and_the_public_is_told(office: Office) -> None:
    batch = entered(office)
    desk = Desk(office.bilal)

    answer = approves(desk, batch)

    assert answer.status_code == 303
    assert answer.headers["Location"] == desk.address("console-queue")
    told = single.check(ASLAM, "public", short_code="7000")
    assert (told.outcome, told.text_en, told.text_ur) == ("listed", WARNED_EN, WARNED_UR)


def test_what_is_told_is_what_the_page_said(office: Office) -> None:
    batch = corrected(office, name_en="Muhammad Aslam Khan", father_name_ur="غلام محمد")
    desk = Desk(office.bilal)
    page = _plain(text_of(desk.get("console-approval-batch", batch)))

    approves(desk, batch)

    told = single.check(ASLAM, "public", short_code="7000")
    assert told.outcome == "listed"
    assert told.text_en in page.replace("&#x27;", "'")
    assert told.text_ur in page


def test_every_number_is_confirmed_by_itself(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)
    shown = shown_by(desk.get("console-approval-batch", batch))

    answer = desk.post("console-approval-approve", batch, data={"shown": shown["shown"]})

    assert answer.status_code == 422
    page = text_of(answer)
    assert "Check this number and this name against the evidence first." in page
    assert 'class="errors"' in page
    assert Batch.objects.get(pk=batch).state == BatchState.SUBMITTED
    assert not is_listed()


def test_what_has_changed_since_it_was_shown_is_not_approved(office: Office) -> None:
    batch = corrected(office, name_en="Muhammad Aslam Khan")
    desk = Desk(office.bilal)
    data = shown_by(desk.get("console-approval-batch", batch))
    services.suspend(acting.find(ASLAM), Ground.COURT_ORDER, office.amna, WHY)

    answer = desk.post("console-approval-approve", batch, data=data)

    assert answer.status_code == 409
    assert Batch.objects.get(pk=batch).state == BatchState.SUBMITTED
    assert "checked" not in re.findall(r"<input[^>]*number_[^>]*>", text_of(answer))[0]
    assert approves(desk, batch).status_code == 303
    assert not is_listed()


def test_the_digest_is_held_against_the_register_under_its_lock(office: Office) -> None:
    batch = corrected(office, name_en="Muhammad Aslam Khan")
    from nsor.register import proposed

    digest = proposed.digest_of(Batch.objects.get(pk=batch))
    services.suspend(acting.find(ASLAM), Ground.COURT_ORDER, office.amna, WHY)

    with pytest.raises(proposed.Refusal) as refused:
        services.approve(batch, office.bilal, shown=digest)

    assert refused.value.code == "changed"


def test_a_correction_shows_old_beside_new_and_says_what_changed(sqlite_office: Office) -> None:
    batch = corrected(sqlite_office, name_en="Muhammad Aslam Khan")

    page = text_of(Desk(sqlite_office.bilal).get("console-approval-batch", batch))

    row = re.search(r"<tr><th scope=\"row\">Name in English</th>.*?</tr>", page)
    assert row is not None
    assert "<del>" in row[0]
    assert "Changed:" in row[0]
    assert "Muhammad Aslam Khan" in row[0]
    shown = {label: mark for mark, label in re.findall(r"<div(.*?)><dt>(.*?)</dt>", page)}
    assert shown["Name in English (changed)"] == ' class="changed"'
    assert shown["Name in Urdu"] == ""


def test_nobody_decides_on_their_own_entry(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    asked = services.withdraw(ASLAM, sqlite_office.amna, WHY)
    asked = services.restore(acting.find(ASLAM), sqlite_office.bilal, WHY)
    assert asked.batch is not None
    desk = Desk(sqlite_office.bilal)

    page = text_of(desk.get("console-approval-batch", asked.batch))
    assert "another officer decides" in page
    assert 'name="shown"' not in page

    other = shown_by(
        Desk(sqlite_office.hire("Chanda", "approval")).get("console-approval-batch", asked.batch)
    )
    answer = desk.post("console-approval-approve", asked.batch, data=other)
    assert answer.status_code == 409
    assert Batch.objects.get(pk=asked.batch).state == BatchState.SUBMITTED


def test_a_rejection_takes_a_reason_that_whoever_entered_it_reads(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)

    assert desk.post("console-approval-reject", batch, data={}).status_code == 422
    answer = desk.post(
        "console-approval-reject", batch, data={"reject-reason": "The date is another one."}
    )

    assert answer.status_code == 303
    assert Batch.objects.get(pk=batch).state == BatchState.REJECTED
    assert "The date is another one." in text_of(Desk(sqlite_office.amna).get("console-queue"))


def test_a_reason_that_may_name_a_victim_is_refused_in_its_field(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)

    answer = Desk(sqlite_office.bilal).post(
        "console-approval-reject", batch, data={"reject-reason": "Call 0300 1234567 about it."}
    )

    assert answer.status_code == 422
    assert 'id="id_reject-reason_error"' in text_of(answer)
    assert "0300 1234567" in text_of(answer)


def test_of_somebody_silent_the_page_says_why_in_both_languages(sqlite_office: Office) -> None:
    batch = entered(sqlite_office, juvenile=True)

    page = text_of(Desk(sqlite_office.bilal).get("console-approval-batch", batch))

    assert "under 18 at the offence, and no court ordered publication" in page
    assert wording.not_listed("en", ASLAM) in _plain(page)
    assert "nothing is told" in page


@pytest.mark.parametrize("kind", ["restore", "removal", "appeal", "merge", "unmerge", "number"])
def test_every_kind_of_act_is_shown_and_decided(office: Office, kind: str) -> None:
    batch = _waiting_act(office, kind)
    desk = Desk(office.bilal)

    page = desk.get("console-approval-batch", batch)
    assert page.status_code == 200
    answer = desk.post("console-approval-approve", batch, data=shown_by(page))

    assert answer.status_code == 303, text_of(answer)
    assert Batch.objects.get(pk=batch).state == BatchState.APPROVED
    assert is_listed() == (kind != "removal")


def _waiting_act(office: Office, kind: str) -> int:
    other = "3520100000001"
    office.published(a_row(), a_row(cnic=other, case_number="7/2020"))
    aslam, second = acting.find(ASLAM), acting.find(other)
    if kind == "restore":
        services.withdraw(ASLAM, office.amna, WHY)
        asked = services.restore(aslam, office.amna, WHY)
    elif kind == "removal":
        asked = services.remove(aslam, office.amna, WHY)
    elif kind == "appeal":
        services.record_appeal(ASLAM, "12/2020", "stayed", office.amna, WHY)
        asked = services.record_appeal(ASLAM, "12/2020", "none", office.amna, WHY)
    elif kind == "number":
        number = services.NumberAddition("3520155555551", "nicop")
        asked = services.correct(aslam, number, office.amna, WHY)
    else:
        asked = services.merge(aslam, second, office.amna, WHY)
        if kind == "unmerge":
            services.approve(asked.batch or 0, office.bilal)
            second.refresh_from_db()
            asked = services.unmerge(second, office.amna, WHY)
    assert asked.batch is not None
    return asked.batch


def test_opening_an_act_is_entered_before_anything_is_shown(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    before = last_entry()

    Desk(sqlite_office.bilal).get("console-approval-batch", batch)

    assert acts_since(before) == ["record_read"]


def test_outside_the_jurisdiction_a_reason_is_asked_for_and_holds(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    before = last_entry()
    desk = Desk(of_lahore(sqlite_office.bilal))

    page = desk.get("console-approval-batch", batch)
    assert page.status_code == 200
    assert "Why do you open this?" in text_of(page)
    assert "Aslam" not in text_of(page)
    assert acts_since(before) == []

    opened = desk.post("console-approval-batch", batch, data={"reason": "We were asked to help."})
    assert "Aslam" in text_of(opened)
    assert trail.details(last_entry())["reason"] == "We were asked to help."  # type: ignore[index]
    assert approves(desk, batch).status_code == 303


def test_inside_the_jurisdiction_no_reason_is_asked_for(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    lahore = by_slug("punjab/lahore")
    assert lahore is not None
    type(acting.find(ASLAM)).objects.update(district=lahore.code)

    page = Desk(of_lahore(sqlite_office.bilal)).get("console-approval-batch", batch)

    assert "Aslam" in text_of(page)


def test_of_two_approvers_at_once_one_is_told_who_was_faster(office: Office) -> None:
    batch = entered(office)
    desks = [Desk(office.bilal), Desk(office.hire("Chanda", "approval"))]
    data = [shown_by(desk.get("console-approval-batch", batch)) for desk in desks]
    answers: list[int] = []
    together = threading.Barrier(2)

    def approve(desk: Desk, shown: dict[str, str]) -> None:
        together.wait()
        answers.append(desk.post("console-approval-approve", batch, data=shown).status_code)

    threads = [
        threading.Thread(target=in_thread_of_its_own, args=(lambda d=desk, s=shown: approve(d, s),))
        for desk, shown in zip(desks, data, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) in ([303, 409], [302, 303])
    assert is_listed()


def test_what_was_decided_says_by_whom(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)
    approves(desk, batch)

    page = desk.get("console-approval-batch", batch)

    assert page.status_code == 200
    assert "Bilal" in text_of(page)
    assert "Aslam" not in text_of(page)


def test_a_draft_and_what_isnt_there_are_not_found(sqlite_office: Office) -> None:
    draft = services.enter_conviction(a_conviction(), sqlite_office.amna)
    desk = Desk(sqlite_office.bilal)

    assert desk.get("console-approval-batch", draft.pk).status_code == 404
    assert desk.get("console-approval-batch", 4711).status_code == 404
    assert desk.post("console-approval-approve", draft.pk, data={}).status_code == 404
    assert desk.post("console-approval-reject", draft.pk, data={}).status_code == 404


def test_likely_duplicates_come_as_a_part_and_as_a_page(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(cnic="3520100000001", case_number="7/2020"))
    other = frozenset({acting.find("3520100000001").pk})
    draft = services.enter_conviction(a_conviction(), sqlite_office.amna, others=other)
    from nsor.register.models import NotSame

    NotSame.objects.all().delete()
    batch = services.submit(draft, sqlite_office.amna).pk
    desk = Desk(sqlite_office.bilal)

    page = text_of(desk.get("console-approval-alike", batch))
    address = desk.address("console-approval-alike", batch)
    part = desk.client.get(address, headers={"HX-Request": "true"}).content.decode()

    for text in (page, part):
        assert cnic.display("3520100000001") in text
    assert "<h1>" in page
    assert "<h1>" not in part


def test_the_queries_of_the_page_are_counted(sqlite_office: Office) -> None:
    batch = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)
    desk.get("console-approval-batch", batch)

    with CaptureQueriesContext(connection) as queries:
        desk.get("console-approval-batch", batch)

    assert len(queries) == 35


@pytest.mark.parametrize("name", ["approve", "reject", "pass"])
def test_where_a_form_is_sent_to_leads_to_the_page_with_the_form(
    sqlite_office: Office, name: str
) -> None:
    batch = entered(sqlite_office)
    desk = Desk(sqlite_office.bilal)

    answer = desk.get(f"console-approval-{name}", batch)

    assert answer.status_code == 302
    assert answer.headers["Location"] == desk.address("console-approval-batch", batch)


def test_a_number_that_the_authority_knows_as_anothers_stops_the_approval(
    sqlite_office: Office, settings: Any
) -> None:
    settings.IDENTITY_URL = "https://authority.example"
    batch = Batch.objects.get(pk=entered(sqlite_office))
    number = acting.find(ASLAM).numbers.get()
    IdentityCheck.objects.create(
        number=number,
        batch=batch,
        outcome=CheckOutcome.DIFFERS,
        differences="name;sex",
        checked_at=timezone.now(),
    )
    desk = Desk(sqlite_office.bilal)

    page = text_of(desk.get("console-approval-batch", batch.pk))
    assert "The authority knows the number as somebody else" in page
    assert "the name differs" in page
    stopped = approves(desk, batch.pk)
    passed = desk.post(
        "console-approval-pass",
        batch.pk,
        data={"pass-number": number.pk, "pass-reason": "The card was shown."},
    )

    assert (stopped.status_code, passed.status_code) == (409, 303)
    assert approves(desk, batch.pk).status_code == 303
    assert is_listed()
