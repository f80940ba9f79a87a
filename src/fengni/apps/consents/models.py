"""Rows of consents: what a person was told, said yes to, for one matter, and when that was taken back.

Reading  a text that was on somebody's screen and was confirmed as read: the text itself sealed under the display key
Consent  one yes to one scope, and the reading it rests on
"""

from __future__ import annotations

from django.db import models

from fengni.apps.common.identifiers import uuid7


class Reading(models.Model):
    """What one person was told. `text_hash`: SHA-256 of the sealed text; `parts` and `givings` hold codes and ids."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    matter_id = models.UUIDField()
    guest_id = models.UUIDField()
    version = models.CharField(max_length=12)
    text_hash = models.CharField(max_length=64)
    sealed = models.BinaryField()
    parts = models.JSONField(default=dict)
    givings = models.JSONField(default=list)
    language = models.CharField(max_length=2)
    assurance = models.CharField(max_length=12)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "consents_reading"
        indexes = [models.Index(fields=["tenant_id", "matter_id", "person_id"], name="consents_reading_by_matter")]


class Consent(models.Model):
    """One yes to one scope. `text_hash` is the SHA-256 of what was shown; `reading_id` the text itself."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()
    matter_id = models.UUIDField()
    guest_id = models.UUIDField()
    reading_id = models.UUIDField(null=True)
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
