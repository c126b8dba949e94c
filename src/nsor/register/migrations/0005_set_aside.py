"""Sets aside what the first form of the record held, and takes its tables away.

What it held is converted by ``0008_convert``; until then it lies in plain tables, ``set_aside_*``.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = (
    "offender",
    "withdrawal",
    "conviction",
    "appealrecord",
    "release",
    "publication",
    "batch",
    "policy",
    "offence",
)


def set_aside(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        schema_editor.execute(f"CREATE TABLE set_aside_{table} AS SELECT * FROM register_{table}")
    if schema_editor.connection.vendor == "sqlite":
        for table in ("publication", "release"):
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{event}")
        return
    schema_editor.execute("DROP FUNCTION register_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("register", "0004_silences")]
    operations = [
        migrations.RunPython(set_aside, migrations.RunPython.noop),
        migrations.DeleteModel("Publication"),
        migrations.DeleteModel("Release"),
        migrations.DeleteModel("AppealRecord"),
        migrations.DeleteModel("Conviction"),
        migrations.DeleteModel("Withdrawal"),
        migrations.DeleteModel("Offender"),
        migrations.DeleteModel("Offence"),
        migrations.DeleteModel("Policy"),
        migrations.RemoveField("Batch", "reason"),
    ]
