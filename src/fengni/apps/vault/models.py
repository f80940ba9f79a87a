"""Rows of the sealed store. Only this app touches them; docs/adr/0006-units-and-records.md explains the shape.

Unit           one random key: what can be destroyed on its own (tenant, subject, client file, retention class)
Keying         of which suite and version new keys of units are, once a house has changed them
Record         the sealed fields of one class of a subject in one client file, and their sealed masks for lists
RecordHistory  what an import replaced, sealed as it was, so that the import can be undone
Tag            keyed index entries: exact search and recognition without opening anything
Gram           keyed pieces of names: search by a part of a name
Manifest       what one act wrote: record, revision and digest of the envelope; its root stands in the ledger entry
Material       a picture, scan or embedded file of a client file: its own unit, a sealed head, sealed pieces
Opening        who may read which document as it is, and until when, by the entry of the act that opened it
SearchCount    how often a member searched in the running hour, by full numbers and by words

`subject_kind` is person or client; for a client's own record `subject_id` equals `client_id`. A unit's may be material.
Envelopes are bound to tenant, unit, record, class and revision, so none can take another's place.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Unit(models.Model):
    """One destruction unit: a wrapped random key and its commitment. `state` is live or destroyed.

    `version` is the key's, as every envelope under it says; a house counts it up when all its units get new keys.
    A living one with `sealed_until` is kept because the law wants it until that day: nobody opens it in daily work.
    """

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    client_id = models.UUIDField()
    retention_class = models.CharField(max_length=24)
    epoch = models.IntegerField()
    suite = models.SmallIntegerField()
    version = models.IntegerField(db_default=1)
    wrapped = models.BinaryField()
    commitment = models.BinaryField()
    state = models.CharField(max_length=12, default="live")
    sealed_until = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "vault_unit"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "client_id", "subject_id", "retention_class"],
                condition=models.Q(state="live"),
                name="vault_unit_one_living",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "client_id"], name="vault_unit_by_client")]


class Keying(models.Model):
    """What keys of new units, the display key and index keys are, from the first change of any on; before it, version 1
    of the tenant's suite. What lies under the display key is of a version from `display_oldest` to `display_version`,
    index entries alike."""

    tenant_id = models.UUIDField(primary_key=True)
    suite = models.SmallIntegerField()
    version = models.IntegerField()
    display_suite = models.SmallIntegerField(null=True)
    display_version = models.IntegerField(db_default=1)
    display_oldest = models.IntegerField(db_default=1)
    index_version = models.SmallIntegerField(db_default=1)
    index_oldest = models.SmallIntegerField(db_default=1)

    class Meta:
        db_table = "vault_keying"


class Record(models.Model):
    """Sealed fields of one class. `fingerprint`, keyed and bound to the record, tells 'the same as before' only; it and
    all index entries of the record are of `index_version`."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    unit_id = models.UUIDField()
    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    client_id = models.UUIDField()
    record_class = models.CharField(max_length=12)
    revision = models.IntegerField()
    envelope = models.BinaryField()
    display = models.BinaryField()
    fingerprint = models.BinaryField()
    updated_at = models.DateTimeField()
    index_version = models.SmallIntegerField(db_default=1)

    class Meta:
        db_table = "vault_record"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "client_id", "subject_id", "record_class"], name="vault_record_one_per_class"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "unit_id"], name="vault_record_by_unit")]


class RecordHistory(models.Model):
    """A record as it was before an import replaced it. Dies with the undo window or with its unit's key.

    `tags`: per tag 2 bytes kind, 1 byte version, 16 bytes tag, as the record had them. `grams`: per row 2 bytes kind, 1
    byte version, 2 bytes number of tags, then 4 bytes each.
    """

    pk = models.CompositePrimaryKey("tenant_id", "import_id", "record_id")
    tenant_id = models.UUIDField()
    import_id = models.UUIDField()
    record_id = models.UUIDField()
    revision = models.IntegerField()
    envelope = models.BinaryField()
    display = models.BinaryField()
    fingerprint = models.BinaryField()
    tags = models.BinaryField()
    grams = models.BinaryField(default=b"")
    updated_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    index_version = models.SmallIntegerField(db_default=1)

    class Meta:
        db_table = "vault_record_history"
        indexes = [models.Index(fields=["tenant_id", "record_id"], name="vault_history_by_record")]


