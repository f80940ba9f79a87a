"""Rows that measures need and no lower area has.

Policy       one version of the house's information policy: drafted by one member, approved by the owner
Reading      a member has read one version, named by the hash of its text
Declaration  a colleague is declared with the registry as a registration agent, from a day until another

None of it is personal: a policy that holds anybody's number is refused. Each row names the entry of its act, and counts
as evidence only while that entry stands in the ledger.
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Policy(models.Model):
    """One version. `text_hash` is the SHA-256 of the text; `entry_id` of the approval."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    number = models.IntegerField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField(null=True)

    class Meta:
        db_table = "measures_policy"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "number"], name="measures_policy_number")]


class Reading(models.Model):
    """A receipt of having read."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    policy_id = models.UUIDField()
    member_id = models.UUIDField()
    text_hash = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    entry_id = models.UUIDField()

    class Meta:
        db_table = "measures_reading"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "policy_id", "member_id"], name="measures_reading_once")
        ]


class Declaration(models.Model):
    """The registry's record of a colleague, as the house saw it. It holds from `declared_on` to the day before
    `until`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    member_id = models.UUIDField()
    declared_on = models.DateField()
    until = models.DateField()
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()
    entry_id = models.UUIDField()

    class Meta:
        db_table = "measures_declaration"
        indexes = [models.Index(fields=["tenant_id", "member_id"], name="measures_declared_by_member")]
