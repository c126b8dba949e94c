"""Two officers on a fresh database; see ``law_officers``."""

from typing import Any

import pytest
from law_officers import Officers


@pytest.fixture
def officers(database: Any) -> Officers:
    """Give officers, once on SQLite and once on PostgreSQL."""
    return Officers()


@pytest.fixture
def sqlite_officers(sqlite_database: Any) -> Officers:
    """Give officers on SQLite, where the database makes no difference."""
    return Officers()
