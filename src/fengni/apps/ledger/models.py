"""Rows of the ledger.

InboxEntry       written in the business transaction, with the persons it is about packed beside the body
Entry            sealed: gapless sequence, leaf hash, body; written by the sealer's role only
EntrySubject     salt, person, gapless per-person number of one sealed sub-leaf
PersonHead       last number given to a person
Tile             C2SP tiles of the tree; full tiles are immutable, the right edge is rewritten
Checkpoint       tree heads; the note is empty until the key process has signed, which only the newest may be

Bodies hold codes, counts and pseudonymous ids; never personal information (checked before the insert). `act`,
`actor_id` and `refused` repeat what the body says, for reading; verification compares them. The instants `sealed_at`
and `created_at` are outside every hash: they are for people, not evidence.
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class InboxEntry(models.Model):
    """One entry waiting for its sequence number."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    entry_id = models.UUIDField()
    body = models.BinaryField()
    subjects = models.BinaryField(null=True)  # packed: see inbox.pack_subjects
    created_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_inbox"
        indexes = [models.Index(fields=["tenant_id", "id"], name="ledger_inbox_by_tenant")]


class Entry(models.Model):
    """One sealed entry."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    sequence = models.BigIntegerField()
    act = models.TextField()
    actor_id = models.UUIDField()
    refused = models.BooleanField()
    body = models.BinaryField()
    subjects_root = models.BinaryField()
    leaf_hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "sequence"], name="ledger_entry_gapless")]
        indexes = [models.Index(fields=["tenant_id", "actor_id", "sequence"], name="ledger_entry_by_actor")]


class EntrySubject(models.Model):
    """The opened form of one sub-leaf: what a receipt of this person needs."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    sequence = models.BigIntegerField()
    position = models.IntegerField()
    person_id = models.UUIDField()
    number = models.BigIntegerField()
    salt = models.BinaryField()
    seen = models.BinaryField()
    leaf_hash = models.BinaryField()

    class Meta:
        db_table = "ledger_entry_subject"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "person_id", "number"], name="ledger_subject_number_fence"),
        ]
        indexes = [models.Index(fields=["tenant_id", "sequence"], name="ledger_subject_by_sequence")]


class PersonHead(models.Model):
    """The last number given to a person; the next entry about the person gets this plus one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    last_number = models.BigIntegerField()

    class Meta:
        db_table = "ledger_person_head"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "person_id"], name="ledger_person_head_one")]


class Tile(models.Model):
    """One C2SP tile: up to 256 hashes of one level."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "ledger_tile"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "level", "index"], name="ledger_tile_place")]


class Checkpoint(models.Model):
    """One signed tree head (C2SP tlog-checkpoint)."""

    id = models.BigAutoField(primary_key=True)
    tenant_id = models.UUIDField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField(default="")  # empty until the key process has signed
    created_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "size"], name="ledger_checkpoint_size"),
            models.UniqueConstraint(
                fields=["tenant_id"], condition=models.Q(note=""), name="ledger_checkpoint_one_unsigned"
            ),
        ]
