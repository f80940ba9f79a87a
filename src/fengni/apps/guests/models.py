"""Guests and the links they come by.

Guest         who comes: a person of a client file, or a partner; the id is the actor id of every entry
Link          one way in: the hash of its secret, until when, and the code that must come by another way
GuestSession  a door that a right code opened, found by the hash of its cookie
GuestMessage  what a demonstration would have sent; a tenant that is no demonstration has none

Rules: of secrets and codes only hashes stand here. A partner's address is sealed under the tenant's display key; a
client's stays in the vault and is opened when a code is sent. Opening does not use a link up: whoever has another phone
asks for another code, until the link expires or is recalled.
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Guest(models.Model):
    """A client or partner without an account. `confirmed_at`: when last a code sent by a gateway was theirs."""

    class Kind(models.TextChoices):
        CLIENT = "client"
        PARTNER = "partner"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject_id = models.UUIDField()  # the person, or the partner
    client_id = models.UUIDField(null=True)
    matter_id = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "guests_guest"
        indexes = [
            models.Index(fields=["tenant_id", "subject_id"], name="guests_guest_by_subject"),
            models.Index(fields=["tenant_id", "matter_id"], name="guests_guest_by_matter"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "kind", "subject_id", "client_id", "matter_id"],
                nulls_distinct=False,
                name="guests_guest_once",
            )
        ]


class Link(models.Model):
    """One invitation. `previews` counts fetches, `asks` pressed buttons, `opens` right codes, `misses` wrong ones."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    guest = models.ForeignKey(Guest, on_delete=models.PROTECT)
    secret_hash = models.BinaryField()
    invited_by = models.UUIDField()
    held_until = models.DateTimeField()
    expires_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)
    narrow_since = models.DateTimeField(null=True)  # the matter was closed: reading and rights only
    contact = models.CharField(max_length=16)  # kind of the field a code goes to: mobile or email
    address = models.BinaryField(null=True)  # a partner's, sealed; a client's stays in the vault
    previews = models.IntegerField(default=0)
    asks = models.IntegerField(default=0)
    opens = models.IntegerField(default=0)
    misses = models.IntegerField(default=0)
    last_preview = models.DateTimeField(null=True)
    last_open = models.DateTimeField(null=True)
    code_hash = models.BinaryField(null=True)
    code_way = models.CharField(max_length=8, default="")  # gateway or staff
    code_until = models.DateTimeField(null=True)
    code_tries = models.SmallIntegerField(default=0)
    codes = models.SmallIntegerField(default=0)  # given in the hour that began at `codes_since`
    codes_since = models.DateTimeField(null=True)
    unsent_at = models.DateTimeField(null=True)  # when a gateway last failed to take a code
    created_at = models.DateTimeField()

    class Meta:
        db_table = "guests_link"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "secret_hash"], name="guests_link_by_secret")]
        indexes = [models.Index(fields=["tenant_id", "guest"], name="guests_link_by_guest")]


class GuestSession(models.Model):
    """An open door. `assurance` is independent when the code came by a gateway, staff when staff read it out."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    link = models.ForeignKey(Link, on_delete=models.PROTECT)
    guest = models.ForeignKey(Guest, on_delete=models.PROTECT)
    secret_hash = models.BinaryField()
    assurance = models.CharField(max_length=12)
    device = models.CharField(max_length=12)  # phone, tablet or computer, as the browser says
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "guests_session"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "secret_hash"], name="guests_session_by_secret")]
        indexes = [models.Index(fields=["tenant_id", "guest"], name="guests_session_by_guest")]


class GuestMessage(models.Model):
    """What would have arrived on a fictitious phone."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    guest = models.ForeignKey(Guest, on_delete=models.PROTECT)
    contact = models.CharField(max_length=16)
    text = models.CharField(max_length=400)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "guests_message"
        indexes = [models.Index(fields=["tenant_id", "guest"], name="guests_message_by_guest")]
