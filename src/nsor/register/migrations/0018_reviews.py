"""Reviews that were done: by which act, of which finding, and up to which day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0017_waiting")]

    operations = [
        migrations.AddField(
            model_name="offender",
            name="reviewed_to",
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
                    ("review", "Review"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("stays", "the registration goes on"),
                            (
                                "ends",
                                "the registration ought to end: its removal is asked for",
                            ),
                        ],
                        max_length=5,
                    ),
                ),
                ("due_on", models.DateField()),
                ("done_on", models.DateField()),
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="register.batch",
                    ),
                ),
            ],
        ),
    ]
