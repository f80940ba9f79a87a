"""Jobs, their sealed chunks, and the masked lines of what becomes of each row."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'job_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('job_id', models.UUIDField()),
                ('position', models.IntegerField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'db_table': 'imports_chunk',
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField()),
                ('member_id', models.UUIDField()),
                ('entry_id', models.UUIDField()),
                ('state', models.CharField(choices=[('checking', 'Checking'), ('checked', 'Checked'), ('locked_file', 'Locked File'), ('storing', 'Storing'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('refused', 'Refused'), ('undone', 'Undone')], default='checking', max_length=16)),
                ('error', models.CharField(default='', max_length=64)),
                ('error_params', models.JSONField(default=dict)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('key_epoch', models.IntegerField()),
                ('key_wrapped', models.BinaryField(null=True)),
                ('key_commitment', models.BinaryField()),
                ('size', models.BigIntegerField()),
                ('title', models.BinaryField()),
                ('revision', models.IntegerField(default=0)),
                ('answers', models.BinaryField(null=True)),
                ('planned', models.IntegerField(default=-1)),
                ('view', models.BinaryField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('progress', models.IntegerField(default=0)),
                ('progress_of', models.IntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'imports_job',
                'indexes': [models.Index(fields=['tenant_id', 'member_id', '-created_at'], name='imports_job_recent')],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'job_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('job_id', models.UUIDField()),
                ('number', models.IntegerField()),
                ('outcome', models.CharField(max_length=8)),
                ('sealed', models.BinaryField()),
            ],
            options={
                'db_table': 'imports_line',
                'indexes': [models.Index(fields=['tenant_id', 'job_id', 'outcome', 'number'], name='imports_line_by_outcome')],
            },
        ),
    ]
