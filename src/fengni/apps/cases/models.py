"""Rows of cases. What people typed is sealed beside the entry of their act, which the row names.

Case       one question, request or feedback of one person; states and clocks are in clocks.py
SavedHead  the size of the ledger's head that a client last took home in a receipt
Naming     whether a house shows its clients whole names of colleagues; without a row: surname and role
"""

from __future__ import annotations

from typing import Final

from django.db import models

from fengni.apps.common.identifiers import uuid7

ANSWERERS: Final = ("owner", "lead", "dpo")
RIGHTS: Final = ("access", "copy", "correct", "delete", "withdraw")
VERDICTS: Final = ("in_order", "not_in_order")
WAYS: Final = ("counter", "phone", "letter")  # how a request reached the house that a colleague noted down


class Case(models.Model):
    """Something a client asked. `viewer_id` and `block_id`: whose view of this person a question froze.

    `deed_id`: what shows that a right was carried out, the disposal of a deletion or the ledger entry of a correction.
    The database refuses a deletion or correction that is done without one. `way`: own for what the person asked in the
    own session, else one of WAYS, and then there is no guest.
    """

    class Kind(models.TextChoices):
        QUESTION = "question"
        RIGHT = "right"
        FEEDBACK = "feedback"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    person_id = models.UUIDField()
    client_id = models.UUIDField(null=True)
    matter_id = models.UUIDField(null=True)
    guest_id = models.UUIDField(null=True)
    way = models.CharField(max_length=8, default="own")
    right = models.CharField(max_length=12, default="")
    field = models.CharField(max_length=40, default="")  # which field is to be corrected or copied
    score = models.SmallIntegerField(null=True)
    about_entry = models.UUIDField(null=True)
    viewer_id = models.UUIDField(null=True)
    block_id = models.UUIDField(null=True)
    verdict = models.CharField(max_length=16, default="")
    raised_at = models.DateTimeField()
    raised_entry = models.UUIDField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_entry = models.UUIDField(null=True)
    deed_id = models.UUIDField(null=True)

    class Meta:
        db_table = "cases_case"
        indexes = [
            models.Index(fields=["tenant_id", "person_id", "raised_at"], name="cases_case_by_person"),
            models.Index(fields=["tenant_id", "state", "due_at"], name="cases_case_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "person_id", "viewer_id"],
                condition=models.Q(kind="question", state="open"),
                name="cases_one_question_per_viewer",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "person_id", "matter_id"],
                condition=models.Q(kind="feedback"),
                name="cases_one_feedback_per_matter",
            ),
            models.CheckConstraint(
                condition=~models.Q(right__in=["delete", "correct"], state="done") | ~models.Q(deed_id=None),
                name="cases_done_has_deed",
            ),
        ]


class SavedHead(models.Model):
    """The head a person saved last, by the guest who saved it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    guest_id = models.UUIDField()
    size = models.BigIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "cases_saved_head"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "guest_id"], name="cases_saved_head_one")]


class Naming(models.Model):
    """One row per house that chose."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    whole = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_naming"
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="cases_naming_one")]
