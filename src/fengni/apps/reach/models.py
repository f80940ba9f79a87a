"""Rows of reach. What people typed is sealed beside the entry of their act, which the row names; what a row opens is a
row of acts.Grant with the same id, which every decision reads.

Request       a colleague asks for one client file, or one person of it, for some hours
Emergency     a colleague opened one client file at once; it is to be reviewed by somebody else
AlarmAddress  where a member who reviews is told of an emergency by e-mail; sealed under the tenant's display key
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from fengni.apps.common.identifiers import uuid7

VERDICTS: Final = ("justified", "not_justified")


class Request(models.Model):
    """Asked, and what became of it. `until`: when what was given ends; taken back, it is the instant of that."""

    class State(models.TextChoices):
        OPEN = "open"
        GIVEN = "given"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    client_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=40)
    hours = models.SmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    asked_entry = models.UUIDField()
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_entry = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        db_table = "reach_request"
        indexes = [models.Index(fields=["tenant_id", "asked_at"], name="reach_request_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")), name="reach_request_by_another"
            ),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="reach_request_hours"),
        ]


class Emergency(models.Model):
    """One breaking of the glass. `mails`: handed to the gateway; `mail_failed_at`: it did not take one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    client_id = models.UUIDField()
    purpose = models.CharField(max_length=40)
    broken_by = models.UUIDField()
    broken_at = models.DateTimeField()
    broken_entry = models.UUIDField()
    until = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict = models.CharField(max_length=16, default="")
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_entry = models.UUIDField(null=True)
    mails = models.SmallIntegerField(default=0)
    mail_failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reach_emergency"
        indexes = [models.Index(fields=["tenant_id", "verdict", "due_at"], name="reach_emergency_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("broken_by")), name="reach_reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by=None) | (~Q(verdict="") & ~Q(reviewed_by=None)),
                name="reach_verdict_has_reviewer",
            ),
        ]


class AlarmAddress(models.Model):
    """One row per member who gave one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    member_id = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "reach_alarm_address"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "member_id"], name="reach_alarm_address_one")]
