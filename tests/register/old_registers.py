"""Databases of the record's first form, as its own code left them, for the tests of upgrading.

``old_database.sql`` is a SQLite database of that form and ``old_database.json`` what that code said
of it: its feed, its people, its batches. All of it is made up. On PostgreSQL the same rows are put
into the tables that the migrations of then make.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.management.color import no_style
from django.db import connection, connections, models
from django.db.migrations.executor import MigrationExecutor
from register_builders import Office

from nsor.accounts.models import Officer
from nsor.register import feed

_HERE = Path(__file__).parent
_DUMP = _HERE / "old_database.sql"
SAID: dict[str, Any] = json.loads((_HERE / "old_database.json").read_text())

OLD_STATE = [("accounts", "0001_initial"), ("register", "0004_silences")]
JUST_BEFORE = [("register", "0007_append_only"), ("law", "0003_append_only")]
_TABLES = (
    ("accounts", "Officer"),
    *(
        ("register", name)
        for name in (
            "Batch",
            "Offender",
            "Withdrawal",
            "Conviction",
            "AppealRecord",
            "Release",
            "Publication",
            "Offence",
            "Policy",
            "FeedHead",
        )
    ),
)

IN_CLEAR = (
    *SAID["people"],
    *(name for one in SAID["people"].values() for name in one["names"]),
    "Zahir Never",
    "Street of the Potters",
    "Kotwali Purana",
    "the father of Majid Iqbal was meant",
    "Tariq Aziz is another man",
)
"""What the old database told in clear to whoever reads its files."""


def become_old(path: Path | None, keystore: Path) -> None:
    """Have the database of this process be an old one; ``path`` is its file on SQLite."""
    for alias in ("default", "keys"):
        connections[alias].close()
    keystore.unlink()
    if path is None:
        _make_on_server()
        connection.close()
        return
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA secure_delete = OFF")
        made.executescript(_DUMP.read_text())
        made.execute("PRAGMA journal_mode = WAL")


def migrate_to(targets: list[tuple[str, str]]) -> MigrationExecutor:
    """Bring the database to a state between the old one and today's."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor


def _make_on_server() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    apps = migrate_to(OLD_STATE).loader.project_state(OLD_STATE).apps
    made = [apps.get_model(*name) for name in _TABLES]
    with closing(sqlite3.connect(":memory:")) as source:
        source.row_factory = sqlite3.Row
        source.executescript(_DUMP.read_text())
        for model in made:
            model.objects.all().delete()
            model.objects.bulk_create(_rows(source, model))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _rows(source: sqlite3.Connection, model: Any) -> Iterator[Any]:
    fields = model._meta.local_fields
    for field in fields:
        field.auto_now_add = False  # the moments are those of the dump
    for row in source.execute(f"SELECT * FROM {model._meta.db_table}"):
        yield model(**{field.attname: _value(field, row[field.column]) for field in fields})


def _value(field: Any, stored: Any) -> Any:
    if isinstance(field, models.DateTimeField) and stored:
        return models.DateTimeField().to_python(f"{stored}+00:00").astimezone(UTC)
    return stored if isinstance(field, models.ForeignKey) else field.to_python(stored)


class OldOffice(Office):
    """The office of the old register, with the officers that are there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = SAID["secrets"]
        self._files = 0

    def upgraded(self) -> "OldOffice":
        """Bring the register to today's form."""
        answer = self.run("migrate", "--json")
        assert answer.exit_code == 0, answer.stdout + answer.stderr
        return self.with_officers()

    def with_officers(self) -> "OldOffice":
        """Know the officers of an upgraded register."""
        self.amna = Officer.objects.get(name="Amna")
        self.bilal = Officer.objects.get(name="Bilal")
        return self


def file_of(database: Any) -> Path | None:
    """Return the file of a SQLite database, None for a server's."""
    return Path(database.url.removeprefix("sqlite:///")) if database.engine == "sqlite" else None


class Kept:
    """The copy of an upgraded register of one engine, with its key store."""

    _folders: ClassVar[dict[str, Path]] = {}
    _NAME = "nsor_upgraded"

    def __init__(self, database: Any, keystore: Path, request: pytest.FixtureRequest) -> None:
        self._engine = database.engine
        self._keystore = keystore
        self._file = file_of(database)
        self._name = database.url.partition("@/")[2].partition("?")[0]
        self._request = request

    @property
    def is_there(self) -> bool:
        return self._engine in self._folders

    def keep(self) -> None:
        made: Path = self._request.getfixturevalue("tmp_path_factory").mktemp("upgraded")
        self._folders[self._engine] = made
        self._let_go()
        shutil.copyfile(self._keystore, made / "keys")
        if self._file is None:
            self._copy_on_server(self._name, self._NAME)
        else:
            shutil.copyfile(self._file, made / "data")

    def take(self) -> None:
        made = self._folders[self._engine]
        self._let_go()
        shutil.copyfile(made / "keys", self._keystore)
        if self._file is None:
            self._copy_on_server(self._NAME, self._name)
        else:
            shutil.copyfile(made / "data", self._file)

    def _let_go(self) -> None:
        feed.close()
        for alias in ("default", "keys"):
            connections[alias].close()

    def _copy_on_server(self, source: str, target: str) -> None:
        server = self._request.getfixturevalue("postgres_server")
        server.drop(target)
        server.create(target, source)
