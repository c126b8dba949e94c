"""The ring itself: a file that is whole at every moment, or what a key service's program prints."""

import json
import multiprocessing
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from waiting import eventually

from nsor import keyring
from nsor.keyring import CommandRing, FileRing, KeyRing, KeyRingError
from nsor.secrecy import ring

spawned = multiprocessing.get_context("spawn")
KEY, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def file(own_ring: Path) -> FileRing:
    """A ring with one key in a file."""
    made = FileRing(own_ring)
    made.read_or_make()
    return made


# A file


def test_a_fresh_key_is_the_current_one_and_the_older_ones_stay(file: FileRing) -> None:
    before = file.read()

    after = file.add()

    assert file.read() == after
    assert len(after.keys) == 2
    assert after.current not in before.keys
    assert after.keys[before.current] == before.keys[before.current]


def test_a_changed_ring_is_another_file_for_its_owner_alone(file: FileRing) -> None:
    before = file.path.stat().st_ino

    file.add()

    assert file.path.stat().st_ino != before
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["keys.json"]


def test_two_rings_never_give_two_keys_one_name(tmp_path: Path) -> None:
    rings = [FileRing(tmp_path / f"ring{number}") for number in range(20)]

    names = [
        name for one in rings for made in [one.read_or_make(), one.add()] for name in made.keys
    ]

    assert len(set(names)) == 2 * len(rings)


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "medium" / "ring.json", tmp_path / "keys.json"
    FileRing(real).read_or_make()
    link.symlink_to(real)

    added = FileRing(link).add()

    assert link.is_symlink()
    assert FileRing(real).read() == added
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_ring_that_others_may_read_gets_no_key(file: FileRing) -> None:
    file.path.chmod(0o640)
    before = file.path.read_bytes()

    with pytest.raises(KeyRingError, match="can be read by others: set its mode to 0600"):
        file.add()

    assert file.path.read_bytes() == before


def test_an_older_key_can_be_taken_out_and_the_current_one_can_not(file: FileRing) -> None:
    older = file.read().current
    current = file.add().current

    for wrong in (current, "nothing"):
        with pytest.raises(KeyRingError, match=f"{wrong} is not one of the older keys"):
            file.drop(wrong)

    assert list(file.drop(older).keys) == [current]
    assert list(file.read().keys) == [current]


def add_some(path: str, count: int) -> None:
    for _ in range(count):
        FileRing(Path(path)).add()


def test_processes_that_add_at_once_lose_no_key(file: FileRing) -> None:
    adding = [spawned.Process(target=add_some, args=(str(file.path), 5)) for _ in range(4)]
    for process in adding:
        process.start()
    for process in adding:
        process.join()

    assert [process.exitcode for process in adding] == [0] * 4
    assert len(file.read().keys) == 21


def test_a_ring_is_whole_whenever_who_changes_it_is_killed(file: FileRing) -> None:
    first = file.read()
    for _ in range(5):
        before = file.read()
        process = spawned.Process(target=add_some, args=(str(file.path), 10_000))
        process.start()
        eventually(partial(has_changed, file, before), what="another key")
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()

        found = file.read()
        assert found.keys.items() > before.keys.items()
    assert file.read().keys[first.current] == first.keys[first.current]


def has_changed(file: FileRing, before: KeyRing) -> bool:
    return file.read() != before


def test_what_a_killed_process_left_is_gone_after_the_next_change(file: FileRing) -> None:
    left = file.path.with_name(f".{file.path.name}.0badcafe")
    left.write_bytes(file.path.read_bytes())

    file.add()

    assert [path.name for path in file.path.parent.iterdir()] == ["keys.json"]


def add_on_a_full_disk(path: str, told: "multiprocessing.Queue[str]") -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))  # fewer octets than a ring has
    try:
        FileRing(Path(path)).add()
    except KeyRingError as error:
        told.put(str(error))


def test_where_there_is_no_room_the_ring_stays_as_it_was(file: FileRing) -> None:
    before = file.read()
    told = spawned.Queue()

    process = spawned.Process(target=add_on_a_full_disk, args=(str(file.path), told))
    process.start()
    message = told.get(timeout=60)
    process.join()

    assert message == f"The key ring {file.path} can't be changed: File too large."
    assert file.read() == before
    assert [path.name for path in file.path.parent.iterdir()] == ["keys.json"]


def test_a_ring_shows_the_names_of_its_keys_and_none_of_them() -> None:
    shown = repr(KeyRing({"1-a": bytes.fromhex(KEY)}, "1-a"))

    assert shown == "KeyRing(1-a; current 1-a)"


# A process that uses it


def test_a_process_sees_the_key_that_another_one_added(file: FileRing) -> None:
    before = ring.derived("p")

    current = file.add().current

    assert ring.ring().current == current
    assert ring.derived("p") != before


def test_a_ring_that_went_missing_while_it_was_used_is_told_and_none_is_made(
    file: FileRing,
) -> None:
    ring.ring()
    file.path.unlink()

    with pytest.raises(KeyRingError, match=r"keys\.json can't be opened: No such file"):
        ring.ring()

    assert not file.path.exists()


