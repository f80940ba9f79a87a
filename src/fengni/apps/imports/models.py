"""Staged, sealed intake.

Job     one upload on its way. Its random key opens its chunks and answers, and dies at done, cancel or 24 hours.
Chunk   a piece of the upload, sealed under the job key
Line    what becomes of one row of the workbook: masked, sealed under the tenant's display key
A job belongs to the member who uploaded it; its owner's screens are the only ones that show it.
"""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """One workbook being taken in."""

    class State(models.TextChoices):
        CHECKING = "checking"  # waiting for analysis, or under it
        CHECKED = "checked"  # the plan is ready; questions may be open
        LOCKED_FILE = "locked_file"  # the workbook wants its password
        STORING = "storing"
        DONE = "done"
        CANCELLED = "cancelled"
        EXPIRED = "expired"
        REFUSED = "refused"  # it cannot be taken in; `error` says why
        UNDONE = "undone"

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    member_id = models.UUIDField()
    entry_id = models.UUIDField()  # the entry of the act that asked for the work; the key is released under it
    state = models.CharField(max_length=16, choices=State.choices, default=State.CHECKING)
    error = models.CharField(max_length=64, default="")
    error_params = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    key_epoch = models.IntegerField()
    key_wrapped = models.BinaryField(null=True)  # null once the job key is dead
    key_commitment = models.BinaryField()
    size = models.BigIntegerField()
    title = models.BinaryField()  # file name, sealed for display
    revision = models.IntegerField(default=0)  # counts the answers given
    answers = models.BinaryField(null=True)  # mapping, answers and file password, sealed under the job key
    planned = models.IntegerField(default=-1)  # the revision of the answers that `view` and the lines show
    view = models.BinaryField(null=True)  # masked plan for the pages, sealed for display
    result = models.JSONField(default=dict)  # counts only
    progress = models.IntegerField(default=0)
    progress_of = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "imports_job"
        indexes = [models.Index(fields=["tenant_id", "member_id", "-created_at"], name="imports_job_recent")]


class Chunk(models.Model):
    """One sealed piece of an upload, bound to its tenant, job and position."""

    pk = models.CompositePrimaryKey("tenant_id", "job_id", "position")
    tenant_id = models.UUIDField()
    job_id = models.UUIDField()
    position = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "imports_chunk"


class Line(models.Model):
    """One row of the workbook with its cells' outcomes. `outcome` is the gravest of them."""

    pk = models.CompositePrimaryKey("tenant_id", "job_id", "number")
    tenant_id = models.UUIDField()
    job_id = models.UUIDField()
    number = models.IntegerField()
    outcome = models.CharField(max_length=8)
    sealed = models.BinaryField()

    class Meta:
        db_table = "imports_line"
        indexes = [models.Index(fields=["tenant_id", "job_id", "outcome", "number"], name="imports_line_by_outcome")]
