"""Loads what a decision weighs, inside the act's transaction, FOR SHARE: a recall that commits first is seen."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db import connection

from fengni.core.access.actor import Actor
from fengni.core.access.decision import Approval, Block, Facts, Grant, Resource, Rule, check_blocks


def load(actor: Actor, rule: Rule, resource: Resource, at: datetime) -> Facts:
    """Blocks always; grants where the rule is scoped and the actor's scope is not the whole tenant; approvals where a
    second person may be asked for. One statement each."""
    return Facts(
        blocks=_blocks(actor, resource),
        grants=_grants(actor, resource, at) if rule.scoped and not actor.sees_all_clients else (),
        approvals=_approvals(actor, rule, resource, at) if rule.second_person_above is not None else (),
    )


def refuse_frozen(actor: Actor, person_id: UUID, at: datetime) -> None:
    """For reads that are no act: raise Denied while the actor's view of a person is frozen, or the actor blocked."""
    about = Resource("parties:person", person_id, actor.tenant_id, persons=(person_id,))
    check_blocks(actor, _blocks(actor, about), at, persons=about.persons)


def frozen_for(actor: Actor, at: datetime) -> frozenset[UUID]:
    """The persons whom this actor does not see now, because they asked about a view: for lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM acts_block WHERE kind = 'person_view' AND lifted_at IS NULL "
            "AND starts_with(subject, %s) AND (until IS NULL OR until > %s)",
            [f"{actor.id.hex}:", at],
        )
        return frozenset(UUID(hex=subject.partition(":")[2]) for (subject,) in cursor.fetchall())


def _blocks(actor: Actor, resource: Resource) -> tuple[Block, ...]:
    subjects = [actor.id.hex, actor.session or "-", actor.address or "-"]
    subjects += [f"{actor.id.hex}:{person.hex}" for person in resource.persons]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, subject, until FROM acts_block WHERE lifted_at IS NULL AND subject = ANY(%s) FOR SHARE",
            [subjects],
        )
        return tuple(Block(kind, subject, until) for kind, subject, until in cursor.fetchall())


def _grants(actor: Actor, resource: Resource, at: datetime) -> tuple[Grant, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_id, person_id, fields, purposes, until, agreement, basis, id FROM acts_grant "
            "WHERE member_id = %s AND (until IS NULL OR until > %s) "
            "AND (client_id = ANY(%s) OR person_id = ANY(%s)) FOR SHARE",
            [actor.id, at, list(resource.clients), list(resource.persons)],
        )
        rows = cursor.fetchall()
    return tuple(
        Grant(client, person, frozenset(_list(fields)), frozenset(_list(purposes)), until, agreement, basis, grant)
        for client, person, fields, purposes, until, agreement, basis, grant in rows
    )


def _list(value: object) -> list[str]:
    if isinstance(value, str):  # the raw cursor gives jsonb as text
        value = json.loads(value)
    return [str(item) for item in value] if isinstance(value, list) else []


def _approvals(actor: Actor, rule: Rule, resource: Resource, at: datetime) -> tuple[Approval, ...]:
    """What a second person allowed this actor; a yes to somebody else is none to this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT approved_by, until, since, persons, fields FROM acts_approval WHERE act = %s AND resource_id = %s "
            "AND requested_by = %s AND approved_by IS NOT NULL AND until > %s FOR SHARE",
            [rule.act, resource.id, actor.id, at],
        )
        rows = cursor.fetchall() if resource.id else []
    return tuple(
        Approval(rule.act, resource.id, by, until, since, persons, frozenset(_list(fields)))
        for by, until, since, persons, fields in rows
        if resource.id
    )
