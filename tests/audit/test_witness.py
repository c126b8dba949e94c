"""The second body cosigns what continues what it cosigned, and nothing else."""

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trail_builders import acts, audit, folder, many_acts, witness_folder, witnessed

from nsor.audit import files, note, tree
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.errors import TrailError
from nsor.audit.note import COSIGNATURE, ED25519, Checkpoint, Verifier
from nsor.audit.request import Request
from nsor.audit.verifying import verify
from nsor.audit.witness import Attended, Witness
from nsor.audit.witnessing import Known, consider

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = "nsor/0123456789abcdef"
LOG = Verifier(ORIGIN, ED25519, note.public_of(PRIVATE))


def leaves(count: int, of: str = "") -> list[bytes]:
    """Return leaf hashes; another ``of`` is another trail."""
    return [tree.leaf_hash(f"{of}{at}".encode()) for at in range(count)]


def head(hashes: list[bytes], origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, len(hashes), tree.root(hashes))


def asked(
    hashes: list[bytes], old: int, *, private: Ed25519PrivateKey = PRIVATE, origin: str = ORIGIN
) -> bytes:
    """Return the request that a log with these leaves makes."""
    proof = tree.consistency_proof(
        old, len(hashes), lambda start, end: tree.root(hashes[start:end])
    )
    signed = note.sign(head(hashes, origin).text(), origin, private)
    return str(Request(old, tuple(proof), signed)).encode()


class Log:
    """A log that is nothing but its files, for a witness to look at."""

    def __init__(self, at: Path) -> None:
        self.exchange, self.state = at / "exchange", at / "state"
        self.exchange.mkdir()
        (self.exchange / files.LOG_KEY).write_text(f"{LOG}\n")

    def asks(self, request: bytes) -> "Log":
        (self.exchange / files.REQUEST).write_bytes(request)
        return self

    def attended(self, log_key: str | None = None) -> Attended:
        return Witness(self.exchange, self.state, log_key).attend(lambda: 1700000000.9)

    def refused(self) -> TrailError:
        before = self.remembered()
        with pytest.raises(TrailError) as refusal:
            self.attended()
        assert self.remembered() == before
        return refusal.value

    def remembered(self) -> tuple[bytes | None, bytes | None]:
        return files.read(self.state / "state.json"), files.read(self.exchange / files.COSIGNED)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_the_first_checkpoint_is_cosigned(log: Log) -> None:
    attended = log.asks(asked(leaves(5), 0)).attended()

    key = note.parse_verifier((log.state / files.WITNESS_KEY).read_text(), COSIGNATURE)
    cosigned = note.parse((log.exchange / files.COSIGNED).read_bytes())
    assert attended == (head(leaves(5)), True, None)
    assert note.verify(cosigned, key) == 1700000000
    assert note.checkpoint_of(cosigned, [LOG, key]) == head(leaves(5))
    assert (log.exchange / files.WITNESS_KEY).read_text() == f"{key}\n"


