"""The index by which a follower finds who was silenced, ahead of the feed's order.

It changes nothing that older code does.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0003_law")]
    operations = [
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(
                condition=models.Q(("listed", False)),
                fields=["release", "ordinal"],
                name="publication_silences",
            ),
        ),
    ]
