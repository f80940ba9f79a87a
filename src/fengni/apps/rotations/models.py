"""Rows of rotations: what is changed, from when on, how far it is, and when the old keys ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fengni.apps.common.identifiers import uuid7


class Rotation(models.Model):
    """One change of keys. `old` and `new` are epochs, or versions of unit keys; `table` and `after` say where the
    running pass stands, so that any process goes on from there. `total` is what there was to move when it began."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    old = models.IntegerField()
    new = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    table = models.SmallIntegerField(default=0)
    after = models.UUIDField(null=True)
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    finished_by = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rotations_rotation"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id"], condition=Q(state="running"), name="rotations_one_running"),
        ]
