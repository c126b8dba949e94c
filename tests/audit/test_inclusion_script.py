"""The script that outsiders check a proof with: what it accepts, what it says, what it refuses."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from trail_builders import SCRIPT, acts, audit, folder, inclusion, many_acts, witnessed

from nsor.audit import files
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.proving import prove

pytestmark = pytest.mark.usefixtures("database")

Change = Callable[[dict[str, Any]], None]


def test_every_entry_is_proven_by_the_script_alone() -> None:
    numbers = many_acts(300)
    witnessed()

    for number in (numbers[0], numbers[255], numbers[256], numbers[-1]):
        done = audit("prove", number)
        keys = (
            "--log-key",
            folder() / files.LOG_KEY,
            "--witness-key",
            folder() / files.WITNESS_KEY,
        )
        checked = inclusion(done.stdout, *keys)
        assert checked.returncode == 0, checked.stderr
        assert f"Entry {number} is leaf {number - 1} of the 300 signed." in checked.stdout
        assert "A witness has cosigned." in checked.stdout


def test_an_entry_that_only_the_log_has_signed_is_proven_as_such() -> None:
    acts(3)
    witnessed()
    (number,) = acts(1)
    write_checkpoint()

    checked = inclusion(prove(number)._asdict())

    assert checked.returncode == 0
    assert "No witness has cosigned." in checked.stdout


def test_the_script_says_of_which_keys_it_does_not_know_whose_they_are() -> None:
    (number,) = acts(1)
    witnessed()
    log_key = ("--log-key", folder() / files.LOG_KEY)
    witness_key = ("--witness-key", folder() / files.WITNESS_KEY)
    proof = prove(number)._asdict()

    told = {
        given: inclusion(proof, *(option for pair in given for option in pair))
        for given in [(), (log_key,), (witness_key,), (log_key, witness_key)]
    }

    assert {done.returncode for done in told.values()} == {0}
    log, witness = ("log's key came from the proof", "witness's key came from the proof")
    said = [(log in done.stdout, witness in done.stdout) for done in told.values()]
    assert said == [(True, True), (False, True), (True, False), (False, False)]
    assert "proves nothing about who signed" in told[()].stdout


def test_the_script_refuses_a_key_that_is_another_s() -> None:
    (number,) = acts(1)
    witnessed()
    proof = prove(number)._asdict()
    log, witness = folder() / files.LOG_KEY, folder() / files.WITNESS_KEY
    other, none = folder().with_name("other"), folder().with_name("none")
    other.write_text("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    none.write_text("nonsense")

    for option, wrong in [
        *(("--log-key", key) for key in (witness, other, none)),
        *(("--witness-key", key) for key in (log, other, none)),
    ]:
        refused = inclusion(proof, option, wrong)
        assert refused.returncode == 1, (option, wrong)
        assert not refused.stdout
        assert len(refused.stderr.splitlines()) == 1


def test_the_script_refuses_a_witness_s_key_where_none_has_cosigned() -> None:
    acts(1)
    witnessed()
    (number,) = acts(1)
    write_checkpoint()

    refused = inclusion(prove(number)._asdict(), "--witness-key", folder() / files.WITNESS_KEY)

    assert refused.returncode == 1
    assert "is not signed by" in refused.stderr


@pytest.mark.parametrize("proof", ["{}", "[]", "17", '"text"', "", "{", '{"checkpoint": 1}'])
def test_the_script_says_in_a_sentence_what_is_no_proof(proof: str) -> None:
    folder().mkdir(exist_ok=True)

    refused = inclusion(proof)

    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.endswith(".")
    assert "no proof" in line


def _remove_a_member(proof: dict[str, Any]) -> None:
    del proof["leaf_index"]


def _make_a_member_text(proof: dict[str, Any]) -> None:
    proof["leaf_index"] = "3"


def _cut_a_signature(proof: dict[str, Any]) -> None:
    proof["checkpoint"] = proof["checkpoint"][:-90] + "\n"


def _swap_index(proof: dict[str, Any]) -> None:
    proof["leaf_index"] += 1


def _change_leaf(proof: dict[str, Any]) -> None:
    proof["leaf"] = proof["leaf"].replace("officer:1", "officer:2")


def _change_hash(proof: dict[str, Any]) -> None:
    proof["proof"][0] = base64.b64encode(b"h" * 32).decode()


def _shorten(proof: dict[str, Any]) -> None:
    proof["proof"].pop()


def _lengthen(proof: dict[str, Any]) -> None:
    proof["proof"].append(proof["proof"][0])


def _change_checkpoint(proof: dict[str, Any]) -> None:
    proof["checkpoint"] = proof["checkpoint"].replace("\n9\n", "\n8\n")


def _change_key(proof: dict[str, Any]) -> None:
    proof["log_key"] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.mark.parametrize(
    "change",
    [
        _swap_index,
        _change_leaf,
        _change_hash,
        _shorten,
        _lengthen,
        _change_checkpoint,
        _change_key,
        _remove_a_member,
        _make_a_member_text,
        _cut_a_signature,
    ],
)
def test_the_script_refuses_a_proof_that_was_changed(change: Change) -> None:
    many_acts(9)
    witnessed()
    proof = prove(4)._asdict()
    assert inclusion(proof).returncode == 0

    change(proof)
    refused = inclusion(proof)

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1


def test_the_script_is_short_and_needs_nothing_of_ours() -> None:
    lines = SCRIPT.read_text().splitlines()

    assert len(lines) <= 80
    assert not [line for line in lines if "import" in line and "nsor" in line]
