"""Each hostile push is refused with the right problem, and changes nothing of the record."""

import hashlib
import json

import pytest
from django.apps import apps
from django.db.utils import OperationalError
from hostile import HOSTILE, Hostile
from register_builders import ASLAM, Office, a_row
from source_builders import (
    Court,
    a_conviction,
    a_court,
    a_death,
    administrators,
    an_appeal,
    new_key,
    send,
)

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.sources import counting, services
from nsor.sources.models import Push, PushState, RefusedCount, Source, SourceKey
from nsor.sources.problems import CONTENT_TYPE, KINDS

OF_MULTAN = "3660198765433"
COUNTERS = {"minute", "minute_spent", "day", "day_spent", "last_seen_at"}


@pytest.fixture
def court(office: Office) -> Court:
    """Give a court of Lahore; a conviction of Multan is published."""
    office.published(a_row(cnic=OF_MULTAN, district="Multan", name_ur="یوسف علی"))
    return a_court(office)


def _record() -> dict[str, str]:
    """Return what every table of the register and of accounts holds, and what sources accepted."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in ("register", "accounts", "law"):
            rows = sorted(map(repr, model._default_manager.values_list()))
            found[model._meta.db_table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    names = [one.name for one in Source._meta.fields if one.name not in COUNTERS]
    found["sources"] = repr(list(Source.objects.order_by("pk").values_list(*names)))
    found["pushes"] = repr(list(Push.objects.exclude(state=PushState.REFUSED).values_list("pk")))
    return found


def _refused(answer: object, hostile: Hostile | None = None) -> dict[str, object]:
    assert answer.headers["Content-Type"] == CONTENT_TYPE  # type: ignore[attr-defined]
    document: dict[str, object] = json.loads(answer.content)  # type: ignore[attr-defined]
    status = answer.status_code  # type: ignore[attr-defined]
    assert document["status"] == status
    assert KINDS[str(document["code"])].status == status
    assert document["type"] == f"urn:nsor:problem:{str(document['code']).replace('_', '-')}"
    if hostile is not None:
        assert (status, document["code"]) == (hostile.status, hostile.code)
    return document


def _counted() -> int:
    counting.flush()
    return sum(RefusedCount.objects.values_list("count", flat=True))


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.name)
def test_a_hostile_push_is_refused_and_changes_nothing(court: Court, hostile: Hostile) -> None:
    message = hostile.make(court)
    counting.flush()
    before, counted = _record(), _counted()
    entries = Entry.objects.filter(act="source_push_refused").count()

    answer = send(message)

    document = _refused(answer, hostile)
    assert _record() == before
    text = json.dumps(document, ensure_ascii=False)
    assert not any(secret in text for secret in (ASLAM, OF_MULTAN, "Aslam", "اسلم", "12/2020"))
    refused = Entry.objects.filter(act="source_push_refused").count() - entries
    assert (refused, _counted() - counted) == ((1, 0) if hostile.known else (0, 1))
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"] == "Signature"
        assert "content-digest" in answer.headers["Accept-Signature"]


def test_there_are_forty_of_them() -> None:
    assert len(HOSTILE) >= 40


def test_a_key_that_was_revoked_signs_nothing_any_more(court: Court, office: Office) -> None:
    key = SourceKey.objects.get(keyid=court.keyid)
    services.revoke_key(key, administrators(office).one, "lost")
    assert _refused(court.pushes("convictions", a_conviction()))["code"] == "signature_wrong"
    assert not Push.objects.exists()


def test_a_source_that_was_stopped_pushes_nothing(court: Court, office: Office) -> None:
    services.stop(court.source, administrators(office).one, "compromised")
    document = _refused(court.pushes("convictions", a_conviction()))
    assert document["code"] == "source_inactive"


def test_an_event_that_is_not_of_the_source_is_refused(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    prison = a_court(office, "Camp Jail", kind="prison", events=("transfers", "releases"))
    before = _record()
    assert _refused(prison.pushes("deaths", a_death()))["code"] == "out_of_scope"
    assert _refused(prison.pushes("convictions", a_conviction()))["code"] == "out_of_scope"
    assert _record() == before


def test_another_event_under_the_same_key_is_refused(court: Court) -> None:
    key = new_key()
    assert court.pushes("convictions", {"sequence": 1, **a_conviction()}, key).status_code == 202
    before = _record()
    other = {"sequence": 1, **a_conviction(case_number="13/2020")}
    assert _refused(court.pushes("convictions", other, key))["code"] == "idempotency_conflict"
    assert _record() == before


def test_an_order_number_that_came_before_is_refused(court: Court) -> None:
    assert court.pushes("convictions", {"sequence": 1, **a_conviction()}).status_code == 202
    before = _record()
    other = {"sequence": 1, **a_conviction(case_number="13/2020")}
    assert _refused(court.pushes("convictions", other))["code"] == "sequence_repeated"
    assert _record() == before


def test_what_was_refused_takes_no_order_number(court: Court) -> None:
    bad = {"sequence": 1, **a_conviction(sections=["PPC 0"])}
    assert court.pushes("convictions", bad).status_code == 422
    answer = court.pushes("convictions", {"sequence": 1, **a_conviction()})
    assert answer.status_code == 202
    assert json.loads(answer.content)["missing"] == []


def test_over_its_quota_a_source_waits(office: Office) -> None:
    court = a_court(office, per_minute=2, per_day=3)
    answers = [court.asks("me") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert _refused(answers[-1])["code"] == "too_many"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_a_replay_is_entered_once_and_then_only_counted(court: Court) -> None:
    message = court.signed("convictions", {"sequence": 1, **a_conviction()})
    assert send(message).status_code == 202
    entries = Entry.objects.count()

    codes = [_refused(send(message))["code"] for _ in range(5)]

    assert codes == ["replayed"] * 5
    assert Entry.objects.count() == entries + 1
    assert _counted() == 4


def test_a_flood_of_strangers_makes_one_entry_a_minute(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = Entry.objects.count()
    moment = [1_800_000_000.0]
    monkeypatch.setattr("nsor.sources.counting.time.time", lambda: moment[0])
    for _ in range(50):
        counting.count("signature_wrong")
    counting.count("signature_stale", court.source.pk)
    counting.flush()
    assert Entry.objects.count() == entries

    moment[0] += 120
    counting.flush()

    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert (Entry.objects.count(), entry.act) == (entries + 1, "source_pushes_refused")
    details = trail.details(entry.pk)
    assert details is not None
    assert details["refusals"] == [
        {"code": "signature_stale", "source": court.source.pk, "count": 1},
        {"code": "signature_wrong", "source": None, "count": 50},
    ]


@pytest.mark.parametrize(
    "path", ["/api/v1/sources/convictions/3520112345671", "/api/v1/3520112345671", "/api/v1/"]
)
def test_a_number_in_the_path_is_no_address(court: Court, path: str) -> None:
    answer = court.client.post(path, b"{}", "application/json")
    document = _refused(answer)
    assert (answer.status_code, document["code"]) == (404, "not_found")
    assert ASLAM not in json.dumps(document)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_with_those_there_are(court: Court, method: str) -> None:
    answer = court.client.generic(method, "/api/v1/sources/convictions")
    assert _refused(answer)["code"] == "method_not_allowed"
    assert answer.headers["Allow"] == "POST"


def test_a_source_of_the_whole_country_is_told_who_is_unknown(office: Office) -> None:
    court = a_court(office, districts=("",))
    document = _refused(court.pushes("appeals", an_appeal()))
    assert (document["code"], document["reason"]) == ("conflict", "not_registered")


def test_what_breaks_is_told_as_a_problem_and_logged_without_what_was_sent(
    court: Court, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError(f"something about {ASLAM}")

    monkeypatch.setattr("nsor.sources.effects.apply", breaks)
    before = _record()

    document = _refused(court.pushes("convictions", a_conviction()))

    assert (document["status"], document["code"]) == (500, "internal")
    assert _record() == before
    ours = [one.getMessage() for one in caplog.records if one.name == "nsor.sources"]
    assert "RuntimeError at " in ours[0]
    assert ASLAM not in ours[0]


def test_without_its_database_the_register_takes_nothing(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OperationalError("no disk")

    monkeypatch.setattr("nsor.sources.receiving._spend", fails)
    answer = court.pushes("convictions", a_conviction())
    assert _refused(answer)["code"] == "unavailable"
    assert answer.headers["Retry-After"] == "5"
    assert not Push.objects.exists()
