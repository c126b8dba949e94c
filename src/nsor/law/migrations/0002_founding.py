"""The law as it stood when the register began (``nsor.law.founding``)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from nsor.law.founding import TABLES


def found(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("law", "Head").objects.create(pk=1, version=0)
    for name, rows in TABLES.items():
        model = apps.get_model("law", name)
        model.objects.bulk_create(model(**values) for values in rows())


def unfound(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in (*TABLES, "Head"):
        apps.get_model("law", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("law", "0001_initial")]
    operations = [migrations.RunPython(found, unfound)]
