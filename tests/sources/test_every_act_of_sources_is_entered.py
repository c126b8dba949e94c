"""Each service of sources enters its act in the trail, and none that is refused enters anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from register_builders import Office
from source_builders import WHY, a_conviction, a_court, administrators, public_pem

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register.errors import Refusal
from nsor.sources import services
from nsor.sources.models import Source, SourceKey

SCOPE: tuple[Any, ...] = (["appeals"], ["punjab/lahore"])
QUOTA = {"per_minute": 10, "per_day": 100}
Call = Callable[[Office, Source], object]


@dataclass(frozen=True)
class Row:
    """A call that enters an act, and one that is refused with a code."""

    act: Act
    call: Call
    refused: Call
    code: str


def _one(office: Office) -> Any:
    return administrators(office).one


def _waiting(office: Office) -> int:
    return services.propose_source("Other", "court", *SCOPE, _one(office), WHY).pk


def _key(source: Source) -> SourceKey:
    return SourceKey.objects.get(source=source)


PEM = public_pem(Ed25519PrivateKey.generate())
TABLE = {
    "propose_source": Row(
        Act.SOURCE_PROPOSED,
        lambda office, _: services.propose_source("New", "court", *SCOPE, _one(office), WHY),
        lambda office, _: services.propose_source("New", "court", *SCOPE, office.amna, WHY),
        "role_not_allowed",
    ),
    "propose_change": Row(
        Act.SOURCE_PROPOSED,
        lambda office, one: services.propose_change(one, *SCOPE, _one(office), WHY, **QUOTA),
        lambda office, one: services.propose_change(one, [], [""], _one(office), WHY, **QUOTA),
        "bad_value",
    ),
    "propose_key": Row(
        Act.SOURCE_PROPOSED,
        lambda office, one: services.propose_key(one, PEM, _one(office), WHY),
        lambda office, one: services.propose_key(one, "no key", _one(office), WHY),
        "bad_key",
    ),
    "approve": Row(
        Act.SOURCE_APPROVED,
        lambda office, _: services.approve(_waiting(office), administrators(office).other),
        lambda office, _: services.approve(_waiting(office), _one(office)),
        "own_proposal",
    ),
    "reject": Row(
        Act.SOURCE_REJECTED,
        lambda office, _: services.reject(_waiting(office), administrators(office).other, WHY),
        lambda office, _: services.reject(_waiting(office), administrators(office).other, " "),
        "reason_required",
    ),
    "revoke_key": Row(
        Act.SOURCE_KEY_REVOKED,
        lambda office, one: services.revoke_key(_key(one), _one(office), WHY),
        lambda office, one: services.revoke_key(_key(one), office.bilal, WHY),
        "role_not_allowed",
    ),
    "stop": Row(
        Act.SOURCE_STOPPED,
        lambda office, one: services.stop(one, _one(office), WHY),
        lambda office, one: services.stop(one, _one(office), ""),
        "reason_required",
    ),
    "close_gap": Row(
        Act.SOURCE_GAP_CLOSED,
        lambda office, one: services.close_gap(one, 1, office.bilal, WHY),
        lambda office, one: services.close_gap(one, 7, office.bilal, WHY),
        "not_missing",
    ),
}
BEFORE = {"approve", "reject"}
"""What they decide was proposed first, in the same call."""


@pytest.fixture
def source(sqlite_office: Office) -> Source:
    """Give a source that jumped over its first number."""
    court = a_court(sqlite_office)
    assert court.pushes("convictions", {"sequence": 2, **a_conviction()}).status_code == 202
    return Source.objects.get()


def _rows() -> list[str]:
    return [
        repr(row)
        for model in apps.get_models()
        if model._meta.app_label in ("sources", "accounts")
        for row in model._default_manager.order_by("pk").values_list()
    ]


def _entered(since: int) -> list[str]:
    return list(Entry.objects.filter(pk__gt=since).order_by("pk").values_list("act", flat=True))


def test_every_service_is_in_the_table() -> None:
    assert set(services.__all__) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_what_changes_a_source_is_entered(sqlite_office: Office, source: Source, name: str) -> None:
    row, last, before = TABLE[name], Entry.objects.latest("pk").pk, _rows()

    row.call(sqlite_office, source)

    first = [Act.SOURCE_PROPOSED.value] if name in BEFORE else []
    assert _entered(last) == [*first, row.act]
    assert _rows() != before
    details = trail.details(Entry.objects.latest("pk").pk)
    assert details is not None
    assert details["reason"] == WHY


@pytest.mark.parametrize("name", TABLE)
def test_what_is_refused_changes_and_enters_nothing(
    sqlite_office: Office, source: Source, name: str
) -> None:
    row = TABLE[name]
    administrators(sqlite_office)
    last, before = Entry.objects.latest("pk").pk, _rows()

    with pytest.raises(Refusal) as refused:
        row.refused(sqlite_office, source)

    assert refused.value.code == row.code
    if name not in BEFORE:
        assert _entered(last) == []
        assert _rows() == before
