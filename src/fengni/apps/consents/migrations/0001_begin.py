"""Consents."""

import fengni.apps.common.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('matter_id', models.UUIDField()),
                ('guest_id', models.UUIDField()),
                ('scope', models.CharField(max_length=12)),
                ('version', models.CharField(max_length=12)),
                ('text_hash', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=2)),
                ('assurance', models.CharField(max_length=12)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'consents_consent',
                'indexes': [models.Index(fields=['tenant_id', 'matter_id', 'person_id'], name='consents_by_matter')],
            },
        ),
    ]
