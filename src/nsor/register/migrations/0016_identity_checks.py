from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('register', '0015_entry_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='identity_checked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='identitynumber',
            name='looked_up_on',
            field=models.DateField(db_index=True, null=True),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('identity_checked_at', None), ('state', 'submitted')), fields=['id'], name='batch_identity_unchecked'),
        ),
        migrations.CreateModel(
            name='IdentityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('agrees', 'Agrees'), ('differs', 'Differs'), ('unknown', 'the authority knows nobody of this number'), ('dead', 'the authority says that the holder died'), ('unasked', 'an officer let it pass although the authority gave no answer')], max_length=8)),
                ('differences', models.CharField(blank=True, max_length=40)),
                ('checked_at', models.DateTimeField()),
                ('overridden_at', models.DateTimeField(null=True)),
                ('sealed_reason', models.BinaryField(default=b'')),
                ('batch', models.ForeignKey(null=True, on_delete=models.deletion.CASCADE, related_name='identity_checks', to='register.batch')),
                ('number', models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='identity_checks', to='register.identitynumber')),
                ('overridden_by', models.ForeignKey(null=True, on_delete=models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('batch', None), ('overridden_by', None), models.Q(('outcome', 'agrees'), _negated=True)), fields=['checked_at'], name='identity_check_open')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='identity_check_once_an_act')],
            },
        ),
    ]
