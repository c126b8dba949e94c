"""The database's own refusal to change or delete the law, or a change that was decided."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROWS = (
    "law_offence",
    "law_policy",
    "law_tierrule",
    "law_term",
    "law_verification",
    "law_duty",
    "law_disclosurerule",
)
CHANGE = "law_change"
ENACTED = "An enacted row of the law is never changed."
DECIDED = "A change of the law that was decided is never changed, and none is ever deleted."
# What a change says is fixed when it is proposed: a decision adds to it and alters nothing of it.
PROPOSAL = (
    "id", "kind", "values", "repeals", "valid_from", "valid_to", "instrument", "retroactive",
    "reason", "proposed_by_id", "proposed_at",
)  # fmt: skip

SQLITE = [
    f"""
    CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}
    BEGIN SELECT RAISE(ABORT, '{ENACTED}'); END
    """
    for table in ROWS
    for event in ("UPDATE", "DELETE")
] + [
    f"""
    CREATE TRIGGER {CHANGE}_no_update BEFORE UPDATE ON {CHANGE}
    WHEN OLD.state <> 'proposed' OR {" OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in PROPOSAL)}
    BEGIN SELECT RAISE(ABORT, '{DECIDED}'); END
    """,
    f"""
    CREATE TRIGGER {CHANGE}_no_delete BEFORE DELETE ON {CHANGE}
    BEGIN SELECT RAISE(ABORT, '{DECIDED}'); END
    """,
]

_SAME = " OR ".join(
    f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in PROPOSAL
)
POSTGRESQL = [
    f"""
    CREATE FUNCTION law_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{ENACTED}'; END $$
    """,
    f"""
    CREATE FUNCTION law_change_decided() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.state = 'proposed' AND NOT ({_SAME}) THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '{DECIDED}';
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION law_append_only()
        """
        for table in ROWS
    ),
    *(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION law_append_only()
        """
        for table in (*ROWS, CHANGE)
    ),
    f"""
    CREATE TRIGGER {CHANGE}_decided BEFORE UPDATE OR DELETE ON {CHANGE}
    FOR EACH ROW EXECUTE FUNCTION law_change_decided()
    """,
]


def create_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in (*ROWS, CHANGE):
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{event}")
        return
    schema_editor.execute("DROP FUNCTION law_append_only() CASCADE")
    schema_editor.execute("DROP FUNCTION law_change_decided() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("law", "0002_founding")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
