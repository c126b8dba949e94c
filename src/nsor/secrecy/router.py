"""Which database holds what: the keys lie apart from what they open."""

from django.db import models

KEYS = "keys"
APP = "secrecy"


class KeyStoreRouter:
    """Sends the key store's table to its own database, and nothing else there."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str | None:
        """Return where a model is read."""
        return KEYS if model._meta.app_label == APP else None

    def db_for_write(self, model: type[models.Model], **hints: object) -> str | None:
        """Return where a model is written."""
        return KEYS if model._meta.app_label == APP else None

    def allow_relation(self, one: models.Model, other: models.Model, **hints: object) -> None:
        """Have Django decide by the database."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Tell whether an app's tables belong in a database."""
        return (db == KEYS) == (app_label == APP)
