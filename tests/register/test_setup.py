"""Making the database, and what a command says where there is none."""

from pathlib import Path
from typing import Any

import pytest
from register_builders import ASLAM, Office, process

from nsor.law.models import Offence, Policy


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for local state that isn't there yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NSOR_HOME", str(folder))
    monkeypatch.delenv("NSOR_DATABASE_URL", raising=False)
    return folder


def run(*words: str, secret: str = "x") -> tuple[int, str, str]:
    with process(*words, secret=secret) as running:
        stdout, stderr = running.communicate(timeout=60)
    return running.returncode, stdout, stderr


def test_a_database_is_made_once_for_its_owner_alone(home: Path) -> None:
    assert run("migrate")[:2] == (0, "The database is up to date now.\n")
    assert run("migrate")[:2] == (0, "The database was up to date already.\n")

    assert (home / "nsor.sqlite3").stat().st_mode & 0o077 == 0
    code, stdout, _ = run("officer", "add", "Amna", "--role", "entry", "--json")
    assert (code, '"role": "entry"' in stdout) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ("officer", "add", "Amna", "--role", "entry"),
        ("batch", "list"),
        ("approve", "1", "--officer", "Bilal"),
        ("withdraw", ASLAM, "--officer", "Amna", "--reason", "x"),
    ],
)
def test_without_a_database_each_command_says_what_to_do(home: Path, words: Any) -> None:
    code, _, stderr = run(*words)

    assert code == 1
    assert "run `nsor migrate` first" in stderr
    assert "Traceback" not in stderr
    assert not (home / "nsor.sqlite3").exists()


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NSOR_DATABASE_URL", f"postgresql://nsor@/nsor?host={home}")

    code, stdout, stderr = run("batch", "list", "--json")

    assert (code, '"database_unavailable"' in stdout, stderr) == (1, True, "")


def test_an_officer_is_added_once_with_a_secret_that_works(office: Office) -> None:
    added = office.run("officer", "add", "Erum", "--role", "approval", "--json")

    assert set(added.object) == {"officer", "role", "secret", "link"}
    again = office.run("officer", "add", "Erum", "--role", "entry", "--json")
    assert (again.exit_code, again.codes) == (1, ["officer_exists"])
    approve = ("approve", "1", "--officer", "Erum", "--json")
    assert office.run(*approve, secret=added.object["secret"]).codes == ["unknown_batch"]
    assert office.run("officer", "add", "F", "--role", "minister").exit_code == 2


def test_the_law_is_seeded_with_its_sources(database: Any) -> None:
    assert set(Offence.objects.values_list("basis", flat=True)) == {
        "s. 2(h)",
        "Schedule I",
        "Schedule II",
    }
    assert Offence.objects.filter(basis="s. 2(h)").count() == 13
    assert not Offence.objects.filter(citation="").exists()
    assert not Policy.objects.filter(instrument="").exists()
