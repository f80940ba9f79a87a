"""Rows of client files, persons and the relations between them. No name, no number, no company name: those are sealed.

Client     one enterprise file of the tenant; `persons` counts its relations, so that a scoped list knows its total
Person     one human being of the tenant, recognised by the keyed tag of the ID number
Relation   a person in a client file, with roles; the unit of lists, scope and disclosure
Counter    totals of the tenant, kept in the transaction that changes them, so that no list needs count(*)

Primary keys are (tenant_id, id): one index serves lookups, row-level security and the keys that cannot cross tenants.
"""

from __future__ import annotations

from django.db import models

RELATION_ROLES = (
    "legal_representative",
    "shareholder",
    "supervisor",
    "director",
    "manager",
    "liaison",
    "handler",
    "finance",
    "contact",
)


class Client(models.Model):
    """An enterprise file."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    persons = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "parties_client"


class Person(models.Model):
    """A human being. `fictitious`: the identifiers can belong to nobody (demo data)."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    fictitious = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "parties_person"


class Relation(models.Model):
    """A person in a client file."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    client_id = models.UUIDField()
    person_id = models.UUIDField()
    roles = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "parties_relation"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "client_id", "person_id"], name="parties_relation_once"),
        ]
        indexes = [models.Index(fields=["tenant_id", "person_id"], name="parties_relation_by_person")]


class Counter(models.Model):
    """How many rows of a kind the tenant has: clients, persons, relations."""

    pk = models.CompositePrimaryKey("tenant_id", "kind")
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    number = models.BigIntegerField()

    class Meta:
        db_table = "parties_counter"
