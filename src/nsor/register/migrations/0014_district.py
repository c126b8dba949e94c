"""Where people live, as a code, and the statistics that are counted by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0013_number_index")]

    operations = [
        migrations.AddField(
            model_name="offender",
            name="district",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="offender",
            index=models.Index(
                fields=["id"], name="offender_no_district", condition=models.Q(district=None)
            ),
        ),
        migrations.AddIndex(
            model_name="profile",
            index=models.Index(
                fields=["valid_to"],
                name="profile_ended",
                condition=~models.Q(valid_to=None),
            ),
        ),
        migrations.CreateModel(
            name="StatisticsRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counted_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("tables", models.JSONField(default=list)),
            ],
        ),
    ]
