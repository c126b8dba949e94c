"""Officers who decide at the same moment."""

import threading
from collections.abc import Callable

from django.db import connection
from law_officers import Officers

from nsor.law import changes, rows
from nsor.law.errors import LawRefusal
from nsor.law.models import Change, Policy


def all_at_once(*acts: Callable[[], object]) -> list[str]:
    """Do every act in a thread of its own, at once; return the codes of those refused."""
    together = threading.Barrier(len(acts))
    refusals: list[str] = []

    def run(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
        except LawRefusal as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def test_one_change_is_enacted_once(officers: Officers) -> None:
    change = officers.proposes("setting", key="public_service", value="closed").pk
    rows_before = Policy.objects.count()

    refusals = all_at_once(
        lambda: changes.approve(change, officers.bilal),
        lambda: changes.approve(change, officers.chanda),
        lambda: changes.reject(change, officers.chanda, "no"),
    )

    assert refusals == ["already_decided", "already_decided"]
    enacted = Change.objects.get().state == "enacted"
    assert (Policy.objects.count() - rows_before, rows.version()) == (enacted, enacted)


def test_each_change_makes_a_version_of_its_own(officers: Officers) -> None:
    days = ("60", "90", "120", "150")
    waiting = [officers.proposes("setting", key="appeal_days", value=value).pk for value in days]

    refusals = all_at_once(
        *(lambda number=number: changes.approve(number, officers.bilal) for number in waiting)  # type: ignore[misc]
    )

    assert refusals == []
    assert sorted(Change.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert rows.version() == 4
