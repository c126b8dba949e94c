"""A folder of signed files: each answered with a receipt or a problem, once, whatever is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from register_builders import Office
from source_builders import WHY, Court, a_conviction, a_court, administrators, new_key
from waiting import eventually

from nsor.sources import files, watching
from nsor.sources.client import Signer
from nsor.sources.models import Push, PushState
from nsor.sources.services import approve, propose_key
from nsor.sources.watching import Seen

LATER = time.time() + 3600


def _lay(
    folder: Path, court: Court, name: str, event: dict[str, object], kind: str = "convictions"
) -> Path:
    """Lay a signed pair of files down, the signature last."""
    body = json.dumps(event).encode()
    signature = files.sign_file(body, kind, Signer(court.key, court.keyid), new_key())
    path = folder / f"{name}.json"
    path.write_bytes(body)
    path.with_name(f"{name}.json.sig").write_bytes(signature)
    return path


def _made(folder: Path) -> Path:
    for name in ("", "done", "refused"):
        (folder / name).mkdir(exist_ok=True)
    return folder


def _look(folder: Path, now: float | None = None) -> list[Seen]:
    return list(watching.look(folder, now if now is not None else time.time()))


def test_a_pair_is_taken_and_answered_with_a_receipt(office: Office) -> None:
    court, drop = a_court(office), office.folder / "drop"
    drop.mkdir()
    _lay(drop, court, "event", {"sequence": 1, **a_conviction()})

    answer = office.run("sources", "watch", str(drop), "--once", "--json")

    push = Push.objects.get()
    assert answer.object == {"files": [{"outcome": "done", "what": push.receipt}]}
    names = {path.name for path in (drop / "done").iterdir()}
    assert names == {"event.json", "event.json.sig", "event.receipt.json"}
    receipt = json.loads((drop / "done" / "event.receipt.json").read_text())
    assert (receipt["receipt"], receipt["state"]) == (push.receipt, "awaits_approval")
    assert (push.way, push.state) == ("folder", PushState.ACCEPTED)


def test_the_command_signs_what_the_folder_takes(sqlite_office: Office) -> None:
    office, drop = sqlite_office, _made(sqlite_office.folder / "drop")
    key = office.folder / "court.pem"
    public = office.run("source", "keygen", str(key), "--json").object["public"]
    court, who = a_court(office), administrators(office)
    proposal = propose_key(court.source, public, who.one, WHY)
    keyid = approve(proposal.pk, who.other).values["keyid"]
    event = drop / "event.json"
    event.write_text(json.dumps({"sequence": 1, **a_conviction()}))

    signed = ("--kind", "convictions", "--key", str(key), "--keyid", keyid, "--json")
    assert office.run("source", "sign", str(event), *signed).exit_code == 0

    assert [one.outcome for one in _look(drop)] == ["done"]


def test_what_is_refused_is_answered_with_the_problem(sqlite_office: Office) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    _lay(drop, court, "bad", {"sequence": 1, **a_conviction(sections=["PPC 0"])})

    seen = _look(drop)

    assert seen == [Seen("bad.json", "refused", "invalid_event")]
    problem = json.loads((drop / "refused" / "bad.problem.json").read_text())
    assert [one["field"] for one in problem["errors"]] == ["sections"]
    assert Push.objects.get().state == PushState.REFUSED


def test_another_court_s_file_is_refused(sqlite_office: Office) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    other = a_court(sqlite_office, "Sessions Court Multan", districts=("punjab/multan",))
    other.key = court.key
    _lay(drop, other, "forged", {"sequence": 1, **a_conviction(court_district="Multan")})

    assert _look(drop) == [Seen("forged.json", "refused", "signature_wrong")]


def test_a_file_that_is_not_whole_is_waited_for_and_then_refused(sqlite_office: Office) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    path = _lay(drop, court, "event", {"sequence": 1, **a_conviction()})
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])

    assert _look(drop) == []
    path.write_bytes(whole)
    assert [one.outcome for one in _look(drop)] == ["done"]

    path = _lay(drop, court, "other", {"sequence": 2, **a_conviction(case_number="9/2020")})
    path.write_bytes(path.read_bytes()[:-10])
    assert _look(drop, LATER) == [Seen("other.json", "refused", "digest_wrong")]


def test_an_event_without_its_signature_is_left_alone(sqlite_office: Office) -> None:
    drop = _made(sqlite_office.folder / "drop")
    (drop / "event.json").write_text("{}")
    assert _look(drop, LATER) == []
    assert (drop / "event.json").exists()


@pytest.mark.parametrize("how", ["symbolic", "hard", "pipe", "folder"])
def test_what_is_no_plain_file_is_refused_unread(sqlite_office: Office, how: str) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    path = _lay(drop, court, "event", {"sequence": 1, **a_conviction()})
    kept = sqlite_office.folder / "elsewhere.json"
    path.rename(kept)
    if how == "symbolic":
        path.symlink_to(kept)
    elif how == "hard":
        path.hardlink_to(kept)
    elif how == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()

    assert _look(drop) == [Seen("event.json", "refused", "bad_request")]
    assert not Push.objects.exists()
    assert kept.exists()


def test_a_file_too_large_is_refused(sqlite_office: Office) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    _lay(drop, court, "event", {"sequence": 1, **a_conviction(address="x" * 300_000)})
    assert _look(drop) == [Seen("event.json", "refused", "too_large")]


def test_a_pair_laid_down_again_gets_its_receipt_again(sqlite_office: Office) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    path = _lay(drop, court, "event", {"sequence": 1, **a_conviction()})
    pair = [(one, one.read_bytes()) for one in (path, path.with_name("event.json.sig"))]
    first = _look(drop)
    for one, octets in pair:
        one.write_bytes(octets)

    assert _look(drop) == first
    assert Push.objects.count() == 1


def test_a_signature_left_behind_by_a_kill_is_moved_after_its_event(sqlite_office: Office) -> None:
    court, drop = a_court(sqlite_office), _made(sqlite_office.folder / "drop")
    path = _lay(drop, court, "event", {"sequence": 1, **a_conviction()})
    path.rename(drop / "done" / path.name)

    assert _look(drop) == []
    assert (drop / "done" / "event.json.sig").exists()


def test_killed_again_and_again_the_folder_takes_every_event_once(office: Office) -> None:
    court, drop = a_court(office), _made(office.folder / "drop")
    count = 24
    for number in range(1, count + 1):
        event = {"sequence": number, **a_conviction(cnic=f"35201{number:07}1")}
        _lay(drop, court, f"event{number:02}", event | {"case_number": f"{number}/2021"})
    for taken in (3, 9, 15):
        with subprocess.Popen(
            [sys.executable, "-m", "nsor.cli", "sources", "watch", str(drop)],
            stdout=subprocess.DEVNULL,
        ) as process:
            eventually(
                lambda taken=taken: Push.objects.count() >= taken,  # type: ignore[misc]
                "events are taken",
            )
            process.send_signal(signal.SIGKILL)

    answer = office.run("sources", "watch", str(drop), "--once", "--json")

    assert answer.exit_code == 0
    accepted = Push.objects.filter(state=PushState.ACCEPTED)
    assert sorted(accepted.values_list("sequence", flat=True)) == list(range(1, count + 1))
    assert not Push.objects.filter(state=PushState.REFUSED).exists()
    done = [path.name for path in (drop / "done").iterdir() if not path.name.startswith(".")]
    assert len(done) == 3 * count
    assert [path.name for path in drop.iterdir() if path.is_file() and path.name != ".lock"] == []
