"""Each test of this room has a key ring of its own, and an office on a fresh database."""

import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent.parent
for room in ("register", "register/evidence", "functional"):  # their builders
    if str(TESTS / room) not in sys.path:
        sys.path.append(str(TESTS / room))

from register_builders import Office  # noqa: E402


@pytest.fixture(autouse=True)
def own_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test's ring is, apart from its data; processes are told by the environment."""
    path = tmp_path / "escrow" / "keys.json"
    monkeypatch.setenv("NSOR_KEYS", str(path))
    return path


@pytest.fixture
def office(database: Any, tmp_path: Path) -> Office:
    """Give an office, once on SQLite and once on PostgreSQL."""
    return Office(tmp_path)


@pytest.fixture
def sqlite_office(sqlite_database: Any, tmp_path: Path) -> Office:
    """Give an office on SQLite, where the database makes no difference."""
    return Office(tmp_path)
