"""Who may act is decided by two administrators, neither of whom it concerns."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from register_builders import Office

from nsor.accounts import links, proposals, signing
from nsor.accounts.errors import AccountError
from nsor.accounts.models import Kind, Officer, OfficerProposal, Role, State
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry

WHY = "needed at the district court"


class Heads:
    """Three administrators and a clerk."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.one, self.two, self.three = (
            office.hire(name, "administration") for name in ("One", "Two", "Three")
        )
        self.clerk = office.amna


@pytest.fixture
def heads(office: Office) -> Heads:
    return Heads(office)


@pytest.fixture
def sqlite_heads(sqlite_office: Office) -> Heads:
    return Heads(sqlite_office)


def _last() -> Entry:
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    return entry


def _refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(AccountError) as told:
        act()
    assert told.value.code == code


def test_one_proposes_and_another_approves_a_new_officer(heads: Heads) -> None:
    asked = proposals.propose_officer("Farah", "entry", "punjab", heads.one, WHY)
    assert _last().act == Act.OFFICER_PROPOSED
    assert not Officer.objects.filter(name="Farah").exists()

    approved = proposals.approve_proposal(asked.pk, heads.two)

    assert approved.done
    assert approved.link
    assert approved.secret
    farah = Officer.objects.get(name="Farah")
    assert (farah.role, farah.jurisdiction) == ("entry", "punjab")
    assert links.officer_of(approved.link) == farah
    assert signing.sign_in("Farah", approved.secret) == farah
    told = Entry.objects.get(act=Act.OFFICER_APPROVED)
    assert (told.actor, told.subject) == (f"officer:{heads.two.pk}", f"proposal:{asked.pk}")
    assert trail.details(told.pk) == {
        "kind": "add",
        "name": "Farah",
        "role": "entry",
        "jurisdiction": "punjab",
    }


@pytest.mark.parametrize("kind", ["change", "end", "link"])
def test_who_proposes_never_approves_nor_whom_it_concerns(heads: Heads, kind: str) -> None:
    act: dict[str, Callable[[Officer, Officer], OfficerProposal]] = {
        "change": lambda one, by: proposals.propose_change(one, "audit", "", by, WHY),
        "end": lambda one, by: proposals.propose_end(one, by, WHY),
        "link": lambda one, by: proposals.propose_link(one, by, WHY),
    }
    _refused("own_account", lambda: act[kind](heads.one, heads.one))
    asked = act[kind](heads.one, heads.two)
    _refused("second_administrator", lambda: proposals.approve_proposal(asked.pk, heads.two))
    _refused("own_account", lambda: proposals.approve_proposal(asked.pk, heads.one))
    _refused("role_not_allowed", lambda: proposals.approve_proposal(asked.pk, heads.clerk))
    _refused("second_administrator", lambda: proposals.reject_proposal(asked.pk, heads.two, WHY))

    assert proposals.approve_proposal(asked.pk, heads.three).done
    _refused("decided_already", lambda: proposals.approve_proposal(asked.pk, heads.three))


def test_nobody_but_an_administrator_proposes(sqlite_heads: Heads) -> None:
    heads = sqlite_heads
    _refused(
        "role_not_allowed",
        lambda: proposals.propose_officer("Farah", "entry", "", heads.clerk, WHY),
    )
    Officer.objects.filter(pk=heads.one.pk).update(is_active=False)
    _refused("role_not_allowed", lambda: proposals.propose_end(heads.clerk, heads.one, WHY))


def test_a_changed_role_and_jurisdiction_hold_at_once(sqlite_heads: Heads) -> None:
    heads = sqlite_heads
    asked = proposals.propose_change(heads.clerk, "approval", "punjab/lahore", heads.one, WHY)
    proposals.approve_proposal(asked.pk, heads.two)

    heads.clerk.refresh_from_db()
    assert (heads.clerk.role, heads.clerk.jurisdiction) == ("approval", "punjab/lahore")
    entry = Entry.objects.get(act=Act.OFFICER_CHANGED)
    assert entry.subject == f"officer:{heads.clerk.pk}"


def test_ended_access_ends_links_too(sqlite_heads: Heads) -> None:
    heads = sqlite_heads
    token = _link(heads)
    asked = proposals.propose_end(heads.clerk, heads.one, WHY)
    proposals.approve_proposal(asked.pk, heads.two)

    assert links.officer_of(token) is None
    _refused("bad_credentials", lambda: signing.sign_in("Amna", heads.office.secrets["Amna"]))
    _refused("not_an_officer", lambda: proposals.propose_link(heads.clerk, heads.one, WHY))


def _link(heads: Heads) -> str:
    asked = proposals.propose_link(heads.clerk, heads.one, WHY)
    approved = proposals.approve_proposal(asked.pk, heads.two)
    assert approved.link
    return approved.link


def test_two_administrators_are_always_left(sqlite_heads: Heads) -> None:
    heads = sqlite_heads
    first = proposals.propose_end(heads.three, heads.one, WHY)
    second = proposals.propose_change(heads.one, "audit", "", heads.two, WHY)
    proposals.approve_proposal(first.pk, heads.two)
    _refused("proposer_left", lambda: _as_if_decided_by_another(heads, second))
    _refused("last_administrators", lambda: proposals.propose_end(heads.one, heads.two, WHY))


