"""What an act leaves behind where it was a mistake, was refused, or died half done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from law_building import a_conviction
from register_builders import ASLAM, Office, a_row, is_listed, people_rows

from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import acting, approving, batches, entering, removal, scheduled, services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.history import as_of
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Ground,
    KeyToDestroy,
    Offender,
    Publication,
    Release,
)
from nsor.register.numbering import holder
from nsor.register.people import one_person
from nsor.register.reading import read_record
from nsor.register.scheduled import Forgotten
from nsor.secrecy import subjects

REASON = "so ordered"
OTHER = "3520198765431"


def row(cnic: str = ASLAM) -> Offender:
    found = holder(cnic)
    assert found is not None
    return Offender.objects.select_related("merged_into").get(pk=found.offender)


def approves(office: Office, done: acting.Done) -> None:
    assert done.batch is not None
    services.approve(done.batch, office.bilal)


def an_interruption(*_: object) -> None:
    raise InterruptedError


# a death that was recorded by mistake


def test_a_death_by_mistake_is_undone_on_a_second_officers_word(office: Office) -> None:
    office.published(a_row())
    services.record_death(row(), today() - timedelta(days=9), office.amna, REASON)
    assert not is_listed()

    asked = services.restore(row(), office.amna, REASON)

    assert asked.state == "deceased"
    assert not is_listed()
    preview = next(iter(batches.preview(Batch.objects.get(pk=asked.batch))))
    assert preview.public
    approves(office, asked)
    assert is_listed()
    for day in (today(), today() - timedelta(days=5)):
        view = as_of(row(), day, timezone.now())
        assert view is not None
        assert view.deceased_on is None


def test_a_death_by_mistake_of_who_was_merged_is_undone_too(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row(), a_row(cnic=OTHER, case_number="7/2020"))
    services.record_death(row(OTHER), today(), office.amna, REASON)
    approves(office, services.merge(row(), row(OTHER), office.amna, REASON))
    assert not is_listed()

    approves(office, services.restore(row(), office.amna, REASON))

    assert is_listed()
    assert is_listed(OTHER)
    view = as_of(row(), today(), timezone.now())
    assert view is not None
    assert view.deceased_on is None


def test_restoring_who_is_suspended_and_dead_leaves_the_death(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    services.record_death(row(), today(), office.amna, REASON)
    services.suspend(row(), Ground.DISPUTE, office.amna, REASON)

    approves(office, services.restore(row(), office.amna, REASON))

    assert not is_listed()
    assert row().deceased_on == today()


def test_a_death_that_is_recorded_again_outdates_its_undoing(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    services.record_death(row(), today(), office.amna, REASON)
    asked = services.restore(row(), office.amna, REASON)
    services.record_death(row(), today() - timedelta(days=1), office.amna, REASON)

    with pytest.raises(Refusal) as refused:
        approves(office, asked)

    assert refused.value.code == "outdated"
    assert not is_listed()


def test_who_neither_died_nor_is_suspended_is_not_restored(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())

    with pytest.raises(Refusal) as refused:
        services.restore(row(), sqlite_office.amna, REASON)

    assert refused.value.code == "wrong_state"


# suspended, and suspended again


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        (Ground.DISPUTE, Ground.COURT_ORDER, "court_order"),
        (Ground.COURT_ORDER, Ground.DISPUTE, "court_order"),
        (Ground.BACKUP, Ground.COURT_ORDER, "backup"),
        (Ground.WITHDRAWN, Ground.COURT_ORDER, "withdrawn"),
    ],
)
def test_the_graver_ground_of_two_suspensions_stays(
    sqlite_office: Office, first: Ground, then: Ground, kept: str
) -> None:
    sqlite_office.published(a_row())
    services.suspend(row(), Ground.DISPUTE, sqlite_office.amna, REASON)
    Offender.objects.update(ground=first)

    services.suspend(row(), then, sqlite_office.amna, REASON)

    assert row().ground == kept


def test_a_removal_that_is_rejected_leaves_a_courts_order_that_came_meanwhile(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    office.published(a_row())
    removing = services.remove(row(), office.amna, REASON)
    services.suspend(row(), Ground.COURT_ORDER, office.amna, REASON)

    services.reject(removing.batch or 0, office.bilal, "There is no such order.")

    assert row().ground == "court_order"
    assert not is_listed()


# what was removed


def test_the_reason_of_a_merger_goes_with_either_of_the_two(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row(), a_row(cnic=OTHER, case_number="7/2020"))
    approves(office, services.merge(row(), row(OTHER), office.amna, "Aslam is Yousaf"))
    approves(office, services.unmerge(row(OTHER), office.amna, "Aslam is not Yousaf"))

    approves(office, services.remove(row(OTHER), office.amna, REASON))

    naming = Batch.objects.filter(kind__in=(BatchKind.MERGE, BatchKind.UNMERGE))
    assert [acting.open_reason(one) for one in naming] == ["", ""]
    assert one_person(row().pk) is not None


def test_a_removal_holds_where_its_key_is_destroyed_later(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sqlite_office
    office.published(a_row())
    key = row().key_id
    removing = services.remove(row(), office.amna, REASON)

    def unavailable(_: object) -> None:
        raise Refusal("journal_unavailable", "The journal can't be written.")

    with monkeypatch.context() as broken:
        broken.setattr(removal.journal, "note_destroyed", unavailable)
        approves(office, removing)
    assert Offender.objects.get().standing == "removed"
    assert KeyToDestroy.objects.filter(key_id=key).exists()

    assert removal.destroy_due_keys() == 1
    assert subjects.key(key) is None


def test_a_file_tells_nothing_of_who_was_removed_while_it_was_prepared(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.published(a_row())
    removing = services.remove(row(), office.amna, REASON)
    services.reject(removing.batch or 0, office.bilal, "Not yet.")
    file = office.entered(a_row(case_number="7/2020"))
    number = row().numbers.get().pk
    flip, destroy = approving._flip, removal.destroy_due_keys

    def removed_before_the_flip(*arguments: object) -> object:
        monkeypatch.setattr(removal, "destroy_due_keys", lambda: 0)
        approves(office, services.remove(row(), office.amna, REASON))
        return flip(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(approving, "_flip", removed_before_the_flip)
    approval = services.approve(file, office.bilal)

    assert approval.published == 0
    told = Publication.objects.filter(number=number).order_by("pk")
    assert not told.filter(release__batch=file, listed=True).exists()
    assert destroy is not removal.destroy_due_keys  # its key was there all the time


# what was discarded or rejected


def test_who_was_entered_in_a_draft_whose_discarding_died_is_forgotten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = services.enter_conviction(a_conviction(), office.amna)
    with monkeypatch.context() as dying:
        dying.setattr(entering, "forget_holders", an_interruption)
        with pytest.raises(InterruptedError):
            services.discard_draft(draft, office.amna)
    assert Offender.objects.exists()

    assert scheduled.forget_rejected() == Forgotten(people=1)

    assert not Offender.objects.exists()
    assert scheduled.forget_rejected() == Forgotten()


def rejected_long_ago(office: Office, number: int) -> None:
    services.reject(number, office.bilal, "not the right man")
    Batch.objects.filter(pk=number).update(decided_at=timezone.now() - timedelta(days=91))


def test_what_was_prepared_of_a_rejected_file_does_not_keep_its_people(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = office.entered(a_row(), *people_rows(3))
    with monkeypatch.context() as dying:
        dying.setattr(approving, "_flip", an_interruption)
        with pytest.raises(InterruptedError):
            services.approve(file, office.bilal)
        dying.setattr(batches, "clear_prepared", lambda _: None)  # killed after the rejection
        rejected_long_ago(office, file)
    assert Publication.objects.exists()

    assert scheduled.forget_rejected() == Forgotten(people=4)

    assert not Offender.objects.exists()
    assert not Release.objects.exists()


def test_one_batch_that_cannot_be_forgotten_holds_up_no_other(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sqlite_office
    for rows in ([a_row()], people_rows(1)):
        rejected_long_ago(office, office.entered(*rows))
    first = Batch.objects.order_by("pk")[0]
    office.published(a_row())  # the same person, who is known now
    published = Publication.objects.get().number_id
    forget: Callable[..., int] = scheduled.forget_holders

    def refused_of_the_first(batch: Batch, forgetting: object) -> int:
        if batch.pk == first.pk:
            row().numbers.get(pk=published).delete()  # the database protects it
        return forget(batch, forgetting)

    monkeypatch.setattr(scheduled, "forget_holders", refused_of_the_first)

    assert scheduled.forget_rejected() == Forgotten(people=1, failed=1)


def test_a_rejection_keeps_why_it_was_asked_for_beside_why_it_was_rejected(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    office.published(a_row())
    removing = services.remove(row(), office.amna, "The court ordered it.")

    services.reject(removing.batch or 0, office.bilal, "There is no such order.")

    batch = Batch.objects.get(pk=removing.batch)
    assert batch.state == BatchState.REJECTED
    assert acting.open_reason(batch) == "The court ordered it."
    assert acting.open_decision(batch) == "There is no such order."
    shown = {act.batch: act for act in read_record(row(), office.bilal, REASON).acts}
    assert (shown[batch.pk].reason, shown[batch.pk].refused) == (
        "The court ordered it.",
        "There is no such order.",
    )
    restored = Batch.objects.get(kind=BatchKind.RESTORE)
    assert acting.open_reason(restored) == "There is no such order."
    assert Entry.objects.filter(act=Act.RESTORED, subject=f"offender:{row().pk}").count() == 1
    assert is_listed()


def test_why_a_file_was_rejected_is_kept(sqlite_office: Office) -> None:
    file = sqlite_office.entered(a_row())

    services.reject(file, sqlite_office.bilal, "It is another list.")

    assert acting.open_decision(Batch.objects.get(pk=file)) == "It is another list."
