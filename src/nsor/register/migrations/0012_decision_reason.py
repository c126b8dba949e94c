"""Why a second officer said no stands beside why an act was asked for, and not in its place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0011_appeals")]
    operations = [
        migrations.AddField(
            model_name="batch",
            name="sealed_decision",
            field=models.BinaryField(default=b""),
        ),
    ]
