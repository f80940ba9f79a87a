"""Reads on client files, persons and who may see them. What is shown of them is sealed: see the vault's queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from fengni.apps.acts.models import Grant
from fengni.apps.common.queries import query
from fengni.apps.parties.models import Client, Counter, Person, Relation
from fengni.core.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Assignment:
    """A member to whom a client is assigned."""

    member_id: UUID
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A person in a client file. `fictitious`: the person cannot exist (demo data)."""

    id: UUID
    roles: tuple[str, ...]
    fictitious: bool


@dataclass(frozen=True, slots=True)
class Lent:
    """A file, or one person of it (`person_id`), that stands open to a member until an instant for some purposes.

    `basis` is given or emergency; `id` is that of the grant. Of several, the purposes of all.
    """

    id: UUID
    person_id: UUID | None
    basis: str
    purposes: tuple[str, ...]
    until: datetime


@query
def assigned_clients(*, actor: Actor, at: datetime, lent: bool = True) -> set[UUID]:
    """The clients a member's grants name, for members whose scope is not the whole tenant; `lent` ones among them.

    A grant of one person or of some fields only makes no client part of it: lists and pages show whole files.
    """
    held = Grant.objects.filter(_in_force(at), member_id=actor.id, person_id=None, fields=[]).exclude(client_id=None)
    held = held if lent else held.filter(basis="")
    return {client for client in held.values_list("client_id", flat=True) if client is not None}


@query
def lent(*, actor: Actor, at: datetime, client_id: UUID, person_id: UUID | None = None) -> Lent | None:
    """By which lent grant a member looks at a client file, or at one person of it; None for whoever needs none, and
    where nothing is lent. The whole file comes before one person, an emergency before what was given."""
    if actor.sees_all_clients:
        return None
    held = Grant.objects.filter(_in_force(at), member_id=actor.id, client_id=client_id, fields=[])
    rows = [one for one in held if one.person_id in (None, person_id)]
    if any(not one.basis and one.person_id is None for one in rows):
        return None
    rows = sorted((one for one in rows if one.basis), key=lambda one: (one.person_id is not None, one.basis == "given"))
    if not rows or rows[0].until is None:
        return None
    purposes = dict.fromkeys(purpose for one in rows for purpose in one.purposes)
    return Lent(rows[0].id, rows[0].person_id, rows[0].basis, tuple(purposes), rows[0].until)


@query
def assignments(*, client_id: UUID, at: datetime) -> list[Assignment]:
    """Who holds a client file now."""
    held = Grant.objects.filter(_in_force(at), client_id=client_id, person_id=None, basis="").order_by("created_at")
    return [Assignment(one.member_id, one.created_at, one.until) for one in held]


def _in_force(at: datetime) -> Q:
    return Q(until=None) | Q(until__gt=at)


@query
def totals() -> dict[str, int]:
    """How many clients, persons and relations the tenant has."""
    return dict(Counter.objects.values_list("kind", "number"))


@query
def client_exists(*, client_id: UUID) -> bool:
    """Whether the tenant has such a client file."""
    return Client.objects.filter(id=client_id).exists()


@query
def is_in_file(*, client_id: UUID, person_id: UUID) -> bool:
    """Whether a person is in a client file."""
    return Relation.objects.filter(client_id=client_id, person_id=person_id).exists()


@query
def files_of(*, person_id: UUID) -> list[UUID]:
    """The client files a person is in, oldest first."""
    return list(Relation.objects.filter(person_id=person_id).order_by("id").values_list("client_id", flat=True))


@query
def relation_of(*, client_id: UUID, person_id: UUID) -> RelationRow | None:
    """How a person stands to a client, or None when the person is not in the file."""
    relation = Relation.objects.filter(client_id=client_id, person_id=person_id).first()
    if relation is None:
        return None
    fictitious = Person.objects.filter(id=person_id, fictitious=True).exists()
    return RelationRow(relation.id, tuple(relation.roles), fictitious)
