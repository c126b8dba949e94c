"""The database's own refusal to change what the trail holds, whoever asks."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "The audit trail is never changed."

KEYS = {
    "audit_entry": ("id",),
    "audit_details": ("entry",),
    "audit_leaf": ("index", "entry"),
    "audit_tile": ("id", ("level", "index")),
    "audit_trailkey": ("id", ("number", "ring_key")),
    "audit_epoch": ("id", "origin"),
}
"""What is unique in each table: SQLite's ``INSERT OR REPLACE`` would delete there silently."""


def same(table: str) -> str:
    """Return the condition under which a row would replace another one."""
    ways = []
    for key in KEYS[table]:
        columns = (key,) if isinstance(key, str) else key
        ways.append(" AND ".join(f'"{column}" = NEW."{column}"' for column in columns))
    return " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {way})" for way in ways)


SQLITE = [
    statement
    for table in KEYS
    for statement in (
        *(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for event in ("UPDATE", "DELETE")
        ),
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {same(table)}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    )
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}';
    END $$
    """,
    *(
        statement
        for table in KEYS
        for statement in (
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION audit_append_only()
            """,
            f"""
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
            """,
        )
    ),
]


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in KEYS:
            for event in ("update", "delete", "replace"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{event}")
        return
    schema_editor.execute("DROP FUNCTION audit_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
