"""An office of two officers on a fresh database; see ``register_builders``."""

from pathlib import Path
from typing import Any

import pytest
from register_builders import Office


@pytest.fixture
def office(database: Any, tmp_path: Path) -> Office:
    """Give an office, once on SQLite and once on PostgreSQL."""
    return Office(tmp_path)


@pytest.fixture
def sqlite_office(sqlite_database: Any, tmp_path: Path) -> Office:
    """Give an office on SQLite, where the database makes no difference."""
    return Office(tmp_path)


@pytest.fixture
def postgres_office(postgres_database: Any, tmp_path: Path) -> Office:
    """Give an office on PostgreSQL."""
    return Office(tmp_path)
