"""Guests, links, sessions, and what a demonstration would have sent."""

import django.db.models.deletion
import fengni.apps.common.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('client', 'Client'), ('partner', 'Partner')], max_length=8)),
                ('subject_id', models.UUIDField()),
                ('client_id', models.UUIDField(null=True)),
                ('matter_id', models.UUIDField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'guests_guest',
                'indexes': [models.Index(fields=['tenant_id', 'subject_id'], name='guests_guest_by_subject'), models.Index(fields=['tenant_id', 'matter_id'], name='guests_guest_by_matter')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'kind', 'subject_id', 'client_id', 'matter_id'), name='guests_guest_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('secret_hash', models.BinaryField()),
                ('invited_by', models.UUIDField()),
                ('held_until', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('recalled_at', models.DateTimeField(null=True)),
                ('contact', models.CharField(max_length=16)),
                ('address', models.BinaryField(null=True)),
                ('previews', models.IntegerField(default=0)),
                ('asks', models.IntegerField(default=0)),
                ('opens', models.IntegerField(default=0)),
                ('misses', models.IntegerField(default=0)),
                ('last_preview', models.DateTimeField(null=True)),
                ('last_open', models.DateTimeField(null=True)),
                ('code_hash', models.BinaryField(null=True)),
                ('code_way', models.CharField(default='', max_length=8)),
                ('code_until', models.DateTimeField(null=True)),
                ('code_tries', models.SmallIntegerField(default=0)),
                ('codes', models.SmallIntegerField(default=0)),
                ('codes_since', models.DateTimeField(null=True)),
                ('unsent_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('guest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='guests.guest')),
            ],
            options={
                'db_table': 'guests_link',
            },
        ),
        migrations.CreateModel(
            name='GuestSession',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('secret_hash', models.BinaryField()),
                ('assurance', models.CharField(max_length=12)),
                ('device', models.CharField(max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('guest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='guests.guest')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='guests.link')),
            ],
            options={
                'db_table': 'guests_session',
            },
        ),
        migrations.CreateModel(
            name='GuestMessage',
            fields=[
                ('id', models.UUIDField(default=fengni.apps.common.identifiers.uuid7, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('contact', models.CharField(max_length=16)),
                ('text', models.CharField(max_length=400)),
                ('sent_at', models.DateTimeField()),
                ('guest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='guests.guest')),
            ],
            options={
                'db_table': 'guests_message',
                'indexes': [models.Index(fields=['tenant_id', 'guest'], name='guests_message_by_guest')],
            },
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(fields=['tenant_id', 'guest'], name='guests_link_by_guest'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'secret_hash'), name='guests_link_by_secret'),
        ),
        migrations.AddIndex(
            model_name='guestsession',
            index=models.Index(fields=['tenant_id', 'guest'], name='guests_session_by_guest'),
        ),
        migrations.AddConstraint(
            model_name='guestsession',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'secret_hash'), name='guests_session_by_secret'),
        ),
    ]
