"""Rows about the end of things.

Disposal       one destruction of what a client file no longer needs: proposed by one person, approved by another
Part           one unit of it: destroyed, or sealed until a day. Keeps of a destroyed one the commitment and a digest of
               the ciphertexts that were there, no key and no ciphertext
Asked          a person's request for deletion: what is about this person need not wait for the time of objections
Hold           stops every destruction in a client file until it is lifted; why is sealed beside the ledger entry
Certificate    the statement as it was issued; the entry that commits to it is in the ledger
BackupRun      one backup file: begun, finished, tested by a restore, gone. Never a word of what is in it
BackupPolicy   how long backup files are kept, as decided; the newest row holds. No days: no backups are made

The last two are of the installation, not of a tenant: a backup holds all tenants.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fengni.apps.common.identifiers import uuid7


class BackupRun(models.Model):
    """One backup file. `begun_at` comes before its snapshot, so the file knows nothing that was destroyed earlier.

    `kind`: a dump, or a base with as many `increments`, which bring it to `reaches_at`; `size` is that of all of them.

    `failed_at` and `failed_code`: when a restore test last found that it does not hold, and what; the
    parameters of the code are names of tables, ids and counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    begun_at = models.DateTimeField()
    kind = models.CharField(max_length=8, default="dump")
    folder = models.TextField()
    name = models.TextField()
    finished_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True)
    digest = models.BinaryField(null=True)
    tested_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failed_code = models.CharField(max_length=60, default="")
    failed_params = models.JSONField(default=dict)
    gone_at = models.DateTimeField(null=True)
    increments = models.IntegerField(default=0)
    reaches_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disposals_backup_run"


class BackupPolicy(models.Model):
    """A decision about backup files. `keep_days` is null when none are made, `journal_minutes` when no increments."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    decided_at = models.DateTimeField()
    keep_days = models.IntegerField(null=True)
    journal_minutes = models.IntegerField(null=True)

    class Meta:
        db_table = "disposals_backup_policy"


class Disposal(models.Model):
    """What two persons decide together. `number` is the matter whose closing made it due: both must type it.

    `person_id` and `case_id`: what of one person is destroyed because that person asked for it. `failed_at`,
    `failed_code`, `failed_params`: what the worker met when it last tried to go on with an approved one.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    client_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    number = models.CharField(max_length=24)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    alone = models.BooleanField(default=False)
    recalled = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField(null=True)
    failed_at = models.DateTimeField(null=True)
    failed_code = models.CharField(max_length=60, default="")
    failed_params = models.JSONField(default=dict)

    class Meta:
        db_table = "disposals_disposal"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "client_id"],
                condition=Q(state__in=["proposed", "approved"]),
                name="disposals_one_open_per_file",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(alone=True) | ~Q(approved_by=F("proposed_by")),
                name="disposals_two_persons",
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(entry_id=None), name="disposals_done_has_entry"),
        ]


class Part(models.Model):
    """One unit of a disposal. `fate` is destroy or seal; `done_at` is empty until it holds.

    `person_id`: whom it is about. `kinds`: which kinds of field and file it held when it was proposed; afterwards
    nobody can tell any more. `commitment`: to the key it had when proposed; of a destroyed one, when destroyed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    disposal_id = models.UUIDField()
    unit_id = models.UUIDField()
    fate = models.CharField(max_length=8)
    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    retention_class = models.CharField(max_length=24)
    until = models.DateField(null=True)
    kinds = models.JSONField(default=list)
    commitment = models.BinaryField()
    digest = models.BinaryField(default=bytes)
    records = models.IntegerField(default=0)
    tags = models.IntegerField(default=0)
    pieces = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField(null=True)

    class Meta:
        db_table = "disposals_part"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "disposal_id", "unit_id"], name="disposals_part_once"),
        ]


class Asked(models.Model):
    """One request for deletion of one person in one client file, as long as it is not answered. `case_id` is above."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    client_id = models.UUIDField()
    person_id = models.UUIDField()
    case_id = models.UUIDField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disposals_asked"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "case_id"], name="disposals_asked_once")]
        indexes = [models.Index(fields=["tenant_id", "client_id"], name="disposals_asked_by_client")]


class Hold(models.Model):
    """A legal hold on a client file."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    client_id = models.UUIDField()
    entry_id = models.UUIDField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disposals_hold"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "client_id"], condition=Q(lifted_at=None), name="disposals_one_hold"
            ),
        ]


class Certificate(models.Model):
    """A certificate as issued: the statement's canonical bytes and the entry that commits to them."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    disposal_id = models.UUIDField()
    entry_id = models.UUIDField()
    statement = models.BinaryField()
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "disposals_certificate"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "disposal_id"], name="disposals_one_certificate")]