class Tag(models.Model):
    """One keyed index entry. The primary key is the search index; 16-byte tags compare leakproof under row security."""

    pk = models.CompositePrimaryKey("tenant_id", "kind", "tag", "record_id")
    tenant_id = models.UUIDField()
    kind = models.SmallIntegerField()
    version = models.SmallIntegerField()
    tag = models.BinaryField()
    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    client_id = models.UUIDField()
    record_id = models.UUIDField()

    class Meta:
        db_table = "vault_tag"
        indexes = [models.Index(fields=["tenant_id", "record_id"], name="vault_tag_by_record")]


class Gram(models.Model):
    """The pieces of a record's names of one index, as keyed tags (core/vault/grams.py), sorted.

    Containment of arrays is no leakproof comparison, so under row-level security it cannot use an index. The function
    `vault_find_grams` searches as the table's owner and keeps to the tenant itself; docs/adr/0015-search.md.
    """

    pk = models.CompositePrimaryKey("tenant_id", "record_id", "kind", "version")
    tenant_id = models.UUIDField()
    record_id = models.UUIDField()
    kind = models.SmallIntegerField()
    version = models.SmallIntegerField()
    subject_kind = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    client_id = models.UUIDField()
    tags = ArrayField(models.IntegerField())

    class Meta:
        db_table = "vault_gram"
        indexes = [GinIndex(fields=["tags"], name="vault_gram_by_tag", gin_pending_list_limit=512)]


class Manifest(models.Model):
    """What one act wrote: per record 16 bytes id, u32 revision, 32 bytes SHA-256 of the envelope; zeros when deleted.

    `import_id` names the import that wrote or undid it; `former_roles` the roles that relations had before, by id, null
    for a relation it made.
    """

    pk = models.CompositePrimaryKey("tenant_id", "entry_id")
    tenant_id = models.UUIDField()
    entry_id = models.UUIDField()
    import_id = models.UUIDField(null=True)
    lines = models.BinaryField()
    former_roles = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "vault_manifest"
        indexes = [models.Index(fields=["tenant_id", "import_id"], name="vault_manifest_by_import")]


class Material(models.Model):
    """A picture, scan or embedded file. `fingerprint`, keyed, tells 'the same file in this client and matter';
    `source`, keyed, of the file as it came: the announced one of an upload on its way, null where none was announced.

    `state` is uploading (no head yet, sealed pieces as they came) or kept. `subject_id` is a person of the client file
    or null; `import_id` the import that brought it or null; `pages` is 0 for a file that nobody can look at.
    `thumbnail` is a small picture of the first page, sealed under the unit's key like the head; empty where none is.
    """

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    client_id = models.UUIDField()
    subject_id = models.UUIDField(null=True)
    matter_id = models.UUIDField(null=True)
    unit_id = models.UUIDField()
    import_id = models.UUIDField(null=True)
    made_by = models.UUIDField(null=True)
    kind = models.CharField(max_length=24, default="other")
    state = models.CharField(max_length=12, default="kept")
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    pages = models.SmallIntegerField(default=0)
    head = models.BinaryField()
    thumbnail = models.BinaryField(default=bytes)
    fingerprint = models.BinaryField(null=True)
    source = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "vault_material"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "client_id", "fingerprint"], name="vault_material_once"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "import_id"], name="vault_material_by_import"),
            models.Index(fields=["tenant_id", "matter_id"], name="vault_material_by_matter"),
            models.Index(fields=["tenant_id", "source"], name="vault_material_by_source"),
        ]


class Piece(models.Model):
    """One sealed piece of a material, at most one MiB. Of an upload on its way `position` is the offset in bytes."""

    pk = models.CompositePrimaryKey("tenant_id", "material_id", "position")
    tenant_id = models.UUIDField()
    material_id = models.UUIDField()
    position = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "vault_piece"


class Opening(models.Model):
    """A document opened as it is, by one member for one purpose until an instant; `id` is the entry that says so."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    material_id = models.UUIDField()
    member_id = models.UUIDField()
    purpose = models.CharField(max_length=40)
    until = models.DateTimeField()

    class Meta:
        db_table = "vault_opening"


class SearchCount(models.Model):
    """Searches of one member since `since`: by full numbers (`number`) and by words; starts again after an hour."""

    pk = models.CompositePrimaryKey("tenant_id", "member_id")
    tenant_id = models.UUIDField()
    member_id = models.UUIDField()
    since = models.DateTimeField()
    number = models.IntegerField()
    words = models.IntegerField(default=0)

    class Meta:
        db_table = "vault_search_count"
