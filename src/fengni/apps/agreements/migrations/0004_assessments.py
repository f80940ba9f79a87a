"""The yearly assessments of partners."""

import fengni.apps.common.identifiers
from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0003_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('partner_id', models.UUIDField()),
                ('version', models.CharField(max_length=12)),
                ('answers', models.JSONField(default=dict)),
                ('trained_on', models.DateField(null=True)),
                ('assessed_by', models.UUIDField()),
                ('assessed_at', models.DateTimeField()),
                ('entry_id', models.UUIDField()),
            ],
            options={
                'db_table': 'agreements_assessment',
                'indexes': [models.Index(fields=['tenant_id', 'partner_id'], name='agreements_assessed_partner')],
            },
        ),
        tenant_table("agreements_assessment", app="SELECT, INSERT"),
        tenant_reference("agreements_assessment", "partner_id", "agreements_partner"),
    ]
