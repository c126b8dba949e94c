"""Jobs that pages start, and files between their preview and their entry."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("interrupted", "Interrupted"),
                            ("failed", "Failed"),
                        ],
                        max_length=11,
                    ),
                ),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("refusal_code", models.CharField(blank=True, max_length=60)),
                ("refusal_message", models.TextField(blank=True)),
                ("started_at", models.DateTimeField()),
                ("heartbeat_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["officer", "state"], name="web_job_of_officer")],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Checking"),
                            ("checked", "Checked"),
                            ("unreadable", "Unreadable"),
                            ("entering", "Entering"),
                            ("entered", "Entered"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(max_length=4)),
                ("size", models.BigIntegerField()),
                ("key_id", models.BigIntegerField()),
                ("name_in_store", models.CharField(blank=True, max_length=32)),
                ("preview_in_store", models.CharField(blank=True, max_length=32)),
                ("sealed_name", models.BinaryField()),
                ("pages", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("job", models.CharField(blank=True, max_length=32)),
                ("batch", models.BigIntegerField(null=True)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["officer", "-uploaded_at"], name="web_upload_of_officer"
                    ),
                    models.Index(fields=["state", "uploaded_at"], name="web_upload_by_age"),
                ],
            },
        ),
    ]
