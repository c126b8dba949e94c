"""The work queue: what waits, in order and by district, and silences that are looked at after."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("register", "0016_identity_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="district",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="awaits_review",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                fields=["submission", "kind", "district", "decided_at"],
                name="batch_waiting",
                condition=models.Q(submission__isnull=False, decided_at=None),
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                fields=["decision", "kind", "district"],
                name="batch_awaits_review",
                condition=models.Q(awaits_review=True),
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["entered_by", "state", "id"], name="batch_of_officer"),
        ),
        migrations.AddIndex(
            model_name="conviction",
            index=models.Index(
                fields=["batch", "offender"],
                name="conviction_warned",
                condition=~models.Q(warnings=""),
            ),
        ),
        migrations.CreateModel(
            name="SilenceReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("sealed_note", models.BinaryField(default=b"")),
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="silence_review",
                        to="register.batch",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
