"""The facts every decision reads, and the sealed reasons people typed.

Grant, Block and Approval are written by the areas above inside their own acts; `decide` reads them FOR SHARE.
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Grant(models.Model):
    """Which member may see which fields of which client or person, for which purposes, until when.

    `agreement` of a partner's grant: the agreement and then the share, 32 hexadecimal digits each. `basis` of a lent
    grant: given or emergency; its id is that of the row in the area of reach.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    member_id = models.UUIDField()
    client_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    fields = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    agreement = models.CharField(max_length=64, default="")
    basis = models.CharField(max_length=9, default="", db_default="")
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "acts_grant"
        indexes = [
            models.Index(fields=["tenant_id", "member_id", "client_id"], name="acts_grant_by_member"),
            models.Index(fields=["tenant_id", "client_id"], name="acts_grant_by_client"),
        ]


class Block(models.Model):
    """Stops an account, session, address, device, token, partner, one member's view of one person, or what is shared
    of one matter."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=96)
    code = models.CharField(max_length=64)
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "acts_block"
        indexes = [models.Index(fields=["tenant_id", "kind", "subject"], name="acts_block_by_subject")]


class Approval(models.Model):
    """A second person's yes to one act on one resource, for at most `persons` persons and these field kinds.

    `approved_by` may be the product itself (zeros), from `since` on: where nobody else may approve, a time of notice
    stands in for the second person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    act = models.CharField(max_length=64)
    resource_id = models.UUIDField()
    requested_by = models.UUIDField()
    approved_by = models.UUIDField(null=True)
    persons = models.IntegerField(null=True)
    fields = models.JSONField(default=list)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "acts_approval"
        indexes = [models.Index(fields=["tenant_id", "act", "resource_id"], name="acts_approval_by_resource")]


class Reason(models.Model):
    """A reason somebody typed, sealed under the tenant's display key; the ledger keeps a salted commitment of it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    entry_id = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "acts_reason"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "entry_id"], name="acts_reason_of_entry")]
