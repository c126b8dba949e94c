import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('register', '0014_district'),
    ]

    operations = [
        migrations.CreateModel(
            name='EntryForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.BigIntegerField(unique=True)),
                ('sealed', models.BinaryField()),
                ('revision', models.PositiveIntegerField(default=0)),
                ('writer', models.CharField(blank=True, max_length=32)),
                ('begun_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField(db_index=True)),
                ('batch', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='form', to='register.batch')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entry_forms', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FormDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=17)),
                ('size', models.PositiveIntegerField()),
                ('name_in_store', models.CharField(max_length=32, unique=True)),
                ('declared_name', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='register.entryform')),
            ],
        ),
    ]