def test_a_tree_that_contains_the_last_one_is_cosigned(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()

    assert log.asks(asked(leaves(9), 5)).attended().checkpoint.size == 9


def test_the_same_checkpoint_again_changes_nothing(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    before = log.remembered()

    assert log.attended() == (head(leaves(5)), False, None)
    assert log.remembered() == before


def test_a_fork_is_refused_and_kept_as_evidence(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    forked = asked(leaves(5, "other "), 5)

    assert log.asks(forked).refused().code == "fork"
    (evidence,) = log.state.glob("refused-*")
    assert evidence.read_bytes() == forked


def test_a_forked_tree_that_grew_is_refused(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()

    assert log.asks(asked(leaves(9, "other "), 5)).refused().code == "bad_proof"


def test_a_smaller_tree_is_refused(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()

    refusal = log.asks(asked(leaves(4), 4)).refused()

    assert refusal.code == "smaller_tree"
    assert "4 entries, and 5 were cosigned" in refusal.message


def test_a_checkpoint_by_another_key_is_refused(log: Log) -> None:
    assert log.asks(asked(leaves(5), 0, private=STRANGER)).refused().code == "forged"


def test_a_checkpoint_with_another_size_under_the_signature_is_refused(log: Log) -> None:
    changed = asked(leaves(5), 0).replace(b"\n5\n", b"\n6\n")

    assert log.asks(changed).refused().code == "forged"


def test_a_request_that_misses_the_last_cosigned_one_waits(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()

    assert log.asks(asked(leaves(9), 3)).refused().code == "conflict"
    assert not list(log.state.glob("refused-*"))


def test_another_origin_is_another_log(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()

    foreign = asked(leaves(9), 5, origin="nsor/0000000000000000")
    assert log.asks(foreign).refused().code == "unknown_log"


def test_a_broken_proof_is_refused(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    lines = asked(leaves(9), 5).split(b"\n")
    lines[1] = b"cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI="

    assert log.asks(b"\n".join(lines)).refused().code == "bad_proof"


def test_the_log_key_is_pinned_on_first_use(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    stranger = Verifier(ORIGIN, ED25519, note.public_of(STRANGER))
    (log.exchange / files.LOG_KEY).write_text(f"{stranger}\n")

    assert log.asks(asked(leaves(9), 5, private=STRANGER)).refused().code == "forged"
    assert log.asks(asked(leaves(9), 5)).attended().fresh
    with pytest.raises(TrailError) as refusal:
        log.attended(str(stranger))
    assert refusal.value.code == "other_log"


def test_a_given_log_key_stands_before_the_one_in_the_folder(log: Log) -> None:
    (log.exchange / files.LOG_KEY).write_text("nonsense")

    assert log.asks(asked(leaves(5), 0)).attended(str(LOG)).fresh


def test_nothing_is_asked_yet(log: Log) -> None:
    assert log.refused().code == "no_request"
    (log.exchange / files.LOG_KEY).unlink()
    assert log.refused().code == "no_log_key"


def test_what_was_kept_before_a_kill_is_shown_after_it(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    shown = (log.exchange / files.COSIGNED).read_bytes()
    (log.exchange / files.COSIGNED).unlink()
    (log.exchange / files.REQUEST).unlink()

    with pytest.raises(TrailError):
        log.attended()

    assert (log.exchange / files.COSIGNED).read_bytes() == shown


def test_the_key_is_for_nobody_else(log: Log) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    key = log.state / "key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(TrailError, match="0600"):
        log.attended()


def _cut_state(state: Path) -> None:
    path = state / "state.json"
    path.write_bytes(path.read_bytes()[:40])


def _other_checkpoint(state: Path) -> None:
    path = state / "state.json"
    held = json.loads(path.read_text())
    held["cosigned"] = held["cosigned"].replace("\n5\n", "\n4\n")
    path.write_text(json.dumps(held))


@pytest.mark.parametrize(
    "damage",
    [
        _cut_state,
        _other_checkpoint,
        lambda state: (state / "key").unlink(),
        lambda state: (state / "key").write_text("AAAA"),
    ],
)
def test_a_damaged_state_is_refused(log: Log, damage: Callable[[Path], None]) -> None:
    log.asks(asked(leaves(5), 0)).attended()
    damage(log.state)

    with pytest.raises(TrailError) as refusal:
        log.attended()
    assert refusal.value.code == "bad_state"


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_accepted_or_refused_with_the_one_error(
    junk: bytes, at: int, octet: int
) -> None:
    good = bytearray(asked(leaves(9), 5))
    good[at % len(good)] = octet
    known = Known(LOG, head(leaves(5)))
    for request in (junk, bytes(good)):
        try:
            accepted = consider(known, request, junk)
        except TrailError:
            continue
        assert accepted.checkpoint == head(leaves(9))


@pytest.mark.usefixtures("database")
def test_the_whole_of_log_and_witness_as_processes() -> None:
    acts(3)
    audit("checkpoint")
    first = audit("witness", "--exchange", folder(), "--state", witness_folder(), "--once")
    acts(2)
    audit("checkpoint")
    second = audit(
        "witness", "--exchange", folder(), "--state", witness_folder(), "--once", "--json"
    )

    assert "Cosigned: 3 entries" in first.stdout
    assert json.loads(second.stdout)["size"] == 5
    assert re.search(r"old 3\n", (folder() / files.REQUEST).read_text())
    assert verify().witnessed == 5


@pytest.mark.usefixtures("database")
def test_a_witness_needs_no_database() -> None:
    acts(1)
    write_checkpoint()
    environ = os.environ.copy()
    try:
        os.environ["NSOR_DATABASE_URL"] = "nonsense"
        os.environ["DJANGO_SETTINGS_MODULE"] = "nonsense"
        os.environ["NSOR_KEYS"] = "/nowhere"
        audit("witness", "--exchange", folder(), "--state", witness_folder(), "--once")
    finally:
        os.environ.clear()
        os.environ.update(environ)


@pytest.mark.usefixtures("database")
def test_a_forged_checkpoint_ends_the_witness_with_a_sentence() -> None:
    many_acts(20)
    witnessed()
    request = folder() / files.REQUEST
    request.write_text(request.read_text().replace("\n20\n", "\n19\n"))

    done = audit(
        "witness", "--exchange", folder(), "--state", witness_folder(), "--once", exit_code=1
    )

    assert done.stderr.splitlines()[-1].startswith("Refused: The log has not signed this")
