"""An office for tests of the life cycle: officers, a clock, and one database made anew each time.

``fresh_start`` gives what puts the test's databases back to how they began, so that one test can
try many orders of events; commits are real, so that the feed's own readers see them.
"""

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.utils import timezone

from nsor.accounts.models import Officer
from nsor.audit.models import Entry
from nsor.register import feed

ROOMS = ("accounts", "audit", "law", "register")
OFFICERS = {
    "amna": "entry",
    "omar": "entry",
    "bilal": "approval",
    "celia": "approval",
    "sadia": "supervision",
}
BEGAN = datetime(2024, 3, 1, 7, tzinfo=UTC)


class Clock:
    """The time that the register believes it to be; it moves only when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: datetime = BEGAN) -> None:
        self.now = now
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def passes(self, days: int) -> None:
        self.now += timedelta(days=days)


def officers() -> dict[str, Officer]:
    """Hire five officers; nobody signs in here."""
    return {
        name: Officer.objects.create(name=name.title(), role=role, secret_hash="-")
        for name, role in OFFICERS.items()
    }


def fresh_start(request: pytest.FixtureRequest, engine: str) -> Callable[[], None]:
    """Return what puts the databases of this test, and the key store, back to the beginning."""
    keystore = Path(connections["keys"].settings_dict["NAME"])
    began = {keystore: request.getfixturevalue("_keystore_template")}
    name = str(connections["default"].settings_dict["NAME"])
    if engine == "sqlite":
        began[Path(name)] = request.getfixturevalue("_sqlite_template")

    def start_again() -> None:
        feed.close()
        for alias in ("default", "keys"):
            connections[alias].close()
        for path, template in began.items():
            for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                file.unlink(missing_ok=True)
            shutil.copyfile(template, path)
        if engine == "postgres":
            server = request.getfixturevalue("postgres_server")
            server.drop(name)
            server.create(name, request.getfixturevalue("_postgres_template"))
        for folder in (settings.AUDIT_DIR, settings.JOURNAL_DIR, settings.EVIDENCE_DIR):
            shutil.rmtree(folder, ignore_errors=True)

    return start_again


def digest() -> str:
    """Return a digest of every row of the data; the key store's keys may be made in advance."""
    found = hashlib.sha256()
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            names = [field.attname for field in model._meta.concrete_fields]
            rows: Any = model._default_manager.order_by("pk").values_list(*names)
            for row in rows:
                plain = [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]
                found.update(repr((model.__name__, plain)).encode())
    return found.hexdigest()


def entries() -> int:
    """Return how many entries the trail has."""
    return Entry.objects.count()
