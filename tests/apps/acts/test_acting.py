"""What @act promises: keyword arguments, one transaction, an entry with every act and every refusal, nothing nested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from fengni.apps.acts.acting import FUNCTIONS, REGISTRY, Outcome, act, acting
from fengni.apps.acts.models import Approval, Block, Reason
from fengni.apps.acts.reasons import commitment, read
from fengni.apps.common.custodian import custodian
from fengni.apps.common.identifiers import uuid7
from fengni.apps.common.tenancy import tenant
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Resource
from fengni.core.errors import BadInput, Denied, LedgerRefused
from fengni.core.vault.envelope import open_display
from tests.apps.vault.files import entries
from tests.cast import assemble, found, now

Declare = Callable[..., Callable[..., Any]]


@pytest.fixture
def declared() -> Iterator[Declare]:
    """Declares an act for one test and takes it out of the registry again."""
    names = []

    def declare(function: Callable[..., Any], **about: Any) -> Callable[..., Any]:
        name = f"test:thing:{function.__name__}"
        names.append(name)
        return act(name, **{"roles": ("owner",), **about})(function)

    yield declare
    for name in names:
        REGISTRY.pop(name, None)
        FUNCTIONS.pop(name, None)


def test_a_declaration_is_checked_at_once(declared: Declare) -> None:
    def positional(actor: Actor, at: datetime) -> None: ...
    def timeless(*, actor: Actor) -> None: ...
    def twice(*, actor: Actor, at: datetime) -> None: ...

    with pytest.raises(TypeError, match="keyword-only"):
        declared(positional)
    with pytest.raises(TypeError, match="takes actor and at"):
        declared(timeless)
    declared(twice)
    with pytest.raises(TypeError, match="declared twice"):
        declared(twice)
    with pytest.raises(TypeError, match="unknown role"):
        act("test:thing:king", roles=("king",))(twice)
    with pytest.raises(TypeError, match="area:object:verb"):
        act("test:thing", roles=("owner",))(twice)


@pytest.mark.parametrize("suite", [1, 4])
def test_an_act_and_its_entry_are_one(declared: Declare, suite: int) -> None:
    owner = found(suite=suite)

    def block(*, actor: Actor, at: datetime, reason: str) -> Outcome[int]:
        Block.objects.create(tenant_id=actor.tenant_id, kind="device", subject="x", code="test", created_at=at)
        return Outcome(7, facts={"entry": acting().entry_id.hex})

    def fail(*, actor: Actor, at: datetime) -> Outcome[int]:
        Block.objects.create(tenant_id=actor.tenant_id, kind="device", subject="y", code="test", created_at=at)
        raise BadInput("vault.no-value")

    done = declared(block)(actor=owner, at=now(), reason="示例原因")
    assert done.value == 7
    entry = entries(owner.tenant_id)[-1]
    assert (entry["id"], entry["facts"]) == (done.entry_id.hex, {"entry": done.entry_id.hex})
    with tenant(owner.tenant_id), transaction.atomic():
        assert read(owner.tenant_id, done.entry_id) == "示例原因"
        sealed = bytes(Reason.objects.get(entry_id=done.entry_id).sealed)
    assert ("示例原因".encode() not in sealed, sealed[1]) == (True, 2 if suite == 1 else suite)
    assert entry["reason"] != commitment(bytes(16), "示例原因")
    count = len(entries(owner.tenant_id))
    with pytest.raises(BadInput):
        declared(fail)(actor=owner, at=now())
    assert len(entries(owner.tenant_id)) == count
    with tenant(owner.tenant_id), transaction.atomic():
        assert list(Block.objects.values_list("subject", flat=True)) == ["x"]


def test_an_unfit_entry_undoes_its_act(declared: Declare) -> None:
    owner = found()

    def tell(*, actor: Actor, at: datetime) -> Outcome[None]:
        Block.objects.create(tenant_id=actor.tenant_id, kind="device", subject="z", code="test", created_at=at)
        return Outcome(None, facts={"name": "陆知衡"})

    with pytest.raises(LedgerRefused, match=r"ledger.entry-unfit"):
        declared(tell)(actor=owner, at=now())
    with tenant(owner.tenant_id), transaction.atomic():
        assert not Block.objects.exists()


def test_a_crash_inside_leaves_nothing(declared: Declare) -> None:
    owner = found()
    count = len(entries(owner.tenant_id))

    def crash(*, actor: Actor, at: datetime, reason: str) -> Outcome[int]:
        Block.objects.create(tenant_id=actor.tenant_id, kind="device", subject="w", code="test", created_at=at)
        return Outcome(1 // 0)

    with pytest.raises(ZeroDivisionError):
        declared(crash)(actor=owner, at=now(), reason="示例原因")
    assert len(entries(owner.tenant_id)) == count
    with tenant(owner.tenant_id), transaction.atomic():
        assert not Block.objects.exists()
        assert not Reason.objects.exists()
    with pytest.raises(RuntimeError, match="outside an act"):
        acting()


def test_no_value_without_its_entry(declared: Declare) -> None:
    owner = found()

    def look(*, actor: Actor, at: datetime) -> Outcome[str]:
        Block.objects.create(tenant_id=actor.tenant_id, kind="device", subject="v", code="test", created_at=at)
        return Outcome("示例·值")

    looked, given = declared(look), []
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON ledger_inbox FROM fengni_app")
        try:
            with pytest.raises(DatabaseError):
                given.append(looked(actor=owner, at=now()).value)
        finally:
            cursor.execute("GRANT INSERT ON ledger_inbox TO fengni_app")
    assert given == []
    with tenant(owner.tenant_id), transaction.atomic():
        assert not Block.objects.exists()
    assert looked(actor=owner, at=now()).value == "示例·值"


def test_an_instant_without_a_time_zone_is_refused(declared: Declare) -> None:
    owner = found()

    def look(*, actor: Actor, at: datetime) -> Outcome[None]:
        return Outcome(None)

    count = len(entries(owner.tenant_id))
    with pytest.raises(LedgerRefused, match=r"ledger.entry-unfit"):
        declared(look)(actor=owner, at=now().replace(tzinfo=None))
    assert len(entries(owner.tenant_id)) == count


def test_the_entry_commits_to_the_sealed_reason(declared: Declare) -> None:
    owner = found()

    def say(*, actor: Actor, at: datetime, reason: str) -> Outcome[None]:
        return Outcome(None)

    said = declared(say)
    first, second = (said(actor=owner, at=now(), reason="示例原因").entry_id for _ in range(2))
    with tenant(owner.tenant_id), transaction.atomic():
        assert [read(owner.tenant_id, one) for one in (first, second)] == ["示例原因", "示例原因"]
        sealed = bytes(Reason.objects.get(entry_id=second).sealed)
        Reason.objects.filter(entry_id=first).delete()
        assert read(owner.tenant_id, first) is None
    told = [entry["reason"] for entry in entries(owner.tenant_id)[-2:]]
    assert all(len(one) == 64 for one in told)
    assert told[0] != told[1]  # each has a salt of its own
    opened = open_display(custodian().display_key(owner.tenant_id), owner.tenant_id, second, 0, sealed)
    assert told[1] == commitment(bytes.fromhex(opened["salt"]), opened["reason"])
    assert "示例原因" not in str(entries(owner.tenant_id))


def test_acts_do_not_nest(declared: Declare) -> None:
    owner = found()

    def inner(*, actor: Actor, at: datetime) -> Outcome[None]:
        return Outcome(None)

    nested = declared(inner)

    def outer(*, actor: Actor, at: datetime) -> Outcome[None]:
        nested(actor=actor, at=at)
        return Outcome(None)

    with pytest.raises(RuntimeError, match="durable"):
        declared(outer)(actor=owner, at=now())
    with pytest.raises(RuntimeError, match="outside an act"):
        acting()
    with pytest.raises(TypeError, match="keyword arguments only"):
        nested(owner, now())


def test_a_refusal_leaves_an_entry_and_nothing_else(declared: Declare) -> None:
    owner = found()

    def refuse(*, actor: Actor, at: datetime, purpose: str) -> Outcome[None]:
        Block.objects.create(tenant_id=actor.tenant_id, kind="device", subject="x", code="test", created_at=at)
        raise Denied("access.scope")

    with pytest.raises(Denied):
        declared(refuse)(actor=owner, at=now(), purpose="zhang-san")
    entry = entries(owner.tenant_id)[-1]
    assert (entry["outcome"], entry["purpose"], entry["count"]) == ("refused:access.scope", None, 0)
    with tenant(owner.tenant_id), transaction.atomic():
        assert not Block.objects.exists()


def test_a_refusal_stands_even_when_it_cannot_be_recorded(declared: Declare) -> None:
    owner = found()

    def refuse(*, actor: Actor, at: datetime) -> Outcome[None]:
        raise Denied("access.scope")

    refused = declared(refuse)
    count = len(entries(owner.tenant_id))
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON ledger_inbox FROM fengni_app")
        try:
            with pytest.raises(Denied, match=r"access.scope"):
                refused(actor=owner, at=now())
        finally:
            cursor.execute("GRANT INSERT ON ledger_inbox TO fengni_app")
    assert len(entries(owner.tenant_id)) == count


def test_blocks_bind_account_session_and_one_view(declared: Declare) -> None:
    owner = found()
    person, session = uuid7(), "ab" * 16

    def load(actor: Actor) -> Resource:
        return Resource("test:thing", person, actor.tenant_id, persons=(person,))

    def look(*, actor: Actor, at: datetime) -> Outcome[None]:
        return Outcome(None)

    looked = declared(look, resource=load)
    at = now()
    acting_owner = Actor(owner.id, owner.tenant_id, owner.roles, session=session)
    for kind, subject in (
        ("account", owner.id.hex),
        ("session", session),
        ("person_view", f"{owner.id.hex}:{person.hex}"),
    ):
        with tenant(owner.tenant_id), transaction.atomic():
            row = Block.objects.create(
                tenant_id=owner.tenant_id, kind=kind, subject=subject, code="test", created_at=at,
                until=at + timedelta(hours=1),
            )  # fmt: skip
        with pytest.raises(Denied, match=r"access\.(blocked|view-frozen)"):
            looked(actor=acting_owner, at=at)
        looked(actor=acting_owner, at=at + timedelta(hours=1))
        with tenant(owner.tenant_id), transaction.atomic():
            row.lifted_at = at
            row.save()
        looked(actor=acting_owner, at=at)


def test_many_persons_need_a_second_person(declared: Declare) -> None:
    cast = assemble()
    thing = uuid7()

    def load(actor: Actor) -> Resource:
        return Resource("test:thing", thing, actor.tenant_id, persons=(uuid7(), uuid7()))

    def open_all(*, actor: Actor, at: datetime) -> Outcome[None]:
        return Outcome(None)

    opened = declared(open_all, resource=load, second_person_above=1)
    at = now()

    def approve(by: Actor) -> None:
        with tenant(cast.tenant_id), transaction.atomic():
            Approval.objects.create(
                tenant_id=cast.tenant_id, act="test:thing:open_all", resource_id=thing, requested_by=cast.owner.id,
                approved_by=by.id, until=at + timedelta(hours=1), created_at=at,
            )  # fmt: skip

    with pytest.raises(Denied, match=r"access.second-person-required"):
        opened(actor=cast.owner, at=at)
    approve(cast.owner)
    with pytest.raises(Denied, match=r"access.second-person-is-self"):
        opened(actor=cast.owner, at=at)
    approve(cast.lead)
    opened(actor=cast.owner, at=at)
    with pytest.raises(Denied, match=r"access.second-person-required"):
        opened(actor=cast.owner, at=at + timedelta(hours=2))


def test_facts_are_locked_until_the_act_is_done(declared: Declare) -> None:
    """A recall that commits first is seen; one that comes later waits for the act."""
    cast = assemble()
    client = uuid7()
    with tenant(cast.tenant_id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO acts_grant (id, tenant_id, member_id, client_id, fields, purposes, agreement, created_at) "
            "VALUES (%s, %s, %s, %s, '[]', '[]', '', now())",
            [uuid7(), cast.tenant_id, cast.agent.id, client],
        )

    def load(actor: Actor) -> Resource:
        return Resource("test:thing", client, actor.tenant_id, clients=frozenset({client}))

    def hold(*, actor: Actor, at: datetime) -> Outcome[bool]:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT id FROM acts_grant WHERE client_id = %s FOR UPDATE SKIP LOCKED", [client])
            return Outcome(cursor.fetchone() is None)

    held = declared(hold, roles=("agent",), resource=load, scoped=True)
    assert held(actor=cast.agent, at=now()).value is True
    with pytest.raises(Denied, match=r"access.scope"):
        held(actor=cast.colleague, at=now())
