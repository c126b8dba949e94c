"""An office of two officers, as the register's tests have it; see ``register_builders``."""

import sys
from pathlib import Path
from typing import Any

import pytest

_TESTS = Path(__file__).parents[1]
for _room in ("register", "register/evidence"):
    if str(_TESTS / _room) not in sys.path:
        sys.path.append(str(_TESTS / _room))

from register_builders import Office  # noqa: E402


@pytest.fixture
def office(database: Any, tmp_path: Path) -> Office:
    """Give an office, once on SQLite and once on PostgreSQL."""
    return Office(tmp_path)


@pytest.fixture
def sqlite_office(sqlite_database: Any, tmp_path: Path) -> Office:
    """Give an office on SQLite, where the database makes no difference."""
    return Office(tmp_path)
