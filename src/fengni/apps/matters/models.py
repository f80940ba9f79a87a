"""Rows of matters: who changes what by when, what is asked for it, what the registry answered. No clear personal value.

Matter       one change of one client's registration, with its types, district and deadline
Member       who works on it besides the lead; `grant_id` names the grant that the team place brought
Participant  a person who takes part, in which parts, and the link the person was invited by
Item         one thing the checklist asks for; `lease_by` is who has it on the desk until `lease_until`
Filing       one submission to the registry, and what became of it
Step         one act of the matter: its evidence, in the ledger under `entry_id`
Original     a paper, seal or key that the house holds for the matter, and into whose hands it went

Notes people type are sealed beside the entry of their act; `entry_id` leads to it.
"""

from __future__ import annotations

from django.db import models


class Matter(models.Model):
    """A change of registration, from opening to closing."""

    class State(models.TextChoices):
        OPEN = "open"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        APPROVED = "approved"
        CLOSED = "closed"

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    number = models.CharField(max_length=16)  # M-2026-0117
    client_id = models.UUIDField()
    types = models.JSONField(default=list)
    region = models.CharField(max_length=8)  # same or cross: whether the registered address leaves its district
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    counted_from = models.DateField()  # the day the clock starts: resolution, or planned move
    deadline = models.DateField()
    lead_id = models.UUIDField()
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)  # first submission
    approved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # retention counts from here

    class Meta:
        db_table = "matters_matter"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "number"], name="matters_matter_number")]
        indexes = [
            models.Index(fields=["tenant_id", "client_id"], name="matters_matter_by_client"),
            models.Index(fields=["tenant_id", "state", "deadline"], name="matters_matter_due"),
        ]


class Member(models.Model):
    """A colleague on the team of a matter."""

    pk = models.CompositePrimaryKey("tenant_id", "matter_id", "member_id")
    tenant_id = models.UUIDField()
    matter_id = models.UUIDField()
    member_id = models.UUIDField()
    grant_id = models.UUIDField(null=True)  # null where the member had the client before
    since = models.DateTimeField()

    class Meta:
        db_table = "matters_member"
        indexes = [models.Index(fields=["tenant_id", "member_id"], name="matters_member_by_member")]


class Participant(models.Model):
    """A person of the client file who takes part in a matter."""

    pk = models.CompositePrimaryKey("tenant_id", "matter_id", "person_id")
    tenant_id = models.UUIDField()
    matter_id = models.UUIDField()
    person_id = models.UUIDField()
    parts = models.JSONField(default=list)  # new_legal_representative, shareholder, contact ...
    guest_id = models.UUIDField(null=True)
    link_id = models.UUIDField(null=True)
    invited_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "matters_participant"
        indexes = [models.Index(fields=["tenant_id", "person_id"], name="matters_participant_by_person")]


class Item(models.Model):
    """One thing asked for. `code` stands in definitions/change_types.yml; of the company where `person_id` is null."""

    class State(models.TextChoices):
        WANTED = "wanted"
        RECEIVED = "received"
        ACCEPTED = "accepted"
        RETURNED = "returned"
        WAIVED = "waived"

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    matter_id = models.UUIDField()
    client_id = models.UUIDField()
    code = models.CharField(max_length=40)
    position = models.SmallIntegerField()
    person_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WANTED)
    material_id = models.UUIDField(null=True)
    return_code = models.CharField(max_length=40, default="")
    lease_by = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField(null=True)  # of the act that decided last: its sealed note lies there

    class Meta:
        db_table = "matters_item"
        indexes = [
            models.Index(fields=["tenant_id", "matter_id", "position"], name="matters_item_by_matter"),
            models.Index(fields=["tenant_id", "person_id"], name="matters_item_by_person"),
            models.Index(fields=["tenant_id", "state", "received_at"], name="matters_item_waiting"),
        ]


class Filing(models.Model):
    """One submission to the registry. `receipt_number` is the registry's; `agent_id` the declared agent."""

    class State(models.TextChoices):
        SUBMITTED = "submitted"
        RETURNED = "returned"
        APPROVED = "approved"

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    matter_id = models.UUIDField()
    receipt_number = models.CharField(max_length=40)
    agent_id = models.UUIDField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.SUBMITTED)
    return_code = models.CharField(max_length=40, default="")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField(null=True)

    class Meta:
        db_table = "matters_filing"
        indexes = [models.Index(fields=["tenant_id", "matter_id", "submitted_at"], name="matters_filing_by_matter")]


class Step(models.Model):
    """One act of the matter. `code` says of what: an item, a return code, a part."""

    pk = models.CompositePrimaryKey("tenant_id", "entry_id")
    tenant_id = models.UUIDField()
    entry_id = models.UUIDField()
    matter_id = models.UUIDField()
    act = models.CharField(max_length=64)
    actor_id = models.UUIDField()
    code = models.CharField(max_length=40, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "matters_step"
        indexes = [models.Index(fields=["tenant_id", "matter_id", "at"], name="matters_step_by_matter")]


class Original(models.Model):
    """One kind of original that the house holds for a matter: taken from somebody, given to somebody.

    `code` stands in custody.CODES. `taken_from`, `given_to`: a person who takes part, or null for the registry.
    `taken_proof`, `given_proof`: empty until somebody besides the colleague says so, then own (the person, in the own
    session) or paper (a signed slip, on the colleague's word).
    """

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    matter_id = models.UUIDField()
    code = models.CharField(max_length=40)
    count = models.SmallIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.UUIDField()
    taken_from = models.UUIDField(null=True)
    taken_proof = models.CharField(max_length=8, default="")
    given_at = models.DateTimeField(null=True)
    given_by = models.UUIDField(null=True)
    given_to = models.UUIDField(null=True)
    given_proof = models.CharField(max_length=8, default="")

    class Meta:
        db_table = "matters_original"
        indexes = [models.Index(fields=["tenant_id", "matter_id"], name="matters_original_by_matter")]
