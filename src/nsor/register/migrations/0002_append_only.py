"""The feed's head row, and the database's own refusal to change what has been released."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PUBLICATION = "register_publication"
RELEASE = "register_release"
MESSAGE = "A released publication is never changed."

SQLITE = [
    f"""
    CREATE TRIGGER publication_no_{event.lower()} BEFORE {event} ON {PUBLICATION}
    WHEN (SELECT last_sequence FROM {RELEASE} WHERE id = OLD.release_id) IS NOT NULL
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """
    for event in ("UPDATE", "DELETE")
] + [
    f"""
    CREATE TRIGGER release_no_{event.lower()} BEFORE {event} ON {RELEASE}
    WHEN OLD.last_sequence IS NOT NULL
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """
    for event in ("UPDATE", "DELETE")
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION register_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE released bigint;
    BEGIN
        IF TG_TABLE_NAME = '{RELEASE}' THEN
            released := OLD.last_sequence;
        ELSE
            SELECT last_sequence INTO released FROM {RELEASE} WHERE id = OLD.release_id;
        END IF;
        IF released IS NOT NULL THEN
            RAISE EXCEPTION '{MESSAGE}';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION register_append_only()
        """
        for table in (PUBLICATION, RELEASE)
    ),
]


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in ("publication", "release"):
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{event}")
        return
    schema_editor.execute("DROP FUNCTION register_append_only() CASCADE")


def create_head(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("register", "FeedHead").objects.create(
        pk=1, last_sequence=0, last_submission=0
    )


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [
        migrations.RunPython(create_head, migrations.RunPython.noop),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
