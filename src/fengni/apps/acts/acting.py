"""An act: a verb somebody is accountable for.

    @act("parties:client:rename", roles={"owner", "lead"}, resource=load_client, scoped=True)
    def rename_client(*, actor: Actor, at: datetime, client_id: UUID, name: str) -> Outcome[None]: ...

The name is the permission, the kind of the ledger entry, the operation id of the API, the text key and the heading of
the docs. Calling it runs, in this order:

1. open one durable transaction for the actor's tenant (acts never nest: a nested call raises)
2. load the resource, then the facts (grants, blocks, approvals) FOR SHARE
3. decide (pure); a refusal leaves the transaction
4. protected acts: stop when the ledger is behind
5. run the function
6. write the entry into the ledger's inbox, COMMIT
7. only then hand the value to the caller, with the entry's id

A crash before 6 leaves nothing; between 6 and 7 it leaves an entry that says the value may have been seen: the side we
choose to err on. A refusal writes its entry in a transaction of its own after the rollback; when even that fails the
refusal stands. At import time the decorator rejects a function with positional parameters, without `actor` or `at`,
or a name used twice.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import DatabaseError, transaction

from fengni.apps.acts import facts as facts_of
from fengni.apps.acts import reasons
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import inbox
from fengni.apps.ledger.inbox import Seen
from fengni.core.access.actor import ROLES, SYSTEM, Actor
from fengni.core.access.decision import Permit, Resource, Rule, decide
from fengni.core.errors import Denied, FengniError

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What an act's function returns: the value for the caller, and what the entry shall say."""

    value: T
    resource: Resource | None = None  # replaces the loaded one where the act made it (a new client)
    seen: tuple[Seen, ...] = ()
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What the caller of an act gets, after COMMIT."""

    value: T
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Acting:
    """The running act, for code below that must name it (key releases are bound to `entry_id`)."""

    entry_id: UUID
    actor: Actor
    rule: Rule
    purpose: str | None
    permit: Permit


SECOND_PERSON: Final = "access.second-person-required"
"""The refusal that stops an act until somebody else agrees; its entry says how many persons it was about."""
REGISTRY: dict[str, Rule] = {}
FUNCTIONS: dict[str, Callable[..., Any]] = {}
_running: ContextVar[Acting | None] = ContextVar("fengni_acting", default=None)


def acting() -> Acting:
    """The running act. Raises RuntimeError outside one: clear values have no other door."""
    running = _running.get()
    if running is None:
        raise RuntimeError("outside an act")
    return running


def act(
    name: str,
    *,
    roles: Iterable[str],
    resource: Callable[..., Resource] | None = None,
    purposes: Iterable[str] = (),
    scoped: bool = False,
    second_person_above: int | None = None,
    protected: bool = False,
    lent: Iterable[str] = (),
) -> Callable[[Callable[P, Outcome[T]]], Callable[P, Done[T]]]:
    """Declare an act; see the module's text. `resource` is called with those of the act's arguments it names."""
    rule = Rule(
        act=name,
        roles=frozenset(roles) | {SYSTEM},
        purposes=frozenset(purposes),
        scoped=scoped,
        second_person_above=second_person_above,
        protected=protected,
        lent=frozenset(lent),
    )

    def declare(function: Callable[P, Outcome[T]]) -> Callable[P, Done[T]]:
        _check_declaration(name, rule, function)
        wanted = tuple(inspect.signature(resource).parameters) if resource else ()
        asks = "purpose" in inspect.signature(function).parameters
        fixed = None if asks or not rule.purposes else next(iter(rule.purposes))

        @wraps(function)
        def perform(*args: P.args, **kwargs: P.kwargs) -> Done[T]:
            if args:
                raise TypeError(f"{name} takes keyword arguments only")
            loader = (lambda: resource(**{k: kwargs[k] for k in wanted})) if resource else None
            purpose = cast("str | None", kwargs.get("purpose", fixed))
            return _perform(rule, loader, function, kwargs, purpose)

        REGISTRY[name] = rule
        FUNCTIONS[name] = perform
        return perform

    return declare


def _check_declaration(name: str, rule: Rule, function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters
    if name in REGISTRY:
        raise TypeError(f"act declared twice: {name}")
    if name.count(":") != 2:
        raise TypeError(f"an act is named area:object:verb, not {name}")
    if any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()):
        raise TypeError(f"{name}: an act takes keyword-only parameters")
    if len(rule.purposes) > 1 and "purpose" not in parameters:
        raise TypeError(f"{name}: an act with several purposes takes purpose; one purpose alone is its own")
    if not {"actor", "at"} <= set(parameters):
        raise TypeError(f"{name}: an act takes actor and at")
    if not rule.roles | rule.lent <= ROLES | {SYSTEM}:
        raise TypeError(f"{name}: unknown role")
    if rule.lent and not (rule.scoped and rule.purposes):
        raise TypeError(f"{name}: an act is lent for one client and a purpose, so it has both")


def _perform(
    rule: Rule,
    loader: Callable[[], Resource] | None,
    function: Callable[..., Outcome[T]],
    kwargs: Mapping[str, Any],
    purpose: str | None,
) -> Done[T]:
    actor, at, reason = kwargs["actor"], kwargs["at"], kwargs.get("reason")
    recorded_purpose = purpose if purpose in rule.purposes else None  # what somebody made up stays out of the ledger
    entry_id = uuid7()
    resource = Resource(rule.act.rsplit(":", 1)[0], None, actor.tenant_id)
    try:
        with tenant(actor.tenant_id), transaction.atomic(durable=True):  # 1
            if loader is not None:
                resource = loader()  # 2
            facts = facts_of.load(actor, rule, resource, at)
            permit = decide(actor, rule, resource, purpose, facts, at)  # 3
            if rule.protected:
                inbox.refuse_when_behind(at)  # 4
            token = _running.set(Acting(entry_id, actor, rule, purpose, permit))
            try:
                outcome = function(**kwargs)  # 5
            finally:
                _running.reset(token)
            commitment = reasons.keep(actor.tenant_id, entry_id, reason) if reason else None
            inbox.append(  # 6
                entry_id=entry_id,
                actor=actor,
                act=rule.act,
                at=at,
                outcome="done",
                purpose=recorded_purpose,
                resource=outcome.resource or resource,
                seen=outcome.seen,
                facts={**outcome.facts, **_lent(permit)},
                reason=commitment,
            )
    except Denied as denied:
        try:
            record_refusal(
                actor=actor, act=rule.act, at=at, purpose=recorded_purpose, resource=resource, code=denied.code,
                facts={"persons": len(resource.persons)} if denied.code == SECOND_PERSON else {},
            )  # fmt: skip
        except (FengniError, DatabaseError):
            logger.error("a refusal could not be recorded: %s", rule.act)
        raise
    return Done(outcome.value, entry_id)  # 7


def _lent(permit: Permit) -> dict[str, str]:
    """What an entry says of a lent grant it rests on: which, and how it came."""
    return {"basis": permit.basis, "under": permit.under.hex} if permit.under else {}


def record_refusal(
    *,
    actor: Actor,
    act: str,
    at: datetime,
    code: str,
    purpose: str | None = None,
    resource: Resource | None = None,
    facts: Mapping[str, int | str] | None = None,
) -> None:
    """Write the entry of a refusal in a transaction of its own. Persons named by the resource count as not seen."""
    with tenant(actor.tenant_id), transaction.atomic(durable=True):
        inbox.append(
            entry_id=uuid7(),
            actor=actor,
            act=act,
            at=at,
            outcome=f"refused:{code}",
            purpose=purpose,
            resource=resource,
            seen=(),
            facts=facts or {},
            reason=None,
        )
