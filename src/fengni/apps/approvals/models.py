"""Rows of approvals: who asked for a second person, for what, and what became of it. The reason is sealed beside the
entry of the act that asked; the yes itself is a row of acts.Approval, which the decision reads."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fengni.apps.common.identifiers import uuid7


class Request(models.Model):
    """One question to a second person. `detail` is a code of the act's own; `alone`: nobody else may answer, so a time
    of notice stands in for the second person and the yes holds from `since`."""

    class State(models.TextChoices):
        OPEN = "open"
        GIVEN = "given"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    act = models.CharField(max_length=64)
    resource_id = models.UUIDField()
    detail = models.CharField(max_length=32, default="")
    persons = models.IntegerField()
    fields = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    entry_id = models.UUIDField()
    alone = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    approval_id = models.UUIDField(null=True)

    class Meta:
        db_table = "approvals_request"
        indexes = [models.Index(fields=["tenant_id", "state", "asked_at"], name="approvals_request_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")) | Q(state="withdrawn"),
                name="approvals_second_is_another",
            ),
        ]
