"""An office whose database is backed up; see ``backup_builders`` and ``register_builders``."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from backup_builders import Vault, using


@pytest.fixture
def vault(database: Any, tmp_path: Path) -> Vault:
    """Give an office and a recipient's key, once on SQLite and once on PostgreSQL."""
    return Vault(tmp_path)


@pytest.fixture
def sqlite_vault(sqlite_database: Any, tmp_path: Path) -> Vault:
    """Give an office on SQLite, where the database makes no difference."""
    return Vault(tmp_path)


@pytest.fixture
def postgres_vault(postgres_database: Any, tmp_path: Path) -> Vault:
    """Give an office on PostgreSQL."""
    return Vault(tmp_path)


@pytest.fixture
def elsewhere(
    database: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Give what points this process at a fresh database of the same engine; it keeps the keys."""
    made: list[str] = []

    @contextmanager
    def point() -> Iterator[str]:
        number = len(made) + 1
        if database.engine == "sqlite":
            path = tmp_path / f"elsewhere{number}.sqlite3"
            shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
            url = f"sqlite:///{path}"
        else:
            server = request.getfixturevalue("postgres_server")
            name = f"elsewhere_{os.getpid()}_{secrets.token_hex(4)}"
            server.create(name, request.getfixturevalue("_postgres_template"))
            made.append(name)
            url = server.url(name)
        with using(url):
            yield url

    yield point
    for name in made:
        request.getfixturevalue("postgres_server").drop(name)
