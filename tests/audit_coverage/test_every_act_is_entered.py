"""No act without an entry in the trail, and no entry without an act; see ``acts_table``."""

import hashlib
from pathlib import Path

import pytest
from acts_table import ENTERED_BY_OTHERS, TABLE, functions, wrong_secret
from django.apps import apps
from django.conf import settings
from django.db import connection
from register_builders import Office

from nsor.accounts.services import AccountError
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.law.errors import LawRefusal
from nsor.register.errors import Refusal

REFUSABLE = [name for name, row in TABLE.items() if row.refused is not None]


def _digest(*, keys: bool) -> dict[str, str]:
    """Return what each table holds but those of the trail, and the store of documents.

    With ``keys``, the key store too: a call that is refused may leave a key there that seals
    nothing, which is swept.
    """
    found = {}
    for model in apps.get_models():
        room = model._meta.app_label
        if room == "audit" or (room == "secrecy" and not keys):
            continue
        rows = sorted(repr(_plain(row)) for row in model._default_manager.values_list())
        found[model._meta.db_table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    files = sorted(str(path) for path in Path(settings.EVIDENCE_DIR).rglob("*") if path.is_file())
    return found | {"documents": "\n".join(files)}


def _plain(row: tuple[object, ...]) -> list[object]:
    """Return a row with octets as octets: PostgreSQL gives views of them, which differ."""
    return [bytes(one) if isinstance(one, memoryview) else one for one in row]


def _entered_since(number: int) -> tuple[str, ...]:
    return tuple(Entry.objects.filter(pk__gt=number).order_by("pk").values_list("act", flat=True))


def _last_entry() -> int:
    return Entry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def test_every_function_is_in_the_table() -> None:
    assert functions() == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_what_changes_something_is_entered(office: Office, name: str) -> None:
    call = TABLE[name].call(office)
    before, last = _digest(keys=True), _last_entry()

    call()

    assert _entered_since(last) == TABLE[name].acts
    assert not connection.in_atomic_block
    changed = [table for table, now in _digest(keys=True).items() if now != before[table]]
    if name in ENTERED_BY_OTHERS:
        assert changed
    elif not TABLE[name].acts:
        assert not changed, f"{name} changes {changed} and enters nothing"


@pytest.mark.parametrize("name", REFUSABLE)
def test_what_is_refused_changes_nothing_and_enters_nothing(
    sqlite_office: Office, name: str
) -> None:
    refused = TABLE[name].refused
    assert refused is not None
    call = refused(sqlite_office)
    before, last = _digest(keys=False), _last_entry()

    with pytest.raises((Refusal, LawRefusal, AccountError)):
        call()

    assert _digest(keys=False) == before
    assert _entered_since(last) == ()


def test_a_failed_sign_in_is_entered_without_the_name_in_clear(office: Office) -> None:
    before, last = _digest(keys=True), _last_entry()

    wrong_secret(office)

    assert _entered_since(last) == (Act.SIGN_IN_REFUSED,)
    assert _digest(keys=True) == before
    entry = Entry.objects.last()
    assert entry is not None
    assert (entry.actor, entry.subject) == ("system", "")
    assert trail.details(entry.pk) == {"name": "Amna"}


def test_a_command_of_an_officer_enters_who_signed_in(office: Office) -> None:
    answer = office.run("officer", "add", "Chanda", "--role", "approval", "--json")
    secret = answer.object["secret"]
    last = _last_entry()
    assert _entered_since(last - 1) == (Act.OFFICER_ADDED,)

    office.run(
        *("withdraw", "3520112345671", "--officer", "Chanda", "--reason", "wrong", "--json"),
        secret=secret,
    )
    office.run(
        *("withdraw", "3520112345671", "--officer", "Chanda", "--reason", "wrong", "--json"),
        secret="not the secret",
    )

    assert _entered_since(last) == (Act.SIGNED_IN, Act.SIGN_IN_REFUSED)
