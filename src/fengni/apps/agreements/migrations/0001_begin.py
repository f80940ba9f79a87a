"""Agreements, partners and shares."""

import fengni.apps.common.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('sealed', models.BinaryField()),
                ('revision', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'agreements_partner',
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('party_kind', models.CharField(max_length=8)),
                ('party_id', models.UUIDField()),
                ('matter_id', models.UUIDField(null=True)),
                ('template', models.CharField(max_length=24)),
                ('version', models.CharField(max_length=12)),
                ('text_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('offered', 'Offered'), ('in_force', 'In Force'), ('ended', 'Ended')], default='offered', max_length=8)),
                ('accepted_by', models.UUIDField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('assurance', models.CharField(default='', max_length=12)),
                ('language', models.CharField(default='', max_length=2)),
                ('until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'agreements_agreement',
                'indexes': [models.Index(fields=['tenant_id', 'party_kind', 'party_id'], name='agreements_by_party'), models.Index(fields=['tenant_id', 'matter_id'], name='agreements_by_matter')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('client_id', models.UUIDField()),
                ('matter_id', models.UUIDField()),
                ('partner_id', models.UUIDField()),
                ('agreement_id', models.UUIDField(null=True)),
                ('guest_id', models.UUIDField(null=True)),
                ('link_id', models.UUIDField(null=True)),
                ('purpose', models.CharField(max_length=40)),
                ('selection', models.JSONField(default=list)),
                ('pages', models.JSONField(default=list)),
                ('until', models.DateTimeField()),
                ('most_views', models.IntegerField()),
                ('views', models.IntegerField(default=0)),
                ('last_view', models.DateTimeField(null=True)),
                ('made_by', models.UUIDField()),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('recalled_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'agreements_share',
                'indexes': [models.Index(fields=['tenant_id', 'matter_id'], name='agreements_share_by_matter'), models.Index(fields=['tenant_id', 'guest_id'], name='agreements_share_by_guest'), models.Index(fields=['tenant_id', 'partner_id'], name='agreements_share_by_partner')],
            },
        ),
    ]
