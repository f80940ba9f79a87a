"""Folders of scans: staged files, whose they may be, and their sealed pieces; walls and references inside the tenant."""

from django.db import migrations, models

from fengni.apps.common.tenancy import tenant_reference, tenant_table


def _key(*names):
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


FOLDER = "receiving planned storing done cancelled expired undone"
SCAN = "waiting arrived fresh choice twin held refused left bound undone"


def _choices(states):
    return [(state, state.title()) for state in states.split()]


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Folder",
            fields=[
                ("pk", _key("tenant_id", "id")),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("member_id", models.UUIDField()),
                ("entry_id", models.UUIDField()),
                ("state", models.CharField(choices=_choices(FOLDER), default="receiving", max_length=12)),
                ("place", models.BinaryField()),
                ("key_epoch", models.IntegerField()),
                ("key_wrapped", models.BinaryField(null=True)),
                ("key_commitment", models.BinaryField()),
                ("title", models.BinaryField()),
                ("result", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "imports_folder",
                "indexes": [
                    models.Index(fields=["tenant_id", "member_id", "-created_at"], name="imports_folder_recent")
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("pk", _key("tenant_id", "id")),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("folder_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("state", models.CharField(choices=_choices(SCAN), default="waiting", max_length=8)),
                ("path", models.BinaryField()),
                ("size", models.BigIntegerField()),
                ("laid", models.IntegerField(default=0)),
                ("source", models.BinaryField(null=True)),
                ("code", models.CharField(default="", max_length=64)),
                ("params", models.JSONField(default=dict)),
                ("media_type", models.CharField(default="", max_length=40)),
                ("pages", models.SmallIntegerField(default=0)),
                ("removed", models.CharField(default="", max_length=160)),
                ("kind", models.CharField(default="", max_length=24)),
                ("client_id", models.UUIDField(null=True)),
                ("subject_id", models.UUIDField(null=True)),
                ("item_id", models.UUIDField(null=True)),
                ("asks", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("decided", models.BooleanField(default=False)),
                ("twin_id", models.UUIDField(null=True)),
                ("material_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "imports_scan",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "folder_id", "number"), name="imports_scan_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScanPiece",
            fields=[
                ("pk", _key("tenant_id", "scan_id", "position")),
                ("tenant_id", models.UUIDField()),
                ("scan_id", models.UUIDField()),
                ("position", models.IntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "imports_scan_piece"},
        ),
        tenant_table("imports_folder", unique_id=False),
        tenant_table("imports_scan", unique_id=False),
        tenant_table("imports_scan_piece", app="SELECT, INSERT, DELETE", unique_id=False),
        tenant_reference("imports_scan", "folder_id", "imports_folder"),
        tenant_reference("imports_scan_piece", "scan_id", "imports_scan"),
    ]
