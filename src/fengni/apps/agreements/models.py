"""Rows of agreements and shares. What is sealed: a partner's name and contact. What is clear: who, which fields, when.

Agreement  one version of a text, offered to a client (for one matter) or a partner, accepted by a guest, in force until
Partner    an organisation that may be shown something; name, contact and address lie sealed under the display key
Share      named fields and pages of one client file, for one partner and purpose, until an instant
Assessment a partner's questionnaire of one year: yes or no by question, and when its people were trained
ShareView  one look at a share: whom and which fields, never a value; the ledger's entry has the same

A share gives nothing by itself: sending it writes `acts.Grant` rows that name the agreement, and every view is decided
on those. `selection` lists [subject, kind of field] and `pages` the documents, both by id.
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Agreement(models.Model):
    """A text somebody was offered. `text_hash` is the SHA-256 of what was shown; `assurance` of the guest's session."""

    class State(models.TextChoices):
        OFFERED = "offered"
        IN_FORCE = "in_force"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    party_kind = models.CharField(max_length=8)  # client or partner
    party_id = models.UUIDField()  # the client file, or the partner
    matter_id = models.UUIDField(null=True)
    template = models.CharField(max_length=24)
    version = models.CharField(max_length=12)
    text_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFERED)
    accepted_by = models.UUIDField(null=True)  # the guest
    accepted_at = models.DateTimeField(null=True)
    assurance = models.CharField(max_length=12, default="")
    language = models.CharField(max_length=2, default="")
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "agreements_agreement"
        indexes = [
            models.Index(fields=["tenant_id", "party_kind", "party_id"], name="agreements_by_party"),
            models.Index(fields=["tenant_id", "matter_id"], name="agreements_by_matter"),
        ]


class Partner(models.Model):
    """A partner. `sealed`: name, contact, mobile and email under the display key, bound to `revision`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    sealed = models.BinaryField()
    revision = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "agreements_partner"


class Share(models.Model):
    """What one partner may see. Prepared, then sent; over when recalled, expired, used up or without an agreement."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    client_id = models.UUIDField()
    matter_id = models.UUIDField()
    partner_id = models.UUIDField()
    agreement_id = models.UUIDField(null=True)
    guest_id = models.UUIDField(null=True)
    link_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=40)
    selection = models.JSONField(default=list)
    pages = models.JSONField(default=list)
    until = models.DateTimeField()
    most_views = models.IntegerField()
    views = models.IntegerField(default=0)
    last_view = models.DateTimeField(null=True)
    made_by = models.UUIDField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "agreements_share"
        indexes = [
            models.Index(fields=["tenant_id", "matter_id"], name="agreements_share_by_matter"),
            models.Index(fields=["tenant_id", "guest_id"], name="agreements_share_by_guest"),
            models.Index(fields=["tenant_id", "partner_id"], name="agreements_share_by_partner"),
        ]


class ShareView(models.Model):
    """What a partner opened, for whoever recalls. `kinds` names fields, or one document by its kind."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    share_id = models.UUIDField()
    entry_id = models.UUIDField()
    subject_id = models.UUIDField()
    kinds = models.JSONField(default=list)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "agreements_share_view"
        indexes = [models.Index(fields=["tenant_id", "share_id"], name="agreements_view_by_share")]


class Assessment(models.Model):
    """The answers of one questionnaire. Whether they suffice is computed on reading."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    partner_id = models.UUIDField()
    version = models.CharField(max_length=12)
    answers = models.JSONField(default=dict)
    trained_on = models.DateField(null=True)
    assessed_by = models.UUIDField()
    assessed_at = models.DateTimeField()
    entry_id = models.UUIDField()

    class Meta:
        db_table = "agreements_assessment"
        indexes = [models.Index(fields=["tenant_id", "partner_id"], name="agreements_assessed_partner")]
