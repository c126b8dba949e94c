"""One act records an appeal state of every conviction of the same case of a merged person."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0009_search")]
    operations = [
        migrations.AlterField(
            model_name="appealrecord",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="register.batch",
            ),
        ),
    ]
