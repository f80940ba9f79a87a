"""The one access decision: `decide(actor, rule, resource, purpose, facts, at)` returns a Permit or raises Denied.

It is pure: everything it weighs is an argument, so that a decision of last year can be made again. Default deny.
Order of the checks (the first that fails names the refusal):

1. tenant     the resource belongs to the actor's tenant
2. block      no block in force binds the actor, session, address or partner
3. role       one of the rule's roles
4. scope      every client of the resource, or every person, lies inside the actor's scope: what grants in force say;
              for a partner only grants that name an agreement count. A lent grant (given for hours, or an emergency)
              counts for acts that say so alone, and for the purpose it was lent for
5. purpose    given where the rule wants one, and on the rule's closed list (GB/T 45574-2025 5.5)
6. second     a second person approved, where the number of persons asks for one

>>> from uuid import UUID
>>> from datetime import UTC, datetime
>>> from fengni.core.access.actor import Actor
>>> me = Actor(id=UUID(int=1), tenant_id=UUID(int=2), roles=frozenset({"auditor"}))
>>> rule = Rule(act="vault:field:reveal", roles=frozenset({"agent"}))
>>> decide(me, rule, Resource("record", None, me.tenant_id), None, Facts(), datetime.now(UTC))
Traceback (most recent call last):
    ...
fengni.core.errors.Denied: access.role
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fengni.core.access.actor import Actor
from fengni.core.errors import Denied


@dataclass(frozen=True, slots=True)
class Rule:
    """What an act asks for.

    `purposes`: closed list of purpose codes, empty when the act needs none. `scoped`: the resource's clients must lie
    in the actor's client scope. `second_person_above`: number of persons above which an approval is needed, -1
    for always, None for never. `protected`: clear values leave, so the act stops when the ledger is behind.
    `lent`: roles that may do it under a lent grant as well, whether or not they are among `roles`; empty: nobody.
    """

    act: str
    roles: frozenset[str]
    purposes: frozenset[str] = frozenset()
    scoped: bool = False
    second_person_above: int | None = None
    protected: bool = False
    lent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted upon: kind, id, tenant, the clients it belongs to, the persons it is about, the field kinds."""

    kind: str
    id: UUID | None
    tenant_id: UUID
    clients: frozenset[UUID] = frozenset()
    persons: tuple[UUID, ...] = ()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """May see `fields` (empty: all) of a client or person for `purposes` (empty: any of the rule), until an instant.

    `agreement` names what was agreed with a partner before anything was given; empty for everybody else. `basis` of a
    lent grant: "given" by somebody who decides, or "emergency"; empty for what was assigned. `id` is told of lent ones.
    """

    client_id: UUID | None
    person_id: UUID | None = None
    fields: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    until: datetime | None = None
    agreement: str = ""
    basis: str = ""
    id: UUID | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether the grant still holds at an instant."""
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Block:
    """Stops a subject: kind one of account, session, address, device, token, partner, person_view."""

    kind: str
    subject: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A second person's yes to what one member asked for: one act on one resource, for at most so many persons and
    these field kinds (None: any), from `since` on (None: at once) until an instant."""

    act: str
    resource_id: UUID
    by: UUID
    until: datetime
    since: datetime | None = None
    persons: int | None = None
    fields: frozenset[str] | None = None

    def covers(self, rule: Rule, resource: Resource, at: datetime) -> bool:
        """Whether the yes is to this act on this resource as it stands, and in force."""
        return (
            (self.act, self.resource_id) == (rule.act, resource.id)
            and (self.since is None or self.since <= at) and at < self.until
            and (self.persons is None or len(resource.persons) <= self.persons)
            and (self.fields is None or resource.fields <= self.fields)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows a decision reads: loaded in the act's transaction, FOR SHARE."""

    grants: tuple[Grant, ...] = ()
    blocks: tuple[Block, ...] = ()
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """The answer yes, and what it rests on: `basis` role, grant, approval, given or emergency. `under` names a lent
    grant."""

    act: str
    actor_id: UUID
    purpose: str | None
    basis: str
    under: UUID | None = None


def decide(actor: Actor, rule: Rule, resource: Resource, purpose: str | None, facts: Facts, at: datetime) -> Permit:
    """Permit or Denied. Codes: access.other-tenant, .blocked, .view-frozen, .role, .scope, .lent-narrow, .no-agreement,
    .purpose-required, .purpose-unknown, .second-person-required, .second-person-is-self."""
    # 1. tenant
    if resource.tenant_id != actor.tenant_id:
        raise Denied("access.other-tenant")
    # 2. block
    check_blocks(actor, facts.blocks, at, persons=resource.persons)
    # 3. role
    if not actor.roles & (rule.roles | rule.lent):
        raise Denied("access.role")
    # 4. scope
    basis, under = _check_scope(actor, rule, resource, purpose, facts, at)
    # 5. purpose
    if rule.purposes:
        if not purpose:
            raise Denied("access.purpose-required")
        if purpose not in rule.purposes:
            raise Denied("access.purpose-unknown")
    # 6. second person
    if rule.second_person_above is not None and len(resource.persons) > rule.second_person_above:
        basis = _check_second_person(actor, rule, resource, facts, at)
    return Permit(act=rule.act, actor_id=actor.id, purpose=purpose, basis=basis, under=under)


def check_blocks(actor: Actor, blocks: Iterable[Block], at: datetime, *, persons: Iterable[UUID] = ()) -> None:
    """Raise Denied when a block in force binds the actor ("access.blocked") or the actor's view of a person
    ("access.view-frozen")."""
    bound = {("account", actor.id.hex), ("session", actor.session), ("address", actor.address)}
    bound |= {("person_view", f"{actor.id.hex}:{person.hex}") for person in persons}
    for block in blocks:
        if (block.kind, block.subject) in bound and (block.until is None or at < block.until):
            raise Denied("access.view-frozen" if block.kind == "person_view" else "access.blocked")


def _check_scope(
    actor: Actor, rule: Rule, resource: Resource, purpose: str | None, facts: Facts, at: datetime
) -> tuple[str, UUID | None]:
    """What the scope rests on, and the lent grant if it is one."""
    own = bool(actor.roles & rule.roles)
    if own and (not rule.scoped or actor.sees_all_clients):
        return "role", None
    held = [g for g in facts.grants if g.in_force(at)]
    wanted = [g for g in held if not g.purposes or purpose in g.purposes]
    fitting = [g for g in wanted if not g.fields or (resource.fields and resource.fields <= g.fields)]
    assigned = [g for g in fitting if not g.basis]
    if own and _covers(assigned, resource):
        if "partner" in actor.roles and not _covers([g for g in assigned if g.agreement], resource):
            raise Denied("access.no-agreement")
        return "grant", None
    for grant in sorted((g for g in fitting if g.basis), key=lambda g: g.basis == "emergency"):  # an emergency last
        if actor.roles & rule.lent and _covers([grant], resource):
            return grant.basis, grant.id
    if _covers([g for g in held if g.basis], resource):
        raise Denied("access.lent-narrow")
    raise _outside(resource) if own else Denied("access.role")


def _outside(resource: Resource) -> Denied:
    """The refusal of a client outside the scope. It names the one client, so that access can be asked for."""
    if len(resource.clients) == 1:
        return Denied("access.scope", client=next(iter(resource.clients)).hex)
    return Denied("access.scope")


def _covers(grants: list[Grant], resource: Resource) -> bool:
    """Whether grants name every client of the resource, or every person of it."""
    for wanted, granted in (
        (resource.clients, {g.client_id for g in grants if g.person_id is None}),
        (set(resource.persons), {g.person_id for g in grants if {g.client_id} in ({None}, resource.clients)}),
    ):
        if wanted and wanted <= granted:
            return True
    return False


def _check_second_person(actor: Actor, rule: Rule, resource: Resource, facts: Facts, at: datetime) -> str:
    approvals = [a for a in facts.approvals if a.covers(rule, resource, at)]
    if not approvals:
        raise Denied(
            "access.second-person-required",
            persons=len(resource.persons), act=rule.act,
            resource=resource.id.hex if resource.id else "", fields=" ".join(sorted(resource.fields)),
        )  # fmt: skip
    if all(a.by == actor.id for a in approvals):
        raise Denied("access.second-person-is-self")
    return "approval"
