"""Rows of consents: what a person was told or said yes to, for one matter, and when that was taken back."""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Consent(models.Model):
    """One yes to one scope of one version of the notice. `text_hash` is the SHA-256 of what was shown."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    matter_id = models.UUIDField()
    guest_id = models.UUIDField()
    scope = models.CharField(max_length=12)
    version = models.CharField(max_length=12)
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    assurance = models.CharField(max_length=12)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consents_consent"
        indexes = [models.Index(fields=["tenant_id", "matter_id", "person_id"], name="consents_by_matter")]
