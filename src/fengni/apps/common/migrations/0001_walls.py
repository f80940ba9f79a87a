"""Grants on the job queue: its payloads are ids only, so it carries no tenant."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(
            [
                (
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, "
                    "procrastinate_periodic_defers, procrastinate_workers TO fengni_app",
                    None,
                ),
                ("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO fengni_app", None),
                ("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO fengni_app", None),
            ],
            migrations.RunSQL.noop,
        ),
    ]
