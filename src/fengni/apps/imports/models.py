"""Staged, sealed intake.

Job     one upload on its way: its key (wrapped) opens its chunks and dies at done, cancel or 24 hours
Chunk   a piece of the upload, sealed under the job key
Made    what a job created or changed, so that it can be undone for seven days
What pages show of a job (`view`, `outcomes`) is masked and sealed under the tenant's display key.
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Job(models.Model):
    """One workbook being taken in."""

    class State(models.TextChoices):
        CHECKING = "checking"  # uploaded, waiting for or under analysis
        CHECKED = "checked"  # the health check and the plan are ready; questions may be open
        LOCKED_FILE = "locked_file"  # the workbook wants its password
        STORING = "storing"
        DONE = "done"
        CANCELLED = "cancelled"
        EXPIRED = "expired"
        REFUSED = "refused"  # the file cannot be read; `error` says why
        UNDONE = "undone"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    member_id = models.UUIDField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.CHECKING)
    error = models.CharField(max_length=64, default="")
    cancel_asked = models.BooleanField(default=False)
    key_epoch = models.IntegerField(default=0)
    key_wrapped = models.BinaryField(null=True)  # null once the job key is dead
    key_commitment = models.BinaryField(null=True)
    size = models.BigIntegerField(default=0)
    title = models.BinaryField(null=True)  # file name, sealed for display
    answers = models.BinaryField(null=True)  # mapping and answers, sealed under the job key
    view = models.BinaryField(null=True)  # masked plan for the pages, sealed for display
    outcomes = models.BinaryField(null=True)  # one outcome per cell, sealed for display
    result = models.JSONField(default=dict)  # counts only
    progress = models.IntegerField(default=0)
    progress_of = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "imports_job"
        indexes = [models.Index(fields=["tenant_id", "-created_at"], name="imports_job_recent")]


class Chunk(models.Model):
    """One sealed piece of an upload."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    position = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "imports_chunk"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "job", "position"], name="imports_chunk_place")]
