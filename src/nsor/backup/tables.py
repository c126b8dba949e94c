"""Which tables a backup holds, and how a value is written so that either engine reads it.

Rules that hold here: every table of a database is in its backup but those of this room, those that
Django makes anew, and sessions, which end where a backup is restored; a date is text as
``2026-01-31``, a moment is MessagePack's own timestamp, JSON is text, everything else is itself.
The register uses no other kinds of columns.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db import connections, models
from django.db.migrations.recorder import MigrationRecorder

from nsor.secrecy.router import APP, KEYS

OWN: Final = "backup"
"""The app of this room: its table says what became of restores and is never restored."""
_ENDS: Final = frozenset({"account", "sessions", "usersessions", "web"})
"""Apps whose rows end where a backup is restored: nobody stays signed in, and no work goes on."""
_NOT_SAVED: Final = _ENDS | {OWN, "auth", "contenttypes"}

Convert = Callable[[Any], Any]


class Column(NamedTuple):
    """A column of a table, and what kind of value it takes."""

    name: str
    kind: str


class Saved:
    """A table that is saved."""

    def __init__(self, model: type[models.Model]) -> None:
        """Describe the table of a model."""
        self.name = model._meta.db_table
        self.columns = [
            Column(str(field.column), _KINDS.get(field.get_internal_type(), ""))
            for field in model._meta.local_concrete_fields
        ]
        key = model._meta.pk
        self.counts = isinstance(key, models.AutoField | models.BigAutoField)
        """Whether the database gives the numbers of its rows."""

    @cached_property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]

    def listed(self, vendor: str) -> str:
        """Return the columns as a SELECT lists them."""
        return ", ".join(
            f'"{column.name}"::text'
            if column.kind == "json" and vendor == "postgresql"
            else f'"{column.name}"'
            for column in self.columns
        )

    def from_sqlite(self) -> list[tuple[int, Convert]]:
        """Return how to turn what SQLite stores into what a backup holds, by place."""
        return self._conversions(_FROM_SQLITE)

    def to_sqlite(self) -> list[tuple[int, Convert]]:
        """Return how to turn what a backup holds into what SQLite stores, by place."""
        return self._conversions(_TO_SQLITE)

    def _conversions(self, table: dict[str, Convert]) -> list[tuple[int, Convert]]:
        return [
            (place, table[column.kind])
            for place, column in enumerate(self.columns)
            if column.kind in table
        ]


def saved(alias: str) -> list[Saved]:
    """Return the tables of the register's database, or of the key store."""
    return [Saved(model) for model in _models(alias) if model._meta.app_label not in _NOT_SAVED]


def replaced(alias: str) -> list[Saved]:
    """Return the tables that a restore empties: those that are saved, and whose rows then end."""
    ends = [model for model in _models(alias) if model._meta.app_label in _ENDS]
    return [*saved(alias), *map(Saved, ends)]


def _models(alias: str) -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if (model._meta.app_label == APP) == (alias == KEYS) and model._meta.managed
    ]


def migrations(alias: str) -> dict[str, list[str]]:
    """Return which migrations a database has, by app; this room's don't matter."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connections[alias]).applied_migrations()):
        if app != OWN and (app == APP) == (alias == KEYS):
            found.setdefault(app, []).append(name)
    return found


_KINDS: Final = {"BooleanField": "bool", "DateTimeField": "moment", "JSONField": "json"}
_FROM_SQLITE: Final[dict[str, Convert]] = {
    "bool": lambda value: None if value is None else bool(value),
    "moment": lambda value: value and datetime.fromisoformat(value).replace(tzinfo=UTC),
}
_TO_SQLITE: Final[dict[str, Convert]] = {
    "bool": lambda value: None if value is None else int(value),
    "moment": lambda value: value and str(value.replace(tzinfo=None)),
}
