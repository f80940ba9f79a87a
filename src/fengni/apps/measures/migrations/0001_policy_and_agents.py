"""The information policy, receipts of having read it, declared agents."""

import fengni.apps.common.identifiers
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('member_id', models.UUIDField()),
                ('declared_on', models.DateField()),
                ('until', models.DateField()),
                ('noted_by', models.UUIDField()),
                ('noted_at', models.DateTimeField()),
                ('entry_id', models.UUIDField()),
            ],
            options={
                'db_table': 'measures_declaration',
                'indexes': [models.Index(fields=['tenant_id', 'member_id'], name='measures_declared_by_member')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('number', models.IntegerField()),
                ('text', models.TextField()),
                ('text_hash', models.CharField(max_length=64)),
                ('drafted_by', models.UUIDField()),
                ('drafted_at', models.DateTimeField()),
                ('approved_by', models.UUIDField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('entry_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'measures_policy',
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'number'), name='measures_policy_number')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('policy_id', models.UUIDField()),
                ('member_id', models.UUIDField()),
                ('text_hash', models.CharField(max_length=64)),
                ('read_at', models.DateTimeField()),
                ('entry_id', models.UUIDField()),
            ],
            options={
                'db_table': 'measures_reading',
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'policy_id', 'member_id'), name='measures_reading_once')],
            },
        ),
        tenant_table("measures_policy", app="SELECT, INSERT, UPDATE"),
        tenant_table("measures_reading", app="SELECT, INSERT"),
        tenant_table("measures_declaration", app="SELECT, INSERT"),
        tenant_reference("measures_reading", "policy_id", "measures_policy"),
    ]
