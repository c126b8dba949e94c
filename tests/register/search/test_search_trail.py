"""Who may search, and what a search leaves behind."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_builders import ASLAM, Office, a_row
from search_builders import Registry, named, the_holder

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register.errors import Refusal
from nsor.register.lifecycle import State
from nsor.register.models import SearchToken
from nsor.register.search.query import Query
from nsor.register.search.searching import search


def entries(act: Act = Act.SEARCHED) -> list[Entry]:
    return list(Entry.objects.filter(act=act).order_by("pk"))


def stored(folder: Path) -> bytes:
    """Return every octet that was written beside the database, and in it."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("role", ["entry", "approval", "supervision", "audit"])
def test_each_role_of_the_register_may_search(sqlite_office: Office, role: str) -> None:
    sqlite_office.published(a_row())
    officer = sqlite_office.hire(f"Officer of {role}", role)

    assert search(Query(name="Aslam"), officer).found == 1


def test_nobody_else_may_search_and_a_refusal_finds_nothing(sqlite_office: Office) -> None:
    stranger = Officer(pk=999, name="Stranger", role="clerk")

    with pytest.raises(Refusal) as refused:
        search(Query(name="Aslam"), stranger)

    assert refused.value.code == "role_not_allowed"
    assert entries() == []


def test_each_search_is_one_entry_with_what_was_asked_and_who_was_shown(office: Office) -> None:
    office.published(a_row())
    asked = Query(name="Mohd Aslam", status=State.PUBLISHED, convicted_from=date(2020, 1, 1))
    before = len(entries())

    results = search(asked, office.bilal, "a tip by telephone")
    search(Query(name="Nobody Atall"), office.amna)

    first, second = entries()[before:]
    assert (first.actor, first.subject) == (f"officer:{office.bilal.pk}", "")
    assert second.actor == f"officer:{office.amna.pk}"
    assert trail.details(first.pk) == {
        "asked": {"name": "Mohd Aslam", "status": "published", "convicted_from": "2020-01-01"},
        "reason": "a tip by telephone",
        "found": 1,
        "shown": [results.rows[0].offender],
        "too_wide": False,
    }
    assert (trail.details(second.pk) or {})["found"] == 0


def test_neither_words_of_a_search_nor_names_are_stored_in_clear(
    sqlite_office: Office, tmp_path: Path
) -> None:
    sqlite_office.published(named(1, "یوسف زرگر", "Yousaf Zargar", district="Peshawar"))

    results = search(Query(name="Yousaf Zargar", father="Ghulam Rasool"), sqlite_office.bilal)

    assert results.found == 1
    written = stored(tmp_path)
    assert b"searched" in written
    for word in ("Zargar", "زرگر", "Rasool", "رسول", "YSF+ZRGR", "Peshawar", ASLAM):
        assert word.encode() not in written, word


def test_a_query_and_a_row_show_nothing_when_they_are_printed(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    query = Query(name="Muhammad Aslam", number=ASLAM)

    (row,) = search(query, sqlite_office.bilal).rows

    assert "Aslam" not in f"{query!r} {row!r} {search(query, sqlite_office.bilal)!r}"


def test_tokens_of_two_purposes_or_two_rings_have_nothing_in_common(sqlite_office: Office) -> None:
    """A district that is spelled as a name has another token than the name."""
    sqlite_office.published(named(1, "لاہور", "Lahore", district="Lahore"))

    held = list(SearchToken.objects.filter(offender=the_holder(1)).values_list("token", flat=True))

    assert len(held) == len(set(held))
    registry = Registry(sqlite_office)
    assert registry.finds(district="Lahore").found == registry.finds(name="Lahore").found == 1
    assert registry.finds(father="Lahore").found == 0


@pytest.fixture
def filled(sqlite_office: Office) -> Office:
    """Give a register with two people, that searches don't change."""
    sqlite_office.published(a_row(), named(2, "یوسف خان", "Yousaf Khan", district="Peshawar"))
    return sqlite_office


_TEXT = st.text(max_size=30) | st.sampled_from(
    ["Muhammad", "محمد", "abd", "\ud800", "\x00", "%", "';--", "35201-0000002-1", "A" * 250]
)
_DAY = st.none() | st.dates()
_YEAR = st.none() | st.integers(-5000, 5000)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.builds(
        Query,
        number=_TEXT,
        name=_TEXT,
        father=_TEXT,
        district=_TEXT,
        section=_TEXT,
        status=st.none() | st.sampled_from(State),
        convicted_from=_DAY,
        convicted_to=_DAY,
        born_from=_YEAR,
        born_to=_YEAR,
    ),
    reason=_TEXT,
    limit=st.integers(-1, 3),
)
def test_any_text_is_answered(filled: Office, query: Query, reason: str, limit: int) -> None:
    before = Entry.objects.count()

    results = search(query, filled.bilal, reason, limit)

    assert len(results.rows) <= max(limit, 0)
    assert len(results.rows) <= results.found
    assert not (results.rows and (results.too_wide or results.unreadable))
    assert Entry.objects.count() == before + 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_TEXT, field=st.sampled_from(["name", "father", "district", "section", "number"]))
def test_any_text_alone_is_answered(filled: Office, text: str, field: str) -> None:
    results = search(Query(**{field: text}), filled.bilal)  # type: ignore[arg-type]

    assert results.found <= 2


@pytest.mark.postgres
@pytest.mark.parametrize("text", ["\x00", "\ud800", "محمد\x00", "%", "'", "\\"])
def test_the_server_takes_any_text_too(postgres_office: Office, text: str) -> None:
    for field in ("name", "father", "district", "section", "number"):
        assert search(Query(**{field: text}), postgres_office.bilal).found == 0  # type: ignore[arg-type]
