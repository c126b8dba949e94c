"""The day by whose law everybody was judged last, and the act by which that is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0008_convert")]
    operations = [
        migrations.AddField(
            model_name="feedhead",
            name="judged_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="batch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "Import"),
                    ("entry", "Entry"),
                    ("correction", "Correction"),
                    ("appeal", "Appeal"),
                    ("restore", "Restore"),
                    ("merge", "Merge"),
                    ("unmerge", "Unmerge"),
                    ("removal", "Removal"),
                    ("suspension", "Suspension"),
                    ("withdrawal", "Withdrawal"),
                    ("death", "Death"),
                    ("expiry", "Expiry"),
                    ("law", "Law"),
                ],
                max_length=10,
            ),
        ),
    ]