def _as_if_decided_by_another(heads: Heads, asked: OfficerProposal) -> None:
    four = heads.office.hire("Four", "administration")
    Officer.objects.filter(pk=heads.two.pk).update(is_active=False)
    proposals.approve_proposal(asked.pk, four)


def test_a_rejection_has_a_reason_and_changes_nothing(heads: Heads) -> None:
    asked = proposals.propose_officer("Farah", "entry", "", heads.one, WHY)
    _refused("reason_required", lambda: proposals.reject_proposal(asked.pk, heads.two, " "))
    proposals.reject_proposal(asked.pk, heads.two, "not needed")

    assert not Officer.objects.filter(name="Farah").exists()
    assert trail.details(_last().pk) == {
        "kind": "add",
        "name": "Farah",
        "role": "entry",
        "jurisdiction": "",
        "reason": "not needed",
    }


@pytest.mark.parametrize(
    ("name", "role", "jurisdiction", "code"),
    [
        ("Farah", "source", "", "bad_officer"),
        ("Farah", "minister", "", "bad_officer"),
        ("Farah", "entry", "atlantis", "bad_officer"),
        ("", "entry", "", "bad_officer"),
        ("Amna", "entry", "", "officer_exists"),
        ("One", "entry", "", "officer_exists"),
    ],
)
def test_what_can_not_be_is_not_proposed(
    sqlite_heads: Heads, name: str, role: str, jurisdiction: str, code: str
) -> None:
    _refused(
        code,
        lambda: proposals.propose_officer(name, role, jurisdiction, sqlite_heads.one, WHY),
    )
    assert not OfficerProposal.objects.exists()


def test_the_same_is_proposed_once(sqlite_heads: Heads) -> None:
    heads = sqlite_heads
    proposals.propose_link(heads.clerk, heads.one, WHY)
    _refused("proposed_already", lambda: proposals.propose_link(heads.clerk, heads.two, WHY))


def test_the_database_holds_that_two_decide(heads: Heads) -> None:
    asked = proposals.propose_link(heads.clerk, heads.one, WHY)
    rows = OfficerProposal.objects.filter(pk=asked.pk)
    by_system = OfficerProposal.objects.create(
        kind=Kind.ADD, name="Farah", role=Role.ENTRY, proposed_at=timezone.now()
    )
    for refused in (
        lambda: rows.update(decided_by=heads.one),
        lambda: rows.update(decided_by=heads.clerk),
        lambda: rows.update(state=State.APPROVED),
        lambda: OfficerProposal.objects.filter(pk=by_system.pk).update(
            state=State.APPROVED, decided_by=heads.one
        ),
        lambda: OfficerProposal.objects.filter(pk=by_system.pk).update(
            state=State.APPROVED, seconded_by=heads.one, decided_by=heads.one
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


def test_the_command_line_makes_the_first_two_and_then_proposes(office: Office) -> None:
    def add(name: str, role: str, *more: str) -> Any:
        answer = office.run("officer", "add", name, "--role", role, *more, "--json")
        assert answer.exit_code == 0, answer.stdout
        return answer.object

    made = add("One", "administration")
    assert set(made) == {"officer", "role", "secret", "link"}
    assert (made["officer"], made["role"]) == ("One", "administration")
    assert signing.sign_in("One", made["secret"]).name == "One"
    base, _, token = made["link"].rstrip("/").rpartition("/account/first/")
    assert base == "http://127.0.0.1:8000"
    found = links.officer_of(token)
    assert found is not None
    assert found.name == "One"
    clerk = add("Clerk", "entry", "--jurisdiction", "punjab/lahore")
    assert clerk["secret"]
    assert Officer.objects.get(name="Clerk").jurisdiction == "punjab/lahore"
    add("Two", "administration")

    asked = add("Farah", "approval")
    assert (asked["secret"], asked["link"]) == (None, None)
    assert not Officer.objects.filter(name="Farah").exists()
    assert (_last().act, _last().actor) == (Act.OFFICER_PROPOSED, "system")

    one, two = (Officer.objects.get(name=name) for name in ("One", "Two"))
    first = proposals.approve_proposal(asked["proposal"], one)
    assert not first.done
    _refused("second_administrator", lambda: proposals.approve_proposal(asked["proposal"], one))
    assert not Officer.objects.filter(name="Farah").exists()
    second = proposals.approve_proposal(asked["proposal"], two)
    assert second.done
    assert Officer.objects.get(name="Farah").role == "approval"


def test_the_command_line_issues_a_link_until_two_administrators_came_in(
    sqlite_heads: Heads,
) -> None:
    heads = sqlite_heads
    old = heads.office.run("officer", "link", "One", "--json").object["link"]
    new = heads.office.run("officer", "link", "One", "--json").object["link"]
    assert links.officer_of(old.split("/")[-2]) is None
    assert links.officer_of(new.split("/")[-2]) == heads.one

    Officer.objects.filter(name__in=["One", "Two"]).update(last_login=timezone.now())
    asked = heads.office.run("officer", "link", "Amna", "--json").object
    assert asked["link"] is None
    assert asked["proposal"]
    unknown = heads.office.run("officer", "link", "Nobody", "--json")
    assert unknown.exit_code == 1
    assert unknown.codes == ["unknown_officer"]


def test_the_command_line_offers_no_role_of_a_source(sqlite_office: Office) -> None:
    assert sqlite_office.run("officer", "add", "Court", "--role", "source").exit_code == 2
