"""The database's own refusal to change what has been released, for the new tables of the feed."""

import importlib

from django.db import migrations

_first = importlib.import_module("nsor.register.migrations.0002_append_only")


class Migration(migrations.Migration):
    dependencies = [("register", "0006_record")]
    operations = [migrations.RunPython(_first.create_triggers, _first.drop_triggers)]