# A key service


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """What the key service holds; its program prints it and counts how often it was asked."""
    path = tmp_path / "the service's own" / "ring"
    path.parent.mkdir()
    write_ring(path, {"1": KEY}, "1")
    return path


def write_ring(path: Path, keys: dict[str, str], current: str) -> None:
    path.write_text(json.dumps({"current": current, "keys": keys}))


@pytest.fixture
def serving(service: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of a key service is where the ring comes from."""
    program = service.with_name("print a ring")
    program.write_text(f'#!/bin/sh\necho >> {shlex.quote(str(asked(service)))}\ncat "$1"\n')
    program.chmod(0o700)
    words = f"command:{shlex.quote(str(program))} {shlex.quote(str(service))}"
    monkeypatch.setenv("NSOR_KEYS", words)
    return service


def asked(service: Path) -> Path:
    return service.with_name("asked")


def times_asked(service: Path) -> int:
    return len(asked(service).read_text().splitlines())


def test_the_ring_is_what_a_program_prints(serving: Path, tmp_path: Path) -> None:
    found = ring.ring()

    assert found == KeyRing({"1": bytes.fromhex(KEY)}, "1")
    assert keyring.load_or_make(tmp_path) == found
    assert not keyring.lies_beside_data(tmp_path)
    assert not (tmp_path / "keys.json").exists()


def test_a_program_is_asked_once_a_minute(serving: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(10):
        ring.derived("p")
    assert times_asked(serving) == 1

    write_ring(serving, {"1": KEY, "2": OTHER}, "2")
    assert ring.ring().current == "1"
    monkeypatch.setattr(CommandRing, "keeps", 0.0)

    assert ring.ring().current == "2"


def test_a_key_that_is_lacking_is_asked_for_before_the_minute_is_over(
    serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring, "ASK_AGAIN_AFTER", 0.0)
    ring.ring()
    write_ring(serving, {"1": KEY, "2": OTHER}, "2")

    assert ring.derived("p", "2") == KeyRing({"2": bytes.fromhex(OTHER)}, "2").derive("p")
    with pytest.raises(KeyRingError, match="lacks the key 3, under which data are stored"):
        ring.derived("p", "3")


def test_a_key_that_nobody_has_does_not_have_the_program_asked_all_the_time(
    serving: Path,
) -> None:
    began = time.monotonic()
    for _ in range(50):
        assert not ring.holds("3")

    assert times_asked(serving) <= 2 + (time.monotonic() - began)


def test_a_key_is_added_at_the_service(serving: Path) -> None:
    with pytest.raises(KeyRingError, match=r"add a key there .* `nsor keys rotate --resume`"):
        ring.add()
    with pytest.raises(KeyRingError, match="take the key 1 out there"):
        ring.drop("1")


def program(folder: Path, body: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (f"echo {KEY}; exit 3", "ended with the code 3 instead of 0: run it by hand to see why."),
        (f"echo {KEY}", "prints is not of the form"),
        (f"""echo '{{"current": "2", "keys": {{"1": "{KEY}"}}}}'""", "lacks its current key"),
        (f"""echo '{{"current": "1", "keys": {{"1": "{KEY[2:]}"}}}}'""", "is not 32 bytes"),
        (f"echo {KEY}; echo {KEY} >&2; kill -9 $$", "ended with the code -9"),
    ],
)
def test_what_is_wrong_with_a_program_is_told_and_nothing_of_what_it_says(
    body: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NSOR_KEYS", f"command:{program(tmp_path, body)}")

    with pytest.raises(KeyRingError) as caught:
        ring.ring()

    assert told in str(caught.value)
    assert KEY[2:] not in str(caught.value)
    assert caught.value.__cause__ is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("command", ["command:", "command: ", "command:'unended"])
def test_a_setting_that_names_no_program_is_told(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NSOR_KEYS", command)

    with pytest.raises(KeyRingError, match="NSOR_KEYS names no program: write command:/path"):
        keyring.load_or_make(tmp_path)


def test_a_program_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NSOR_KEYS", f"command:{tmp_path}/nothing")

    with pytest.raises(KeyRingError, match="nothing can't be run: No such file or directory"):
        keyring.load_or_make(tmp_path)


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keyring, "COMMAND_WITHIN", 0.2)
    hanging = program(tmp_path, f"echo $$ > {tmp_path}/pid; sleep 1000; echo")
    monkeypatch.setenv("NSOR_KEYS", f"command:{hanging}")

    with pytest.raises(KeyRingError, match="gave no answer within"):
        keyring.load_or_make(tmp_path)

    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_gateway_tells_what_is_wrong_with_the_program(
    tmp_path: Path, start: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    ended = start("gateway", NSOR_KEYS=f"command:{program(tmp_path, f'echo {KEY}; exit 3')}")

    assert ended.returncode == 1
    assert "ended with the code 3 instead of 0" in ended.stdout + ended.stderr
    assert KEY not in ended.stdout + ended.stderr


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``nsor`` in a home of its own."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nsor.cli", *words],
            env={**os.environ, "NSOR_HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
