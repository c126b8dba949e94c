"""Finding entries by time, act and actor among millions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddIndex("entry", models.Index(fields=["at"], name="audit_entry_by_time")),
        migrations.AddIndex("entry", models.Index(fields=["act", "at"], name="audit_entry_by_act")),
        migrations.AddIndex(
            "entry", models.Index(fields=["actor", "at"], name="audit_entry_by_actor")
        ),
        migrations.AddIndex(
            "entry", models.Index(fields=["actor", "act", "at"], name="audit_entry_by_both")
        ),
    ]
