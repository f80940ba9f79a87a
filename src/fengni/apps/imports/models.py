"""Staged, sealed intake of workbooks and folders of scans.

Job     one upload on its way. Its random key opens its chunks and answers, and dies at done, cancel or 24 hours.
Chunk   a piece of the upload, sealed under the job key
Line    what becomes of one row of the workbook: masked, sealed under the tenant's display key
Folder  a folder of scans on its way, with a key like a job's; Scan one file of it, ScanPiece a sealed piece of one
A job or folder belongs to the member who uploaded it; that member's screens are the only ones that show it.
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


class Folder(models.Model):
    """A folder of scans being taken in. Its random key opens what is staged, and dies at done, cancel or 24 hours."""

    class State(models.TextChoices):
        RECEIVING = "receiving"  # files arrive; nothing is proposed yet for the newest
        PLANNED = "planned"  # every file that arrived has its proposal
        STORING = "storing"
        DONE = "done"
        CANCELLED = "cancelled"
        EXPIRED = "expired"
        UNDONE = "undone"

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    member_id = models.UUIDField()
    entry_id = models.UUIDField()  # the entry of the act that asked for the work; the key is released under it
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVING)
    place = models.BinaryField()  # keyed tag of where it comes from: the same folder again is continued
    key_epoch = models.IntegerField()
    key_wrapped = models.BinaryField(null=True)  # null once the key is dead
    key_commitment = models.BinaryField()
    title = models.BinaryField()  # the folder's name, sealed for display
    result = models.JSONField(default=dict)  # counts only
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "imports_folder"
        indexes = [models.Index(fields=["tenant_id", "member_id", "-created_at"], name="imports_folder_recent")]


class Scan(models.Model):
    """One file of a folder: what it is, whose it may be, what becomes of it. `options` and `asks`: ids and codes.

    `size` is the file's as it came, `laid` what is staged once it was looked into; `source` the keyed tag of its
    digest, null where the sender could not compute one and not all of it has come.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # not all of it is here
        ARRIVED = "arrived"  # it is a document; nothing was proposed yet
        FRESH = "fresh"  # will be taken in
        CHOICE = "choice"  # somebody has to choose; `asks` says what
        TWIN = "twin"  # the same file lies in this folder twice
        HELD = "held"  # the house holds this file already
        REFUSED = "refused"  # `code` says why
        LEFT = "left"  # left out on purpose
        BOUND = "bound"
        UNDONE = "undone"  # bound, then taken back

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    folder_id = models.UUIDField()
    number = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    path = models.BinaryField()  # inside the folder, sealed for display
    size = models.BigIntegerField()
    laid = models.IntegerField(default=0)
    source = models.BinaryField(null=True)
    code = models.CharField(max_length=64, default="")
    params = models.JSONField(default=dict)
    media_type = models.CharField(max_length=40, default="")
    pages = models.SmallIntegerField(default=0)
    removed = models.CharField(max_length=160, default="")  # codes of what it carried unseen
    kind = models.CharField(max_length=24, default="")
    client_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    item_id = models.UUIDField(null=True)
    asks = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    decided = models.BooleanField(default=False)  # somebody said so; proposals leave it alone
    twin_id = models.UUIDField(null=True)  # the scan or document that has the same bytes
    material_id = models.UUIDField(null=True)

    class Meta:
        db_table = "imports_scan"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "folder_id", "number"], name="imports_scan_number")]


class ScanPiece(models.Model):
    """A sealed piece of a scan. `position`: offset in bytes, of the file on its way or of what is staged."""

    pk = models.CompositePrimaryKey("tenant_id", "scan_id", "position")
    tenant_id = models.UUIDField()
    scan_id = models.UUIDField()
    position = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "imports_scan_piece"
