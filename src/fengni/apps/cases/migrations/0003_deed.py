"""What shows that a right was carried out. Answers given before name the entry of the answer itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_walls")]

    operations = [
        migrations.AddField("case", "deed_id", models.UUIDField(null=True)),
        migrations.RunSQL(
            [
                ("ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY", None),
                (
                    "UPDATE cases_case SET deed_id = answered_entry WHERE state = 'done' "
                    "AND \"right\" IN ('delete', 'correct')",
                    None,
                ),
                ("ALTER TABLE cases_case FORCE ROW LEVEL SECURITY", None),
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=models.Q(("right__in", ["delete", "correct"]), ("state", "done"), _negated=True)
                | models.Q(("deed_id", None), _negated=True),
                name="cases_done_has_deed",
            ),
        ),
    ]
